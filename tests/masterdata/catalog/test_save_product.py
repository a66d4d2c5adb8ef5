from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection

from dingdan.kernel.changes import FieldChange
from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.quantity import QuantityOutOfRange
from dingdan.kernel.text import BrokenText, TextMissing, TextTooLong, UnknownChoice
from dingdan.masterdata.catalog.commands import save_product
from dingdan.masterdata.catalog.models import KitComponent, Product, Variant
from dingdan.masterdata.catalog.queries import variants_by_sku
from dingdan.masterdata.catalog.rules import (
    GiftCardInKit,
    KindIsFixed,
    KitInKit,
    KitNeedsComponents,
    MeasureNotUsable,
    OnlyForGiftCards,
    OnlyKitsHaveComponents,
    OnlyStockIsTracked,
    Part,
    ProductDraft,
    SkuTaken,
    SlugNotUsable,
    SlugTaken,
    UnknownComponent,
    ValidityNotUsable,
    VariantDraft,
)
from tests.masterdata.shop import Shop

MUG = ProductDraft(
    slug="mug",
    name="Mug",
    name_i18n={"zh-Hant": "馬克杯"},
    variants=(
        VariantDraft(sku="MUG-RED", options={"color": "Red"}, barcode="4006381333931", weight_grams=350),
        VariantDraft(sku="MUG-BLUE", options={"color": "Blue"}, weight_grams=350),
    ),
)

GIFT = ProductDraft(slug="gift", name="Gift card", kind="gift_card", variants=(VariantDraft(sku="GIFT"),))


def test_it_works(shop: Shop) -> None:
    saved = save_product(shop.call(), product=MUG)

    product = Product.objects.get(id=saved.product_id)
    assert (product.slug, product.name, product.name_i18n, product.kind, product.state) == (
        "mug", "Mug", {"zh-Hant": "馬克杯"}, "goods", "active",
    )  # fmt: skip
    red, blue = (Variant.objects.get(id=id_) for id_ in saved.variant_ids)
    assert (red.sku, red.name, red.barcode, red.weight_grams, red.needs_stock) == (
        "MUG-RED", "Mug Red", "4006381333931", 350, True,
    )  # fmt: skip
    assert (blue.sku, blue.name) == ("MUG-BLUE", "Mug Blue")
    assert saved.created
    assert FieldChange(field="name", before=None, after="Mug") in saved.changes
    assert FieldChange(field="MUG-RED: weight_grams", before=None, after="350") in saved.changes


def test_a_second_save_changes_what_is_different_and_tells_before_and_after(shop: Shop) -> None:
    first = save_product(shop.call(), product=MUG)
    red = replace(MUG.variants[0], weight_grams=360)

    second = save_product(shop.call(), product=replace(MUG, name="Big mug", variants=(red,)))

    assert second.product_id == first.product_id
    assert not second.created
    assert second.changes == (
        FieldChange(field="name", before="Mug", after="Big mug"),
        FieldChange(field="MUG-RED: name", before="Mug Red", after="Big mug Red"),
        FieldChange(field="MUG-RED: weight_grams", before="350", after="360"),
    )
    assert Variant.objects.get(sku="MUG-RED").weight_grams == 360
    assert Variant.objects.get(sku="MUG-BLUE").name == "Mug Blue"


def test_saving_the_same_again_changes_nothing(shop: Shop) -> None:
    save_product(shop.call(), product=MUG)

    again = save_product(shop.call(), product=MUG)

    assert again.changes == ()
    assert not again.created


def test_slug_and_sku_change_by_id(shop: Shop) -> None:
    first = save_product(shop.call(), product=MUG)
    red = replace(MUG.variants[0], sku="MUG-SCARLET", id=first.variant_ids[0])

    second = save_product(shop.call(), product=replace(MUG, slug="cup", id=first.product_id, variants=(red,)))

    assert second.product_id == first.product_id
    assert second.variant_ids == first.variant_ids[:1]
    assert Product.objects.get().slug == "cup"
    assert sorted(Variant.objects.values_list("sku", flat=True)) == ["MUG-BLUE", "MUG-SCARLET"]


