from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from dingdan.kernel.changes import FieldChange
from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.kernel.money import UnknownCurrency
from dingdan.kernel.quantity import QuantityOutOfRange
from dingdan.kernel.register import KeyTaken
from dingdan.kernel.text import TextMissing, UnusableCode
from dingdan.masterdata.catalog.commands import save_product
from dingdan.masterdata.catalog.rules import ProductDraft, VariantDraft
from dingdan.masterdata.channels.commands import save_channel
from dingdan.masterdata.channels.rules import ChannelDraft
from dingdan.masterdata.pricing.commands import restore_price_list, retire_price_list, save_price_list, set_prices
from dingdan.masterdata.pricing.events import PriceChange
from dingdan.masterdata.pricing.models import Price, PriceList
from dingdan.masterdata.pricing.queries import price_book
from dingdan.masterdata.pricing.rules import (
    DatesNotUsable,
    Offer,
    PriceDraft,
    PriceListDraft,
    RangeNotUsable,
    TooManyRows,
    UnitPriceNotUsable,
    price_at,
)
from tests.masterdata.shop import Shop, counted

TODAY = date(2026, 11, 23)
BASE = PriceListDraft(code="base", name="Base", currency="GBP")
ALL = (PriceList, Price)


def _variants(shop: Shop, count: int = 1) -> list[UUID]:
    variants = tuple(VariantDraft(sku=f"S{n}") for n in range(count))
    return list(save_product(shop.call(), product=ProductDraft(slug="s", name="S", variants=variants)).variant_ids)


def _channel(shop: Shop, code: str = "web") -> UUID:
    return save_channel(shop.call(), channel=ChannelDraft(code=code, name=code, currency="GBP")).channel_id


def _list(shop: Shop, draft: PriceListDraft, *prices: PriceDraft) -> UUID:
    id_ = save_price_list(shop.call(), price_list=draft).price_list_id
    set_prices(shop.call(), price_list_id=id_, prices=prices)
    return id_


def _price(variant: UUID, price: str | None, quantity: int = 1) -> PriceDraft:
    return PriceDraft(variant_id=variant, unit_price=None if price is None else Decimal(price), min_quantity=quantity)


def test_it_works(shop: Shop) -> None:
    (mug,), web = _variants(shop), _channel(shop)
    saved = save_price_list(shop.call(), price_list=BASE)
    done = set_prices(shop.call(), price_list_id=saved.price_list_id, prices=(_price(mug, "1250"), _price(mug, "1199.5", 10)))

    assert saved.created
    assert done.changes == (
        PriceChange(variant_id=mug, min_quantity=1, before=None, after="1250"),
        PriceChange(variant_id=mug, min_quantity=10, before=None, after="1199.5"),
    )
    with counted() as sent:
        book = price_book(web, [mug, new_id()], customer_group="", on=TODAY, currency="GBP")
    assert len(sent) == 1
    assert book == {mug: (Offer("base", 10, Decimal("1199.5")), Offer("base", 1, Decimal(1250)))}
    assert price_at(book[mug], 9) == Offer("base", 1, Decimal(1250))


def test_prices_change_and_are_taken_out(shop: Shop) -> None:
    mug, cup = _variants(shop, 2)
    id_ = _list(shop, BASE, _price(mug, "1250"), _price(mug, "1100", 10), _price(cup, "500"))
    done = set_prices(
        shop.call(),
        price_list_id=id_,
        prices=(_price(mug, "1300"), _price(mug, None, 10), _price(cup, "500.000"), _price(cup, None, 7)),
    )
    assert done.changes == (
        PriceChange(variant_id=mug, min_quantity=1, before="1250", after="1300"),
        PriceChange(variant_id=mug, min_quantity=10, before="1100", after=None),
    )
    assert sorted(Price.objects.values_list("min_quantity", "unit_price")) == [(1, Decimal(500)), (1, Decimal(1300))]


def test_the_nearest_list_comes_first(shop: Shop) -> None:
    (mug,), web, till = _variants(shop), _channel(shop), _channel(shop, "till")
    _list(shop, BASE, _price(mug, "100"))
    _list(shop, replace(BASE, code="web", channel_id=web), _price(mug, "90"))
    _list(shop, replace(BASE, code="vip", customer_group="vip"), _price(mug, "80"))
    _list(shop, replace(BASE, code="xmas", starts_on=date(2026, 12, 1), ends_on=date(2026, 12, 24)), _price(mug, "95"))
    _list(shop, replace(BASE, code="flash", priority=5, ends_on=TODAY), _price(mug, "10", 50))
    _list(shop, replace(BASE, code="euro", currency="EUR"), _price(mug, "120"))
    retire_price_list(shop.call(), price_list_id=_list(shop, replace(BASE, code="old", priority=9), _price(mug, "1")))

    def codes(channel: UUID, group: str = "", on: date = TODAY, currency: str = "GBP") -> list[str]:
        book = price_book(channel, [mug], customer_group=group, on=on, currency=currency)
        return [offer.price_list for offer in book.get(mug, ())]

    assert codes(web) == ["flash", "web", "base"]
    assert codes(till) == ["flash", "base"]
    assert codes(web, "vip") == ["flash", "vip", "web", "base"]
    assert codes(till, on=date(2026, 12, 24)) == ["xmas", "base"]
    assert codes(till, on=date(2026, 12, 25)) == ["base"]
    assert codes(web, currency="EUR") == ["euro"]
    assert codes(web, currency="JPY") == []


