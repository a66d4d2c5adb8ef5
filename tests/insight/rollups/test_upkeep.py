"""The rollups follow what the books say, and every figure is what a count of the books one by one comes to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dingdan.automation.consumers import drain
from dingdan.insight.rollups import queries
from dingdan.insight.rollups.models import (
    Calendar,
    CustomerMonth,
    FulfillmentDay,
    ItemSales,
    MoneyDay,
    OrderPart,
    ReturnDay,
    ReturnPart,
    SalesHour,
    ShipmentPart,
    TaxDay,
)
from dingdan.insight.rollups.queries import Figures, ItemSold
from dingdan.insight.rollups.rules import Period
from dingdan.insight.rollups.upkeep import CONSUMER, follow, renew, roll
from dingdan.kernel import clock, feed
from dingdan.kernel.laws import told
from dingdan.kernel.models import FeedCursor, JournalEntry
from dingdan.kernel.tenancy import TenantModel
from dingdan.ledgers.inventory.commands import ReceiveStock, StockChange, receive_stock
from dingdan.ledgers.payments.models import Posting, Receivable
from dingdan.masterdata.customers.commands import save_customers
from dingdan.masterdata.customers.rules import CustomerDraft
from dingdan.masterdata.pricing.rules import refund_share
from dingdan.trade.aftersales.commands import CancelOrder, Part, cancel_orders, give_allowance
from dingdan.trade.aftersales.queries import standings
from dingdan.trade.fulfillment.commands import ShipShipment, ship_shipments
from dingdan.trade.fulfillment.models import Shipment
from dingdan.trade.orders.commands import hold_order, place_orders
from dingdan.trade.orders.models import Order, OrderLine
from dingdan.trade.settlement.models import CreditNoteLine, InvoiceLine
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales.sold import come_back

LONDON = "Europe/London"
TABLES = (ReturnPart, ReturnDay, CustomerMonth, OrderPart, SalesHour, ItemSales, ShipmentPart, FulfillmentDay, MoneyDay, TaxDay)


def breaches() -> list[str]:
    """What the laws of the rollups say."""
    return told(queries.LAWS)


def today() -> Period:
    """The day that it is, in London."""
    day = clock.now().astimezone(ZoneInfo(LONDON)).date()
    return Period(day, day)


def lively(shop: Shop) -> None:
    """Orders in whose lives much has happened."""
    customer_id = save_customers.one(shop.call(), CustomerDraft(number="C1")).customer_id
    a, b = kit.stock(shop, "A", 40), kit.stock(shop, "B", 40, shortage="backorder")
    assert a != b
    orders = [kit.place(shop, ("A", 3), ("B", 2), price=price, customer_id=customer_id) for price in (333, 250, 199)]
    kit.pay(shop, orders[0])
    kit.deliver(shop, orders[0])
    come_back(shop, orders[0], 1)
    kit.pay(shop, orders[1])
    kit.ship(shop, orders[1])
    give_allowance(shop.call(), order_id=orders[1].order_id, amount=77)
    cancel_orders.one(shop.call(), CancelOrder(order_id=orders[2].order_id, lines=(Part(orders[2].lines[0].line_id, 2),)))
    gone = kit.place(shop, ("A", 1))
    cancel_orders.one(shop.call(), CancelOrder(order_id=gone.order_id))
    kit.place(shop, ("B", 50))


def test_it_works(shop: Shop) -> None:
    variant_id = kit.stock(shop, "A", 9)
    order = kit.place(shop, ("A", 2))
    canceled = kit.place(shop, ("A", 1))
    cancel_orders.one(shop.call(), CancelOrder(order_id=canceled.order_id))
    drain(shop.tenant_id)
    sold = queries.sales(today(), currency="GBP")
    assert sold == Figures(orders=2, canceled=1, units=2, net=500, total=500)
    assert (sold.kept, sold.average) == (500, 500)
    assert queries.items_sold(today(), currency="GBP") == [ItemSold(variant_id, 1, 2, 500, 500)]
    assert queries.sales(today(), currency="EUR") == Figures()
    kit.pay(shop, order)
    kit.deliver(shop, order)
    come_back(shop, order, 1)
    drain(shop.tenant_id)
    assert queries.sales(today(), currency="GBP").given_back == 250
    (left,) = queries.fulfillment_by("person", period=today())
    assert (left["person"], left["shipments"], left["units"], left["late"], left["delivered"]) == ("system", 1, 2, 0, 1)
    money = {row["rule"]: row["amount"] for row in queries.postings_by("rule", period=today(), currency="GBP")}
    assert money["cash_received"] == 500
    assert money["goods_credited"] == 250
    assert breaches() == []


def _by_hand() -> dict[tuple[Any, ...], list[int]]:
    """Figures of sales counted order by order, without the database's arithmetic."""
    found: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0] * len(queries.FIGURES))
    zone = ZoneInfo(LONDON)
    for order in Order.objects.all():
        lines = OrderLine.objects.filter(order=order)
        units = sum(line.quantity - line.canceled for line in lines if line.kind in ("goods", "service", "gift_card"))
        owed = Receivable.objects.get(document_id=order.id).amount
        there = order.placed_at.astimezone(zone)
        figures = (1, order.state == "canceled", units, order.total - order.tax, order.tax, order.total, order.discount)
        sums = found[there.date(), there.hour, order.channel_id, order.currency]
        for place, value in enumerate((*figures, order.shipping, order.total - owed)):
            sums[place] += value
    return found


