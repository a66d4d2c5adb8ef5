"""What rules say about goods, without a database."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dingdan.kernel.ids import new_id
from dingdan.masterdata.policies.rules import PRESETS, LineFacts, Rule, Why, restocking, verdict

DELIVERED = datetime(2026, 3, 10, 9, 30, tzinfo=UTC)
FACTS = LineFacts(
    sku="A", tax_class="standard", channel="web", country="GB", currency="GBP", time_zone="Europe/London",
    placed_at=DELIVERED - timedelta(days=4), shipped_at=DELIVERED - timedelta(days=2), delivered_at=DELIVERED, units=2, worth=999,
)  # fmt: skip
RULE = Rule(id=new_id(), code="house", name="House", window_days=14)


def said(facts: LineFacts = FACTS, *rules: Rule, after: timedelta = timedelta(days=1)) -> Any:
    return verdict(facts, rules or (RULE,), at=DELIVERED + after)


def test_the_answer_carries_its_reason_and_its_rule() -> None:
    told = said()
    assert (told.eligible, told.why, told.rule_id, told.rule) == (True, Why.ALLOWED, RULE.id, "house")
    assert told.until == datetime(2026, 3, 25, tzinfo=ZoneInfo("Europe/London"))
    assert (told.units, told.worth, told.refund, told.restocking_fee) == (2, 999, 999, 0)
    assert told.sentence == "This may come back."


def test_without_a_rule_the_shop_decides() -> None:
    told = said(FACTS, replace(RULE, countries=("CN",)))
    assert (told.eligible, told.why, told.rule_id, told.refund) == (False, Why.NO_RULE, None, 999)


@pytest.mark.parametrize(
    ("narrowed", "fits"),
    [
        ({"channels": ("web", "till")}, True), ({"channels": ("till",)}, False), ({"countries": ("GB",)}, True),
        ({"tax_classes": ("food",)}, False), ({"skus": ("A",)}, True), ({"skus": ("B",)}, False), ({"reasons": ("late",)}, False),
        ({"currency": "GBP"}, True), ({"currency": "EUR"}, False), ({"starts_on": date(2026, 3, 6)}, True),
        ({"starts_on": date(2026, 3, 7)}, False), ({"ends_on": date(2026, 3, 6)}, True),
        ({"ends_on": date(2026, 3, 5)}, False),
    ],
)  # fmt: skip
def test_what_a_rule_names_narrows_it(narrowed: dict[str, Any], fits: bool) -> None:
    assert (said(FACTS, replace(RULE, **narrowed)).why == Why.ALLOWED) is fits


def test_the_first_that_fits_decides() -> None:
    final = replace(RULE, code="sale", skus=("A",), allows=False)
    assert (said(FACTS, final, RULE).why, said(FACTS, final, RULE).rule) == (Why.FINAL_SALE, "sale")
    assert said(replace(FACTS, sku="B"), final, RULE).rule == "house"
    faulty = replace(RULE, code="faulty", reasons=("damaged",), window_days=730)
    assert said(replace(FACTS, reason="damaged"), faulty, RULE, after=timedelta(days=500)).rule == "faulty"


def test_the_window_ends_with_its_last_day_by_the_channels_clock() -> None:
    last = datetime(2026, 3, 24, 23, 59, 59, tzinfo=ZoneInfo("Europe/London"))
    assert verdict(FACTS, [RULE], at=last).eligible
    late = verdict(FACTS, [RULE], at=last + timedelta(seconds=1))
    assert (late.eligible, late.why) == (False, Why.WINDOW_OVER)
    there = replace(FACTS, time_zone="Asia/Taipei", delivered_at=datetime(2026, 3, 10, 17, 0, tzinfo=UTC))  # the 11th in Taipei
    assert verdict(there, [RULE], at=DELIVERED).until == datetime(2026, 3, 26, tzinfo=ZoneInfo("Asia/Taipei"))


def test_the_days_are_counted_from_what_the_rule_says() -> None:
    assert said(FACTS, replace(RULE, counted_from="placed")).until == datetime(2026, 3, 21, tzinfo=ZoneInfo("Europe/London"))
    assert said(FACTS, replace(RULE, counted_from="shipped")).until == datetime(2026, 3, 23, tzinfo=ZoneInfo("Europe/London"))
    not_yet = said(replace(FACTS, delivered_at=None), after=timedelta(days=100))
    assert (not_yet.eligible, not_yet.until) == (True, None)
    assert said(FACTS, replace(RULE, window_days=None), after=timedelta(days=9999)).eligible


def test_conditions_count_once_they_are_told() -> None:
    sealed = replace(RULE, conditions=("unopened",))
    assert said(FACTS, sealed).eligible
    assert said(replace(FACTS, condition="unopened"), sealed).eligible
    assert said(replace(FACTS, condition="used"), sealed).why == Why.WRONG_CONDITION


def test_nothing_left_is_said_first() -> None:
    assert said(replace(FACTS, units=0, worth=0), replace(RULE, allows=False)).why == Why.NOTHING_LEFT
    assert said(replace(FACTS, units=0), replace(RULE, countries=("CN",))).why == Why.NOTHING_LEFT


@pytest.mark.parametrize(
    ("rate", "fee", "worth", "units", "kept"),
    [
        ("0.15", 0, 999, 2, 150),  # 149.85
        ("0.15", 0, 10, 1, 2),  # 1.5 rounds up
        ("0", 50, 999, 2, 100),
        ("0.5", 500, 999, 2, 999),  # never above the worth
        ("0.1", 0, 1001, 1, 100),  # yen
        ("0.333333", 0, 1000, 1, 333),  # fils
        ("1", 0, 0, 1, 0),
    ],
)
def test_what_is_kept_back_is_whole_and_never_above_the_worth(rate: str, fee: int, worth: int, units: int, kept: int) -> None:
    rule = replace(RULE, restocking_rate=Decimal(rate), restocking_fee=fee)
    assert restocking(rule, worth=worth, units=units, currency="GBP") == kept
    told = said(replace(FACTS, worth=worth, units=units), rule)
    assert (told.restocking_fee, told.refund) == (kept, worth - kept)


def test_the_customer_pays_the_way_back_only_where_the_rule_says_so() -> None:
    assert said(FACTS, replace(RULE, shipping_fee=395)).shipping_fee == 395
    assert said(FACTS, replace(RULE, shipping_fee=395, shipping_paid_by="shop")).shipping_fee == 0


def test_the_laws_that_ship_with_the_program() -> None:
    europe = [Rule(id=new_id(), code=one.code, name=one.name, countries=one.countries, reasons=one.reasons,
                   window_days=one.window_days) for one in PRESETS["europe"].rules]  # fmt: skip
    assert said(FACTS, *europe, after=timedelta(days=14)).eligible
    assert not said(FACTS, *europe, after=timedelta(days=15)).eligible
    assert said(replace(FACTS, reason="damaged"), *europe, after=timedelta(days=700)).rule == "europe-faulty"
    assert said(replace(FACTS, country="US"), *europe).why == Why.NO_RULE
