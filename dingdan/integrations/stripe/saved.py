"""What customers left with Stripe to pay with again. Nothing of it is kept here: Stripe is asked by our id for the customer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.integrations.stripe import asking
from dingdan.integrations.stripe.client import client_of
from dingdan.integrations.stripe.errors import NotAsked, result_of
from dingdan.integrations.stripe.finding import customers, known_customer
from dingdan.kernel.errors import Refusal
from dingdan.ledgers.payments.events import PromptKind
from dingdan.ledgers.payments.ports import Prompt, SavedMethod
from dingdan.masterdata.methods.queries import credentials

if TYPE_CHECKING:
    import stripe

T = TypeVar("T")


class StripeDoesNotAnswer(Refusal):
    """Stripe cannot be asked for what customers left with it."""

    status = 503
    sentence = _("Stripe did not answer ({code}).")
    remedy = _("Try again in a minute, or pay another way.")
    retry_after_seconds = 60


class StripeSaved:
    """The saved methods of customers at Stripe."""

    def saved(self, account_id: UUID, customer_id: UUID) -> list[SavedMethod]:
        """What the customer can pay with, the newest first."""

        def ask(client: stripe.StripeClient) -> list[SavedMethod]:
            pages = [
                client.v1.customers.payment_methods.list(one, {"limit": 100}).auto_paging_iter()
                for one in customers(client, customer_id)
            ]
            found = [method for page in pages for method in page]
            return [_told(one) for one in sorted(found, key=lambda one: one.created, reverse=True)]

        return _asked(account_id, ask)

    def save(self, account_id: UUID, customer_id: UUID, *, currency: str, return_url: str, language: str = "en") -> Prompt:
        """A page of Stripe's on which the customer leaves a method without paying: a SetupIntent in a Checkout Session."""

        def ask(client: stripe.StripeClient) -> Prompt:
            wanted: Any = {
                "mode": "setup",
                "currency": currency.lower(),
                "customer": known_customer(client, customer_id),
                "success_url": return_url,
                "cancel_url": return_url,
                "locale": asking.language(language),
            }
            session = client.v1.checkout.sessions.create(wanted)
            return Prompt(kind=PromptKind.REDIRECT, content=session.url or "")

        return _asked(account_id, ask)

    def forget(self, account_id: UUID, customer_id: UUID, method_id: str) -> bool:
        """Keep a method no longer; False where it is none of the customer's."""

        def ask(client: stripe.StripeClient) -> bool:
            theirs = {
                method.id
                for one in customers(client, customer_id)
                for method in client.v1.customers.payment_methods.list(one, {"limit": 100}).auto_paging_iter()
            }
            if method_id not in theirs:
                return False
            client.v1.payment_methods.detach(method_id)
            return True

        return _asked(account_id, ask)


def _asked(account_id: UUID, ask: Callable[[stripe.StripeClient], T]) -> T:
    import stripe

    account = credentials(account_id)
    try:
        if account is None:
            raise NotAsked("no_account")
        return ask(client_of(account))
    except (stripe.StripeError, NotAsked) as error:
        raise StripeDoesNotAnswer(code=result_of(error).error) from error


def _told(method: stripe.PaymentMethod) -> SavedMethod:
    details = cast(Any, getattr(method, method.type, None))
    words = [getattr(details, "brand", None) or method.type, getattr(details, "last4", None)]
    month, year = getattr(details, "exp_month", None), getattr(details, "exp_year", None)
    ends = date(year + month // 12, month % 12 + 1, 1) if month and year else None
    return SavedMethod(id=method.id, means=" ".join(str(one) for one in words if one).replace("_", " "), expires_on=ends)
