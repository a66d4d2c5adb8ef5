"""Words that must not be in what is published."""

from tests.house import scan, texts
from tests.house.report import assert_none


def test_no_registry_no_machine_and_no_unfinished_mark_is_named() -> None:
    assert_none(texts.unwanted_words(scan.ROOT, texts.tracked()))
