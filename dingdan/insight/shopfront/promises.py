"""What can be promised of an article to whoever looks at it now: how many are left, when they leave, what waits for more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from dingdan.ledgers.inventory import queries as inventory
from dingdan.ledgers.inventory.rules import Incoming, Shelves
from dingdan.masterdata.catalog.rules import Sellable, Shortage
from dingdan.trade.orders.rules import ChannelTerms, may_owe, promised_at

FEW: Final = 5
"""So many or fewer are told by number: it is then true for long enough, and tells nobody how much lies in the warehouse."""
MOST_AT_ONCE: Final = 99


class Standing(StrEnum):
    """How an article can be had."""

    THERE = "there"
    FEW = "few"
    LATER = "later"
    """It is promised from goods to come."""
    AHEAD = "ahead"
    """It is promised before the first goods came."""
    OUT = "out"


@dataclass(frozen=True, slots=True)
class Promise:
    """What is promised of an article: ``most`` pieces at once, of which ``left`` are told; ``leaves_on``: None while unknown."""

    standing: Standing
    most: int
    left: int | None = None
    leaves_on: date | None = None
    there: int = field(default=0, compare=False)
    """How many are there and promised to nobody. It is told to nobody either, so two promises may differ in it."""

    @property
    def can_be_had(self) -> bool:
        """Whether one can be ordered."""
        return self.most > 0


def promises_of(articles: Sequence[Sellable], channel: ChannelTerms, *, at: datetime) -> dict[UUID, Promise]:
    """What can be promised of articles in a channel now, by id, in three statements at most: as an order placed now would get."""
    stocked = {of.id: of for one in articles for of, _quantity in one.stocked(1)}
    owing = [of.id for of in stocked.values() if of.shortage != Shortage.DENY]
    shelves = inventory.shelves(stocked, owing=owing)
    own = inventory.own_owner_id()
    free = {
        id_: sum(max(0, spot.free_for(channel.id)) for spot in shelves.spots.get(id_, ()) if spot.owner_id == own)
        for id_ in stocked
    }
    if any(not free[id_] for id_ in owing):
        inventory.look_ahead(shelves)
    return {one.id: _promise(one, free, shelves, channel, at) for one in articles}


def _promise(one: Sellable, free: Mapping[UUID, int], shelves: Shelves, channel: ChannelTerms, at: datetime) -> Promise:
    if not one.is_sold:
        return Promise(Standing.OUT, 0)
    parts = one.stocked(1)
    leaves = _day(promised_at(at, channel), channel)
    if not parts:
        return Promise(Standing.THERE, MOST_AT_ONCE, leaves_on=leaves)
    there = min(free[of.id] // quantity for of, quantity in parts)
    short = [(of, quantity) for of, quantity in parts if of.shortage == Shortage.DENY]
    if there:
        most = there if short else MOST_AT_ONCE
        told = there if there <= FEW and short else None
        return Promise(Standing.FEW if told else Standing.THERE, min(most, MOST_AT_ONCE), told, leaves, there)
    lacking = [(of, quantity) for of, quantity in parts if free[of.id] < quantity]
    room = min(may_owe(of, shelves.owed.get(of.id, 0)) // quantity for of, quantity in lacking)
    room = min([room, *(free[of.id] // quantity for of, quantity in short)])
    if room <= 0:
        return Promise(Standing.OUT, 0)
    ahead = all(of.shortage == Shortage.PREORDER for of, _quantity in lacking)
    days = [_comes(shelves.coming.get(of.id, ()), quantity - free[of.id]) for of, quantity in lacking]
    known = [day for day in days if day is not None]
    leaves_on = _day(promised_at(max(known), channel), channel) if len(known) == len(days) else None
    return Promise(Standing.AHEAD if ahead else Standing.LATER, min(room, MOST_AT_ONCE), leaves_on=leaves_on)


def _comes(coming: Sequence[Incoming], missing: int) -> datetime | None:
    """When so many that nobody was promised yet will have come; None while nobody knows."""
    own = inventory.own_owner_id()
    for one in coming:
        if one.owner_id == own and one.free > 0:
            missing -= one.free
            if missing <= 0:
                return one.expected_at
    return None


def _day(moment: datetime, channel: ChannelTerms) -> date:
    return moment.astimezone(ZoneInfo(channel.time_zone)).date()
