"""What the database refuses has a name that can be read aloud."""

from tests.house import schema
from tests.house.report import assert_none


def test_constraint_names_are_sentences_and_unique() -> None:
    assert_none(schema.constraint_names(schema.all_models()))


def test_every_unique_key_begins_with_the_tenant() -> None:
    assert_none(schema.tenantless_unique(schema.all_models()))


def test_every_enum_is_held_by_a_check_constraint() -> None:
    assert_none(schema.open_states(schema.all_models()))


def test_columns_hold_no_floats_and_say_what_they_are() -> None:
    assert_none(schema.careless_columns(schema.all_models()))
