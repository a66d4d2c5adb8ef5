"""Goods may come back: checked against what is with the customer, and against the shop's own rules; or they did elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.command import Batch, Item, batch_command, command
from dingdan.kernel.errors import Invalid, NotFound, Refusal, refuses
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.quantity import checked_quantity
from dingdan.kernel.text import clean_text, one_of
from dingdan.ledgers.inventory import queries as inventory_queries
from dingdan.ledgers.inventory.lifecycle import LocationKind
from dingdan.ledgers.inventory.models import Demand
from dingdan.masterdata.catalog.queries import variants_by_sku
from dingdan.masterdata.catalog.rules import Sellable
from dingdan.masterdata.policies import queries as policies
from dingdan.masterdata.policies.lifecycle import Condition, RefundAt
from dingdan.masterdata.policies.models import ReturnReason as Reason
from dingdan.masterdata.policies.rules import Verdict, Why
from dingdan.trade.aftersales import queries, steps
from dingdan.trade.aftersales.events import AuthorizedLine, ReturnAuthorized, ReturnedLine, ReturnRecorded, Wanted
from dingdan.trade.aftersales.lifecycle import ReturnReason
from dingdan.trade.aftersales.queries import Said, Standing
from dingdan.trade.aftersales.rules import (
    CUSTOMER,
    AgainstTheRules,
    Line,
    MayNotOverride,
    NothingToReturn,
    NotReturnable,
    NotSentAhead,
    ReturnAboveShipped,
    apart,
    rounds,
    settle,
)
from dingdan.trade.orders.rules import UnknownSku

OVERRIDE = "policies.override"
MOST_DAYS_AHEAD = 365

refuses("never_take_back_more_than_shipped", lambda: ReturnAboveShipped(name=_("this line"), left=0, asked="more"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnWanted:
    """So many units of an order line are to come back, for a reason of the shop's list and in the condition that is told.

    With `component` (a SKU) pieces of that part of a kit come back alone, and `quantity` counts them. `override` is why they may
    come back although the rules say no, and `shop_pays` lets its way back cost nothing although they say otherwise; both need a
    permission of their own.
    """

    line_id: UUID
    quantity: int
    reason: str = ReturnReason.OTHER
    condition: str = ""
    override: str = ""
    component: str = ""
    shop_pays: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeWanted:
    """So many of an article in exchange."""

    sku: str
    quantity: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedUnits:
    """So many units of an order line came back; `amount` (minor units) was given back for them, without it their whole worth."""

    line_id: UUID
    quantity: int
    amount: int | None = None
    reason: str = ReturnReason.OTHER
    component: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordReturn:
    """A return that happened elsewhere: everything is back in stock, at a node or where it had left from."""

    order_id: UUID
    lines: tuple[ReturnedUnits, ...]
    external_number: str = ""
    node_id: UUID | None = None


@command
def authorize_return(
    entry: Entry, *, order_id: UUID, lines: tuple[ReturnWanted, ...], node_id: UUID | None = None
) -> ReturnAuthorized:
    """Let goods of an order come back, to a node or to where they left from.

    Refuses `ReturnAboveShipped`, `NotReturnable`, `AgainstTheRules`, `MayNotOverride`.
    """
    return _authorize(entry, _asked(entry, order_id, lines, node_id))


@command
def exchange_return(
    entry: Entry,
    *,
    order_id: UUID,
    lines: tuple[ReturnWanted, ...],
    wanted: tuple[ExchangeWanted, ...],
    node_id: UUID | None = None,
    ahead_days: int = 0,
) -> ReturnAuthorized:
    """Let goods come back in exchange for others. Those are ordered once the return is inspected, and paid with its money.

    With `ahead_days` they are ordered at once and may leave on account; the first goods must be back within so many days.
    Refuses as `authorize_return` does, `UnknownSku`, `NotSentAhead`; and customers what is not on offer to them (`NotPriced`).
    """
    if not wanted:
        raise Invalid(field="wanted", reason=_("Say what the customer gets in exchange."))
    if not 0 <= ahead_days <= MOST_DAYS_AHEAD:
        raise Invalid(field="ahead_days", reason=_("Give 0 to 365 days."))
    known = variants_by_sku({one.sku for one in wanted})
    variants: dict[UUID, int] = {}
    for index, one in enumerate(wanted):
        variant = known.get(one.sku)
        if variant is None or not variant.is_sold:
            raise UnknownSku(field=f"wanted.{index}.sku", sku=one.sku)
        quantity = checked_quantity(one.quantity, field=f"wanted.{index}.quantity")
        variants[variant.id] = variants.get(variant.id, 0) + quantity
    asked = _asked(entry, order_id, lines, node_id)
    if entry.actor.kind == CUSTOMER:
        queries.check_on_offer(order_id, {one.sku: one.quantity for one in wanted}, at=entry.at)
    due_back_at = entry.at + timedelta(days=ahead_days) if ahead_days else None
    if due_back_at:
        _check_ahead(entry, asked)
    return _authorize(entry, replace(asked, new=replace(asked.new, wanted=variants, due_back_at=due_back_at)))


@dataclass(frozen=True, slots=True)
class _Asked:
    """A return that will be written, how its order stands, and what the rules said of its lines, in their order."""

    standing: Standing
    new: steps.NewReturn
    told: Sequence[Verdict]


def _asked(entry: Entry, order_id: UUID, lines: Sequence[ReturnWanted], node_id: UUID | None) -> _Asked:
    standing = queries.standing(order_id, lock=True)
    plain = _new_lines(standing, lines, reasons=policies.reasons_in_force())
    standing = steps.weigh(entry, standing=standing, lines=plain)
    said = [_said(standing, line, one, index=index) for index, (line, one) in enumerate(zip(plain, lines, strict=True))]
    verdicts = queries.verdicts(standing, said, at=entry.at)
    decided = []
    for index, (line, one) in enumerate(zip(plain, lines, strict=True)):
        verdict, rule = verdicts[index]
        override = _override(entry, standing, one, verdict=verdict, where=f"lines.{index}.override")
        decided.append(
            replace(
                line, condition=one.condition, override=override, rule_id=verdict.rule_id, grades_count=verdict.grades_count,
                restocking_rate=rule.restocking_rate if rule else Decimal(0), restocking_each=rule.restocking_fee if rule else 0,
            )
        )  # fmt: skip
    told = [verdict for verdict, _rule in verdicts]
    at_scan = all(verdict.refund_at == RefundAt.SCAN for verdict in told)
    new = steps.NewReturn(
        entry=entry, id=new_id(), order_id=order_id, node_id=_back_to(node_id, order_id, queries.nodes_of([order_id])),
        lines=tuple(decided), refund_at=RefundAt.SCAN if at_scan else RefundAt.INSPECTION,
        shipping_fee=max(_way_back(entry, one, verdict, where=f"lines.{index}.shop_pays")
                         for index, (one, verdict) in enumerate(zip(lines, told, strict=True))),
    )  # fmt: skip
    return _Asked(standing, new, told)


def _said(standing: Standing, line: steps.NewLine, one: ReturnWanted, *, index: int) -> Said:
    condition = one_of(one.condition, f"lines.{index}.condition", ["", *Condition])
    part = standing.units(line.order_line_id, line.quantity, line.component_id) if line.component_id else None
    return Said(
        line_id=line.order_line_id, units=line.quantity, reason=line.reason, condition=condition,
        part=Fraction(part) if part is not None else None,
    )  # fmt: skip


def _override(entry: Entry, standing: Standing, one: ReturnWanted, *, verdict: Verdict, where: str) -> str:
    """Why the line may come back although the rules say no; empty where they say nothing against it."""
    decides = entry.actor.kind != CUSTOMER  # where no rule says anything, the shop decides, and not who bought
    if verdict.eligible or (verdict.why == Why.NO_RULE and decides):
        return ""
    line = standing.line(one.line_id)
    reason = clean_text(one.override, where, 200, required=False)
    if not reason:
        raise AgainstTheRules(field=where, name=line.name if line else "", why=verdict.sentence, rule=verdict.rule or "–")
    if not entry.actor.may(OVERRIDE):
        raise MayNotOverride(field=where)
    return reason


def _way_back(entry: Entry, one: ReturnWanted, verdict: Verdict, *, where: str) -> int:
    """What is kept back for the way back of a line, unless somebody who may lets the shop pay."""
    if not one.shop_pays or not verdict.shipping_fee:
        return verdict.shipping_fee
    if not entry.actor.may(OVERRIDE):
        raise MayNotOverride(field=where)
    return 0


def _check_ahead(entry: Entry, asked: _Asked) -> None:
    """Goods leave before others are back where the rules say so, or whoever asks may go beyond them."""
    for line, verdict in zip(asked.new.lines, asked.told, strict=True):
        if not verdict.sends_ahead and not entry.actor.may(OVERRIDE):
            raise NotSentAhead(field="ahead_days", name=asked.standing.rows[line.order_line_id].name)


def _authorize(entry: Entry, asked: _Asked) -> ReturnAuthorized:
    new, order = asked.new, asked.standing.order
    (number,) = steps.write([new])
    if order.customer_id:
        entry.about("customer", order.customer_id)
    return ReturnAuthorized(
        return_id=new.id,
        number=number,
        order_id=new.order_id,
        node_id=new.node_id,
        lines=tuple(
            AuthorizedLine(
                return_line_id=line.id, order_line_id=line.order_line_id, quantity=line.quantity, reason=line.reason,
                rule_id=line.rule_id, overridden=bool(line.override),
            )
            for line in new.lines
        ),
        wanted=tuple(Wanted(variant_id=id_, quantity=quantity) for id_, quantity in new.wanted.items()),
        due_back_at=new.due_back_at,
    )  # fmt: skip


def _back_to(node_id: UUID | None, order_id: UUID, left: Mapping[UUID, UUID]) -> UUID:
    """The node named, or the one that goods of the order left from."""
    if node_id is not None:
        if (node_id, LocationKind.INSPECTION) not in inventory_queries.location_ids():
            raise NotFound(field="node_id", what="node", id=node_id)
        return node_id
    return left.get(order_id) or inventory_queries.default_node().id


class _Units(Protocol):
    """So many units of an order line that come back, and why."""

    @property
    def line_id(self) -> UUID: ...
    @property
    def quantity(self) -> int: ...
    @property
    def reason(self) -> str: ...
    @property
    def component(self) -> str: ...


def _new_lines(
    standing: Standing, wanted: Sequence[_Units], *, reasons: Mapping[str, Reason | None]
) -> tuple[steps.NewLine, ...]:
    """The lines of a return, checked against what is with the customer and not on its way back."""
    if not wanted:
        raise NothingToReturn(field="lines")
    if len({(one.line_id, one.component) for one in wanted}) < len(wanted):
        raise Invalid(field="lines", reason=_("Name each order line once."))
    parts = variants_by_sku({one.component for one in wanted if one.component})
    left: dict[UUID, int] = {}
    found = []
    for index, one in enumerate(wanted):
        where = f"lines.{index}"
        line = standing.line(one.line_id)
        if line is None:
            raise NotFound(field=f"{where}.line_id", what="order line", id=one.line_id)
        if not line.goods:
            raise NotReturnable(field=f"{where}.line_id", name=line.name)
        quantity = checked_quantity(one.quantity, field=f"{where}.quantity")
        component = _component(standing, line, parts.get(one.component), sku=one.component, where=where)
        pieces = _pieces(standing, line, quantity, component=component)
        for piece in pieces:
            room = left.setdefault(piece.demand.id, standing.loose(line, piece.demand))
            left[piece.demand.id] = room - piece.quantity
        most = standing.loose(line, component) if component else standing.returnable(line)
        if quantity > most or any(left[piece.demand.id] < 0 for piece in pieces):
            raise ReturnAboveShipped(field=f"{where}.quantity", name=line.name, left=max(most, 0), asked=quantity)
        reason = one_of(one.reason, f"{where}.reason", {*reasons, ReturnReason.OTHER})
        row = reasons.get(reason)
        found.append(
            steps.NewLine(
                id=new_id(), order_line_id=line.id, component_id=component.id if component else None, quantity=quantity,
                reason=reason, pieces=pieces, why_id=row.id if row else None,
            )
        )  # fmt: skip
    return tuple(found)


def _component(standing: Standing, line: Line, variant: Sellable | None, *, sku: str, where: str) -> Demand | None:
    """The goods of a kit's component that is named; None where none is."""
    if not sku:
        return None
    found = [one for one in standing.demands[line.id] if variant and one.variant_id == variant.id]
    if not found or found[0].variant_id == line.variant_id:
        raise NotFound(field=f"{where}.component", what="component of this kit", id=sku)
    return found[0]


