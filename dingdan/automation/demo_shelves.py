"""The demo's storefront: shelves, goods with prices and pictures, what can only be promised for later, and how it looks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Final

from dingdan.automation.demo_goods import APRON, CALENDAR, COLORS, GOODS, OPTIONS, SHELVES, Goods, Names
from dingdan.automation.demo_pictures import drawn
from dingdan.kernel import clock
from dingdan.kernel.journal import Call
from dingdan.ledgers.inventory.commands import ExpectedGoods, ReceiveStock, StockChange, announce_supply, receive_stock
from dingdan.masterdata.catalog.commands import add_product_image, save_category, save_product
from dingdan.masterdata.catalog.queries import product_by_slug, variants_by_sku
from dingdan.masterdata.catalog.rules import CategoryDraft, ProductDraft, VariantDraft
from dingdan.masterdata.channels.queries import channel_by_code
from dingdan.masterdata.pricing.commands import save_price_list, set_prices
from dingdan.masterdata.pricing.rules import PriceDraft, PriceListDraft
from dingdan.masterdata.shop.commands import save_storefront
from dingdan.masterdata.shop.rules import StorefrontDraft
from dingdan.trade.wishes.commands import make_wish

CHANNEL: Final = "web"
LATER: Final = timedelta(days=16)
GIFT_CARD: Final = "gift-card"
SOLD_OUT: Final = "S"
WAIT: Final = (("ann@example.com", "en"), ("chen@example.com", "zh-Hant"), ("lilei@example.com", "zh-Hans"))
"""Who waits for the apron of that size."""

CallOf = Callable[[str], Call]


def furnish(call: CallOf, currency: str) -> None:
    """Put goods on the shelves and open the storefront. `call` gives the call for a step, by its name."""
    for position, (slug, names) in enumerate(SHELVES):
        draft = CategoryDraft(slug=slug, name=names[0], name_i18n=_others(names), position=position)
        save_category(call(f"shelf:{slug}"), category=draft)
    imported = variants_by_sku([one.sku for one in GOODS])
    goods = [one for one in GOODS if one.sku in imported]
    for one in goods:
        _rename(call, one)
    _own(call)
    _price(call, goods, currency)
    lines = [StockChange(one.sku, one.pieces) for one in goods]
    lines += [StockChange(_apron(color, size), pieces) for color, size, pieces in APRON[3] if pieces]
    receive_stock.one(call("shelves:stock"), ReceiveStock(lines=tuple(lines)))
    soon = tuple(ExpectedGoods(sku, 60, clock.now() + LATER) for sku in (_apron("clay", "L"), "CALENDAR"))
    announce_supply(replace(call("shelves:supply"), said="soon"), lines=soon)  # the day is another one when it is begun again
    _look(call)
    _wait(call)


def _others(names: Names) -> dict[str, str]:
    return {"zh-Hant": names[1], "zh-Hans": names[2]}


def _product(slug: str, names: Names, told: Names, shelf: str) -> ProductDraft:
    return ProductDraft(
        slug=slug, name=names[0], name_i18n=_others(names), description=told[0], description_i18n=_others(told), category=shelf
    )


def _rename(call: CallOf, one: Goods) -> None:
    """Give an imported product the name, the words and the picture that shoppers see."""
    slug = f"or-{one.sku.lower()}"
    row = product_by_slug(slug)
    if row is None:
        return
    save_product(call(f"goods:{one.sku}"), product=_product(slug, one.names, one.told, one.shelf))
    _picture(call, slug, one.picture, one.names[0])


def _picture(call: CallOf, slug: str, picture: tuple[str, str], alt: str) -> None:
    row = product_by_slug(slug)
    assert row is not None  # noqa: S101 (it was saved a moment ago)
    name = "-".join(picture)
    add_product_image(call(f"picture:{slug}:{name}"), product_id=row.id, name=f"{name}.webp", content=drawn(*picture), alt=alt)


def _apron(color: str, size: str) -> str:
    return f"APRON-{color}-{size}".upper()


def _own(call: CallOf) -> None:
    """What the shop has of its own: an apron in colors and sizes, of which one comes again, and a calendar still in print."""
    names, told, _each, kinds = APRON
    aprons = tuple(
        VariantDraft(
            sku=_apron(color, size),
            options={"Color": COLORS[color], "Size": size},
            weight_grams=300,
            shortage="deny" if size == SOLD_OUT else "backorder",
        )
        for color, size, _pieces in kinds
    )
    draft = _product("apron", names, told, "kitchen")
    save_product(call("goods:apron"), product=replace(draft, options_i18n=OPTIONS, variants=aprons))
    for color in COLORS:
        _picture(call, "apron", ("apron", color), f"{names[0]}, {COLORS[color]}")
    names, told, _each = CALENDAR
    calendar = (VariantDraft(sku="CALENDAR", weight_grams=500, shortage="preorder", backorder_limit=500),)
    save_product(call("goods:calendar"), product=_with(_product("calendar", names, told, "paper"), calendar))
    _picture(call, "calendar", ("calendar", "dusk"), names[0])
    _picture(call, GIFT_CARD, ("gift", "moss"), "Gift card")


def _with(draft: ProductDraft, variants: tuple[VariantDraft, ...]) -> ProductDraft:
    return replace(draft, variants=variants)


def _price(call: CallOf, goods: list[Goods], currency: str) -> None:
    channel = channel_by_code(CHANNEL)
    prices = {one.sku: one.price for one in goods} | {"CALENDAR": CALENDAR[2]}
    prices |= {_apron(color, size): APRON[2] for color, size, _pieces in APRON[3]}
    ids = variants_by_sku(prices)
    draft = PriceListDraft(
        code="storefront", name="Storefront", currency=currency, priority=10, channel_id=channel.id if channel else None
    )
    saved = save_price_list(call("shelves:list"), price_list=draft)
    rows = tuple(PriceDraft(variant_id=ids[sku].id, unit_price=Decimal(price)) for sku, price in prices.items())
    set_prices(call("shelves:prices"), price_list_id=saved.price_list_id, prices=rows)


def _wait(call: CallOf) -> None:
    """Somebody wants to know when what is sold out is back."""
    channel, apron = channel_by_code(CHANNEL), _apron("moss", SOLD_OUT)
    if channel is not None:
        variant_id = variants_by_sku([apron])[apron].id
        for email, language in WAIT:
            make_wish(call(f"wish:{email}"), variant_id=variant_id, channel_id=channel.id, email=email, language=language)


def _look(call: CallOf) -> None:
    taglines = {"zh-Hant": "小東西，讓日子暖一點。", "zh-Hans": "小东西，让日子暖一点。"}
    look = StorefrontDraft(
        code=CHANNEL, tagline="Small things that make a day warmer.", tagline_i18n=taglines, accent="#a34a2f", font="serif",
        corners="soft",
    )  # fmt: skip
    save_storefront(call("storefront"), storefront=look)
