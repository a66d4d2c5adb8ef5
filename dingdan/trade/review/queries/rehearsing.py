"""Trying rules on past orders: what they would have done, beside what was done. Reads, and writes nothing.

A page at a time, newest orders first, so that whoever asks sees it getting on. The orders just before a page are read along, so
that duplicates and regular buyers are known across its edge; what a guest ordered long before is not.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from dingdan.trade.orders.models import Order
from dingdan.trade.review.lifecycle import ReviewVerdict
from dingdan.trade.review.models import Decision
from dingdan.trade.review.queries.facts import Past, dossiers, missing_when_placed
from dingdan.trade.review.rules import Judgement, Need, RuleInForce, judge, needed

MOST_ORDERS = 10_000
LARGEST_PAGE = 1000
READ_ALONG = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """How far a rehearsal has come: the last order that was looked at."""

    placed_at: datetime
    order_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTried:
    """What came of one rule: in how many orders it found something, and how many would have waited for it."""

    code: str
    name: str
    version: int
    found: int
    waits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedOtherwise:
    """An order that would have fared otherwise. `was` is empty where nobody reviewed it: it simply went on."""

    order_id: UUID
    number: str
    placed_at: datetime
    would: str
    was: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """What rules would have done with some past orders. `next` is where to go on; None at the end."""

    orders: int
    waits: int
    passes: int
    rules: tuple[RuleTried, ...]
    changed: tuple[JudgedOtherwise, ...]
    next: Place | None


def rehearse(rules: Sequence[RuleInForce], *, at: datetime, limit: int = LARGEST_PAGE, after: Place | None = None) -> Rehearsed:
    """Look at past orders with these rules, newest first, or those behind a place. Blacklist and usual quantities are today's."""
    rows = Order.objects.select_related("ship_to", "bill_to").order_by("-placed_at", "-id")
    if after is not None:
        behind = Q(placed_at__lt=after.placed_at) | Q(placed_at=after.placed_at, id__lt=after.order_id)
        rows = rows.filter(behind, placed_at__lte=after.placed_at)
    remembers = Need.HISTORY in needed(rules)
    read = list(rows[: limit + (READ_ALONG if remembers else 1)])
    tried, before = read[:limit], read[limit:]
    ids = [order.id for order in tried]
    past: Past = defaultdict(list)
    if remembers:
        dossiers(before, (), at=at, past=past)
    known = dossiers(tried, rules, at=at, past=past, missing=missing_when_placed(ids))
    judged = {order.id: judge(rules, known[order.id].facts) for order in tried}
    was = _was(ids)
    waits = sum(one.waits for one in judged.values())
    return Rehearsed(
        orders=len(tried), waits=waits, passes=len(tried) - waits, rules=tuple(_tried(rules, list(judged.values()))),
        changed=tuple(_changed(tried, judged, was)),
        next=Place(placed_at=tried[-1].placed_at, order_id=tried[-1].id) if before else None,
    )  # fmt: skip


def _was(order_ids: Sequence[UUID]) -> dict[UUID, str]:
    """What the rules decided about orders when they were placed: passed, or waits."""
    rows = Decision.objects.filter(
        review__order_id__in=order_ids, round=1, verdict__in=[ReviewVerdict.PASSED, ReviewVerdict.WAITS]
    )
    return dict(rows.values_list("review__order_id", "verdict"))


def _tried(rules: Sequence[RuleInForce], judged: Sequence[Judgement]) -> list[RuleTried]:
    found = Counter(finding.rule.version_id for one in judged for finding in one.findings)
    waits = Counter(finding.rule.version_id for one in judged for finding in one.asked)
    return [
        RuleTried(
            code=rule.code, name=rule.name, version=rule.version, found=found[rule.version_id], waits=waits[rule.version_id]
        )
        for rule in rules
    ]  # fmt: skip


def _changed(tried: Sequence[Order], judged: Mapping[UUID, Judgement], was: Mapping[UUID, str]) -> list[JudgedOtherwise]:
    changed = []
    for order in tried:
        one, before = judged[order.id], was.get(order.id, "")
        would = ReviewVerdict.WAITS if one.waits else ReviewVerdict.PASSED
        if would != (before or ReviewVerdict.PASSED):
            codes = tuple(finding.rule.code for finding in one.asked)
            changed.append(
                JudgedOtherwise(
                    order_id=order.id, number=order.number, placed_at=order.placed_at, would=would.value, was=before, rules=codes
                )
            )  # fmt: skip
    return changed
