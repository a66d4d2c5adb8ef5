"""Commands, steps and events all have one shape."""

from importlib import import_module

from tests.house import scan, schema
from tests.house.report import assert_none


def test_every_public_function_of_commands_is_one_command_with_one_event() -> None:
    assert_none(scan.shapeless_commands(scan.ROOT))


def test_every_command_has_a_test_module_that_begins_with_test_it_works() -> None:
    assert_none(scan.untested_commands(scan.ROOT))


def test_no_step_without_the_open_entry() -> None:
    assert_none(scan.stepless_steps(scan.ROOT))


def test_events_are_frozen_facts_without_personal_data() -> None:
    assert_none(scan.loose_events(scan.ROOT))


def test_no_two_events_share_a_name() -> None:
    assert_none(scan.twice_named_events(scan.ROOT))


def test_only_the_kernel_opens_transactions() -> None:
    assert_none(scan.own_transactions(scan.ROOT))


def test_every_command_is_named_after_its_app() -> None:
    schema.all_models()
    written = []
    for source in scan.sources(scan.ROOT):
        if source.is_business and source.file == "commands":
            import_module(".".join(source.parts).removesuffix(".py").removesuffix(".__init__"))
            written += [f"{source.app.rpartition('.')[2]}.{node.name}" for node in scan.commands(source)]
    from dingdan.kernel.command import every

    # Tests have commands of their own, which are here too when the same process has run them.
    rooms = {name: one.function.__module__.split(".") for name, one in every.items()}
    known = [name for name, room in rooms.items() if room[0] == "dingdan" and room[1] in scan.BUSINESS_FLOORS]
    assert sorted(known) == sorted(written)
