from dataclasses import replace

import pytest

from dingdan.kernel.changes import FieldChange
from dingdan.kernel.contact import EmailNotUsable
from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.kernel.money import UnknownCurrency
from dingdan.kernel.register import KeyTaken
from dingdan.kernel.text import TextMissing, UnknownCountry, UnusableCode
from dingdan.masterdata.sellers.commands import restore_seller, resume_seller, retire_seller, save_seller, suspend_seller
from dingdan.masterdata.sellers.models import Seller
from dingdan.masterdata.sellers.queries import seller_by_code, seller_by_id
from dingdan.masterdata.sellers.rules import SellerDraft
from tests.masterdata.shop import Shop

ACME = SellerDraft(code="acme", name="Acme", currency="EUR", country="de", email="shop@acme.example", tax_number="DE1")


def test_it_works(shop: Shop) -> None:
    saved = save_seller(shop.call(), seller=ACME)
    row = seller_by_code("acme")
    assert row is not None
    assert (row.id, row.name, row.currency, row.country, row.email, row.state) == (
        saved.seller_id, "Acme", "EUR", "DE", "shop@acme.example", "active",
    )  # fmt: skip
    assert FieldChange(field="currency", before=None, after="EUR") in saved.changes
    assert FieldChange(field="email", before=None, after=None) in saved.changes
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


def test_a_seller_is_suspended_leaves_and_comes_back(shop: Shop) -> None:
    id_ = save_seller(shop.call(), seller=ACME).seller_id
    turns = (suspend_seller, resume_seller, suspend_seller, retire_seller, restore_seller)
    assert [turn(shop.call(), seller_id=id_).state for turn in turns] == ["suspended", "active", "suspended", "retired", "active"]
    found = seller_by_id(id_)
    assert found is not None
    assert found.state == "active"


@pytest.mark.parametrize("turn", [resume_seller, restore_seller])
def test_it_refuses_a_turn_from_the_wrong_state(shop: Shop, turn: type[object]) -> None:
    id_ = save_seller(shop.call(), seller=ACME).seller_id
    with shop.nothing_changes(Seller), pytest.raises(NotInThisState):
        turn(shop.call(), seller_id=id_)  # type: ignore[call-arg]
