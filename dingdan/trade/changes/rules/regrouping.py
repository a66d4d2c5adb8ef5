"""Orders that are split and merged: which units go to another order, and what they are worth there. Pure.

Nothing is priced anew. A line that goes over takes its share of price, discount and tax along, so that orders that were split or
merged come to the same as before, to the cent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Invalid, NotFound, Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.quantity import checked_quantity
from dingdan.masterdata.catalog.rules import Shortage
from dingdan.masterdata.pricing.rules import PricedLine, refund_share
from dingdan.trade.aftersales.rules import Line, Part
from dingdan.trade.changes.lifecycle import UNDONE_BY, Effect
from dingdan.trade.changes.rules.cases import SOLD, AllowedBefore, Case, Sold
from dingdan.trade.changes.rules.goods import Stock
from dingdan.trade.changes.rules.plans import Added, Ceded, Plan
from dingdan.trade.orders.rules import DraftLine

MOST_PARTS: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """One kind of change between orders: what it is, what it writes (each undone by its opposite), who may, what is final."""

    title: Any
    meaning: Any
    writes: tuple[Effect, ...]
    permission: str
    irreversible: Any

    @property
    def undo(self) -> tuple[str, ...]:
        """How what it writes is taken back."""
        return tuple(UNDONE_BY[effect] for effect in self.writes)


_FINAL = _("What has left, and what was changed or credited of these orders since.")
BETWEEN: Final[Mapping[str, Between]] = {
    "split": Between(
        title=_("Split"), meaning=_("Units that have not left become orders of their own."),
        writes=(Effect.HANDED, Effect.TAKEN, Effect.HELD), permission="changes.split_order", irreversible=_FINAL,
    ),
    "merge": Between(
        title=_("Merge"), meaning=_("What has not left of other orders of the same buyer and address goes over to this one."),
        writes=(Effect.HANDED, Effect.TAKEN, Effect.HELD, Effect.TURNED), permission="changes.merge_orders", irreversible=_FINAL,
    ),
}  # fmt: skip
"""The table of changes that are about several orders at once."""


class SplitBy(StrEnum):
    """By what an order is split. What is named first, or most of it, stays with the order."""

    LINES = "lines"
    NODE = "node"
    STOCK = "stock"
    PRESALE = "presale"
    WEIGHT = "weight"
    SELLER = "seller"


SPLITS: Final[Mapping[SplitBy, Any]] = {
    SplitBy.LINES: _("The units that each part names."),
    SplitBy.NODE: _("What leaves from another node than most of it; what waits stays."),
    SplitBy.STOCK: _("What waits for goods to come."),
    SplitBy.PRESALE: _("What was sold before its first receipt, and waits for that."),
    SplitBy.WEIGHT: _("What is above so many grams, in the order of the lines."),
    SplitBy.SELLER: _("What another seller sells than that of the first line."),
}
"""What becomes an order of its own, by what an order is split."""


class NotThatMany(Refusal):
    """More units were named than have not left."""

    sentence = _("Of {name} only {open} can become another order, not {asked}: the rest has left or is canceled.")
    remedy = _("Name at most {open}.")


class EmptyPart(Refusal):
    """An order would be left without anything, or a new one would get nothing."""

    status = 422
    sentence = _("One of the orders would have nothing in it.")
    remedy = _("Leave something of what has not left with the order, and put something into each part.")


class NothingToSplit(Refusal):
    """By this there is one part only."""

    sentence = _("There is nothing to split by this: everything belongs together.")
    remedy = _("Split it by something else, or name the lines.")


class NothingToMerge(Refusal):
    """No other order was named, or nothing of it could go over."""

    sentence = _("There is nothing to merge: no other order was named, or everything of it has left.")
    remedy = _("Name orders of which something has not left.")


class InReview(Refusal):
    """People look at the order."""

    sentence = _("Order {number} is being reviewed.")
    remedy = _("Decide about it first.")


class NotAlike(Refusal):
    """The orders cannot become one."""

    sentence = _("Order {number} cannot be merged with this one: {why}.")
    remedy = _("Merge orders of one buyer that go to one address and are paid alike.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """How an order is to be split: by what, and (by lines) which units make up each new order."""

    by: str = SplitBy.LINES
    parts: tuple[tuple[Part, ...], ...] = ()
    max_grams: int | None = None


@dataclass(frozen=True, slots=True)
class Portion:
    """Units by line that make up an order of their own; with a node, those that are reserved there."""

    units: Mapping[UUID, int]
    node_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Carried:
    """Units of a line that go to another order, as a line of their own there."""

    sold: Sold
    line: DraftLine
    node_id: UUID | None = None

    @property
    def units(self) -> int:
        """How many."""
        return self.line.priced.quantity


@dataclass(slots=True)
class Leaving:
    """What leaves an order: its plan grows with everything that goes to another one."""

    case: Case
    canceled: dict[UUID, int] = field(default_factory=lambda: defaultdict(int))
    ceded: list[Ceded] = field(default_factory=list)

    def carry(self, portion: Portion) -> list[Carried]:
        """Take units out of the order, as lines of another one. Refuses `AllowedBefore`."""
        found = []
        for sold in self.case.sold:
            units = portion.units.get(sold.line.id, 0)
            if not units:
                continue
            if sold.line.given.allowed:
                raise AllowedBefore(field="parts", name=sold.line.name)
            line = _taken(sold, units, before=self.canceled[sold.line.id])
            self.canceled[sold.line.id] += units
            self.ceded.append(Ceded(sold.line.id, line.id, units, portion.node_id))
            found.append(Carried(sold, line, portion.node_id))
        return found

    @property
    def empties(self) -> bool:
        """Whether nothing of the order is left."""
        return all(line.kept == self.canceled.get(line.id, 0) for line in self.case.lines)

    def plan(self) -> Plan:
        """What is written of the order that gives."""
        turn = "cancel" if self.empties else ""
        return Plan(canceled=dict(self.canceled), ceded=tuple(self.ceded), turn=turn)


def _taken(sold: Sold, units: int, *, before: int) -> DraftLine:
    """The line that units of another one become: the share of them, at the end of what is left of it."""
    line = sold.line
    share = refund_share(line, line.kept - before - units, units)
    priced = PricedLine(
        key="", quantity=units, unit_price=Decimal(sold.unit_price), goods=share.goods, discount=share.discount,
        tax_base=share.tax_base, tax=share.tax, total=share.total, tax_rate=sold.tax.rate, tax_included=line.tax_included,
        rounding=sold.tax.rounding, step=line.step,
    )  # fmt: skip
    return DraftLine(
        id=new_id(), kind=line.kind, variant=sold.variant, name=line.name, priced=priced, seller_id=sold.seller_id,
        tax_name=" + ".join(part.name for part in sold.tax.parts)[:60], sku=sold.sku,
    )  # fmt: skip


def taking(carried: Sequence[Carried]) -> Plan:
    """What is written of the order that takes."""
    return Plan(
        added=tuple(Added(line=one.line, at="parts") for one in carried),
        ceded=tuple(Ceded(one.sold.line.id, one.line.id, one.units, one.node_id) for one in carried),
        held={one.line.id: True for one in carried if one.sold.is_held},
    )


# ── splitting ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def portions(case: Case, stock: Stock, wish: Split) -> list[Portion]:
    """The new orders that come of a split. Refuses `EmptyPart`, `NothingToSplit`, `NotThatMany`."""
    found = _named(case, wish.parts) if wish.by == SplitBy.LINES else _SPLITS[SplitBy(wish.by)](case, stock, wish)
    if not found:
        raise NothingToSplit(field="by")
    if len(found) > MOST_PARTS:
        raise Invalid(field="parts", reason=_("An order is split into at most 50 more."))
    gone: dict[UUID, int] = defaultdict(int)
    for portion in found:
        for line_id, units in portion.units.items():
            gone[line_id] += units
    if not all(any(portion.units.values()) for portion in found) or not any(
        line.kept > gone[line.id] for line in case.lines if line.kind in SOLD
    ):
        raise EmptyPart(field="parts")
    return found


def _open(case: Case) -> list[Sold]:
    """What can go to another order: goods and services that have not left."""
    return [sold for sold in case.sold if sold.line.kind in SOLD and sold.line.open > 0]


def _named(case: Case, parts: Sequence[Sequence[Part]]) -> list[Portion]:
    lines, asked = {line.id: line for line in case.lines}, defaultdict[UUID, int](int)
    found = []
    for number, part in enumerate(parts):
        units: dict[UUID, int] = defaultdict(int)
        for place, one in enumerate(part):
            at = f"parts.{number}.{place}"
            line = _line(lines, one.line_id, at)
            units[line.id] += checked_quantity(one.quantity, field=f"{at}.quantity")
            asked[line.id] += one.quantity
            if asked[line.id] > line.open:
                raise NotThatMany(field=f"{at}.quantity", name=line.name, open=max(0, line.open), asked=asked[line.id])
        found.append(Portion(units))
    if not found:
        raise EmptyPart(field="parts")
    return found


def _line(lines: Mapping[UUID, Line], line_id: UUID, at: str) -> Line:
    if line_id not in lines:
        raise NotFound(field=f"{at}.line_id", what="order line", id=line_id)
    if lines[line_id].kind not in SOLD:
        raise Invalid(field=f"{at}.line_id", reason=_("Shipping and fees stay with the order that is split."))
    return lines[line_id]


def _answered(line: Line, stock: Stock, nodes: Callable[[UUID], bool]) -> int:
    """Units of a line of which every piece is reserved at nodes of which that is true."""
    demands = stock.demands.get(line.id, ())
    pieces = [
        sum(peg.quantity for peg in stock.pegs.get(demand.id, ()) if peg.balance and nodes(peg.balance.node_id))
        // demand.per_line_unit
        for demand in demands
    ]
    return min(pieces, default=0)


def _by_node(case: Case, stock: Stock, _wish: Split) -> list[Portion]:
    """An order for each node that goods leave from; the one that most leave from stays, and so does what waits."""
    every = [
        peg.balance.node_id
        for sold in _open(case)
        for demand in stock.demands.get(sold.line.id, ())
        for peg in stock.pegs.get(demand.id, ())
        if peg.balance
    ]
    groups: dict[UUID, dict[UUID, int]] = {}
    for node_id in sorted(set(every)):
        for sold in _open(case):
            before = sum(units.get(sold.line.id, 0) for units in groups.values())
            units = min(sold.line.open - before, _answered(sold.line, stock, node_id.__eq__))
            if units > 0:
                groups.setdefault(node_id, {})[sold.line.id] = units
    if not groups:
        return []
    stays = max(groups, key=lambda node_id: (sum(groups[node_id].values()), -node_id.int))
    return [Portion(units, node_id) for node_id, units in groups.items() if node_id != stays]


def _by_stock(case: Case, stock: Stock, _wish: Split) -> list[Portion]:
    """What stock answers stays; what waits for goods to come becomes an order of its own."""
    return _waiting(stock, _open(case))


def _by_presale(case: Case, stock: Stock, _wish: Split) -> list[Portion]:
    """What was sold before its first receipt and waits for that becomes an order of its own."""
    return _waiting(stock, [sold for sold in _open(case) if _is_presale(sold.line, stock)])


def _waiting(stock: Stock, sold: Iterable[Sold]) -> list[Portion]:
    waits = {
        one.line.id: one.line.open - min(one.line.open, _answered(one.line, stock, lambda _node: True))
        for one in sold
        if stock.demands.get(one.line.id)
    }
    return [Portion(found)] if (found := {line_id: units for line_id, units in waits.items() if units}) else []


def _is_presale(line: Line, stock: Stock) -> bool:
    return any(stock.articles[demand.variant_id].shortage == Shortage.PREORDER for demand in stock.demands.get(line.id, ()))


def _by_seller(case: Case, _stock: Stock, _wish: Split) -> list[Portion]:
    """An order for each seller; the first one's stays."""
    groups: dict[UUID | None, dict[UUID, int]] = {}
    for sold in _open(case):
        groups.setdefault(sold.seller_id, {})[sold.line.id] = sold.line.open
    return [Portion(units) for units in list(groups.values())[1:]]


