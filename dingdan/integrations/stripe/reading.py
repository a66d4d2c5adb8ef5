"""What Stripe's objects mean for an attempt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dingdan.integrations.stripe.amounts import from_stripe
from dingdan.integrations.stripe.marks import Taken, marks_of, taken
from dingdan.ledgers.payments.events import PromptKind
from dingdan.ledgers.payments.lifecycle import AttemptKind
from dingdan.ledgers.payments.ports import PENDING, Answer, GatewayRequest, GatewayResult, Prompt

if TYPE_CHECKING:
    import stripe

WITH_CHARGE: Final = ["latest_charge"]
WITH_INTENT: Final = ["payment_intent.latest_charge"]

DECLINED: Final = Answer.DECLINED
UNKNOWN: Final = Answer.UNKNOWN


def of_session(session: stripe.checkout.Session, kind: str) -> GatewayResult:
    """What a page of Stripe's means for the attempt that it was made for."""
    import stripe

    if session.status == "open":
        prompt = Prompt(kind=PromptKind.REDIRECT, content=session.url or "")
        return GatewayResult(answer=Answer.WAITING, reference=session.id, prompt=prompt)
    if session.status == "expired":
        return GatewayResult(answer=DECLINED, error="expired")
    if isinstance(session.payment_intent, stripe.PaymentIntent):
        return of_intent(session.payment_intent, kind)
    return GatewayResult(answer=UNKNOWN, error="no_intent")


def of_intent(intent: stripe.PaymentIntent, kind: str) -> GatewayResult:
    """What an intent means for the payment's first attempt, an authorization or a charge."""
    if intent.status == "succeeded" or (intent.status == "requires_capture" and kind == AttemptKind.AUTHORIZE):
        return done(intent, intent.amount if kind == AttemptKind.AUTHORIZE else intent.amount_received, charge_id(intent))
    if intent.status == "requires_action":
        return _waiting(intent)
    if intent.status == "canceled":
        return GatewayResult(answer=DECLINED, error=intent.cancellation_reason or "canceled")
    if intent.status in ("requires_payment_method", "requires_confirmation"):
        return GatewayResult(answer=DECLINED, error=why_not(intent))
    return GatewayResult(answer=UNKNOWN, error=PENDING if intent.status == "processing" else intent.status)


def _waiting(intent: stripe.PaymentIntent) -> GatewayResult:
    action = intent.next_action
    if action is None or action.redirect_to_url is None or not action.redirect_to_url.url:
        return GatewayResult(answer=UNKNOWN, error="requires_action")
    prompt = Prompt(kind=PromptKind.REDIRECT, content=action.redirect_to_url.url)
    return GatewayResult(answer=Answer.WAITING, reference=intent.id, payment_reference=intent.id, prompt=prompt)


def of_capture(intent: stripe.PaymentIntent, request: GatewayRequest) -> GatewayResult:
    """Whether money was taken under the key of a request. What cannot be taken any more is declined; else it was never asked.

    The mark is written in the moment in which the money is taken, and what can be captured only becomes less: a no is for good.
    """
    asked = taken(marks_of(intent)).get(request.key)
    if asked is not None:
        return capture_done(intent, request.key, asked)
    if intent.currency.upper() != request.currency:
        return GatewayResult(answer=DECLINED, error="wrong_currency")
    if intent.status != "requires_capture":
        return GatewayResult(answer=DECLINED, error="nothing_held")
    if (from_stripe(intent.amount_capturable, request.currency) or 0) < request.amount:
        return GatewayResult(answer=DECLINED, error="amount_too_large")
    return GatewayResult(answer=Answer.NEVER_SEEN)


def of_void(intent: stripe.PaymentIntent, request: GatewayRequest) -> GatewayResult:
    """Whether an intent holds nothing any more: it was let go, or it has ended by itself."""
    if intent.status not in ("canceled", "succeeded"):
        return GatewayResult(answer=Answer.NEVER_SEEN)
    return GatewayResult(
        answer=Answer.DONE, amount=request.amount, currency=request.currency, reference=intent.id, payment_reference=intent.id
    )


def of_refund(refund: stripe.Refund) -> GatewayResult:
    """What became of a refund. One that is on its way to a bank is not known yet: it may come back."""
    if refund.status in ("failed", "canceled"):
        reason = getattr(refund, "failure_reason", None)
        return GatewayResult(answer=DECLINED, error=reason or refund.status, payment_reference=_id(refund.payment_intent))
    if refund.status != "succeeded":
        return GatewayResult(answer=UNKNOWN, error=PENDING)
    return _moved(refund.amount, refund.currency, reference=refund.id, payment_reference=_id(refund.payment_intent))


def done(intent: stripe.PaymentIntent, amount: int, reference: str) -> GatewayResult:
    """Money that an intent moved or holds, in Stripe's units."""
    return _moved(amount, intent.currency, reference=reference, payment_reference=intent.id, means=means(intent.latest_charge))


def _moved(amount: int, currency: str, *, reference: str, payment_reference: str, means: str = "") -> GatewayResult:
    ours = from_stripe(amount, currency.upper())
    if ours is None:
        return GatewayResult(answer=UNKNOWN, error="amount_not_readable")
    return GatewayResult(
        answer=Answer.DONE, amount=ours, currency=currency.upper(), reference=reference, payment_reference=payment_reference,
        means=means,
    )  # fmt: skip


def capture_done(intent: stripe.PaymentIntent, key: str, taken: Taken) -> GatewayResult:
    """A capture of what was held. Several captures share their charge's name, so that each of them gets our key beside it."""
    return done(intent, taken.amount, f"{charge_id(intent)}:{key}" if taken.goes_on else charge_id(intent))


def takes_several(charge: str | stripe.Charge | None) -> bool:
    """Whether Stripe takes several captures of a charge; else the first one lets the rest go."""
    told = _at(charge, "payment_method_details", "card", "multicapture", "status")
    return bool(told == "available")


def means(charge: str | stripe.Charge | None) -> str:
    """How it was paid, for people: `visa 4242`, `apple pay visa 4242`, `alipay`."""
    kind = str(_at(charge, "payment_method_details", "type") or "")
    details = _at(charge, "payment_method_details", kind) if kind else None
    wallet = _at(details, "wallet", "type")
    named = _at(details, "brand") if kind == "card" else kind
    words = (wallet, named, _at(details, "last4"))
    return " ".join(str(one) for one in words if one).replace("_", " ")


def why_not(intent: stripe.PaymentIntent) -> str:
    """The bank's code, or Stripe's."""
    error = intent.last_payment_error
    told = _at(error, "decline_code") or _at(error, "code")
    return str(told or intent.status)


def charge_id(intent: stripe.PaymentIntent) -> str:
    """The charge of an intent, where there is one."""
    return _id(intent.latest_charge)


def _id(named: Any) -> str:
    return "" if named is None else named if isinstance(named, str) else str(named.id)


def _at(found: Any, *names: str) -> Any:
    for name in names:
        if found is None or isinstance(found, str):
            return None
        found = found.get(name) if isinstance(found, dict) else getattr(found, name, None)
    return found
