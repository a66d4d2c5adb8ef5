"""The marketplace of Olist told to everybody's commands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dingdan.integrations.importers.findings import UnreadableFile
from dingdan.integrations.importers.report import Sums
from dingdan.ledgers.inventory.queries import stock
from dingdan.ledgers.payments.models import Payment, Receivable
from dingdan.masterdata.catalog.models import Variant
from dingdan.masterdata.channels.queries import channel_by_code
from dingdan.masterdata.customers.queries import customers_by_identity
from dingdan.masterdata.sellers.queries import seller_by_code
from dingdan.trade.fulfillment.models import Shipment
from dingdan.trade.orders.models import Order, OrderLine
from tests import kit
from tests.integrations.importers.conftest import Bring, journal_size
from tests.integrations.importers.olist.test_reading import Folder, folder
from tests.laws.size import SIZE

__all__ = ["folder"]

CANCELED = "o4,c1,canceled,2017-12-04 10:00:00,2017-12-04 11:00:00,,,2017-12-20 00:00:00"


def orders() -> dict[str, Order]:
    return {str(order.external_id): order for order in Order.objects.all()}


def test_it_works(bring: Bring, folder: Folder) -> None:
    report = bring(folder(), "olist")

    assert report.sums == {"BRL": Sums(file=4478, imported=3701, reported=777)}
    assert report.documents == {"orders": 2, "lines": 3, "payments": 3, "shipments": 1, "deliveries": 1}
    assert report.findings == {"times_out_of_order": 1, "no_items": 1, "off_by_a_centavo": 1}
    assert (report.left_out, report.remarks, report.refused, report.complete) == (1, 2, 0, False)
    channel = channel_by_code("olist")
    assert channel is not None
    assert (channel.currency, channel.kind, channel.time_zone) == ("BRL", "marketplace", "America/Sao_Paulo")
    found = orders()
    assert {number: (order.state, order.total, order.shipping) for number, order in found.items()} == {
        "o1": ("closed", 2500, 400), "o3": ("placed", 1200, 200),
    }  # fmt: skip
    assert kit.breaches() == []


def test_every_payment_and_every_seller_is_there(bring: Bring, folder: Folder) -> None:
    bring(folder(), "olist")
    found = orders()
    assert sorted(Payment.objects.values_list("gateway_reference", "captured")) == [
        ("boleto/1/o3", 1201), ("credit_card/1/o1", 2000), ("voucher/2/o1", 500),
    ]  # fmt: skip
    # One centavo more than it cost: nobody's yet.
    assert Payment.objects.get(gateway_reference="boleto/1/o3").unapplied == 1
    assert dict(Receivable.objects.filter(document_kind="order").values_list("document_id", "payment_status")) == {
        found["o1"].id: "paid", found["o3"].id: "paid",
    }  # fmt: skip
    sellers = [seller_by_code("s1"), seller_by_code("s2")]
    lines = OrderLine.objects.filter(order=found["o1"], kind="goods").order_by("position")
    assert list(lines.values_list("seller_id", flat=True)) == [seller.id for seller in sellers if seller]
    assert found["o1"].customer_id == customers_by_identity("olist", ["u1"])["u1"]


def test_it_left_and_arrived_at_its_own_times(bring: Bring, folder: Folder) -> None:
    bring(folder(), "olist")
    (shipment,) = Shipment.objects.all()
    assert (shipment.shipped_at, shipment.delivered_at) == (
        datetime(2017, 12, 1, 13, tzinfo=UTC), datetime(2017, 12, 5, 14, tzinfo=UTC),
    )  # fmt: skip
    # What waits to be sent is held; what left brought its goods and took them along.
    assert [(line.sku, line.on_hand, line.reserved) for line in stock()] == [("p1", 1, 1)]


def test_a_product_has_its_measures_and_its_category_for_a_name(bring: Bring, folder: Folder) -> None:
    bring(folder(), "olist")
    (variant,) = Variant.objects.all()
    assert (variant.sku, variant.name, variant.weight_grams) == ("p1", "perfumaria", 225)
    assert (variant.length_mm, variant.width_mm, variant.height_mm) == (160, 140, 100)


def test_a_canceled_order_is_canceled_and_keeps_its_money_for_people_to_decide(bring: Bring, folder: Folder) -> None:
    item, paid = "o4,1,p1,s1,2017-12-08 10:00:00,10,2", "o4,1,boleto,1,12"
    report = bring(folder(orders_dataset=[CANCELED], order_items_dataset=[item], order_payments_dataset=[paid]), "olist")
    order = orders()["o4"]
    status = Receivable.objects.filter(document_id=order.id).values_list("payment_status", flat=True).get()
    assert (order.state, status, report.documents["cancellations"]) == ("canceled", "overpaid", 1)
    assert kit.breaches() == []


def test_a_second_run_finds_everything_done(bring: Bring, folder: Folder) -> None:
    first = bring(folder(), "olist")
    size = journal_size()
    second = bring(folder(), "olist")
    assert (journal_size(), second.sums, second.documents) == (size, first.sums, first.documents)


def test_a_dry_run_writes_nothing(bring: Bring, folder: Folder) -> None:
    size = journal_size()
    report = bring(folder(), "olist", dry_run=True)
    assert (journal_size(), report.commands, channel_by_code("olist")) == (size, 0, None)
    assert report.sums == {"BRL": Sums(file=4478, imported=3701, reported=777)}


def test_a_file_is_no_folder(bring: Bring, tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text("a,b\n")
    with pytest.raises(UnreadableFile, match="no folder"):
        bring(tmp_path / "orders.csv", "olist")


@pytest.mark.skipif(SIZE == "test", reason="all of Olist is imported with DINGDAN_SIZE=change")
def test_the_real_tables(bring: Bring, datasets: Callable[[str], Path]) -> None:
    report = bring(datasets("olist"), "olist")
    assert report.sums == {"BRL": Sums(file=260_401_334, imported=257_176_311, reported=3_225_023)}
    assert (report.documents["orders"], report.left_out, report.refused) == (16_037, 153, 0)
    assert kit.breaches() == []