def _by_weight(case: Case, _stock: Stock, wish: Split) -> list[Portion]:
    """Orders of at most so many grams, in the order of the lines; one piece that is heavier goes alone."""
    if wish.max_grams is None or wish.max_grams < 1:
        raise Invalid(field="max_grams", reason=_("Say how many grams an order may weigh at most."))
    groups, room = list[dict[UUID, int]]([{}]), wish.max_grams
    for sold in _open(case):
        grams, left = (sold.variant.shipped_grams if sold.variant else 0), sold.line.open
        while left and len(groups) <= MOST_PARTS + 1:
            fits = min(left, room // grams if grams else left)
            if not fits and groups[-1]:
                groups.append({})
                room = wish.max_grams
                continue
            units = max(1, fits)
            groups[-1][sold.line.id] = groups[-1].get(sold.line.id, 0) + units
            left, room = left - units, max(0, room - units * grams)
    return [Portion(units) for units in groups[1:]]


_SPLITS: Final[Mapping[SplitBy, Callable[[Case, Stock, Split], list[Portion]]]] = {
    SplitBy.NODE: _by_node,
    SplitBy.STOCK: _by_stock,
    SplitBy.PRESALE: _by_presale,
    SplitBy.WEIGHT: _by_weight,
    SplitBy.SELLER: _by_seller,
}


# ── merging ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def everything(case: Case) -> Portion:
    """What goes over when an order is merged into another: what has not left, and with the last of it shipping and fees."""
    units = {sold.line.id: sold.line.open for sold in _open(case)}
    stays = any(line.kept > units.get(line.id, 0) for line in case.lines if line.kind in SOLD)
    if not stays:
        units |= {line.id: line.kept for line in case.lines if line.kind not in SOLD and line.kept}
    return Portion(units)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """What orders must have in common to be merged, each with the word for it."""

    number: str
    state: str
    in_review: bool
    keep_apart: bool
    facts: Mapping[str, object]


WHY: Final[Mapping[str, object]] = {
    "channel": _("it came in through another channel"),
    "currency": _("it is in another currency"),
    "taxes": _("its prices are with tax and the others without"),
    "buyer": _("it is somebody else's"),
    "ship_to": _("it goes to another address"),
    "bill_to": _("it is invoiced to somebody else"),
    "terms": _("it is paid in another way"),
}
"""Why orders cannot be merged, by what they do not have in common."""


def check_alike(kept: Alike, other: Alike, *, at: str) -> None:
    """Refuse orders that cannot become one: `InReview`, `NotAlike`."""
    for one in (kept, other):
        if one.in_review:
            raise InReview(field=at, number=one.number)
        if one.keep_apart:
            raise NotAlike(field=at, number=one.number, why=_("it is marked to be kept apart"))
        if one.state != "placed":
            raise NotAlike(field=at, number=one.number, why=_("it is {state}").format(state=one.state))
    for name, why in WHY.items():
        if kept.facts[name] != other.facts[name]:
            raise NotAlike(field=at, number=other.number, why=why)
