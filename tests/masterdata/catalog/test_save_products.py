from dingdan.kernel.quantity import QuantityOutOfRange
from dingdan.kernel.text import TextMissing
from dingdan.masterdata.catalog.commands import save_products
from dingdan.masterdata.catalog.events import ProductSaved
from dingdan.masterdata.catalog.models import Product, Variant
from dingdan.masterdata.catalog.queries import variants_by_sku
from dingdan.masterdata.catalog.rules import KitInKit, Part, ProductDraft, SkuTaken, VariantDraft
from tests.masterdata.shop import Shop, counted


def _draft(number: int, name: str = "Thing") -> ProductDraft:
    variants = (VariantDraft(sku=f"SKU-{number}", weight_grams=number + 1),)
    return ProductDraft(slug=f"thing-{number}", name=f"{name} {number}", variants=variants)


def test_it_works(shop: Shop) -> None:
    answers = save_products.many([(shop.call(), _draft(number)) for number in range(3)])

    assert [type(answer) for answer in answers] == [ProductSaved] * 3
    assert list(Variant.objects.order_by("sku").values_list("sku", "name", "weight_grams")) == [
        ("SKU-0", "Thing 0", 1), ("SKU-1", "Thing 1", 2), ("SKU-2", "Thing 2", 3),
    ]  # fmt: skip
    assert shop.entries() == 3


def test_the_number_of_statements_does_not_grow_with_the_products(shop: Shop) -> None:
    with counted() as first:
        save_products.many([(shop.call(), _draft(number)) for number in range(800)])
    with counted() as again:
        save_products.many([(shop.call(), _draft(number, "Better thing")) for number in range(800)])

    assert (Product.objects.count(), Variant.objects.count()) == (800, 800)
    assert variants_by_sku(["SKU-799"])["SKU-799"].name == "Better thing 799"
    assert len(first) <= 10
    assert len(again) <= 10


def test_each_is_refused_on_its_own(shop: Shop) -> None:
    kit = ProductDraft(
        slug="kit", name="Kit", kind="kit", variants=(VariantDraft(sku="KIT", components=(Part(sku="SKU-1", quantity=0),)),)
    )
    nameless = ProductDraft(slug="nameless", name="")

    answers = save_products.many([(shop.call(), draft) for draft in (_draft(0), nameless, kit, _draft(1))])

    assert [type(answer) for answer in answers] == [ProductSaved, TextMissing, QuantityOutOfRange, ProductSaved]
    assert sorted(Product.objects.values_list("slug", flat=True)) == ["thing-0", "thing-1"]
    assert shop.entries() == 2


def test_later_drafts_see_what_earlier_ones_made(shop: Shop) -> None:
    kit = ProductDraft(
        slug="kit", name="Kit", kind="kit", variants=(VariantDraft(sku="KIT", components=(Part(sku="SKU-0", quantity=2),)),)
    )
    case = ProductDraft(
        slug="case", name="Case", kind="kit", variants=(VariantDraft(sku="CASE", components=(Part(sku="KIT", quantity=2),)),)
    )
    thief = ProductDraft(slug="thief", name="Thief", variants=(VariantDraft(sku="SKU-0"),))

    answers = save_products.many([(shop.call(), draft) for draft in (_draft(0), kit, case, thief, _draft(0, "Best thing"))])

    assert [type(answer) for answer in answers] == [ProductSaved, ProductSaved, KitInKit, SkuTaken, ProductSaved]
    assert [(of.sku, quantity) for of, quantity in variants_by_sku(["KIT"])["KIT"].stocked(1)] == [("SKU-0", 2)]
    assert variants_by_sku(["SKU-0"])["SKU-0"].name == "Best thing 0"
    first, last = answers[0], answers[4]
    assert isinstance(first, ProductSaved)
    assert isinstance(last, ProductSaved)
    assert (first.product_id, first.created, last.created) == (last.product_id, True, False)
