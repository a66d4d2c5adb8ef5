"""The entry's business time is the only clock, so that history can be replayed at its own time."""

from tests.house import scan
from tests.house.report import assert_none


def test_business_code_reads_no_clock_but_the_entry() -> None:
    assert_none(scan.other_clocks(scan.ROOT))
