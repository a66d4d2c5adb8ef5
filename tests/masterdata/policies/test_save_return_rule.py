"""Rules about returns are written down and changed."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.money import UnknownCurrency
from dingdan.kernel.register import KeyTaken
from dingdan.kernel.text import TextMissing, UnknownChoice, UnknownCountry, UnusableCode
from dingdan.masterdata.policies.commands import save_return_rule
from dingdan.masterdata.policies.models import ReturnRule
from dingdan.masterdata.policies.queries import rules_in_force
from dingdan.masterdata.policies.rules import (
    DaysOutOfRange,
    FeeNotUsable,
    FractionNotUsable,
    RatherDates,
    ReturnRuleDraft,
    TooManyCodes,
)
from tests.masterdata.policies.drafts import RULE
from tests.masterdata.shop import Shop


def test_it_works(shop: Shop) -> None:
    saved = save_return_rule(shop.call(), rule=RULE)
    assert saved.created
    (rule,) = rules_in_force()
    assert (rule.id, rule.code, rule.countries, rule.reasons, rule.window_days) == (
        saved.return_rule_id, "house", ("GB",), ("unwanted",), 30,
    )  # fmt: skip
    assert (rule.shipping_fee, rule.restocking_rate, rule.restocking_fee) == (395, Decimal("0.15"), 50)


def test_a_second_save_changes_what_is_different(shop: Shop) -> None:
    first = save_return_rule(shop.call(), rule=RULE)
    second = save_return_rule(shop.call(), rule=replace(RULE, window_days=60))
    assert (second.return_rule_id, second.created) == (first.return_rule_id, False)
    assert [(one.field, one.before, one.after) for one in second.changes] == [("window_days", "30", "60")]
    renamed = save_return_rule(shop.call(), rule=replace(RULE, code="sixty", id=first.return_rule_id))
    assert [rule.code for rule in rules_in_force()] == ["sixty"]
    assert renamed.return_rule_id == first.return_rule_id


def test_the_lowest_position_is_asked_first(shop: Shop) -> None:
    for code, position in (("last", 300), ("first", 1), ("middle", 200)):
        save_return_rule(shop.call(), rule=ReturnRuleDraft(code=code, name=code, position=position))
    assert [rule.code for rule in rules_in_force()] == ["first", "middle", "last"]


@pytest.mark.parametrize(
    ("changes", "refusal", "field"),
    [
        ({"code": "no code"}, UnusableCode, "code"),
        ({"name": ""}, TextMissing, "name"),
        ({"countries": ("ZZ",)}, UnknownCountry, "countries.0"),
        ({"reasons": ("no reason",)}, UnusableCode, "reasons.0"),
        ({"conditions": ("broken",)}, UnknownChoice, "conditions.0"),
        ({"counted_from": "birth"}, UnknownChoice, "counted_from"),
        ({"shipping_paid_by": "nobody"}, UnknownChoice, "shipping_paid_by"),
        ({"refund_at": "never"}, UnknownChoice, "refund_at"),
        ({"currency": "XTS"}, UnknownCurrency, "currency"),
        ({"currency": ""}, FeeNotUsable, "shipping_fee"),
        ({"restocking_fee": -1}, FeeNotUsable, "restocking_fee"),
        ({"restocking_rate": Decimal("1.01")}, FractionNotUsable, "restocking_rate"),
        ({"restocking_rate": Decimal("NaN")}, FractionNotUsable, "restocking_rate"),
        ({"window_days": -1}, DaysOutOfRange, "window_days"),
        ({"position": 10**7}, DaysOutOfRange, "position"),
        ({"skus": tuple(str(number) for number in range(501))}, TooManyCodes, "skus"),
        ({"starts_on": date(2026, 2, 1), "ends_on": date(2026, 1, 1)}, RatherDates, "ends_on"),
        ({"id": new_id()}, NotFound, "return_rule_id"),
    ],
)
def test_what_cannot_be_is_refused(shop: Shop, changes: dict[str, Any], refusal: type[Refusal], field: str) -> None:
    with shop.nothing_changes(ReturnRule), pytest.raises(refusal) as refused:
        save_return_rule(shop.call(), rule=replace(RULE, **changes))
    assert refused.value.field == field


def test_a_code_that_is_taken_is_refused(shop: Shop) -> None:
    save_return_rule(shop.call(), rule=RULE)
    other = save_return_rule(shop.call(), rule=replace(RULE, code="other"))
    with shop.nothing_changes(ReturnRule), pytest.raises(KeyTaken):
        save_return_rule(shop.call(), rule=replace(RULE, id=other.return_rule_id))
