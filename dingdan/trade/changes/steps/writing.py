"""Writing what a change comes down to. Orders, their money and their goods are locked by whoever reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from dingdan.kernel.ids import id_beside, new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.rows import insert
from dingdan.ledgers.inventory import steps as inventory
from dingdan.ledgers.inventory.models import Demand
from dingdan.ledgers.payments import steps as payments
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.rules import Asked, terms_of
from dingdan.masterdata.customers import queries as customers
from dingdan.masterdata.promotions import steps as promotions
from dingdan.trade.aftersales import steps as aftersales
from dingdan.trade.aftersales.queries import DOCUMENT
from dingdan.trade.changes.events import AlteredLine, RefundAgain
from dingdan.trade.changes.lifecycle import CHANGE_LIFE, Effect
from dingdan.trade.changes.models import Change, ChangedLine
from dingdan.trade.changes.queries import Reading
from dingdan.trade.changes.rules import Ceded, Outcome
from dingdan.trade.fulfillment import queries as fulfillment_queries
from dingdan.trade.fulfillment import steps as fulfillment
from dingdan.trade.orders import steps as orders
from dingdan.trade.orders.rules import expires_at, promised_at


@dataclass(slots=True)
class Accepted:
    """A change that is written: what comes of it, and under which id. `head` tells what the order's head said and says."""

    entry: Entry
    reading: Reading
    outcome: Outcome
    change_id: UUID = field(default_factory=new_id)
    kinds: tuple[str, ...] = ()
    head: dict[str, Any] = field(default_factory=dict)
    gone: Sequence[UUID] = ()
    """The shipments that became empty."""
    withdrawn: int = 0
    """How much of the refunds on their way stays."""
    refunds: Sequence[Asked] = ()
    """Refunds that were promised anew."""

    @property
    def order_id(self) -> UUID:
        """The order that is changed."""
        return self.reading.order.id

    @property
    def refunds_anew(self) -> tuple[RefundAgain, ...]:
        """Refunds that were promised anew, as the event tells them."""
        return tuple(
            RefundAgain(payment_id=new.payment_id, attempt_id=new.id, gateway=new.gateway, amount=new.amount)
            for new in self.refunds
        )

    @property
    def altered(self) -> tuple[AlteredLine, ...]:
        """What the change did to lines, as its event tells it."""
        before = {line.id: line.kept for line in self.outcome.case.lines}
        replaces = {added.line.id: added.replaces for added in self.outcome.plan.added}
        amounts = self.outcome.sums.amounts
        return tuple(
            AlteredLine(
                line_id=line.id, variant_id=line.variant_id, replaces=replaces.get(line.id), before=before.get(line.id, 0),
                after=line.kept, amount=amounts.get(line.id, 0),
            )
            for line in self.outcome.after
            if line.kept != before.get(line.id, 0) or line.id in amounts
        )  # fmt: skip


def apply(accepted: Sequence[Accepted]) -> None:
    """Write changes of different orders: lines and heads, then money, then goods and shipments. Refuses `CardUsed`."""
    _write_lines(accepted)
    _keep_promotions(accepted)
    _write_heads(accepted)
    owing = [
        payments.Reclaim(entry=one.entry, document=Document(DOCUMENT, one.order_id), amount=one.outcome.money.owed)
        for one in accepted
        if one.outcome.sums.difference
    ]
    if owing:
        payments.reclaim(owing)
    _agree([one for one in accepted if one.outcome.plan.paying])
    for one in accepted:
        one.withdrawn = one.outcome.money.withdrawn
    keep_money(accepted)
    aftersales.take_back_cards([(one.entry, line) for one in accepted for line in one.outcome.after])
    _move_goods(accepted)


