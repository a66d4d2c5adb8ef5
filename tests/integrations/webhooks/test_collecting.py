"""What the consumer of the feed writes down, and for whom."""

from __future__ import annotations

import secrets
import socket

import pytest

from dingdan.automation import consumers
from dingdan.automation.consumers import drain
from dingdan.automation.setup import create_tenant
from dingdan.integrations.webhooks import collecting
from dingdan.integrations.webhooks.collecting import collect
from dingdan.integrations.webhooks.commands import pause_endpoint
from dingdan.integrations.webhooks.models import Delivery, Place
from dingdan.integrations.webhooks.rules import delivery_id
from dingdan.kernel import feed
from dingdan.kernel.tenancy import tenant_scope
from dingdan.trade.orders.commands import note_order, place_orders
from tests import kit
from tests.conftest import Shop
from tests.integrations.webhooks.receiver import hook
from tests.masterdata.shop import counted

URL = "https://shop.example/hooks"


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "MUG", 5)
    one = hook(shop, URL, "orders.*", "payments.*")
    order = kit.place(shop, ("MUG", 1))
    kit.pay(shop, order)
    drain(shop.tenant_id)
    first, second = Delivery.objects.order_by("position")
    assert (first.type, second.type) == ("orders.order_placed", "payments.payment_recorded")
    assert first.id == delivery_id(one.endpoint_id, first.entry_id)
    assert first.recorded_at == first.entry.recorded_at
    assert (first.state, first.due_at is not None, second.due_at) == ("waiting", True, None)  # the second waits for the first
    assert list(Place.objects.order_by("position").values_list("delivery_id", "order_id", "sequence")) == [
        (first.id, order.order_id, 1),
        (second.id, order.order_id, 2),
    ]


def test_a_repeat_adds_nothing(shop: Shop) -> None:
    kit.stock(shop, "MUG", 5)
    hook(shop, URL)
    kit.pay(shop, kit.place(shop, ("MUG", 1)))
    drain(shop.tenant_id)
    before = list(Delivery.objects.order_by("id").values())
    collect(shop.tenant_id, feed.read(0))
    assert list(Delivery.objects.order_by("id").values()) == before
    assert Place.objects.count() == Place.objects.values("delivery_id", "order_id").distinct().count()


def test_what_was_finished_is_not_begun_anew_by_a_repeat(shop: Shop) -> None:
    kit.stock(shop, "MUG", 5)
    hook(shop, URL, "orders.*")
    kit.place(shop, ("MUG", 1))
    drain(shop.tenant_id)
    Delivery.objects.update(state="delivered", due_at=None, finished_at=feed.read(0)[-1].recorded_at)
    Place.objects.update(is_open=False)
    collect(shop.tenant_id, feed.read(0))
    assert Delivery.objects.values_list("state", "due_at").get() == ("delivered", None)
    assert Place.objects.filter(is_open=True).count() == 0


def test_everybody_is_told_what_they_want(shop: Shop) -> None:
    kit.stock(shop, "MUG", 5)
    orders, money = hook(shop, URL, "orders.*"), hook(shop, URL, "payments.payment_recorded")
    pause_endpoint(shop.call(), endpoint_id=money.endpoint_id)  # nothing is sent to it now, and everything kept
    kit.pay(shop, kit.place(shop, ("MUG", 1)))
    drain(shop.tenant_id)
    assert set(Delivery.objects.values_list("endpoint_id", "type")) == {
        (orders.endpoint_id, "orders.order_placed"),
        (money.endpoint_id, "payments.payment_recorded"),
    }


def test_what_was_brought_over_from_elsewhere_is_not_told(shop: Shop) -> None:
    kit.stock(shop, "MUG", 5)
    hook(shop, URL)
    drain(shop.tenant_id)
    told = Delivery.objects.count()
    place_orders.one(shop.call(quiet=True), kit.wanted(shop, ("MUG", 1)))
    drain(shop.tenant_id)
    assert Delivery.objects.count() == told


def test_one_entry_may_be_about_many_orders(shop: Shop) -> None:
    kit.stock(shop, "MUG", shortage="backorder")
    hook(shop, URL, "orders.order_placed", "inventory.stock_received")
    waiting = [kit.place(shop, ("MUG", 1)) for _ in range(3)]
    kit.receive(shop, "MUG", 3)
    drain(shop.tenant_id)
    arrival = Delivery.objects.get(type="inventory.stock_received")
    assert arrival.due_at is None
    assert set(arrival.places.values_list("order_id", "sequence")) == {(order.order_id, 2) for order in waiting}


def test_the_sequence_counts_all_that_happened_to_the_order(shop: Shop) -> None:
    """Also what this endpoint does not want to know: the number is the entry's, and the same for all."""
    kit.stock(shop, "MUG", 5)
    order = kit.place(shop, ("MUG", 1))
    note_order(shop.call(), order_id=order.order_id, text="a note")
    hook(shop, URL, "payments.*")
    kit.pay(shop, order)
    drain(shop.tenant_id)
    assert Place.objects.get().sequence == 3


def test_a_shop_without_endpoints_pays_nothing(shop: Shop) -> None:
    """A round of the feed asks once who has endpoints; then nothing is read for it and nothing written."""
    kit.stock(shop, "MUG", 5)
    with counted() as sent:
        drain(shop.tenant_id)
    asked = [sql for sql in sent if "webhooks_" in sql]
    assert {" ".join(sql.split()[:2]) for sql in asked} == {"SELECT DISTINCT"}  # who has an endpoint at all?
    assert len(asked) < 10
    assert feed.cursor_of(collecting.CONSUMER) == 0


def test_other_shops_are_not_told(shop: Shop) -> None:
    hook(shop, URL)
    drain(shop.tenant_id)
    told = Delivery.objects.count()
    other = create_tenant(f"other-{secrets.token_hex(6)}", "Another shop")
    with tenant_scope(other.id):
        kit.stock(Shop(other, shop.actor), "MUG", 5)
        drain(other.id)
        assert Delivery.objects.count() == 0
    assert Delivery.objects.count() == told


def test_the_feed_is_not_held_up_by_anybody(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The consumer opens no connection, whatever the endpoint does."""
    kit.stock(shop, "MUG", 5)
    hook(shop, URL)
    monkeypatch.setattr(socket.socket, "connect", lambda *_args: pytest.fail("a connection was made"))
    kit.place(shop, ("MUG", 1))
    drain(shop.tenant_id)
    assert feed.cursor_of("webhooks") == feed.end()


def test_every_consumer_has_seen_the_end(shop: Shop) -> None:
    hook(shop, URL)
    kit.stock(shop, "MUG", 5)
    drain(shop.tenant_id)
    assert {feed.cursor_of(name) for name in consumers.CONSUMERS} == {feed.end()}
