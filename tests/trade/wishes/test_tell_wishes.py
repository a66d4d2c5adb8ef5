"""Those who wait longest are told first, no more at once than might find a piece."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dingdan.kernel import clock
from dingdan.masterdata.channels.queries import all_channels
from dingdan.trade.wishes.commands import NobodyToTell, TellWishes, tell_wishes
from dingdan.trade.wishes.events import WishesTold
from dingdan.trade.wishes.models import Wish
from dingdan.trade.wishes.rules import to_tell
from tests import kit
from tests.conftest import Shop
from tests.trade.wishes.waits import wish


def test_it_works(shop: Shop) -> None:
    tea, channel = kit.stock(shop, "TEA"), all_channels()[0].id
    ids = [wish(shop, tea, f"p{number}@example.com").wish_id for number in range(5)]
    asked, at = TellWishes(variant_id=tea, channel_id=channel, pieces=1), clock.now()
    told = tell_wishes.one(shop.call(at=at), asked)
    assert told == WishesTold(variant_id=tea, channel_id=channel, wish_ids=tuple(ids[:3]), waiting=2)
    assert set(Wish.objects.filter(id__in=ids[:3]).values_list("state", "told_at", "forget_at")) == {
        ("told", at, at + timedelta(days=30))
    }
    with pytest.raises(NobodyToTell):  # enough were told of one piece
        tell_wishes.one(shop.call(), asked)
    with clock.moved_by(timedelta(days=1)):
        assert tell_wishes.one(shop.call(), asked).wish_ids == tuple(ids[3:])
    with clock.moved_by(timedelta(days=3)), pytest.raises(NobodyToTell):  # nobody waits
        tell_wishes.one(shop.call(), asked)


def test_in_one_batch_nobody_is_told_twice(shop: Shop) -> None:
    tea, channel = kit.stock(shop, "TEA"), all_channels()[0].id
    wish(shop, tea)
    asked = TellWishes(variant_id=tea, channel_id=channel, pieces=9)
    first, second = tell_wishes.many([(shop.call(), asked), (shop.call(), asked)])
    assert isinstance(first, WishesTold)
    assert isinstance(second, NobodyToTell)
    wish(shop, tea, "al@example.com")
    outcomes = kit.in_threads(lambda _index: tell_wishes.many([(shop.call(), asked)])[0], 4)
    assert sum(isinstance(one, WishesTold) for one in outcomes) == 1


def test_three_are_told_of_each_piece() -> None:
    assert [to_tell(pieces, told) for pieces, told in ((0, 0), (1, 0), (2, 4), (2, 9))] == [0, 3, 2, 0]
