"""Categories: shelves inside of each other, and the products on them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dingdan.kernel.errors import Refusal
from dingdan.kernel.register import KeyTaken
from dingdan.masterdata.catalog.commands import save_category, save_product
from dingdan.masterdata.catalog.models import Category, Product
from dingdan.masterdata.catalog.queries import categories
from dingdan.masterdata.catalog.rules import (
    CategoryDraft,
    CategoryInItself,
    ProductDraft,
    SlugNotUsable,
    UnknownCategory,
)
from tests.conftest import Shop

CUPS = CategoryDraft(slug="cups", name="Cups", name_i18n={"zh-Hant": "杯子"}, position=2)


def test_it_works(shop: Shop) -> None:
    saved = save_category(shop.call(), category=CUPS)
    inner = save_category(shop.call(), category=CategoryDraft(slug="mugs", name="Mugs", parent="cups"))
    again = save_category(shop.call(), category=replace(CUPS, name="All cups"))
    assert (saved.created, again.created, again.category_id) == (True, False, saved.category_id)
    assert [(one.field, one.before, one.after) for one in again.changes] == [("name", "Cups", "All cups")]
    assert Category.objects.get(id=inner.category_id).parent_id == saved.category_id
    assert [one.slug for one in categories()] == ["mugs", "cups"]


def test_a_product_stands_in_a_category_until_it_is_said_otherwise(shop: Shop) -> None:
    cups = save_category(shop.call(), category=CUPS).category_id
    draft = ProductDraft(slug="mug", name="Mug", category="cups", description_i18n={"zh-Hant": "一個\n杯子"})
    saved = save_product(shop.call(), product=draft)
    assert Product.objects.get(id=saved.product_id).category_id == cups
    save_product(shop.call(), product=replace(draft, name="Big mug", category=None))
    row = Product.objects.get(id=saved.product_id)
    assert (row.name, row.category_id, row.description_i18n) == ("Big mug", cups, {"zh-Hant": "一個\n杯子"})
    save_product(shop.call(), product=replace(draft, category=""))
    assert Product.objects.get(id=saved.product_id).category_id is None
    with pytest.raises(UnknownCategory):
        save_product(shop.call(), product=replace(draft, category="plates"))


def test_a_circle_is_refused(shop: Shop) -> None:
    save_category(shop.call(), category=CUPS)
    save_category(shop.call(), category=CategoryDraft(slug="mugs", name="Mugs", parent="cups"))
    with pytest.raises(CategoryInItself):
        save_category(shop.call(), category=replace(CUPS, parent="mugs"))
    assert Category.objects.get(slug="cups").parent_id is None


def test_five_deep_is_the_most(shop: Shop) -> None:
    for number in range(1, 6):
        parent = f"c{number - 1}" if number > 1 else ""
        save_category(shop.call(), category=CategoryDraft(slug=f"c{number}", name="C", parent=parent))
    with pytest.raises(CategoryInItself):
        save_category(shop.call(), category=CategoryDraft(slug="c6", name="C", parent="c5"))
    assert Category.objects.count() == 5


@pytest.mark.parametrize(
    ("draft", "refusal"),
    [(replace(CUPS, slug="Cups & co"), SlugNotUsable), (replace(CUPS, parent="nowhere"), UnknownCategory)],
)
def test_what_cannot_be_is_refused(shop: Shop, draft: CategoryDraft, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        save_category(shop.call(), category=draft)
    assert Category.objects.count() == 0


def test_another_ones_slug_is_refused(shop: Shop) -> None:
    save_category(shop.call(), category=CUPS)
    other = save_category(shop.call(), category=CategoryDraft(slug="plates", name="Plates"))
    with pytest.raises(KeyTaken):
        save_category(shop.call(), category=replace(CUPS, id=other.category_id))
    assert Category.objects.get(id=other.category_id).slug == "plates"
