"""What would come of splitting an order, or of merging others into it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from dingdan.kernel.clock import now
from dingdan.kernel.entries import register_version
from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.ids import new_id
from dingdan.ledgers.payments.queries import ReceivableView
from dingdan.ledgers.payments.rules import terms_of
from dingdan.trade.aftersales.queries import Standing
from dingdan.trade.changes.lifecycle import Effect
from dingdan.trade.changes.models import Change
from dingdan.trade.changes.queries import listing
from dingdan.trade.changes.queries.previewing import RefusedView, refused_view
from dingdan.trade.changes.queries.reading import Reading, outcome_of, readings, sealed
from dingdan.trade.changes.queries.undoing import NotRegrouped, leaves_nothing, plan_of_undo
from dingdan.trade.changes.rules import Ceded, Outcome, Plan, Stock, seal_of
from dingdan.trade.changes.rules.cases import SOLD
from dingdan.trade.changes.rules.kinds import NotChangeable
from dingdan.trade.changes.rules.regrouping import (
    Alike,
    Carried,
    InReview,
    Leaving,
    NothingToMerge,
    Split,
    check_alike,
    everything,
    portions,
    taking,
)
from dingdan.trade.orders import queries as order_queries
from dingdan.trade.orders.lifecycle import CHANGEABLE, ORDER_LIFE
from dingdan.trade.orders.models import Order
from dingdan.trade.orders.rules import Person


@dataclass(frozen=True, slots=True)
class Party:
    """An order that takes part, and what comes of it; `people` are the contacts of one that is new."""

    reading: Reading
    outcome: Outcome
    people: Mapping[UUID, Person]

    @property
    def order(self) -> Order:
        """Its row; of a new order not written yet."""
        return self.reading.order

    @property
    def is_new(self) -> bool:
        """Whether the order comes of the split."""
        return bool(self.people)


@dataclass(frozen=True, slots=True)
class Passing:
    """Units worth so much (minor units) go from one order to another."""

    source: UUID
    target: UUID
    amount: int


@dataclass(frozen=True, slots=True)
class Regrouping:
    """Orders among which lines change hands: the one that stays comes first."""

    parties: tuple[Party, ...]
    passing: tuple[Passing, ...]
    fingerprint: str

    @property
    def kept(self) -> Party:
        """The order that is split, or that others are merged into."""
        return self.parties[0]


def split_of(reading: Reading, wish: Split, *, at: datetime) -> Regrouping:
    """What comes of a split. Raises its refusals."""
    _check_changeable(reading)
    leaving, parties, passing = Leaving(reading.case), list[Party](), list[Passing]()
    for portion in portions(reading.case, reading.stock, wish):
        carried = leaving.carry(portion)
        new, people = _like(reading)
        parties.append(_party(new, taking(carried), at=at, people=people))
        passing.append(_passing(reading, new, carried))
    return _regrouping([_party(reading, leaving.plan(), at=at), *parties], passing)


def merge_of(kept: Reading, others: Sequence[Reading], *, at: datetime) -> Regrouping:
    """What comes of a merge. Raises its refusals."""
    parties, passing, carried = list[Party](), list[Passing](), list[Carried]()
    if not others:
        raise NothingToMerge(field="order_ids")
    for place, other in enumerate(others):
        check_alike(_alike(kept), _alike(other), at=f"order_ids.{place}")
        leaving = Leaving(other.case)
        lines = leaving.carry(everything(other.case))
        if not lines:
            raise NothingToMerge(field=f"order_ids.{place}")
        parties.append(_party(other, leaving.plan(), at=at))
        passing.append(_passing(other, kept, lines))
        carried += lines
    return _regrouping([_party(kept, taking(carried), at=at), *parties], passing)


def _party(
    reading: Reading, plan: Plan, *, at: datetime, people: Mapping[UUID, Person] | None = None, refused: Sequence[Refusal] = ()
) -> Party:
    """An order with what comes of its plan."""
    return Party(reading, outcome_of(reading, plan, None, at=at, refused=refused), people or {})


def _check_changeable(reading: Reading) -> None:
    if reading.order.in_review:
        raise InReview(field="order_id", number=reading.order.number)
    if reading.case.state not in CHANGEABLE:
        raise NotChangeable(field="order_id", state=reading.case.state)


def _passing(source: Reading, target: Reading, carried: Sequence[Carried]) -> Passing:
    return Passing(source.order.id, target.order.id, sum(one.line.priced.total for one in carried))


_COPIED = (
    "channel_id", "customer_id", "state", "hold_reason", "currency", "language", "prices_include_tax", "placed_at", "expires_at",
    "promised_at", "shipping_method", "shipping_name", "payment_method", "quiet",
)  # fmt: skip


def _like(reading: Reading) -> tuple[Reading, dict[UUID, Person]]:
    """An order like another one, in memory: the same people, place and terms, and no lines."""
    old, case, owed = reading.order, reading.case, reading.standing.receivable
    ship_to = new_id()
    people = {ship_to: case.wanted.ship_to}
    bill_to = ship_to
    if not case.same_bill_to and case.wanted.bill_to is not None:
        bill_to = new_id()
        people[bill_to] = case.wanted.bill_to
    copied = {name: getattr(old, name) for name in _COPIED}
    order = Order(id=new_id(), number="", ship_to_id=ship_to, bill_to_id=bill_to, goods=0, total=0, **copied)
    nothing = dict.fromkeys(("amount", "invoiced", "credited", "written_off", "authorized", "allocated", "refunded", "due"), 0)
    receivable = ReceivableView(
        id=new_id(), document_kind=owed.document_kind, document_id=order.id, customer_id=owed.customer_id, currency=owed.currency,
        terms=owed.terms, due_at=owed.due_at, payment_status="nothing_due", **nothing,
    )  # fmt: skip
    standing = Standing(order, (), {}, receivable, {}, {}, {}, {})
    stock = Stock({}, {}, reading.stock.articles, reading.stock.own_owner_id)
    return Reading(standing, replace(case, order_id=order.id, sold=(), parcels=()), stock, ()), people


def _alike(reading: Reading) -> Alike:
    order, wanted = reading.order, reading.case.wanted
    buyer: Any = order.customer_id or (wanted.ship_to.email, wanted.ship_to.phone)
    return Alike(
        number=order.number, state=order.state, in_review=order.in_review, keep_apart=order.keep_apart,
        facts={
            "channel": order.channel_id, "currency": order.currency, "taxes": order.prices_include_tax, "buyer": buyer,
            "ship_to": _place(wanted.ship_to), "bill_to": _place(wanted.bill_to or wanted.ship_to),
            "terms": (terms_of(order.payment_method), reading.standing.receivable.terms),
        },
    )  # fmt: skip


def _place(person: Person) -> Any:
    return person.name.casefold(), person.company.casefold(), person.country, sorted(person.address.items())


def _regrouping(parties: Sequence[Party], passing: Sequence[Passing]) -> Regrouping:
    """With the fingerprint: how the orders are, what goes over, from where it is answered, and their parcels."""
    known = [one.reading for one in parties if not one.is_new]
    prices = [[(new.line.sku or new.line.name, new.line.priced) for new in one.outcome.plan.added] for one in parties]
    pegs = [
        (str(demand_id), [(str(peg.balance_id), str(peg.supply_id), peg.quantity) for peg in pegs])
        for reading in known
        for demand_id, pegs in sorted(reading.stock.pegs.items())
    ]
    nodes = [[(str(one.source), one.units, str(one.node_id)) for one in party.outcome.plan.ceded] for party in parties]
    seal = seal_of([sealed(one) for one in known], prices, (pegs, nodes), [one.parcels for one in known])
    return Regrouping(tuple(parties), tuple(passing), seal)


def regroup_readings(order_ids: Iterable[UUID], *, at: datetime, registers: int, lock: bool = False) -> dict[UUID, Reading]:
    """Orders that are to be split or merged. Raises `NotFound` for the first that is not there."""
    wanted = list(dict.fromkeys(order_ids))
    found = readings(dict.fromkeys(wanted, ()), on=at.date(), registers=registers, lock=lock)
    for id_ in wanted:
        if id_ not in found:
            raise NotFound(field="order_id", what="order", id=id_)
    return found


# ── what could be merged ─────────────────────────────────────────────────────────────────────────────────────────────────

MOST_MERGEABLE: Final = 50
GUESTS_WITHIN: Final = timedelta(days=3)
"""Orders of guests, whom nothing but their contacts tells, are looked for among those that were placed about the same time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeableOrder:
    """An order that could be merged into another. `total` in minor units of its currency."""

    order_id: UUID
    number: str
    placed_at: datetime
    total: int
    currency: str


