import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Actor
from dingdan.masterdata.staff.commands import save_membership
from dingdan.masterdata.staff.models import Membership, MembershipRole, Role
from dingdan.masterdata.staff.queries import actor_for_user, owners, shops_of
from dingdan.masterdata.staff.rules import LastOwner, MayNotGrant
from tests.masterdata.shop import Shop
from tests.masterdata.staff.drafts import CLERK, member, role

ALL = (Role, Membership, MembershipRole)


def test_it_works(shop: Shop) -> None:
    sales, stock = role(shop, "sales", "orders.*", "customers.save_customer"), role(shop, "stock", "inventory.*")

    first = save_membership(shop.call(), user_id=5, role_ids=(sales, stock))
    actor = actor_for_user(5)

    assert actor == Actor("staff", "5", frozenset({"orders.*", "customers.save_customer", "inventory.*"}))
    assert (actor.may("orders.place_order"), actor.may("customers.save_customer"), actor.may("customers.merge_customers")) == (
        True, True, False,
    )  # fmt: skip
    assert shop.id in shops_of(5)
    assert (first.created, first.role_ids, first.before) == (True, tuple(sorted([sales, stock])), ())


def test_the_roles_are_exactly_those_that_are_given(shop: Shop) -> None:
    sales, stock = role(shop, "sales", "orders.*"), role(shop, "stock", "inventory.*")
    first = save_membership(shop.call(), user_id=5, role_ids=(sales,))
    second = save_membership(shop.call(), user_id=5, role_ids=(stock,))
    assert (second.created, second.membership_id, second.before, second.role_ids) == (
        False,
        first.membership_id,
        (sales,),
        (stock,),
    )
    assert actor_for_user(5) == Actor("staff", "5", frozenset({"inventory.*"}))


def test_a_stranger_is_nobody(shop: Shop) -> None:
    assert actor_for_user(99) is None


def test_nobody_gives_or_takes_a_greater_role(shop: Shop) -> None:
    owner, clerk = role(shop, "owner", "*"), role(shop, "clerk", "orders.*")
    member(shop, 1, owner)
    with shop.nothing_changes(*ALL), pytest.raises(MayNotGrant):
        save_membership(shop.call(actor=CLERK), user_id=7, role_ids=(owner, clerk))
    with shop.nothing_changes(*ALL), pytest.raises(MayNotGrant):
        save_membership(shop.call(actor=CLERK), user_id=1, role_ids=())
    assert save_membership(shop.call(actor=CLERK), user_id=7, role_ids=(clerk,)).created


def test_a_shop_keeps_an_owner(shop: Shop) -> None:
    owner = role(shop, "owner", "*")
    member(shop, 1, owner)
    with shop.nothing_changes(*ALL), pytest.raises(LastOwner):
        save_membership(shop.call(), user_id=1, role_ids=())
    member(shop, 2, owner)
    member(shop, 1)
    assert owners() == {2}


def test_it_refuses_a_role_that_is_not_there(shop: Shop) -> None:
    with shop.nothing_changes(*ALL), pytest.raises(NotFound) as refused:
        save_membership(shop.call(), user_id=1, role_ids=(new_id(),))
    assert refused.value.field == "role_ids"
