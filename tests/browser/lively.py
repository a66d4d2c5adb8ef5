"""A potter's shop in a busy fortnight, with pictures of what it sells: what the pictures of the pages show."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import cycle
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User

from dingdan.automation.setup import create_tenant
from dingdan.config.people import create_user
from dingdan.kernel import clock
from dingdan.kernel.contact import PostalAddress
from dingdan.kernel.journal import Actor
from dingdan.kernel.tenancy import tenant_scope
from dingdan.ledgers.inventory.commands import ReceiveStock, StockChange, receive_stock, save_node, save_threshold
from dingdan.masterdata.catalog.commands import add_product_image, save_product
from dingdan.masterdata.catalog.queries import variants_by_sku
from dingdan.masterdata.catalog.rules import ProductDraft, VariantDraft
from dingdan.masterdata.channels.queries import all_channels
from dingdan.masterdata.customers.commands import save_customer
from dingdan.masterdata.customers.rules import ContactDraft, CustomerDraft
from dingdan.masterdata.policies.commands import adopt_return_preset
from dingdan.masterdata.pricing.commands import save_price_list, save_shipping_method, save_tax_rate, set_prices
from dingdan.masterdata.pricing.rules import PriceDraft, PriceListDraft, ShippingMethodDraft, ShippingRateDraft, TaxRateDraft
from dingdan.masterdata.shop.commands import save_profile
from dingdan.masterdata.shop.rules import ProfileDraft
from dingdan.trade.aftersales.commands import ClaimedUnits, ReturnWanted, authorize_return, file_claim, receive_return
from dingdan.trade.fulfillment.commands import PackShipment, pack_shipment, start_wave
from dingdan.trade.fulfillment.queries import shipments_of
from dingdan.trade.orders.commands import hold_order, place_orders, tag_order
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.orders.rules import Person, PlaceOrder, WantedLine
from dingdan.trade.tickets.commands import answer_ticket, open_ticket
from dingdan.trade.tickets.rules import ContactDraft as Asker
from dingdan.trade.tickets.rules import TicketDraft
from tests import kit
from tests.browser.drawings import drawn
from tests.browser.visiting import just_signed_in
from tests.conftest import Shop
from tests.masterdata.methods.offered import offer
from tests.trade.reconciliation.desk import draft, statement
from tests.trade.review import desk as review
from tests.web.backoffice.desk import PASSWORD, Desk
from tests.web.live.listening import told

NAME: Final = "小美陶藝"
AMY: Final = "amy@example.com"
ZONE: Final = "Asia/Taipei"
PROFILE: Final = ProfileDraft(
    name=NAME, country="TW", language="zh-Hant", time_zone=ZONE, legal_name="小美陶藝有限公司", email=AMY, tax_number="12345675",
    address=PostalAddress(
        country_code="TW", street_address="信義路五段7號", city="信義區", country_area="臺北市", postal_code="110"
    ),
)  # fmt: skip
DAYS: Final = 14
TO_REVIEW: Final = 9_000_00


@dataclass(frozen=True, slots=True)
class Ware:
    """Something on the shelves: what it is called, what it costs, how many there are, how it looks."""

    sku: str
    name: str
    chinese: str
    price: int
    there: int
    shape: str
    glaze: str
    ground: str


WARES: Final = (
    Ware("CUP-CELADON", "Celadon tea cup", "青瓷茶杯", 680, 100, "cup", "#8fb8a8", "#efe9df"),
    Ware("POT-CLAY", "Red clay teapot", "紫砂茶壺", 2480, 54, "pot", "#a1543c", "#e8ddd0"),
    Ware("BOWL-BLUE", "Blue and white bowl", "青花飯碗", 520, 120, "bowl", "#4b6ea8", "#e9edf2"),
    Ware("PLATE-MOON", "Moon white plate", "月白圓盤", 760, 85, "plate", "#d9dfe2", "#c9bfb2"),
    Ware("VASE-SNOW", "Snowflake vase", "雪花釉花瓶", 1880, 34, "vase", "#b9c7d6", "#efe4e0"),
    Ware("JAR-TEA", "Tea jar", "茶葉罐", 980, 62, "jar", "#7b8a5f", "#f0ead9"),
    Ware("CUP-TENMOKU", "Tenmoku sake cup", "天目清酒杯", 450, 33, "cup", "#4a3a34", "#e5ddd2"),
    Ware("BOWL-MATCHA", "Matcha bowl", "抹茶碗", 1280, 58, "bowl", "#6f6b5b", "#e4e6dc"),
)
QUESTIONS: Final = (
    ("damaged", "茶壺到貨時壺嘴破了", "您好，今天收到紫砂茶壺，打開包裝時發現壺嘴缺了一角。請問可以換一個嗎？照片隨後寄上。"),
    ("late", "包裹什麼時候到？", "訂單已經三天了，還沒有收到，想在週末前送人。"),
    ("invoice", "請開公司統編", "麻煩發票開公司統編，謝謝。"),
    ("question", "抹茶碗可以進洗碗機嗎", "想請問抹茶碗可以用洗碗機洗嗎？"),
)
ANSWER: Final = "王先生您好，非常抱歉！我們今天就為您寄出新的茶壺，破損的那一個不用寄回。"
PEOPLE: Final = (
    ("王小明", "+886912345678", "信義路五段7號", "信義區", "臺北市", "110"),
    ("陳美玲", "+886922333444", "忠孝東路一段1號", "中正區", "臺北市", "100"),
    ("林志豪", "+886933555666", "中山路二段88號", "中區", "臺中市", "400"),
    ("張雅婷", "+886955777888", "成功路12號", "東區", "臺南市", "701"),
    ("黃建國", "+886966111222", "五福三路60號", "前金區", "高雄市", "801"),
    ("李佳穎", "+886977999000", "文化一路一段9號", "林口區", "新北市", "244"),
    ("吳承恩", "+886988123123", "光復路101號", "東區", "新竹市", "300"),
    ("蔡怡君", "+886911222333", "中正路35號", "花蓮市", "花蓮縣", "970"),
)


def furnished() -> tuple[Desk, dict[str, UUID]]:
    """Amy at her shop, and the objects that pages are shown of, by what they are."""
    tenant = create_tenant(f"pots-{secrets.token_hex(4)}", NAME, currency="TWD", country="TW", time_zone=ZONE, language="zh-Hant")
    create_user(AMY, password=PASSWORD, roles=("owner",), tenant=tenant)
    amy = User.objects.get(username=AMY)
    shop = Shop(tenant, Actor("staff", str(amy.pk), frozenset({"*"})))
    with tenant_scope(shop.tenant_id):
        potter = _Potter(shop)
        potter.registers()
        potter.fortnight()
        potter.today()
        potter.questions()
        told(shop)
    return just_signed_in(shop, amy), potter.ids


def until_afternoon() -> timedelta:
    """How far it is to (or from) three o'clock of today where the shop is: a busy hour."""
    now = clock.now().astimezone(ZoneInfo(ZONE))
    return now.replace(hour=15, minute=0, second=0, microsecond=0) - now


