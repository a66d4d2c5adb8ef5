"""The tables of Olist put together; the data's own check sums where it lies beside the project."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from dingdan.integrations.importers.findings import Findings, UnreadableFile
from dingdan.integrations.importers.olist.reading import Olist, OlistItem, OlistOrder, OlistPayment, OlistProduct, OlistSeller

ORDER_COLUMNS = (
    "order_id",
    "customer_id",
    "order_status",
    "order_purchase_timestamp",
    "order_approved_at",
    "order_delivered_carrier_date",
    "order_delivered_customer_date",
    "order_estimated_delivery_date",
)
TABLES = {
    "orders_dataset": [
        ",".join(ORDER_COLUMNS),
        "o1,c1,delivered,2017-12-01 10:00:00,2017-12-01 11:00:00,2017-12-01 09:00:00,2017-12-05 12:00:00,2017-12-20 00:00:00",
        "o2,c1,unavailable,2017-12-02 10:00:00,,,,2017-12-20 00:00:00",
        "o3,c1,invoiced,2017-12-03 10:00:00,2017-12-03 10:00:00,,,2017-12-20 00:00:00",
    ],
    "order_items_dataset": [
        "order_id,order_item_id,product_id,seller_id,shipping_limit_date,price,freight_value",
        "o1,2,p1,s2,2017-12-04 10:00:00,10.5,2",
        "o1,1,p1,s1,2017-12-04 10:00:00,10.5,2",
        "o3,1,p1,s1,2017-12-04 10:00:00,10,2",
    ],
    "order_payments_dataset": [
        "order_id,payment_sequential,payment_type,payment_installments,payment_value",
        "o1,2,voucher,1,5",
        "o1,1,credit_card,8,20",
        "o2,1,boleto,1,7.77",
        "o3,1,boleto,1,12.01",
        "elsewhere,1,boleto,1,99",
    ],
    "customers_dataset": [
        "customer_id,customer_unique_id,customer_zip_code_prefix,customer_city,customer_state",
        "c1,u1,1001,sao paulo,SP",
    ],
    "sellers_dataset": ["seller_id,seller_zip_code_prefix,seller_city,seller_state", "s1,13023,campinas,SP"],
    "products_dataset": [
        "product_id,product_category_name,product_weight_g,product_length_cm,product_height_cm,product_width_cm",
        "p1,perfumaria,225,16,10,14",
        "p2,,,,,",
    ],
}  # fmt: skip
LEFT_OUT = (2, "o1", "row_of_order_unreadable")
Folder = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Writes the small tables; ``table=[row, …]`` adds rows to one."""

    def write(**more: list[str]) -> Path:
        for name, rows in TABLES.items():
            (tmp_path / f"olist_{name}.csv").write_text("\n".join([*rows, *more.get(name, []), ""]), encoding="utf-8")
        return tmp_path

    return write


def test_it_works(folder: Folder) -> None:
    olist, findings = Olist(folder()), Findings()
    first, second = olist.orders(findings)
    limit = datetime(2017, 12, 4, 12, tzinfo=UTC)
    assert first == OlistOrder(
        number="o1",
        line=2,
        status="delivered",
        at=datetime(2017, 12, 1, 12, tzinfo=UTC),
        approved_at=datetime(2017, 12, 1, 13, tzinfo=UTC),
        handed_over_at=datetime(2017, 12, 1, 11, tzinfo=UTC),
        delivered_at=datetime(2017, 12, 5, 14, tzinfo=UTC),
        promised_on=date(2017, 12, 20),
        customer="u1",
        city="sao paulo",
        region="SP",
        postal_code="01001",
        items=(
            OlistItem(position=1, product="p1", seller="s1", ship_by=limit, price=1050, freight=200),
            OlistItem(position=2, product="p1", seller="s2", ship_by=limit, price=1050, freight=200),
        ),
        payments=(
            OlistPayment(position=1, kind="credit_card", installments=8, amount=2000),
            OlistPayment(position=2, kind="voucher", installments=1, amount=500),
        ),
    )
    assert (first.due, first.paid, first.key) == (2500, 2500, "olist:o1")
    # Handed over before it was approved: taken as at the same moment.
    assert first.life == (first.at, first.approved_at, first.approved_at, first.delivered_at)
    assert second.number == "o3"
    assert [(f.line, f.document, f.code, f.imported, f.amount) for f in findings.kept] == [
        (2, "o1", "times_out_of_order", True, 0),
        (3, "o2", "no_items", False, 777),
        (4, "o3", "off_by_a_centavo", True, 0),
    ]
    assert findings.kept[2].sentence == "Goods and freight are 12.00, payments 12.01."
    assert (olist.summary.orders, olist.summary.paid, olist.summary.payments_of_other_orders) == (2, 3701, 1)


