"""An active rule looks at orders placed from then on: they wait for the review before anything of them moves."""

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.ledgers.payments.models import Receivable
from dingdan.masterdata.channels.commands import save_channel
from dingdan.masterdata.channels.rules import ChannelDraft
from dingdan.trade.orders.models import Order
from dingdan.trade.review.commands import activate_rule
from dingdan.trade.review.models import Rule
from dingdan.trade.review.queries import rules_in_force
from tests import kit
from tests.conftest import Shop
from tests.trade.review.desk import rule, told


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    rule_id = rule(shop, active=False)
    before = kit.place(shop, ("TEA", 1))
    turned = activate_rule(shop.call(), rule_id=rule_id)
    after = kit.place(shop, ("TEA", 1))
    assert (turned.state, turned.version, turned.edition) == ("active", 2, 2)
    assert [(one.code, one.version) for one in rules_in_force()] == [("amount", 2)]
    assert (before.in_review, after.in_review) == (False, True)
    assert list(Order.objects.order_by("placed_at").values_list("in_review", flat=True)) == [False, True]
    assert not Receivable.objects.filter(waits=True).exists()


def test_orders_of_other_channels_do_not_wait(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    save_channel(shop.call(), channel=ChannelDraft(code="zoo", name="Zoo", currency="GBP"))
    rule(shop, channels=("zoo",))
    assert not kit.place(shop, ("TEA", 1)).in_review


def test_orders_of_a_channel_that_came_later_wait_too(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    rule(shop)
    till = save_channel(shop.call(), channel=ChannelDraft(code="till", name="Till", currency="GBP"))
    assert kit.place(shop, ("TEA", 1), channel_id=till.channel_id).in_review


def test_money_waits_where_a_rule_says_so(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    rule(shop, holds_money=True)
    kit.place(shop, ("TEA", 1))
    assert Receivable.objects.get().waits


def test_what_is_brought_over_does_not_wait(shop: Shop) -> None:
    from dingdan.trade.orders.commands import place_orders

    kit.stock(shop, "TEA", 20)
    rule(shop, holds_money=True)
    assert not place_orders.one(shop.call(quiet=True), kit.wanted(shop, ("TEA", 1))).in_review
    assert not Receivable.objects.get().waits


def test_an_active_one_is_refused(shop: Shop) -> None:
    rule_id = rule(shop)
    before = told()
    with pytest.raises(NotInThisState):
        activate_rule(shop.call(), rule_id=rule_id)
    assert told() == before


def test_a_strangers_rule_is_not_there(shop: Shop) -> None:
    with pytest.raises(NotFound) as refused:
        activate_rule(shop.call(), rule_id=new_id())
    assert refused.value.field == "rule_id"
    assert not Rule.objects.exists()
