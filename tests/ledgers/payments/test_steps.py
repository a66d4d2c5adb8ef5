"""What holds for all steps: few statements, however many rows; and what happens when somebody comes in between."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from dingdan.kernel.command import command
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.money import Money
from dingdan.kernel.tenancy import tenant_scope
from dingdan.ledgers.payments import steps
from dingdan.ledgers.payments.commands import (
    CodCollected,
    MoneyReceived,
    MoneyReturned,
    Towards,
    allocate_payment,
    collect_cod,
    record_payments,
    record_refunds,
    request_refund,
)
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.lifecycle import PayableKind
from dingdan.ledgers.payments.queries import payments_of
from dingdan.ledgers.payments.rules import Owed, Parts
from dingdan.ledgers.payments.steps import ledger
from tests.ledgers.payments.desk import Desk, DeskActed


@command
def run_step(entry: Entry, *, name: str, documents: tuple[Document, ...]) -> DeskActed:
    """Take one step for many documents at once."""
    found = payments_of("order", [one.id for one in documents])
    payments = {one: found[one.id][0].id for one in documents if one.id in found}
    asks: dict[str, Callable[[Document], Any]] = {
        "reclaim": lambda one: steps.Reclaim(entry=entry, document=one, amount=5_00),
        "invoice": lambda one: steps.Bill(entry=entry, document=one, parts=Parts(goods=5_00, tax=1_00)),
        "credit": lambda one: steps.Bill(entry=entry, document=one, parts=Parts(goods=1_00)),
        "write_off": lambda one: steps.WriteOff(entry=entry, document=one, money=Money(1, "GBP")),
        "reinstate": lambda one: steps.WriteOff(entry=entry, document=one, money=Money(1, "GBP")),
        "promise_refunds": lambda one: steps.RefundAsk(entry=entry, document=one, money=Money(1, "GBP")),
        "release": lambda one: steps.Put(entry=entry, payment_id=payments[one], document=one, money=Money(1, "GBP")),
        "allocate": lambda one: steps.Put(entry=entry, payment_id=payments[one], document=one, money=Money(1, "GBP")),
        "owe": lambda one: steps.Debt(
            entry=entry, kind=PayableKind.CREDIT_NOTE, party=steps.Party("customer", one.id), currency="GBP",
            parts=Parts(goods=3, shipping=1, fees=1, tax=2, discount=1), document=one,
        ),
    }  # fmt: skip
    getattr(steps, name)([asks[name](one) for one in documents])
    return DeskActed()


def _statements(work: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as queries:
        work()
    return len(queries)


def _paid(desk: Desk, number: int) -> tuple[Document, ...]:
    documents = tuple(desk.claim(10_00) for _ in range(number))
    calls = [(desk.call(), _money(document)) for document in documents]
    assert all(not isinstance(told, Exception) for told in record_payments.many(calls))
    return documents


def _money(document: Document, amount: int = 4_00) -> MoneyReceived:
    return MoneyReceived(method="cash", money=Money(amount, "GBP"), towards=(Towards(document=document),))


ORDER = ["reclaim", "invoice", "credit", "write_off", "reinstate", "promise_refunds", "release", "allocate", "owe"]


def test_a_step_for_thirty_takes_as_many_statements_as_for_one(desk: Desk) -> None:
    one, many = _paid(desk, 1), _paid(desk, 30)
    for name in ORDER:
        first = _statements(lambda name=name: run_step(desk.call(), name=name, documents=one))  # type: ignore[misc]
        second = _statements(lambda name=name: run_step(desk.call(), name=name, documents=many))  # type: ignore[misc]
        assert (name, first) == (name, second)
        assert first <= 20


def test_thirty_receipts_take_as_many_statements_as_one(desk: Desk) -> None:
    one, many = [desk.claim(10_00)], [desk.claim(10_00) for _ in range(30)]
    desk.pay(desk.claim(1), 1)
    assert _statements(lambda: record_payments.many([(desk.call(), _money(document)) for document in one])) == _statements(
        lambda: record_payments.many([(desk.call(), _money(document)) for document in many])
    )


def test_thirty_refunds_take_as_many_statements_as_one(desk: Desk) -> None:
    one, many = _paid(desk, 1), _paid(desk, 30)
    assert _statements(
        lambda: record_refunds.many([(desk.call(), MoneyReturned(document=document)) for document in one])
    ) == _statements(lambda: record_refunds.many([(desk.call(), MoneyReturned(document=document)) for document in many]))


def test_a_debt_in_parts_is_owed_in_money(desk: Desk) -> None:
    document = desk.claim(0)
    run_step(desk.call(), name="owe", documents=(document,))
    assert desk.posted() == [
        ("goods_return_owed", "sales_returns", "customer_payable", 3),
        ("shipping_return_owed", "shipping_revenue", "customer_payable", 1),
        ("fees_return_owed", "fee_revenue", "customer_payable", 1),
        ("tax_return_owed", "tax_payable", "customer_payable", 2),
        ("discount_return_owed", "customer_payable", "discounts", 1),
    ]


@pytest.mark.parametrize("parts", [{"goods": 5, "gift_cards": 1}, {"goods": 5, "rounding": 1}])
def test_a_debt_of_gift_cards_or_rounding_is_a_mistake(desk: Desk, parts: dict[str, int]) -> None:
    from dingdan.ledgers.payments.rules import Book, Owing

    owing = Owing(
        id=new_id(),
        kind=PayableKind.CREDIT_NOTE,
        document_kind="credit_note",
        document_id=new_id(),
        party_kind="customer",
        party_id=new_id(),
        currency="GBP",
    )
    with pytest.raises(ValueError, match="no gift cards"):
        Book(payables=[owing]).owe_parts(Entry(desk.call(), "x", desk.call().at), owing, Parts(**parts))  # type: ignore[arg-type]


def test_a_document_that_joins_a_payment_before_it_is_locked_is_locked_too(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between looking up what a payment pays and locking it, somebody puts its free money to another document."""
    first, second = desk.claim(10_00), desk.claim(10_00)
    payment_id = desk.pay(first, 14_00).payment_id
    really, came = ledger._read, threading.Event()

    def read(row: type[Any], question: str, **ids: list[Any]) -> list[Any]:
        if row is not Owed or came.is_set():
            return really(row, question, **ids)
        came.set()
        other = threading.Thread(target=_put_elsewhere, args=(desk, payment_id, second))
        other.start()
        other.join()
        # What a statement that had to wait for a lock saw of the payment when it began.
        return [owed for owed in really(row, question, **ids) if owed.document_id == first.id]

    monkeypatch.setattr(ledger, "_read", read)
    asked = request_refund(desk.call(), refund=MoneyReturned(payment_id=payment_id, money=Money(14_00, "GBP")))

    assert came.is_set()
    assert sorted(one.amount for one in asked.refunds) == [4_00, 10_00]
    assert [one.shares[0].refunding for document in (first, second) for one in desk.payments(document)] == [10_00, 4_00]


def _put_elsewhere(desk: Desk, payment_id: Any, document: Document) -> None:
    try:
        with tenant_scope(desk.id):
            allocate_payment(desk.call(), payment_id=payment_id, document=document, money=Money(4_00, "GBP"))
    finally:
        connections.close_all()


def test_paying_and_refunding_the_same_documents_at_once_never_blocks_for_good(desk: Desk) -> None:
    documents = _paid(desk, 6)

    def work(turn: int) -> None:
        order = documents if turn % 2 else documents[::-1]
        record_payments.many([(desk.call(), _money(document, 1)) for document in order])
        record_refunds.many([(desk.call(), MoneyReturned(document=document, money=Money(1, "GBP"))) for document in order])
        collect_cod.many([(desk.call(), CodCollected(document=document, money=Money(1, "GBP"))) for document in order])

    told = desk.together(*[lambda turn=turn: work(turn) for turn in range(8)])
    assert told == [None] * 8
    assert [desk.owed(document).due for document in documents] == [5_92] * 6
