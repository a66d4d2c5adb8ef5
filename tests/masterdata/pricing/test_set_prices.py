from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.quantity import QuantityOutOfRange
from dingdan.masterdata.pricing.commands import retire_price_list, set_prices
from dingdan.masterdata.pricing.events import PriceChange
from dingdan.masterdata.pricing.models import Price
from dingdan.masterdata.pricing.queries import price_book
from dingdan.masterdata.pricing.rules import Offer, PriceDraft, TooManyRows, UnitPriceNotUsable, price_at
from tests.masterdata.pricing.drafts import BASE, TODAY, base, channel, price, priced, variants
from tests.masterdata.shop import Shop, counted


def test_it_works(shop: Shop) -> None:
    (mug,), web = variants(shop), channel(shop)
    done = set_prices(shop.call(), price_list_id=base(shop), prices=(price(mug, "1250"), price(mug, "1199.5", 10)))

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
    mug, cup = variants(shop, 2)
    id_ = priced(shop, BASE, price(mug, "1250"), price(mug, "1100", 10), price(cup, "500"))
    done = set_prices(
        shop.call(),
        price_list_id=id_,
        prices=(price(mug, "1300"), price(mug, None, 10), price(cup, "500.000"), price(cup, None, 7)),
    )
    assert done.changes == (
        PriceChange(variant_id=mug, min_quantity=1, before="1250", after="1300"),
        PriceChange(variant_id=mug, min_quantity=10, before="1100", after=None),
    )
    assert sorted(Price.objects.values_list("min_quantity", "unit_price")) == [(1, Decimal(500)), (1, Decimal(1300))]


def test_the_nearest_list_comes_first(shop: Shop) -> None:
    (mug,), web, till = variants(shop), channel(shop), channel(shop, "till")
    priced(shop, BASE, price(mug, "100"))
    priced(shop, replace(BASE, code="web", channel_id=web), price(mug, "90"))
    priced(shop, replace(BASE, code="vip", customer_group="vip"), price(mug, "80"))
    priced(shop, replace(BASE, code="xmas", starts_on=date(2026, 12, 1), ends_on=date(2026, 12, 24)), price(mug, "95"))
    priced(shop, replace(BASE, code="flash", priority=5, ends_on=TODAY), price(mug, "10", 50))
    priced(shop, replace(BASE, code="euro", currency="EUR"), price(mug, "120"))
    retire_price_list(shop.call(), price_list_id=priced(shop, replace(BASE, code="old", priority=9), price(mug, "1")))

    def codes(where: UUID, group: str = "", on: date = TODAY, currency: str = "GBP") -> list[str]:
        book = price_book(where, [mug], customer_group=group, on=on, currency=currency)
        return [offer.price_list for offer in book.get(mug, ())]

    assert codes(web) == ["flash", "web", "base"]
    assert codes(till) == ["flash", "base"]
    assert codes(web, "vip") == ["flash", "vip", "web", "base"]
    assert codes(till, on=date(2026, 12, 24)) == ["xmas", "base"]
    assert codes(till, on=date(2026, 12, 25)) == ["base"]
    assert codes(web, currency="EUR") == ["euro"]
    assert codes(web, currency="JPY") == []


def test_the_number_of_statements_does_not_grow_with_the_prices(shop: Shop) -> None:
    many = variants(shop, 300)
    id_ = base(shop)
    with counted() as sent:
        set_prices(shop.call(), price_list_id=id_, prices=tuple(price(variant, "1") for variant in many))
    assert len(sent) <= 9
    assert Price.objects.count() == 300


@pytest.mark.parametrize(
    ("unit_price", "quantity", "refusal", "field"),
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
def test_it_refuses_aprice(shop: Shop, unit_price: Decimal, quantity: int, refusal: type[Refusal], field: str) -> None:
    (mug,) = variants(shop)
    id_ = base(shop)
    draft = PriceDraft(variant_id=mug, unit_price=unit_price, min_quantity=quantity)
    with shop.nothing_changes(Price), pytest.raises(refusal) as refused:
        set_prices(shop.call(), price_list_id=id_, prices=(draft,))
    assert refused.value.field == field


def test_it_refuses_too_many_prices_and_what_is_not_there(shop: Shop) -> None:
    (mug,) = variants(shop)
    id_ = base(shop)
    with shop.nothing_changes(Price), pytest.raises(TooManyRows):
        set_prices(shop.call(), price_list_id=id_, prices=(price(mug, "1"),) * 20_001)
    with shop.nothing_changes(Price), pytest.raises(NotFound) as refused:
        set_prices(shop.call(), price_list_id=id_, prices=(price(new_id(), "1"),))
    assert refused.value.facts["what"] == "variant"
    with shop.nothing_changes(Price), pytest.raises(NotFound):
        set_prices(shop.call(), price_list_id=new_id(), prices=(price(mug, "1"),))
