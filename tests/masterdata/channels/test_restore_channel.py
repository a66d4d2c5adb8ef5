import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.masterdata.channels.commands import restore_channel, retire_channel
from dingdan.masterdata.channels.models import Channel
from tests.masterdata.channels.drafts import web
from tests.masterdata.shop import Shop


def test_it_works(shop: Shop) -> None:
    id_ = web(shop)
    retire_channel(shop.call(), channel_id=id_)
    turned = restore_channel(shop.call(), channel_id=id_)
    assert (turned.channel_id, turned.state) == (id_, "active")
    assert Channel.objects.get(id=id_).state == "active"


def test_it_refuses_a_channel_that_is_open(shop: Shop) -> None:
    id_ = web(shop)
    with shop.nothing_changes(Channel), pytest.raises(NotInThisState):
        restore_channel(shop.call(), channel_id=id_)


def test_it_refuses_what_is_not_there(shop: Shop) -> None:
    with shop.nothing_changes(Channel), pytest.raises(NotFound) as refused:
        restore_channel(shop.call(), channel_id=new_id())
    assert refused.value.field == "channel_id"
