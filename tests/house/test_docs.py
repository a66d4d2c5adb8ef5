"""The docs are fresh, lead somewhere, and name only what exists."""

from tests.house import scan, schema, texts
from tests.house.report import assert_none


def test_generated_pages_are_fresh() -> None:
    schema.all_models()  # Django must be ready
    from dingdan.config import docs

    stale = [
        f"{path.as_posix()}: run `make docs`"
        for path, text in docs.pages(scan.ROOT).items()
        if not (scan.ROOT / path).exists() or (scan.ROOT / path).read_text(encoding="utf-8") != text
    ]
    assert_none(stale)


def test_links_of_the_pages_lead_somewhere() -> None:
    assert_none(texts.broken_links(scan.ROOT, texts.tracked()))


def test_architecture_names_only_what_exists() -> None:
    assert_none(texts.names_that_do_not_exist(scan.ROOT, scan.ROOT / "ARCHITECTURE.md"))


def test_every_decision_has_a_number_of_its_own() -> None:
    numbers = [path.name[:4] for path in sorted((scan.ROOT / "docs" / "decisions").glob("[0-9]*.md"))]
    assert numbers == [f"{number:04d}" for number in range(len(numbers))]
