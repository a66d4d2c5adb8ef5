"""What `dingdan demo` gives people to be paid: accounts that the firms' doubles know, orders, and a bank statement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings

from dingdan.automation import demo_bills, demo_firms
from dingdan.automation.demo import _Demo
from dingdan.config import firms
from dingdan.integrations.sandbox.firms.sandbox import Sandbox, Settings
from dingdan.masterdata.methods.models import MerchantAccount, PaymentMethod
from dingdan.trade.closing.models import Bill, BillLine, Payout
from dingdan.trade.orders.models import Device, Order
from dingdan.trade.reconciliation.queries import open_discrepancies
from tests import kit
from tests.conftest import Shop


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    sandbox = Sandbox(Settings())
    try:
        yield sandbox
    finally:
        sandbox.close()


def test_it_works_and_repeated_finds_everything_there(
    shop: Shop, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo_firms, "default_tenant", lambda: shop.tenant)
    _Demo(shop.tenant)._terms()
    for sku in ("TEA", "MUG"):
        kit.stock(shop, sku, 50)
        kit.price(shop, sku, 250)
        kit.place(shop, (sku, 1))
    pointed: dict[str, str] = {}
    told = {name: firm.credentials() for name, firm in sandbox.firms.items()}
    with override_settings(DATA=tmp_path):
        first = demo_firms.load(told, pointed.__setitem__, phone=sandbox.phone)
        again = demo_firms.load(told, pointed.__setitem__, phone=sandbox.phone)
    assert sorted(first.links) == sorted(again.links) == ["Alipay", "WeChat Pay", "card"]
    assert {one.gateway: one.mode for one in MerchantAccount.objects.all()} == dict.fromkeys(pointed, "sandbox")
    assert PaymentMethod.objects.count() == len(demo_firms.METHODS)
    assert Order.objects.count() == 2 + 3 + len(demo_firms.BY_BANK)
    assert first.statement.read_bytes().count(b"<Ntry>") == len(demo_firms.BY_BANK) + 1
    assert Device.objects.get().order.payment_method == "stripe"  # who pays by card hears of it on a phone
    assert kit.breaches() == []


def test_yesterday_has_bills_with_payments_in_them(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (demo_firms, demo_bills):
        monkeypatch.setattr(module, "default_tenant", lambda: shop.tenant)
    monkeypatch.setattr(firms, "_file", lambda: tmp_path / "firms.sqlite")
    _Demo(shop.tenant)._terms()
    for sku in ("TEA", "MUG"):
        kit.stock(shop, sku, 50)
        kit.price(shop, sku, 1250)
        kit.place(shop, (sku, 1))
    with override_settings(DATA=tmp_path):
        firms.open_accounts()
    states = Bill.objects.order_by("gateway").values_list("gateway", "state")
    assert list(states) == [(code, "fetched") for code in ("alipay", "paypal", "stripe", "wechatpay")]
    told = Counter(BillLine.objects.exclude(kind="payout").values_list("kind", "state"))
    assert told == {("payment", "matched"): 4, ("refund", "matched"): 4, ("payment", "missing"): 1}
    assert sorted(Payout.objects.values_list("gateway", flat=True)) == ["alipay", "stripe"]
    assert list(open_discrepancies().values_list("kind", "amount")) == [("missing_in_books", demo_bills.UNKNOWN)]
    assert kit.breaches() == []
