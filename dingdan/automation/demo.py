"""The demo shop: a real wholesaler's first days, and a few orders of today to see things move."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from django.conf import settings
from rich.console import Console

from dingdan.automation.setup import default_tenant
from dingdan.integrations.importers.online_retail import SLICE
from dingdan.integrations.importers.running import ImportRequest, run
from dingdan.kernel.journal import SYSTEM, Call
from dingdan.kernel.models import Tenant
from dingdan.kernel.money import Money
from dingdan.kernel.tenancy import tenant_scope
from dingdan.ledgers.inventory.commands import StockChange, receive_stock
from dingdan.ledgers.payments.commands import MoneyReceived, Towards, record_payments
from dingdan.ledgers.payments.events import Document
from dingdan.masterdata.channels.queries import channel_by_code
from dingdan.masterdata.pricing.commands import save_shipping_method, save_tax_rate
from dingdan.masterdata.pricing.queries import priced_skus
from dingdan.masterdata.pricing.rules import ShippingMethodDraft, ShippingRateDraft, TaxRateDraft
from dingdan.trade.orders.commands import place_orders
from dingdan.trade.orders.rules import Person, PlaceOrder, WantedLine

UNTIL = date(2010, 12, 3)
"""The last day of the slice that the demo loads; `dingdan import` takes all of it, and the whole year."""

SHOPPERS = (
    ("en", "Ann Lee", "ann@example.com", "1 High Street", "London", "N1 9GU"),
    ("zh-hant", "王小明", "wang@example.com", "2 Gerrard Street", "London", "W1D 5PR"),
    ("zh-hans", "李雷", "lilei@example.com", "8 Faulkner Street", "Manchester", "M1 4EH"),
)


def load(say: Callable[[str], None]) -> str:
    """Fill the default shop, once: repeated, it finds everything there. Returns what there is to see."""
    tenant = default_tenant()
    with tenant_scope(tenant.id):
        exceptions = Path(settings.DATA) / "imports" / "demo.exceptions.csv"
        report = run(tenant, ImportRequest(file=SLICE, exceptions=exceptions, until=UNTIL), Console(stderr=True))
        say(str(report))
        _terms(tenant)
        skus = priced_skus(12)
        receive_stock(_call(tenant, "stock"), lines=tuple(StockChange(sku, 500) for sku in skus))
        for number, shopper in enumerate(SHOPPERS):
            _order(tenant, f"order:{number}", shopper, skus[number * 3 : number * 3 + 3], paid=number != 2)
    return f"{sum(report.documents.values()):,} documents of December 2010, and {len(SHOPPERS)} orders of today"


def _call(tenant: Tenant, key: str) -> Call:
    return Call(tenant_id=tenant.id, actor=SYSTEM, key=f"demo:{key}")


def _terms(tenant: Tenant) -> None:
    """Taxes and ways to ship, so that orders can come in."""
    save_tax_rate(_call(tenant, "tax"), tax_rate=TaxRateDraft(country="GB", rate=Decimal("0.2"), name="VAT"))
    for code, name, countries, price in (("royal-mail", "Royal Mail", ("GB",), 395), ("air-mail", "Air mail", (), 1250)):
        rates = (ShippingRateDraft(currency=tenant.currency, price=price),)
        method = ShippingMethodDraft(code=code, name=name, countries=countries, rates=rates)
        save_shipping_method(_call(tenant, f"shipping:{code}"), method=method)


def _order(tenant: Tenant, key: str, shopper: tuple[str, ...], skus: list[str], *, paid: bool) -> None:
    language, name, email, street, city, postal_code = shopper
    channel = channel_by_code("web")
    if channel is None:
        return
    wanted = PlaceOrder(
        channel_id=channel.id,
        currency=channel.currency,
        language=language,
        lines=tuple(WantedLine(sku=sku, quantity=2) for sku in skus),
        ship_to=Person(
            name=name, email=email, country="GB",
            address={"country_code": "GB", "street_address": street, "city": city, "postal_code": postal_code},
        ),
        shipping_method="royal-mail",
    )  # fmt: skip
    placed = place_orders.one(_call(tenant, key), wanted)
    if paid:
        _pay(tenant, key, placed.order_id, Money(placed.total, placed.currency))


def _pay(tenant: Tenant, key: str, order_id: UUID, money: Money) -> None:
    towards = (Towards(document=Document("order", order_id)),)
    record_payments.one(_call(tenant, f"{key}:pay"), MoneyReceived(method="bank_transfer", money=money, towards=towards))
