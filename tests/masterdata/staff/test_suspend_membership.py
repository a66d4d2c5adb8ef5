import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.masterdata.staff.commands import suspend_membership
from dingdan.masterdata.staff.models import Membership, MembershipRole, Role
from dingdan.masterdata.staff.queries import actor_for_user, owners, shops_of
from dingdan.masterdata.staff.rules import LastOwner
from tests.masterdata.shop import Shop
from tests.masterdata.staff.drafts import member, role

ALL = (Role, Membership, MembershipRole)


def test_it_works(shop: Shop) -> None:
    id_ = member(shop, 5, role(shop, "sales", "orders.*"))
    turned = suspend_membership(shop.call(), membership_id=id_)
    assert (turned.membership_id, turned.user_id, turned.state) == (id_, 5, "suspended")
    assert actor_for_user(5) is None
    assert shop.id not in shops_of(5)


def test_it_refuses_to_do_it_twice(shop: Shop) -> None:
    id_ = member(shop, 5)
    suspend_membership(shop.call(), membership_id=id_)
    with shop.nothing_changes(*ALL), pytest.raises(NotInThisState):
        suspend_membership(shop.call(), membership_id=id_)


def test_a_shop_keeps_an_owner(shop: Shop) -> None:
    owner = role(shop, "owner", "*")
    first = member(shop, 1, owner)
    with shop.nothing_changes(*ALL), pytest.raises(LastOwner):
        suspend_membership(shop.call(), membership_id=first)
    member(shop, 2, owner)
    suspend_membership(shop.call(), membership_id=first)
    assert owners() == {2}


def test_it_refuses_what_is_not_there(shop: Shop) -> None:
    with shop.nothing_changes(*ALL), pytest.raises(NotFound) as refused:
        suspend_membership(shop.call(), membership_id=new_id())
    assert refused.value.field == "membership_id"
