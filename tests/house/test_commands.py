"""Commands, steps and events all have one shape."""

from tests.house import scan
from tests.house.report import assert_none


def test_every_public_function_of_commands_is_one_command_with_one_event() -> None:
    assert_none(scan.shapeless_commands(scan.ROOT))


def test_no_step_without_the_open_entry() -> None:
    assert_none(scan.stepless_steps(scan.ROOT))


def test_events_are_frozen_facts_without_personal_data() -> None:
    assert_none(scan.loose_events(scan.ROOT))


def test_no_two_events_share_a_name() -> None:
    assert_none(scan.twice_named_events(scan.ROOT))


def test_only_the_kernel_opens_transactions() -> None:
    assert_none(scan.own_transactions(scan.ROOT))
