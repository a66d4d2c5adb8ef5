"""The exception queue: what waits, why, and what was decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, Q, QuerySet

from dingdan.kernel.canonical import json_text
from dingdan.kernel.errors import NotFound
from dingdan.kernel.models import EntrySubject
from dingdan.trade.review.lifecycle import ReviewVerdict
from dingdan.trade.review.models import Decision, Finding, Review
from dingdan.trade.review.rules import Settled

_EDITS = ("orders.place_orders", "aftersales.give_allowance")
"""Commands that make an order what it is, beside those of the change engine."""


@dataclass(frozen=True, slots=True)
class Author:
    """Somebody who placed or changed an order."""

    kind: str
    id: str


def lock_reviews(order_ids: Iterable[UUID]) -> dict[UUID, Review]:
    """The reviews of orders by order, locked until the transaction ends; their orders must be locked already."""
    rows = Review.objects.filter(order_id__in=list(order_ids)).order_by("id").select_for_update(no_key=True)
    return {row.order_id: row for row in rows}


def reviews_of(order_ids: Iterable[UUID]) -> dict[UUID, Review]:
    """The reviews of orders, by order."""
    return {row.order_id: row for row in Review.objects.filter(order_id__in=list(order_ids))}


def waiting_among(order_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the orders that wait."""
    return set(Review.objects.filter(order_id__in=list(order_ids), state="waiting").values_list("order_id", flat=True))


def reviewed_among(order_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the orders that rules have looked at and that go on: they wait, or have passed."""
    found = Review.objects.filter(order_id__in=list(order_ids), state__in=("waiting", "passed"))
    return set(found.values_list("order_id", flat=True))


def queue() -> QuerySet[Review]:
    """What waits to be decided, the longest first; orders that were canceled meanwhile left out."""
    return reviews().filter(state="waiting").exclude(order__state="canceled").order_by("opened_at", "id")


def reviews() -> QuerySet[Review]:
    """All reviews with their orders, the last opened first."""
    return Review.objects.select_related("order", "order__channel", "order__ship_to").order_by("-opened_at", "-id")


def review_of(order_id: UUID) -> Review:
    """The review of an order. Raises `NotFound`."""
    found = reviews().filter(order_id=order_id).first()
    if found is None:
        raise NotFound(what="review", id=order_id)
    return found


def findings_of(reviews_: Sequence[Review]) -> dict[UUID, list[Finding]]:
    """What was found in the last round of reviews, by review: what people are asked about first."""
    found: dict[UUID, list[Finding]] = defaultdict(list)
    rows = Finding.objects.filter(review_id__in=[row.id for row in reviews_], round=F("review__round"))
    for row in rows.select_related("version", "version__rule").order_by("-is_asked", "id"):
        found[row.review_id].append(row)
    return found


def decisions_of(review_ids: Sequence[UUID]) -> dict[UUID, list[Decision]]:
    """Everything that was decided in reviews, by review, oldest first."""
    found: dict[UUID, list[Decision]] = defaultdict(list)
    for row in Decision.objects.filter(review_id__in=review_ids).order_by("id"):
        found[row.review_id].append(row)
    return found


def approvals_of(reviews_: Sequence[Review]) -> dict[UUID, list[Author]]:
    """Who has let an order pass in its last round, by review."""
    found: dict[UUID, list[Author]] = defaultdict(list)
    rows = Decision.objects.filter(review_id__in=[row.id for row in reviews_], round=F("review__round"))
    for row in rows.filter(verdict=ReviewVerdict.APPROVED).order_by("id"):
        found[row.review_id].append(Author(row.actor_kind, row.actor_id))
    return found


def settled(review_ids: Sequence[UUID]) -> dict[UUID, set[Settled]]:
    """What people let pass in earlier rounds, by review. It is not asked about again as long as rule and facts are the same."""
    rows = Decision.objects.filter(review_id__in=review_ids, verdict=ReviewVerdict.APPROVED, is_last=True)
    rounds = set(rows.values_list("review_id", "round"))
    found: dict[UUID, set[Settled]] = defaultdict(set)
    if rounds:
        for row in Finding.objects.filter(review_id__in=[review_id for review_id, _round in rounds], is_asked=True):
            if (row.review_id, row.round) in rounds:
                found[row.review_id].add((row.version_id, json_text(row.facts)))
    return found


def authors_of(order_ids: Sequence[UUID]) -> dict[UUID, set[Author]]:
    """Who placed or changed orders, by order, as the journal tells."""
    edits = Q(entry__command__in=_EDITS) | Q(entry__command__startswith="changes.")
    rows = EntrySubject.objects.filter(edits, kind="order", subject_id__in=order_ids)
    found: dict[UUID, set[Author]] = defaultdict(set)
    for order_id, kind, id_ in rows.values_list("subject_id", "entry__actor_kind", "entry__actor_id"):
        found[order_id].add(Author(kind, id_))
    return found
