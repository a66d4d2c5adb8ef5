"""Claims, and the orders that replace what was claimed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet

from dingdan.kernel.errors import NotFound
from dingdan.trade.aftersales.models import Claim, ClaimLine
from dingdan.trade.aftersales.queries.returns import follow_up
from dingdan.trade.aftersales.queries.standings import Standing, standing
from dingdan.trade.orders.rules import PlaceOrder, WantedLine


def claims() -> QuerySet[Claim]:
    """All claims with their lines, newest first."""
    return Claim.objects.select_related("order").prefetch_related("lines__order_line").order_by("-id")


def claims_of(order_id: UUID) -> QuerySet[Claim]:
    """The claims of an order with their lines, oldest first."""
    return claims().filter(order_id=order_id).order_by("id")


def claim(claim_id: UUID) -> Claim:
    """One claim with its order. Raises `NotFound`."""
    found = claims().filter(id=claim_id).first()
    if found is None:
        raise NotFound(what="claim", id=claim_id)
    return found


def lock_claim(claim_id: UUID) -> tuple[Standing, Claim]:
    """A claim and how its order stands, both locked, the order first. Raises `NotFound`."""
    order_id = Claim.objects.filter(id=claim_id).values_list("order_id", flat=True).first()
    if order_id is None:
        raise NotFound(what="claim", id=claim_id)
    found = standing(order_id, lock=True)
    return found, Claim.objects.select_for_update(no_key=True).get(id=claim_id)


def claimed_lines(claim_id: UUID) -> list[ClaimLine]:
    """The lines of a claim with their order lines, in the order of the order."""
    rows = ClaimLine.objects.filter(claim_id=claim_id).select_related("order_line__variant")
    return list(rows.order_by("order_line__position"))


def amounts_of_claims(claim_ids: Sequence[UUID]) -> dict[UUID, tuple[UUID, dict[UUID, tuple[int, int]]]]:
    """Of resolved claims: the order, and (refund, units) by order line."""
    found: dict[UUID, tuple[UUID, dict[UUID, tuple[int, int]]]] = {
        id_: (order_id, {}) for id_, order_id in Claim.objects.filter(id__in=claim_ids).values_list("id", "order_id")
    }
    for line in ClaimLine.objects.filter(claim_id__in=claim_ids, settled__gt=0):
        found[line.claim_id][1][line.order_line_id] = (line.refund, line.settled)
    return found


def replacement_of(claim_id: UUID) -> PlaceOrder:
    """The order that replaces what was claimed, as it is to be placed: the same goods, people and place, free of charge.

    Its external id is `claim:` and the number of the claim, so that it comes in once. Raises `NotFound`.
    """
    row = claim(claim_id)
    lines = tuple(
        WantedLine(sku=one.order_line.variant.sku, quantity=one.quantity, unit_price=Decimal(0))
        for one in claimed_lines(claim_id)
        if one.order_line.variant
    )
    return replace(follow_up(row.order_id, lines), external_id=f"claim:{row.number}")


def to_replace(claim_ids: Iterable[UUID]) -> list[UUID]:
    """Those of the claims whose replacement is still to be ordered."""
    return list(Claim.objects.filter(id__in=list(claim_ids), state="replacing").values_list("id", flat=True))
