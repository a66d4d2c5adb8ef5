"""What the feed tells of entries: their positions, and the how-manieth about a thing each is."""

from __future__ import annotations

from dingdan.kernel import feed
from dingdan.trade.orders.commands import note_order
from tests import kit
from tests.conftest import Shop


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "MUG", 9)
    first, second = kit.place(shop, ("MUG", 1)), kit.place(shop, ("MUG", 1))
    note_order(shop.call(), order_id=first.order_id, text="once more")
    feed.sequence(shop.tenant_id)
    end = feed.end()
    assert feed.numbered("order", [end - 2, end - 1, end]) == {
        end - 2: [(first.order_id, 1)],
        end - 1: [(second.order_id, 1)],
        end: [(first.order_id, 2)],
    }
    entries = feed.read_at([end, end + 1])
    assert list(entries) == [end]
    assert feed.positions([entries[end].id]) == {entries[end].id: end}


def test_a_batch_may_be_about_many(shop: Shop) -> None:
    """Goods that arrive answer everybody who waits for them: one entry about all their orders."""
    kit.stock(shop, "MUG", shortage="backorder")
    waiting = [kit.place(shop, ("MUG", 1)) for _ in range(3)]
    kit.receive(shop, "MUG", 3)
    feed.sequence(shop.tenant_id)
    ((_position, orders),) = feed.numbered("order", [feed.end()]).items()
    assert sorted(orders) == sorted((order.order_id, 2) for order in waiting)


def test_what_has_no_position_yet(shop: Shop) -> None:
    assert feed.end() == 0
    kit.stock(shop, "MUG", 9)
    assert feed.end() == 0
    assert feed.read_at([1]) == {}
    assert feed.numbered("order", [1]) == {}


def test_nobody_is_told_of_another_shop(shop: Shop) -> None:
    from dingdan.automation.setup import create_tenant
    from dingdan.kernel.ids import new_id
    from dingdan.kernel.tenancy import tenant_scope

    kit.stock(shop, "MUG", 9)
    kit.place(shop, ("MUG", 1))
    feed.sequence(shop.tenant_id)
    end = feed.end()
    (entry,) = feed.read_at([end]).values()
    other = create_tenant(f"other-{new_id().hex}", "Another shop")
    with tenant_scope(other.id):
        assert feed.read_at([end]) == {}
        assert feed.numbered("order", [end]) == {}
        assert feed.positions([entry.id]) == {}


def test_the_last_of_a_timeline(shop: Shop) -> None:
    kit.stock(shop, "MUG", 9)
    order = kit.place(shop, ("MUG", 1))
    for text in ("one", "two"):
        note_order(shop.call(), order_id=order.order_id, text=text)
    whole = feed.timeline(order.order_id)
    assert [line["command"] for line in whole] == ["orders.place_orders", "orders.note_order", "orders.note_order"]
    assert feed.timeline(order.order_id, last=2) == whole[1:]