def _agree(accepted: Sequence[Accepted]) -> None:
    """Let orders be due when their new payment method says."""
    agreed = []
    for one in accepted:
        paying = one.outcome.plan.paying
        assert paying is not None  # noqa: S101 (the caller asked)
        due_at = None if paying.net_days is None else one.entry.at + timedelta(days=paying.net_days)
        document = Document(DOCUMENT, one.order_id)
        agreed.append(payments.Agreed(entry=one.entry, document=document, terms=terms_of(paying.method), due_at=due_at))
    payments.agree(agreed)


def keep_money(accepted: Sequence[Accepted]) -> None:
    """Take back the refunds that nobody has sent yet of money that the orders need again."""
    keeping = [one for one in accepted if one.withdrawn]
    asked = [
        payments.Withdrawal(entry=one.entry, document=Document(DOCUMENT, one.order_id), amount=one.withdrawn) for one in keeping
    ]
    for one, told in zip(keeping, payments.withdraw_refunds(asked) if asked else (), strict=True):
        one.refunds = told.anew


def _write_lines(accepted: Sequence[Accepted]) -> None:
    """Add lines, count units as canceled or taken back, and let the orders say what they say now."""
    added, counts = [], dict[UUID, int]()
    for one in accepted:
        last = max((sold.position for sold in one.outcome.case.sold), default=0)
        added += [
            orders.NewLine(one.entry, one.order_id, position, new.line)
            for position, new in enumerate(one.outcome.plan.added, start=last + 1)
        ]
        counts |= {line_id: units for line_id, units in one.outcome.plan.canceled.items() if units}
        counts |= {line_id: -units for line_id, units in one.outcome.plan.restored.items()}
    orders.add_lines(added)
    if counts:
        orders.cancel_lines(accepted[0].entry, quantities=counts)
    changed = [one for one in accepted if one.outcome.sums.after != one.outcome.sums.before]
    orders.restate([orders.Restated(one.entry, one.order_id, one.outcome.sums.after) for one in changed])


# ── the head ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _write_heads(accepted: Sequence[Accepted]) -> None:
    amended = [one for one in map(_amended, accepted) if one.columns]
    if amended:
        orders.amend(amended)
    _turn([one for one in accepted if one.outcome.plan.turn])
    notes = []
    for one in accepted:
        plan, order = one.outcome.plan, one.reading.order
        for held in (True, False):
            lines = [line_id for line_id, wanted in plan.held.items() if wanted is held]
            if lines:
                orders.hold_lines(one.entry, line_ids=lines, held=held)
        written = [
            orders.NewNote(entry=one.entry, id=new_id(), order_id=order.id, text=note.text, to_customer=note.to_customer)
            for note in plan.notes
        ]
        one.head |= {"notes": [str(note.id) for note in written]} if written else {}
        notes += written
        if plan.notes_taken:
            orders.take_notes_away(one.entry, note_ids=plan.notes_taken)
    if notes:
        orders.write_notes(notes)


def _turn(accepted: Sequence[Accepted]) -> None:
    for one in accepted:
        order = one.reading.order
        one.head |= {"state": [order.state, ""], "hold_reason": [order.hold_reason, one.outcome.plan.hold_reason]}
    orders.turn_each(
        [orders.Turned(one.entry, one.reading.order, one.outcome.plan.turn, one.outcome.plan.hold_reason) for one in accepted]
    )
    _follow_promotions(accepted)
    for one in accepted:
        one.head["state"][1] = one.reading.order.state
        if one.outcome.plan.turn == "cancel" and one.reading.order.expires_at is not None:
            orders.stop_expiring(one.entry, order_ids=[one.order_id])


def _keep_promotions(accepted: Sequence[Accepted]) -> None:
    """What orders were given whose lines go to others stays used, whatever becomes of them; not so where lines come back."""
    giving = []
    for one in accepted:
        own = {line.id for line in one.outcome.case.lines}
        if one.kinds and one.reading.order.promotion_discount and any(ceded.source in own for ceded in one.outcome.plan.ceded):
            giving.append(one)
    if giving:
        promotions.keep(giving[0].entry, order_ids=[one.order_id for one in giving])


