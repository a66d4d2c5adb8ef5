"""What can be asked of the board."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Q, QuerySet

from dingdan.insight.board.models import BoardRow
from dingdan.insight.board.rules import TO_BE_SENT, Counts, Kind, counts, sku_token, tag_token
from dingdan.kernel.finding import asked_tokens
from dingdan.kernel.laws import breaches, in_full_only
from dingdan.kernel.postgresql.cursors import ready_cursor
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.trade.orders.lifecycle import CHANGEABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which orders: every part that is given must fit. `q` searches; see `rules` for what it finds."""

    q: str | None = None
    state: str | None = None
    payment_status: str | None = None
    fulfillment_status: str | None = None
    channel_id: UUID | None = None
    customer_id: UUID | None = None
    external_id: str | None = None
    placed_from: datetime | None = None
    placed_before: datetime | None = None
    sku: str | None = None
    tag: str | None = None
    country: str | None = None
    currency: str | None = None
    total_from: int | None = None
    total_to: int | None = None
    in_review: bool | None = None
    is_waiting: bool = False
    promised_before: datetime | None = None
    """Not sent yet, and promised to be on its way before this."""


_SAME = (
    "state", "payment_status", "fulfillment_status", "channel_id", "customer_id", "external_id", "country", "currency",
    "in_review",
)  # fmt: skip
_BETWEEN = (
    ("placed_from", "placed_at__gte"), ("placed_before", "placed_at__lt"), ("total_from", "total__gte"),
    ("total_to", "total__lte"),
)  # fmt: skip


def rows(wanted: Wanted) -> QuerySet[BoardRow]:
    """The orders that fit, newest first. As fresh as the journal's consumer: usually well under a second behind."""
    found = BoardRow.objects.filter(**{name: value for name in _SAME if (value := getattr(wanted, name)) is not None})
    found = found.filter(**{lookup: value for name, lookup in _BETWEEN if (value := getattr(wanted, name)) is not None})
    if wanted.is_waiting:
        found = found.filter(waiting__gt=0, state__in=CHANGEABLE)
    if wanted.promised_before is not None:
        found = found.filter(to_be_sent(), promised_at__lt=wanted.promised_before)
    exact = [sku_token(wanted.sku)] if wanted.sku is not None else []
    exact += [tag_token(wanted.tag)] if wanted.tag is not None else []
    if exact:
        found = found.filter(tokens__contains=exact)
    asked = asked_tokens(wanted.q or "")
    if asked:
        found = found.filter(reduce(or_, [Q(tokens__contains=tokens) for tokens in asked]))
    return found.order_by("-placed_at", "-id")


def to_be_sent() -> Q:
    """Of orders that are promised and have not left: what the index that has them by their promise is about."""
    return Q(state__in=CHANGEABLE, fulfillment_status__in=TO_BE_SENT, promised_at__isnull=False)


_KEPT = """
SELECT channel_id, state, payment_status, fulfillment_status, orders FROM board_boardcount
WHERE tenant_id = %(tenant)s::uuid AND orders > 0 AND (%(channel)s::uuid IS NULL OR channel_id = %(channel)s::uuid)
"""


def order_counts(chosen: Mapping[str, str], *, channel_id: UUID | None = None) -> Counts:
    """How many orders there are by state and statuses (see `rules.counts`), as fresh as the list; nothing is counted anew."""
    return counts(kept_counts(channel_id=channel_id), chosen)


def kept_counts(*, channel_id: UUID | None = None) -> list[tuple[Kind, int]]:
    """How many orders there are of each kind, as kept."""
    with ready_cursor() as cursor:
        cursor.execute(_KEPT, {"tenant": current_tenant_id(), "channel": channel_id})
        return [(tuple(kind), orders) for *kind, orders in cursor.fetchall()]


@in_full_only
def law_counts_are_those_of_the_rows() -> Iterator[str]:
    """What is kept as the number of orders of a kind is the number of rows of that kind."""
    return breaches(
        """
        SELECT channel_id, state, payment_status, fulfillment_status, sum(kept), sum(there) FROM (
            SELECT channel_id, state, payment_status, fulfillment_status, orders AS kept, 0 AS there
            FROM board_boardcount WHERE tenant_id = %(tenant)s
            UNION ALL SELECT channel_id, state, payment_status, fulfillment_status, 0, 1
            FROM board_boardrow WHERE tenant_id = %(tenant)s
        ) AS both_sides GROUP BY 1, 2, 3, 4 HAVING sum(kept) <> sum(there)
        """,
        "orders of channel {0} that are {1}, {2}, {3}: {4} are counted, the board has {5}",
    )


LAWS = (law_counts_are_those_of_the_rows,)
