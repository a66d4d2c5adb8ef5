"""Claims, and the orders that replace what was claimed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Invalid, NotFound
from dingdan.trade.aftersales.lifecycle import CLAIM_LIFE, Resolution
from dingdan.trade.aftersales.models import Claim, ClaimLine
from dingdan.trade.aftersales.queries.returns import follow_up
from dingdan.trade.aftersales.queries.standings import Standing, standing
from dingdan.trade.aftersales.rules import ClaimAboveShipped, LineAmount, NotReturnable, settle
from dingdan.trade.orders.rules import PlaceOrder, WantedLine
from dingdan.trade.tickets.queries import answer_by


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


def claim_worth(found: Standing, units: Mapping[UUID, int]) -> dict[UUID, int]:
    """What units of order lines would give back if they were claimed and settled by all the money, by line."""
    lines = {line.id: line for line in found.lines}
    for id_, quantity in units.items():
        left = found.claimable(lines[id_])
        if quantity > left:
            raise ClaimAboveShipped(name=lines[id_].name, left=max(left, 0), asked=quantity)
    return {id_: settle(lines[id_], quantity).refund for id_, quantity in units.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimOutlook:
    """What a claim that was not sent yet could come to, in minor units: by order line and in all if all the money is given.

    `refund_due` is what of it would go back, as far as it was paid; the rest would be owed no longer. `answer_by_at` is by when
    the shop means to answer who writes about what is wrong, where it says so: a claim has no deadline of its own.
    """

    currency: str
    worth: dict[UUID, int]
    refund: int
    refund_due: int
    answer_by_at: datetime | None


def claim_outlook(found: Standing, units: Mapping[UUID, int], *, reasons: Iterable[str], at: datetime) -> ClaimOutlook:
    """What claiming units of order lines (by their ids) could come to. Refuses `ClaimAboveShipped`; writes nothing.

    By when it is answered is the shop's time for an answer to who writes for these reasons: nobody watches it for claims.
    """
    known = {line.id: line for line in found.lines}
    for id_ in units:
        if id_ not in known:
            raise NotFound(field="line_id", what="order line", id=id_)
        if not known[id_].goods:
            raise NotReturnable(field="line_id", name=known[id_].name)
    worth = claim_worth(found, units)
    refund = sum(worth.values())
    paid = found.receivable.allocated - found.receivable.refunded + found.receivable.written_off
    return ClaimOutlook(
        currency=found.order.currency, worth=worth, refund=refund,
        refund_due=min(refund, max(0, paid - found.receivable.amount + refund)), answer_by_at=answer_by(reasons, at=at),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimOffer:
    """What settling a claim would come to, in minor units: given back by order line and in all, owed then, and paid above it."""

    currency: str
    refunds: dict[UUID, int]
    refund: int
    owed: int
    refund_due: int


def claim_preview(claim_id: UUID, *, resolution: Resolution, amounts: Sequence[LineAmount] = ()) -> ClaimOffer:
    """What settling a claim in a way would do to the money. Refuses as `resolve_claim` does; writes nothing."""
    row = claim(claim_id)
    found, lines = standing(row.order_id), claimed_lines(claim_id)
    CLAIM_LIFE.turn("replace" if resolution == Resolution.REPLACEMENT else "resolve", row.state)
    given = {id_: refund for id_, refund, _fee in settled(found, lines, wanted=resolution, amounts=amounts)}
    owed = found.receivable.amount - sum(given.values())
    paid = found.receivable.allocated - found.receivable.refunded + found.receivable.written_off
    return ClaimOffer(
        currency=found.order.currency, refunds={line.order_line_id: given.get(line.id, 0) for line in lines},
        refund=sum(given.values()), owed=owed, refund_due=max(0, paid - owed),
    )  # fmt: skip


def settled(
    standing: Standing, lines: Sequence[ClaimLine], *, wanted: Resolution, amounts: Sequence[LineAmount] = ()
) -> list[tuple[UUID, int, int]]:
    """Claim line, what is given back for it, and what of its worth stays owed; nothing where the same goods are sent again."""
    decided, found = _amounts(lines, amounts, wanted), list[tuple[UUID, int, int]]()
    if wanted == Resolution.REPLACEMENT:
        return found
    for line in lines:
        sold = standing.line(line.order_line_id)
        assert sold is not None  # noqa: S101 (a foreign key says so)
        outcome = settle(sold, line.quantity, amount=decided.get(line.order_line_id))
        found.append((line.id, outcome.refund, outcome.fee))
    return found


def _amounts(lines: Sequence[ClaimLine], amounts: Sequence[LineAmount], wanted: Resolution) -> dict[UUID, int]:
    """What somebody decided to give back, by order line."""
    found = {one.line_id: one.amount for one in amounts}
    known = {line.order_line_id for line in lines}
    if len(found) < len(amounts) or any(amount < 0 for amount in found.values()):
        raise Invalid(field="amounts", reason=_("Name each order line once, with an amount of zero or more."))
    for index, one in enumerate(amounts):
        if one.line_id not in known:
            raise NotFound(field=f"amounts.{index}.line_id", what="line of this claim", id=one.line_id)
    if wanted == Resolution.KEEP and found.keys() != known:
        raise Invalid(field="amounts", reason=_("Say of every line what is given back when the customer keeps the goods."))
    if wanted == Resolution.REPLACEMENT and found:
        raise Invalid(field="amounts", reason=_("A replacement gives no money back."))
    return found