def test_the_number_of_statements_does_not_grow_with_the_prices(shop: Shop) -> None:
    variants = _variants(shop, 300)
    id_ = save_price_list(shop.call(), price_list=BASE).price_list_id
    with counted() as sent:
        set_prices(shop.call(), price_list_id=id_, prices=tuple(_price(variant, "1") for variant in variants))
    assert len(sent) <= 9
    assert Price.objects.count() == 300


def test_a_list_changes_is_retired_and_comes_back(shop: Shop) -> None:
    id_ = save_price_list(shop.call(), price_list=BASE).price_list_id
    saved = save_price_list(shop.call(), price_list=replace(BASE, ends_on=TODAY))
    assert saved.changes == (FieldChange(field="ends_on", before=None, after='"2026-11-23"'),)
    assert retire_price_list(shop.call(), price_list_id=id_).state == "retired"
    with shop.nothing_changes(*ALL), pytest.raises(NotInThisState):
        retire_price_list(shop.call(), price_list_id=id_)
    assert restore_price_list(shop.call(), price_list_id=id_).state == "active"


@pytest.mark.parametrize(
    ("draft", "refusal", "field"),
    [
        (replace(BASE, code="a b"), UnusableCode, "code"),
        (replace(BASE, name=""), TextMissing, "name"),
        (replace(BASE, currency="XXX"), UnknownCurrency, "currency"),
        (replace(BASE, starts_on=TODAY, ends_on=date(2026, 11, 22)), DatesNotUsable, "ends_on"),
        (replace(BASE, priority=10**7), RangeNotUsable, "priority"),
        (replace(BASE, customer_group="v i p"), UnusableCode, "customer_group"),
        (replace(BASE, channel_id=new_id()), NotFound, "channel_id"),
        (replace(BASE, id=new_id()), NotFound, "price_list_id"),
    ],
)
def test_it_refuses_a_list(shop: Shop, draft: PriceListDraft, refusal: type[Refusal], field: str) -> None:
    with shop.nothing_changes(*ALL), pytest.raises(refusal) as refused:
        save_price_list(shop.call(), price_list=draft)
    assert refused.value.field == field
    assert refused.value.advice


def test_it_refuses_the_code_of_another_list(shop: Shop) -> None:
    save_price_list(shop.call(), price_list=BASE)
    other = save_price_list(shop.call(), price_list=replace(BASE, code="other")).price_list_id
    with shop.nothing_changes(*ALL), pytest.raises(KeyTaken):
        save_price_list(shop.call(), price_list=replace(BASE, id=other))


@pytest.mark.parametrize(
    ("price", "quantity", "refusal", "field"),
    [
        (Decimal(-1), 1, UnitPriceNotUsable, "prices.0.unit_price"),
        (Decimal("0.0000001"), 1, UnitPriceNotUsable, "prices.0.unit_price"),
        (Decimal(10**13 + 1), 1, UnitPriceNotUsable, "prices.0.unit_price"),
        (Decimal("NaN"), 1, UnitPriceNotUsable, "prices.0.unit_price"),
        (12.5, 1, UnitPriceNotUsable, "prices.0.unit_price"),
        (Decimal(1), 0, QuantityOutOfRange, "prices.0.min_quantity"),
        (Decimal(1), 10**10, QuantityOutOfRange, "prices.0.min_quantity"),
    ],
)
def test_it_refuses_a_price(shop: Shop, price: Decimal, quantity: int, refusal: type[Refusal], field: str) -> None:
    (mug,) = _variants(shop)
    id_ = save_price_list(shop.call(), price_list=BASE).price_list_id
    draft = PriceDraft(variant_id=mug, unit_price=price, min_quantity=quantity)
    with shop.nothing_changes(*ALL), pytest.raises(refusal) as refused:
        set_prices(shop.call(), price_list_id=id_, prices=(draft,))
    assert refused.value.field == field


def test_it_refuses_too_many_prices_and_what_is_not_there(shop: Shop) -> None:
    (mug,) = _variants(shop)
    id_ = save_price_list(shop.call(), price_list=BASE).price_list_id
    with shop.nothing_changes(*ALL), pytest.raises(TooManyRows):
        set_prices(shop.call(), price_list_id=id_, prices=(_price(mug, "1"),) * 20_001)
    with shop.nothing_changes(*ALL), pytest.raises(NotFound) as refused:
        set_prices(shop.call(), price_list_id=id_, prices=(_price(new_id(), "1"),))
    assert refused.value.facts["what"] == "variant"
    with shop.nothing_changes(*ALL), pytest.raises(NotFound):
        set_prices(shop.call(), price_list_id=new_id(), prices=(_price(mug, "1"),))