def _items_by_hand() -> dict[tuple[Any, ...], list[int]]:
    found: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0, 0])
    variants = dict(OrderLine.objects.filter(variant__isnull=False).values_list("id", "variant_id"))
    for order_id, standing in standings(Order.objects.values_list("id", flat=True)).items():
        day = Order.objects.get(id=order_id).placed_at.astimezone(ZoneInfo(LONDON)).date()
        for line in standing.lines:
            if line.kept and line.id in variants:
                share = refund_share(line, 0, line.kept)
                for place, value in enumerate((line.kept, share.total - share.tax, share.total)):
                    found[day, variants[line.id]][place] += value
    return found


def test_every_figure_is_a_count_one_by_one(shop: Shop) -> None:
    lively(shop)
    drain(shop.tenant_id)
    kept = {
        (row.counted_on, row.hour, row.channel_id, row.currency): [getattr(row, name) for name in queries.FIGURES]
        for row in SalesHour.objects.all()
    }
    assert kept == _by_hand()
    items = {(row.counted_on, row.variant_id): [row.units, row.net, row.total] for row in ItemSales.objects.filter(grain="day")}
    assert items == _items_by_hand()
    money: dict[tuple[str, str], int] = defaultdict(int)
    for posting in Posting.objects.all():
        money[posting.rule, posting.currency] += posting.amount
    assert {(one["rule"], "GBP"): one["amount"] for one in queries.postings_by("rule", period=today(), currency="GBP")} == money
    theirs = list(Order.objects.filter(customer__isnull=False))
    first, every = queries.customers([today().first.replace(day=1)], currency="GBP", limit=9)
    assert [(one.orders, one.total) for one in first.values()] == [(len(theirs), sum(order.total for order in theirs))]
    assert every == next(iter(first.values()))
    (came,) = queries.returns_by("reason", period=today(), currency="GBP")
    assert (came["reason"], came["lines"], came["units"], came["accepted"], came["refund"]) == ("other", 1, 1, 1, 333)
    tax = queries.tax_by("rate", period=today(), currency="GBP")
    assert sum(row["invoiced_base"] for row in tax) == sum(line.tax_base for line in InvoiceLine.objects.all())
    assert sum(row["credited_base"] for row in tax) == sum(line.tax_base for line in CreditNoteLine.objects.all())
    assert breaches() == []


def test_what_is_told_again_is_counted_once(shop: Shop) -> None:
    lively(shop)
    drain(shop.tenant_id)
    before = {model: list(model.objects.order_by("id").values()) for model in TABLES}
    entries = feed.read(0, 1000)
    follow(Order.objects.values_list("id", flat=True), entries)
    follow([], entries[:3])
    assert {model: list(model.objects.order_by("id").values()) for model in TABLES} == before


def _sums() -> dict[Any, list[tuple[Any, ...]]]:
    """What is kept, without ids."""
    return {
        model: sorted((tuple(value for name, value in row.items() if name != "id") for row in model.objects.values()), key=str)
        for model in TABLES
    }


def test_everything_is_made_anew(shop: Shop) -> None:
    lively(shop)
    drain(shop.tenant_id)
    before = _sums()
    first = OrderPart.objects.order_by("id").first()
    assert first is not None
    for model in TABLES:
        model.objects.all().delete()
    Calendar.objects.all().delete()
    assert sum(renew()) == 5
    assert _sums() == before
    assert feed.cursor_of(CONSUMER) == feed.end()
    assert breaches() == []


def test_a_shop_that_was_there_before_is_counted_from_its_books(shop: Shop) -> None:
    lively(shop)
    feed.sequence(shop.tenant_id)
    follow([], feed.read(0, 2))
    assert breaches() == []
    assert queries.sales(today(), currency="GBP").orders == 5
    assert feed.cursor_of(CONSUMER) == feed.end()


# ── days ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)


def _at_every_half_hour(day: date) -> Iterator[datetime]:
    moment = datetime.combine(day - timedelta(days=1), datetime.min.time(), UTC) + timedelta(hours=22)
    for number in range(56):
        yield moment + timedelta(minutes=30 * number)


