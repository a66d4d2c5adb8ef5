"""What each kind of rule sees, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from dingdan.kernel.errors import Refusal
from dingdan.kernel.money import Money
from dingdan.trade.orders.rules import Person
from dingdan.trade.review.lifecycle import AddressTrouble, Follows, RuleKind
from dingdan.trade.review.rules import (
    KINDS,
    LineFacts,
    RuleDraft,
    RuleInForce,
    Twin,
    clean_rule,
    goods_key,
    judge,
    sentence,
    words_in,
)
from dingdan.trade.review.rules.facts import Facts
from tests.trade.review.desk import ANN, HOME, NOW, facts, watched

TEA, POT = UUID(int=11), UUID(int=12)


def look(kind: str, given: dict[str, Any], seen: Facts) -> dict[str, Any] | None:
    """What a rule with these parameters sees."""
    kept = KINDS[kind].clean(given)
    found = KINDS[kind].look
    assert found is not None
    return found(kept, seen)


def line(quantity: int = 1, paid: int = 1000, **more: Any) -> LineFacts:
    return LineFacts(sku="TEA", variant_id=TEA, quantity=quantity, paid=paid, **more)


# ── amount ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("amount", "found"), [(0, False), (1999, False), (2000, False), (2001, True)])
def test_amount_is_above_and_not_at_the_limit(amount: int, found: bool) -> None:
    seen = look("amount", {"amounts": {"GBP": 2000}}, facts(amount=amount))
    assert seen == ({"amount": amount, "limit": 2000, "currency": "GBP"} if found else None)


@pytest.mark.parametrize(("currency", "limit"), [("JPY", 50000), ("GBP", 50000), ("KWD", 50000)])
def test_amounts_are_of_each_currency_in_its_own_minor_units(currency: str, limit: int) -> None:
    given = {"amounts": {"JPY": 50000, "GBP": 50000, "KWD": 50000}}
    assert look("amount", given, facts(currency=currency, amount=limit)) is None
    seen = look("amount", given, facts(currency=currency, amount=limit + 1))
    assert seen is not None
    told = sentence("amount", seen, money=lambda amount, code: Money(amount, code).format("en-GB"))
    assert told == {
        "JPY": "JP¥50,001 is more than JP¥50,000.",
        "GBP": "£500.01 is more than £500.00.",
        "KWD": "KWD 50.001 is more than KWD 50.000.",
    }[currency].replace("KWD ", "KWD\xa0")


def test_an_amount_in_a_currency_that_is_not_named_is_not_looked_at() -> None:
    assert look("amount", {"amounts": {"GBP": 1}}, facts(currency="TWD", amount=10**9)) is None


# ── customers ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("orders", "earlier", "found"), [(1, 0, True), (1, 1, False), (3, 2, True), (3, 3, False)])
def test_new_customer(orders: int, earlier: int, found: bool) -> None:
    assert look("new_customer", {"orders": orders}, facts(earlier=earlier)) == ({"earlier": earlier} if found else None)


def test_new_customer_with_an_order_above_an_amount_only() -> None:
    given = {"amounts": {"GBP": 2000}}
    assert look("new_customer", given, facts(amount=2000)) is None
    assert look("new_customer", given, facts(amount=2001)) == {"earlier": 0}
    assert look("new_customer", given, facts(amount=2001, currency="TWD")) is None


def test_blacklist_and_trust_are_told_apart() -> None:
    met = facts(watched=(watched("phone", "blocked"), watched("email", "trusted")))
    assert look("blacklist", {}, met) == {"parts": ["phone"], "watches": [str(UUID(int=7))]}
    assert look("blacklist", {"parts": ["email"]}, met) is None
    assert look("trusted", {}, met) == {"parts": ["email"], "watches": [str(UUID(int=7))]}
    assert look("trusted", {}, facts()) is None


def test_duplicate_within_its_window() -> None:
    twins = (Twin(number="1007", placed_at=NOW - timedelta(hours=24)), Twin(number="1003", placed_at=NOW - timedelta(hours=25)))
    assert look("duplicate", {"hours": 24}, facts(twins=twins)) == {"orders": ["1007"]}
    assert look("duplicate", {"hours": 23}, facts(twins=twins)) is None
    assert look("duplicate", {"hours": 25}, facts(twins=twins)) == {"orders": ["1003", "1007"]}


def test_the_same_goods_are_the_same_in_any_order() -> None:
    assert goods_key([(TEA, 2), (POT, 1)]) == goods_key([(POT, 1), (TEA, 1), (TEA, 1)]) != ""
    assert goods_key([(TEA, 2)]) != goods_key([(TEA, 3)])
    assert goods_key([]) == goods_key([(TEA, 0)]) == ""


# ── remarks ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("Please do NOT ship before Monday", ["not ship"], ("not ship",)),
        ("a notshipped thing", ["not ship", "ship"], ()),
        ("shipping soon", ["ship"], ()),
        ("ship!", ["ship"], ("ship",)),
        ("請盡快發貨，急！", ["急"], ("急",)),
        ("请 尽 快 发 货", ["尽快发货"], ("尽快发货",)),
        ("急urgent急", ["urgent"], ("urgent",)),
        ("ＵＲＧＥＮＴ", ["urgent"], ("urgent",)),  # full-width letters
        ("發票抬頭：某某公司", ["发票"], ()),  # another script: write both
        ("發票抬頭：某某公司", ["发票", "發票"], ("發票",)),
        ("don't   call\nme", ["call me"], ("call me",)),
        ("café", ["caf"], ()),
        ("", ["x"], ()),
    ],
)
def test_words_in_remarks(text: str, words: list[str], found: tuple[str, ...]) -> None:
    assert words_in(text, words) == found
    assert look("remark", {"words": words}, facts(note=text)) == ({"words": list(found)} if found else None)


# ── addresses ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def at(**changes: Any) -> Person:
    """Ann at an address that is a little different."""
    return replace(ANN, address={**HOME, **changes})


TAIPEI = {
    "country_code": "TW",
    "country_area": "台北市",
    "city": "中正區",
    "postal_code": "100",
    "street_address": "重慶南路一段122號",
}


@pytest.mark.parametrize(
    ("ship_to", "found"),
    [
        (ANN, []),
        (replace(ANN, country="TW", address=TAIPEI), []),
        (at(street_address=""), ["incomplete"]),
        (at(postal_code=""), ["incomplete"]),
        (replace(ANN, name=""), ["incomplete"]),
        (replace(ANN, name="", company="Lee Ltd"), []),
        (replace(ANN, country="", address={}), ["incomplete"]),
        (at(postal_code="10115"), ["not_of_country"]),
        (replace(ANN, country="DE"), ["not_of_country"]),
        (at(street_address="P.O. Box 12"), ["po_box"]),
        (at(street_address="POBox 12, Lee"), ["po_box"]),
        (at(street_address="1 Post Office Road"), []),
        (replace(ANN, country="TW", address={**TAIPEI, "street_address": "台北郵政信箱 12-34 號"}), ["po_box"]),
        (replace(ANN, email="", phone=""), ["no_contact"]),
        (replace(ANN, email=""), []),
    ],
)
def test_addresses(ship_to: Person, found: list[str]) -> None:
    seen = look("address_trouble", {}, facts(ship_to=ship_to))
    assert seen == ({"troubles": found} if found else None)


def test_billed_elsewhere() -> None:
    next_door, abroad = at(street_address="2 High Street"), replace(ANN, country="FR", address={**HOME, "country_code": "FR"})
    every = {"troubles": [str(one) for one in AddressTrouble]}
    assert look("address_trouble", {}, facts(bill_to=next_door)) is None
    assert look("address_trouble", every, facts(bill_to=next_door)) == {"troubles": ["billed_elsewhere"]}
    assert look("address_trouble", {}, facts(bill_to=abroad)) == {"troubles": ["billed_abroad"]}
    assert look("address_trouble", every, facts(bill_to=at(street_address="1  HIGH street"))) is None


# ── goods and prices ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_short_of_stock() -> None:
    assert look("short_of_stock", {}, facts(missing=0)) is None
    assert look("short_of_stock", {}, facts(missing=1)) == {"missing": 1}
    assert look("short_of_stock", {"pieces": 2}, facts(missing=1)) is None


@pytest.mark.parametrize(
    ("given", "quantity", "usual", "limit"),
    [
        ({"most": 10}, 10, None, None),
        ({"most": 10}, 11, None, 10),
        ({"times": 5}, 10, 2, None),
        ({"times": 5}, 11, 2, 10),
        ({"times": 5}, 10_000, None, None),  # nobody knows what is usual
        ({"most": 10, "times": 5}, 6, 1, 5),
        ({"most": 10, "times": 5}, 11, None, 10),
    ],
)
def test_unusual_quantity(given: dict[str, int], quantity: int, usual: int | None, limit: int | None) -> None:
    seen = look("unusual_quantity", given, facts(lines=(line(1, usual=usual), line(quantity, usual=usual))))
    assert seen == (None if limit is None else {"lines": [{"sku": "TEA", "quantity": quantity, "limit": limit}]})


@pytest.mark.parametrize(
    ("quantity", "paid", "found"), [(1, 800, False), (1, 799, True), (3, 2400, False), (3, 2399, True), (1, 0, True)]
)
def test_a_price_under_a_part_of_the_list_price(quantity: int, paid: int, found: bool) -> None:
    seen = look("price_under_floor", {"percent": 80}, facts(lines=(line(quantity, paid, list_price=Decimal(1000)),)))
    told = {"sku": "TEA", "paid": paid, "quantity": quantity, "floor": "800"}
    assert seen == ({"lines": [told], "currency": "GBP"} if found else None)


def test_a_price_under_a_floor_of_a_list_with_fractions_of_a_minor_unit() -> None:
    given = {"price_list": "floors"}
    floors = {"floors": Decimal("33.333333")}
    assert look("price_under_floor", given, facts(currency="JPY", lines=(line(3, 100, floors=floors),))) is None
    seen = look("price_under_floor", given, facts(currency="JPY", lines=(line(3, 99, floors=floors),)))
    assert seen == {"lines": [{"sku": "TEA", "paid": 99, "quantity": 3, "floor": "33.333333"}], "currency": "JPY"}
    assert look("price_under_floor", given, facts(lines=(line(3, 1),))) is None


def test_the_higher_of_two_floors_counts() -> None:
    given = {"percent": 50, "price_list": "floors"}
    both = line(1, 590, list_price=Decimal(1000), floors={"floors": Decimal(600)})
    seen = look("price_under_floor", given, facts(lines=(both,)))
    assert seen is not None
    assert seen["lines"][0]["floor"] == "600"


# ── judging ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def in_force(kind: str = "amount", given: dict[str, Any] | None = None, **said: Any) -> RuleInForce:
    number = said.pop("number", 1)
    parameters = KINDS[kind].clean({"amounts": {"GBP": 1000}} if given is None else given)
    usual: dict[str, Any] = {"rule_id": UUID(int=number), "version_id": UUID(int=100 + number), "code": kind, "name": kind}
    return RuleInForce(**usual, version=1, kind=kind, parameters=parameters, **said)


def test_nothing_found_passes() -> None:
    told = judge([in_force(given={"amounts": {"GBP": 5000}})], facts())
    assert (told.waits, told.approvals, told.findings, told.score) == (False, 0, (), 0)


def test_no_rules_pass_everything() -> None:
    assert not judge([], facts(amount=10**12)).waits


def test_what_is_only_noted_does_not_wait() -> None:
    told = judge([in_force(follows=Follows.NOTE, weight=5)], facts())
    assert (told.waits, len(told.findings), told.score) == (False, 1, 5)


def test_a_rule_that_passes_outweighs_those_that_wait() -> None:
    rules = [in_force(), in_force("trusted", {}, number=2, follows=Follows.LET_PASS)]
    assert judge(rules, facts()).waits
    told = judge(rules, facts(watched=(watched("email", "trusted"),)))
    assert (told.waits, len(told.findings)) == (False, 2)


def test_a_rule_looks_at_its_channels_only() -> None:
    elsewhere = in_force(channel_ids=frozenset({UUID(int=3)}))
    assert not judge([elsewhere], facts()).waits
    assert judge([elsewhere], facts(channel_id=UUID(int=3))).waits


def test_the_risk_score_is_the_weight_of_the_others() -> None:
    rules = [
        in_force("risk_score", {"limit": 10}, number=9, weight=1000),
        in_force(follows=Follows.NOTE, weight=6),
        in_force("new_customer", {}, number=2, follows=Follows.NOTE, weight=5),
    ]
    told = judge(rules, facts())
    assert (told.score, told.waits, [one.rule.kind for one in told.asked]) == (11, True, ["risk_score"])
    assert not judge(rules, facts(amount=1)).waits  # 5 is not above 10
    assert not judge([rules[0], in_force(follows=Follows.NOTE, weight=10)], facts()).waits  # nor is 10


def test_the_most_people_that_any_rule_wants() -> None:
    told = judge([in_force(), in_force("new_customer", {}, number=2, approvals=2, holds_money=True)], facts())
    assert (told.approvals, told.holds_money) == (2, True)


def test_what_people_let_pass_is_not_asked_again_unless_it_differs() -> None:
    before = judge([in_force()], facts(amount=2000))
    settled = {one.key for one in before.asked}
    again = judge([in_force()], facts(amount=2000), settled=settled)
    assert (again.waits, len(again.findings)) == (False, 1)
    assert judge([in_force()], facts(amount=2001), settled=settled).waits
    assert judge([replace(in_force(), version_id=UUID(int=55))], facts(amount=2000), settled=settled).waits


# ── writing rules down ───────────────────────────────────────────────────────────────────────────────────────────────────


def draft(**changes: Any) -> RuleDraft:
    return RuleDraft(**{"code": "big", "name": "Big", "kind": "amount", "parameters": {"amounts": {"GBP": 1}}, **changes})


def test_every_kind_is_in_the_table_with_a_sentence() -> None:
    assert set(KINDS) == {str(kind) for kind in RuleKind}


def test_defaults_are_filled_in() -> None:
    assert clean_rule(draft(kind="duplicate", parameters={})).parameters == {"hours": 24}
    assert clean_rule(draft(kind="unusual_quantity", parameters={"most": 5})).parameters == {"most": 5}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "big one"}, "code"),
        ({"name": " "}, "name"),
        ({"kind": "mood"}, "kind"),
        ({"follows": "refuse"}, "follows"),
        ({"approvals": 0}, "approvals"),
        ({"approvals": 3}, "approvals"),
        ({"weight": -1}, "weight"),
        ({"channels": ("a b",)}, "channels.0"),
        ({"parameters": {}}, "parameters.amounts"),
        ({"parameters": {"amounts": {}}}, "parameters.amounts"),
        ({"parameters": {"amounts": {"GBP": 1.5}}}, "parameters.amounts"),
        ({"parameters": {"amounts": {"GBP": -1}}}, "parameters.amounts"),
        ({"parameters": {"amounts": {"GBP": True}}}, "parameters.amounts"),
        ({"parameters": {"amount": 5}}, "parameters.amount"),
        ({"kind": "duplicate", "parameters": {"hours": 0}}, "parameters.hours"),
        ({"kind": "duplicate", "parameters": {"hours": "24"}}, "parameters.hours"),
        ({"kind": "remark", "parameters": {"words": []}}, "parameters.words"),
        ({"kind": "remark", "parameters": {"words": [""]}}, "parameters.words"),
        ({"kind": "unusual_quantity", "parameters": {}}, "parameters.most"),
        ({"kind": "price_under_floor", "parameters": {"percent": 101}}, "parameters.percent"),
        ({"kind": "address_trouble", "parameters": {"troubles": ["ugly"]}}, "parameters.troubles"),
        ({"kind": "risk_score", "parameters": {}}, "parameters.limit"),
    ],
)
def test_what_cannot_be_a_rule(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Refusal) as refused:
        clean_rule(draft(**changes))
    assert (refused.value.field, refused.value.status) == (field, 422)


def test_a_currency_that_does_not_exist() -> None:
    with pytest.raises(Refusal):
        clean_rule(draft(parameters={"amounts": {"XXY": 5}}))


@pytest.mark.parametrize(
    ("kind", "seen", "told"),
    [
        ("new_customer", {"earlier": 0}, "Earlier orders of this buyer: 0."),
        (
            "address_trouble",
            {"troubles": ["po_box", "no_contact"]},
            "Address: it is a post office box, there is neither e-mail nor phone.",
        ),
        ("blacklist", {"parts": ["email"], "watches": []}, "On the blacklist: e-mail."),
        ("duplicate", {"orders": ["1001", "1002"]}, "Same buyer, same goods: 1001, 1002."),
        ("remark", {"words": ["急"]}, "The remark says: 急."),
        ("short_of_stock", {"missing": 3}, "Pieces that are owed and not there: 3."),
        ("unusual_quantity", {"lines": [{"sku": "A", "quantity": 9, "limit": 5}]}, "Quantity: 9 of A, more than 5."),
        (
            "price_under_floor",
            {"lines": [{"sku": "A", "paid": 100, "quantity": 3, "floor": "50"}], "currency": "GBP"},
            "Price: A at £0.33, under £0.50.",
        ),
        ("risk_score", {"score": 12, "limit": 10}, "What was found weighs 12; the limit is 10."),
    ],
)
def test_sentences(kind: str, seen: dict[str, Any], told: str) -> None:
    assert sentence(kind, seen, money=lambda amount, code: Money(amount, code).format("en-GB")) == told
