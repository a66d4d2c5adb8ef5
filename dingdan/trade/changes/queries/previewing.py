"""What would come of a change, without writing anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from dingdan.kernel.clock import now
from dingdan.kernel.entries import register_version
from dingdan.kernel.errors import NotFound, Refusal
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.queries import held_by_disputes
from dingdan.trade.aftersales.queries import DOCUMENT
from dingdan.trade.aftersales.rules import Line
from dingdan.trade.changes.models import Change
from dingdan.trade.changes.queries import listing, reading
from dingdan.trade.changes.queries.reading import May, Reading
from dingdan.trade.changes.queries.undoing import plan_of_undo
from dingdan.trade.changes.queries.windows import check_customer
from dingdan.trade.changes.rules import NothingChanges, Outcome, Plan, Wish, check_buyer, concerned, plan_of, work_in


@dataclass(frozen=True, slots=True, kw_only=True)
class LinePreview:
    """A line as it is and as it would be. `before` and `after` are units that are not canceled; amounts in minor units.

    `replaces` is the line whose place a new one takes; `short` are its pieces that stock does not give now.
    """

    line_id: UUID
    replaces: UUID | None
    is_new: bool
    kind: str
    sku: str
    name: str
    before: int
    after: int
    unit_price: Decimal
    discount: int
    tax: int
    total_before: int
    total_after: int
    amount: int
    short: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TotalsView:
    """What an order says, in minor units."""

    goods: int
    discount: int
    shipping: int
    tax: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedView:
    """Why a change cannot be made: in which field, and what helps."""

    field: str
    code: str
    detail: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeShare:
    """So many pieces of an article would be taken from a node, or (`node_id` is null) wait for goods to come."""

    variant_id: UUID
    sku: str
    node_id: UUID | None
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePreview:
    """What would come of a change. With refusals, apply would refuse; `fingerprint` is what apply wants.

    `difference` is how much more is owed (below zero: less), `due` what would still be to be paid, `refund_due` what would have
    been paid too much. Of the refunds that are on their way, `refund_withdrawn` stays with the order after all, and
    `refund_missed` cannot be stopped any more: it is a part of `due`. Of `refund_due`, `refund_disputed` does not go back:
    gateways took it back already, because the payer asked for it.
    """

    order_id: UUID
    currency: str
    state: str
    lines: tuple[LinePreview, ...]
    before: TotalsView
    after: TotalsView
    difference: int
    owed: int
    due: int
    refund_due: int
    refund_withdrawn: int
    refund_missed: int
    refund_disputed: int
    stock: tuple[NodeShare, ...]
    freed: int
    backordered: int
    promised_at: datetime | None
    refusals: tuple[RefusedView, ...]
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Outlook:
    """What would come of a change, and the refusals that stand in its way as they would be raised."""

    preview: ChangePreview
    refused: tuple[Refusal, ...]


def _everything(_permission: str) -> bool:
    return True


def preview(
    order_id: UUID, changes: Sequence[Wish], *, may: May = _everything, by_customer: bool = False, at: datetime | None = None
) -> ChangePreview:
    """What would come of changes of an order, and everything that stands in their way at once. Raises `NotFound`."""
    return outlook(order_id, changes, may=may, by_customer=by_customer, at=at).preview


def outlook(
    order_id: UUID, changes: Sequence[Wish], *, may: May = _everything, by_customer: bool = False, at: datetime | None = None
) -> Outlook:
    """The same, with the refusals themselves. Raises `NotFound`."""
    at = at or now()
    found = _read(order_id, changes, at)
    work, refused = work_in(found.case, changes, may=may)
    if by_customer:
        refused = [*_too_late(found, at), *refused]
    plan, problems = plan_of(work)
    refused += [*problems, *check_buyer(found.case, plan)]
    if plan.says_nothing and not refused:
        refused.append(NothingChanges(field="changes"))
    return _shown(found, plan, refused, at=at)


def _too_late(found: Reading, at: datetime, change: Change | None = None) -> list[Refusal]:
    try:
        check_customer(found, change, at=at)
    except Refusal as refusal:
        return [refusal]
    return []


def preview_undo(change_id: UUID, *, at: datetime | None = None) -> ChangePreview:
    """What would come of taking a change back. Raises `NotFound`, and `NotInThisState` where it was taken back before."""
    return outlook_of_undo(change_id, at=at).preview


def outlook_of_undo(change_id: UUID, *, by_customer: bool = False, at: datetime | None = None) -> Outlook:
    """The same, with the refusals themselves. Raises as that does."""
    at, change = at or now(), listing.change(change_id)
    found = _read(change.order_id, (), at)
    later = listing.applied_after([change])[change_id]
    plan, refused = plan_of_undo(found, change, listing.effects_of([change_id])[change_id], later=later)
    refused += check_buyer(found.case, plan)
    if by_customer:
        refused = [*_too_late(found, at, change), *refused]
    return _shown(found, plan, refused, at=at)


def _read(order_id: UUID, changes: Sequence[Wish], at: datetime) -> Reading:
    found = reading.readings({order_id: changes}, on=at.date(), registers=register_version()).get(order_id)
    if found is None:
        raise NotFound(field="order_id", what="order", id=order_id)
    return found


def _shown(found: Reading, plan: Plan, refused: Sequence[Refusal], *, at: datetime) -> Outlook:
    variants = concerned(plan, found.stock)
    shelves = reading.shelves_of(variants) if variants else None
    outcome = reading.outcome_of(found, plan, shelves, at=at, refused=refused)
    told, money = outcome.sums, outcome.money
    preview = ChangePreview(
        order_id=found.order.id, currency=found.case.currency, state=found.case.state, lines=_lines(found, outcome),
        before=TotalsView(**{name: getattr(told.before, name) for name in TotalsView.__slots__}),
        after=TotalsView(**{name: getattr(told.after, name) for name in TotalsView.__slots__}),
        difference=told.difference, owed=money.owed, due=money.due, refund_due=money.refund_due,
        refund_withdrawn=money.withdrawn, refund_missed=money.missed,
        refund_disputed=held_by_disputes(Document(DOCUMENT, found.order.id), money.refund_due),
        stock=_stock(outcome), freed=sum(plan.canceled.values()) - sum(plan.handed_units.values()),
        backordered=outcome.found.backordered, promised_at=outcome.promised_at, fingerprint=outcome.fingerprint,
        refusals=tuple(map(refused_view, outcome.refused)),
    )  # fmt: skip
    return Outlook(preview, outcome.refused)


def refused_view(refusal: Refusal) -> RefusedView:
    """A refusal as a preview shows it."""
    return RefusedView(field=refusal.field, code=refusal.code, detail=refusal.detail, remedy=refusal.advice)


def _lines(found: Reading, outcome: Outcome) -> tuple[LinePreview, ...]:
    """The lines of which something is or will be left."""
    rows, case, plan = found.standing.rows, outcome.case, outcome.plan
    new = {added.line.id: added for added in plan.added}
    before = {line.id: line for line in case.lines}
    missing = outcome.found.sourced.missing
    short: dict[UUID, int] = {}
    for piece in outcome.found.pieces:
        short[piece.line_id] = short.get(piece.line_id, 0) + missing.get(piece.key, 0)

    def shown(line: Line) -> LinePreview:
        old, added = before.get(line.id), new.get(line.id)
        row = rows.get(line.id)
        variant = added.line.variant if added else None
        sku = row.sku if row else (added.line.sku if added and added.line.sku else variant.sku if variant else "")
        price = row.unit_price if row else added.line.priced.unit_price if added else Decimal(0)
        return LinePreview(
            line_id=line.id, replaces=added.replaces if added else row.replaces_id if row else None, is_new=added is not None,
            kind=line.kind, sku=sku, name=line.name, before=old.kept if old else 0, after=line.kept, unit_price=price,
            discount=line.discount, tax=line.tax, total_before=old.kept_total if old else 0, total_after=line.kept_total,
            amount=outcome.sums.amounts.get(line.id, 0), short=short.get(line.id, 0),
        )  # fmt: skip

    every = [shown(line) for line in outcome.after]
    return tuple(line for line in every if line.before or line.after)


def _stock(outcome: Outcome) -> tuple[NodeShare, ...]:
    of = {piece.key: piece.of for piece in outcome.found.pieces}
    sums: dict[tuple[UUID, str, UUID | None], int] = {}
    for share in outcome.found.sourced.shares:
        key = (of[share.key].id, of[share.key].sku, share.spot.node_id)
        sums[key] = sums.get(key, 0) + share.quantity
    for one in outcome.found.elsewhere:
        sku = next(sold.sku for sold in outcome.case.sold if sold.line.id == one.line_id)
        there = (one.to.variant_id, sku, one.to.node_id)
        sums[there] = sums.get(there, 0) + one.quantity
    for missing, quantity in outcome.found.sourced.missing.items():
        late = (of[missing].id, of[missing].sku, None)
        sums[late] = sums.get(late, 0) + quantity
    return tuple(
        NodeShare(variant_id=variant_id, sku=sku, node_id=node_id, quantity=quantity)
        for (variant_id, sku, node_id), quantity in sums.items()
    )