def _follow_promotions(accepted: Sequence[Accepted]) -> None:
    """What orders used is given back when they are canceled as a whole, and used again when they go on."""
    used = [one for one in accepted if one.reading.order.promotion_discount]
    gone = [one for one in used if one.outcome.plan.turn == "cancel"]
    if gone:
        promotions.give_back(gone[0].entry, order_ids=[one.order_id for one in gone])
    again = [one for one in used if one.outcome.plan.turn == "reinstate"]
    if again:
        people = customers.people_of({one.reading.order.customer_id for one in again if one.reading.order.customer_id})
        customers.lock_customers({group[0] for group in people.values()})
        promotions.take_again(again[0].entry, order_ids=[one.order_id for one in again], people=people)


def _amended(one: Accepted) -> orders.Amended:
    """The columns of an order that change, with the people that are new."""
    plan, order = one.outcome.plan, one.reading.order
    columns: dict[str, Any] = dict(plan.contacts)
    people = {}
    if plan.ship_to is not None:
        columns["ship_to_id"] = new_id()
        people[columns["ship_to_id"]] = plan.ship_to
        if one.outcome.case.same_bill_to and plan.bill_to is None:
            columns["bill_to_id"] = columns["ship_to_id"]
    if plan.bill_to is not None:
        columns["bill_to_id"] = new_id()
        people[columns["bill_to_id"]] = plan.bill_to
    if plan.shipping is not None:
        columns["shipping_method"], columns["shipping_name"] = plan.shipping
    if plan.paying is not None:
        columns |= {"payment_method": plan.paying.method, "net_days": plan.paying.net_days}
        columns |= {"method_discount": plan.paying.discount, "expires_at": _expires_at(one)}
    if plan.method_discount is not None:
        columns["method_discount"] = plan.method_discount
    if one.outcome.promised_at != order.promised_at:
        columns["promised_at"] = one.outcome.promised_at
    one.head |= {name: [str(getattr(order, name)), str(value)] for name, value in columns.items() if name not in _BY_THE_CLOCK}
    return orders.Amended(entry=one.entry, order=order, columns=columns, people=people)


_BY_THE_CLOCK = ("promised_at", "expires_at")


def _expires_at(one: Accepted) -> datetime | None:
    """Until when the order waits for its money, counted anew for another payment method; None where some of it is there."""
    owed, paying = one.reading.standing.receivable, one.outcome.plan.paying
    if paying is None or owed.allocated or owed.authorized or one.reading.order.quiet:
        return None
    return expires_at(one.entry.at, paying.method, paying.terms(one.outcome.case.book))


# ── the goods ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _move_goods(accepted: Sequence[Accepted]) -> None:
    """Let go, hand on, and take what is needed; shipments that have not left follow."""
    _release(accepted)
    _hand_on(accepted)
    _owe_more(accepted)
    _source_elsewhere(accepted)
    _cede(accepted)
    for one in accepted:
        stopped = [line_id for line_id, held in one.outcome.plan.held.items() if held]
        if stopped:
            one.gone = [*one.gone, *_take_off(one, stopped)]


def _release(accepted: Sequence[Accepted]) -> None:
    loose = []
    for one in accepted:
        handed = one.outcome.plan.handed_units
        units = {line_id: count - handed.get(line_id, 0) for line_id, count in one.outcome.plan.canceled.items()}
        units = {line_id: count for line_id, count in units.items() if count > 0}
        if units:
            loose.append(aftersales.Units(one.entry, one.reading.standing, units))
    gone = aftersales.release(loose) if loose else {}
    for one in accepted:
        one.gone = gone.get(one.order_id, [])


