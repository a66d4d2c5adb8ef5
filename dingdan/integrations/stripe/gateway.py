"""Stripe as a gateway: pages that Stripe hosts, saved methods, holds with captures, and refunds."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, cast

from dingdan.integrations.stripe import asking, reading
from dingdan.integrations.stripe.client import client_of
from dingdan.integrations.stripe.errors import AUTHENTICATION, NotAsked, code_of, result_of
from dingdan.integrations.stripe.finding import customer_of, first_of, made_customer, refund_under
from dingdan.ledgers.payments.lifecycle import AttemptKind
from dingdan.ledgers.payments.ports import Answer, Checkout, GatewayRequest, GatewayResult
from dingdan.masterdata.methods.ports import Way
from dingdan.masterdata.methods.queries import Credentials, credentials

if TYPE_CHECKING:
    import stripe

_NEVER_SEEN: Final = GatewayResult(answer=Answer.NEVER_SEEN)
Work = Callable[["stripe.StripeClient", Credentials, GatewayRequest], GatewayResult]


class StripeGateway:
    """Moves money at Stripe, under each account's own key."""

    @property
    def authorizes(self) -> bool:
        """Money can be held first; a charge takes it at once."""
        return True

    def authorize(self, request: GatewayRequest) -> GatewayResult:
        """Hold money: the payer pays on Stripe's page, or with what they left there."""
        return _asked(request, _begin)

    def capture(self, request: GatewayRequest) -> GatewayResult:
        """Take money that is held; where nothing is held before, let the payer pay."""
        return _asked(request, _begin if request.checkout else _capture)

    def void(self, request: GatewayRequest) -> GatewayResult:
        """Let go what is held and not captured."""
        return _asked(request, _void)

    def refund(self, request: GatewayRequest) -> GatewayResult:
        """Give back what was captured."""
        return _asked(request, _refund)

    def query(self, request: GatewayRequest) -> GatewayResult:
        """What became of an attempt."""
        told = _asked(request, _query)
        is_refused = told.answer == Answer.DECLINED and told.error in _NOT_ANSWERED
        return GatewayResult(answer=Answer.UNKNOWN, error=told.error) if is_refused else told

    def close(self, request: GatewayRequest) -> GatewayResult:
        """Close the page, or give up what waits for the payer's bank."""
        return _asked(request, _close)


_NOT_ANSWERED: Final = frozenset(
    {"wrong_mode", "no_account", "authentication", "permission", "resource_missing", "invalid_request"}
)
"""Stripe did not answer the question, which says nothing of the attempt."""


def _asked(request: GatewayRequest, work: Work) -> GatewayResult:
    import stripe

    try:
        account = credentials(request.account_id) if request.account_id else None
        if account is None:
            raise NotAsked("no_account")
        return work(client_of(account), account, request)
    except (stripe.StripeError, NotAsked) as error:
        return result_of(error)


# ── the payer pays ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _begin(client: stripe.StripeClient, account: Credentials, request: GatewayRequest) -> GatewayResult:
    if request.checkout is None:
        raise NotAsked("no_checkout")
    if request.checkout.way == Way.SAVED:
        return _charge_saved(client, account, request, request.checkout)
    customer = made_customer(client, request) if request.checkout.keep and request.customer_id else ""
    params = asking.page(request, request.checkout, account, customer=customer)
    session = client.v1.checkout.sessions.create(cast(Any, params), {"idempotency_key": request.key})
    if _is_replayed(session):
        session = client.v1.checkout.sessions.retrieve(session.id, {"expand": reading.WITH_INTENT})
    return reading.of_session(session, request.kind)


def _is_replayed(made: Any) -> bool:
    """Whether Stripe repeats what it answered before, which may be old by now."""
    headers = made.last_response.headers if made.last_response else {}
    return bool({name.lower(): value for name, value in headers.items()}.get("idempotent-replayed") == "true")


