"""Which order a credited line undoes: what the same customer bought of the same item before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from dingdan.integrations.importers.online_retail.codes import COSTS, Kind
from dingdan.integrations.importers.online_retail.documents import Sale
from dingdan.integrations.importers.online_retail.reading import InvoiceLine
from dingdan.kernel.money import round_minor

#: (customer, sku)
Pair = tuple[str, str]


@dataclass(slots=True)
class Purchase:
    """One line of an order, and what of it nobody has taken back yet: units, and pence paid for them."""

    order: str
    position: int
    day: date
    price: Decimal
    left: int
    paid: int


class Part(NamedTuple):
    """Units of one purchase that a credited line takes back: pence that go back, and pence that were paid for them."""

    purchase: Purchase
    quantity: int
    amount: int
    paid: int


class Purchases:
    """What customers bought, as far as somebody will ask: only the given pairs of customer and item, so that it stays small."""

    def __init__(self, wanted: frozenset[Pair]) -> None:
        self._wanted = wanted
        self._open: dict[Pair, list[Purchase]] = {}

    def add(self, sale: Sale, day: date) -> None:
        """Remember a sale."""
        if sale.customer is None:
            return
        for line in sale.lines:
            pair = (sale.customer, line.sku)
            if pair in self._wanted:
                bought = Purchase(sale.number, line.position, day, line.unit_price, line.quantity, line.amount)
                self._open.setdefault(pair, []).append(bought)

    def take(self, credited: InvoiceLine) -> list[Part]:
        """The purchases that the line undoes, most recent first, those of the same price before others; none if they are too few.

        A service is undone at its own price only: “Manual” of another amount is another matter. A cost undoes nothing.
        """
        if credited.customer is None or credited.kind in COSTS:
            return []
        bought = self._open.get((credited.customer, credited.sku), [])
        same = [purchase for purchase in reversed(bought) if purchase.price == credited.price]
        others = [purchase for purchase in reversed(bought) if purchase.price != credited.price]
        candidates = same + others if credited.kind is Kind.PRODUCT else same
        if sum(purchase.left for purchase in candidates) < -credited.quantity:
            return []
        parts = _share(credited, candidates)
        self._open[credited.customer, credited.sku] = [purchase for purchase in bought if purchase.left]
        return parts


def _share(credited: InvoiceLine, candidates: list[Purchase]) -> list[Part]:
    """Take the credited units from the candidates in turn. No part gives back more than was paid for it."""
    parts = []
    units, pence = -credited.quantity, -credited.amount
    for purchase in candidates:
        quantity = min(units, purchase.left)
        paid = purchase.paid if quantity == purchase.left else min(purchase.paid, round_minor(purchase.price * quantity * 100))
        wished = pence if quantity == units else round_minor(credited.price * quantity * 100)
        amount = min(wished, pence, paid)
        parts.append(Part(purchase, quantity, amount, paid))
        purchase.left -= quantity
        purchase.paid -= paid
        units, pence = units - quantity, pence - amount
        if not units:
            break
    return parts
