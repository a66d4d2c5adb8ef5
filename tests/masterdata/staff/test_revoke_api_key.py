import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.masterdata.staff.commands import create_api_key, revoke_api_key
from dingdan.masterdata.staff.models import ApiKey
from dingdan.masterdata.staff.queries import actor_for_token
from dingdan.masterdata.staff.rules import KeyRevoked
from tests.masterdata.shop import NOON, Shop
from tests.masterdata.staff.drafts import fresh_key, key


def test_it_works(shop: Shop) -> None:
    text, draft = fresh_key()
    id_ = create_api_key(shop.call(), key=draft).api_key_id
    assert actor_for_token(text, at=NOON) is not None
    revoked = revoke_api_key(shop.call(), api_key_id=id_)
    assert (revoked.api_key_id, revoked.prefix) == (id_, draft.prefix)
    assert ApiKey.objects.get().revoked_at == NOON
    assert actor_for_token(text, at=NOON) is None


def test_it_refuses_to_do_it_twice(shop: Shop) -> None:
    id_ = key(shop)
    revoke_api_key(shop.call(), api_key_id=id_)
    with shop.nothing_changes(ApiKey), pytest.raises(KeyRevoked):
        revoke_api_key(shop.call(), api_key_id=id_)


def test_it_refuses_a_key_that_is_not_there(shop: Shop) -> None:
    with shop.nothing_changes(ApiKey), pytest.raises(NotFound) as refused:
        revoke_api_key(shop.call(), api_key_id=new_id())
    assert refused.value.field == "api_key_id"