def _hand_on(accepted: Sequence[Accepted]) -> None:
    handed = []
    lines: dict[UUID, UUID] = {}
    for one in accepted:
        after = {line.id: line for line in one.outcome.after} if one.outcome.plan.handed else {}
        for hand in one.outcome.plan.handed:
            target, (_holder, again) = after[hand.target], one.outcome.plan.again(hand.target)  # what is owed again comes next
            for demand in one.reading.standing.demands.get(hand.source, ()):
                lines[demand.id] = target.id
                handed.append(
                    inventory.HandedOn(
                        one.entry, demand.id, target.id, target.quantity * demand.per_line_unit,
                        (target.canceled + again) * demand.per_line_unit,
                    )
                )  # fmt: skip
    if handed:
        inventory.hand_on(handed)
        fulfillment.hand_on(handed[0].entry, lines=lines)


def _owe_more(accepted: Sequence[Accepted]) -> None:
    wants, again, answers = [], list[inventory.Again](), list[inventory.Answer]()
    for one in accepted:
        found, channel = one.outcome.found, one.outcome.case.channel
        demands = {demand.id: demand for of_line in one.reading.standing.demands.values() for demand in of_line}
        for piece in found.pieces:
            limit, ready = piece.of.backorder_limit, found.ready.get(piece.key)
            if piece.is_again:
                again.append(inventory.Again(one.entry, demands[piece.key], piece.quantity, limit))
                continue
            wants.append(
                inventory.Want(
                    entry=one.entry, id=piece.key, document_kind=DOCUMENT, document_id=one.order_id, line_id=piece.line_id,
                    variant_id=piece.of.id, owner_id=piece.owner_id, quantity=piece.quantity, per_line_unit=piece.per_line_unit,
                    due_at=promised_at(ready, channel) if ready else None, limit=limit,
                )
            )  # fmt: skip
        answers += [inventory.Answer(share.key, share.spot, share.quantity, share.kept) for share in found.sourced.shares]
        answers += [inventory.Answer(later.key, later.incoming, later.quantity) for later in found.sourced.later]
    inventory.owe_more(wants, again=again, answers=answers)


def _source_elsewhere(accepted: Sequence[Accepted]) -> None:
    moved = [
        inventory.Resourced(found.entry, one.demand_id, one.peg_id, one.balance_id, one.node_id, one.quantity, one.to)
        for found in accepted
        for one in found.outcome.found.elsewhere
    ]
    inventory.resource(moved)
    for one in accepted:
        free = {(two.demand_id, two.node_id): 0 for two in one.outcome.found.elsewhere}
        if free:
            one.gone = [*one.gone, *fulfillment.take_off(one.entry, order_id=one.order_id, free=free)]
        if one.outcome.plan.nodes:
            before: dict[UUID, set[UUID]] = {line_id: set() for line_id in one.outcome.plan.nodes}
            for two in one.outcome.found.elsewhere:
                before[two.line_id].add(two.node_id)
            one.head["nodes"] = {
                str(line_id): [str(min(nodes)) if len(nodes) == 1 else "", str(one.outcome.plan.nodes[line_id])]
                for line_id, nodes in before.items()
            }


def _cede(accepted: Sequence[Accepted]) -> None:
    """Let orders owe what others owed; shipments of those that have not left carry it no longer."""
    after = {line.id: one.order_id for one in accepted for line in one.outcome.after}
    owed = {line_id: demands for one in accepted for line_id, demands in one.reading.standing.demands.items()}
    cessions = [
        _cession(one.entry, demand, ceded, order_id=after[ceded.target], before=owed.get(ceded.target, ()))
        for one in accepted
        for ceded in one.outcome.plan.ceded
        for demand in one.reading.standing.demands.get(ceded.source, ())
    ]
    reserved = inventory.cede(cessions)
    given = {one.demand.document_id for one in cessions}
    for one in accepted:
        if one.order_id in given:
            own = {demand.id for demands in one.reading.standing.demands.values() for demand in demands}
            free = {place: count for place, count in reserved.items() if place[0] in own}
            one.gone = [*one.gone, *fulfillment.take_off(one.entry, order_id=one.order_id, free=free)]


