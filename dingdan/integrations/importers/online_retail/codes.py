"""What each stock code of Online Retail is: most are products, some services, costs and corrections typed into the same column.

The table below says why. A code that is not in it, and does not begin like a gift voucher, is a product.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple


class Kind(StrEnum):
    """What a line is about. Only a product moves stock."""

    PRODUCT = "product"
    SHIPPING = "shipping"
    FEE = "fee"
    DISCOUNT = "discount"
    SAMPLE = "sample"
    MANUAL = "manual"
    BAD_DEBT = "bad_debt"
    VOUCHER = "voucher"


#: What costs the shop money of its own where it is credited: no customer gets it back.
COSTS: Final = frozenset({Kind.FEE, Kind.SAMPLE})


class ServiceCode(NamedTuple):
    """A code that is no product, and what says so."""

    kind: Kind
    why: str


SERVICE_CODES: Final[Mapping[str, ServiceCode]] = {
    "POST": ServiceCode(Kind.SHIPPING, "POSTAGE: charged on orders to other countries, credited when they fail"),
    "DOT": ServiceCode(Kind.SHIPPING, "DOTCOM POSTAGE: one line on each collected order of the web shop, without a customer"),
    "C2": ServiceCode(Kind.SHIPPING, "CARRIAGE: mostly £50 on orders to Ireland and the Channel Islands"),
    "M": ServiceCode(
        Kind.MANUAL, "Manual: an amount typed in by hand, for and against the customer; what for, the file does not say"
    ),
    "D": ServiceCode(Kind.DISCOUNT, "Discount: granted afterwards, only ever on credit invoices"),
    "S": ServiceCode(Kind.SAMPLE, "SAMPLES: goods given away, credited to nobody: a cost of the shop"),
    "B": ServiceCode(Kind.BAD_DEBT, "Adjust bad debt: the three invoices whose number begins with A"),
    "BANK CHARGES": ServiceCode(
        Kind.FEE, "Bank Charges: the bank's on credit invoices without a customer; passed on to a customer on a few orders"
    ),
    "AMAZONFEE": ServiceCode(Kind.FEE, "AMAZON FEE: what the marketplace keeps; twice it was given back"),
    "CRUK": ServiceCode(Kind.FEE, "CRUK Commission: a charity's share of sales, kept by the partner shop (one customer number)"),
}
_VOUCHER: Final = "GIFT_"


@lru_cache(maxsize=16384)
def sku_of(code: str) -> str:
    """The item that a code stands for: 85123a is 85123A (112 codes come in both spellings, and mean the same)."""
    return code.upper()


@lru_cache(maxsize=16384)
def kind_of(sku: str) -> Kind:
    """What an item is. Gift vouchers (GIFT_0001_10 …) are money in another dress, not stock."""
    if sku.startswith(_VOUCHER):
        return Kind.VOUCHER
    service = SERVICE_CODES.get(sku)
    return service.kind if service else Kind.PRODUCT