def _pieces(standing: Standing, line: Line, quantity: int, *, component: Demand | None) -> tuple[steps.NewPiece, ...]:
    if component is not None:
        return (steps.NewPiece(id=new_id(), demand=component, quantity=quantity),)
    return tuple(
        steps.NewPiece(id=new_id(), demand=demand, quantity=quantity * demand.per_line_unit)
        for demand in standing.demands[line.id]
    )


# ── brought over from elsewhere ──────────────────────────────────────────────────────────────────────────────────────────


@batch_command(ReturnRecorded)
def record_returns(batch: Batch[RecordReturn]) -> None:
    """Bring returns over from elsewhere: the goods are in stock again, and less is owed for their orders.

    Refuses as `authorize_return` does, and `RefundAboveWorth`.
    """
    for items in rounds(batch.items, lambda item: item.intent.order_id):
        ids = [item.intent.order_id for item in items]
        known = _Known(queries.standings(ids, lock=True), queries.nodes_of(ids), policies.reasons_in_force())
        recording = []
        for item in items:
            try:
                recording.append((item, *_recorded(item, known)))
            except Refusal as refusal:
                item.refuse(refusal)
        _record(recording)


class _Known(NamedTuple):
    """How the orders of a round stand, the nodes that their goods left from, and the reasons of the shop."""

    standings: Mapping[UUID, Standing]
    left: Mapping[UUID, UUID]
    reasons: Mapping[str, Reason | None]