def mergeable(order_id: UUID) -> list[MergeableOrder]:
    """Orders of the same buyer that could be merged into this one, the oldest first. Raises `NotFound`."""
    order = order_queries.order(order_id)
    if order.keep_apart or order.in_review or order.state != ORDER_LIFE.initial:
        return []
    rows = order_queries.orders().filter(
        channel_id=order.channel_id, currency=order.currency, state=ORDER_LIFE.initial, keep_apart=False, in_review=False
    )
    if order.customer_id:
        rows = rows.filter(customer_id=order.customer_id)
    else:
        near = (order.placed_at - GUESTS_WITHIN, order.placed_at + GUESTS_WITHIN)
        same = {"ship_to__email": order.ship_to.email, "ship_to__phone": order.ship_to.phone}
        rows = rows.filter(customer_id__isnull=True, placed_at__range=near, **same) if any(same.values()) else rows.none()
    ids = list(rows.exclude(id=order.id).order_by("placed_at", "id").values_list("id", flat=True)[:MOST_MERGEABLE])
    found = regroup_readings([order.id, *ids], at=now(), registers=register_version())
    return [
        MergeableOrder(order_id=one.id, number=one.number, placed_at=one.placed_at, total=one.total, currency=one.currency)
        for one in (found[id_].order for id_ in ids if _may_merge(found[order.id], found[id_]))
    ]


