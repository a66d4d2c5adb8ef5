import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.masterdata.customers.commands import restore_watch, retire_watch, save_watch
from dingdan.masterdata.customers.models import Watch
from dingdan.masterdata.customers.rules import WatchDraft
from tests.masterdata.shop import Shop

DRAFT = WatchDraft(email="a@example.com", reason="never pays")


def test_it_works(shop: Shop) -> None:
    id_ = save_watch(shop.call(), watch=DRAFT).watch_id
    retire_watch(shop.call(), watch_id=id_)
    turned = restore_watch(shop.call(), watch_id=id_)
    assert (turned.watch_id, turned.state) == (id_, "active")
    assert Watch.objects.get(id=id_).state == "active"


def test_it_refuses_to_do_it_twice(shop: Shop) -> None:
    id_ = save_watch(shop.call(), watch=DRAFT).watch_id
    with shop.nothing_changes(Watch), pytest.raises(NotInThisState):
        restore_watch(shop.call(), watch_id=id_)


def test_it_refuses_what_is_not_there(shop: Shop) -> None:
    with shop.nothing_changes(Watch), pytest.raises(NotFound) as refused:
        restore_watch(shop.call(), watch_id=new_id())
    assert refused.value.field == "watch_id"