def test_products_and_sellers_are_read(folder: Folder) -> None:
    olist, findings = Olist(folder()), Findings()
    assert list(olist.products(findings)) == [
        OlistProduct(sku="p1", category="perfumaria", weight=225, length=16, width=14, height=10),
        OlistProduct(sku="p2", category="", weight=None, length=None, width=None, height=None),
    ]
    assert list(olist.sellers(findings)) == [OlistSeller(code="s1", city="campinas", region="SP", postal_code="13023")]
    assert findings.kept == []


@pytest.mark.parametrize(
    ("table", "row", "told"),
    [
        ("order_items_dataset", "o1,3,p1,s1,never,1,1", [(5, "o1", "not_a_time"), LEFT_OUT]),
        ("order_items_dataset", "o1,3,p1,s1,2017-12-04 10:00:00,1.005,1", [(5, "o1", "not_an_amount"), LEFT_OUT]),
        ("order_payments_dataset", "o1,3,shells,1,1", [(7, "o1", "unknown_payment_type"), LEFT_OUT]),
        ("order_items_dataset", "o9,1,p1,s1,2017-12-04 10:00:00,1,1", [(5, "o9", "unknown_order")]),
        ("orders_dataset", "o4,c9,created,2017-12-05 10:00:00,,,,2017-12-20 00:00:00", [(5, "o4", "unknown_customer")]),
        ("orders_dataset", "o4,c1,dreamt,2017-12-05 10:00:00,,,,2017-12-20 00:00:00", [(5, "o4", "unknown_status")]),
        ("orders_dataset", "o4,c1,created,2017-12-05 10:00:00,,,,", [(5, "o4", "not_a_time")]),
    ],
)  # fmt: skip
def test_a_bad_row_leaves_its_order_out(folder: Folder, table: str, row: str, told: list[tuple[int, str, str]]) -> None:
    findings = Findings()
    orders = [order.number for order in Olist(folder(**{table: [row]})).orders(findings)]
    assert [(f.line, f.document, f.code) for f in findings.kept if not f.imported and f.code != "no_items"] == told
    assert orders == (["o3"] if ("o1" in row) else ["o1", "o3"])


def test_a_delivered_order_without_its_times_is_told(folder: Folder) -> None:
    findings = Findings()
    order = "o4,c1,delivered,2017-12-05 10:00:00,,,2017-12-06 10:00:00,2017-12-20 00:00:00"
    item, payment = "o4,1,p1,s1,2017-12-04 10:00:00,1,1", "o4,1,boleto,1,2"
    list(Olist(folder(orders_dataset=[order], order_items_dataset=[item], order_payments_dataset=[payment])).orders(findings))
    assert [f.document for f in findings.kept if f.code == "time_missing"] == ["o4"]


def test_a_folder_without_a_table_is_refused(folder: Folder) -> None:
    path = folder()
    (path / "olist_customers_dataset.csv").unlink()
    with pytest.raises(UnreadableFile, match="There is no table olist_customers_"):
        list(Olist(path).orders(Findings()))


@pytest.mark.slow
def test_the_real_tables_add_up(datasets: Callable[[str], Path]) -> None:
    olist, findings = Olist(datasets("olist")), Findings()
    orders = list(olist.orders(findings))
    summary = olist.summary
    assert len(orders) + findings.counts["no_items"] == 16_190
    assert findings.counts == {
        "no_items": 153,
        "off_by_a_centavo": 47,
        "payments_differ": 53,
        "times_out_of_order": 123,
        "time_missing": 4,
    }
    assert (summary.orders, summary.adding_up, summary.items) == (16_037, 15_937, 18_248)
    assert summary.paid + findings.amount_left_out == 260_401_334
    assert (summary.due, summary.paid) == (257_134_447, 257_176_311)
    assert summary.payments + summary.payments_of_other_orders == 103_886 - 158
    assert summary.sellers_of_an_order == {1: 15_853, 2: 177, 3: 7}
    assert len({order.customer for order in orders}) == 15_911
    assert sorted(order.at for order in orders) == [order.at for order in orders]
    assert len(list(olist.products(findings))) == 32_951
    assert len(list(olist.sellers(findings))) == 3_095
