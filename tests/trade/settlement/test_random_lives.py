"""Orders with kits, services, taxes and discounts go through random lives; the books hold at every stop and close at the end."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

import pytest

from dingdan.kernel.errors import Refusal
from dingdan.ledgers.inventory.commands import FillBackorders, ReceiveStock, StockChange, fill_backorders, receive_stock
from dingdan.trade.aftersales import queries
from dingdan.trade.aftersales.commands import (
    CancelOrder,
    LineAmount,
    Part,
    RecordReturn,
    ReturnedUnits,
    ReturnWanted,
    authorize_return,
    cancel_orders,
    cancel_return,
    deny_claim,
    give_allowance,
    receive_return,
    record_returns,
    refund_order,
    resolve_claim,
    scan_return,
)
from dingdan.trade.aftersales.models import Claim
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.settlement import queries as settlement
from dingdan.trade.settlement.commands import CreditAmount, IssueCreditNote, issue_credit_notes
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales import sold
from tests.trade.settlement import books


@dataclass
class Life:
    """An order, and everything that can happen to it."""

    shop: Shop
    order: OrderPlaced
    dice: random.Random
    stocked: tuple[UUID, ...]
    happened: list[str] = field(default_factory=list)

    def step(self) -> None:
        """Let something happen; what is refused has written nothing."""
        doing: Callable[[], object] = self.dice.choice(
            [
                self.cancel,
                self.ship,
                self.ship,
                self.invoice,
                self.take_back,
                self.take_back,
                self.look_at,
                self.claim,
                self.allow,
                self.credit,
                self.correct,
                self.refund,
            ]
        )
        try:
            doing()
            self.happened.append(doing.__name__)
        except Refusal as refusal:
            self.happened.append(f"({doing.__name__}: {refusal.code})")

    def _line(self) -> UUID:
        return self.dice.choice(self.order.lines).line_id

    def cancel(self) -> object:
        parts = (Part(self._line(), self.dice.randint(1, 2)),) if self.dice.random() < 0.9 else ()
        return cancel_orders.one(self.shop.call(), CancelOrder(order_id=self.order.order_id, lines=parts))

    def ship(self) -> object:
        sku = self.dice.choice(["CUP", "PLATE"])
        receive_stock.one(self.shop.call(), ReceiveStock(lines=(StockChange(sku, self.dice.randint(1, 3)),)))
        fill_backorders.one(self.shop.call(), FillBackorders(variant_ids=self.stocked))
        return kit.ship(self.shop, self.order)

    def invoice(self) -> object:
        return books.invoice(self.shop, self.order)

    def take_back(self) -> object:
        amount = None if self.dice.random() < 0.7 else self.dice.randint(0, 300)
        line_id = self.order.lines[self.dice.randint(0, 1)].line_id
        units = (ReturnedUnits(line_id=line_id, quantity=self.dice.randint(1, 3), amount=amount),)
        return record_returns.one(self.shop.call(), RecordReturn(order_id=self.order.order_id, lines=units))

    def look_at(self) -> object:
        """Units come back, perhaps are seen on their way first, and are of grades that differ from piece to piece."""
        line_id = self.order.lines[0].line_id
        asked = ReturnWanted(line_id=line_id, quantity=self.dice.randint(1, 2))
        rma = authorize_return(self.shop.call(), order_id=self.order.order_id, lines=(asked,))
        if self.dice.random() < 0.5:
            scan_return(self.shop.call(), return_id=rma.return_id)
        if self.dice.random() < 0.2:
            return cancel_return(self.shop.call(), return_id=rma.return_id)
        receive_return(self.shop.call(), return_id=rma.return_id)
        grades = Counter(self.dice.choice(["A", "B", "C", "scrap"]) for _ in range(asked.quantity))
        return sold.graded(self.shop, rma.return_id, **grades)

    def claim(self) -> object:
        claim_id = sold.claim(self.shop, self.order, self.dice.randint(1, 2))
        line_id, resolution = self.order.lines[0].line_id, self.dice.choice(["refund", "keep", "deny"])
        if resolution == "deny":
            return deny_claim(self.shop.call(), claim_id=claim_id, reason="No")
        amounts = (LineAmount(line_id, self.dice.randint(0, 90)),) if resolution == "keep" else ()
        return resolve_claim(self.shop.call(), claim_id=claim_id, resolution=resolution, amounts=amounts)

    def allow(self) -> object:
        return give_allowance(self.shop.call(), order_id=self.order.order_id, amount=self.dice.randint(1, 60))

    def correct(self) -> object:
        lines = (CreditAmount(order_line_id=self._line(), amount=self.dice.randint(1, 40)),)
        return issue_credit_notes.one(self.shop.call(), IssueCreditNote(order_id=self.order.order_id, lines=lines))

    def credit(self) -> object:
        waiting = [IssueCreditNote(return_id=id_) for id_ in settlement.returns_to_credit()]
        claims = Claim.objects.filter(order_id=self.order.order_id, state="resolved", credit_notes__isnull=True)
        waiting += [IssueCreditNote(claim_id=id_) for id_ in claims.values_list("id", flat=True)]
        waiting += [IssueCreditNote(allowance_id=id_) for id_ in settlement.allowances_to_credit()]
        return issue_credit_notes.many([(self.shop.call(), intent) for intent in waiting])

    def refund(self) -> object:
        return refund_order(self.shop.call(), order_id=self.order.order_id)

    def finish(self) -> None:
        """Ship the rest, invoice it, and write every credit note that is missing."""
        for sku in ("CUP", "PLATE"):
            receive_stock.one(self.shop.call(), ReceiveStock(lines=(StockChange(sku, 99),)))
        fill_backorders.one(self.shop.call(), FillBackorders(variant_ids=self.stocked))
        for doing in (lambda: kit.ship(self.shop, self.order), self.invoice, self.credit, self._credit_canceled):
            try:
                doing()
            except Refusal as refusal:
                self.happened.append(refusal.code)

    def _credit_canceled(self) -> object:
        return issue_credit_notes.one(self.shop.call(), IssueCreditNote(order_id=self.order.order_id))


@pytest.mark.parametrize("seed", range(6))
def test_every_life_adds_up(shop: Shop, seed: int) -> None:
    dice = random.Random(seed)
    books.taxed(shop, gross=bool(seed % 2))
    stocked = tuple(kit.stock(shop, sku, 2, shortage="backorder") for sku in ("CUP", "PLATE"))
    sold.kit_of(shop, "SET", CUP=2, PLATE=1)
    sold.service(shop, "ENGRAVING")
    order = kit.place(
        shop, ("CUP", 5), ("SET", 3), ("ENGRAVING", 2), price="137.285", discount=111, shipping_price=395, language="zh-Hant"
    )
    sold.rule(shop, refund_at="scan", restocking_rate=Decimal("0.1"), restocking_fee=3, shipping_fee=20)
    kit.pay(shop, order)
    life = Life(shop, order, dice, stocked)
    for number in range(24):
        life.step()
        if number % 6 == 5:
            assert kit.breaches() == [], life.happened
    life.finish()
    assert kit.breaches() == [], life.happened
    owed = sold.owed(order)
    pending = sum(line.given.allowed for line in queries.standing(order.order_id).lines) - _allowed_and_credited(order)
    assert owed.invoiced - owed.credited - owed.amount in range(pending + 1), life.happened


def _allowed_and_credited(order: OrderPlaced) -> int:
    """What of the allowances has its credit note; those on lines that were canceled before their invoice never need one."""
    notes = settlement.credit_notes_of(order.order_id).filter(allowance__isnull=False)
    return sum(note.total for note in notes)
