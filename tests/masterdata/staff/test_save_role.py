import pytest

from dingdan.kernel.changes import FieldChange
from dingdan.kernel.errors import NotFound, NotPermitted, Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Actor
from dingdan.kernel.text import BrokenText, TextMissing
from dingdan.masterdata.staff.commands import retire_role, save_role
from dingdan.masterdata.staff.models import Membership, MembershipRole, Role
from dingdan.masterdata.staff.queries import actor_for_user, all_roles, roles_by_name
from dingdan.masterdata.staff.rules import USUAL_ROLES, LastOwner, MayNotGrant, PermissionNotUsable, RoleDraft, TooManyPermissions
from tests.masterdata.shop import Shop
from tests.masterdata.staff.drafts import CLERK, member, role

ALL = (Role, Membership, MembershipRole)


def test_it_works(shop: Shop) -> None:
    saved = save_role(shop.call(), role=RoleDraft(name="sales", permissions=("orders.hold_order", "orders.*", "orders.*")))
    row = Role.objects.get(id=saved.role_id)
    assert (row.name, row.permissions, row.state) == ("sales", ["orders.*", "orders.hold_order"], "active")
    assert saved.created
    assert saved.changes == (
        FieldChange(field="name", before=None, after="sales"),
        FieldChange(field="permissions", before=None, after='["orders.*","orders.hold_order"]'),
        FieldChange(field="state", before=None, after="active"),
    )


def test_a_role_changes_for_everybody_who_has_it(shop: Shop) -> None:
    sales = role(shop, "sales", "orders.*")
    member(shop, 5, sales)
    saved = save_role(shop.call(), role=RoleDraft(name="sales", permissions=("orders.*", "customers.*")))
    assert saved.changes == (FieldChange(field="permissions", before='["orders.*"]', after='["customers.*","orders.*"]'),)
    assert actor_for_user(5) == Actor("staff", "5", frozenset({"orders.*", "customers.*"}))


def test_a_retired_role_is_in_use_again_when_it_is_saved(shop: Shop) -> None:
    retire_role(shop.call(), role_id=role(shop, "sales", "orders.*"))
    save_role(shop.call(), role=RoleDraft(name="sales", permissions=("orders.*",)))
    assert roles_by_name(["sales", "none"])["sales"].state == "active"


def test_the_usual_roles_can_be_saved(shop: Shop) -> None:
    for name, permissions in USUAL_ROLES.items():
        save_role(shop.call(), role=RoleDraft(name=name, permissions=permissions))
    assert [role.name for role in all_roles()] == sorted(USUAL_ROLES)


@pytest.mark.parametrize(
    ("draft", "refusal", "field"),
    [
        (RoleDraft(name="", permissions=()), TextMissing, "name"),
        (RoleDraft(name="a\0b", permissions=()), BrokenText, "name"),
        (RoleDraft(name="a", permissions=("everything",)), PermissionNotUsable, "permissions"),
        (RoleDraft(name="a", permissions=("orders.[a-z]",)), PermissionNotUsable, "permissions"),
        (RoleDraft(name="a", permissions=tuple(f"orders.c{n}" for n in range(501))), TooManyPermissions, "permissions"),
        (RoleDraft(name="a", permissions=(), id=new_id()), NotFound, "role_id"),
    ],
)
def test_it_refuses(shop: Shop, draft: RoleDraft, refusal: type[Refusal], field: str) -> None:
    with shop.nothing_changes(*ALL), pytest.raises(refusal) as refused:
        save_role(shop.call(), role=draft)
    assert refused.value.field == field


@pytest.mark.parametrize("permission", ["*", "payments.*", "payments.refund_payment", "o*.place_order"])
def test_nobody_gives_away_what_they_may_not_do(shop: Shop, permission: str) -> None:
    with shop.nothing_changes(*ALL), pytest.raises((MayNotGrant, PermissionNotUsable)):
        save_role(shop.call(actor=CLERK), role=RoleDraft(name="a", permissions=(permission,)))


def test_what_they_may_do_they_may_give(shop: Shop) -> None:
    saved = save_role(
        shop.call(actor=CLERK), role=RoleDraft(name="a", permissions=("orders.*", "orders.place_order", "staff.save_role"))
    )
    assert saved.created


def test_whoever_has_no_permission_is_refused_at_the_door(shop: Shop) -> None:
    with shop.nothing_changes(*ALL), pytest.raises(NotPermitted) as refused:
        save_role(shop.call(actor=Actor("staff", "9", frozenset({"orders.*"}))), role=RoleDraft(name="a", permissions=()))
    assert refused.value.facts == {"command": "staff.save_role"}


def test_nobody_makes_a_greater_role_smaller(shop: Shop) -> None:
    role(shop, "owner", "*")
    with shop.nothing_changes(*ALL), pytest.raises(MayNotGrant):
        save_role(shop.call(actor=CLERK), role=RoleDraft(name="owner", permissions=()))


def test_a_shop_keeps_an_owner(shop: Shop) -> None:
    member(shop, 1, role(shop, "owner", "*"))
    with shop.nothing_changes(*ALL), pytest.raises(LastOwner):
        save_role(shop.call(), role=RoleDraft(name="owner", permissions=("orders.*",)))
