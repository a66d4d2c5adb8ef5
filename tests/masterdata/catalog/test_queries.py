from dingdan.kernel.ids import new_id
from dingdan.kernel.models import Tenant
from dingdan.kernel.tenancy import tenant_scope
from dingdan.masterdata.catalog.commands import save_product
from dingdan.masterdata.catalog.queries import product_by_slug, variants_by_barcode, variants_by_id, variants_by_sku
from dingdan.masterdata.catalog.rules import Part, ProductDraft, VariantDraft
from tests.masterdata.shop import Shop, counted


def test_variants_are_read_in_one_statement_and_kits_in_a_second(shop: Shop) -> None:
    variants = tuple(VariantDraft(sku=f"S{n}", barcode="77" if n < 2 else "", tax_class="reduced" if n else "") for n in range(5))
    saved = save_product(shop.call(), product=ProductDraft(slug="s", name="S", variants=variants))
    kit = VariantDraft(sku="K", components=(Part(sku="S0", quantity=2),))
    save_product(shop.call(), product=ProductDraft(slug="k", name="K", kind="kit", variants=(kit,)))

    with counted() as singles:
        found = variants_by_sku([f"S{n}" for n in range(9)])
    with counted() as kits:
        kit_found = variants_by_sku(["K", "S1"])

    assert sorted(found) == ["S0", "S1", "S2", "S3", "S4"]
    assert [found[sku].tax_class for sku in ("S0", "S1")] == ["standard", "reduced"]
    assert (len(singles), len(kits)) == (1, 2)
    assert [(part.of.sku, part.quantity) for part in kit_found["K"].components] == [("S0", 2)]
    assert variants_by_id(saved.variant_ids[:1])[saved.variant_ids[0]].sku == "S0"
    assert {code: [one.sku for one in ones] for code, ones in variants_by_barcode(["77", ""]).items()} == {"77": ["S0", "S1"]}


def test_a_product_is_found_by_its_slug(shop: Shop) -> None:
    save_product(shop.call(), product=ProductDraft(slug="mug", name="Mug", variants=(VariantDraft(sku="A"),)))
    found = product_by_slug("mug")
    assert found is not None
    assert [variant.sku for variant in found.variants.all()] == ["A"]
    assert product_by_slug("cup") is None


def test_another_shop_has_goods_of_its_own(shop: Shop) -> None:
    save_product(shop.call(), product=ProductDraft(slug="mug", name="Mug", variants=(VariantDraft(sku="A"),)))
    other = Tenant.objects.create(slug=f"shop-{new_id().hex}", name="Other", currency="GBP")
    with tenant_scope(other.id):
        assert variants_by_sku(["A"]) == {}
