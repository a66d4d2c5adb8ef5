import pytest

from dingdan.kernel.changes import FieldChange
from dingdan.kernel.errors import NotFound, NotPermitted, Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Actor
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.kernel.text import BrokenText, TextMissing
from dingdan.masterdata.staff.commands import resume_membership, retire_role, save_membership, save_role, suspend_membership
from dingdan.masterdata.staff.models import Membership, MembershipRole, Role
from dingdan.masterdata.staff.queries import actor_for_user, all_roles, owners, roles_by_name, shops_of
from dingdan.masterdata.staff.rules import USUAL_ROLES, LastOwner, MayNotGrant, PermissionNotUsable, RoleDraft, TooManyPermissions
from tests.masterdata.shop import Shop

ALL = (Role, Membership, MembershipRole)
CLERK = Actor("staff", "7", frozenset({"staff.*", "orders.*"}))


def _role(shop: Shop, name: str, *permissions: str) -> RoleDraft:
    return RoleDraft(
        name=name, permissions=permissions, id=save_role(shop.call(), role=RoleDraft(name=name, permissions=permissions)).role_id
    )


def test_it_works(shop: Shop) -> None:
    sales, stock = _role(shop, "sales", "orders.*", "customers.save_customer"), _role(shop, "stock", "inventory.*")
    assert sales.id
    assert stock.id

    first = save_membership(shop.call(), user_id=5, role_ids=(sales.id, stock.id))
    actor = actor_for_user(5)

    assert actor == Actor("staff", "5", frozenset({"orders.*", "customers.save_customer", "inventory.*"}))
    assert (actor.may("orders.place_order"), actor.may("customers.save_customer"), actor.may("customers.merge_customers")) == (
        True, True, False,
    )  # fmt: skip
    assert shop.id in shops_of(5)
    assert (first.created, first.role_ids, first.before) == (True, tuple(sorted([sales.id, stock.id])), ())

    second = save_membership(shop.call(), user_id=5, role_ids=(stock.id,))
    assert (second.created, second.membership_id, second.before) == (False, first.membership_id, first.role_ids)
    assert actor_for_user(5) == Actor("staff", "5", frozenset({"inventory.*"}))


def test_a_role_changes_for_everybody_who_has_it(shop: Shop) -> None:
    sales = _role(shop, "sales", "orders.*")
    assert sales.id
    save_membership(shop.call(), user_id=5, role_ids=(sales.id,))
    saved = save_role(shop.call(), role=RoleDraft(name="sales", permissions=("orders.hold_order", "orders.*", "orders.*")))
    assert saved.changes == (FieldChange(field="permissions", before='["orders.*"]', after='["orders.*","orders.hold_order"]'),)
    assert actor_for_user(5) == Actor("staff", "5", frozenset({"orders.*", "orders.hold_order"}))
    retire_role(shop.call(), role_id=sales.id)
    assert actor_for_user(5) == Actor("staff", "5", frozenset())
    save_role(shop.call(), role=RoleDraft(name="sales", permissions=("orders.*",)))
    assert roles_by_name(["sales", "none"])["sales"].state == "active"


def test_the_usual_roles_can_be_saved(shop: Shop) -> None:
    for name, permissions in USUAL_ROLES.items():
        save_role(shop.call(), role=RoleDraft(name=name, permissions=permissions))
    assert [role.name for role in all_roles()] == sorted(USUAL_ROLES)


def test_a_suspended_member_may_do_nothing(shop: Shop) -> None:
    sales = _role(shop, "sales", "orders.*")
    assert sales.id
    id_ = save_membership(shop.call(), user_id=5, role_ids=(sales.id,)).membership_id
    assert suspend_membership(shop.call(), membership_id=id_).state == "suspended"
    assert actor_for_user(5) is None
    assert shop.id not in shops_of(5)
    with shop.nothing_changes(*ALL), pytest.raises(NotInThisState):
        suspend_membership(shop.call(), membership_id=id_)
    assert resume_membership(shop.call(), membership_id=id_).state == "active"
    assert actor_for_user(5) == Actor("staff", "5", frozenset({"orders.*"}))


def test_a_stranger_is_nobody(shop: Shop) -> None:
    assert actor_for_user(99) is None


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


def test_nobody_gives_themselves_a_greater_role(shop: Shop) -> None:
    owner, clerk = _role(shop, "owner", "*"), _role(shop, "clerk", "orders.*")
    assert owner.id
    assert clerk.id
    save_membership(shop.call(), user_id=1, role_ids=(owner.id,))
    for user in (7, 1):
        with shop.nothing_changes(*ALL), pytest.raises(MayNotGrant):
            save_membership(shop.call(actor=CLERK), user_id=user, role_ids=(owner.id, clerk.id) if user == 7 else ())
    with shop.nothing_changes(*ALL), pytest.raises(MayNotGrant):
        save_role(shop.call(actor=CLERK), role=RoleDraft(name="owner", permissions=()))
    with shop.nothing_changes(*ALL), pytest.raises(MayNotGrant):
        retire_role(shop.call(actor=CLERK), role_id=owner.id)
    assert save_membership(shop.call(actor=CLERK), user_id=7, role_ids=(clerk.id,)).created


def test_whoever_has_no_permission_is_refused_at_the_door(shop: Shop) -> None:
    with shop.nothing_changes(*ALL), pytest.raises(NotPermitted) as refused:
        save_role(shop.call(actor=Actor("staff", "9", frozenset({"orders.*"}))), role=RoleDraft(name="a", permissions=()))
    assert refused.value.facts == {"command": "staff.save_role"}


def test_a_shop_keeps_an_owner(shop: Shop) -> None:
    owner = _role(shop, "owner", "*")
    assert owner.id
    id_ = save_membership(shop.call(), user_id=1, role_ids=(owner.id,)).membership_id
    assert owners() == {1}
    with shop.nothing_changes(*ALL), pytest.raises(LastOwner):
        save_membership(shop.call(), user_id=1, role_ids=())
    with shop.nothing_changes(*ALL), pytest.raises(LastOwner):
        suspend_membership(shop.call(), membership_id=id_)
    with shop.nothing_changes(*ALL), pytest.raises(LastOwner):
        retire_role(shop.call(), role_id=owner.id)
    with shop.nothing_changes(*ALL), pytest.raises(LastOwner):
        save_role(shop.call(), role=RoleDraft(name="owner", permissions=("orders.*",)))
    save_membership(shop.call(), user_id=2, role_ids=(owner.id,))
    suspend_membership(shop.call(), membership_id=id_)
    assert owners() == {2}


def test_it_refuses_a_role_that_is_not_there(shop: Shop) -> None:
    with shop.nothing_changes(*ALL), pytest.raises(NotFound) as refused:
        save_membership(shop.call(), user_id=1, role_ids=(new_id(),))
    assert refused.value.field == "role_ids"
