"""What a cart gets, beside the examples of the page."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dingdan.kernel.errors import Refusal
from dingdan.kernel.ids import new_id
from dingdan.masterdata.promotions.rules import (
    Cart,
    CartLine,
    Given,
    Gives,
    Left,
    Promotion,
    PromotionDraft,
    Tier,
    Worked,
    clean_coupon,
    clean_promotion,
    work_out,
)

TODAY = date(2026, 11, 30)


def promotion(code: str = "autumn", **said: Any) -> Promotion:
    whole: dict[str, Any] = {"id": new_id(), "code": code, "name": code.upper(), "gives": "percent", "percent": Decimal("0.1")}
    return Promotion(**whole | said)


def cart(*lines: tuple[str, int, int], **said: Any) -> Cart:
    found = tuple(CartLine(key=sku, sku=sku, quantity=quantity, amount=amount) for sku, quantity, amount in lines)
    whole: dict[str, Any] = {"channel": "web", "currency": "GBP", "on": TODAY, "lines": found}
    return Cart(**whole | said)


def told(worked: Worked) -> dict[str, int]:
    return {one.promotion.code: one.off for one in worked.given}


def why(worked: Worked) -> list[str]:
    return [refusal.code for refusal in worked.refused]


MUGS = cart(("MUG", 4, 4000))


def test_it_works() -> None:
    tenth = promotion()
    worked = work_out(MUGS, [tenth])

    assert worked.given == (Given(promotion=tenth, shares={"MUG": 400}),)
    assert worked.shares == {"MUG": 400}
    assert (worked.freight, worked.refused) == (0, ())


@pytest.mark.parametrize(
    ("said", "there"),
    [
        ({"starts_on": date(2026, 12, 1)}, {}),
        ({"ends_on": date(2026, 11, 29)}, {}),
        ({"channels": ("fair",)}, {}),
        ({"currencies": ("EUR",)}, {}),
        ({"groups": ("trade",)}, {"group": "press"}),
        ({"tags": ("vip",)}, {"is_known": True, "tags": frozenset({"new"})}),
        ({"tags": ("vip",)}, {}),
        ({"first_order": True}, {"is_known": True}),
        ({"skus": ("TEA-*",)}, {}),
        ({"not_skus": ("MUG",)}, {}),
        ({"least_amount": 4001}, {}),
        ({"least_quantity": 5}, {}),
    ],
)
def test_what_does_not_fit_is_left_out_silently(said: dict[str, Any], there: dict[str, Any]) -> None:
    worked = work_out(cart(("MUG", 4, 4000), **there), [promotion(**said)])
    assert (worked.given, worked.refused) == ((), ())


@pytest.mark.parametrize(
    ("said", "there"),
    [
        ({"starts_on": TODAY, "ends_on": TODAY}, {}),
        ({"channels": ("fair", "web"), "currencies": ("GBP",)}, {}),
        ({"groups": ("trade",)}, {"group": "trade"}),
        ({"tags": ("vip", "press")}, {"is_known": True, "tags": frozenset({"new", "press"})}),
        ({"first_order": True}, {"is_known": True, "first_order": True}),
        ({"skus": ("TEA-*", "MU*")}, {}),
        ({"least_amount": 4000, "least_quantity": 4}, {}),
        ({"most_uses": 1, "most_each": 1}, {"is_known": True}),
    ],
)
def test_what_fits_is_given(said: dict[str, Any], there: dict[str, Any]) -> None:
    assert told(work_out(cart(("MUG", 4, 4000), **there), [promotion(**said)])) == {"autumn": 400}


def test_a_limit_that_is_reached_is_told_of_coupons_alone() -> None:
    one, other = promotion(by_coupon=True), promotion("winter", by_coupon=True, most_each=2)
    left = Left(in_all={one.id: 0}, each={other.id: 0})
    worked = work_out(cart(("MUG", 1, 1000), is_known=True), [], coupons={"ONE": one, "OTHER": other}, left=left)
    assert (worked.given, why(worked)) == ((), ["coupon_used_up", "coupon_used_before"])

    auto = promotion(most_uses=3)
    assert work_out(MUGS, [auto], left=Left(in_all={auto.id: 0})) == Worked()


def test_a_coupon_is_needed_where_there_are_coupons() -> None:
    assert work_out(MUGS, [promotion(by_coupon=True)]) == Worked()


def test_two_coupons_of_one_promotion_give_it_once() -> None:
    one = promotion(by_coupon=True)
    worked = work_out(MUGS, [], coupons={"A-1": one, "A-2": one})
    assert (told(worked), worked.given[0].coupon) == ({"autumn": 400}, "A-1")


def test_a_coupon_that_gives_nothing_is_told() -> None:
    worked = work_out(MUGS, [], coupons={"FREE": promotion(gives="free_shipping", by_coupon=True), "TYPO": None})
    assert (worked.given, why(worked)) == ((), ["coupon_gives_nothing", "coupon_unknown"])


def test_too_many_coupons_are_refused() -> None:
    assert why(work_out(MUGS, [], coupons={f"C-{number}": None for number in range(11)})) == ["too_many_coupons"]


def test_what_stands_alone_comes_before_others_or_not_at_all() -> None:
    alone, other = promotion("alone", exclusive=True), promotion("other")
    assert told(work_out(MUGS, [other, alone])) == {"alone": 400}
    assert told(work_out(MUGS, [promotion("first", priority=1), alone])) == {"first": 400}


def test_what_names_others_goes_with_these_alone() -> None:
    season = promotion("season", priority=5, combines=("gift",))
    assert told(work_out(MUGS, [season, promotion("gift"), promotion("other")])) == {"season": 400, "gift": 360}
    assert told(work_out(MUGS, [season, promotion("gift", combines=("other",))])) == {"season": 400}


def test_what_is_fixed_gets_nothing_and_counts_for_nothing() -> None:
    lines = (
        CartLine(key="a", sku="MUG", quantity=1, amount=1000),
        CartLine(key="b", sku="MUG", quantity=1, amount=900, fixed=True),
    )
    mixed = cart(lines=lines)
    assert work_out(mixed, [promotion()]).shares == {"a": 100}
    assert work_out(mixed, [promotion(least_quantity=2)]) == Worked()
    assert work_out(mixed, [promotion(gives="buy_get", buy=1, get=1, percent=Decimal(1))]) == Worked()


def test_freight_that_is_not_there_is_not_given() -> None:
    free = promotion(gives="free_shipping")
    assert told(work_out(cart(("MUG", 1, 1000), freight=395), [free])) == {"autumn": 395}
    assert work_out(MUGS, [free]) == Worked()


def test_nothing_is_given_of_what_is_gone() -> None:
    all_of_it = promotion("all", percent=Decimal(1), priority=1)
    for gives in Gives:
        rest = promotion(
            "rest",
            gives=gives.value,
            percent=Decimal(1),
            amount=10,
            buy=1,
            get=1,
            bundle={"MUG": 1},
            tiers=(Tier(least=1, amount=5),),
        )
        assert told(work_out(MUGS, [all_of_it, rest])) == {"all": 4000}


@given(
    st.lists(st.tuples(st.integers(1, 9), st.integers(0, 99_999)), min_size=1, max_size=6),
    st.lists(st.tuples(st.sampled_from(list(Gives)), st.integers(0, 100), st.integers(1, 5), st.integers(0, 5)), max_size=5),
    st.integers(0, 2_000),
)
def test_what_is_given_is_never_more_than_there_is(
    lines: list[tuple[int, int]], kinds: list[tuple[Gives, int, int, int]], freight: int
) -> None:
    asked = cart(
        *((f"S{index % 3}-{index}", quantity, amount) for index, (quantity, amount) in enumerate(lines)), freight=freight
    )
    every = [
        promotion(
            f"p-{index}", gives=kind.value, percent=Decimal(percent) / 100, amount=percent * 7, buy=buy, get=1,
            tiers=(Tier(least=buy, amount=percent * 11), Tier(least=buy + 3, percent=Decimal(percent) / 100)),
            bundle={"S0-0": buy} if kind == Gives.BUNDLE else {}, priority=priority,
        )
        for index, (kind, percent, buy, priority) in enumerate(kinds)
    ]  # fmt: skip
    worked = work_out(asked, every)

    amounts = {line.key: line.amount for line in asked.lines}
    assert all(0 < off <= amounts[key] for key, off in worked.shares.items())
    assert worked.freight <= freight
    assert all(one.off > 0 for one in worked.given)
    assert sum(worked.shares.values()) + worked.freight == sum(one.off for one in worked.given)


# ── how it is written down ───────────────────────────────────────────────────────────────────────────────────────────────


def draft(**said: Any) -> PromotionDraft:
    whole: dict[str, Any] = {"code": "autumn", "name": "Autumn", "gives": "percent", "percent": Decimal("0.1")}
    return PromotionDraft(**whole | said)


def test_a_draft_is_cleaned() -> None:
    tiers = (Tier(least=6, percent=Decimal("0.1")), Tier(least=3, percent=Decimal("0.05")))
    cleaned = clean_promotion(draft(name=" Autumn ", coupons=("autumn 10", "ＡＵＴＵＭＮ10", "x-1")))
    assert (cleaned.name, cleaned.coupons) == ("Autumn", ("AUTUMN10", "X-1"))
    assert [tier.least for tier in clean_promotion(draft(gives="by_quantity", percent=Decimal(0), tiers=tiers)).tiers] == [3, 6]


@pytest.mark.parametrize("text", ["", "ab", "a" * 41, "tea+1", "優惠", "-ABC"])
def test_what_is_no_coupon_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as refusal:
        clean_coupon(text)
    assert refusal.value.field == "coupon_codes"


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"code": "a b"}, "code"),
        ({"name": ""}, "name"),
        ({"gives": "luck"}, "gives"),
        ({"percent": Decimal(0)}, "percent"),
        ({"percent": Decimal("1.01")}, "percent"),
        ({"percent": Decimal("NaN")}, "percent"),
        ({"amount": 5}, "amount"),
        ({"buy": 1}, "buy"),
        ({"gives": "amount", "percent": Decimal(0)}, "amount"),
        ({"gives": "amount", "percent": Decimal(0), "amount": 500}, "currencies"),
        ({"gives": "amount", "percent": Decimal(0), "amount": -5, "currencies": ("GBP",)}, "amount"),
        ({"currencies": ("GBP", "ZZZ")}, "currency"),
        ({"least_amount": 100}, "currencies"),
        ({"most_off": 0, "currencies": ("GBP",)}, "most_off"),
        ({"gives": "buy_get", "buy": 1}, "get"),
        ({"gives": "buy_get", "buy": -1, "get": 1}, "buy"),
        ({"gives": "by_quantity", "percent": Decimal(0)}, "tiers"),
        ({"gives": "by_quantity", "percent": Decimal(0), "tiers": (Tier(least=0, percent=Decimal(1)),)}, "tiers.0"),
        ({"gives": "by_quantity", "percent": Decimal(0), "tiers": (Tier(least=1),)}, "tiers.0"),
        ({"gives": "by_quantity", "percent": Decimal(0), "tiers": (Tier(least=1, percent=Decimal(1)),) * 2}, "tiers"),
        ({"gives": "by_value", "percent": Decimal(0), "tiers": (Tier(least=1, percent=Decimal(1)),)}, "currencies"),
        ({"gives": "bundle", "percent": Decimal(0), "amount": 5, "currencies": ("GBP",)}, "bundle"),
        ({"gives": "bundle", "percent": Decimal(0), "amount": 5, "currencies": ("GBP",), "bundle": {"A*": 1}}, "bundle"),
        (
            {"gives": "bundle", "percent": Decimal(0), "amount": 5, "currencies": ("GBP",), "bundle": {"A": 1}, "skus": ("A",)},
            "skus",
        ),
        ({"skus": ("T*A",)}, "skus.0"),
        ({"coupons": ("a",)}, "coupons.0"),
        ({"least_quantity": 0}, "least_quantity"),
        ({"most_uses": 0}, "most_uses"),
        ({"most_each": -1}, "most_each"),
        ({"priority": -1}, "priority"),
        ({"starts_on": date(2026, 12, 2), "ends_on": date(2026, 12, 1)}, "ends_on"),
        ({"exclusive": True, "combines": ("other",)}, "combines"),
        ({"combines": ("a b",)}, "combines.0"),
        ({"tags": tuple(f"t{number}" for number in range(201))}, "tags"),
    ],
)
def test_what_cannot_be_is_refused(said: dict[str, Any], field: str) -> None:
    with pytest.raises(Refusal) as refusal:
        clean_promotion(draft(**said))
    assert refusal.value.field == field
