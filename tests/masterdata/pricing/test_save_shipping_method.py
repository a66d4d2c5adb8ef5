from dataclasses import replace

import pytest

from dingdan.kernel.changes import FieldChange
from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.money import UnknownCurrency
from dingdan.kernel.register import KeyTaken
from dingdan.kernel.text import TextMissing, UnknownCountry, UnusableCode
from dingdan.masterdata.pricing.commands import retire_shipping_method, save_shipping_method
from dingdan.masterdata.pricing.models import ShippingMethod, ShippingRate
from dingdan.masterdata.pricing.queries import Parcel, shipping_quotes
from dingdan.masterdata.pricing.rules import (
    DaysNotUsable,
    Destination,
    RangeNotUsable,
    ShippingMethodDraft,
    ShippingRateDraft,
    TooManyRows,
)
from tests.masterdata.pricing.drafts import COURIER, courier
from tests.masterdata.shop import Shop, counted

ALL = (ShippingMethod, ShippingRate)
POST = ShippingMethodDraft(
    code="post",
    name="Post",
    name_i18n={"zh-Hant": "郵寄"},
    carrier="royal-mail",
    countries=("gb", "IE"),
    min_days=1,
    max_days=3,
    position=1,
    rates=(
        ShippingRateDraft(currency="GBP", price=395, max_weight_grams=1000, max_amount=5000),
        ShippingRateDraft(currency="GBP", price=695, min_weight_grams=1001, max_weight_grams=20_000, max_amount=5000),
        ShippingRateDraft(currency="GBP", price=0, min_amount=5000, max_weight_grams=20_000),
        ShippingRateDraft(
            currency="GBP", price=1295, zone="islands", countries=("GB",), postal_prefixes=("HS", "IV51"), max_weight_grams=20_000
        ),
        ShippingRateDraft(currency="EUR", price=900, countries=("IE",)),
    ),
)


def _quotes(
    destination: Destination, weight: int, amount: int, currency: str = "GBP", language: str = ""
) -> list[tuple[str, int, str]]:
    parcel = Parcel(weight_grams=weight, amount=amount, currency=currency)
    return [(quote.name, quote.price, quote.zone) for quote in shipping_quotes(destination, parcel, language=language)]


def test_it_works(shop: Shop) -> None:
    saved = save_shipping_method(shop.call(), method=POST)
    save_shipping_method(shop.call(), method=COURIER)
    assert saved.created
    assert FieldChange(field="countries", before=None, after='["GB","IE"]') in saved.changes
    assert saved.changes[-1] == FieldChange(field="rates", before="-0", after="+5")

    london = Destination("GB", "", "SW1A 1AA")
    with counted() as sent:
        quotes = shipping_quotes(london, Parcel(weight_grams=800, amount=2000, currency="GBP"), language="zh-Hant")
    assert len(sent) == 1
    courier, post = quotes
    assert (courier.code, courier.price, courier.tax_class, courier.currency) == ("courier", 1500, "standard", "GBP")
    assert (post.code, post.name, post.price, post.min_days, post.max_days, post.tax_class) == ("post", "郵寄", 395, 1, 3, "")
    assert post.method_id == saved.shipping_method_id


def test_weight_amount_zone_country_and_currency_choose_the_row(shop: Shop) -> None:
    save_shipping_method(shop.call(), method=POST)
    london, lewis = Destination("GB", "", "SW1A 1AA"), Destination("GB", "", "hs1 2aa")
    assert _quotes(london, 1000, 4999) == [("Post", 395, "")]
    assert _quotes(london, 1001, 4999) == [("Post", 695, "")]
    assert _quotes(london, 1001, 5000) == [("Post", 0, "")]
    assert _quotes(london, 20_001, 5000) == []
    assert _quotes(lewis, 500, 9000) == [("Post", 1295, "islands")]
    assert _quotes(Destination("FR"), 500, 1000) == []
    assert _quotes(Destination("IE"), 500, 1000, "EUR") == [("Post", 900, "")]
    assert _quotes(london, 500, 1000, "EUR") == []


def test_the_table_is_replaced_as_a_whole(shop: Shop) -> None:
    first = save_shipping_method(shop.call(), method=POST)
    kept = ShippingRate.objects.get(price=395)
    again = save_shipping_method(shop.call(), method=POST)
    fewer = save_shipping_method(
        shop.call(), method=replace(POST, name="Mail", rates=(POST.rates[0], replace(POST.rates[1], price=700)))
    )
    assert again.changes == ()
    assert fewer.changes == (
        FieldChange(field="name", before="Post", after="Mail"),
        FieldChange(field="rates", before="-4", after="+1"),
    )
    assert fewer.shipping_method_id == first.shipping_method_id
    assert sorted(ShippingRate.objects.values_list("price", flat=True)) == [395, 700]
    assert ShippingRate.objects.get(price=395).id == kept.id


def test_a_retired_method_is_not_offered(shop: Shop) -> None:
    id_ = courier(shop)
    assert _quotes(Destination("GB"), 1, 1) == [("Courier", 1500, "")]
    retire_shipping_method(shop.call(), shipping_method_id=id_)
    assert _quotes(Destination("GB"), 1, 1) == []


def _rate(**changes: object) -> ShippingMethodDraft:
    return replace(COURIER, rates=(replace(COURIER.rates[0], **changes),))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("draft", "refusal", "field"),
    [
        (replace(COURIER, code=""), TextMissing, "code"),
        (replace(COURIER, code="a b"), UnusableCode, "code"),
        (replace(COURIER, name=""), TextMissing, "name"),
        (replace(COURIER, countries=("Mars",)), UnknownCountry, "countries"),
        (replace(COURIER, min_days=4, max_days=3), DaysNotUsable, "max_days"),
        (replace(COURIER, rates=COURIER.rates * 2001), TooManyRows, "rates"),
        (_rate(price=-1), RangeNotUsable, "rates.0.price"),
        (_rate(price=10**16), RangeNotUsable, "rates.0.price"),
        (_rate(price=9.95), RangeNotUsable, "rates.0.price"),
        (_rate(currency="XTS"), UnknownCurrency, "currency"),
        (_rate(min_weight_grams=5, max_weight_grams=4), RangeNotUsable, "rates.0.max_weight_grams"),
        (_rate(min_amount=-1), RangeNotUsable, "rates.0.max_amount"),
        (_rate(countries=("XX",)), UnknownCountry, "rates.0.countries"),
        (_rate(postal_prefixes=("A",) * 501), TooManyRows, "rates.0.postal_prefixes"),
        (replace(COURIER, id=new_id()), NotFound, "shipping_method_id"),
    ],
)
def test_it_refuses(shop: Shop, draft: ShippingMethodDraft, refusal: type[Refusal], field: str) -> None:
    with shop.nothing_changes(*ALL), pytest.raises(refusal) as refused:
        save_shipping_method(shop.call(), method=draft)
    assert refused.value.field == field
    assert refused.value.advice


def test_it_refuses_the_code_of_another_method(shop: Shop) -> None:
    save_shipping_method(shop.call(), method=POST)
    other = save_shipping_method(shop.call(), method=COURIER).shipping_method_id
    with shop.nothing_changes(*ALL), pytest.raises(KeyTaken):
        save_shipping_method(shop.call(), method=replace(COURIER, code="post", id=other))
