"""Other people's orders told to everybody's commands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dingdan.integrations.importers.findings import UnreadableFile
from dingdan.integrations.importers.report import Sums
from dingdan.ledgers.inventory.queries import stock
from dingdan.ledgers.payments.models import Payment
from dingdan.masterdata.catalog.queries import variants_by_sku
from dingdan.masterdata.customers.models import CustomerContact
from dingdan.trade.fulfillment.models import Shipment
from dingdan.trade.orders.models import Order
from dingdan.trade.settlement.models import Invoice
from tests import kit
from tests.conftest import Shop
from tests.integrations.importers.conftest import Bring, journal_size

HEADER = (
    "order,placed_at,sku,name,quantity,unit_price,currency,customer,contact_name,email,country,city,shipping,discount,total,paid_at,"
    "payment_method,shipped_at,delivered_at,carrier,tracking_number"
)
WHEN = "2024-05-06T08:00:00Z,PayPal,2024-05-07T09:00:00Z,2024-05-09T10:00:00Z,Royal Mail,RM1"
ROWS = (
    f"1001,2024-05-06T07:08:09Z,TEA,Oolong,2,10,GBP,77,Ann Lee,ann@example.com,GB,London,4.50,1,23.50,{WHEN}",
    "1002,2024-05-06T12:00:00Z,TEA,Oolong,1,10,GBP,77,,ann@example.com,GB,,,,,2024-05-06T12:30:00Z,,2024-05-08T09:00:00Z,,,",
    "1003,2024-05-06T13:00:00Z,POT,Teapot,1,30,GBP,,Bob,bob@example.com,GB,,,,,,,,,,",
)
Write = Callable[..., Path]


@pytest.fixture
def table(tmp_path: Path) -> Write:
    """A table of orders with our own column names."""

    def write(*rows: str) -> Path:
        path = tmp_path / "orders.csv"
        path.write_text("\n".join([HEADER, *rows, ""]), encoding="utf-8")
        return path

    return write


def orders() -> dict[str, Order]:
    return {str(order.external_id): order for order in Order.objects.select_related("ship_to", "customer")}


def levels() -> dict[str, tuple[int, int]]:
    return {line.sku: (line.on_hand, line.reserved) for line in stock()}


def test_it_works(bring: Bring, table: Write, shop: Shop) -> None:
    kit.stock(shop, "TEA", 3)
    kit.stock(shop, "POT", 1)
    report = bring(table(*ROWS), "csv")

    assert report.sums == {"GBP": Sums(file=6350, imported=6350, reported=0)}
    assert report.documents == {"orders": 3, "payments": 2, "shipments": 2, "deliveries": 1}
    assert (report.complete, report.refused, report.findings) == (True, 0, {})
    found = orders()
    assert {number: (order.state, order.total, order.quiet) for number, order in found.items()} == {
        "csv:1001": ("closed", 2350, True), "csv:1002": ("placed", 1000, True), "csv:1003": ("placed", 3000, True),
    }  # fmt: skip
    first = found["csv:1001"]
    assert (first.placed_at, first.shipping, first.discount, first.payment_method) == (
        datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC), 450, 100, "PayPal",
    )  # fmt: skip
    assert (first.ship_to.name, first.ship_to.email, first.ship_to.address) == (
        "Ann Lee", "ann@example.com", {"country_code": "GB", "city": "London"},
    )  # fmt: skip
    # What left brought its goods; what is open holds ours.
    assert levels() == {"TEA": (3, 0), "POT": (1, 1)}
    assert kit.breaches() == []


def test_each_step_has_its_own_time(bring: Bring, table: Write, shop: Shop) -> None:
    kit.stock(shop, "TEA")
    bring(table(*ROWS[:2]), "csv")
    assert list(Shipment.objects.order_by("shipped_at").values_list("state", "carrier", "tracking_number")) == [
        ("delivered", "Royal Mail", "RM1"), ("shipped", "", ""),
    ]  # fmt: skip
    (shipped, delivered) = Shipment.objects.values_list("shipped_at", "delivered_at").get(state="delivered")
    assert (shipped, delivered) == (datetime(2024, 5, 7, 9, tzinfo=UTC), datetime(2024, 5, 9, 10, tzinfo=UTC))
    assert sorted(Payment.objects.values_list("captured", flat=True)) == [1000, 2350]
    assert sorted(Invoice.objects.values_list("total", flat=True)) == [1000, 2350]


def test_one_person_is_one_customer(bring: Bring, table: Write, shop: Shop) -> None:
    kit.stock(shop, "TEA")
    bring(table(*ROWS[:2]), "csv")
    found = orders()
    assert found["csv:1001"].customer_id == found["csv:1002"].customer_id
    assert list(CustomerContact.objects.values_list("name", "email")) == [("Ann Lee", "ann@example.com")]


def test_an_unknown_article_keeps_its_order_out(bring: Bring, table: Write, shop: Shop) -> None:
    kit.stock(shop, "TEA")
    report = bring(table(*ROWS), "csv")
    assert report.sums == {"GBP": Sums(file=6350, imported=3350, reported=3000)}
    assert (report.findings, report.left_out, report.complete) == ({"unknown_sku": 1}, 1, False)
    assert set(orders()) == {"csv:1001", "csv:1002"}


def test_unknown_articles_are_written_down_when_asked_for(bring: Bring, table: Write) -> None:
    size = journal_size()
    dry = bring(table(*ROWS[:2]), "csv", create_products=True, dry_run=True)
    assert (journal_size(), dry.complete) == (size, True)
    report = bring(table(*ROWS[:2]), "csv", create_products=True)
    assert (report.complete, report.sums) == (True, dry.sums)
    assert variants_by_sku(["TEA"])["TEA"].name == "Oolong"
    assert levels() == {"TEA": (0, 0)}


def test_what_is_not_on_the_shelf_cannot_be_held(bring: Bring, table: Write, shop: Shop) -> None:
    kit.stock(shop, "POT")
    report = bring(table(ROWS[2]), "csv")
    assert (report.findings, report.sums["GBP"]) == ({"out_of_stock": 1}, Sums(file=3000, imported=0, reported=3000))
    assert orders() == {}


def test_other_money_than_the_channel_takes_stays_out(bring: Bring, table: Write, shop: Shop) -> None:
    kit.stock(shop, "TEA", 5)
    report = bring(table(ROWS[0].replace("GBP", "EUR")), "csv")
    assert (report.findings, report.sums) == ({"wrong_currency": 1}, {"EUR": Sums(file=2350, imported=0, reported=2350)})


def test_a_person_who_cannot_be_written_down_is_told_and_the_order_is_in(bring: Bring, table: Write, shop: Shop) -> None:
    kit.stock(shop, "TEA", 5)
    report = bring(table(ROWS[0].replace("ann@example.com", "no mail")), "csv")
    assert (report.findings, report.left_out, report.remarks) == ({"email_not_usable": 1}, 0, 1)
    assert (orders()["csv:1001"].customer_id, report.complete) == (None, False)


def test_a_second_run_finds_everything_done(bring: Bring, table: Write, shop: Shop) -> None:
    kit.stock(shop, "TEA", 3)
    kit.stock(shop, "POT", 1)
    first = bring(table(*ROWS), "csv")
    size = journal_size()
    second = bring(table(*ROWS), "csv")
    assert (journal_size(), second.sums, second.documents) == (size, first.sums, first.documents)


def test_a_longer_table_adds_what_is_new(bring: Bring, table: Write, shop: Shop) -> None:
    kit.stock(shop, "TEA", 3)
    bring(table(ROWS[0]), "csv")
    bring(table(*ROWS[:2]), "csv")
    assert (set(orders()), levels()) == ({"csv:1001", "csv:1002"}, {"TEA": (3, 0)})
    assert kit.breaches() == []


def test_a_dry_run_writes_nothing(bring: Bring, table: Write, shop: Shop) -> None:
    kit.stock(shop, "TEA", 3)
    size = journal_size()
    report = bring(table(*ROWS), "csv", dry_run=True)
    assert (journal_size(), Order.objects.count(), report.commands) == (size, 0, 0)
    assert report.sums == {"GBP": Sums(file=6350, imported=3350, reported=3000)}
    assert report.findings == {"unknown_sku": 1}


def test_a_channel_that_is_not_there_is_refused(bring: Bring, table: Write) -> None:
    with pytest.raises(UnreadableFile, match="There is no channel nowhere"):
        bring(table(*ROWS), "csv", channel="nowhere")