def _cession(entry: Entry, demand: Demand, ceded: Ceded, *, order_id: UUID, before: Sequence[Demand]) -> inventory.Cession:
    """The goods of units that go over: to a demand of their own, which waits since when they did, or back to where they were."""
    known = next((one for one in before if one.variant_id == demand.variant_id), None)
    return inventory.Cession(
        entry=entry, demand=demand, pieces=ceded.units * demand.per_line_unit, document_id=order_id, line_id=ceded.target,
        to_id=known.id if known else id_beside(demand.id), is_new=known is None, node_id=ceded.node_id,
    )  # fmt: skip


def _take_off(one: Accepted, line_ids: Sequence[UUID]) -> list[UUID]:
    """Take the goods of lines off shipments that have not left; they stay reserved."""
    held = {demand.id for line_id in line_ids for demand in one.reading.standing.demands.get(line_id, ())}
    planned = fulfillment_queries.open_lines_of([one.order_id])
    free: Mapping[tuple[UUID, UUID], int] = {
        (line.demand_id, line.shipment.node_id): 0 for line in planned if line.demand_id in held
    }
    return fulfillment.take_off(one.entry, order_id=one.order_id, free=free) if free else []


# ── the change itself ────────────────────────────────────────────────────────────────────────────────────────────────────


def record(accepted: Sequence[Accepted], *, along: UUID | None = None) -> None:
    """Write down what changes did, so that it can be told and undone; parts of a split or a merge go `along` with one change."""
    heads: list[dict[str, Any]] = []
    lines: list[dict[str, Any]] = []
    for one in accepted:
        told = one.outcome.sums
        heads.append(
            {
                "id": one.change_id, "order_id": one.order_id, "entry_id": one.entry.id, "kinds": list(one.kinds),
                "applied_at": one.entry.at, "total_before": told.before.total, "total_after": told.after.total,
                "difference": told.difference, "head": one.head, "along_id": None if along == one.change_id else along,
            }
        )  # fmt: skip
        lines += _effects(one)
    insert((Change, heads), (ChangedLine, lines))


def _effects(one: Accepted) -> list[dict[str, Any]]:
    plan, kept = one.outcome.plan, {line.id: line.kept for line in one.outcome.after}
    handed, ceded = plan.handed_to, {one.target: one.source for one in plan.ceded}
    gone = set(ceded.values())
    found: list[tuple[Effect, UUID, UUID | None, int]] = []
    found += [
        (Effect.HANDED if line_id in gone else Effect.CANCELED, line_id, None, units)
        for line_id, units in plan.canceled.items()
        if units
    ]
    found += [(Effect.RESTORED, line_id, None, units) for line_id, units in plan.restored.items()]
    for added in plan.added:
        source = added.replaces or ceded.get(added.line.id)
        effect = Effect.REPLACED if added.replaces else Effect.TAKEN if source else Effect.ADDED
        found.append((effect, added.line.id, source, added.line.priced.quantity))
    found += [(Effect.SOURCED, line_id, None, _open(one, line_id)) for line_id in plan.nodes]
    found += [(Effect.HELD if held else Effect.RESUMED, line_id, None, 1) for line_id, held in plan.held.items()]
    return [
        {
            "id": new_id(), "change_id": one.change_id, "position": position, "effect": str(effect), "line_id": line_id,
            "replaces_id": replaces, "units": units, "kept": kept[line_id], "handed_on": line_id in handed,
        }
        for position, (effect, line_id, replaces, units) in enumerate(found, start=1)
    ]  # fmt: skip


def _open(one: Accepted, line_id: UUID) -> int:
    line = one.reading.standing.line(line_id)
    return line.open if line else 1


def take_back(undone: Sequence[tuple[Entry, Change]]) -> None:
    """Write changes, whose orders are locked, as undone."""
    for entry, change in undone:
        change.state = CHANGE_LIFE.turn("undo", change.state)
        Change.objects.filter(id=change.id).update(state=change.state, undone_at=entry.at)
