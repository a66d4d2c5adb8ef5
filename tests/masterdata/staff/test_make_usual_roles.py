from dingdan.masterdata.staff.commands import make_usual_roles
from dingdan.masterdata.staff.queries import roles_by_name
from dingdan.masterdata.staff.rules import USUAL_ROLES
from tests.masterdata.shop import Shop
from tests.masterdata.staff.drafts import role


def test_it_works(shop: Shop) -> None:
    made = make_usual_roles(shop.call())
    assert len(made.role_ids) == len(USUAL_ROLES)
    assert make_usual_roles(shop.call()).role_ids == ()
    assert {name: set(role.permissions) for name, role in roles_by_name(USUAL_ROLES).items()} == {
        name: set(permissions) for name, permissions in USUAL_ROLES.items()
    }


def test_what_a_shop_has_by_name_is_left_as_it_is(shop: Shop) -> None:
    role(shop, "sales", "orders.read")
    assert len(make_usual_roles(shop.call()).role_ids) == len(USUAL_ROLES) - 1
    assert roles_by_name(["sales"])["sales"].permissions == ["orders.read"]
