"""Where an order stands, in plain words: one sentence, what is expected when, and the steps that it takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, NamedTuple

from django.utils.translation import gettext as _

from dingdan.ledgers.payments.lifecycle import Terms
from dingdan.web.storefront.own.facts import Facts
from dingdan.web.storefront.own.words import leaves_by, when
from dingdan.web.storefront.reader import Reader


class Step(NamedTuple):
    """A step on the way of an order. `state`: done, part (some of it), now (what comes next), later."""

    name: str
    state: str
    at: str = ""


class Stands(NamedTuple):
    """How an order stands. `tone`: calm, waits (the reader is to do something), good, over."""

    heading: str
    told: str
    tone: str
    steps: list[Step]


def stands_of(reader: Reader, facts: Facts) -> Stands:
    """Where the order stands now."""
    heading, told, tone = _said(reader, facts)
    return Stands(heading, told, tone, _steps(reader, facts))


# ── the sentence ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _said(reader: Reader, facts: Facts) -> tuple[str, str, str]:
    order, status = facts.order, facts.status
    if order.state == "canceled":
        back = facts.bill.owed.allocated > facts.bill.owed.refunded
        return _("This order is canceled"), _("What you have paid goes back to you.") if back else "", "over"
    if facts.bill.standing == "due" and facts.bill.owed.terms == Terms.PREPAID and status in ("unfulfilled", "nothing_to_ship"):
        return _("Thank you for your order"), _until(reader, order.expires_at), "waits"
    if order.state == "on_hold" or (order.in_review and status == "unfulfilled"):
        return _("We are looking at your order"), _("It goes on soon. If we need anything, we write to you."), "calm"
    if status in _GONE_OUT:
        heading, tone = _GONE_OUT[status]()
        return heading, _rest(reader, facts) if status == "partly_shipped" else _arrived(reader, facts), tone
    return _at_home(reader, facts)


_GONE_OUT: Final[Mapping[str, Callable[[], tuple[str, str]]]] = {
    "partly_shipped": lambda: (_("A part of your order is on its way"), "calm"),
    "shipped": lambda: (_("Your order is on its way"), "calm"),
    "delivered": lambda: (_("Your order has arrived"), "good"),
    "partly_returned": lambda: (_("A part of your order came back to us"), "calm"),
    "returned": lambda: (_("Your order came back to us"), "over"),
}


def _until(reader: Reader, moment: datetime | None) -> str:
    if moment is None:
        return _("We send it as soon as it is paid.")
    return _("Please pay until {time}. Until then we keep it for you.").format(time=when(reader, moment))


def _at_home(reader: Reader, facts: Facts) -> tuple[str, str, str]:
    """Nothing has left yet."""
    states = {one.state for one in facts.shipments}
    promised = _first_up(_rest(reader, facts))
    if states and states <= {"packed"}:
        return _("Your order is packed"), _("The carrier fetches it soon."), "calm"
    if states & {"picking", "packed"}:
        return _("We are packing your order"), promised, "calm"
    if facts.status == "nothing_to_ship":
        return _("Thank you for your order"), "", "good"
    return _("Thank you for your order"), promised, "calm"


def _rest(reader: Reader, facts: Facts) -> str:
    """By when what is still here leaves."""
    waiting = [
        demand.due_at
        for demands in facts.stands.demands.values()
        for demand in demands
        if demand.quantity > demand.canceled + demand.issued
    ]
    if not waiting:
        return ""
    known = [one for one in waiting if one is not None]
    latest = max(known) if len(known) == len(waiting) else None
    said = leaves_by(reader, latest or facts.order.promised_at)
    return _("The rest: {said}").format(said=said) if facts.status == "partly_shipped" else said


def _arrived(reader: Reader, facts: Facts) -> str:
    times = [one.delivered_at for one in facts.shipments if one.delivered_at]
    return when(reader, max(times)) if times and facts.status == "delivered" else ""


def _first_up(text: str) -> str:
    return text[:1].upper() + text[1:]


# ── the steps ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _steps(reader: Reader, facts: Facts) -> list[Step]:
    order = facts.order
    found: list[tuple[str, str, datetime | None]] = [(_("Ordered"), "done", order.placed_at)]
    paid_at = max((one.captured_at for one in facts.paid if one.captured_at), default=None)
    is_paid = facts.bill.standing in ("paid", "held")
    if order.state == "canceled":
        found += [(_("Paid"), "done", paid_at)] if paid_at else []
        return _written(reader, [*found, (_("Canceled"), "over", None)])
    if facts.bill.owed.terms == Terms.PREPAID or paid_at:
        found.append((_("Paid"), "done" if is_paid else "part" if paid_at else "", paid_at))
    if facts.status not in ("nothing_to_ship", "canceled"):
        found += _goods(facts)
    return _written(reader, found)


def _goods(facts: Facts) -> list[tuple[str, str, datetime | None]]:
    tally, shipments = facts.tally, facts.shipments
    assert tally is not None  # noqa: S101 (there are goods)
    due = tally.demanded - tally.canceled
    packed = [one for one in shipments if one.state in ("packed", "shipped", "delivered")]
    sent = [one.shipped_at for one in shipments if one.shipped_at]
    there = [one.delivered_at for one in shipments if one.delivered_at]
    is_packed = bool(packed) and len(packed) == len(shipments) and tally.issued + _in(facts, "packed") >= due
    found = [
        (_("Packed"), _how_far(is_packed, packed), max((one.packed_at for one in packed if one.packed_at), default=None)),
        (_("Sent"), _how_far(tally.issued >= due, sent), max(sent, default=None)),
        (_("Delivered"), _how_far(tally.delivered >= due, there), max(there, default=None)),
    ]
    if tally.returned:
        found.append((_("Came back"), _how_far(tally.returned >= tally.issued, [1]), None))
    return found


def _in(facts: Facts, state: str) -> int:
    """Pieces in shipments of a state."""
    return sum(line.quantity for one in facts.shipments if one.state == state for line in facts.inside.get(one.id, ()))


def _how_far(is_done: bool, some: object) -> str:
    return "done" if is_done else "part" if some else ""


def _written(reader: Reader, found: list[tuple[str, str, datetime | None]]) -> list[Step]:
    """The steps with their times; the first that is not done yet comes next."""
    steps, is_next = [], True
    for name, state, at in found:
        steps.append(Step(name, state or ("now" if is_next else "later"), when(reader, at) if at and state else ""))
        is_next = is_next and bool(state)
    return steps
