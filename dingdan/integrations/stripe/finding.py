"""Finding again what an attempt made at Stripe, also where its answer was lost.

Lists are used for it, as they are right at once; Stripe's search, which may lag a minute, finds customers alone.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, cast
from uuid import UUID

from dingdan.integrations.stripe import reading
from dingdan.integrations.stripe.marks import CUSTOMER, KEY, marks_of
from dingdan.kernel.ids import made_at
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.ledgers.payments.ports import GatewayRequest
from dingdan.masterdata.methods.ports import Way

if TYPE_CHECKING:
    import stripe

_CLOCKS: Final = timedelta(minutes=5)
"""So much may Stripe's clock and ours differ."""
_PAGE: Final = 100


def first_of(client: stripe.StripeClient, request: GatewayRequest) -> stripe.checkout.Session | stripe.PaymentIntent | None:
    """The page or the intent of a payment's first attempt: by its name, or by our key among those made since then."""
    if request.reference.startswith("cs_"):
        return client.v1.checkout.sessions.retrieve(request.reference, {"expand": reading.WITH_INTENT})
    if request.payment_reference:
        return client.v1.payment_intents.retrieve(request.payment_reference, {"expand": reading.WITH_CHARGE})
    if request.checkout is not None and request.checkout.way == Way.SAVED:
        return _saved_under(client, request)
    since: Any = {"created": {"gte": _since(request)}, "limit": _PAGE, "expand": [f"data.{one}" for one in reading.WITH_INTENT]}
    found = client.v1.checkout.sessions.list(since).auto_paging_iter()
    return next((one for one in found if one.client_reference_id == request.key), None)


def _saved_under(client: stripe.StripeClient, request: GatewayRequest) -> stripe.PaymentIntent | None:
    named = [client.v1.payment_intents.list(cast(Any, _of(one, request))) for one in customers(client, request.customer_id)]
    found = chain.from_iterable(one.auto_paging_iter() for one in named)
    return next((one for one in found if marks_of(one).get(KEY) == request.key), None)


def _of(customer: str, request: GatewayRequest) -> dict[str, Any]:
    charged = [f"data.{one}" for one in reading.WITH_CHARGE]
    return {"customer": customer, "created": {"gte": _since(request)}, "limit": _PAGE, "expand": charged}


def _since(request: GatewayRequest) -> int:
    return int((made_at(UUID(request.key)) - _CLOCKS).timestamp())


def refund_under(client: stripe.StripeClient, request: GatewayRequest) -> stripe.Refund | None:
    """The refund of a payment that was asked for under a key."""
    found = client.v1.refunds.list({"payment_intent": request.payment_reference, "limit": _PAGE}).auto_paging_iter()
    return next((one for one in found if marks_of(one).get(KEY) == request.key), None)


# ── customers ────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def customers(client: stripe.StripeClient, customer_id: UUID | None) -> list[str]:
    """Stripe's names for a customer of ours, the oldest first. There is one, unless it was made twice a day apart and unseen."""
    if customer_id is None:
        return []
    found = client.v1.customers.search({"query": f"metadata['{CUSTOMER}']:'{_name(customer_id)}'", "limit": _PAGE})
    return [one.id for one in sorted(found.data, key=lambda one: (one.created, one.id))]


def customer_of(client: stripe.StripeClient, customer_id: UUID | None) -> str:
    """Stripe's name for a customer of ours; empty where they left nothing there."""
    return next(iter(customers(client, customer_id)), "")


def made_customer(client: stripe.StripeClient, request: GatewayRequest) -> str:
    """Stripe's name for the customer of a request, who is made known to it where they are not."""
    return known_customer(client, request.customer_id) if request.customer_id else ""


def known_customer(client: stripe.StripeClient, customer_id: UUID) -> str:
    """Stripe's name for a customer; made where there is none. Stripe is told nothing of them but our id."""
    known = customer_of(client, customer_id)
    if known:
        return known
    name = _name(customer_id)
    return client.v1.customers.create({"metadata": {CUSTOMER: name}}, {"idempotency_key": f"customer:{name}"}).id


def _name(customer_id: UUID) -> str:
    """A customer is one of a shop's: several shops may have the same account."""
    return f"{current_tenant_id().hex}.{customer_id.hex}"
