"""One way to fail for all tests of the house: every breach on a line of its own."""

from __future__ import annotations


def assert_none(breaches: list[str]) -> None:
    """Fail with every breach on a line of its own; pass where there is none."""
    assert breaches == [], "\n" + "\n".join(f"  {breach}" for breach in breaches)
