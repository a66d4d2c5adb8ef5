"""What a change comes down to: which units are canceled, taken back and added, and what each is worth. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from dingdan.kernel.errors import Refusal
from dingdan.kernel.ids import new_id
from dingdan.masterdata.pricing.rules import PricedLine
from dingdan.trade.aftersales.rules import Line
from dingdan.trade.changes.rules.cases import SOLD, Case, Draft, Paying, Sold, Work
from dingdan.trade.changes.rules.wishes import AddNote
from dingdan.trade.orders.rules import CustomerIsBlocked, DraftLine, Person, Totals, tax_name_of, totals


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """A line that the order gets; `like` is the line whose article it has more of. `at` is the change it comes from."""

    line: DraftLine
    at: str
    like: UUID | None = None

    @property
    def replaces(self) -> UUID | None:
        """The line whose place it takes."""
        return self.line.replaces_id


@dataclass(frozen=True, slots=True)
class Handed:
    """The goods of so many units go from one line to another, without being let go."""

    source: UUID
    target: UUID
    units: int


@dataclass(frozen=True, slots=True)
class Ceded(Handed):
    """Units go to a line of another order, with their goods; with a node, what is reserved there goes first."""

    node_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that is written of a change."""

    canceled: Mapping[UUID, int] = field(default_factory=dict)
    restored: Mapping[UUID, int] = field(default_factory=dict)
    added: tuple[Added, ...] = ()
    handed: tuple[Handed, ...] = ()
    ceded: tuple[Ceded, ...] = ()
    """Units that go to other orders, or come from them: in the plans of both."""
    held: Mapping[UUID, bool] = field(default_factory=dict)
    turn: str = ""
    hold_reason: str = ""
    ship_to: Person | None = None
    bill_to: Person | None = None
    shipping: tuple[str, str] | None = None
    """The code and the name of another shipping method."""
    paying: Paying | None = None
    """Another way to pay."""
    method_discount: int | None = None
    """What the payment method takes off from now on, where that followed the lines."""
    notes: tuple[AddNote, ...] = ()
    contacts: Mapping[str, UUID] = field(default_factory=dict)
    """Contacts from before that hold again: what is written when a change is undone."""
    notes_taken: tuple[UUID, ...] = ()
    nodes: Mapping[UUID, UUID] = field(default_factory=dict)
    """By line, the node that what stock answers of it shall leave from."""

    @property
    def handed_units(self) -> dict[UUID, int]:
        """Units by line whose goods are handed on rather than let go."""
        units: dict[UUID, int] = {}
        for one in (*self.handed, *self.ceded):
            units[one.source] = units.get(one.source, 0) + one.units
        return units

    @property
    def handed_to(self) -> set[UUID]:
        """The lines that get goods from others."""
        return {one.target for one in (*self.handed, *self.ceded)}

    def again(self, line_id: UUID) -> tuple[UUID, int]:
        """Units of a restored line whose goods are to be found again, and the line that has its demand until then."""
        back = next((one for one in (*self.handed, *self.ceded) if one.target == line_id), None)
        units = self.restored.get(line_id, 0)
        return (back.source, max(0, units - back.units)) if back else (line_id, units)

    @property
    def says_nothing(self) -> bool:
        """Whether the order stays as it is."""
        return self == Plan()


def plan_of(work: Work) -> tuple[Plan, list[Refusal]]:
    """What a draft comes down to, and which of its prices are refused."""
    canceled: dict[UUID, int] = {}
    restored: dict[UUID, int] = {}
    added: list[Added] = []
    handed: list[Handed] = []
    refused: list[Refusal] = []
    for draft in work.drafts:
        try:
            if draft.sold is None:
                added += [_added(work.case, draft)] if draft.quantity else []
            elif draft.has_new_terms and draft.quantity:
                _renew(work.case, draft, (canceled, added, handed))
            else:
                _resize(work.case, draft, (canceled, restored, added))
        except Refusal as refusal:
            refused.append(refusal)
    turn = work.turn
    if canceled and _nothing_is_left(work.case, canceled, added):
        turn = "cancel"
        canceled |= {line.id: line.kept for line in work.case.lines if line.kind not in SOLD and line.kept}
    plan = Plan(
        canceled=canceled, restored=restored, added=tuple(added), handed=tuple(handed), held=dict(work.held), turn=turn,
        hold_reason=work.hold_reason, ship_to=work.ship_to, bill_to=work.bill_to, notes=tuple(work.notes), nodes=dict(work.nodes),
        paying=work.paying, method_discount=work.method_discount,
        shipping=None if work.shipping_name is None else (work.wanted.shipping_method, work.shipping_name),
    )  # fmt: skip
    return plan, refused


