"""Requirements are pinned, hashed, and say nothing of where they come from."""

from tests.house import scan, texts
from tests.house.report import assert_none


def test_every_requirement_is_pinned_and_hashed_and_names_no_place() -> None:
    assert_none(texts.loose_requirements(scan.ROOT / "requirements"))


def test_every_library_has_its_reason_in_a_decision() -> None:
    assert_none(texts.unexplained_libraries(scan.ROOT / "requirements", scan.ROOT / "docs/decisions/0002-libraries.md"))