def _may_merge(kept: Reading, other: Reading) -> bool:
    try:
        check_alike(_alike(kept), _alike(other), at="order_ids")
    except Refusal:
        return False
    return any(everything(other.case).units.values())


# ── taking it back ───────────────────────────────────────────────────────────────────────────────────────────────────────


def together_with(change_id: UUID) -> list[Change]:
    """All changes of a split or a merge, that of the order which stays first. Raises `NotFound`."""
    found = listing.change(change_id)
    main = listing.change(found.along_id) if found.along_id else found
    return [main, *Change.objects.select_related("order").filter(along_id=main.id).order_by("id")]


def undo_of(changes: Sequence[Change], found: Mapping[UUID, Reading], *, at: datetime) -> tuple[Regrouping, list[Refusal]]:
    """What comes of taking a split or a merge back, and what stands in the way. Raises `NotRegrouped` for any other change."""
    effects, later = listing.effects_of([one.id for one in changes]), listing.applied_after(changes)
    back = [
        Ceded(one.line_id, one.replaces_id, one.units)
        for change in changes
        for one in effects[change.id]
        if one.effect == Effect.TAKEN and one.replaces_id
    ]
    if not back:
        raise NotRegrouped(field="change_id")
    order_of = {line.id: id_ for id_, reading in found.items() for line in reading.case.lines}
    worth: dict[tuple[UUID, UUID], int] = {}
    parties, refused = list[Party](), list[Refusal]()
    for change in changes:
        reading = found[change.order_id]
        plan, problems = plan_of_undo(reading, change, effects[change.id], later=later[change.id], together=True)
        refused += problems
        own = tuple(one for one in back if change.order_id in (order_of[one.source], order_of[one.target]))
        if not problems:
            plan = replace(_ended(reading, plan), ceded=own)
        parties.append(_party(reading, plan, at=at, refused=problems))
    for one in back:
        way = (order_of[one.source], order_of[one.target])
        line = next(line for line in found[way[0]].case.lines if line.id == one.source)
        worth[way] = worth.get(way, 0) + line.owed
    return _regrouping(parties, [Passing(*way, amount) for way, amount in worth.items()]), refused


def _ended(reading: Reading, plan: Plan) -> Plan:
    """The plan of an order to which nothing would be left, with what follows: it is canceled, and so are its fees."""
    if plan.turn or not leaves_nothing(reading.case, plan):
        return plan
    fees = {line.id: line.kept for line in reading.case.lines if line.kind not in SOLD and line.kept}
    return replace(plan, canceled={**plan.canceled, **fees}, turn="cancel")


