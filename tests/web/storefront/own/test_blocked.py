"""Whom the shop has blocked gets no more goods into an order that stands; less of it stays possible."""

from __future__ import annotations

from dataclasses import replace

from dingdan.kernel.journal import Actor
from dingdan.masterdata.customers.commands import block_customer, save_customer, unblock_customer
from dingdan.masterdata.customers.rules import CustomerDraft
from dingdan.trade.changes.commands import ChangeOrder, UndoChange, change_orders, undo_changes
from dingdan.trade.changes.queries import outlook_of_undo
from dingdan.trade.changes.rules import AddLine, GiveDiscount, ReplaceLine, SetQuantity, Wish
from tests import kit
from tests.conftest import Shop
from tests.trade.changes.changing import change, kept, refused
from tests.web.backoffice.desk import text_of
from tests.web.storefront.front import open_front, put_on_offer
from tests.web.storefront.own.acting import Shopper


def test_it_works(shop: Shop) -> None:
    open_front(shop)
    ann = save_customer(shop.call(), customer=CustomerDraft()).customer_id
    put_on_offer(shop, "mug", pieces=9)
    put_on_offer(shop, "tea", pieces=9, price=300)
    order = kit.place(shop, ("MUG", 2), ("TEA", 1), price=None, customer_id=ann)
    mug, tea = (line.line_id for line in order.lines)
    changed = change(shop, order, SetQuantity(line_id=mug, quantity=1))
    block_customer(shop.call(), customer_id=ann)

    more: list[Wish] = [SetQuantity(line_id=mug, quantity=2), AddLine(sku="TEA"), ReplaceLine(line_id=tea, sku="MUG")]
    for place, wish in enumerate(more):
        assert refused(order, wish) == [("customer_is_blocked", "changes")]
        asked = ChangeOrder(order_id=order.order_id, changes=(wish,))
        assert kit.kinds(change_orders.many([(shop.call(f"c{place}"), asked)])) == ["CustomerIsBlocked"]
    assert kit.kinds(undo_changes.many([(shop.call("u"), UndoChange(change_id=changed.change_id))])) == ["CustomerIsBlocked"]
    assert [one.code for one in outlook_of_undo(changed.change_id).refused] == ["customer_is_blocked"]
    shopper = Shopper(shop, order.order_id)
    for do in ("look", "apply"):
        said = text_of(shopper.press("change", do, **{f"q-{mug}": "3"}).content.decode())
        assert "The shop sells you nothing more for now, so nothing can be added to this order." in said
        assert "To add something, write to the shop." in said
    assert kept(order) == [("MUG", 1, 1000), ("TEA", 1, 300)]

    assert "£3.00 less" in shopper.see("change", **{f"q-{tea}": "0"})
    change(shop, order, GiveDiscount(line_id=mug, amount=100))
    follows = replace(shop.call("f"), actor=Actor("rule", "because", frozenset({"*"})))
    asked = ChangeOrder(order_id=order.order_id, changes=(AddLine(sku="TEA"),))
    assert kit.kinds(change_orders.many([(follows, asked)])) == ["OrderChanged"]
    unblock_customer(shop.call(), customer_id=ann)
    assert refused(order, AddLine(sku="MUG")) == []
