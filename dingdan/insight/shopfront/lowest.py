"""What an article cost at least in the thirty days before it was reduced, as Directive 98/6/EC (Article 6a) wants it told.

A reduction is what promotions take off one piece for everybody. It lasts as long as it is told without a break and the price does
not rise meanwhile: one that grows step by step is one reduction. So what is told stays the same while it lasts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from dingdan.kernel.money import round_minor
from dingdan.masterdata.pricing.queries import past_lists, past_prices
from dingdan.masterdata.pricing.rules import ListThen, PriceThen, price_then
from dingdan.masterdata.promotions.queries import Then, in_force_since
from dingdan.masterdata.promotions.rules import Cart, CartLine, lowered_for_everybody
from dingdan.trade.orders.rules import ChannelTerms

WINDOW: Final = timedelta(days=30)
LONGEST: Final = timedelta(days=400)
"""How far back reductions are looked for: one that lasts longer is compared with what is known of this time."""


@dataclass(frozen=True, slots=True)
class Past:
    """What was said in a channel that decides what articles cost everybody, with what promotions gave by themselves."""

    channel: ChannelTerms
    lists: Sequence[ListThen]
    promotions: Sequence[Then]


def past_of(channel: ChannelTerms, at: datetime) -> Past:
    """What was said in a channel in the time that is looked at. Two statements; small enough to keep."""
    since = at - LONGEST
    return Past(channel, past_lists(channel.id, channel.currency, since=since), in_force_since(since))


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of an article: its SKU, and the categories that it stands in."""

    sku: str
    shelves: frozenset[str] = frozenset()


class Told(NamedTuple):
    """What an article cost from a moment on, in minor units (None: it had no price), and whether that was a reduction."""

    since: datetime
    price: int | None
    is_reduced: bool = False


def told_before(past: Past, prices: Sequence[PriceThen], piece: Piece, at: datetime) -> Iterator[Told]:
    """What one piece cost everybody until a moment, turn by turn, the newest first."""
    promotions = [one for one in past.promotions if one.promotion.is_about(piece.sku, piece.shelves)]
    zone, begin = ZoneInfo(past.channel.time_zone), at - LONGEST
    turns = {turn for one in (*past.lists, *prices) for turn in one.turns} | {
        turn for one in promotions for turn in _turns(one, zone)
    }
    for turn in sorted({begin, *(turn for turn in turns if begin < turn <= at)}, reverse=True):
        price = price_then(prices, past.lists, turn)
        if price is None:
            yield Told(turn, None)
            continue
        usual = round_minor(price)
        line = CartLine(key="0", sku=piece.sku, quantity=1, amount=usual, shelves=piece.shelves)
        today, channel = turn.astimezone(zone).date(), past.channel
        cart = Cart(channel=channel.code, currency=channel.currency, on=today, lines=(line,))
        off = lowered_for_everybody(cart, [one.promotion for one in promotions if one.covers(turn)]).off
        yield Told(turn, usual - off, off > 0)


def _turns(one: Then, zone: ZoneInfo) -> Iterator[datetime]:
    """When a promotion may have begun or ceased to be given: its days are those of the channel."""
    yield from (one.since, *([one.until] if one.until else []))
    days = (one.promotion.starts_on, one.promotion.ends_on and one.promotion.ends_on + timedelta(days=1))
    yield from (datetime.combine(day, time(), zone).astimezone(UTC) for day in days if day)


def lowest_before(newest_first: Iterable[Told]) -> int | None:
    """The lowest price of the thirty days before the reduction that lasts now; None where none does, or nothing was before it."""
    told = iter(newest_first)
    first = next(told, None)
    if first is None or not first.is_reduced:
        return None
    lowest, end = None, first.since
    is_before = False
    for one in told:
        if not is_before and one.is_reduced and (one.price or 0) >= (first.price or 0):
            first, end = one, one.since
            continue
        is_before = True
        if end <= first.since - WINDOW:
            break
        if one.price is not None:
            lowest = one.price if lowest is None else min(lowest, one.price)
        end = one.since
    return lowest


def lowest_prices(past: Past, pieces: Mapping[UUID, Piece], at: datetime) -> dict[UUID, int]:
    """The lowest price of the thirty days before its reduction for each article (by its id) that is reduced. One statement."""
    prices = past_prices(pieces, since=at - LONGEST)
    found = {id_: lowest_before(told_before(past, prices.get(id_, ()), piece, at)) for id_, piece in pieces.items()}
    return {id_: lowest for id_, lowest in found.items() if lowest is not None}
