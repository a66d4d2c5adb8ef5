"""A shop with an account at the double of Alipay, its payers, and the door to which the double tells things."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID

import httpx
from django.db import connections
from django.test import Client as Door

from dingdan.integrations.alipay.client import pool
from dingdan.integrations.alipay.gateway import Alipay
from dingdan.integrations.sandbox.firms.sandbox import Sandbox, running_sandbox
from dingdan.kernel import clock
from dingdan.kernel.ids import new_id
from dingdan.ledgers.payments.events import PromptKind
from dingdan.ledgers.payments.ports import Checkout, GatewayRequest, GatewayResult, Prompt
from dingdan.masterdata.methods.commands import save_merchant_account
from dingdan.masterdata.methods.rules import MerchantAccountDraft
from tests.ledgers.payments.desk import Desk

PLAIN, CERTIFIED = "plain", "certified"


def copied(sandbox: Sandbox, kind: str = PLAIN, **changes: str) -> MerchantAccountDraft:
    """The account as a merchant copies it from the double's pages, with plain keys or with certificates."""
    told = sandbox.firms["alipay"].credentials()
    settings = {"seller_id": told["seller_id"], "alipay_public_keys": told["alipay_public_key"]}
    if kind == CERTIFIED:
        settings = {
            "seller_id": told["seller_id"],
            "app_certificate": told["app_certificate"],
            "alipay_certificates": told["alipay_certificate"],
            "root_certificate": told["alipay_root_certificate"],
        }
    secrets = {"private_key": changes.pop("private_key", told["app_private_key"])}
    return MerchantAccountDraft(
        gateway="alipay", merchant=told["app_id"], mode="sandbox", settings=settings | changes, secrets=secrets
    )


def opened(desk: Desk, sandbox: Sandbox, kind: str = PLAIN, **changes: str) -> UUID:
    """The id of the account, written down."""
    return save_merchant_account(desk.call(), account=copied(sandbox, kind, **changes)).merchant_account_id


@dataclass
class AlipayPayer:
    """Somebody with Alipay's app, or a browser."""

    sandbox: Sandbox
    browser: httpx.Client

    def open(self, prompt: Prompt) -> str:
        """Go where the prompt leads, as a page, an app or a scanner does; return the address of Alipay's page."""
        if prompt.kind == PromptKind.FORM:
            told = json.loads(prompt.content)
            return self._load(told["action"], told["method"], told["fields"])
        if prompt.kind == PromptKind.PARAMETERS:
            return self._load(f"{self.sandbox.address}/alipay/gateway.do?{json.loads(prompt.content)['order_string']}")
        return self._load(prompt.content)

    def _load(self, address: str, method: str = "GET", form: Mapping[str, str] | None = None) -> str:
        """Where one gets to. Whoever sees an error loads the page again."""
        for _time in range(20):
            try:
                page = self.browser.request(method, address, data=form)
            except httpx.TransportError:
                continue
            if page.is_success and "/cashier/" in page.url.path:
                return str(page.url)
        raise AssertionError("no page comes")

    def _decide(self, prompt: Prompt, what: str) -> httpx.Response:
        return self.browser.post(self.open(prompt), data={"do": what}, follow_redirects=False)

    def approve(self, prompt: Prompt) -> None:
        self._decide(prompt, "approve")

    def decline(self, prompt: Prompt) -> None:
        self._decide(prompt, "expire")

    def comes_back(self, prompt: Prompt) -> str:
        """Pay, and return where Alipay sends the payer."""
        return self._decide(prompt, "approve").headers["location"]

    def moved(self, key: str) -> tuple[int, int]:
        row = next((one for one in self.sandbox.firms["alipay"].ledger() if one.payment == UUID(key).hex), None)
        return (row.captured, row.refunded) if row else (0, 0)


class OnThePage:
    """The gateway, with a payer who opens what they are shown at once: from then on Alipay knows of the trade."""

    authorizes = False

    def __init__(self, payer: AlipayPayer) -> None:
        self._gateway, self._payer = Alipay(), payer

    def capture(self, request: GatewayRequest) -> GatewayResult:
        told = self._gateway.capture(request)
        if told.prompt is not None:
            self._payer.open(told.prompt)
        return told

    def __getattr__(self, name: str) -> Any:
        return getattr(self._gateway, name)


_KEYS: dict[str, Any] = {}


@contextmanager
def double() -> Iterator[Sandbox]:
    """A double of its own for whoever moves its clock; all have the same keys, because making some takes a while."""
    with running_sandbox() as sandbox:
        if _KEYS:
            sandbox.world.store.set("alipay.keys", _KEYS)
        else:
            sandbox.firms["alipay"].credentials()
            _KEYS.update(sandbox.world.store.setting("alipay.keys"))
        yield sandbox
        pool.close()


@contextmanager
def door() -> Iterator[str]:
    """The address of a server that hands what is posted to the program, as the real one does."""

    class Posted(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            try:
                told = Door(SERVER_NAME="localhost").post(self.path, body, content_type=self.headers["Content-Type"])
            finally:
                connections.close_all()
            self.send_response(told.status_code)
            self.send_header("Content-Length", str(len(told.content)))
            self.end_headers()
            self.wfile.write(told.content)

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Posted)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def faults(sandbox: Sandbox, *following: str, path: str = "", **rates: float) -> Mapping[str, Any]:
    """Let the double misbehave: in these ways one after the other, or so often."""
    told = {"next": [{"firm": "alipay", "fault": one, "path": path} for one in following], "rates": rates, "silence": 0.02}
    return sandbox.world.faults.tell(told)


def asked(desk: Desk, account_id: UUID, way: str = "page", amount: int = 1250, **details: str) -> GatewayRequest:
    """A first request for a payer who meets Alipay that way and has half an hour."""
    key = str(new_id())
    front = Checkout(way=way, title="Order D-1001", expires_at=clock.now() + timedelta(minutes=30), details=details)
    return GatewayRequest(
        tenant_id=desk.id,
        key=key,
        first_key=key,
        kind="capture",
        payment_id=new_id(),
        payment_reference="",
        amount=amount,
        currency="CNY",
        account_id=account_id,
        checkout=front,
        notify_url="http://127.0.0.1:9/notices",
        return_url="http://127.0.0.1:9/back",
    )


def waiting(request: GatewayRequest, told: GatewayResult) -> GatewayRequest:
    """The same request as the money book makes it once the payer was prompted."""
    return replace(request, payment_reference=told.payment_reference)


def back(request: GatewayRequest, amount: int) -> GatewayRequest:
    """A request to give a part of what was paid back."""
    reference = UUID(request.first_key).hex
    return replace(
        request, key=str(new_id()), kind="refund", payment_reference=reference, amount=amount, paid=request.amount, checkout=None
    )
