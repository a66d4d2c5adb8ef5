"""The registers as rows of texts: what the forms of the back office and the files of import and export share."""

from dingdan.integrations.importers.registers.goods import Products
from dingdan.integrations.importers.registers.parties import Channels, Customers, Sellers
from dingdan.integrations.importers.registers.places import Locations, Nodes
from dingdan.integrations.importers.registers.pricing import PriceLists, Prices, ShippingMethods, TaxRates
from dingdan.integrations.importers.registers.promoting import Promotions
from dingdan.integrations.importers.registers.register import Look, Register, looked_at, seen_of, written
from dingdan.integrations.importers.registers.shelves import Categories, Storefronts
from dingdan.integrations.importers.registers.thresholds import Thresholds
from dingdan.integrations.importers.registers.wordings import Wordings

REGISTERS: dict[str, type[Register]] = {
    one.slug: one
    for one in (
        Products,
        Categories,
        Storefronts,
        PriceLists,
        Prices,
        TaxRates,
        ShippingMethods,
        Promotions,
        Customers,
        Channels,
        Sellers,
        Nodes,
        Locations,
        Thresholds,
        Wordings,
    )
}

__all__ = ["REGISTERS", "Look", "Register", "looked_at", "seen_of", "written"]
