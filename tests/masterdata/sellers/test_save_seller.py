from dataclasses import replace

import pytest

from dingdan.kernel.changes import FieldChange
from dingdan.kernel.contact import EmailNotUsable
from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.money import UnknownCurrency
from dingdan.kernel.register import KeyTaken
from dingdan.kernel.text import TextMissing, UnknownCountry, UnusableCode
from dingdan.masterdata.sellers.commands import save_seller
from dingdan.masterdata.sellers.models import Seller
from dingdan.masterdata.sellers.queries import seller_by_code, seller_by_id
from dingdan.masterdata.sellers.rules import SellerDraft
from tests.masterdata.sellers.drafts import ACME
from tests.masterdata.shop import Shop


def test_it_works(shop: Shop) -> None:
    saved = save_seller(shop.call(), seller=ACME)
    row = seller_by_code("acme")
    assert row is not None
    assert (row.id, row.name, row.currency, row.country, row.email, row.state) == (
        saved.seller_id, "Acme", "EUR", "DE", "shop@acme.example", "active",
    )  # fmt: skip
    assert FieldChange(field="currency", before=None, after="EUR") in saved.changes
    assert FieldChange(field="email", before=None, after=None) in saved.changes
    found = seller_by_id(saved.seller_id)
    assert found is not None
    assert found.code == "acme"
    again = save_seller(shop.call(), seller=replace(ACME, tax_number="DE2", currency="USD"))
    assert again.changes == (FieldChange(field="currency", before="EUR", after="USD"), FieldChange(field="tax_number"))


@pytest.mark.parametrize(
    ("draft", "refusal", "field"),
    [
        (replace(ACME, code=""), TextMissing, "code"),
        (replace(ACME, code="ac me"), UnusableCode, "code"),
        (replace(ACME, name=" "), TextMissing, "name"),
        (replace(ACME, currency="EURO"), UnknownCurrency, "currency"),
        (replace(ACME, country="Germany"), UnknownCountry, "country"),
        (replace(ACME, email="shop"), EmailNotUsable, "email"),
        (replace(ACME, id=new_id()), NotFound, "seller_id"),
    ],
)
def test_it_refuses(shop: Shop, draft: SellerDraft, refusal: type[Refusal], field: str) -> None:
    with shop.nothing_changes(Seller), pytest.raises(refusal) as refused:
        save_seller(shop.call(), seller=draft)
    assert refused.value.field == field


def test_it_refuses_the_code_of_another_seller(shop: Shop) -> None:
    save_seller(shop.call(), seller=ACME)
    other = save_seller(shop.call(), seller=replace(ACME, code="other")).seller_id
    with shop.nothing_changes(Seller), pytest.raises(KeyTaken):
        save_seller(shop.call(), seller=replace(ACME, id=other))
