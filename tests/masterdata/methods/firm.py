"""A firm to try accounts on, that nobody speaks to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from dingdan.masterdata.methods.ports import Field, Firm, Way, firms
from dingdan.masterdata.methods.rules import MerchantAccountDraft

PENNY = Firm(
    code="pennypay",
    name="PennyPay",
    merchant="Number",
    fields=(
        Field(name="region", label="Region", choices=("eu", "cn")),
        Field(name="note", label="Note", required=False),
        Field(name="secret_key", label="Secret key", secret=True),
        Field(name="certificate", label="Certificate", secret=True, required=False, many_lines=True),
    ),
    ways=(Way.PAGE, Way.QR),
    currencies=frozenset({"EUR", "GBP"}),
)

ACCOUNT = MerchantAccountDraft(
    gateway="pennypay", merchant="P-1", name="Penny", mode="test", settings={"region": "eu"}, secrets={"secret_key": "sk_1"}
)


@contextmanager
def open_for_business() -> Iterator[Firm]:
    """The firm is there inside."""
    firms[PENNY.code] = PENNY
    try:
        yield PENNY
    finally:
        del firms[PENNY.code]
