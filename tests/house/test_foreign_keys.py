"""Foreign keys point down, carry the tenant, and take nothing with them."""

from tests.house import schema
from tests.house.report import assert_none


def test_foreign_keys_point_down() -> None:
    assert_none(schema.upward_keys(schema.all_models()))


def test_foreign_keys_between_tenants_rows_carry_the_tenant() -> None:
    assert_none(schema.loose_keys(schema.all_models()))
