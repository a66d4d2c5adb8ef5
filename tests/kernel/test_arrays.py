"""Lists as PostgreSQL gets them: what comes back is what was sent, whatever it holds."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import DataError, connection
from hypothesis import given
from hypothesis import strategies as st

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


def _there_and_back(kind: str, items: list[object]) -> object:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT %s::{kind}[]", [items])
        return cursor.fetchone()[0]


@given(st.lists(st.none() | TEXT))
def test_it_works_for_any_text(items: list[object]) -> None:
    assert _there_and_back("text", items) == items


@pytest.mark.parametrize("text", ["", " ", "null", "NULL", "{", "}", ",", '"', "\\", "\\\\", "'", "a\nb", "訂單", "%s", '\\"'])
def test_text_that_looks_like_something_else(text: str) -> None:
    assert _there_and_back("text", [text, None, text]) == [text, None, text]


@given(st.lists(st.none() | st.uuids()))
def test_ids(items: list[object]) -> None:
    assert _there_and_back("uuid", items) == items


@given(st.lists(st.none() | st.integers(-(2**63), 2**63 - 1)))
def test_whole_numbers(items: list[object]) -> None:
    assert _there_and_back("bigint", items) == items


@given(st.lists(st.none() | st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**13), max_value=10**13)))
def test_decimals(items: list[object]) -> None:
    assert _there_and_back("numeric", items) == items


def test_decimals_that_are_no_numbers() -> None:
    assert str(_there_and_back("numeric", [Decimal("NaN"), Decimal(1)])) == "[Decimal('NaN'), Decimal('1')]"


def test_times_dates_and_truth() -> None:
    moment = datetime(2010, 12, 1, 8, 26, tzinfo=timezone(timedelta(hours=8)))
    assert _there_and_back("timestamptz", [moment, None]) == [moment.astimezone(UTC), None]
    assert _there_and_back("date", [date(2010, 12, 1), None]) == [date(2010, 12, 1), None]
    assert _there_and_back("boolean", [True, None, False]) == [True, None, False]


def test_what_is_not_plain_goes_the_long_way() -> None:
    assert _there_and_back("int", [[1, 2], [3, 4]]) == [[1, 2], [3, 4]]
    assert _there_and_back("text", []) == []
    assert _there_and_back("uuid", [None, None]) == [None, None]
    assert _there_and_back("uuid", [UUID(int=0)]) == [UUID(int=0)]


def test_a_nul_is_refused_as_ever() -> None:
    with pytest.raises(DataError, match="NUL"):
        _there_and_back("text", ["a\0b"])