# ── for people ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class RegroupedLine:
    """Units of an article that an order has afterwards. `total` in minor units of the order's currency."""

    line_id: UUID
    sku: str
    name: str
    before: int
    after: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RegroupedView:
    """An order as it would be. `paid` is what of its money is here; a new order has neither id nor number yet."""

    order_id: UUID | None
    number: str
    state: str
    total_before: int
    total: int
    paid: int
    lines: tuple[RegroupedLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegroupingPreview:
    """What would come of a split or a merge, the order that stays first. `fingerprint` is what doing it wants."""

    order_id: UUID
    currency: str
    orders: tuple[RegroupedView, ...]
    refusals: tuple[RefusedView, ...]
    fingerprint: str


def preview_split(order_id: UUID, wish: Split, *, at: datetime | None = None) -> RegroupingPreview:
    """What would come of a split; writes nothing. Raises `NotFound`."""
    at = at or now()
    reading = regroup_readings([order_id], at=at, registers=register_version())[order_id]
    return _previewed(reading, lambda: split_of(reading, wish, at=at))


def preview_merge(order_id: UUID, order_ids: Iterable[UUID], *, at: datetime | None = None) -> RegroupingPreview:
    """What would come of merging orders into one; writes nothing. Raises `NotFound`."""
    at, others = at or now(), [id_ for id_ in dict.fromkeys(order_ids) if id_ != order_id]
    found = regroup_readings([order_id, *others], at=at, registers=register_version())
    return _previewed(found[order_id], lambda: merge_of(found[order_id], [found[id_] for id_ in others], at=at))


def preview_ungrouping(change_id: UUID, *, at: datetime | None = None) -> RegroupingPreview:
    """What would come of taking a split or a merge back; writes nothing.

    Raises `NotFound`, `NotRegrouped` for any other change, and `NotInThisState` when it was taken back.
    """
    at, changes = at or now(), together_with(change_id)
    found = regroup_readings([one.order_id for one in changes], at=at, registers=register_version())
    regrouping, refused = undo_of(changes, found, at=at)
    return replace(_view(regrouping), refusals=tuple(map(refused_view, refused)))


def _previewed(kept: Reading, work: Callable[[], Regrouping]) -> RegroupingPreview:
    try:
        return _view(work())
    except Refusal as refusal:
        return refused_regrouping(kept.order, refusal)


def refused_regrouping(order: Order, refusal: Refusal) -> RegroupingPreview:
    """The preview of what cannot be."""
    return RegroupingPreview(
        order_id=order.id, currency=order.currency, orders=(), refusals=(refused_view(refusal),), fingerprint=""
    )  # fmt: skip


def _view(found: Regrouping) -> RegroupingPreview:
    paid = {
        one.order.id: one.reading.standing.receivable.allocated - one.reading.standing.receivable.refunded
        for one in found.parties
    }
    owed = {one.order.id: one.outcome.money.owed for one in found.parties}
    for one in found.passing:
        moved = max(0, min(one.amount, paid[one.source] - owed[one.source], owed[one.target] - paid[one.target]))
        paid[one.source] -= moved
        paid[one.target] += moved
    return RegroupingPreview(
        order_id=found.kept.order.id, currency=found.kept.order.currency, refusals=(), fingerprint=found.fingerprint,
        orders=tuple(_order_view(one, paid[one.order.id]) for one in found.parties),
    )  # fmt: skip


def _order_view(party: Party, paid: int) -> RegroupedView:
    order, told, rows = party.order, party.outcome.sums, party.reading.standing.rows
    before = {line.id: line for line in party.outcome.case.lines}
    new = {one.line.id: one.line for one in party.outcome.plan.added}
    lines = tuple(
        RegroupedLine(
            line_id=line.id, sku=rows[line.id].sku if line.id in rows else new[line.id].sku, name=line.name,
            before=before[line.id].kept if line.id in before else 0, after=line.kept, total=line.kept_total,
        )
        for line in party.outcome.after
        if line.kept or (line.id in before and before[line.id].kept)
    )  # fmt: skip
    turn = party.outcome.plan.turn
    state = ORDER_LIFE.turn(turn, order.state) if turn else order.state
    return RegroupedView(
        order_id=None if party.is_new else order.id, number=order.number, state=state,
        total_before=told.before.total, total=told.after.total, paid=paid, lines=lines,
    )  # fmt: skip
