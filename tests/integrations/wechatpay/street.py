"""The way from a shop to the double of the firm, and what can be seen on its other side."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings

from dingdan.integrations.sandbox.firms import keys
from dingdan.integrations.sandbox.firms.notices import Note
from dingdan.integrations.sandbox.firms.sandbox import Sandbox
from dingdan.integrations.sandbox.firms.store import Json
from dingdan.integrations.sandbox.firms.wechatpay import WeChatPay as Double
from dingdan.integrations.wechatpay import certificates, client
from dingdan.integrations.wechatpay.account import account_of
from dingdan.integrations.wechatpay.client import Client
from dingdan.integrations.wechatpay.gateway import WechatPay
from dingdan.kernel import clock
from dingdan.kernel.ids import new_id
from dingdan.ledgers.payments.ports import Checkout, GatewayRequest, GatewayResult, Post, Prompt
from dingdan.masterdata.methods.commands import save_merchant_account
from dingdan.masterdata.methods.rules import MerchantAccountDraft
from tests.ledgers.payments.desk import Desk

PASSWORD, POOR, STALE, AT_ONCE = ("1312345678901234" + end for end in ("52", "51", "53", "50"))
"""Codes on payers' screens: whose payer types a password, has not enough, shows an old one, pays at once."""
DETAILS = {
    "in_app": {"openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"},
    "wap": {"payer_ip": "203.0.113.7"},
    "scan": {"auth_code": AT_ONCE},
}


def account_draft(sandbox: Sandbox, by_public_key: bool = False, /, **changes: str) -> MerchantAccountDraft:
    """What a merchant copies from the pages of the firm."""
    told = sandbox.firms["wechatpay"].credentials()
    there = {"app_id": told["appid"], "serial": told["merchant_serial_no"]}
    if by_public_key:
        there |= {"public_key_id": told["public_key_id"], "public_key": told["public_key"]}
    secrets = {"private_key": told["merchant_private_key"], "api_key": told["apiv3_key"]}
    for name, text in changes.items():
        (secrets if name in secrets else there)[name] = text
    return MerchantAccountDraft(gateway="wechatpay", merchant=told["mchid"], mode="sandbox", settings=there, secrets=secrets)


@dataclass
class Street:
    """A shop with an account, our side of the street, and the double on the other."""

    desk: Desk
    sandbox: Sandbox
    account_id: UUID
    gateway: WechatPay

    @property
    def double(self) -> Double:
        """The firm itself."""
        firm = self.sandbox.firms["wechatpay"]
        assert isinstance(firm, Double)
        return firm

    def client(self) -> Client:
        """Somebody who speaks for the account."""
        return Client(account_of(self.account_id))

    def charge(self, way: str = "qr", amount: int = 1250, **details: str) -> GatewayRequest:
        """A first request."""
        key = str(new_id())
        checkout = Checkout(
            way=way,
            title="Order D-1001",
            expires_at=clock.now() + timedelta(minutes=30),
            details={**DETAILS.get(way, {}), **details},
        )
        return GatewayRequest(
            tenant_id=self.desk.id, key=key, first_key=key, kind="capture", payment_id=new_id(), payment_reference="",
            amount=amount, currency="CNY", account_id=self.account_id, checkout=checkout, notify_url="http://127.0.0.1:9/notices",
            return_url="https://shop.example/back?order=1&x=y",
        )  # fmt: skip

    def refunding(self, paid: GatewayRequest, result: GatewayResult, amount: int, **changes: Any) -> GatewayRequest:
        """A request to give a part back."""
        return replace(
            paid, key=str(new_id()), kind="refund", payment_reference=result.payment_reference, amount=amount, paid=paid.amount,
            checkout=None, **changes,
        )  # fmt: skip

    def order(self, request: GatewayRequest) -> Json:
        """What the firm knows of an order of ours."""
        return self.double.orders.of(UUID(request.key).hex)

    def approve(self, request: GatewayRequest) -> None:
        """The payer pays."""
        self.double.act(UUID(request.key).hex, "approve")

    def paid(self, way: str = "qr", amount: int = 1250) -> tuple[GatewayRequest, GatewayResult]:
        """A payment that is there."""
        request = self.charge(way, amount)
        self.gateway.capture(request)
        self.approve(request)
        return request, self.gateway.query(request)

    def told(self, request: GatewayRequest, fault: str = "") -> Post:
        """The notice about an attempt as the firm would send it now, or as it sends it when something goes wrong."""
        found = self.sandbox.world.store.execute(
            "SELECT id, firm, topic, url, body, tries FROM note WHERE subject = ? ORDER BY id DESC", UUID(request.key).hex
        )
        id_, firm, topic, url, body, tries = found[0]
        message = self.double.mail.signed(Note(id_, firm, topic, url, json.loads(body), fault, tries))
        headers = {name.lower(): value for name, value in message.headers.items()}
        return Post(account_id=self.account_id, headers=headers, query={}, body=message.body, at=clock.now())

    def sealed(self, told: Mapping[str, Any], event: str = "TRANSACTION.SUCCESS", **changes: Any) -> Post:
        """A notice that the firm has signed, with whatever in it."""
        keyring = self.double.keyring
        text = json.dumps(told) if isinstance(told, dict) else str(told)
        cipher = keys.sealed(keyring.kept["apiv3_key"], text, nonce="123456789012", extra="transaction")
        sealed = {
            "algorithm": "AEAD_AES_256_GCM",
            "ciphertext": cipher,
            "nonce": "123456789012",
            "associated_data": "transaction",
        }
        body = json.dumps({"id": f"EV-{new_id()}", "event_type": event, "resource": sealed, **changes}).encode()
        headers = {name.lower(): value for name, value in keyring.signed(body, by_public_key=False).items()}
        return Post(account_id=self.account_id, headers=headers, query={}, body=body, at=clock.now())

    def settle(self) -> None:
        """What takes the firm a moment is done."""
        self.sandbox.settle()


@dataclass
class Buyer:
    """A person with WeChat on the phone."""

    street: Street

    def approve(self, prompt: Prompt) -> None:
        """Pay what a code says."""
        self.street.double.act(self._number(prompt), "approve")

    def decline(self, prompt: Prompt) -> None:
        """Say no."""
        self.street.double.act(self._number(prompt), "decline")

    def moved(self, key: str) -> tuple[int, int]:
        """What the firm has taken and given back."""
        number = UUID(key).hex
        rows = [row for row in self.street.double.ledger() if row.payment == number]
        return (rows[0].captured, rows[0].refunded) if rows else (0, 0)

    def _number(self, prompt: Prompt) -> str:
        return next(str(one["id"]) for one in self.street.double.orders.all() if one["_code"] == prompt.content)


def open_account(desk: Desk, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, *, by_public_key: bool = False) -> Street:
    """An account at the double, in the shop of a desk."""
    monkeypatch.setattr(settings, "SANDBOX_URL", sandbox.address)
    certificates.forget()
    draft = account_draft(sandbox, by_public_key)
    account_id = save_merchant_account(desk.call(), account=draft).merchant_account_id
    return Street(desk, sandbox, account_id, WechatPay())


def hang_up() -> None:
    """Close the connections to a double that is about to go."""
    client._pool.close()
