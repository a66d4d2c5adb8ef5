"""Verbs on the uses of promotions, inside a command. The promotions are locked by whoever asked how often they may be used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models.functions import Greatest

from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.rows import Rows
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.masterdata.promotions import queries
from dingdan.masterdata.promotions.lifecycle import PROMOTION_LIFE
from dingdan.masterdata.promotions.models import Coupon, PastTerms, Promotion, PromotionShare, PromotionUse
from dingdan.masterdata.promotions.queries import Buyer, People
from dingdan.masterdata.promotions.rules import Given, PromotionUsedUp, Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUse:
    """An order gets a promotion; its lines bear the shares."""

    entry: Entry
    promotion_id: UUID
    order_id: UUID
    buyer: Buyer
    coupon: str
    currency: str
    shares: Sequence[tuple[UUID, int]]
    place: int | None = None


def use_rows(uses: Sequence[NewUse]) -> tuple[Rows, ...]:
    """The rows of uses and their shares, to be written in one `insert` together with the orders. `count` counts them."""
    heads: list[dict[str, Any]] = []
    shares: list[dict[str, Any]] = []
    for one in uses:
        id_ = new_id()
        heads.append(
            {
                "id": id_, "promotion_id": one.promotion_id, "order_id": one.order_id, "customer_id": one.buyer.customer_id,
                "email_key": one.buyer.email_key,
                "coupon": one.coupon, "amount": sum(part for _line_id, part in one.shares), "currency": one.currency,
                "place": one.place, "used_at": one.entry.at,
            }
        )  # fmt: skip
        shares += [{"id": new_id(), "use_id": id_, "line_id": line_id, "amount": part} for line_id, part in one.shares]
    return (PromotionUse, heads), (PromotionShare, shares)


_COUNT = """
UPDATE promotions_promotion AS known SET used = known.used + asked.uses
FROM unnest(%(ids)s::uuid[], %(uses)s::bigint[]) AS asked (id, uses)
WHERE known.tenant_id = %(tenant)s AND known.id = asked.id AND known.most_uses IS NOT NULL
"""


def count(entry: Entry, promotion_ids: Iterable[UUID], *, sign: int = 1) -> None:
    """Count uses of promotions that have a limit in all; the database refuses more than the limit."""
    uses = sorted(Counter(promotion_ids).items())
    if not uses:
        return
    params: dict[str, Any] = {"tenant": current_tenant_id(), "ids": [id_ for id_, _uses in uses]}
    params["uses"] = [sign * many for _id, many in uses]
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, params)


def give_back(entry: Entry, *, order_ids: Sequence[UUID]) -> None:
    """Orders were canceled as a whole: what they used may be used again, unless their lines went to other orders."""
    open_ = [one for one in queries.lock_used_by(order_ids) if one.given_back_at is None and not one.stays]
    if open_:
        PromotionUse.objects.filter(id__in=[one.id for one in open_]).update(given_back_at=entry.at)
        count(entry, [one.promotion_id for one in open_], sign=-1)


def take_again(entry: Entry, *, order_ids: Sequence[UUID], people: People) -> None:
    """Orders go on that were canceled: they use again what they used. Refuses `PromotionUsedUp`. The people are locked."""
    gone = [one for one in queries.lock_used_by(order_ids) if one.given_back_at is not None]
    if not gone:
        return
    promotions = {one.promotion_id: queries.promotion_of_row(one.promotion) for one in gone}
    buyers = {one.id: Buyer(one.customer_id, one.email_key) for one in gone}
    tallies = queries.hold(promotions.values(), people, buyers=set(buyers.values()))
    for one in gone:
        left = tallies.left(buyers[one.id])
        if min(left.in_all.get(one.promotion_id, 1), left.each.get(one.promotion_id, 1)) <= 0:
            raise PromotionUsedUp(promotion=one.promotion.name)
        (place,) = tallies.take([Given(promotion=promotions[one.promotion_id])], buyers[one.id])
        PromotionUse.objects.filter(id=one.id).update(given_back_at=None, place=place)
    count(entry, [one.promotion_id for one in gone])


def adopt(entry: Entry, *, order_ids: Sequence[UUID], customer_id: UUID, people: People) -> None:
    """What guests ordered is a customer's from now on, and so is what they used with it. The people are locked.

    Nothing is refused: whoever used up a limit as a guest and once more as a customer has used it twice.
    """
    theirs = [one for one in queries.lock_used_by(order_ids) if one.customer_id is None]
    if not theirs:
        return
    buyer, promotions = Buyer(customer_id), {one.promotion_id: queries.promotion_of_row(one.promotion) for one in theirs}
    tallies = queries.hold(promotions.values(), people)
    for one in theirs:
        open_ = [Given(promotion=promotions[one.promotion_id])] if one.given_back_at is None else []
        place = next(iter(tallies.take(open_, buyer)), None)
        PromotionUse.objects.filter(id=one.id).update(customer_id=customer_id, place=place)


def keep(entry: Entry, *, order_ids: Sequence[UUID]) -> None:
    """Lines of orders went to other orders with what they were given: it stays used, whatever becomes of these orders."""
    PromotionUse.objects.filter(order_id__in=list(order_ids), given_back_at=None).update(stays=True)


def forget(entry: Entry, *, order_ids: Sequence[UUID]) -> None:
    """Whoever ordered is to be forgotten: nobody is counted by their e-mail any longer. The uses stay."""
    PromotionUse.objects.filter(order_id__in=list(order_ids)).exclude(email_key=None).update(email_key=None)


def put_coupons(entry: Entry, *, promotion: Promotion, coupons: Sequence[str]) -> tuple[list[str], list[str]]:
    """Let a locked promotion be brought by these coupons; returns those from before and those from now on, sorted."""
    before = set(Coupon.objects.filter(promotion=promotion).values_list("code", flat=True))
    wanted = set(coupons)
    if before - wanted:
        Coupon.objects.filter(promotion=promotion, code__in=sorted(before - wanted)).delete()
    Coupon.objects.bulk_create(
        [Coupon(id=new_id(), promotion=promotion, code=code) for code in coupons if code not in before]
    )  # fmt: skip
    return sorted(before), sorted(wanted)


def remember(entry: Entry, promotion: Promotion) -> None:
    """Keep what a locked promotion said until now, and what it says from now on, where it applies by itself."""
    by_itself = promotion.state == PROMOTION_LIFE.initial and not Coupon.objects.filter(promotion=promotion).exists()
    said = {one.name: getattr(promotion, one.name) for one in fields(Terms)}
    PastTerms.objects.filter(promotion=promotion, ended_at=None).update(ended_at=Greatest("began_at", entry.at))
    if by_itself:
        PastTerms.objects.create(id=new_id(), promotion=promotion, terms=said, began_at=entry.at)
