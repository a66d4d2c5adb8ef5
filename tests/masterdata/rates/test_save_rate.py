"""Rates are written down one by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from dingdan.kernel.errors import Invalid, NotFound, Refusal
from dingdan.kernel.money import UnknownCurrency
from dingdan.masterdata.rates.commands import save_rate
from dingdan.masterdata.rates.models import Rate
from dingdan.masterdata.rates.rules import ExchangeRateNotUsable
from tests.masterdata.rates.drafts import TODAY, euros_in_yen, rate
from tests.masterdata.shop import Shop


def test_it_works(shop: Shop) -> None:
    told = save_rate(shop.call(), rate=rate("EUR", "JPY", "162.38", source="My bank"))
    assert told.created
    row = Rate.objects.get()
    assert (row.base, row.currency, row.value, row.valid_on, row.source) == ("EUR", "JPY", Decimal("162.38"), TODAY, "My bank")
    assert euros_in_yen() == 24357


def test_a_second_save_for_the_day_changes_it(shop: Shop) -> None:
    save_rate(shop.call(), rate=rate("EUR", "JPY", "162.38"))
    told = save_rate(shop.call(), rate=rate("EUR", "JPY", "160"))
    assert (told.created, [(one.field, one.before, one.after) for one in told.changes]) == (
        False,
        [("value", '"162.38"', '"160"')],
    )
    other = save_rate(shop.call(), rate=replace(rate("EUR", "USD", "1.08"), id=told.rate_id))
    assert (other.rate_id, Rate.objects.get().currency) == (told.rate_id, "USD")


@pytest.mark.parametrize(
    ("changes", "refusal", "field"),
    [
        ({"base": "XTS"}, UnknownCurrency, "base"),
        ({"currency": "eur"}, UnknownCurrency, "currency"),
        ({"currency": "EUR"}, Invalid, "currency"),
        ({"value": Decimal(0)}, ExchangeRateNotUsable, "value"),
        ({"value": Decimal(-1)}, ExchangeRateNotUsable, "value"),
        ({"value": Decimal("NaN")}, ExchangeRateNotUsable, "value"),
        ({"value": Decimal("0.0000000000001")}, ExchangeRateNotUsable, "value"),
        ({"value": Decimal(10) ** 12}, ExchangeRateNotUsable, "value"),
        ({"valid_on": date(1998, 12, 31)}, Invalid, "valid_on"),
        ({"source": "x" * 61}, Refusal, "source"),
        ({"id": UUID(int=7)}, NotFound, "rate_id"),
    ],
    ids=str,
)
def test_what_cannot_be_is_refused(shop: Shop, changes: dict[str, Any], refusal: type[Refusal], field: str) -> None:
    with pytest.raises(refusal) as caught:
        save_rate(shop.call(), rate=replace(rate("EUR", "JPY", "162.38"), **changes))
    assert caught.value.field == field
    assert not Rate.objects.exists()
