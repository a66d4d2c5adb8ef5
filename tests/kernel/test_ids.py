from __future__ import annotations

from datetime import UTC, datetime, timedelta

from dingdan.kernel.ids import first_id, id_beside, made_at, new_id


def test_an_id_says_when_it_was_made() -> None:
    before = datetime.now(UTC) - timedelta(milliseconds=1)
    assert before <= made_at(new_id()) <= datetime.now(UTC)


def test_to_the_millisecond() -> None:
    at = datetime(2026, 11, 29, 12, 0, 0, 123_000, tzinfo=UTC)
    assert made_at(first_id(at)) == at
    assert made_at(id_beside(first_id(at))) == at
