"""A story: what a shop tells, step by step, with the money after each; printed as a page of `docs/stories`.

A story runs at times of its own, so that its page is the same whenever it is told. `make stories` writes the pages anew.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from textwrap import fill
from typing import Any
from uuid import UUID

from dingdan.automation.consumers import drain
from dingdan.kernel.feed import timeline
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import MoneyReceived, Towards, record_payments, record_refund
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.models import Posting
from dingdan.ledgers.payments.queries import payments_of, receivable_of
from dingdan.ledgers.payments.steps import Told
from dingdan.masterdata.catalog.queries import variants_by_sku
from dingdan.trade.fulfillment.commands import DeliverShipment, ShipShipment, deliver_shipments, ship_shipments
from dingdan.trade.fulfillment.models import Shipment
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.orders.models import Order
from tests import kit
from tests.conftest import Shop

PAGES = Path(__file__).parents[2] / "docs" / "stories"
WRITES = "DINGDAN_WRITE_STORIES"
MADE = (
    "<!-- Printed by a test, `tests/stories/{module}.py`, and written anew by `make stories`. Change the test, not this page. -->"
)
BEGIN = datetime(2026, 3, 2, 9, tzinfo=UTC)  # a Monday
NOT_TOLD = {"NoticeQueued", "NoticeSent"}  # mails


@dataclass
class Story:
    """One story, told in a shop of its own."""

    shop: Shop
    module: str
    now: datetime = BEGIN
    page: str = ""
    orders: list[UUID] = field(default_factory=list)
    skus: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    steps: int = 0

    def begins(self, page: str, title: str, *, about: str) -> None:
        """What it is called, and what the shop says before it begins."""
        self.page = page
        self.text = [f"# {title}\n", MADE.format(module=self.module), "", _filled(about), "", "## What happens\n"]

    def sells(self, sku: str, quantity: int = 10, *, price: int = 0) -> None:
        """An article with so many pieces at the main node, listed at a price or not; the story tells its stock."""
        kit.stock(self.shop, sku, quantity)
        if price:
            kit.price(self.shop, sku, price)
        self.skus.append(sku)

    def orders_and_pays(self, *lines: tuple[str, int], price: int | str, **said: Any) -> OrderPlaced:
        """An order is placed and paid in full; the story tells its money from now on."""
        order = kit.place(self.shop, *lines, price=price, **said)
        kit.pay(self.shop, order, method=said.get("payment_method", "cash"))
        self.follows(order.order_id)
        return order

    def pays(self, order_id: UUID, amount: int, *, method: str = "cash") -> None:
        """So much money comes in for an order."""
        towards = (Towards(document=Document("order", order_id)),)
        record_payments.one(self.shop.call(), MoneyReceived(method=method, money=Money(amount, "GBP"), towards=towards))
        drain(self.shop.tenant_id)

    def follows(self, order_id: UUID) -> None:
        """The story tells the money of this order, too."""
        self.orders.append(order_id)

    def later(self, *, days: int = 0, hours: int = 0) -> None:
        """Time goes by."""
        self.now += timedelta(days=days, hours=hours)

    def ships(self, order_id: UUID) -> None:
        """Whatever is planned of an order leaves and arrives on the next day."""
        planned = list(Shipment.objects.filter(order_id=order_id, state="planned").order_by("id"))
        for shipment in planned:
            ship_shipments.one(self.shop.call(), ShipShipment(shipment.id, "Royal Mail", "RM1"))
        drain(self.shop.tenant_id)
        self.later(days=1)
        for shipment in planned:
            deliver_shipments.one(self.shop.call(), DeliverShipment(shipment.id))

    def gives_back_what_was_promised(self) -> int:
        """Every refund that is asked for leaves the till; returns how much."""
        found = payments_of("order", self.orders)
        attempts = {one.id: one for those in found.values() for payment in those for one in payment.attempts}
        asked = [attempts[id_] for id_ in sorted(attempts)]
        asked = [one for one in asked if one.kind == "refund" and one.state == "requested"]
        for one in asked:
            record_refund.one(self.shop.call(), Told(attempt_id=one.id))
        return sum(one.amount for one in asked)

    def tells(self, sentence: str) -> None:
        """A step: the house does by itself what follows; then how the orders and the stock stand."""
        drain(self.shop.tenant_id)
        self.steps += 1
        self.text += [_filled(f"**{self.steps}. {self.now:%A, %-d %B, %H:%M}.** {sentence}"), "", *self._money(), ""]

    def ends(self, sentence: str) -> None:
        """The audit finds nothing, and the page in `docs/stories` says what happened."""
        drain(self.shop.tenant_id)
        assert kit.breaches() == []
        self.text += ["## In the end\n", _filled(f"{sentence} `dingdan audit` finds nothing."), ""]
        self.text += ["## The timeline\n", *self._timeline(), "", "## The postings\n", *self._postings()]
        told, page = "\n".join(self.text) + "\n", PAGES / f"{self.page}.md"
        if os.environ.get(WRITES):
            page.write_text(told, encoding="utf-8")
        assert page.read_text(encoding="utf-8") == told, "the page is stale, or something happens otherwise: `make stories`"

    def _money(self) -> list[str]:
        found = receivable_of("order", self.orders)
        rows = []
        for order in Order.objects.filter(id__in=self.orders).order_by("number"):
            money = found[order.id]
            amounts = (money.amount, money.allocated, money.refunded, money.due)
            rows.append([order.number, order.state, *map(_pounds, amounts), money.payment_status.replace("_", " ")])
        stock = [f"{sku} {on_hand} on hand, {reserved} reserved" for sku, on_hand, reserved in self._stock()]
        head = ["order", "state", "is owed", "was paid", "given back", "due", "money"]
        return [*_table(head, rows, right=(2, 3, 4, 5)), "", *_filled(f"Stock: {'; '.join(stock)}.").splitlines()]

    def _stock(self) -> list[tuple[str, int, int]]:
        variants = variants_by_sku(self.skus)
        return [(sku, *kit.levels(variants[sku].id)) for sku in self.skus]

    def _timeline(self) -> list[str]:
        numbers = {order.id: order.number for order in Order.objects.filter(id__in=self.orders)}
        entries: dict[tuple[datetime, UUID], tuple[dict[str, Any], list[str]]] = {}
        for order_id in self.orders:
            for entry in timeline(order_id):
                if entry["event"] not in NOT_TOLD:
                    entries.setdefault((entry["at"], entry["entry"]), (entry, []))[1].append(numbers[order_id])
        rows = [
            [_moment(at), ", ".join(sorted(about)), entry["event"], f"`{entry['command']}`"]
            for (at, _id), (entry, about) in sorted(entries.items(), key=lambda one: one[0])
        ]
        return _table(["when", "order", "what happened", "command"], rows)

    def _postings(self) -> list[str]:
        found = Posting.objects.order_by("entry__at", "id").select_related("entry", "debit", "credit")
        rows = [
            [_moment(one.entry.at), f"`{one.rule}`", _words(one.debit.code), _words(one.credit.code), _pounds(one.amount)]
            for one in found
        ]
        return _table(["when", "rule", "debit", "credit", "amount"], rows, right=(4,))


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> list[str]:
    rule = ["---:" if place in right else "---" for place in range(len(head))]
    return [f"| {' | '.join(head)} |", f"|{'|'.join(rule)}|", *(f"| {' | '.join(row)} |" for row in rows)]


def _pounds(amount: int) -> str:
    return f"{amount / 100:.2f}"


def _moment(at: datetime) -> str:
    return f"{at:%a %-d %b %H:%M}"


def _words(name: str) -> str:
    return name.replace("_", " ")


def _filled(text: str) -> str:
    return fill(" ".join(text.split()), 120, break_long_words=False, break_on_hyphens=False)
