"""A link opens one order, of one shop, for a while; everything else opens nothing, and says nothing."""

from __future__ import annotations

from dingdan.automation.setup import create_tenant
from dingdan.kernel import clock
from dingdan.kernel.ids import new_id
from dingdan.kernel.tenancy import tenant_scope
from dingdan.trade.orders.models import Contact, Order
from tests import kit
from tests.conftest import Shop
from tests.web.backoffice.desk import text_of
from tests.web.storefront.front import Visitor, open_front
from tests.web.storefront.own.desk import below, link_of


def test_it_works(shop: Shop) -> None:
    open_front(shop)
    kit.stock(shop, "MUG", 3)
    order = kit.place(shop, ("MUG", 1))
    visitor = Visitor(shop)
    answer = visitor.get(below(order.order_id))
    assert answer.status_code == 200
    assert f"Order {order.number}" in text_of(answer.content.decode())
    assert answer["X-Robots-Tag"] == "noindex"
    assert "no-store" in answer["Cache-Control"]
    assert visitor.send(below(order.order_id)).status_code == 405
    visitor.language = "zh-hant"
    assert f"訂單 {order.number}" in visitor.look(below(order.order_id))


def test_nothing_else_opens(shop: Shop) -> None:
    open_front(shop)
    kit.stock(shop, "MUG", 3)
    order, forgotten = kit.place(shop, ("MUG", 1)), kit.place(shop, ("MUG", 1))
    gone = Order.objects.values_list("ship_to_id", flat=True).get(id=forgotten.order_id)
    Contact.objects.filter(id=gone).update(erased_at=clock.now())
    with tenant_scope(create_tenant(f"stranger-{new_id().hex}", "Another shop").id):
        foreign = link_of(order.order_id)
    link, visitor = link_of(order.order_id), Visitor(shop)
    changed = link[:20] + ("A" if link[20] != "A" else "B") + link[21:]
    bad = (
        "nothing",
        link[:-1],
        changed,
        link_of(order.order_id, days=-1),
        link_of(new_id()),
        foreign,
        link_of(forgotten.order_id),
    )
    answers = [visitor.get(f"o/{one}/") for one in bad]
    assert {one.status_code for one in answers} == {404}
    assert len({one.content for one in answers}) == 1
    assert "This link opens nothing (any more)" in text_of(answers[0].content.decode())
