import pytest

from dingdan.kernel.changes import FieldChange
from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.text import TextMissing
from dingdan.masterdata.catalog.commands import save_product, save_variant
from dingdan.masterdata.catalog.models import Variant
from dingdan.masterdata.catalog.rules import ProductDraft, SkuTaken, VariantDraft
from tests.masterdata.shop import Shop


def test_it_works(shop: Shop) -> None:
    product = save_product(shop.call(), product=ProductDraft(slug="mug", name="Mug")).product_id

    saved = save_variant(shop.call(), product_id=product, variant=VariantDraft(sku="MUG-L", options={"size": "L"}))
    again = save_variant(shop.call(), product_id=product, variant=VariantDraft(sku="MUG-L", options={"size": "L"}, barcode="123"))

    assert saved.created
    assert not again.created
    assert again.variant_id == saved.variant_id
    assert again.changes == (FieldChange(field="barcode", before="", after="123"),)
    row = Variant.objects.get()
    assert (row.product_id, row.sku, row.name, row.barcode) == (product, "MUG-L", "Mug L", "123")


def test_it_refuses_an_unknown_product(shop: Shop) -> None:
    with shop.nothing_changes(Variant), pytest.raises(NotFound) as refused:
        save_variant(shop.call(), product_id=new_id(), variant=VariantDraft(sku="A"))
    assert refused.value.field == "product_id"


def test_it_refuses_a_variant_without_a_sku(shop: Shop) -> None:
    product = save_product(shop.call(), product=ProductDraft(slug="mug", name="Mug")).product_id
    with shop.nothing_changes(Variant), pytest.raises(TextMissing) as refused:
        save_variant(shop.call(), product_id=product, variant=VariantDraft(sku=" "))
    assert refused.value.field == "sku"


def test_it_refuses_the_sku_of_another_product(shop: Shop) -> None:
    save_product(shop.call(), product=ProductDraft(slug="mug", name="Mug", variants=(VariantDraft(sku="A"),)))
    cup = save_product(shop.call(), product=ProductDraft(slug="cup", name="Cup")).product_id
    with shop.nothing_changes(Variant), pytest.raises(SkuTaken) as refused:
        save_variant(shop.call(), product_id=cup, variant=VariantDraft(sku="A"))
    assert refused.value.facts == {"sku": "A"}
