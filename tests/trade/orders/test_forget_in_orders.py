"""Who ordered is forgotten in orders that are over: what was ordered stays."""

from __future__ import annotations

from uuid import UUID

from dingdan.automation.consumers import drain
from dingdan.insight.board.models import BoardRow
from dingdan.kernel.ids import new_id
from dingdan.masterdata.customers.commands import erase_customer_contact, merge_customers, save_customer
from dingdan.masterdata.customers.rules import CustomerDraft
from dingdan.trade.aftersales.commands import CancelOrder, cancel_orders
from dingdan.trade.changes.commands import ChangeOrder, change_orders
from dingdan.trade.changes.rules import Cancel
from dingdan.trade.orders.commands import ForgetInOrders, forget_in_orders, note_order, save_cart
from dingdan.trade.orders.models import Cart, Contact, Order, OrderNote
from dingdan.trade.orders.rules import CartDraft, Person
from tests import kit
from tests.conftest import Shop

PLANTED = ("Wang-7f3a", "wang-7f3a@example.com", "+886912000777", "Planted Road 7f3a", "note-7f3a")
WANG = Person(
    name=PLANTED[0], email=PLANTED[1], phone=PLANTED[2], country="GB",
    address={"street_address": PLANTED[3], "city": "London", "postal_code": "SW1A 1AA", "country_code": "GB"},
)  # fmt: skip


def somebody(shop: Shop, number: str = "A") -> UUID:
    """A customer of that number."""
    return save_customer(shop.call(), customer=CustomerDraft(number=number)).customer_id


def told() -> str:
    """All that orders, notes, carts and the board say."""
    return str([list(model.objects.values()) for model in (Contact, Order, OrderNote, Cart, BoardRow)])


def test_it_works(shop: Shop) -> None:
    customer_id = somebody(shop)
    kit.stock(shop, "TEA", 9)
    order = kit.place(shop, ("TEA", 2), customer_id=customer_id, ship_to=WANG, customer_note=PLANTED[4])
    note_order(shop.call(), order_id=order.order_id, text=f"{PLANTED[0]} called")
    kit.pay(shop, order)
    kit.deliver(shop, order)
    save_cart(shop.call(), cart=CartDraft(wanted=kit.wanted(shop, ("TEA", 1), customer_id=customer_id, ship_to=WANG)))
    kit.place(shop, ("TEA", 1), ship_to=Person(name="Somebody else", country="GB"))
    drain(shop.tenant_id)
    before = Order.objects.values("number", "total", "state", "customer_id").get(id=order.order_id)
    assert (before["state"], all(one in told() for one in PLANTED)) == ("closed", True)

    done = forget_in_orders.one(shop.call(), ForgetInOrders(customer_id))

    assert (done.orders, done.carts, done.kept) == (1, 1, 0)
    drain(shop.tenant_id)
    assert [one for one in PLANTED if one in told()] == []
    assert "Somebody else" in told()
    after = Order.objects.select_related("ship_to").get(id=order.order_id)
    assert {name: getattr(after, name) for name in before} == before
    assert (after.ship_to.country, after.ship_to.erased_at is not None) == ("GB", True)
    assert kit.breaches() == []
    again = forget_in_orders.one(shop.call(), ForgetInOrders(customer_id))
    assert (again.orders, again.carts, again.kept) == (0, 0, 0)


def test_an_order_that_is_not_over_keeps_its_address_until_it_is(shop: Shop) -> None:
    customer_id = somebody(shop)
    kit.stock(shop, "TEA", 9)
    open_ = kit.place(shop, ("TEA", 2), customer_id=customer_id, ship_to=WANG)
    canceled, dropped = (kit.place(shop, ("TEA", 1), customer_id=customer_id, ship_to=WANG) for _ in range(2))
    cancel_orders.one(shop.call(), CancelOrder(order_id=canceled.order_id))
    drain(shop.tenant_id)
    erase_customer_contact(shop.call(), customer_id=customer_id)
    drain(shop.tenant_id)
    kept = Order.objects.select_related("ship_to").in_bulk([open_.order_id, canceled.order_id])
    assert (kept[open_.order_id].ship_to.name, kept[canceled.order_id].ship_to.name) == (PLANTED[0], "")
    change_orders.one(shop.call(), ChangeOrder(order_id=dropped.order_id, changes=(Cancel(),)))
    kit.pay(shop, open_)
    kit.deliver(shop, open_)
    drain(shop.tenant_id)
    assert Order.objects.get(id=open_.order_id).state == "closed"
    assert [one for one in PLANTED if one in told()] == []


def test_what_was_changed_before_is_forgotten_too(shop: Shop) -> None:
    customer_id = somebody(shop)
    kit.stock(shop, "TEA", 9)
    order = kit.place(shop, ("TEA", 2), customer_id=customer_id, ship_to=WANG)
    contact = Contact.objects.get(name=PLANTED[0])
    Order.objects.filter(id=order.order_id).update(ship_to=_moved(order.order_id, contact))
    cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id))
    forget_in_orders.one(shop.call(), ForgetInOrders(customer_id))
    assert PLANTED[0] not in told()


def _moved(order_id: UUID, former: Contact) -> UUID:
    """Somebody else gets the goods now; who got them before stays written down."""
    from dingdan.kernel import clock
    from dingdan.trade.orders.models import FormerContact

    FormerContact.objects.create(id=new_id(), order_id=order_id, contact=former, replaced_at=clock.now())
    return Contact.objects.create(id=new_id(), name="Wang-7f3a at work", country="GB").id


def test_orders_of_who_was_merged_are_forgotten_too(shop: Shop) -> None:
    kept, merged = somebody(shop, "A"), somebody(shop, "B")
    kit.stock(shop, "TEA", 9)
    order = kit.place(shop, ("TEA", 2), customer_id=merged, ship_to=WANG)
    cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id))
    merge_customers(shop.call(), kept_id=kept, merged_id=merged)
    erase_customer_contact(shop.call(), customer_id=kept)
    drain(shop.tenant_id)
    assert PLANTED[0] not in told()


def test_of_nobody_nothing_is_forgotten(shop: Shop) -> None:
    done = forget_in_orders.one(shop.call(), ForgetInOrders(new_id()))
    assert (done.orders, done.carts, done.kept) == (0, 0, 0)
