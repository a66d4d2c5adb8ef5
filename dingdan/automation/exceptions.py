"""What gateways tell and the books cannot take: it pays nothing, and waits for people in the exception queue."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.journal import SYSTEM, Call
from dingdan.ledgers.payments.commands import AlreadyRecorded, AmountDiffers, ReferenceUsed
from dingdan.ledgers.payments.ports import GatewayResult
from dingdan.trade.reconciliation.commands import DiscrepancyFound, report_discrepancies
from dingdan.trade.reconciliation.lifecycle import DiscrepancyKind


class OfAnotherMerchant(Refusal):
    """A genuine notice about money of another account than the one that it came for."""

    sentence = _("{gateway} speaks of money of {merchant}, which is not this account.")
    remedy = _("Look at the pages of {gateway}: the address for notices may belong to another account.")


def report(call: Call, gateway: str, result: GatewayResult, refusal: Refusal, *, attempt_id: UUID | None = None) -> None:
    """Keep for people what a gateway told, and why the books cannot take it. The same thing told again is one exception."""
    asked = refusal.facts.get("asked")
    found = DiscrepancyFound(
        kind=_kind(result, refusal).value,
        source=gateway,
        reference=result.reference or result.payment_reference or str(attempt_id or call.key),
        payment_reference=result.payment_reference,
        currency=result.currency,
        amount=result.amount if result.currency else None,
        expected=asked.amount if isinstance(refusal, AmountDiffers) and asked else None,
        attempt_id=None if isinstance(refusal, NotFound) else attempt_id,
    )
    key = f"{call.key}:exception"
    report_discrepancies.one(Call(tenant_id=call.tenant_id, actor=SYSTEM, key=key), found)


def _kind(result: GatewayResult, refusal: Refusal) -> DiscrepancyKind:
    if isinstance(refusal, AmountDiffers):
        same = refusal.facts["asked"].currency == result.currency
        return DiscrepancyKind.AMOUNT_DIFFERS if same else DiscrepancyKind.CURRENCY_DIFFERS
    if isinstance(refusal, ReferenceUsed):
        return DiscrepancyKind.REFERENCE_REUSED
    if isinstance(refusal, OfAnotherMerchant):
        return DiscrepancyKind.WRONG_MERCHANT
    if isinstance(refusal, AlreadyRecorded):
        return DiscrepancyKind.REFUND_RETURNED
    return DiscrepancyKind.NO_SUCH_PAYMENT
