"""Products found: by half a name in any script, by a SKU, and with a letter wrong."""

from __future__ import annotations

import pytest

from dingdan.insight.shopfront.finding import Wanted, _facets, _Row, find
from dingdan.insight.shopfront.fronts import front_in_scope, product_of
from dingdan.kernel import clock
from dingdan.kernel.ids import new_id
from dingdan.masterdata.catalog.models import Product
from tests.conftest import Shop
from tests.web.storefront.front import open_front, put_on_offer


@pytest.fixture
def goods(shop: Shop) -> None:
    open_front(shop)
    put_on_offer(shop, "lantern", name="White metal lantern", name_i18n={"zh-Hant": "白色金屬提燈"})
    put_on_offer(shop, "mug", name="Blue mug", name_i18n={"zh-Hant": "藍色馬克杯", "zh-Hans": "蓝色马克杯"})
    put_on_offer(shop, "cafe", name="Café set")


def _found(words: str) -> tuple[list[str], str]:
    front = front_in_scope()
    assert front is not None
    found = find(front, Wanted(words=words), clock.now().date())
    slugs = dict(Product.objects.values_list("id", "slug"))
    return sorted(slugs[id_] for id_ in found.ids), found.meant


@pytest.mark.parametrize(
    ("words", "slugs"),
    [
        ("lantern", ["lantern"]),
        ("LANT", ["lantern"]),
        ("metal white", ["lantern"]),
        ("馬克杯", ["mug"]),
        ("杯", ["mug"]),
        ("蓝色", ["mug"]),
        ("色", ["lantern", "mug"]),
        ("MUG", ["mug"]),
        ("mug lantern", []),
        ("100%", []),
        ("'; drop table", []),
        ("", ["cafe", "lantern", "mug"]),
    ],
)
def test_it_works(shop: Shop, goods: None, words: str, slugs: list[str]) -> None:
    assert _found(words) == (slugs, "")


@pytest.mark.parametrize("words", ["lantren", "lanten", "lanterm", "metel lantern"])
def test_a_letter_may_be_wrong(shop: Shop, goods: None, words: str) -> None:
    assert _found(words) == (["lantern"], "metal lantern" if " " in words else "lantern")


def test_nothing_is_found_where_nothing_is_near(shop: Shop, goods: None) -> None:
    assert _found("xylophone") == ([], "")


def test_another_channels_prices_are_none_of_its_business(shop: Shop, goods: None) -> None:
    front = front_in_scope()
    assert front is not None
    assert product_of(front, "mug", clock.now().date()) is not None
    assert product_of(front, "nothing", clock.now().date()) is None


def test_of_as_many_values_those_of_the_first_variant_come_first() -> None:
    sizes = [{"Size": size, "Color": "Moss"} for size in ("S", "M", "L")]
    rows = [_Row(new_id(), "Apron", sizes, 1000, True), _Row(new_id(), "Cap", [{"Size": "M", "Color": "Clay"}], 500, True)]
    assert _facets(rows) == {"Color": [("Moss", 1), ("Clay", 1)], "Size": [("M", 2), ("S", 1), ("L", 1)]}
