"""Payment methods are written down: what they are called, to whom they are offered, what they cost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from dingdan.kernel.errors import Invalid, Refusal
from dingdan.kernel.money import UnknownCurrency
from dingdan.kernel.register import KeyTaken
from dingdan.kernel.text import UnknownChoice, UnknownCountry
from dingdan.masterdata.methods.commands import save_payment_method
from dingdan.masterdata.methods.models import PaymentMethod
from dingdan.masterdata.methods.queries import methods_for
from dingdan.masterdata.methods.rules import BUILT_IN, MethodTerms, PaymentMethodDraft, Sale, UnknownGateway
from tests.conftest import Shop
from tests.masterdata.methods.offered import offer

BANK = PaymentMethodDraft(
    code="bank_transfer", gateway="bank_transfer", name="Bank transfer", name_i18n={"zh-Hant": "銀行轉帳", "zh-Hans": ""},
    instructions="Please give the number.", countries=("gb", "FR"), channels=("web",), groups=("wholesale",), icon="bank",
)  # fmt: skip
SALE = Sale(channel="web", country="GB", currency="GBP", amount=1000)


@contextmanager
def refused(kind: type[Refusal], field: str) -> Iterator[None]:
    before = list(PaymentMethod.objects.order_by("id").values())
    with pytest.raises(kind) as caught:
        yield
    assert caught.value.field == field
    assert list(PaymentMethod.objects.order_by("id").values()) == before


def test_it_works(shop: Shop) -> None:
    saved = save_payment_method(shop.call(), method=BANK)
    row = PaymentMethod.objects.get(id=saved.payment_method_id)
    assert (saved.created, row.countries, row.name_i18n) == (True, ["GB", "FR"], {"zh-Hant": "銀行轉帳"})
    again = save_payment_method(shop.call(), method=replace(BANK, name="By bank"))
    assert (again.created, again.payment_method_id) == (False, row.id)
    assert [(one.field, one.before, one.after) for one in again.changes] == [("name", "Bank transfer", "By bank")]


def test_only_what_fits_is_offered_in_the_shops_order(shop: Shop) -> None:
    offer(shop, "cash", position=3)
    offer(shop, "bank_transfer", position=1, countries=("GB",))
    offer(shop, "on_account", position=2, groups=("wholesale",), net_days=30)
    offer(shop, "terminal", channels=("till",))
    offer(shop, "cash_on_delivery", currencies=("GBP",), least=500, most=1000)
    assert [one.code for one in methods_for(SALE)] == ["cash_on_delivery", "bank_transfer", "cash"]
    assert [one.code for one in methods_for(replace(SALE, group="wholesale", country="FR", amount=1001))] == [
        "on_account",
        "cash",
    ]
    assert [one.code for one in methods_for(replace(SALE, amount=499, channel="till"))] == ["terminal", "bank_transfer", "cash"]


@pytest.mark.parametrize(
    ("rate", "amount", "of", "charge"),
    [("0.02", 30, 1000, 50), ("-0.5", 0, 999, -500), ("0", -2000, 1000, -1000), ("0.0333", 0, 100, 3), ("0", 0, 100, 0)],
)
def test_what_a_method_costs(rate: str, amount: int, of: int, charge: int) -> None:
    terms = MethodTerms(code="cash", gateway="cash", name="Cash", charge_rate=Decimal(rate), charge_amount=amount)
    assert terms.charge(of, "GBP") == charge
    assert terms.charge(100 * of + 50, "TWD") % 100 == amount % 100


def test_a_firm_may_be_offered_several_times(shop: Shop) -> None:
    offer(shop, "pennypay")
    offer(shop, "pennypay_qr", gateway="pennypay", ways=("qr",))
    assert [one.gateway for one in methods_for(SALE)] == ["pennypay", "pennypay"]


def test_the_book_knows_every_method_that_needs_no_firm() -> None:
    from dingdan.ledgers.payments.rules import METHODS

    assert sorted(METHODS) == sorted(BUILT_IN)


@pytest.mark.parametrize(
    ("said", "kind", "field"),
    [
        ({"gateway": "nobody"}, UnknownGateway, "gateway"),
        ({"code": "bank_transfer_2"}, Invalid, "code"),
        ({"countries": ("XX",)}, UnknownCountry, "countries.0"),
        ({"currencies": ("ABC",)}, UnknownCurrency, "currency"),
        ({"least": 100}, Invalid, "currencies"),
        ({"charge_amount": 100, "currencies": ("GBP", "EUR")}, Invalid, "currencies"),
        ({"least": 200, "most": 100, "currencies": ("GBP",)}, Invalid, "most"),
        ({"least": -1, "currencies": ("GBP",)}, Invalid, "least"),
        ({"charge_rate": Decimal("1.5")}, Invalid, "charge_rate"),
        ({"net_days": 30}, Invalid, "net_days"),
        ({"ways": ("by pigeon",)}, UnknownChoice, "ways.0"),
        ({"icon": "dragon"}, UnknownChoice, "icon"),
        ({"expires_hours": 0}, Invalid, "expires_hours"),
        ({"position": -1}, Invalid, "position"),
        ({"channels": ("web",) * 201}, Invalid, "channels"),
    ],
)
def test_what_cannot_be_is_refused(shop: Shop, said: dict[str, Any], kind: type[Refusal], field: str) -> None:
    with refused(kind, field):
        save_payment_method(shop.call(), method=replace(BANK, **said))


def test_another_methods_code_is_taken(shop: Shop) -> None:
    cash = offer(shop, "cash")
    offer(shop, "bank_transfer")
    with refused(KeyTaken, "code"):
        save_payment_method(shop.call(), method=replace(BANK, id=cash, gateway="bank_transfer"))