@pytest.mark.parametrize(
    ("day", "zone"),
    [(SPRING, LONDON), (AUTUMN, LONDON), (AUTUMN, "Asia/Kathmandu")],
    ids=["london-spring", "london-autumn", "kathmandu"],
)
def test_days_are_the_shops_own(shop: Shop, day: date, zone: str) -> None:
    type(shop.tenant).objects.filter(id=shop.tenant_id).update(time_zone=zone)
    kit.stock(shop, "A", 999)
    wanted = kit.wanted(shop, ("A", 1))
    for moment in _at_every_half_hour(day):
        place_orders.one(shop.call(at=moment), wanted)
    drain(shop.tenant_id)
    hours: dict[tuple[date, int], int] = defaultdict(int)
    for placed_at in Order.objects.values_list("placed_at", flat=True):
        there = placed_at.astimezone(ZoneInfo(zone))
        hours[there.date(), there.hour] += 1
    assert {(row.counted_on, row.hour): row.orders for row in SalesHour.objects.all()} == hours
    if zone == LONDON:
        kept = queries.sales(Period(day, day), currency="GBP")
        assert kept.orders == (46 if day == SPRING else 50)
    assert breaches() == []


def test_another_clock_counts_everything_anew(shop: Shop) -> None:
    kit.stock(shop, "A", 9)
    place_orders.one(shop.call(at=datetime(2026, 6, 1, 18, 30, tzinfo=UTC)), kit.wanted(shop, ("A", 1)))
    drain(shop.tenant_id)
    assert SalesHour.objects.values_list("counted_on", "hour").get() == (date(2026, 6, 1), 19)
    type(shop.tenant).objects.filter(id=shop.tenant_id).update(time_zone="Asia/Taipei")
    kit.place(shop, ("A", 1))
    drain(shop.tenant_id)
    assert queries.sales(Period(date(2026, 6, 2), date(2026, 6, 2)), currency="GBP").orders == 1
    assert not SalesHour.objects.filter(counted_on=date(2026, 6, 1)).exclude(orders=0).exists()
    assert breaches() == []


# ── what waits ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_what_was_promised_and_has_not_left_is_known(shop: Shop) -> None:
    kit.stock(shop, "A", 9)
    paid = kit.place(shop, ("A", 1))
    kit.place(shop, ("A", 1))  # is not paid, so nobody waits for its goods
    kit.pay(shop, paid)
    drain(shop.tenant_id)
    promised = Order.objects.get(id=paid.order_id).promised_at
    assert promised is not None
    day = promised.astimezone(ZoneInfo(LONDON)).date()
    assert [part.id for part in queries.promised_on(day)] == [paid.order_id]
    assert [part.id for part in queries.promised_before(day + timedelta(days=1))] == [paid.order_id]
    assert not queries.promised_before(day).exists()
    (shipment,) = Shipment.objects.filter(order_id=paid.order_id)
    ship_shipments.one(shop.call(), ShipShipment(shipment.id, "Royal Mail", "RM1"))
    drain(shop.tenant_id)
    assert not queries.promised_on(day).exists()


def test_orders_that_wait_for_goods_are_known_until_these_are_here(shop: Shop) -> None:
    kit.stock(shop, "A", 1, shortage="backorder")
    waiting = kit.place(shop, ("A", 3))
    hold_order(shop.call(), order_id=kit.place(shop, ("A", 1)).order_id, reason="check")
    drain(shop.tenant_id)
    assert queries.waiting_for_goods().count() == 2
    receive_stock.one(shop.call(), ReceiveStock(lines=(StockChange("A", 2),)))
    drain(shop.tenant_id)
    assert waiting.order_id not in queries.waiting_for_goods().values_list("id", flat=True)
    assert queries.waiting_for_goods().count() == 1
    assert breaches() == []


# ── laws ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_laws_tell_wrong_sums(shop: Shop) -> None:
    lively(shop)
    drain(shop.tenant_id)
    wrong: dict[type[TenantModel], tuple[str, int]] = {
        SalesHour: ("total", 1),
        ItemSales: ("units", 999),
        FulfillmentDay: ("late", 7),
        MoneyDay: ("amount", 1),
        TaxDay: ("invoiced_base", 1),
        CustomerMonth: ("total", 1),
        ReturnDay: ("refund", 1),
    }
    for model, (name, value) in wrong.items():
        before = dict(model.objects.values_list("id", name))
        model.objects.update(**{name: value})
        assert breaches(), model
        for id_, kept in before.items():
            model.objects.filter(id=id_).update(**{name: kept})
        assert breaches() == []


def test_the_laws_tell_what_an_order_was_not_counted_as(shop: Shop) -> None:
    kit.stock(shop, "A", 9)
    order = kit.place(shop, ("A", 1))
    drain(shop.tenant_id)
    OrderPart.objects.update(total=1)
    (said, *_rest) = queries.law_orders_are_counted_as_they_are()
    assert said.startswith(f"order {order.order_id} is counted as ")
    roll([order.order_id], LONDON)
    assert list(queries.law_orders_are_counted_as_they_are()) == []


def test_the_laws_wait_for_what_was_not_passed_yet(shop: Shop) -> None:
    kit.stock(shop, "A", 9)
    first = kit.place(shop, ("A", 1))
    drain(shop.tenant_id)
    kit.pay(shop, first)
    kit.place(shop, ("A", 2))
    assert breaches() == []
    feed.sequence(shop.tenant_id)
    assert breaches() == []
    assert FeedCursor.objects.get(consumer=CONSUMER).position < JournalEntry.objects.count()
