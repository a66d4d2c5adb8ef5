"""A transfer in euros is a code that apps of banks read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dingdan.automation.girocode import girocode, rows_of
from dingdan.masterdata.shop.models import Profile
from dingdan.masterdata.shop.queries import bank_account
from dingdan.web.documents import render
from tests.web.documents.test_documents import PAPER, pages

ACCOUNT = {"bank_holder": "Hübsche Dinge GmbH", "iban": "DE89 3704 0044 0532 0130 00", "bic": "COBADEFFXXX"}


def test_it_works() -> None:
    code = girocode(ACCOUNT, number="1001", amount=123450, currency="EUR")
    assert code is not None
    assert (code.error, len(rows_of(code)) == len(rows_of(code)[0])) == ("M", True)
    from segno.helpers import make_epc_qr

    same = make_epc_qr(
        "Hübsche Dinge GmbH", "DE89370400440532013000", 1234.5, reference="RF401001", bic="COBADEFFXXX", encoding="utf-8"
    )
    assert rows_of(code) == rows_of(same)


@pytest.mark.parametrize(
    ("account", "number", "amount", "currency"),
    [
        (ACCOUNT, "1001", 1000, "GBP"),
        (ACCOUNT, "1001", 0, "EUR"),
        (ACCOUNT, "訂單", 1000, "EUR"),
        ({"bank_holder": "X", "account_number": "1"}, "1001", 1000, "EUR"),
    ],
)
def test_where_there_is_none(account: dict[str, str], number: str, amount: int, currency: str) -> None:
    assert girocode(account, number=number, amount=amount, currency=currency) is None


def test_an_invoice_that_is_to_be_paid_shows_it() -> None:
    shop = Profile(tenant_id=PAPER.shop.tenant_id, name="Pretty Things", country="DE", iban="DE89370400440532013000")
    (page,) = pages(render(replace(PAPER, shop=shop, currency="EUR", lines=PAPER.lines[:1], is_to_pay=True)))
    code = girocode(bank_account(shop), number="I1001", amount=1000, currency="EUR")
    assert code is not None
    assert page.count(b" re f") == sum(map(sum, rows_of(code)))
