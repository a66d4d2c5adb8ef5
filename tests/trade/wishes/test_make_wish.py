"""Somebody wants to be told when an article can be had again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dingdan.kernel import clock
from dingdan.kernel.contact import EmailNotUsable
from dingdan.kernel.errors import NotFound
from dingdan.kernel.feed import timeline
from dingdan.kernel.ids import new_id
from dingdan.kernel.models import JournalEntry
from dingdan.masterdata.channels.queries import all_channels
from dingdan.masterdata.customers.commands import save_customer
from dingdan.masterdata.customers.rules import ContactDraft, CustomerDraft
from dingdan.trade.wishes import commands
from dingdan.trade.wishes.commands import TooManyWishes, make_wish
from dingdan.trade.wishes.events import WishMade
from dingdan.trade.wishes.models import Wish
from tests import kit
from tests.conftest import Shop
from tests.trade.wishes.waits import wish


def test_it_works(shop: Shop) -> None:
    tea, channel, at = kit.stock(shop, "TEA"), all_channels()[0].id, clock.now()
    known = save_customer(shop.call(), customer=CustomerDraft(contact=ContactDraft(email="bo@example.com")))
    told = make_wish(shop.call(at=at), variant_id=tea, channel_id=channel, email=" Bo@Example.com ", language="zh-Hant")
    assert told == WishMade(wish_id=told.wish_id, variant_id=tea, channel_id=channel, created=True)
    row = Wish.objects.get()
    assert (row.email, row.email_key, row.language, row.state) == ("Bo@example.com", "bo@example.com", "zh-Hant", "waiting")
    assert (row.customer_id, row.wished_at, row.forget_at) == (known.customer_id, at, at + timedelta(days=365))
    assert [one["event"] for one in timeline(row.id)] == ["WishMade"]
    assert "example" not in str(JournalEntry.objects.filter(command="wishes.make_wish").values_list("event", flat=True))


def test_wanting_it_twice_is_wanting_it_once(shop: Shop) -> None:
    tea = kit.stock(shop, "TEA")
    first, again, other = wish(shop, tea), wish(shop, tea, "BO@example.com"), wish(shop, tea, "al@example.com")
    assert (again.wish_id, again.created, other.created) == (first.wish_id, False, True)
    told = kit.in_threads(lambda _index: wish(shop, tea, "cy@example.com"), 4)
    assert sorted(one.created for one in told) == [False, False, False, True]
    assert Wish.objects.count() == 3


def test_what_cannot_be_is_refused(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    tea, channel = kit.stock(shop, "TEA"), all_channels()[0].id
    with pytest.raises(EmailNotUsable):
        wish(shop, tea, "nobody")
    with pytest.raises(NotFound):
        wish(shop, new_id())
    with pytest.raises(NotFound):
        make_wish(shop.call(), variant_id=tea, channel_id=new_id(), email="bo@example.com")
    monkeypatch.setattr(commands, "MOST_OF_ONE", 1)
    wish(shop, tea)
    with pytest.raises(TooManyWishes):
        make_wish(shop.call(), variant_id=kit.stock(shop, "CUP"), channel_id=channel, email="bo@example.com")
    assert Wish.objects.count() == 1
