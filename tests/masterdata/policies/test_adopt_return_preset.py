"""Rules that ship with the program are taken over."""

from dataclasses import replace

import pytest

from dingdan.kernel.text import UnknownChoice
from dingdan.masterdata.policies.commands import adopt_return_preset, save_return_rule
from dingdan.masterdata.policies.models import ReturnGrade, ReturnReason, ReturnRule
from dingdan.masterdata.policies.queries import rules_in_force
from dingdan.masterdata.policies.rules import GRADES, PRESETS, REASONS, clean_grade, clean_reason, clean_rule
from dingdan.masterdata.shop.commands import save_profile
from dingdan.masterdata.shop.queries import shop_as_it_is
from tests.masterdata.policies.drafts import RULE
from tests.masterdata.shop import Shop


def test_it_works(shop: Shop) -> None:
    adopted = adopt_return_preset(shop.call(), preset="europe")
    assert [(rule.code, rule.window_days, rule.shipping_paid_by) for rule in rules_in_force()] == [
        ("europe-faulty", 730, "shop"), ("europe-14-days", 14, "customer"),
    ]  # fmt: skip
    assert (len(adopted.rules), len(adopted.reasons), len(adopted.grades)) == (2, len(REASONS), len(GRADES))


def test_presets_are_added_to_each_other_and_change_nothing_that_is_there(shop: Shop) -> None:
    save_return_rule(shop.call(), rule=replace(RULE, code="china-7-days", window_days=99, position=1))
    adopt_return_preset(shop.call(), preset="europe")
    adopted = adopt_return_preset(shop.call(), preset="china")
    assert (len(adopted.rules), adopted.reasons, adopted.grades) == (1, (), ())
    assert [rule.code for rule in rules_in_force()] == ["china-7-days", "europe-faulty", "china-faulty", "europe-14-days"]
    assert adopt_return_preset(shop.call(), preset="china").rules == ()


def test_what_ships_is_named_in_the_language_of_the_shop(shop: Shop) -> None:
    save_profile(shop.call(), profile=replace(shop_as_it_is(), language="zh-Hant"))
    adopt_return_preset(shop.call(), preset="china")
    assert list(ReturnRule.objects.order_by("position").values_list("name", flat=True)) == ["瑕疵商品：十五天", "七天無理由退貨"]
    assert list(ReturnGrade.objects.order_by("position").values_list("name", flat=True)) == [
        "如新", "已拆封，良好", "磨損或不完整", "待整新", "無法修復", "退回供應商",
    ]  # fmt: skip
    reason = ReturnReason.objects.get(code="late")
    assert (reason.name, reason.name_i18n) == ("太晚送達", {"en": "Came too late", "zh-Hans": "送达太晚"})


def test_every_preset_is_clean_as_it_ships() -> None:
    assert [clean_rule(rule) for preset in PRESETS.values() for rule in preset.rules] == [
        rule for preset in PRESETS.values() for rule in preset.rules
    ]
    assert tuple(clean_reason(reason) for reason in REASONS) == REASONS
    assert tuple(clean_grade(grade) for grade in GRADES) == GRADES


def test_an_unknown_preset_is_refused(shop: Shop) -> None:
    with shop.nothing_changes(ReturnRule, ReturnReason, ReturnGrade), pytest.raises(UnknownChoice):
        adopt_return_preset(shop.call(), preset="moon")
