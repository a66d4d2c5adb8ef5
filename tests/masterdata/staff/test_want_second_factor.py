from dingdan.masterdata.staff.commands import want_second_factor
from dingdan.masterdata.staff.queries import member_of
from tests.masterdata.shop import Shop
from tests.masterdata.staff.drafts import member, role


def wants(user_id: int) -> bool:
    found = member_of(user_id)
    assert found is not None
    return found.must_have_factor


def test_it_works(shop: Shop) -> None:
    first, second = role(shop, "a", "orders.*"), role(shop, "b", "catalog.*")
    member(shop, 5, first)
    assert not wants(5)
    assert want_second_factor(shop.call(), wanted=True).role_ids == tuple(sorted((first, second)))
    assert wants(5)
    assert want_second_factor(shop.call(), wanted=True).role_ids == ()
    want_second_factor(shop.call(), wanted=False)
    assert not wants(5)
