import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.masterdata.channels.commands import retire_channel
from dingdan.masterdata.channels.models import Channel
from tests.masterdata.channels.drafts import web
from tests.masterdata.shop import Shop


def test_it_works(shop: Shop) -> None:
    id_ = web(shop)
    turned = retire_channel(shop.call(), channel_id=id_)
    assert (turned.channel_id, turned.state) == (id_, "retired")
    assert Channel.objects.get(id=id_).state == "retired"


def test_it_refuses_to_do_it_twice(shop: Shop) -> None:
    id_ = web(shop)
    retire_channel(shop.call(), channel_id=id_)
    with shop.nothing_changes(Channel), pytest.raises(NotInThisState):
        retire_channel(shop.call(), channel_id=id_)


def test_it_refuses_what_is_not_there(shop: Shop) -> None:
    with shop.nothing_changes(Channel), pytest.raises(NotFound) as refused:
        retire_channel(shop.call(), channel_id=new_id())
    assert refused.value.field == "channel_id"
