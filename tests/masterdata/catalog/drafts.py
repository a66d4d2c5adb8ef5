"""A product to try things on."""

from dingdan.masterdata.catalog.commands import save_product
from dingdan.masterdata.catalog.events import ProductSaved
from dingdan.masterdata.catalog.queries import variants_by_sku
from dingdan.masterdata.catalog.rules import ProductDraft, VariantDraft
from tests.masterdata.shop import Shop


def mugs(shop: Shop) -> ProductSaved:
    """A product with the variants RED and BLUE."""
    variants = (VariantDraft(sku="RED"), VariantDraft(sku="BLUE"))
    return save_product(shop.call(), product=ProductDraft(slug="mug", name="Mug", variants=variants))


def sold() -> dict[str, bool]:
    """Which of the two is sold."""
    return {sku: found.is_sold for sku, found in variants_by_sku(["RED", "BLUE"]).items()}
