"""Rules, lifecycles and events can be run anywhere, without a database."""

from tests.house import scan
from tests.house.report import assert_none


def test_rules_lifecycles_and_events_know_nothing_of_the_outside() -> None:
    assert_none(scan.impure(scan.ROOT))
