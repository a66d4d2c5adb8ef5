"""When a difference is too large to be believed at once."""

import pytest

from dingdan.trade.counting.rules import is_beyond


@pytest.mark.parametrize(
    ("difference", "books", "tolerance", "percent", "wanted"),
    [(0, 10, 0, 0, False), (-1, 10, 0, 0, True), (1, 10, 1, 0, False), (2, 10, 1, 0, True), (-5, 100, 0, 5, False),
     (-6, 100, 0, 5, True), (3, 0, 0, 50, True), (3, 0, 3, 0, False)],
    ids=["none", "one", "tolerated", "two", "five-percent", "six-percent", "found", "found-but-few"],
)  # fmt: skip
def test_beyond(difference: int, books: int, tolerance: int, percent: int, *, wanted: bool) -> None:
    assert is_beyond(difference, books, tolerance=tolerance, percent=percent) is wanted
