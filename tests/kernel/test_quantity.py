import pytest

from dingdan.kernel.quantity import (
    LARGEST_QUANTITY,
    PIECE,
    UNITS,
    QuantityNotReadable,
    QuantityOutOfRange,
    checked_quantity,
    parse_quantity,
    plain_quantity,
)


def test_whole_numbers_from_one_on_are_quantities() -> None:
    assert [checked_quantity(value) for value in (1, 2, LARGEST_QUANTITY)] == [1, 2, 10**9]


@pytest.mark.parametrize("wrong", [0, -1, 10**9 + 1, 10**12, 10**400, 1.0, "1", True, None])
def test_it_refuses_everything_else(wrong: object) -> None:
    with pytest.raises(QuantityOutOfRange) as refused:
        checked_quantity(wrong, field="lines.0.quantity")
    assert refused.value.field == "lines.0.quantity"
    assert refused.value.advice == "Give a whole number from 1 to 1,000,000,000."


@pytest.mark.parametrize(
    ("text", "unit", "steps"),
    [
        ("12", "piece", 12),
        (" 3 ", "piece", 3),
        ("0.5", "kg", 500),
        ("1.250", "kg", 1250),
        ("2.0", "piece", 2),
        ("0.75", "hour", 75),
    ],
)
def test_people_write_whole_units(text: str, unit: str, steps: int) -> None:
    assert parse_quantity(text, UNITS[unit]) == steps


@pytest.mark.parametrize(
    ("text", "unit"), [("1.5", "piece"), ("0.0005", "kg"), ("1,5", "kg"), ("-1", "kg"), ("", "kg"), ("1e3", "kg"), (3, "kg")]
)
def test_it_refuses_what_does_not_come_out_whole(text: object, unit: str) -> None:
    with pytest.raises(QuantityNotReadable) as refused:
        parse_quantity(text, UNITS[unit], field="weight")
    assert refused.value.field == "weight"
    assert parse_quantity(refused.value.facts["example"], UNITS[unit]) > 0


def test_nothing_is_no_quantity() -> None:
    with pytest.raises(QuantityOutOfRange):
        parse_quantity("0")


@pytest.mark.parametrize(
    ("steps", "unit", "text"),
    [(12, "piece", "12"), (1250, "kg", "1.25"), (1000, "kg", "1"), (5, "kg", "0.005"), (-1500, "kg", "-1.5")],
)
def test_steps_are_written_without_needless_zeros(steps: int, unit: str, text: str) -> None:
    assert plain_quantity(steps, UNITS[unit]) == text


def test_a_unit_knows_its_steps() -> None:
    assert (PIECE.steps, UNITS["kg"].steps, UNITS["m3"].steps) == (1, 1000, 1_000_000)
