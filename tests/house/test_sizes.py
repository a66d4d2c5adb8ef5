"""Small enough to be read: functions, modules and parameter lists have an end."""

from tests.house import scan
from tests.house.report import assert_none

LONG_SHARE = 0.05


def test_no_function_and_no_module_passes_the_hard_stop() -> None:
    assert_none(scan.too_long(scan.ROOT, "dingdan", "tests"))


def test_functions_above_forty_lines_stay_rare() -> None:
    everything = [node for source in scan.sources(scan.ROOT) for node in scan.functions(source.tree)]
    long = scan.too_long(scan.ROOT, function_limit=scan.FUNCTION_WISH, module_limit=scan.MODULE_LIMIT)
    assert len(long) <= LONG_SHARE * len(everything), "\n".join(long)


def test_modules_above_four_hundred_lines_stay_rare() -> None:
    everything = list(scan.sources(scan.ROOT))
    long = scan.too_long(scan.ROOT, function_limit=scan.FUNCTION_LIMIT, module_limit=scan.MODULE_WISH)
    assert len(long) <= LONG_SHARE * len(everything), "\n".join(long)


def test_no_function_takes_more_than_five_parameters() -> None:
    assert_none(scan.too_many_parameters(scan.ROOT))


def test_commands_and_steps_take_keywords_past_the_first_parameter() -> None:
    assert_none(scan.positional_past_the_first(scan.ROOT))
