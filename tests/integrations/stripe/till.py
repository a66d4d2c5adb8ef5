"""A shop's account at Stripe's double, what is asked there, and whoever pays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

import httpx

from dingdan.integrations.sandbox.firms.sandbox import Sandbox
from dingdan.integrations.sandbox.firms.world import Row
from dingdan.integrations.stripe.gateway import StripeGateway
from dingdan.integrations.stripe.saved import StripeSaved
from dingdan.kernel import clock
from dingdan.kernel.ids import new_id
from dingdan.ledgers.payments.ports import Answer, Checkout, GatewayRequest, GatewayResult, Prompt, SavedMethod
from dingdan.masterdata.methods.commands import save_merchant_account
from dingdan.masterdata.methods.rules import MerchantAccountDraft
from tests.ledgers.payments.desk import Desk

SEVERAL = {"several_captures": "if_available"}
BACK = "http://127.0.0.1:9/back"


def opened(desk: Desk, stripes: Sandbox, **settings: str) -> UUID:
    """An account of the shop, with the keys of the double."""
    told = stripes.firms["stripe"].credentials()
    draft = MerchantAccountDraft(
        gateway="stripe",
        merchant="acct_1Sandbox",
        mode="sandbox",
        settings=settings,
        secrets={"secret_key": told["secret_key"], "webhook_secret": told["webhook_secret"]},
    )
    return save_merchant_account(desk.call(), account=draft).merchant_account_id


def asked(desk: Desk, account_id: UUID, kind: str, amount: int, *, charge: str = "", **more: object) -> GatewayRequest:
    """An attempt in pounds."""
    key = str(new_id())
    request = GatewayRequest(
        tenant_id=desk.id,
        key=key,
        first_key=key,
        kind=kind,
        payment_id=new_id(),
        payment_reference=charge,
        amount=amount,
        currency="GBP",
        account_id=account_id,
        return_url=BACK,
    )
    return replace(request, **more)  # type: ignore[arg-type]


def page(**more: object) -> Checkout:
    """A payer in front of Stripe's page."""
    told = Checkout(way="page", title="Order D-1001", expires_at=clock.now() + timedelta(minutes=30))
    return replace(told, **more)  # type: ignore[arg-type]


def with_saved(method_id: str, **details: str) -> Checkout:
    """A payment with what the customer left at Stripe."""
    return Checkout(way="saved", title="Order D-1001", details={"saved_method_id": method_id, **details})


def rows(stripes: Sandbox, key: str) -> list[Row]:
    """What Stripe itself has under a key of ours."""
    return [one for one in stripes.firms["stripe"].ledger() if one.metadata.get("dingdan_key") == key]


@dataclass(frozen=True)
class StripePayer:
    """A person in front of Stripe's page, or of their bank's."""

    stripes: Sandbox

    def approve(self, prompt: Prompt) -> None:
        """Pay with a good card, or pass 3-D Secure."""
        self.choose(prompt, "approve")

    def decline(self, prompt: Prompt) -> None:
        """The card is declined, or 3-D Secure fails."""
        self.choose(prompt, "decline")

    def choose(self, prompt: Prompt, action: str) -> None:
        """Press a button of the page."""
        self.stripes.firms["stripe"].act(prompt.content.rpartition("/")[2], action)

    def moved(self, key: str) -> tuple[int, int]:
        """What Stripe took and gave back."""
        found = rows(self.stripes, key)
        return sum(one.captured for one in found), sum(one.refunded for one in found)

    def leave(self, account_id: UUID, customer_id: UUID, behavior: str = "approve") -> SavedMethod:
        """Leave a method at Stripe without paying."""
        prompt = StripeSaved().save(account_id, customer_id, currency="GBP", return_url=BACK)
        shown = httpx.post(prompt.content, data={"do": behavior}).headers.get("location", "")
        if "/authenticate/" in shown:
            httpx.post(shown, data={"do": "pass"})
        return StripeSaved().saved(account_id, customer_id)[0]

    def pay(self, request: GatewayRequest) -> GatewayResult:
        """What Stripe says when the payer has paid on the page of a request."""
        gateway = StripeGateway()
        told = gateway.authorize(request) if request.kind == "authorize" else gateway.capture(request)
        assert told.answer == Answer.WAITING
        assert told.prompt is not None
        self.approve(told.prompt)
        return gateway.query(request)
