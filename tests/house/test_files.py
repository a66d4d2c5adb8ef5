"""The same files in every app, and names that say what is inside."""

from tests.house import scan
from tests.house.report import assert_none


def test_every_app_holds_only_the_files_of_the_table() -> None:
    assert_none(scan.strange_files(scan.ROOT))


def test_no_class_and_no_function_has_an_empty_word_for_a_name() -> None:
    assert_none(scan.empty_words(scan.ROOT))


def test_the_ground_knows_no_business() -> None:
    assert_none(scan.business_words(scan.ROOT))


def test_the_files_that_are_begun_first_are_there() -> None:
    names = (scan.ROOT / "tests" / "longest.txt").read_text(encoding="utf-8").split()

    assert_none([name for name in names if not (scan.ROOT / name).is_file()])
