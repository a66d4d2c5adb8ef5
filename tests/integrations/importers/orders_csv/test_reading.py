"""Orders from anybody's table: whole, or left out and told row by row."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from dingdan.integrations.importers.findings import Findings, UnreadableFile
from dingdan.integrations.importers.orders_csv.mapping import mapping_of
from dingdan.integrations.importers.orders_csv.reading import OrdersFile, ReadContact, ReadLine, ReadOrder

HEADER = "order,placed_at,sku,name,quantity,unit_price,currency,email,country,shipping,discount,total"
Read = Callable[..., tuple[list[ReadOrder], Findings]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """The orders and findings of a table with our own column names."""

    def made(*rows: str, header: str = HEADER) -> tuple[list[ReadOrder], Findings]:
        path = tmp_path / "orders.csv"
        path.write_text("\n".join([header, *rows, ""]), encoding="utf-8")
        findings = Findings()
        return list(OrdersFile(path).orders(findings)), findings

    return made


def codes(findings: Findings) -> list[tuple[int, str]]:
    return [(finding.line, finding.code) for finding in findings.kept]


def test_it_works(read: Read) -> None:
    orders, findings = read(
        "1001,2024-05-06T07:08:09+08:00,TEA-1,烏龍茶,2,9.995,EUR,a@example.com,Taiwan,4.50,1,23.49",
        "1001,,TEA-2,,1,0,,,,,,",
        "1002,2024-05-06 12:00,TEA-1,,1,3,JPY,,,,,",
    )
    assert orders == [
        ReadOrder(
            source="csv",
            number="1001",
            at=datetime(2024, 5, 5, 23, 8, 9, tzinfo=UTC),
            currency="EUR",
            customer=None,
            contact=ReadContact(email="a@example.com", country="TW"),
            lines=(
                ReadLine(position=1, line=2, sku="TEA-1", name="烏龍茶", quantity=2, unit_price=Decimal("9.995"), amount=1999),
                ReadLine(position=2, line=3, sku="TEA-2", name="", quantity=1, unit_price=Decimal(0), amount=0),
            ),
            shipping=450,
            discount=100,
            stated_total=2349,
            paid_at=None,
            payment_method="",
            note="",
            shipped_at=None,
            delivered_at=None,
            carrier="",
            tracking_number="",
        ),
        ReadOrder(
            source="csv",
            number="1002",
            at=datetime(2024, 5, 6, 12, tzinfo=UTC),
            currency="JPY",
            customer=None,
            contact=ReadContact(),
            lines=(ReadLine(position=1, line=4, sku="TEA-1", name="", quantity=1, unit_price=Decimal(3), amount=3),),
            shipping=0,
            discount=0,
            stated_total=None,
            paid_at=None,
            payment_method="",
            note="",
            shipped_at=None,
            delivered_at=None,
            carrier="",
            tracking_number="",
        ),
    ]
    assert (orders[0].total, orders[0].key) == (2349, "csv:1001")
    assert findings.kept == []


def test_a_mapping_tells_which_column_is_what(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text("Nr;Datum;Artikel;Menge;Preis;Kunde\nA-1;06.05.2024 14:00;T1;3;1,25;K7\n", encoding="cp1252")
    names = {
        "order": "Nr",
        "placed_at": "Datum",
        "sku": "Artikel",
        "quantity": "Menge",
        "unit_price": "Preis",
        "customer": "Kunde",
    }
    form = {"time_zone": "Europe/Berlin", "time": "%d.%m.%Y %H:%M", "decimal_point": ",", "currency": "EUR", "country": "DE"}
    file = OrdersFile(path, mapping_of({"source": "laden", "columns": names, "format": form}))
    (order,) = file.orders(Findings())
    assert (order.key, order.at, order.customer, order.contact.country) == (
        "laden:A-1",
        datetime(2024, 5, 6, 12, tzinfo=UTC),
        "K7",
        "DE",
    )
    assert (order.total, order.lines[0].unit_price) == (375, Decimal("1.25"))
    assert (file.summary.orders, file.summary.lines, file.summary.totals) == (1, 1, {"EUR": 375})


def test_a_workbook_is_read_as_well(tmp_path: Path) -> None:
    path = tmp_path / "orders.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEADER.split(","))
    sheet.append([1001, datetime.fromisoformat("2024-05-06T07:00:00"), "T1", "茶", 2, 2.55, "EUR"])
    book.save(path)
    book.close()
    (order,) = OrdersFile(path).orders(Findings())
    assert (order.number, order.at, order.total) == ("1001", datetime(2024, 5, 6, 7, tzinfo=UTC), 510)


def test_a_named_column_that_is_missing_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("order,placed_at,sku,quantity\n")
    with pytest.raises(UnreadableFile, match="The header has no column unit_price"):
        OrdersFile(path)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("1,2024-05-06,T1,,0,1,EUR,,,,,", "quantity_below_one"),
        ("1,2024-05-06,T1,,-2,1,EUR,,,,,", "quantity_below_one"),
        ("1,2024-05-06,T1,,1.5,1,EUR,,,,,", "not_a_whole_number"),
        ("1,2024-05-06,T1,,1,-1,EUR,,,,,", "price_below_zero"),
        ("1,2024-05-06,T1,,1,1 €,EUR,,,,,", "not_a_number"),
        ("1,2024-05-06,,,1,1,EUR,,,,,", "no_sku"),
        ("1,06.05.2024,T1,,1,1,EUR,,,,,", "not_a_time"),
        ("1,,T1,,1,1,EUR,,,,,", "not_a_time"),
        ("1,2024-05-06,T1,,1,1,,,,,,", "no_currency"),
        ("1,2024-05-06,T1,,1,1,Euro,,,,,", "unknown_currency"),
        ("1,2024-05-06,T1,,1,1,EUR,,Atlantis,,,", "unknown_country"),
        ("1,2024-05-06,T1,,1,1,EUR,,,-4,,", "amount_below_zero"),
        ("1,2024-05-06,T\x001,,1,1,EUR,,,,,", "broken_text"),
        (",2024-05-06,T1,,1,1,EUR,,,,,", "no_order_number"),
    ],
)
def test_a_bad_order_is_left_out_and_its_neighbors_are_read(read: Read, row: str, code: str) -> None:
    orders, findings = read("0,2024-05-06,T1,,1,1,EUR,,,,,", row, "2,2024-05-06,T1,,1,1,EUR,,,,,")
    assert [order.number for order in orders] == ["0", "2"]
    assert codes(findings) == [(3, code)]
    assert findings.kept[0].remedy != ""


def test_an_order_with_one_bad_line_is_left_out_whole_and_each_line_is_told(read: Read) -> None:
    orders, findings = read(*(f"1,2024-05-06,T{quantity},,{quantity},1,EUR,,,,," for quantity in (1, 0, 2)))
    assert orders == []
    assert codes(findings) == [(2, "order_left_out"), (3, "quantity_below_one"), (4, "order_left_out")]


def test_rows_that_disagree_about_their_order_leave_it_out(read: Read) -> None:
    orders, findings = read("1,2024-05-06,T1,,1,1,EUR,a@b.c,,,,", "1,2024-05-06,T1,,1,1,EUR,d@b.c,,,,")
    assert orders == []
    assert codes(findings) == [(2, "rows_disagree"), (3, "order_left_out")]
    assert findings.kept[0].sentence == "The order's rows say different things about email."


def test_rows_of_an_order_that_are_not_together_are_told(read: Read) -> None:
    orders, findings = read("1,2024-05-06,T1,,1,1,EUR,,,,,", "2,2024-05-06,T1,,1,1,EUR,,,,,", "1,2024-05-06,T2,,1,1,EUR,,,,,")
    assert [order.number for order in orders] == ["1", "2"]
    assert codes(findings) == [(4, "rows_apart")]


def test_an_order_beside_a_row_that_cannot_be_read_is_in_doubt(read: Read) -> None:
    good = "{},2024-05-06,T1,,1,1,EUR,,,,,"
    orders, findings = read(
        good.format(0), good.format(1), "1,broken", good.format(2), good.format(3), good.format(4), "4,broken"
    )
    assert [order.number for order in orders] == ["0", "3"]
    assert sorted(codes(findings)) == [
        (3, "order_in_doubt"),
        (4, "misshaped_row"),
        (5, "order_in_doubt"),
        (7, "order_in_doubt"),
        (8, "misshaped_row"),
    ]


def test_a_total_that_differs_is_told_and_the_order_read(read: Read) -> None:
    orders, findings = read("1,2024-05-06,T1,,1,10.00,EUR,,,,,11.90")
    assert [order.total for order in orders] == [1000]
    assert [(finding.code, finding.imported, finding.sentence) for finding in findings.kept] == [
        ("total_differs", True, "The file states a total of 11.90; lines, shipping and discount make 10.00.")
    ]
