"""What can be asked about promotions and their uses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from dingdan.kernel.ids import new_id
from dingdan.kernel.laws import breaches, in_full_only
from dingdan.kernel.postgresql.cursors import ready_cursor
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.masterdata.promotions.lifecycle import PROMOTION_LIFE
from dingdan.masterdata.promotions.models import Coupon, PastTerms, PromotionUse
from dingdan.masterdata.promotions.models import Promotion as Row
from dingdan.masterdata.promotions.rules import Given, Left, Promotion, Tier

People = Mapping[UUID, Sequence[UUID]]
"""By customer, all the customers who are the same person."""


def in_force() -> tuple[Promotion, ...]:
    """The promotions in force that apply by themselves. One statement; small enough to keep."""
    return tuple(promotion_of_row(row) for row in _active().filter(coupons=None).order_by("code"))


def by_coupon(coupons: Iterable[str]) -> dict[str, Promotion]:
    """The promotions in force that coupons bring, by coupon; what brings none is left out. One statement."""
    rows = Coupon.objects.filter(code__in=list(coupons), promotion__state=PROMOTION_LIFE.initial).select_related("promotion")
    return {row.code: promotion_of_row(row.promotion, by_coupon=True) for row in rows}


def _active() -> QuerySet[Row]:
    return Row.objects.filter(state=PROMOTION_LIFE.initial)


def promotion_of_row(row: Row, *, by_coupon: bool = False) -> Promotion:
    """A promotion as its row says it."""
    said: dict[str, Any] = {one.name: getattr(row, one.name) for one in fields(Promotion) if one.name != "by_coupon"}
    said |= {name: tuple(value) for name, value in said.items() if isinstance(value, list)}
    return Promotion(**{**said, "tiers": tiers_of(row), "by_coupon": by_coupon})


def tiers_of(row: Row) -> tuple[Tier, ...]:
    """The tiers of a promotion as its row keeps them."""
    return tuple(Tier(least=one["least"], percent=Decimal(one["percent"]), amount=one["amount"]) for one in row.tiers)


@dataclass(frozen=True, slots=True)
class Then:
    """What a promotion that applied by itself said from a moment on, until another; without an end it says so still."""

    promotion: Promotion
    since: datetime
    until: datetime | None

    def covers(self, moment: datetime) -> bool:
        """Whether it said so at that moment."""
        return self.since <= moment and (self.until is None or moment < self.until)


def in_force_since(since: datetime) -> tuple[Then, ...]:
    """What promotions that apply by themselves said at any time since a moment. One statement; small enough to keep."""
    rows = PastTerms.objects.filter(Q(ended_at=None) | Q(ended_at__gt=since)).order_by("began_at", "id")
    return tuple(Then(_promotion_of_terms(row), row.began_at, row.ended_at) for row in rows)


def _promotion_of_terms(row: PastTerms) -> Promotion:
    days = {name: date.fromisoformat(text) if (text := row.terms[name]) else None for name in ("starts_on", "ends_on")}
    return promotion_of_row(Row(**row.terms | days | {"id": row.promotion_id, "percent": Decimal(row.terms["percent"])}))


# ── how often ────────────────────────────────────────────────────────────────────────────────────────────────────────────


class Buyer(NamedTuple):
    """Who uses promotions: a customer, or whoever has that e-mail (by its digest, `counted_as`), or both."""

    customer_id: UUID | None = None
    email_key: UUID | None = None


_Places = dict[tuple[UUID, UUID], dict[UUID, int | None]]


@dataclass(slots=True)
class Tallies:
    """How often promotions are used, held until the transaction ends; it counts along what is taken meanwhile.

    A customer has used what that customer used, and what a guest with their e-mail used. A guest has used whatever anybody used
    with that e-mail.
    """

    people: People = field(default_factory=dict)
    in_all: dict[UUID, int] = field(default_factory=dict)
    """What is left of the limit in all, by promotion."""
    each: dict[UUID, int] = field(default_factory=dict)
    """The limit for one customer, by promotion."""
    places: _Places = field(default_factory=lambda: defaultdict(dict))
    """The places that are taken, by promotion and person (a customer, or the e-mail of guests), each with its use."""
    beside: _Places = field(default_factory=lambda: defaultdict(dict))
    """Those of customers once more, by promotion and e-mail."""

    def left(self, buyer: Buyer) -> Left:
        """How often promotions may still be used, by one buyer."""
        counted = self.each.items() if any(buyer) else ()
        return Left(in_all=self.in_all, each={id_: most - len(self._taken(id_, buyer)) for id_, most in counted})

    def take(self, given: Sequence[Given], buyer: Buyer) -> list[int | None]:
        """Count what an order uses; returns which place of the buyer each takes, where these are limited."""
        found = list[int | None]()
        for one in given:
            id_ = one.promotion.id
            if id_ in self.in_all:
                self.in_all[id_] -= 1
            place = None
            if any(buyer) and id_ in self.each:
                taken = set(self._taken(id_, buyer).values())
                place = next(number for number in range(1, len(taken) + 2) if number not in taken)
                self.add(id_, buyer, new_id(), place)
            found.append(place)
        return found

    def add(self, promotion_id: UUID, buyer: Buyer, use_id: UUID, place: int | None) -> None:
        """Count a use for whoever it is by."""
        customer = self._person(buyer.customer_id)
        person = customer or buyer.email_key
        if person:
            self.places[promotion_id, person][use_id] = place
        if customer and buyer.email_key:
            self.beside[promotion_id, buyer.email_key][use_id] = place

    def _taken(self, promotion_id: UUID, buyer: Buyer) -> dict[UUID, int | None]:
        """The places that a buyer has, each use once."""
        customer, email = self._person(buyer.customer_id), buyer.email_key
        found = dict(self.places[promotion_id, email]) if email else {}
        if customer:
            return found | self.places[promotion_id, customer]
        return found | self.beside[promotion_id, email] if email else found

    def _person(self, customer_id: UUID | None) -> UUID | None:
        return self.people[customer_id][0] if customer_id and customer_id in self.people else customer_id


_KEEP = """
SELECT id FROM promotions_promotion WHERE tenant_id = %(tenant)s::uuid AND id = ANY(%(ids)s::uuid[]) ORDER BY id FOR SHARE
"""


def hold(promotions: Iterable[Promotion], people: People, *, buyers: Collection[Buyer] = (), lock: bool = True) -> Tallies:
    """How often promotions may still be used by these buyers. Those with a limit are locked, the others kept from getting one.

    The people are locked by whoever asks. An e-mail cannot be: where guests are among the buyers, what is counted by customer is
    locked as a whole. Two statements, three where one customer's uses are limited. Without `lock` it is how things are just now.
    """
    known = {one.id: one for one in promotions}
    everybody = {id_: group for group in people.values() for id_ in group}
    tallies = Tallies(everybody, each={one.id: one.each for one in known.values() if one.each is not None})
    guests = any(one.customer_id is None and one.email_key for one in buyers)
    counted = {one.id for one in known.values() if one.most_uses is not None}
    limited = sorted(counted | tallies.each.keys() if guests and lock else counted)
    free = sorted(known.keys() - set(limited))
    if limited:
        tallies.in_all = {id_: most - used for id_, most, used in _limits(limited, lock=lock) if most is not None}
    if free and lock:
        with ready_cursor() as cursor:
            cursor.execute(_KEEP, {"tenant": current_tenant_id(), "ids": free})
    emails = {one.email_key for one in buyers if one.email_key}
    if tallies.each and (everybody or emails):
        for use in _open_uses(tallies.each, everybody, emails):
            tallies.add(use.promotion_id, Buyer(use.customer_id, use.email_key), use.id, use.place)
    return tallies


def _limits(ids: Sequence[UUID], *, lock: bool) -> list[tuple[UUID, int | None, int]]:
    rows = Row.objects.filter(id__in=ids).order_by("id")
    rows = rows.select_for_update(no_key=True) if lock else rows
    return list(rows.values_list("id", "most_uses", "used"))


def _open_uses(promotions: Iterable[UUID], customers: Iterable[UUID], emails: Iterable[UUID]) -> QuerySet[PromotionUse]:
    rows = PromotionUse.objects.filter(promotion_id__in=list(promotions), given_back_at=None)
    return rows.filter(Q(customer_id__in=list(customers)) | Q(email_key__in=list(emails)))


def lock_used_by(order_ids: Iterable[UUID]) -> list[PromotionUse]:
    """What orders used, with the promotions, which are locked until the transaction ends."""
    ids = list(order_ids)
    used = PromotionUse.objects.filter(order_id__in=ids).values_list("promotion_id", flat=True)
    _limits(sorted(set(used)), lock=True)
    return list(PromotionUse.objects.filter(order_id__in=ids).select_related("promotion").order_by("promotion_id", "order_id"))


def used_by(order_ids: Iterable[UUID]) -> dict[UUID, list[PromotionUse]]:
    """What orders were given, by order, with the promotions and the shares of the lines."""
    rows = PromotionUse.objects.filter(order_id__in=list(order_ids)).select_related("promotion").prefetch_related("shares")
    found: dict[UUID, list[PromotionUse]] = defaultdict(list)
    for row in rows.order_by("-promotion__priority", "promotion__code"):
        found[row.order_id].append(row)
    return found


@dataclass(frozen=True, slots=True)
class Usage:
    """How often a promotion is used by orders that stand, and how much it took off, by currency."""

    used: int = 0
    amounts: Mapping[str, int] = field(default_factory=dict)


def usage_of(promotion_ids: Iterable[UUID]) -> dict[UUID, Usage]:
    """How often promotions are used. One statement."""
    rows = PromotionUse.objects.filter(promotion_id__in=list(promotion_ids), given_back_at=None)
    found: dict[UUID, Usage] = {}
    for row in rows.values("promotion_id", "currency").annotate(used=Count("id"), off=Sum("amount")).order_by("currency"):
        before = found.get(row["promotion_id"], Usage())
        found[row["promotion_id"]] = Usage(before.used + row["used"], {**before.amounts, row["currency"]: row["off"]})
    return found


def uses_of(promotion_id: UUID) -> QuerySet[PromotionUse]:
    """The uses of a promotion, newest first."""
    return PromotionUse.objects.filter(promotion_id=promotion_id).order_by("-used_at", "-id")


@in_full_only
def law_uses_are_counted() -> Iterator[str]:
    """Where a promotion has a limit in all, it counts the orders that use it, no more and no less."""
    return breaches(
        """
        SELECT known.id, known.code, known.used, count(use.id) FROM promotions_promotion AS known
        LEFT JOIN promotions_promotionuse AS use
          ON use.tenant_id = known.tenant_id AND use.promotion_id = known.id AND use.given_back_at IS NULL
        WHERE known.tenant_id = %(tenant)s AND known.most_uses IS NOT NULL
        GROUP BY known.id, known.code, known.used HAVING known.used <> count(use.id)
        """,
        "promotion {1}: counted {2} uses, {3} are there",
    )


def law_shares_make_up_what_was_given() -> Iterator[str]:
    """What lines bear of a promotion adds up to what it took off their order."""
    return breaches(
        """
        SELECT use.order_id, use.amount, coalesce(sum(share.amount), 0) FROM promotions_promotionuse AS use
        LEFT JOIN promotions_promotionshare AS share ON share.tenant_id = use.tenant_id AND share.use_id = use.id
        WHERE use.tenant_id = %(tenant)s
        GROUP BY use.id, use.order_id, use.amount HAVING coalesce(sum(share.amount), 0) <> use.amount
        """,
        "order {0}: a promotion took off {1}, its lines bear {2}",
        about=("document",),
    )


LAWS = (law_uses_are_counted, law_shares_make_up_what_was_given)