def _recorded(item: Item[RecordReturn], known: _Known) -> tuple[Standing, steps.NewReturn]:
    intent = item.intent
    standing = known.standings.get(intent.order_id)
    if standing is None:
        raise NotFound(field="order_id", what="order", id=intent.order_id)
    new_lines = _new_lines(standing, intent.lines, reasons=known.reasons)
    standing = steps.weigh(item.entry, standing=standing, lines=new_lines)
    lines, sold = [], {line.id: line for line in standing.lines}
    for new, told in zip(new_lines, intent.lines, strict=True):
        line, units = sold[new.order_line_id], standing.units(new.order_line_id, new.quantity, new.component_id)
        outcome = settle(line, units, amount=told.amount)
        sold[line.id] = apart(line, units=-units, refund=-outcome.refund, fee=-outcome.fee)
        lines.append(replace(new, refund=outcome.refund, fee=outcome.fee))
    return standing, steps.NewReturn(
        entry=item.entry, id=new_id(), order_id=intent.order_id, node_id=_back_to(intent.node_id, intent.order_id, known.left),
        lines=tuple(lines), is_back=True,
        external_number=clean_text(intent.external_number, "external_number", 64, required=False),
    )  # fmt: skip


def _record(recording: Sequence[tuple[Item[Any], Standing, steps.NewReturn]]) -> None:
    if not recording:
        return
    refunds = [sum(line.refund for line in new.lines) for _item, _standing, new in recording]
    relieved = steps.relieve(
        [
            steps.Relief(new.entry, standing, refund)
            for (_item, standing, new), refund in zip(recording, refunds, strict=True)
        ]
    )  # fmt: skip
    places = inventory_queries.location_ids()
    steps.bring_home(
        [
            steps.Back(new.entry, piece.demand, places[new.node_id, LocationKind.STOCK], piece.quantity)
            for _item, _standing, new in recording
            for line in new.lines
            for piece in line.pieces
        ]
    )
    numbers = steps.write([new for _item, _standing, new in recording])
    for (item, standing, new), now, refund, number in zip(recording, relieved, refunds, numbers, strict=True):
        if standing.order.customer_id:
            item.entry.about("customer", standing.order.customer_id)
        item.accept(
            ReturnRecorded(
                return_id=new.id, number=number, order_id=new.order_id, node_id=new.node_id,
                customer_id=standing.order.customer_id, state=new.state, currency=standing.order.currency, refund=refund,
                owed=now.owed, refund_due=now.refund_due,
                lines=tuple(
                    ReturnedLine(order_line_id=line.order_line_id, quantity=line.quantity, refund=line.refund, fee=line.fee)
                    for line in new.lines
                ),
            )
        )  # fmt: skip
