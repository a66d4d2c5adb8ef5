import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Actor
from dingdan.masterdata.staff.commands import retire_role
from dingdan.masterdata.staff.models import Membership, MembershipRole, Role
from dingdan.masterdata.staff.queries import actor_for_user
from dingdan.masterdata.staff.rules import LastOwner, MayNotGrant
from tests.masterdata.shop import Shop
from tests.masterdata.staff.drafts import CLERK, member, role

ALL = (Role, Membership, MembershipRole)


def test_it_works(shop: Shop) -> None:
    sales = role(shop, "sales", "orders.*")
    member(shop, 5, sales)
    assert retire_role(shop.call(), role_id=sales).role_id == sales
    assert Role.objects.get().state == "retired"
    assert actor_for_user(5) == Actor("staff", "5", frozenset())


def test_nobody_retires_a_greater_role(shop: Shop) -> None:
    owner = role(shop, "owner", "*")
    with shop.nothing_changes(*ALL), pytest.raises(MayNotGrant):
        retire_role(shop.call(actor=CLERK), role_id=owner)


def test_a_shop_keeps_an_owner(shop: Shop) -> None:
    owner = role(shop, "owner", "*")
    member(shop, 1, owner)
    with shop.nothing_changes(*ALL), pytest.raises(LastOwner):
        retire_role(shop.call(), role_id=owner)


def test_it_refuses_what_is_not_there(shop: Shop) -> None:
    with shop.nothing_changes(*ALL), pytest.raises(NotFound) as refused:
        retire_role(shop.call(), role_id=new_id())
    assert refused.value.field == "role_id"
