"""Words for codes and fields that customers read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.entries import register_version
from dingdan.masterdata.methods.ports import firms
from dingdan.trade.orders.queries import methods

METHODS: Final[Mapping[str, Any]] = {
    "cash": _("Cash"),
    "terminal": _("Card terminal"),
    "bank_transfer": _("Bank transfer"),
    "cash_on_delivery": _("Cash on delivery"),
    "on_account": _("On account"),
    "store_credit": _("Store credit"),
    "gift_card": _("Gift card"),
    "card": _("Card"),
    "sandbox": _("Test payment"),
}

ACCOUNT: Final[Mapping[str, Any]] = {
    "bank_holder": _("Account holder"),
    "bank_name": _("Bank"),
    "iban": "IBAN",
    "account_number": _("Account number"),
    "bank_code": _("Bank code"),
    "bic": "BIC",
}
NUMBERS: Final[Mapping[str, Any]] = {
    "registration_number": _("Registration number"),
    "tax_number": _("Tax number"),
    "vat_number": _("VAT number"),
}


def named_method(code: str, language: str) -> str:
    """What the shop calls a payment method in a language; what people call it where the shop has no name for it."""
    own = next((one for one in methods(register_version()) if one.code == code), None) if code else None
    return own.named(language) if own else method_name(code)


def method_name(code: str) -> str:
    """What people call a way to pay; the code itself where there is no word for it."""
    if code in METHODS:
        return str(METHODS[code])
    return firms[code].name if code in firms else code.replace("_", " ")
