"""What a cell may hold, and what is refused with which words."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from dingdan.integrations.importers.cells import BadCell, Moment, decimal, moment, price, whole, words

LONDON = ZoneInfo("Europe/London")


def test_it_works() -> None:
    assert whole(" -12 ") == -12
    assert whole("17850.0") == 17850
    assert decimal("2.55") == Decimal("2.55")
    assert decimal("2,55", ",") == Decimal("2.55")
    assert price("0.001", "GBP").times(3) == 0
    assert price("0.005", "GBP").times(1) == 1
    assert price("0.005", "GBP").times(-1) == -1
    assert price("2.55", "GBP").times(6) == 1530
    assert price("120", "JPY").times(2) == 240
    assert words("  WHITE   HANGING\tHEART ") == "WHITE HANGING HEART"


@pytest.mark.parametrize("text", ["", "1.5", "1_000", "1,000", "1e3", "٣", "0x10", "12345678901", "--1", "NaN"])
def test_a_quantity_that_is_no_whole_number_is_refused(text: str) -> None:
    with pytest.raises(BadCell) as refused:
        whole(text)
    assert refused.value.code == "not_a_whole_number"
    assert refused.value.remedy == "Write digits only, without separators of thousands."


def test_a_quantity_beyond_a_billion_is_refused() -> None:
    assert whole("1000000000") == 10**9
    with pytest.raises(BadCell) as refused:
        whole("1000000001")
    assert refused.value.code == "number_too_large"


@pytest.mark.parametrize("text", ["", "£2.55", "2,55", "1.234.5", "Infinity", "1e5", "0.1234567", "1_0.5"])
def test_a_price_that_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(BadCell) as refused:
        decimal(text)
    assert refused.value.code == "not_a_number"


def test_a_point_in_a_file_of_commas_is_refused_because_it_could_mean_two_things() -> None:
    with pytest.raises(BadCell):
        decimal("1.234", ",")


@pytest.mark.parametrize(
    ("text", "shape", "at", "day"),
    [
        ("2010-12-01 08:26:00", None, datetime(2010, 12, 1, 8, 26, tzinfo=UTC), date(2010, 12, 1)),
        ("2011-07-01 00:30", None, datetime(2011, 6, 30, 23, 30, tzinfo=UTC), date(2011, 7, 1)),
        ("2011-07-01", None, datetime(2011, 6, 30, 23, 0, tzinfo=UTC), date(2011, 7, 1)),
        ("2010-12-01T08:26:00+08:00", None, datetime(2010, 12, 1, 0, 26, tzinfo=UTC), date(2010, 12, 1)),
        ("12/1/2010 8:26", "%m/%d/%Y %H:%M", datetime(2010, 12, 1, 8, 26, tzinfo=UTC), date(2010, 12, 1)),
        # Comes twice (2011-10-30 01:30) and never comes (2011-03-27 01:30).
        ("2011-10-30 01:30", None, datetime(2011, 10, 30, 0, 30, tzinfo=UTC), date(2011, 10, 30)),
        ("2011-03-27 01:30", None, datetime(2011, 3, 27, 1, 30, tzinfo=UTC), date(2011, 3, 27)),
    ],
)
def test_a_local_time_becomes_an_instant_and_keeps_its_day(text: str, shape: str | None, at: datetime, day: date) -> None:
    assert moment(text, LONDON, shape) == Moment(at, day)


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2010-13-01", "2011-02-30 10:00:00", "0000-00-00", "1.12.2010", "0001-01-01", "9999-12-31 23:59:59"]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(BadCell) as refused:
        moment(text, LONDON)
    assert refused.value.code == "not_a_time"


@pytest.mark.parametrize(
    ("text", "code"),
    [("a\x00b", "broken_text"), ("a\u202eb", "broken_text"), ("\ufffd", "broken_text"), ("x" * 501, "text_too_long")],
)
def test_text_that_cannot_be_stored_is_refused(text: str, code: str) -> None:
    with pytest.raises(BadCell) as refused:
        words(text)
    assert refused.value.code == code
