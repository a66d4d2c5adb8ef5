"""What may leave, who is at it, and what a round and a package may hold. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import Actor
from dingdan.kernel.text import clean_text

MOST_IN_WAVE: Final = 40
"""Shipments that one person can walk for at once."""
SHORT_REASONS: Final = ("missing", "damaged")


class WaveNotUsable(Refusal):
    """A round needs shipments of one node, and not too many."""

    status = 422
    sentence = _("A round is for 1 to {most} shipments of one node.")
    remedy = _("Tick fewer shipments, all of the same node.")


class NotMovingForward(Refusal):
    """The order is held, canceled or closed."""

    sentence = _("The order is {state}, so nothing of it leaves.")
    remedy = _("Resume the order first; a canceled order stays where it is.")


class AwaitsReview(Refusal):
    """It is not decided yet whether the order passes."""

    sentence = _("The order is being reviewed, so nothing of it leaves yet.")
    remedy = _("Let it pass at the review desk first.")


class SomebodyElse(Refusal):
    """Somebody else is at it."""

    sentence = _("{who} is at it since {since}.")
    remedy = _("Ask, or take it over: then it is yours.")


class NotPackedAsPlanned(Refusal):
    """What lies in the packages is not what the shipment holds."""

    status = 422
    sentence = _("{packed} of {planned} pieces of {sku} are in the packages.")
    remedy = _("Put in what is missing, and take out what does not belong there.")


class PackageEmpty(Refusal):
    """A package in which nothing lies."""

    status = 422
    sentence = _("Package {position} is empty.")
    remedy = _("Put something in, or leave the package out.")


def check_moving(state: str, *, in_review: bool) -> None:
    """Refuse an order that is held, canceled, closed, or being reviewed. Raises `NotMovingForward`, `AwaitsReview`."""
    if state != "placed":
        raise NotMovingForward(field="order", state=state)
    if in_review:
        raise AwaitsReview(field="order")


def written_as(actor: Actor) -> str:
    """How somebody is written beside what they do."""
    return f"{actor.kind}:{actor.id}"[:80]


def check_mine(actor: Actor, *, at_it: str, since: datetime, zone: Callable[[], str]) -> None:
    """Refuse what somebody else is at. Raises `SomebodyElse`, which tells since when by the shop's clock."""
    if at_it and at_it != written_as(actor):
        here = since.astimezone(ZoneInfo(zone()))
        raise SomebodyElse(field="who", who=at_it, since=f"{here:%Y-%m-%d %H:%M}")


def checked_tracking_number(text: str) -> str:
    """A tracking number as it is kept."""
    return clean_text(text, "tracking_number", 80, required=False)


@dataclass(frozen=True, slots=True)
class Content:
    """So many pieces of a line of the shipment, in a package."""

    line_id: UUID
    quantity: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a line of a shipment holds, and how people know it."""

    line_id: UUID
    sku: str
    quantity: int


def check_contents(packages: Sequence[Sequence[Content]], wanted: Sequence[Wanted]) -> None:
    """Refuse packages that hold more or less than the shipment. Raises `PackageEmpty`, `NotPackedAsPlanned`."""
    packed: Counter[UUID] = Counter()
    for position, contents in enumerate(packages, start=1):
        if not contents or any(type(one.quantity) is not int or one.quantity < 1 for one in contents):
            raise PackageEmpty(field="packages", position=position)
        for one in contents:
            packed[one.line_id] += one.quantity
    known: Mapping[UUID, Wanted] = {one.line_id: one for one in wanted}
    for line_id, quantity in packed.items():
        if line_id not in known:
            raise NotPackedAsPlanned(field="packages", packed=quantity, planned=0, sku=str(line_id))
    for line in wanted:
        if packed[line.line_id] != line.quantity:
            raise NotPackedAsPlanned(field="packages", packed=packed[line.line_id], planned=line.quantity, sku=line.sku)
