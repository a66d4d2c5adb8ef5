"""A shop's account at PayPal's double, what is asked there, and whoever pays."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from uuid import UUID

from dingdan.integrations.paypal.gateway import PayPalGateway
from dingdan.integrations.sandbox.firms.sandbox import Sandbox
from dingdan.integrations.sandbox.firms.world import Row
from dingdan.kernel import clock
from dingdan.kernel.ids import new_id
from dingdan.ledgers.payments.ports import Answer, Checkout, GatewayRequest, GatewayResult, Prompt
from dingdan.masterdata.methods.commands import save_merchant_account
from dingdan.masterdata.methods.rules import MerchantAccountDraft
from tests.ledgers.payments.desk import Desk

BACK = "http://127.0.0.1:9/back"


def draft(paypals: Sandbox, **changes: str) -> MerchantAccountDraft:
    """An account with the keys of the double."""
    told = paypals.firms["paypal"].credentials()
    return MerchantAccountDraft(
        gateway="paypal",
        merchant=told["merchant_id"],
        mode="sandbox",
        settings={"client_id": told["client_id"], "webhook_id": told["webhook_id"]},
        secrets={"client_secret": told["client_secret"]},
    )


def opened(desk: Desk, paypals: Sandbox) -> UUID:
    """An account of the shop."""
    return save_merchant_account(desk.call(), account=draft(paypals)).merchant_account_id


def asked(desk: Desk, account_id: UUID, kind: str, amount: int, *, order: str = "", **more: object) -> GatewayRequest:
    """An attempt in pounds."""
    key = str(new_id())
    request = GatewayRequest(
        tenant_id=desk.id,
        key=key,
        first_key=key,
        kind=kind,
        payment_id=new_id(),
        payment_reference=order,
        amount=amount,
        currency="GBP",
        account_id=account_id,
        return_url=BACK,
    )
    return replace(request, **more)  # type: ignore[arg-type]


def page(**more: object) -> Checkout:
    """A payer in front of PayPal's page."""
    told = Checkout(way="page", title="Order D-1001", expires_at=clock.now() + timedelta(minutes=30))
    return replace(told, **more)  # type: ignore[arg-type]


@dataclass
class WithBooks(PayPalGateway):
    """The gateway as the books use it: what it calls an attempt that waits for its payer is told to it again."""

    names: dict[str, str] = field(default_factory=dict)

    def authorize(self, request: GatewayRequest) -> GatewayResult:
        return self._kept(request, super().authorize(self._named(request)))

    def capture(self, request: GatewayRequest) -> GatewayResult:
        return self._kept(request, super().capture(self._named(request)))

    def query(self, request: GatewayRequest) -> GatewayResult:
        return super().query(self._named(request))

    def close(self, request: GatewayRequest) -> GatewayResult:
        return super().close(self._named(request))

    def _named(self, request: GatewayRequest) -> GatewayRequest:
        return replace(request, reference=self.names.get(request.key, ""))

    def _kept(self, request: GatewayRequest, told: GatewayResult) -> GatewayResult:
        if told.answer == Answer.WAITING:
            self.names[request.key] = told.reference
        return told


def row(paypals: Sandbox, key: str) -> Row | None:
    """What PayPal itself has under a key of ours."""
    found = [one for one in paypals.firms["paypal"].ledger() if one.reference == key]
    assert len(found) <= 1
    return found[0] if found else None


@dataclass(frozen=True)
class PayPalPayer:
    """A person in front of PayPal's page."""

    paypals: Sandbox

    def approve(self, prompt: Prompt) -> None:
        """Agree to pay."""
        self.choose(prompt, "approve")

    def decline(self, prompt: Prompt) -> None:
        """Agree to pay by what will be declined."""
        self.choose(prompt, "decline")

    def choose(self, prompt: Prompt, action: str) -> None:
        """Press a button of the page."""
        self.paypals.firms["paypal"].act(prompt.content.rpartition("=")[2], action)

    def moved(self, key: str) -> tuple[int, int]:
        """What PayPal took and gave back."""
        found = row(self.paypals, key)
        return (found.captured, found.refunded) if found else (0, 0)

    def pay(self, request: GatewayRequest) -> GatewayResult:
        """What PayPal says when the payer has approved the order of a request."""
        gateway = WithBooks()
        told = gateway.authorize(request) if request.kind == "authorize" else gateway.capture(request)
        assert told.answer == Answer.WAITING
        assert told.prompt is not None
        self.approve(told.prompt)
        return gateway.query(request)
