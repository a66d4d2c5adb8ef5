"""A seller to try things on."""

from uuid import UUID

from dingdan.masterdata.sellers.commands import save_seller
from dingdan.masterdata.sellers.rules import SellerDraft
from tests.masterdata.shop import Shop

ACME = SellerDraft(code="acme", name="Acme", currency="EUR", country="de", email="shop@acme.example", tax_number="DE1")


def acme(shop: Shop) -> UUID:
    """The id of the seller Acme, written down in the shop."""
    return save_seller(shop.call(), seller=ACME).seller_id
