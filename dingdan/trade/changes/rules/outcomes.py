"""What comes of a change set, and its fingerprint: what apply must find unchanged. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.canonical import fingerprint
from dingdan.kernel.errors import Refusal
from dingdan.kernel.money import Money
from dingdan.ledgers.inventory.rules import Spot
from dingdan.trade.aftersales.rules import Line
from dingdan.trade.changes.rules.cases import Case
from dingdan.trade.changes.rules.goods import Found
from dingdan.trade.changes.rules.plans import Plan, Sums

PARTS: Final = ("order", "prices", "stock", "shipments")
"""The parts of a fingerprint, in its order."""


class WorldMoved(Refusal):
    """Something that the preview showed is not so any more."""

    sentence = _("Since the preview something has changed: {moved}. The difference would now be {difference}.")
    remedy = _("Look at a new preview and apply that.")


class NothingChanges(Refusal):
    """The changes leave the order as it is."""

    status = 422
    sentence = _("Nothing would change.")
    remedy = _("The order is like that already.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What is owed for the order after the change, in minor units: in all, still to be paid, paid too much.

    `withdrawn` was to go back, has not been sent, and stays with the order; `missed` is a part of `due`, because it is on its way
    back already.
    """

    owed: int
    due: int
    refund_due: int
    withdrawn: int = 0
    missed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Everything that comes of a change set: what preview shows and apply writes."""

    case: Case
    plan: Plan
    after: tuple[Line, ...]
    """The order's lines as they will be, the new ones last."""
    sums: Sums
    money: Due
    found: Found
    promised_at: datetime | None
    fingerprint: str
    refused: tuple[Refusal, ...] = ()


def seal(*, order: Any, plan: Plan, sums: Sums, found: Found, parcels: Any) -> str:
    """The fingerprint of an outcome: a few letters for each of its parts."""
    return seal_of(order, _prices(plan, sums), _answers(found), parcels)


def seal_of(*parts: Any) -> str:
    """A fingerprint of what stands for the order, its prices, its stock and its shipments."""
    return ".".join(fingerprint(part)[:12] for part in parts)


def _prices(plan: Plan, sums: Sums) -> Any:
    lines = [
        (one.line.sku or (one.line.variant.sku if one.line.variant else one.line.name), one.line.priced, one.replaces)
        for one in plan.added
    ]
    return lines, sorted(map(str, plan.canceled.items())), sums.after, sums.owed_after


def _answers(found: Found) -> Any:
    """From which nodes and goods to come the pieces are taken, whatever their keys are this time."""
    places = {piece.key: place for place, piece in enumerate(found.pieces)}
    spots: dict[tuple[int, UUID], int] = {}
    for share in found.sourced.shares:
        key = (places[share.key], _node(share.spot))
        spots[key] = spots.get(key, 0) + share.quantity
    later = [(places[one.key], one.incoming.supply_id, one.quantity, one.incoming.expected_at) for one in found.sourced.later]
    missing = sorted((places[key], quantity) for key, quantity in found.sourced.missing.items())
    elsewhere = sorted((str(one.peg_id), str(one.to.node_id), one.quantity) for one in found.elsewhere)
    return sorted((place, str(node), quantity) for (place, node), quantity in spots.items()), later, missing, elsewhere


def _node(spot: Spot) -> UUID:
    return spot.node_id


def check(outcome: Outcome, accepted: str) -> None:
    """Refuse `WorldMoved` unless the outcome is what was seen, and anything that the outcome itself is refused for."""
    check_moved(accepted, outcome.fingerprint, difference=Money(outcome.sums.difference, outcome.case.currency))
    if outcome.refused:
        raise outcome.refused[0]


def check_moved(accepted: str, found: str, *, difference: Money) -> None:
    """Refuse `WorldMoved` unless a fingerprint (if one was given) is what is found now."""
    if accepted and accepted != found:
        moved = [name for name, old, new in zip(PARTS, accepted.split("."), found.split("."), strict=False) if old != new]
        words = ", ".join(str(WORDS[name]) for name in moved) or str(WORDS["order"])
        raise WorldMoved(field="fingerprint", moved=words, difference=difference)


WORDS: Final[Mapping[str, Any]] = {
    "order": _("the order or its money"),
    "prices": _("prices or taxes"),
    "stock": _("stock"),
    "shipments": _("shipments"),
}
"""The parts of a fingerprint, for people."""
