"""The demo shop: a real wholesaler's first days, and a few orders of today, each at another place of its life."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db.models import Count
from rich.console import Console

from dingdan.automation.consumers import drain
from dingdan.automation.demo_offers import COUPON, allow
from dingdan.automation.demo_shelves import furnish
from dingdan.automation.setup import default_tenant
from dingdan.integrations.importers.online_retail import SLICE
from dingdan.integrations.importers.running import ImportRequest, run
from dingdan.kernel import clock
from dingdan.kernel.contact import PostalAddress
from dingdan.kernel.journal import SYSTEM, Call
from dingdan.kernel.models import Tenant
from dingdan.kernel.money import Money
from dingdan.kernel.tenancy import tenant_scope
from dingdan.ledgers.inventory.commands import ReceiveStock, StockChange, receive_stock
from dingdan.ledgers.payments.commands import ImportGiftCard, MoneyReceived, Towards, import_gift_cards, record_payments
from dingdan.ledgers.payments.events import Document
from dingdan.masterdata.catalog.commands import save_product
from dingdan.masterdata.catalog.rules import ProductDraft, VariantDraft
from dingdan.masterdata.channels.queries import channel_by_code
from dingdan.masterdata.pricing.commands import save_price_list, save_shipping_method, save_tax_rate, set_prices
from dingdan.masterdata.pricing.rules import PriceDraft, PriceListDraft, ShippingMethodDraft, ShippingRateDraft, TaxRateDraft
from dingdan.masterdata.shop.commands import save_profile
from dingdan.masterdata.shop.rules import ProfileDraft
from dingdan.trade.aftersales.commands import (
    CancelOrder,
    ReturnWanted,
    Verdict,
    authorize_return,
    cancel_orders,
    inspect_return,
    receive_return,
)
from dingdan.trade.fulfillment.commands import DeliverShipment, ShipShipment, deliver_shipments, ship_shipments
from dingdan.trade.fulfillment.queries import shipments_of
from dingdan.trade.orders.commands import hold_order, place_orders
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.orders.models import OrderLine
from dingdan.trade.orders.rules import Person, PlaceOrder, WantedLine

UNTIL: Final = date(2010, 12, 3)
IMPORTED_BEFORE: Final = datetime(2011, 1, 1, tzinfo=UTC)
"""The last day of the slice that the demo loads; `dingdan import` takes all of it, and the whole year."""
POPULAR: Final = 50
PIECES: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Shopper:
    """Somebody who orders today, how far the order gets (each word of `life` is a step), and how it travels."""

    name: str
    email: str
    language: str
    life: tuple[str, ...]
    address: dict[str, str]
    shipping: str = "royal-mail"
    note: str = ""


SHOPPERS: Final = (
    Shopper(
        name="Ann Lee", email="ann@example.com", language="en", life=("pay", "ship", "deliver", "return"),
        address={"country_code": "GB", "street_address": "1 High Street", "city": "London", "postal_code": "N1 9GU"},
    ),
    Shopper(
        name="王小明", email="wang@example.com", language="zh-hant", life=("pay", "ship"),
        address={"country_code": "GB", "street_address": "2 Gerrard Street", "city": "London", "postal_code": "W1D 5PR"},
        note="請用禮盒包裝",
    ),
    Shopper(
        name="李雷", email="lilei@example.com", language="zh-hans", life=("pay",),
        address={"country_code": "GB", "street_address": "8 Faulkner Street", "city": "Manchester", "postal_code": "M1 4EH"},
    ),
    Shopper(
        name="陳美玲", email="chen@example.com", language="zh-hant", life=("pay", "hold"), shipping="air-mail",
        address={
            "country_code": "TW", "street_address": "忠孝東路一段1號", "city_area": "中正區", "city": "臺北市",
            "postal_code": "100",
        },
    ),
    Shopper(
        name="Priya Shah", email="priya@example.com", language="en", life=(),
        address={"country_code": "GB", "street_address": "5 Mill Lane", "city": "Leeds", "postal_code": "LS1 4AP"},
    ),
    Shopper(
        name="韩梅梅", email="hanmeimei@example.com", language="zh-hans", life=("cancel",),
        address={"country_code": "GB", "street_address": "12 Castle Street", "city": "Liverpool", "postal_code": "L2 0NE"},
    ),
)  # fmt: skip


WHO_WE_ARE: Final = ProfileDraft(
    name="Paper Lantern Gifts", country="GB", language="en", time_zone="Europe/London", legal_name="Paper Lantern Gifts Ltd",
    address=PostalAddress(country_code="GB", street_address="7 Lantern Yard", city="London", postal_code="EC1A 1BB"),
    email="hello@paper-lantern.example", phone="+442079460123", website="https://paper-lantern.example",
    vat_number="GB999999973", registration_number="98765432", bank_name="West Bank", iban="GB82WEST12345698765432",
    bank_code="12-34-56", account_number="98765432", bic="WESTGB2L", footer="Wholesale gifts for all occasions.",
)  # fmt: skip
"""Nobody: numbers of examples, with check digits that fit."""


def load(say: Callable[[str], None]) -> str:
    """Fill the default shop, once: repeated, it finds everything there. Returns what there is to see."""
    tenant = default_tenant()
    with tenant_scope(tenant.id):
        demo = _Demo(tenant)
        demo.introduce()
        exceptions = Path(settings.DATA) / "imports" / "demo.exceptions.csv"
        report = run(tenant, ImportRequest(file=SLICE, exceptions=exceptions, until=UNTIL), Console(stderr=True))
        say(str(report))
        say("bringing the lists up to date, and taking a few orders of today …")
        drain(tenant.id)
        demo.fill()
    there = f"{report.documents['sales']:,} orders of December 2010, and {len(SHOPPERS)} of today"
    return f"{there}; a gift card over {GIFT} has the code {GIFT_CODE}, a coupon the code {COUPON}"


GIFT: Final = 50
GIFT_CODE: Final = "DEMO-GIFT-2026"


class _Demo:
    """Tells what happens in the shop today. Every key says which step of whom, so that nothing happens twice."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self._steps: dict[str, Callable[[str, OrderPlaced], None]] = {
            "pay": self._pay, "ship": self._ship, "deliver": self._deliver, "return": self._return, "hold": self._hold,
            "cancel": self._cancel,
        }  # fmt: skip

    def introduce(self) -> None:
        """Say who the shop is, before the first invoice is issued."""
        save_profile(self._call("profile"), profile=WHO_WE_ARE)

    def fill(self) -> None:
        """Terms to sell on, something to sell, and those who buy it: all of them a step, then the house, then the next step."""
        self._terms()
        self._gift_cards()
        furnish(self._call, self.tenant.currency)
        # Of what was imported, for who begins again in the middle may have sold more since.
        imported = OrderLine.objects.exclude(sku="").filter(order__placed_at__lt=IMPORTED_BEFORE)
        sold = imported.values("sku").annotate(times=Count("id")).order_by("-times", "sku")
        skus = list(sold.values_list("sku", flat=True)[:POPULAR])
        receive_stock.one(self._call("stock"), ReceiveStock(lines=tuple(StockChange(sku, PIECES) for sku in skus)))
        placed = [self._place(number, shopper, skus[number * 2 : number * 2 + 3]) for number, shopper in enumerate(SHOPPERS)]
        drain(self.tenant.id)
        for step in range(max(len(shopper.life) for shopper in SHOPPERS)):
            for number, shopper in enumerate(SHOPPERS):
                if step < len(shopper.life):
                    self._steps[shopper.life[step]](f"{number}:{shopper.life[step]}", placed[number])
            drain(self.tenant.id)
        allow(self._call)

    def _call(self, key: str, hours_ago: int = 0) -> Call:
        at = clock.now() - timedelta(hours=hours_ago) if hours_ago else None
        return Call(tenant_id=self.tenant.id, actor=SYSTEM, key=f"demo:{key}", at=at)

    def _terms(self) -> None:
        """Taxes and ways to ship, so that orders can come in."""
        save_tax_rate(self._call("tax"), tax_rate=TaxRateDraft(country="GB", rate=Decimal("0.2"), name="VAT"))
        for code, name, countries, price in (
            ("royal-mail", {"en": "Royal Mail", "zh-Hant": "英國皇家郵政", "zh-Hans": "英国皇家邮政"}, ("GB",), 395),
            ("air-mail", {"en": "Air mail", "zh-Hant": "航空郵件", "zh-Hans": "航空邮件"}, (), 1250),
        ):
            rates = (ShippingRateDraft(currency=self.tenant.currency, price=price),)
            method = ShippingMethodDraft(code=code, name=name["en"], name_i18n=name, countries=countries, rates=rates)
            save_shipping_method(self._call(f"shipping:{code}"), method=method)

    def _gift_cards(self) -> None:
        """A gift card to be sold, over any amount from 10 on, and one that is there, with a code that everybody knows."""
        product = ProductDraft(
            slug="gift-card", name="Gift card", kind="gift_card", valid_months=36, open_amount=True,
            name_i18n={"zh-Hant": "禮物卡", "zh-Hans": "礼品卡"}, variants=(VariantDraft(sku="GIFT-CARD"),),
        )  # fmt: skip
        saved = save_product(self._call("gift-card"), product=product)
        prices = PriceListDraft(code="gift-cards", name="Gift cards", currency=self.tenant.currency)
        price_list = save_price_list(self._call("gift-card:list"), price_list=prices)
        least = PriceDraft(variant_id=saved.variant_ids[0], unit_price=Decimal(10_00))
        set_prices(self._call("gift-card:price"), price_list_id=price_list.price_list_id, prices=(least,))
        card = ImportGiftCard(code=GIFT_CODE, money=Money(GIFT * 100, self.tenant.currency))
        import_gift_cards.one(self._call("gift-card:code"), card)

    def _place(self, number: int, shopper: Shopper, skus: list[str]) -> OrderPlaced:
        channel = channel_by_code("web")
        if channel is None:
            raise LookupError("the demo needs the channel web")
        country = shopper.address["country_code"]
        wanted = PlaceOrder(
            channel_id=channel.id,
            currency=channel.currency,
            language=shopper.language,
            lines=tuple(WantedLine(sku=sku, quantity=2) for sku in skus),
            ship_to=Person(name=shopper.name, email=shopper.email, country=country, address=shopper.address),
            shipping_method=shopper.shipping,
            customer_note=shopper.note,
        )
        return place_orders.one(self._call(f"{number}:place", 6), wanted)

    # ── steps of a life ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _pay(self, key: str, placed: OrderPlaced) -> None:
        money, towards = Money(placed.total, placed.currency), (Towards(document=Document("order", placed.order_id)),)
        record_payments.one(self._call(key, 5), MoneyReceived(method="bank_transfer", money=money, towards=towards))

    def _ship(self, key: str, placed: OrderPlaced) -> None:
        """What the house planned when it was paid leaves."""
        for shipment in shipments_of(placed.order_id):
            intent = ShipShipment(shipment.id, "Royal Mail", f"RM{placed.number}GB")
            ship_shipments.one(self._call(f"{key}:{shipment.id}"), intent)

    def _deliver(self, key: str, placed: OrderPlaced) -> None:
        for shipment in shipments_of(placed.order_id):
            deliver_shipments.one(self._call(f"{key}:{shipment.id}"), DeliverShipment(shipment.id))

    def _return(self, key: str, placed: OrderPlaced) -> None:
        """One piece of the first line comes back and is put on the shelf again."""
        wanted = (ReturnWanted(line_id=placed.lines[0].line_id, quantity=1),)
        rma = authorize_return(self._call(f"{key}:authorize"), order_id=placed.order_id, lines=wanted)
        back = receive_return(self._call(f"{key}:receive"), return_id=rma.return_id)
        verdicts = tuple(Verdict(piece_id=piece.piece_id, restock=piece.quantity) for piece in back.pieces)
        inspect_return(self._call(f"{key}:inspect"), return_id=rma.return_id, verdicts=verdicts)

    def _hold(self, key: str, placed: OrderPlaced) -> None:
        hold_order(self._call(key), order_id=placed.order_id, reason="Ask for the phone number that customs want.")

    def _cancel(self, key: str, placed: OrderPlaced) -> None:
        cancel_orders.one(self._call(key), CancelOrder(order_id=placed.order_id))