def _nothing_is_left(case: Case, canceled: Mapping[UUID, int], added: Iterable[Added]) -> bool:
    left = [line for line in case.lines if line.kind in SOLD and line.kept > canceled.get(line.id, 0)]
    return not left and not any(one.line.kind in SOLD for one in added)


def _renew(case: Case, draft: Draft, into: tuple[dict[UUID, int], list[Added], list[Handed]]) -> None:
    """Units at other terms: a new line takes the place of what has not left of the old one, and keeps its goods if it can."""
    canceled, added, handed = into
    sold = draft.sold
    assert sold is not None  # noqa: S101 (the caller asked)
    line, open_ = sold.line, sold.line.open
    kept = min(draft.quantity, open_)
    new = _added(case, replace(draft, quantity=kept, replaces_id=line.id))
    canceled[line.id] = open_
    added.append(new)
    if line.goods and not line.touched:
        handed.append(Handed(line.id, new.line.id, kept))
    if draft.quantity > open_:
        more = replace(draft, quantity=draft.quantity - open_, discount=draft.further, replaces_id=None)
        added.append(replace(_added(case, more), like=line.id))


def _resize(case: Case, draft: Draft, into: tuple[dict[UUID, int], dict[UUID, int], list[Added]]) -> None:
    """Fewer units are canceled; more are canceled ones taken back, and a line of their own for the rest."""
    canceled, restored, added = into
    sold = draft.sold
    assert sold is not None  # noqa: S101 (the caller asked)
    line = sold.line
    more = draft.quantity - max(0, line.open)
    if more < 0:
        canceled[line.id] = -more
    elif more > 0:
        again = draft.again
        if again:
            restored[line.id] = again
        if more > again:
            further = replace(draft, quantity=more - again, discount=draft.further)
            added.append(replace(_added(case, further), like=line.id))


def _added(case: Case, draft: Draft) -> Added:
    priced = draft.priced(gross=case.gross, currency=case.currency)
    sku = draft.sold.sku if draft.sold else ""
    line = DraftLine(
        id=new_id(), kind=draft.kind, variant=draft.variant, name=draft.name, priced=priced, seller_id=draft.seller_id,
        tax_name=tax_name_of(priced), sku=sku, replaces_id=draft.replaces_id, is_charge=draft.is_charge,
    )  # fmt: skip
    return Added(line=line, at=draft.at)


def check_buyer(case: Case, plan: Plan) -> list[Refusal]:
    """Refuse (`CustomerIsBlocked`) more of an article than there was, or another one, to somebody whom the shop has blocked.

    Less of it, and what is not about goods, stays possible.
    """
    if case.wanted.customer_id not in case.book.blocked:
        return []
    more: Counter[UUID | None] = Counter()
    for line in lines_after(case, plan):
        more[line.variant_id] += line.kept if line.kind in SOLD else 0
    for line in case.lines:
        more[line.variant_id] -= line.kept if line.kind in SOLD else 0
    return [CustomerIsBlocked(field="changes")] if any(units > 0 for units in more.values()) else []


# ── what it comes to ─────────────────────────────────────────────────────────────────────────────────────────────────────


def lines_after(case: Case, plan: Plan) -> list[Line]:
    """The lines of the order as they will be, in their order, the new ones last."""
    found = [
        replace(line, canceled=line.canceled + plan.canceled.get(line.id, 0) - plan.restored.get(line.id, 0))
        for line in case.lines
    ]
    return found + [_line(one.line, gross=case.gross) for one in plan.added]


def _line(new: DraftLine, *, gross: bool) -> Line:
    priced: PricedLine = new.priced
    return Line(
        id=new.id, kind=new.kind, variant_id=new.variant.id if new.variant else None, name=new.name, quantity=priced.quantity,
        canceled=0, discount=priced.discount, tax=priced.tax, total=priced.total, tax_included=gross,
        step=priced.step,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """What a change comes to in minor units: what the order says, and what is owed for it, before and after."""

    before: Totals
    after: Totals
    owed_before: int
    owed_after: int
    amounts: Mapping[UUID, int]
    """How much more (or less) is owed for each line."""

    @property
    def difference(self) -> int:
        """How much more is owed; below zero, how much less."""
        return self.owed_after - self.owed_before


def sums(case: Case, after: Sequence[Line]) -> Sums:
    """What a change comes to."""
    before = {line.id: line.owed for line in case.lines}
    owed = {line.id: line.owed for line in after}
    amounts = {id_: amount - before.get(id_, 0) for id_, amount in owed.items() if amount != before.get(id_, 0)}
    return Sums(
        before=totals(case.lines), after=totals(after), owed_before=sum(before.values()), owed_after=sum(owed.values()),
        amounts=amounts,
    )  # fmt: skip


def sold_of(case: Case, line_id: UUID) -> Sold:
    """The line of that id."""
    return next(one for one in case.sold if one.line.id == line_id)
