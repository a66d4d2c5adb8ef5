"""Alipay keeps what every gateway keeps at which payers have something to do: on a page, and by a code on our screen."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from dingdan.integrations.sandbox.firms.sandbox import Sandbox
from tests.integrations.alipay.shop import CERTIFIED, PLAIN, AlipayPayer, OnThePage, opened
from tests.ledgers.payments.checkout_contract import CheckoutContract, Payer, Shop
from tests.ledgers.payments.desk import Desk


class AtAlipay(CheckoutContract):
    """A payer who opens what they are shown: before that there is no trade at Alipay, see `test_unopened`."""

    way, kind = "page", PLAIN

    @pytest.fixture
    def gateway(self, payer: AlipayPayer) -> Any:
        return OnThePage(payer)

    @pytest.fixture
    def payer(self, sandbox: Sandbox, browser: httpx.Client) -> Payer:
        return AlipayPayer(sandbox, browser)

    @pytest.fixture
    def shop(self, desk: Desk, sandbox: Sandbox) -> Shop:
        return Shop(account_id=opened(desk, sandbox, self.kind), currency="CNY", way=self.way)


class TestPage(AtAlipay):
    """On Alipay's page, the answers signed by a plain key."""


class TestCode(AtAlipay):
    """By a code that the payer scans, the answers signed by a certified key."""

    way, kind = "qr", CERTIFIED
