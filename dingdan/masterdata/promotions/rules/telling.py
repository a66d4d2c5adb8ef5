"""What promotions take off an article for everybody, before anything is in a cart. Pure.

Only what applies by itself, to people whom the shop does not know, as often as they like, is told outside of a cart.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from dingdan.masterdata.promotions.rules.giving import work_out
from dingdan.masterdata.promotions.rules.terms import Cart, Gives, Promotion

OF_EACH_PIECE: Final = (Gives.PERCENT, Gives.AMOUNT_EACH)
"""What takes as much off one piece as off each of many, so that a price can be told without the cart."""


@dataclass(frozen=True, slots=True)
class Lowered:
    """What one piece costs less, in minor units; by which promotions; and which others everybody gets here today."""

    off: int
    by: tuple[Promotion, ...]
    others: tuple[Promotion, ...]


def lowered_for_everybody(cart: Cart, promotions: Iterable[Promotion]) -> Lowered:
    """What is told of the only line of a cart, one piece of an article."""
    known = [one for one in promotions if _is_for_everybody(one, cart)]
    (line,) = cart.lines
    lowering = [one for one in work_out(cart, known).given if _is_of_each_piece(one.promotion)]
    by = tuple(one.promotion for one in lowering)
    others = tuple(one for one in known if one.is_about(line.sku, line.shelves) and one.id not in {other.id for other in by})
    return Lowered(sum(one.shares.get(line.key, 0) for one in lowering), by, others)


def _is_for_everybody(one: Promotion, cart: Cart) -> bool:
    """Whether anybody gets it here today, as often as they like."""
    is_here = one.may_fit((cart.on, cart.on), (cart.channel,)) and (not one.currencies or cart.currency in one.currencies)
    return is_here and not (one.by_coupon or one.groups or one.needs_to_know or one.most_uses is not None)


def _is_of_each_piece(one: Promotion) -> bool:
    return one.gives in OF_EACH_PIECE and one.most_off is None
