"""An order in a currency that is paid whole is canceled and sent back piece by piece: nothing that goes back has cents."""

from __future__ import annotations

from decimal import Decimal

from dingdan.masterdata.channels.commands import save_channel
from dingdan.masterdata.channels.rules import ChannelDraft
from dingdan.masterdata.pricing.commands import save_tax_rate
from dingdan.masterdata.pricing.rules import TaxRateDraft
from dingdan.trade.aftersales.commands import CancelOrder, cancel_orders
from dingdan.trade.aftersales.rules import Part
from dingdan.trade.changes.rules import GiveDiscount, SetQuantity
from dingdan.trade.orders.models import OrderLine
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales import sold
from tests.trade.changes import changing


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    save_tax_rate(shop.call(), tax_rate=TaxRateDraft(country="GB", rate=Decimal("0.05"), name="VAT"))
    for code, gross in (("gross", True), ("net", False)):
        draft = ChannelDraft(code=code, name=code, currency="TWD", prices_include_tax=gross)
        channel = save_channel(shop.call(), channel=draft).channel_id
        order = kit.place(shop, ("TEA", 4), price=299_00, channel_id=channel, currency="TWD", discount=100_00)
        whole = 1_096_00 if gross else 1_151_00  # 5 % of 1,096 are 54.80, which becomes 55
        assert (order.total, OrderLine.objects.get(order_id=order.order_id).step) == (whole, 100)
        line = changing.line_id(order)

        told = [cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id, lines=(Part(line, 1),))).amount]
        kit.pay(shop, order)
        kit.ship(shop, order)
        told += [sold.come_back(shop, order, 1).lines[0].refund for _ in range(3)]
        assert sum(told) == whole
        assert told == ([274_00] * 4 if gross else [288_00, 288_00, 288_00, 287_00])

        more = kit.place(shop, ("TEA", 3), price=299_00, channel_id=channel, currency="TWD")
        seen = changing.change(shop, more, GiveDiscount(percent=Decimal("7.5")))
        assert seen.difference == (-67_00 if gross else -70_00)  # 7.5 % of 897 are 67.28; tax on top is 42 instead of 45
        less = changing.change(shop, more, SetQuantity(line_id=changing.lines(more)[1].id, quantity=2))
        assert less.total % 100 == 0
    assert kit.breaches() == []


def test_what_was_sold_before_runs_along_as_it_did(shop: Shop) -> None:
    """Lines that were sold before currencies had a step were given back in cents, and add up all the same."""
    kit.stock(shop, "TEA", 20)
    channel = save_channel(shop.call(), channel=ChannelDraft(code="old", name="Old", currency="TWD")).channel_id
    order = kit.place(shop, ("TEA", 3), price=100_00, channel_id=channel, currency="TWD", discount=200_00)
    OrderLine.objects.filter(tenant_id=shop.tenant_id, order_id=order.order_id).update(step=1)
    cuts = [
        cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id, lines=(Part(changing.line_id(order), 1),))).amount
        for _ in range(2)
    ]
    assert cuts == [33_33, 33_34]
    assert changing.row(order).total == 33_33
    assert kit.breaches() == []
