import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Actor
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.masterdata.staff.commands import resume_membership, suspend_membership
from dingdan.masterdata.staff.models import Membership, MembershipRole, Role
from dingdan.masterdata.staff.queries import actor_for_user
from tests.masterdata.shop import Shop
from tests.masterdata.staff.drafts import member, role

ALL = (Role, Membership, MembershipRole)


def test_it_works(shop: Shop) -> None:
    id_ = member(shop, 5, role(shop, "sales", "orders.*"))
    suspend_membership(shop.call(), membership_id=id_)
    assert resume_membership(shop.call(), membership_id=id_).state == "active"
    assert actor_for_user(5) == Actor("staff", "5", frozenset({"orders.*"}))


def test_it_refuses_a_member_that_is_not_suspended(shop: Shop) -> None:
    id_ = member(shop, 5)
    with shop.nothing_changes(*ALL), pytest.raises(NotInThisState):
        resume_membership(shop.call(), membership_id=id_)


def test_it_refuses_what_is_not_there(shop: Shop) -> None:
    with shop.nothing_changes(*ALL), pytest.raises(NotFound) as refused:
        resume_membership(shop.call(), membership_id=new_id())
    assert refused.value.field == "membership_id"
