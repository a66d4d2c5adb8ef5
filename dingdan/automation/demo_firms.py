"""How the demo is paid: accounts at the payment sandbox, methods, orders that wait for their money, a bank statement."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from dingdan.automation.demo_bills import AGO, Sale
from dingdan.automation.pay_links import PAY_ORDER, pay_url
from dingdan.automation.pushing import public_key
from dingdan.automation.setup import default_tenant
from dingdan.integrations.statements.samples import Payable, sample_statement
from dingdan.kernel import clock
from dingdan.kernel.journal import SYSTEM, Call
from dingdan.kernel.tenancy import tenant_scope
from dingdan.ledgers.inventory.commands import ReceiveStock, StockChange, receive_stock
from dingdan.masterdata.catalog.queries import variants_by_sku
from dingdan.masterdata.channels.commands import retire_channel, save_channel
from dingdan.masterdata.channels.queries import channel_by_code
from dingdan.masterdata.channels.rules import ChannelDraft
from dingdan.masterdata.messengers.commands import save_messenger
from dingdan.masterdata.messengers.rules import MessengerDraft
from dingdan.masterdata.methods.commands import save_merchant_account, save_payment_method
from dingdan.masterdata.methods.rules import MerchantAccountDraft, PaymentMethodDraft
from dingdan.masterdata.pricing.commands import save_price_list, save_shipping_method, save_tax_rate, set_prices
from dingdan.masterdata.pricing.rules import PriceDraft, PriceListDraft, ShippingMethodDraft, ShippingRateDraft, TaxRateDraft
from dingdan.trade.orders.commands import place_orders, save_device
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.orders.models import Order, OrderLine
from dingdan.trade.orders.queries import devices_of
from dingdan.trade.orders.rules import DeviceDraft, Person, PlaceOrder, WantedLine

Told = Mapping[str, Mapping[str, Any]]
"""What each firm's pages say to a merchant, by the firm's code: `GET /sandbox/credentials`."""

Sell = Callable[[Sale], OrderPlaced]

PIECES: Final = 50


@dataclass(frozen=True, slots=True)
class Payments:
    """What there is to be paid: the address for each order, by how it is to be paid, and a statement of the bank."""

    links: dict[str, str]
    statement: Path


Phone = Callable[[str, str], Mapping[str, Any]]
"""Makes a phone at the double of a push service that listens to a key, under a name; it answers as a browser would."""


def load(
    told: Told,
    point: Callable[[str, str], None],
    before: Callable[[Sell], None] = lambda _sell: None,
    *,
    phone: Phone | None = None,
) -> Payments:
    """Open accounts at the sandbox, offer methods, and take orders that wait for their money. `point` tells a firm where to
    send its notices; `before` may let payments happen that are paid already; one of the buyers hears of the order on a `phone`.
    Repeated, it finds everything there."""
    tenant = default_tenant()
    with tenant_scope(tenant.id):
        for draft in accounts(told):
            saved = save_merchant_account(_call(f"account:{draft.gateway}"), account=draft)
            path = reverse("gateway_notice", args=[draft.gateway, tenant.id, saved.merchant_account_id])
            point(draft.gateway, settings.PUBLIC_URL + path)
        for account in messengers(told):
            save_messenger(_call(f"messenger:{account.firm}"), account=account)
        for method in METHODS:
            save_payment_method(_call(f"method:{method.code}"), method=method)
        skus = list(OrderLine.objects.exclude(sku="").order_by("sku").values_list("sku", flat=True).distinct()[:2])
        channel_id = _sell_in_china(skus)
        before(lambda sale: _sold_yesterday(sale, skus))
        orders = {how: _place(how, wanted(skus)) for how, wanted in _WANTED.items()}
        if phone is not None:
            _tell_on(phone, orders["card"])
        retire_channel(_call("channel:closed"), channel_id=channel_id)  # so that an order needs to name no channel
        return Payments(
            links={how: pay_url(PAY_ORDER, order_id, at=clock.now()) for how, order_id in orders.items()},
            statement=_statement(skus, Path(settings.DATA) / "imports" / "demo-statement.xml"),
        )


def _tell_on(phone: Phone, order_id: UUID) -> None:
    """A phone that is told of an order, unless one is."""
    if not devices_of(order_id):
        key, number = public_key(), Order.objects.get(id=order_id).number
        found = phone(key, number)
        device = DeviceDraft(endpoint=found["endpoint"], server_key=key, **found["keys"])
        save_device(_call(f"phone:{found['endpoint']}"), order_id=order_id, device=device)


def _sold_yesterday(sale: Sale, skus: list[str]) -> OrderPlaced:
    wanted = _in_china(skus, sale.gateway) if sale.gateway in ("alipay", "wechatpay") else _at_home(skus, method=sale.gateway)
    call = _call(f"yesterday:{sale.gateway}")
    return place_orders.one(replace(call, at=clock.now() - AGO), wanted)


def accounts(told: Told) -> list[MerchantAccountDraft]:
    """The accounts, as a merchant copies them from the pages of the firms."""
    stripe, paypal, alipay, wechat = (told[name] for name in ("stripe", "paypal", "alipay", "wechatpay"))
    return [
        MerchantAccountDraft(
            gateway="stripe", merchant="acct_1Sandbox", mode="sandbox",
            secrets={"secret_key": stripe["secret_key"], "webhook_secret": stripe["webhook_secret"]},
        ),
        MerchantAccountDraft(
            gateway="paypal", merchant=paypal["merchant_id"], mode="sandbox",
            settings={"client_id": paypal["client_id"], "webhook_id": paypal["webhook_id"]},
            secrets={"client_secret": paypal["client_secret"]},
        ),
        MerchantAccountDraft(
            gateway="alipay", merchant=alipay["app_id"], mode="sandbox",
            settings={"seller_id": alipay["seller_id"], "alipay_public_keys": alipay["alipay_public_key"]},
            secrets={"private_key": alipay["app_private_key"]},
        ),
        MerchantAccountDraft(
            gateway="wechatpay", merchant=wechat["mchid"], mode="sandbox",
            settings={"app_id": wechat["appid"], "serial": wechat["merchant_serial_no"]},
            secrets={"private_key": wechat["merchant_private_key"], "api_key": wechat["apiv3_key"]},
        ),
    ]  # fmt: skip


def messengers(told: Told) -> list[MessengerDraft]:
    """The accounts by which short messages go: SMS, LINE and WeChat."""
    twilio, line, wechat = told["twilio"], told["line"], told["wechat"]
    return [
        MessengerDraft(
            firm="twilio", mode="sandbox", settings={name: twilio[name] for name in ("account_sid", "sender")},
            secrets={"auth_token": twilio["auth_token"]},
        ),
        MessengerDraft(firm="line", mode="sandbox", secrets={"channel_access_token": line["channel_access_token"]}),
        MessengerDraft(
            firm="wechat", mode="sandbox", secrets={"app_secret": wechat["app_secret"]},
            settings={name: wechat[name] for name in ("app_id", "template_id", "number_field", "status_field")},
        ),
    ]  # fmt: skip


METHODS: Final = (
    PaymentMethodDraft(
        code="stripe", gateway="stripe", name="Card or wallet", icon="card", position=1,
        name_i18n={"zh-Hant": "信用卡或電子錢包", "zh-Hans": "银行卡或电子钱包"},
    ),
    PaymentMethodDraft(
        code="paypal", gateway="paypal", name="PayPal", icon="wallet", position=2, currencies=("GBP", "EUR", "USD"),
    ),
    PaymentMethodDraft(
        code="alipay", gateway="alipay", name="Alipay", icon="phone", position=3,
        name_i18n={"zh-Hant": "支付寶", "zh-Hans": "支付宝"}, currencies=("CNY",),
    ),
    PaymentMethodDraft(
        code="wechatpay", gateway="wechatpay", name="WeChat Pay", icon="phone", position=4,
        name_i18n={"zh-Hant": "微信支付", "zh-Hans": "微信支付"}, currencies=("CNY",),
    ),
    PaymentMethodDraft(
        code="bank_transfer", gateway="bank_transfer", name="Bank transfer", icon="bank", position=5,
        name_i18n={"zh-Hant": "銀行轉帳", "zh-Hans": "银行转账"},
    ),
    PaymentMethodDraft(
        code="cash", gateway="cash", name="Cash", icon="cash", position=6, name_i18n={"zh-Hant": "現金", "zh-Hans": "现金"},
    ),
    PaymentMethodDraft(
        code="cash_on_delivery", gateway="cash_on_delivery", name="Cash on delivery", icon="cash", position=7,
        name_i18n={"zh-Hant": "貨到付款", "zh-Hans": "货到付款"},
    ),
    PaymentMethodDraft(
        code="on_account", gateway="on_account", name="On account", icon="paper", position=8, net_days=30,
        name_i18n={"zh-Hant": "月結", "zh-Hans": "月结"},
    ),
    PaymentMethodDraft(
        code="terminal", gateway="terminal", name="Card at the till", icon="terminal", position=9,
        name_i18n={"zh-Hant": "店內刷卡", "zh-Hans": "店内刷卡"},
    ),
    PaymentMethodDraft(
        code="gift_card", gateway="gift_card", name="Gift card", icon="gift", position=10,
        name_i18n={"zh-Hant": "禮物卡", "zh-Hans": "礼品卡"},
    ),
    PaymentMethodDraft(
        code="store_credit", gateway="store_credit", name="Store credit", icon="gift", position=11,
        name_i18n={"zh-Hant": "購物金", "zh-Hans": "购物金"},
    ),
)  # fmt: skip


def _call(key: str) -> Call:
    return Call(tenant_id=default_tenant().id, actor=SYSTEM, key=f"demo:paying:{key}")


def _sell_in_china(skus: list[str]) -> UUID:
    """A channel in renminbi, which Alipay and WeChat Pay take alone; its id."""
    draft = ChannelDraft(code="cn", name="中国网店", currency="CNY", language="zh-Hans", time_zone="Asia/Shanghai")
    channel = save_channel(_call("channel"), channel=draft)
    save_tax_rate(_call("tax"), tax_rate=TaxRateDraft(country="CN", rate=Decimal("0.13"), name="增值税"))
    rates = (ShippingRateDraft(currency="CNY", price=12_00),)
    names = {"en": "SF Express", "zh-Hant": "順豐速運", "zh-Hans": "顺丰速运"}
    parcel = ShippingMethodDraft(code="sf-express", name="顺丰速运", name_i18n=names, countries=("CN",), rates=rates)
    save_shipping_method(_call("shipping"), method=parcel)
    listed = PriceListDraft(code="cn", name="人民币价目", currency="CNY", channel_id=channel.channel_id)
    price_list = save_price_list(_call("list"), price_list=listed)
    there = variants_by_sku(skus)
    prices = tuple(PriceDraft(variant_id=there[sku].id, unit_price=Decimal(19_80)) for sku in skus)
    set_prices(_call("prices"), price_list_id=price_list.price_list_id, prices=prices)
    receive_stock.one(_call("stock"), ReceiveStock(lines=tuple(StockChange(sku, PIECES) for sku in skus)))
    return channel.channel_id


def _at_home(skus: list[str], name: str = "Tom Reed", method: str = "stripe") -> PlaceOrder:
    address = {"country_code": "GB", "street_address": "9 Harbour Road", "city": "Bristol", "postal_code": "BS1 5UH"}
    someone = Person(name=name, email=f"{name.split(maxsplit=1)[0].lower()}@example.com", country="GB", address=address)
    return _wish("web", skus, method, "royal-mail", someone)


def _in_china(skus: list[str], method: str) -> PlaceOrder:
    address = {
        "country_code": "CN", "country_area": "北京市", "city": "北京市", "city_area": "海淀区",
        "street_address": "中关村大街27号", "postal_code": "100080",
    }  # fmt: skip
    someone = Person(name="韩梅梅", email="hanmeimei@example.com", country="CN", address=address)
    return _wish("cn", skus, method, "sf-express", someone)


def _wish(code: str, skus: list[str], method: str, shipping: str, someone: Person) -> PlaceOrder:
    channel = channel_by_code(code)
    if channel is None:
        raise LookupError(f"the demo needs the channel {code}")
    return PlaceOrder(
        channel_id=channel.id,
        currency=channel.currency,
        language=channel.language,
        lines=tuple(WantedLine(sku=sku, quantity=1) for sku in skus),
        ship_to=someone,
        shipping_method=shipping,
        payment_method=method,
    )


_WANTED: Final[dict[str, Callable[[list[str]], PlaceOrder]]] = {
    "card": _at_home,
    "Alipay": lambda skus: _in_china(skus, "alipay"),
    "WeChat Pay": lambda skus: _in_china(skus, "wechatpay"),
}


def _place(how: str, wanted: PlaceOrder) -> UUID:
    return place_orders.one(_call(f"order:{how}"), wanted).order_id


BY_BANK: Final = ("Grace Miller", "Omar Haddad", "Lena Fischer", "Yuki Tanaka")
"""Who pays by bank transfer."""


def _statement(skus: list[str], file: Path) -> Path:
    """A statement of the bank on which those who chose a transfer have paid, as people do it."""
    for name in BY_BANK:
        _place(name, _at_home(skus, name, "bank_transfer"))
    placed = Order.objects.filter(ship_to__name__in=BY_BANK, payment_method="bank_transfer").order_by("id")
    awaited = [
        Payable(
            number=order.number, invoice="", amount=order.total, currency=order.currency, name=order.ship_to.name,
            account="GB33BUKB20201555555555", on=clock.now().date(),
        )
        for order in placed.select_related("ship_to")
    ]  # fmt: skip
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(sample_statement(awaited))
    return file
