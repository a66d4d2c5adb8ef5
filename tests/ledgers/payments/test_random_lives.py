"""Random commands against a model that only counts coins: whatever happens, the vaults hold what came in less what went out."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from dingdan.kernel.errors import Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import (
    MoneyReturned,
    RequestCapture,
    RequestVoid,
    Told,
    allocate_payment,
    apply_store_credit,
    grant_store_credit,
    record_capture,
    record_decline,
    record_refund,
    record_refunds,
    record_unknown,
    record_void,
    reinstate_receivable,
    release_allocation,
    request_capture,
    request_refund,
    request_void,
    write_off_receivable,
)
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.models import Attempt, Payment
from dingdan.ledgers.payments.queries import LAWS, trial_balance
from tests.ledgers.payments.desk import Desk

RECORD: dict[str, Any] = {"capture": record_capture, "void": record_void, "refund": record_refund}


class Lives:
    """A few documents, and random things that happen to their money."""

    def __init__(self, desk: Desk, seed: int) -> None:
        self.desk = desk
        self.random = random.Random(seed)
        self.customer = new_id()
        self.documents = [desk.claim(self.random.randint(0, 30), customer_id=self.customer) for _ in range(4)]
        self.vaults: Counter[str] = Counter()
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()

    def run(self, turns: int) -> None:
        """Let so many things happen."""
        deeds: list[Callable[[], None]] = [
            self.pay, self.pay, self.authorize, self.ask, self.answer, self.answer, self.refund_by_hand, self.promise,
            self.reclaim, self.invoice, self.credit, self.give_up, self.move, self.spend,
        ]  # fmt: skip
        for _ in range(turns):
            deed = self.random.choice(deeds)
            try:
                deed()
                self.done[deed.__name__] += 1
            except Refusal as refusal:
                self.refused[type(refusal).__name__] += 1

    def some(self) -> int:
        return self.random.randint(1, 12)

    def money(self) -> Money:
        return Money(self.some(), "GBP")

    def document(self) -> Document:
        return self.random.choice(self.documents)

    def payment(self) -> Payment:
        rows = list(Payment.objects.order_by("id"))
        if not rows:
            raise Refusal
        return self.random.choice(rows)

    def pay(self) -> None:
        amount, method = self.some(), self.random.choice(["cash", "bank_transfer"])
        self.desk.pay(self.document(), amount, method=method)
        self.vaults["cash" if method == "cash" else "bank"] += amount

    def authorize(self) -> None:
        self.desk.authorize(self.document(), self.some())

    def ask(self) -> None:
        payment_id = self.payment().id
        if self.random.random() < 0.7:
            request_capture.one(self.desk.call(), RequestCapture(payment_id=payment_id, money=self.money()))
        else:
            request_void.one(self.desk.call(), RequestVoid(payment_id=payment_id))

    def answer(self) -> None:
        asked = list(Attempt.objects.exclude(kind="authorize").order_by("id"))
        if not asked:
            raise Refusal
        attempt = self.random.choice(asked)
        told, call = Told(attempt_id=attempt.id), self.desk.call()
        chance = self.random.random()
        if chance < 0.15:
            record_decline.one(call, told)
        elif chance < 0.3:
            record_unknown.one(call, told)
        else:
            RECORD[attempt.kind].one(call, told)
            vault = {"cash": "cash", "bank_transfer": "bank", "silent": "gateway_clearing"}.get(attempt.gateway, "")
            self.vaults[vault] += {"capture": attempt.amount, "refund": -attempt.amount, "void": 0}[attempt.kind]

    def refund_by_hand(self) -> None:
        method = self.random.choice(["cash", "bank_transfer"])
        money = self.money()
        record_refunds.one(self.desk.call(), MoneyReturned(document=self.document(), money=money, method=method))
        self.vaults["cash" if method == "cash" else "bank"] -= money.amount

    def promise(self) -> None:
        request_refund(self.desk.call(), refund=MoneyReturned(payment_id=self.payment().id, money=self.money()))

    def reclaim(self) -> None:
        self.desk.reclaim(self.document(), self.random.randint(0, 30))

    def invoice(self) -> None:
        self.desk.invoice(self.document(), goods=self.some(), tax=self.some())

    def credit(self) -> None:
        self.desk.credit(self.document(), goods=self.some())

    def give_up(self) -> None:
        verb: Any = self.random.choice([write_off_receivable, reinstate_receivable])
        verb(self.desk.call(), document=self.document(), money=self.money())

    def move(self) -> None:
        verb: Any = self.random.choice([allocate_payment, release_allocation])
        verb(self.desk.call(), payment_id=self.payment().id, document=self.document(), money=self.money())

    def spend(self) -> None:
        if self.random.random() < 0.4:
            grant_store_credit(self.desk.call(), customer_id=self.customer, money=self.money())
        else:
            apply_store_credit(self.desk.call(), document=self.document(), customer_id=self.customer)


@pytest.mark.parametrize("seed", range(3))
def test_the_vaults_hold_what_came_less_what_went(desk: Desk, seed: int) -> None:
    lives = Lives(desk, seed)
    for _ in range(4):
        lives.run(50)
        assert [breach for law in LAWS for breach in law()] == []
    held = {one.account: one.balance for one in trial_balance()}
    assert {vault: held.get(vault, 0) for vault in ("cash", "bank", "gateway_clearing")} == {
        vault: lives.vaults[vault] for vault in ("cash", "bank", "gateway_clearing")
    }
    assert {"pay", "authorize", "ask", "answer", "refund_by_hand", "promise", "reclaim", "invoice"} <= set(lives.done)
