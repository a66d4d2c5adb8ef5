"""What an order is found by."""

import pytest

from dingdan.insight.board.rules import order_tokens
from dingdan.kernel.finding import asked_tokens


def _found(query: str, **carried: list[str]) -> bool:
    parts: dict[str, list[str]] = {"texts": [], "phones": [], "skus": [], "tags": []}
    tokens = set(order_tokens(**(parts | carried)))
    return any(set(asked) <= tokens for asked in asked_tokens(query))


@pytest.mark.parametrize("query", ["王小明", "小明", "王", "王小", "明"])
def test_a_chinese_name_is_found_by_any_part_of_it(query: str) -> None:
    assert _found(query, texts=["王小明"])


@pytest.mark.parametrize("query", ["小王", "李", "小明王"])
def test_another_chinese_name_is_not_found(query: str) -> None:
    assert not _found(query, texts=["王小明"])


@pytest.mark.parametrize("query", ["Ann", "ANN LEE", "lee ann", "Müller", "muller", "mul", "Ａnn"])
def test_a_name_is_found_whatever_its_case_width_and_accents(query: str) -> None:
    assert _found(query, texts=["Ann Lee Müller"])


def test_a_word_is_found_by_its_beginning_of_three_letters_and_not_by_its_middle() -> None:
    assert _found("alex", texts=["Alexandra"])
    assert not _found("al", texts=["Alexandra"])
    assert not _found("exandra", texts=["Alexandra"])


@pytest.mark.parametrize(
    "query", ["+886912345678", "0912 345 678", "0912-345-678", "912345678", "345678", "091234", "23456", "45678"]
)
def test_a_phone_is_found_as_people_write_it_and_by_any_half(query: str) -> None:
    assert _found(query, phones=["+886912345678"])


def test_a_number_that_looks_like_a_phone_is_still_a_number() -> None:
    assert _found("536365", texts=["536365"])
    assert _found("2026-000123", texts=["2026-000123"])
    assert _found("000123", texts=["000123"])


@pytest.mark.parametrize("query", ["ann.lee@example.com", "ann", "example", "ANN.LEE@EXAMPLE.COM"])
def test_a_mail_address_is_found(query: str) -> None:
    assert _found(query, texts=["ann.lee@example.com"])


def test_a_sku_is_found_as_it_is_written() -> None:
    assert _found("MUG-RED-L", skus=["MUG-RED-L"])
    assert _found("mug", skus=["MUG-RED-L"])
    assert not _found("MUG-RED-M", skus=["MUG-RED-L"])


def test_all_words_must_fit() -> None:
    assert _found("ann 1001", texts=["Ann", "1001"])
    assert not _found("ann 1002", texts=["Ann", "1001"])


def test_a_number_may_be_a_piece_of_a_phone() -> None:
    assert asked_tokens("7967") == [["7967"]]
    assert asked_tokens("796794") == [["796794"], ["tel:79679", "tel:96794"]]
    assert asked_tokens("0912 345") == [["0912", "345"], ["tel:12345", "tel:91234"]]


@pytest.mark.parametrize("query", ["1234", "54321", "912346"])
def test_another_phone_is_not_found(query: str) -> None:
    assert not _found(query, phones=["+886912345678"])


@pytest.mark.parametrize("query", ["000123", "0123", "2026-000123", "200"])
def test_a_number_is_found_by_its_last_digits(query: str) -> None:
    assert _found(query, texts=["2026-000123", "2001"])


@pytest.mark.parametrize("query", ["", "   ", "\u3000"])
def test_asking_for_nothing_asks_nothing(query: str) -> None:
    assert asked_tokens(query) == []
