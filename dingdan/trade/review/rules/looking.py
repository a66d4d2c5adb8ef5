"""What each kind of rule sees in an order: a few facts where it has found something, nothing where it has not.

The facts go into the records of the desk, so they hold amounts, codes and numbers of orders, never who somebody is.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from dingdan.masterdata.customers.rules import Stance
from dingdan.trade.review.rules.facts import Facts, LineFacts
from dingdan.trade.review.rules.texts import troubles, words_in

Said = Mapping[str, Any]
Seen = dict[str, Any] | None


def amount(said: Said, facts: Facts) -> Seen:
    """More than so much in the order's currency."""
    limit = said["amounts"].get(facts.currency)
    if limit is None or facts.amount <= limit:
        return None
    return {"amount": facts.amount, "limit": limit, "currency": facts.currency}


def new_customer(said: Said, facts: Facts) -> Seen:
    """Fewer earlier orders than so many; where amounts are given, only an order of more than that."""
    limits = said.get("amounts")
    is_small = limits is not None and facts.amount <= limits.get(facts.currency, facts.amount)
    return None if facts.earlier >= said["orders"] or is_small else {"earlier": facts.earlier}


def address_trouble(said: Said, facts: Facts) -> Seen:
    """Something is wrong with where it goes, or with where it is paid from."""
    found = [str(trouble) for trouble in troubles(facts.ship_to, facts.bill_to) if trouble in said["troubles"]]
    return {"troubles": found} if found else None


def blacklist(said: Said, facts: Facts) -> Seen:
    """Somebody whom the shop has written down as one to look at."""
    return _watched(said, facts, Stance.BLOCKED)


def trusted(said: Said, facts: Facts) -> Seen:
    """Somebody whom the shop has written down as one to trust."""
    return _watched(said, facts, Stance.TRUSTED)


def _watched(said: Said, facts: Facts, stance: Stance) -> Seen:
    met = [one for one in facts.watched if one.stance == stance and one.part in said["parts"]]
    ordered = sorted(met, key=lambda one: (one.part, str(one.watch_id)))
    return {"parts": sorted({one.part for one in met}), "watches": [str(one.watch_id) for one in ordered]} if met else None


def duplicate(said: Said, facts: Facts) -> Seen:
    """The same buyer ordered the same goods within a time."""
    window = timedelta(hours=said["hours"])
    numbers = sorted({twin.number for twin in facts.twins if abs(twin.placed_at - facts.placed_at) <= window})
    return {"orders": numbers} if numbers else None


def remark(said: Said, facts: Facts) -> Seen:
    """The customer's remark holds one of the words."""
    found = words_in(facts.note, said["words"]) if facts.note else ()
    return {"words": list(found)} if found else None


def short_of_stock(said: Said, facts: Facts) -> Seen:
    """So many pieces are owed and not there."""
    return {"missing": facts.missing} if facts.missing >= said["pieces"] else None


def unusual_quantity(said: Said, facts: Facts) -> Seen:
    """More of an article than so many, or so many times what is usual of it."""
    found = []
    for line in facts.lines:
        limits = [said[name] for name in ("most",) if said.get(name)]
        if said.get("times") and line.usual is not None:
            limits.append(said["times"] * line.usual)
        if limits and line.quantity > min(limits):
            found.append({"sku": line.sku, "quantity": line.quantity, "limit": min(limits)})
    return {"lines": found} if found else None


def price_under_floor(said: Said, facts: Facts) -> Seen:
    """An article for less than its floor, or than so many percent of its list price. After discount, compared exactly."""
    found = []
    for line in facts.lines:
        floors = _floors(said, line)
        if floors and line.paid < max(floors) * line.quantity:
            floor = max(floors).normalize()
            found.append({"sku": line.sku, "paid": line.paid, "quantity": line.quantity, "floor": f"{floor:f}"})
    return {"lines": found, "currency": facts.currency} if found else None


def _floors(said: Said, line: LineFacts) -> list[Any]:
    floors = [line.floors[said["price_list"]]] if said.get("price_list") in line.floors else []
    if said.get("percent") and line.list_price is not None:
        floors.append(line.list_price * said["percent"] / 100)
    return floors


def risk_score(said: Said, score: int) -> Seen:
    """What the other rules have found weighs more than so much."""
    return {"score": score, "limit": said["limit"]} if score > said["limit"] else None
