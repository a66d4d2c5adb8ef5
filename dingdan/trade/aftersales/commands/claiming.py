"""Something was wrong with goods: it is claimed, and money, other goods or a part of the price settle it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.command import command
from dingdan.kernel.errors import Invalid, NotFound, Refusal, refuses
from dingdan.kernel.journal import Entry
from dingdan.kernel.quantity import checked_quantity
from dingdan.kernel.text import clean_text, one_of
from dingdan.masterdata.policies import queries as policies
from dingdan.trade.aftersales import queries, steps
from dingdan.trade.aftersales.events import ClaimDenied, ClaimedLine, ClaimFiled, ClaimReplaced, ClaimResolved, ClaimWithdrawn
from dingdan.trade.aftersales.lifecycle import Resolution, ReturnReason
from dingdan.trade.aftersales.models import Claim
from dingdan.trade.aftersales.queries import Standing
from dingdan.trade.aftersales.rules import ClaimAboveShipped, LineAmount, NotReturnable


class NotReplacing(Refusal):
    """The claim waits for no replacement, or has it already."""

    sentence = _("This claim is not waiting for a replacement.")
    remedy = _("Resolve it by a replacement first; each claim has one, in the same currency.")


refuses("a_replacement_is_for_one_claim", NotReplacing)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedUnits:
    """So many units of an order line are claimed, for a reason of the shop's list."""

    line_id: UUID
    quantity: int
    reason: str


@command
def file_claim(entry: Entry, *, order_id: UUID, lines: tuple[ClaimedUnits, ...], note: str = "") -> ClaimFiled:
    """Say that something was wrong with goods that left. Until it is answered they do not come back as a return.

    Refuses `ClaimAboveShipped`, `NotReturnable`.
    """
    standing = queries.standing(order_id, lock=True)
    note = clean_text(note, "note", 2000, required=False, multiline=True)
    claimed = _claimed(standing, lines)
    claim_id, number = steps.file(entry, order_id=order_id, lines=claimed, note=note)
    if standing.order.customer_id:
        entry.about("customer", standing.order.customer_id)
    return ClaimFiled(
        claim_id=claim_id, number=number, order_id=order_id, customer_id=standing.order.customer_id,
        lines=tuple(
            ClaimedLine(order_line_id=one.order_line_id, quantity=one.quantity, reason=one.reason) for one in claimed
        ),
    )  # fmt: skip


def _claimed(standing: Standing, lines: Sequence[ClaimedUnits]) -> list[steps.NewClaimLine]:
    """The lines of a claim, checked against what left and is neither back, on its way back nor claimed before."""
    if not lines or len({one.line_id for one in lines}) < len(lines):
        raise Invalid(field="lines", reason=_("Name at least one order line, and each once."))
    reasons, found = policies.reasons_in_force(), []
    for index, one in enumerate(lines):
        where = f"lines.{index}"
        line = standing.line(one.line_id)
        if line is None:
            raise NotFound(field=f"{where}.line_id", what="order line", id=one.line_id)
        if not line.goods:
            raise NotReturnable(field=f"{where}.line_id", name=line.name)
        quantity, left = checked_quantity(one.quantity, field=f"{where}.quantity"), standing.claimable(line)
        if quantity > left:
            raise ClaimAboveShipped(field=f"{where}.quantity", name=line.name, left=max(left, 0), asked=quantity)
        reason = one_of(one.reason, f"{where}.reason", {*reasons, ReturnReason.OTHER})
        row = reasons.get(reason)
        found.append(steps.NewClaimLine(order_line_id=line.id, quantity=quantity, reason=reason, why_id=row.id if row else None))
    return found


@command
def resolve_claim(entry: Entry, *, claim_id: UUID, resolution: str, amounts: tuple[LineAmount, ...] = ()) -> ClaimResolved:
    """Settle a claim: all that its units are worth, the same goods again, or an amount for units that the customer keeps.

    `amounts` (minor units, by order line) are needed to keep, and replace the worth of a refund; units that money was given for
    do not come back. Of a replacement the order is placed next. Refuses `RefundAboveWorth`.
    """
    standing, claim = queries.lock_claim(claim_id)
    wanted = Resolution(one_of(resolution, "resolution", Resolution))
    lines = queries.claimed_lines(claim.id)
    replaces = wanted == Resolution.REPLACEMENT
    steps.turn_claim(entry, claim=claim, name="replace" if replaces else "resolve", resolution=wanted.value)
    settled = queries.settled(standing, lines, wanted=wanted, amounts=amounts)
    refund = sum(given for _id, given, _fee in settled)
    (relieved,) = steps.relieve([steps.Relief(entry, standing, refund)])
    steps.settle_claim(entry, settled=settled)
    if standing.order.customer_id:
        entry.about("customer", standing.order.customer_id)
    by_line = {id_: given for id_, given, _fee in settled}
    return ClaimResolved(
        claim_id=claim.id, order_id=claim.order_id, customer_id=standing.order.customer_id, resolution=wanted.value,
        currency=standing.order.currency, refund=refund, owed=relieved.owed, refund_due=relieved.refund_due,
        lines=tuple(
            ClaimedLine(
                order_line_id=line.order_line_id, quantity=line.quantity, reason=line.reason, refund=by_line.get(line.id, 0)
            )
            for line in lines
        ),
    )  # fmt: skip


@command
def replace_claimed(entry: Entry, *, claim_id: UUID, follow_up_id: UUID) -> ClaimReplaced:
    """Name the order that replaces what was claimed. Refuses `NotReplacing`."""
    standing, claim = queries.lock_claim(claim_id)
    second = queries.standing(follow_up_id).order
    if claim.state != "replacing" or second.id == claim.order_id or second.currency != standing.order.currency:
        raise NotReplacing(field="claim_id")
    steps.turn_claim(entry, claim=claim, name="resolve", follow_up_id=follow_up_id)
    entry.about("order", follow_up_id)
    return ClaimReplaced(
        claim_id=claim.id, order_id=claim.order_id, customer_id=standing.order.customer_id, follow_up_id=follow_up_id,
        currency=second.currency,
    )  # fmt: skip


@command
def deny_claim(entry: Entry, *, claim_id: UUID, reason: str) -> ClaimDenied:
    """Say no to a claim, and why. Its units may be claimed and returned again."""
    _standing, claim = queries.lock_claim(claim_id)
    _end(entry, claim, name="deny", answer=clean_text(reason, "reason", 200))
    return ClaimDenied(claim_id=claim.id, order_id=claim.order_id)


@command
def withdraw_claim(entry: Entry, *, claim_id: UUID) -> ClaimWithdrawn:
    """Take a claim back that was not answered yet."""
    _standing, claim = queries.lock_claim(claim_id)
    _end(entry, claim, name="withdraw")
    return ClaimWithdrawn(claim_id=claim.id, order_id=claim.order_id)


def _end(entry: Entry, claim: Claim, *, name: str, answer: str = "") -> None:
    steps.turn_claim(entry, claim=claim, name=name, answer=answer)