def _charge_saved(
    client: stripe.StripeClient, account: Credentials, request: GatewayRequest, checkout: Checkout
) -> GatewayResult:
    """Charge without the payer; where their bank wants to see them, wait for them."""
    import stripe

    customer = customer_of(client, request.customer_id)
    if not customer or not checkout.details.get("saved_method_id"):
        raise NotAsked("no_saved_method")
    params = asking.saved(request, checkout, account, customer=customer)
    try:
        intent = client.v1.payment_intents.create(cast(Any, params), {"idempotency_key": request.key})
    except stripe.CardError as error:
        if code_of(error) != AUTHENTICATION or error.error is None or error.error.payment_intent is None:
            raise
        wanted: Any = {
            "payment_method": params["payment_method"], "return_url": request.return_url, "expand": reading.WITH_CHARGE
        }  # fmt: skip
        intent = client.v1.payment_intents.confirm(
            error.error.payment_intent.id, wanted, {"idempotency_key": f"{request.key}:payer"}
        )
    if _is_replayed(intent):
        intent = _intent(client, intent.id)
    return reading.of_intent(intent, request.kind)


def _close(client: stripe.StripeClient, _account: Credentials, request: GatewayRequest) -> GatewayResult:
    import stripe

    first = first_of(client, request)
    if first is None:
        # Nobody knows the address of a page that we do not know ourselves.
        return GatewayResult(answer=Answer.DECLINED, error="expired")
    try:
        if isinstance(first, stripe.checkout.Session):
            if first.status == "open":
                client.v1.checkout.sessions.expire(first.id)
                return GatewayResult(answer=Answer.DECLINED, error="expired")
            return reading.of_session(first, request.kind)
        if first.status in ("requires_action", "requires_payment_method", "requires_confirmation"):
            return reading.of_intent(client.v1.payment_intents.cancel(first.id), request.kind)
    except stripe.InvalidRequestError:
        return _query(client, _account, request)  # the payer was faster
    return reading.of_intent(first, request.kind)


# ── what was held, and what was paid ─────────────────────────────────────────────────────────────────────────────────────────


def _intent(client: stripe.StripeClient, reference: str) -> stripe.PaymentIntent:
    return client.v1.payment_intents.retrieve(reference, {"expand": reading.WITH_CHARGE})


def _known(client: stripe.StripeClient, request: GatewayRequest) -> stripe.PaymentIntent:
    if not request.payment_reference:
        raise NotAsked("no_payment")
    return _intent(client, request.payment_reference)


def _capture(client: stripe.StripeClient, _account: Credentials, request: GatewayRequest) -> GatewayResult:
    intent = _known(client, request)
    known = reading.of_capture(intent, request)
    if known.answer != Answer.NEVER_SEEN:
        return known
    params = asking.capture(request, several=reading.takes_several(intent.latest_charge))
    taken = client.v1.payment_intents.capture(intent.id, cast(Any, params), {"idempotency_key": request.key})
    return _surely(reading.of_capture(taken, request))


def _void(client: stripe.StripeClient, _account: Credentials, request: GatewayRequest) -> GatewayResult:
    intent = _known(client, request)
    if intent.status == "requires_capture" and intent.amount_received:
        params: Any = asking.release()
        intent = client.v1.payment_intents.capture(intent.id, params, {"idempotency_key": request.key})
    elif intent.status not in ("succeeded", "canceled"):
        intent = client.v1.payment_intents.cancel(intent.id, {}, {"idempotency_key": request.key})
    return _surely(reading.of_void(intent, request))


def _surely(told: GatewayResult) -> GatewayResult:
    """What was just asked for was seen, whatever its answer looks like: ask again."""
    return GatewayResult(answer=Answer.UNKNOWN, error="not_confirmed") if told.answer == Answer.NEVER_SEEN else told


def _refund(client: stripe.StripeClient, _account: Credentials, request: GatewayRequest) -> GatewayResult:
    if not request.payment_reference:
        raise NotAsked("no_payment")
    made = client.v1.refunds.create(cast(Any, asking.refund(request)), {"idempotency_key": request.key})
    return reading.of_refund(client.v1.refunds.retrieve(made.id) if _is_replayed(made) else made)


# ── what became of it ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _query(client: stripe.StripeClient, _account: Credentials, request: GatewayRequest) -> GatewayResult:
    import stripe

    if request.checkout is not None:
        first = first_of(client, request)
        if first is None:
            return _NEVER_SEEN
        read = reading.of_session if isinstance(first, stripe.checkout.Session) else reading.of_intent
        return read(cast(Any, first), request.kind)
    if not request.payment_reference:
        return _NEVER_SEEN
    if request.kind == AttemptKind.REFUND:
        refund = refund_under(client, request)
        return reading.of_refund(refund) if refund else _NEVER_SEEN
    intent = _intent(client, request.payment_reference)
    return reading.of_void(intent, request) if request.kind == AttemptKind.VOID else reading.of_capture(intent, request)
