"""B2b: the orders of B1 with something more in them, one thing at a time."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from benchmarks.load import Wares

if TYPE_CHECKING:
    from benchmarks.house import House

EACH: Final = 100
PLENTY: Final = 10**8
VARIED: Final = {
    "a kit": Wares(second="K"),
    "a backorder": Wares(second="N"),
    "a second node": Wares(second="E"),
    "prices without tax": Wares(channel="net"),
}


def furnish(house: House) -> None:
    """Kits of two articles, articles that are never there and may be owed, others that lie at a second node, a net channel."""
    from dingdan.kernel.tenancy import tenant_scope
    from dingdan.ledgers.inventory.commands import ReceiveStock, StockChange, receive_stock, save_node
    from dingdan.masterdata.catalog.commands import save_products
    from dingdan.masterdata.catalog.queries import variants_by_sku
    from dingdan.masterdata.catalog.rules import Part, ProductDraft, ProductKind, Shortage, VariantDraft
    from dingdan.masterdata.channels.commands import save_channel
    from dingdan.masterdata.channels.rules import ChannelDraft
    from dingdan.masterdata.pricing.commands import save_price_list, set_prices
    from dingdan.masterdata.pricing.rules import PriceDraft, PriceListDraft

    with tenant_scope(house.tenant.id):
        drafts = []
        for number in range(1, EACH + 1):
            parts = tuple(Part(sku=f"A{other}", quantity=1) for other in (number, number + EACH))
            kit = VariantDraft(sku=f"K{number}", components=parts)
            drafts.append(ProductDraft(slug=f"k{number}", name=f"Kit {number}", kind=ProductKind.KIT.value, variants=(kit,)))
            owed = VariantDraft(sku=f"N{number}", shortage=Shortage.BACKORDER.value)
            drafts.append(ProductDraft(slug=f"n{number}", name=f"Not there {number}", variants=(owed,)))
            drafts.append(ProductDraft(slug=f"e{number}", name=f"East {number}", variants=(VariantDraft(sku=f"E{number}"),)))
        save_products.many([(house.call(), draft) for draft in drafts])
        skus = [variant.sku for draft in drafts for variant in draft.variants]
        east = save_node(house.call(), code="east", name="East", country="GB")
        lines = tuple(StockChange(sku, PLENTY) for sku in skus if sku.startswith("E"))
        receive_stock.one(house.call(), ReceiveStock(lines=lines, node_id=east.node_id))
        more = PriceListDraft(code="more", name="More", currency=house.tenant.currency)
        listed = save_price_list(house.call(), price_list=more)
        prices = tuple(PriceDraft(variant_id=one.id, unit_price=Decimal(2990)) for one in variants_by_sku(skus).values())
        set_prices(house.call(), price_list_id=listed.price_list_id, prices=prices)
        net = ChannelDraft(code="net", name="Net", currency=house.tenant.currency, prices_include_tax=False)
        save_channel(house.call(), channel=net)
