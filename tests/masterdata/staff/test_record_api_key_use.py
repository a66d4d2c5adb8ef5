from datetime import timedelta

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.masterdata.staff.commands import create_api_key, record_api_key_use
from dingdan.masterdata.staff.models import ApiKey
from dingdan.masterdata.staff.queries import actor_for_token
from tests.masterdata.shop import NOON, Shop
from tests.masterdata.staff.drafts import fresh_key


def test_it_works(shop: Shop) -> None:
    text, draft = fresh_key()
    id_ = create_api_key(shop.call(), key=draft).api_key_id
    assert record_api_key_use(shop.call(at=NOON + timedelta(hours=1)), api_key_id=id_).api_key_id == id_
    bearer = actor_for_token(text, at=NOON)
    assert bearer is not None
    assert bearer.last_used_at == NOON + timedelta(hours=1)


def test_it_refuses_a_key_that_is_not_there(shop: Shop) -> None:
    with shop.nothing_changes(ApiKey), pytest.raises(NotFound):
        record_api_key_use(shop.call(), api_key_id=new_id())
