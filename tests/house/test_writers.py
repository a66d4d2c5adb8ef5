"""A model is written by the commands and steps of its own app."""

from tests.house import scan, writers
from tests.house.report import assert_none


def test_no_app_writes_the_model_of_another_app() -> None:
    assert_none(writers.foreign_writers(scan.ROOT))


def test_commands_ask_other_apps_through_their_queries() -> None:
    assert_none(writers.questions_past_queries(scan.ROOT))