def test_a_kit_is_made_of_its_components(shop: Shop) -> None:
    mugs = save_product(shop.call(), product=MUG)
    kit = VariantDraft(sku="PAIR", components=(Part(sku="MUG-RED", quantity=1), Part(sku="MUG-BLUE", quantity=2)))

    saved = save_product(shop.call(), product=ProductDraft(slug="pair", name="Mugs for two", kind="kit", variants=(kit,)))

    pair = variants_by_sku(["PAIR"])["PAIR"]
    assert not pair.needs_stock
    assert [(of.id, quantity) for of, quantity in pair.stocked(3)] == [(mugs.variant_ids[0], 3), (mugs.variant_ids[1], 6)]
    assert pair.shipped_grams == 1050
    assert saved.changes[-1].after == f'{{"{mugs.variant_ids[0]}":1,"{mugs.variant_ids[1]}":2}}'


def test_the_components_of_a_kit_are_replaced(shop: Shop) -> None:
    save_product(shop.call(), product=MUG)
    kit = VariantDraft(sku="PAIR", components=(Part(sku="MUG-RED", quantity=1), Part(sku="MUG-BLUE", quantity=2)))
    product = ProductDraft(slug="pair", name="Mugs for two", kind="kit", variants=(kit,))
    save_product(shop.call(), product=product)

    save_product(shop.call(), product=replace(product, variants=(replace(kit, components=(Part(sku="MUG-RED", quantity=4),)),)))

    assert list(KitComponent.objects.values_list("component__sku", "quantity")) == [("MUG-RED", 4)]


@pytest.mark.parametrize("kind", ["service", "digital"])
def test_what_lies_on_no_shelf_needs_no_stock(shop: Shop, kind: str) -> None:
    product = ProductDraft(slug="gift-wrap", name="Gift wrap", kind=kind, variants=(VariantDraft(sku="WRAP"),))

    save_product(shop.call(), product=product)

    assert variants_by_sku(["WRAP"])["WRAP"].stocked(5) == ()


PAIR = ProductDraft(
    slug="pair", name="Pair", kind="kit", variants=(VariantDraft(sku="PAIR", components=(Part(sku="X", quantity=1),)),)
)

REFUSED: list[tuple[str, ProductDraft, type[Refusal], str]] = [
    ("no name", replace(MUG, name="  "), TextMissing, "name"),
    ("NUL in the name", replace(MUG, name="Mu\0g"), BrokenText, "name"),
    ("a lone surrogate in the name", replace(MUG, name="Mu\ud800g"), BrokenText, "name"),
    ("a name of 301 letters", replace(MUG, name="m" * 301), TextTooLong, "name"),
    ("a slug with spaces", replace(MUG, slug="a mug"), SlugNotUsable, "slug"),
    ("an unknown kind", replace(MUG, kind="thing"), UnknownChoice, "kind"),
    ("no SKU", replace(MUG, variants=(VariantDraft(sku=""),)), TextMissing, "variants.0.sku"),
    ("the same SKU twice", replace(MUG, variants=(VariantDraft(sku="A"), VariantDraft(sku="A"))), SkuTaken, "variants.1.sku"),
    (
        "a negative weight",
        replace(MUG, variants=(VariantDraft(sku="A", weight_grams=-1),)),
        MeasureNotUsable,
        "variants.0.weight_grams",
    ),
    ("an unknown unit", replace(MUG, variants=(VariantDraft(sku="A", unit="stone"),)), UnknownChoice, "variants.0.unit"),
    ("a component in what is no kit", replace(PAIR, kind="goods"), OnlyKitsHaveComponents, "variants.0.components"),
    ("a kit of nothing", replace(PAIR, variants=(VariantDraft(sku="P"),)), KitNeedsComponents, "variants.0.components"),
    ("a kit of what is not there", PAIR, UnknownComponent, "variants.0.components.0.sku"),
    (
        "a kit with no piece of a component",
        replace(PAIR, variants=(VariantDraft(sku="P", components=(Part(sku="X", quantity=0),)),)),
        QuantityOutOfRange,
        "variants.0.components.0.quantity",
    ),
    (
        "a service with serial numbers",
        ProductDraft(slug="s", name="S", kind="service", variants=(VariantDraft(sku="S", tracking="serial"),)),
        OnlyStockIsTracked,
        "variants.0.tracking",
    ),
    ("an id that is not there", replace(MUG, id=new_id()), NotFound, "id"),
    ("a variant's id that is not there", replace(MUG, variants=(VariantDraft(sku="A", id=new_id()),)), NotFound, "variants.0.id"),
]


