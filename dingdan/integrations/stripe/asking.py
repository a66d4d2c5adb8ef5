"""What Stripe is asked, so that the same attempt is always asked in the same words: under one key it then happens once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from dingdan.integrations.stripe.account import SEVERAL
from dingdan.integrations.stripe.amounts import to_stripe
from dingdan.integrations.stripe.errors import NotAsked
from dingdan.integrations.stripe.marks import Taken, mark, taken_mark
from dingdan.integrations.stripe.reading import WITH_CHARGE, WITH_INTENT
from dingdan.kernel.ids import made_at
from dingdan.ledgers.payments.lifecycle import AttemptKind
from dingdan.ledgers.payments.ports import Checkout, GatewayRequest
from dingdan.masterdata.methods.queries import Credentials

LEAST: Final = timedelta(minutes=45)
"""Stripe keeps a page open for half an hour at least, from when it is made. So much more may pass until Stripe hears of it."""

_LANGUAGES: Final = {"zh-hant": "zh-TW", "zh-hans": "zh", "zh-hk": "zh-HK", "pt-br": "pt-BR", "fr-ca": "fr-CA", "en-gb": "en-GB"}
_KNOWN: Final = frozenset(
    (
        *("bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fil", "fr", "hr", "hu", "id", "it", "ja", "ko"),
        *("lt", "lv", "ms", "mt", "nb", "nl", "pl", "pt", "ro", "ru", "sk", "sl", "sv", "th", "tr", "vi", "zh"),
    )
)


def amount_of(request: GatewayRequest) -> int:
    """What is asked for in Stripe's units. Refuses what Stripe does not take: `NotAsked`."""
    told = to_stripe(request.amount, request.currency)
    if told is None:
        raise NotAsked("amount_not_taken")
    return told


def page(request: GatewayRequest, checkout: Checkout, account: Credentials, *, customer: str) -> dict[str, Any]:
    """A page of Stripe's, with whatever methods the shop has switched on there: cards, Apple Pay, Google Pay, Link, …"""
    held = {"capture_method": "manual"} if request.kind == AttemptKind.AUTHORIZE else {}
    kept = {"setup_future_usage": "off_session"} if checkout.keep and customer else {}
    line = {
        "quantity": 1,
        "price_data": {
            "currency": request.currency.lower(),
            "unit_amount": amount_of(request),
            "product_data": {"name": checkout.title},
        },
    }
    return {
        "mode": "payment",
        "client_reference_id": request.key,
        "metadata": mark(request),
        "line_items": [line],
        "payment_intent_data": {"description": checkout.title, "metadata": mark(request), **held, **kept},
        "success_url": request.return_url,
        "cancel_url": request.return_url,
        "expires_at": _ends(request, checkout),
        "locale": language(checkout.language),
        "expand": WITH_INTENT,
        **_payer(checkout, customer),
        **_several(request, account),
    }


def _ends(request: GatewayRequest, checkout: Checkout) -> int:
    """When Stripe itself closes the page, where we do not close it before; the same however often it is asked."""
    least = made_at(UUID(request.key)) + LEAST
    return int((max(checkout.expires_at, least) if checkout.expires_at else least).timestamp())


def _payer(checkout: Checkout, customer: str) -> dict[str, Any]:
    if customer:
        return {"customer": customer}
    return {"customer_email": checkout.details["email"]} if checkout.details.get("email") else {}


def _several(request: GatewayRequest, account: Credentials) -> dict[str, Any]:
    if request.kind != AttemptKind.AUTHORIZE or account.settings.get("several_captures") != SEVERAL:
        return {}
    return {"payment_method_options": {"card": {"request_multicapture": SEVERAL}}}


def language(code: str) -> str:
    """The language of Stripe's pages that comes nearest; `auto` follows the payer's browser."""
    named = _LANGUAGES.get(code.lower())
    base = code.lower().partition("-")[0]
    return named or (base if base in _KNOWN else "auto")


def saved(request: GatewayRequest, checkout: Checkout, account: Credentials, *, customer: str) -> dict[str, Any]:
    """A charge or a hold with what the customer left with Stripe, made at once."""
    held = {"capture_method": "manual"} if request.kind == AttemptKind.AUTHORIZE else {}
    return {
        "amount": amount_of(request),
        "currency": request.currency.lower(),
        "customer": customer,
        "payment_method": checkout.details.get("saved_method_id", ""),
        "description": checkout.title,
        "metadata": mark(request),
        "confirm": True,
        "off_session": not is_there(checkout),
        "expand": WITH_CHARGE,
        **({"return_url": request.return_url} if is_there(checkout) else {}),
        **held,
        **_several(request, account),
    }


def is_there(checkout: Checkout) -> bool:
    """Whether the payer looks at our page while their saved method is charged, so that their bank can ask them at once."""
    return checkout.details.get("payer_is_there") == "yes"


def capture(request: GatewayRequest, *, several: bool) -> dict[str, Any]:
    """Take so much of what is held. Where Stripe takes several captures the rest stays held, else it lets it go."""
    amount = amount_of(request)
    marks = taken_mark(request.key, Taken(amount, several))
    return {
        "amount_to_capture": amount,
        "metadata": marks,
        "expand": WITH_CHARGE,
        **({"final_capture": False} if several else {}),
    }


def release() -> dict[str, Any]:
    """Let go what is left of a hold of which something was taken."""
    return {"amount_to_capture": 0, "final_capture": True}


def refund(request: GatewayRequest) -> dict[str, Any]:
    """Give so much back."""
    return {"payment_intent": request.payment_reference, "amount": amount_of(request), "metadata": mark(request)}
