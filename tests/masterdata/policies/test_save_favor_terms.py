"""What may be given as a favor is agreed once per currency."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from dingdan.kernel.errors import Refusal
from dingdan.kernel.money import UnknownCurrency
from dingdan.masterdata.policies.commands import save_favor_terms
from dingdan.masterdata.policies.models import FavorTerms
from dingdan.masterdata.policies.queries import favor_limits
from dingdan.masterdata.policies.rules import DaysOutOfRange, FavorLimits, FeeNotUsable, FractionNotUsable
from tests.masterdata.policies.drafts import TERMS
from tests.masterdata.shop import Shop


def test_it_works(shop: Shop) -> None:
    assert favor_limits("GBP") == FavorLimits()
    assert save_favor_terms(shop.call(), terms=TERMS).created
    assert favor_limits("GBP") == FavorLimits(goodwill_limit=1500, bonus_rate=Decimal("0.1"), thank_you=500, credit_days=365)
    assert favor_limits("EUR") == FavorLimits()


def test_a_second_save_changes_what_is_different(shop: Shop) -> None:
    save_favor_terms(shop.call(), terms=TERMS)
    second = save_favor_terms(shop.call(), terms=replace(TERMS, thank_you=0))
    assert (second.created, [one.field for one in second.changes]) == (False, ["thank_you"])


@pytest.mark.parametrize(
    ("changes", "refusal", "field"),
    [
        ({"currency": "XTS"}, UnknownCurrency, "currency"),
        ({"goodwill_limit": -1}, FeeNotUsable, "goodwill_limit"),
        ({"thank_you": -1}, FeeNotUsable, "thank_you"),
        ({"bonus_rate": Decimal(2)}, FractionNotUsable, "bonus_rate"),
        ({"credit_days": 10**6}, DaysOutOfRange, "credit_days"),
    ],
)
def test_what_cannot_be_is_refused(shop: Shop, changes: dict[str, Any], refusal: type[Refusal], field: str) -> None:
    with shop.nothing_changes(FavorTerms), pytest.raises(refusal) as refused:
        save_favor_terms(shop.call(), terms=replace(TERMS, **changes))
    assert refused.value.field == field