class _Potter:
    """Tells what happened in the shop."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.ids: dict[str, UUID] = {}
        self.customers: list[UUID] = []
        self.minutes = cycle(range(180, 0, -7))

    def registers(self) -> None:
        """What is sold, for how much, to whom, and how it travels."""
        shop = self.shop
        save_profile(shop.call(), profile=PROFILE)
        save_node(shop.call(), code="main", name="主倉庫", country="TW")
        for ware in WARES:
            names = {"zh-Hant": ware.chinese, "zh-Hans": ware.chinese}
            variant = VariantDraft(sku=ware.sku, name=ware.chinese)
            product = ProductDraft(slug=ware.sku.lower(), name=ware.name, name_i18n=names, variants=(variant,))
            saved = save_product(shop.call(), product=product)
            content = drawn(ware.shape, ware.glaze, ware.ground)
            add_product_image(shop.call(), product_id=saved.product_id, name=f"{ware.sku}.png", content=content, alt=ware.chinese)
            self.ids.setdefault("product", saved.product_id)
        receive_stock.one(shop.call(), ReceiveStock(lines=tuple(StockChange(ware.sku, ware.there) for ware in WARES)))
        prices = save_price_list(shop.call(), price_list=PriceListDraft(code="list", name="牌價", currency="TWD"))
        found = variants_by_sku([ware.sku for ware in WARES])
        drafts = tuple(PriceDraft(variant_id=found[ware.sku].id, unit_price=Decimal(ware.price * 100)) for ware in WARES)
        set_prices(shop.call(), price_list_id=prices.price_list_id, prices=drafts)
        save_tax_rate(shop.call(), tax_rate=TaxRateDraft(country="TW", rate=Decimal("0.05"), name="營業稅"))
        rates = (ShippingRateDraft(currency="TWD", price=100_00),)
        save_shipping_method(shop.call(), method=ShippingMethodDraft(code="home", name="宅配", rates=rates))
        for code, name in (("bank_transfer", "銀行轉帳"), ("cash", "現金")):
            offer(shop, code, name=name)
        adopt_return_preset(shop.call(), preset="thirty-days")
        save_threshold(shop.call(), low_at=30, sku="VASE-SNOW")
        for name, phone, *_address in PEOPLE:
            contact = ContactDraft(name=name, phone=phone, email=_mail(phone))
            told_of = save_customer(shop.call(), customer=CustomerDraft(contact=contact, language="zh-Hant"))
            self.customers.append(told_of.customer_id)
        self.ids["customer"] = self.customers[0]

    def fortnight(self) -> None:
        """Every day some orders, and what became of them."""
        lives = (self._arrived, self._arrived, kit.ship, self._returned, self._arrived, self._claimed, kit.deliver)
        for day in range(DAYS, 0, -1):
            with clock.moved_by(timedelta(days=-day, hours=-(day % 5))):
                for number in range(2 + day % 3):
                    order = self._order(day * 3 + number)
                    kit.pay(self.shop, order, method="bank_transfer")
                    lives[(day + number) % len(lives)](self.shop, order)
                told(self.shop)

    def today(self) -> None:
        """What is to be done: orders to be paid, looked at, picked and packed, and a statement of the bank."""
        shop = self.shop
        review.rule(shop, "amount", {"amounts": {"TWD": TO_REVIEW}}, code="large", name="高額訂單")
        unpaid = [self._order(number) for number in (3, 10, 17)]
        for number in (21, 5):
            self._order(number, pieces=7)
        held = self._order(14, customer_note="請用禮盒包裝")
        kit.pay(shop, held, method="bank_transfer")
        hold_order(shop.call(), order_id=held.order_id, reason="顧客要改地址")
        waiting = [self._order(number) for number in (1, 8, 12, 22, 28, 30)]
        for order in waiting:
            kit.pay(shop, order, method="bank_transfer")
        told(shop)
        ids = [one.id for order in waiting for one in shipments_of(order.order_id)]
        pack_shipment.one(shop.call(), PackShipment(shipment_id=ids[0]))
        wave = start_wave(shop.call(), shipment_ids=tuple(ids[1:4]))
        tag_order(shop.call(), order_id=waiting[-1].order_id, add=("vip", "禮盒"))
        self.ids |= {"order": waiting[-1].order_id, "wave": wave.wave_id, "pack": ids[4]}
        today = clock.now().date()
        lines = [
            draft(order.total, f"訂單 {order.number}", booked_on=today, currency="TWD", name=PEOPLE[number][0], account="")
            for number, order in zip((3, 2, 1), unpaid, strict=True)
        ]
        statement(
            shop, *lines, draft(1_288_00, "貨款", booked_on=today, currency="TWD", name="吳承恩", account=""), currency="TWD"
        )

    def questions(self) -> None:
        """What people ask, one of them answered."""
        for number, (topic, title, text) in enumerate(QUESTIONS):
            name, phone, *_address = PEOPLE[number]
            ticket = TicketDraft(topic=topic, title=title, text=text, contact=Asker(name=name, email=_mail(phone), phone=phone))
            with clock.moved_by(timedelta(hours=-5 + number)):
                asked = open_ticket(self.shop.call(), ticket=ticket)
            if not number:
                self.ids["ticket"] = asked.ticket_id
                answer_ticket(self.shop.call(), ticket_id=asked.ticket_id, text=ANSWER)

    # ── a life ───────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _order(self, number: int, *, pieces: int = 0, customer_note: str = "") -> OrderPlaced:
        """The number-th order, some minutes after the one before: who buys what goes round."""
        name, phone, street, district, city, code = PEOPLE[number % len(PEOPLE)]
        wares = [WARES[(number + step * 3) % len(WARES)] for step in range(1 + number % 3)]
        address = {"country_code": "TW", "street_address": street, "city": district, "country_area": city, "postal_code": code}
        lines = tuple(WantedLine(sku=ware.sku, quantity=pieces or 1 + (number + step) % 3) for step, ware in enumerate(wares))
        wanted = PlaceOrder(
            channel_id=all_channels()[0].id, currency="TWD", language="zh-Hant", payment_method="bank_transfer", lines=lines,
            ship_to=Person(name=name, email=_mail(phone), phone=phone, country="TW", address=address),
            shipping_method="home", customer_id=self.customers[number % len(PEOPLE)], customer_note=customer_note,
        )  # fmt: skip
        at = clock.now() - timedelta(minutes=next(self.minutes))
        return place_orders.one(self.shop.call(at=at), wanted)

    def _arrived(self, shop: Shop, order: OrderPlaced) -> None:
        kit.deliver(shop, order)
        self.ids["arrived"] = order.order_id

    def _returned(self, shop: Shop, order: OrderPlaced) -> None:
        """One piece is on its way back, or waits to be looked at."""
        kit.deliver(shop, order)
        wanted = (ReturnWanted(line_id=order.lines[0].line_id, quantity=1),)
        rma = authorize_return(shop.call(), order_id=order.order_id, lines=wanted)
        if "return" not in self.ids:
            receive_return(shop.call(), return_id=rma.return_id)
            self.ids["return"] = rma.return_id

    def _claimed(self, shop: Shop, order: OrderPlaced) -> None:
        kit.deliver(shop, order)
        claimed = (ClaimedUnits(line_id=order.lines[0].line_id, quantity=1, reason="damaged"),)
        file_claim(shop.call(), order_id=order.order_id, lines=claimed)


def _mail(phone: str) -> str:
    return f"p{phone[-4:]}@example.com"