@pytest.mark.parametrize(("draft", "refusal", "field"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_it_refuses(shop: Shop, draft: ProductDraft, refusal: type[Refusal], field: str) -> None:
    with shop.nothing_changes(Product, Variant, KitComponent), pytest.raises(refusal) as refused:
        save_product(shop.call(), product=draft)
    assert refused.value.field == field
    assert refused.value.detail
    assert refused.value.advice


def test_it_refuses_the_slug_of_another_product(shop: Shop) -> None:
    save_product(shop.call(), product=MUG)
    cup = save_product(shop.call(), product=ProductDraft(slug="cup", name="Cup"))
    with shop.nothing_changes(Product), pytest.raises(SlugTaken) as refused:
        save_product(shop.call(), product=ProductDraft(slug="mug", name="Cup", id=cup.product_id))
    assert refused.value.field == "slug"


def test_it_refuses_the_sku_of_another_product(shop: Shop) -> None:
    save_product(shop.call(), product=MUG)
    with shop.nothing_changes(Product, Variant), pytest.raises(SkuTaken) as refused:
        save_product(shop.call(), product=ProductDraft(slug="cup", name="Cup", variants=(VariantDraft(sku="MUG-RED"),)))
    assert refused.value.field == "variants.0.sku"


def test_it_refuses_another_kind(shop: Shop) -> None:
    save_product(shop.call(), product=MUG)
    with shop.nothing_changes(Product, Variant), pytest.raises(KindIsFixed):
        save_product(shop.call(), product=replace(MUG, kind="service"))


def test_it_refuses_a_kit_inside_a_kit(shop: Shop) -> None:
    save_product(shop.call(), product=replace(MUG, variants=(VariantDraft(sku="X"),)))
    save_product(shop.call(), product=PAIR)
    case: Any = replace(PAIR, slug="case", variants=(VariantDraft(sku="CASE", components=(Part(sku="PAIR", quantity=6),)),))
    with shop.nothing_changes(Product, Variant, KitComponent), pytest.raises(KitInKit) as refused:
        save_product(shop.call(), product=case)
    assert refused.value.field == "variants.0.components.0.sku"


def test_a_gift_card_is_valid_for_a_time_and_lies_on_no_shelf(shop: Shop) -> None:
    save_product(shop.call(), product=replace(GIFT, valid_months=36, open_amount=True))
    known = variants_by_sku(["GIFT"])["GIFT"]
    assert (known.kind, known.valid_months, known.open_amount, known.needs_stock) == ("gift_card", 36, True, False)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"kind": "goods", "valid_months": 12}, OnlyForGiftCards),
        ({"kind": "service", "open_amount": True}, OnlyForGiftCards),
        ({"valid_months": 0}, ValidityNotUsable),
        ({"valid_months": 1201}, ValidityNotUsable),
    ],
)
def test_it_refuses_what_no_gift_card_can_be(shop: Shop, change: dict[str, Any], refusal: type[Refusal]) -> None:
    with shop.nothing_changes(Product, Variant), pytest.raises(refusal):
        save_product(shop.call(), product=replace(GIFT, **change))


def test_it_refuses_a_gift_card_in_a_kit(shop: Shop) -> None:
    save_product(shop.call(), product=GIFT)
    case: Any = replace(PAIR, slug="case", variants=(VariantDraft(sku="CASE", components=(Part(sku="GIFT", quantity=1),)),))
    with shop.nothing_changes(Product, Variant, KitComponent), pytest.raises(GiftCardInKit) as refused:
        save_product(shop.call(), product=case)
    assert refused.value.field == "variants.0.components.0.sku"


def test_of_two_that_take_the_same_sku_at_once_one_is_refused(shop: Shop) -> None:
    drafts = [ProductDraft(slug=slug, name=slug, variants=(VariantDraft(sku="ONE"),)) for slug in ("a", "b", "c", "d")]

    def attempt(draft: ProductDraft) -> type[object]:
        try:
            return type(save_product(shop.call(), product=draft))
        except Refusal as refusal:
            return type(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(drafts)) as pool:
        outcomes = list(pool.map(attempt, drafts))

    assert sorted(outcome.__name__ for outcome in outcomes) == ["ProductSaved", "SkuTaken", "SkuTaken", "SkuTaken"]
    assert (Product.objects.count(), Variant.objects.count(), shop.entries()) == (1, 1, 1)
