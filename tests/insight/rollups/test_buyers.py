"""Customers fall into segments by how often and when they bought; what they ordered is kept summed."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from dingdan.automation.consumers import drain
from dingdan.insight.rollups import queries
from dingdan.insight.rollups.models import Buyer
from dingdan.insight.rollups.queries import Figures
from dingdan.insight.rollups.rules import A_WHILE, MOST_ORDERS, Segment, segment_of
from dingdan.insight.rollups.upkeep import renew
from dingdan.kernel import clock
from dingdan.masterdata.customers.commands import merge_customers, save_customer
from dingdan.masterdata.customers.models import Customer
from dingdan.masterdata.customers.rules import CustomerDraft
from dingdan.trade.aftersales.commands import CancelOrder, cancel_orders
from tests import kit
from tests.conftest import Shop


def somebody(shop: Shop, number: str) -> UUID:
    """A customer of that number."""
    return save_customer(shop.call(), customer=CustomerDraft(number=number)).customer_id


def breaches() -> list[str]:
    """What the law about buyers says."""
    return list(queries.law_buyers_bought_as_often_as_the_books_say())


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "TEA", 50)
    once, twice, never = (somebody(shop, number) for number in ("ONCE", "TWICE", "NEVER"))
    kit.place(shop, ("TEA", 1), customer_id=once)
    gone = kit.place(shop, ("TEA", 1), customer_id=once)
    cancel_orders.one(shop.call(), CancelOrder(order_id=gone.order_id))
    for _ in range(2):
        kit.place(shop, ("TEA", 2), customer_id=twice)
    assert breaches() == []
    drain(shop.tenant_id)
    now = clock.now()
    told = {once: Segment.ONE_ORDER, twice: Segment.RETURNING, never: Segment.NO_ORDER}
    assert queries.segments_of(told, at=now) == told
    for segment in Segment:
        found = set(queries.buyers(segment, at=now).values_list("id", flat=True))
        assert found == {id_ for id_, one in told.items() if one is segment}
    assert set(queries.buyers(Segment.GONE_QUIET, at=now + A_WHILE + timedelta(days=1)).values_list("id", flat=True)) == {
        once,
        twice,
    }
    assert queries.figures_of([once, twice, never]) == {
        once: {"GBP": Figures(orders=2, canceled=1, units=1, net=250, total=250)},
        twice: {"GBP": Figures(orders=2, units=4, net=1000, total=1000)},
    }
    assert breaches() == []


def test_who_was_merged_is_counted_with_who_goes_on(shop: Shop) -> None:
    kit.stock(shop, "TEA", 50)
    kept, merged = somebody(shop, "KEPT"), somebody(shop, "MERGED")
    for customer_id in (kept, merged):
        kit.place(shop, ("TEA", 1), customer_id=customer_id)
    drain(shop.tenant_id)
    merge_customers(shop.call(), kept_id=kept, merged_id=merged)
    assert breaches() == []  # it has not been passed yet
    drain(shop.tenant_id)
    assert list(Buyer.objects.values_list("id", "orders")) == [(kept, 2)]
    both = queries.figures_of([kept, merged])
    assert queries.added_up(both.values()) == {"GBP": Figures(orders=2, units=2, net=500, total=500)}
    kit.place(shop, ("TEA", 1), customer_id=kept)
    drain(shop.tenant_id)
    assert list(Buyer.objects.values_list("id", "orders")) == [(kept, 3)]
    assert breaches() == []


def test_made_anew_they_are_the_same(shop: Shop) -> None:
    kit.stock(shop, "TEA", 50)
    somebody(shop, "NEVER")
    kit.place(shop, ("TEA", 1), customer_id=somebody(shop, "ONCE"))
    drain(shop.tenant_id)
    before = list(Buyer.objects.order_by("id").values())
    Buyer.objects.update(orders=7)
    Buyer.objects.filter(id=Customer.objects.get(number="NEVER").id).delete()
    assert len(breaches()) == 2
    assert list(renew()) == [1]
    assert list(Buyer.objects.order_by("id").values()) == before
    assert breaches() == []


@pytest.mark.parametrize(
    ("orders", "days", "segment"),
    [
        (0, 0, Segment.NO_ORDER),
        (1, 1, Segment.ONE_ORDER),
        (2, 1, Segment.RETURNING),
        (MOST_ORDERS - 1, 365, Segment.RETURNING),
        (MOST_ORDERS, 1, Segment.REGULAR),
        (MOST_ORDERS, 366, Segment.GONE_QUIET),
        (1, 366, Segment.GONE_QUIET),
    ],
)
def test_segments(orders: int, days: int, segment: Segment) -> None:
    now = clock.now()
    assert segment_of(orders, now - timedelta(days=days) if orders else None, at=now) is segment
