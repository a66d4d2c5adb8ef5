"""A transfer as a picture: the EPC QR code (“GiroCode”), from which apps of banks in the euro area fill in their form."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Final

from dingdan.kernel.money import plain
from dingdan.trade.reconciliation.rules import creditor_reference

if TYPE_CHECKING:
    from segno import QRCode

_LONGEST_NAME: Final = 70
_LARGEST: Final = 99_999_999_999
"""Cents that fit into the code."""


def girocode(account: Mapping[str, str], *, number: str, amount: int, currency: str) -> QRCode | None:
    """The code of a transfer of so much (minor units) for the document of that number; None where there is none for it.

    It is for euros to an account with an IBAN. `account` is what `bank_account` says of the shop.
    """
    reference, iban = creditor_reference(number), account.get("iban", "").replace(" ", "")
    if currency != "EUR" or not iban or not reference or not 0 < amount <= _LARGEST:
        return None
    from segno.helpers import make_epc_qr

    return make_epc_qr(
        account["bank_holder"][:_LONGEST_NAME], iban, Decimal(plain(amount, currency)), reference=reference,
        bic=account.get("bic") or None, encoding="utf-8",
    )  # fmt: skip


def png_of(code: QRCode) -> bytes:
    """The code as a small picture, in the black and white that every scanner reads."""
    picture = BytesIO()
    code.save(picture, kind="png", scale=4, border=4)
    return picture.getvalue()


def rows_of(code: QRCode) -> list[list[bool]]:
    """The squares of a code, row by row: whether each is dark."""
    return [[bool(square) for square in row] for row in code.matrix]
