"""Lines of Online Retail, typed; what cannot be read is told, with line, amount and remedy."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dingdan.integrations.importers.findings import Findings, UnreadableFile
from dingdan.integrations.importers.online_retail.codes import Kind
from dingdan.integrations.importers.online_retail.reading import InvoiceLine, OnlineRetailFile
from tests.integrations.importers.conftest import RETAIL_HEADER, WriteRetail
from tests.laws.size import sized


def read(path: Path, until: date | None = None) -> tuple[list[InvoiceLine], Findings]:
    findings = Findings()
    return list(OnlineRetailFile(path).lines(findings.add, until)), findings


def test_it_works(retail: WriteRetail) -> None:
    lines, findings = read(
        retail(
            "536365,85123a,WHITE HANGING HEART,6,2010-12-01 08:26:00,2.55,17850,United Kingdom",
            "C536379,D,Discount,-1,2010-12-01 09:41:00,27.505,,EIRE",
        )
    )
    assert lines == [
        InvoiceLine(
            line=2,
            invoice="536365",
            at=datetime(2010, 12, 1, 8, 26, tzinfo=UTC),
            day=date(2010, 12, 1),
            customer="17850",
            country="United Kingdom",
            code="85123a",
            sku="85123A",
            kind=Kind.PRODUCT,
            description="WHITE HANGING HEART",
            quantity=6,
            price=Decimal("2.55"),
            amount=1530,
        ),
        InvoiceLine(
            line=3,
            invoice="C536379",
            at=datetime(2010, 12, 1, 9, 41, tzinfo=UTC),
            day=date(2010, 12, 1),
            customer=None,
            country="EIRE",
            code="D",
            sku="D",
            kind=Kind.DISCOUNT,
            description="Discount",
            quantity=-1,
            price=Decimal("27.505"),
            amount=-2751,
        ),
    ]
    assert findings.kept == []


def test_the_later_edition_and_the_copy_that_goes_round_are_read_too(retail: WriteRetail) -> None:
    header = "Invoice;StockCode;Description;Quantity;InvoiceDate;Price;Customer ID;Country"
    lines, findings = read(retail("536365;71053;LANTERN £;6;7/2/2011 0:26;3.39;17850.0;France", header=header, encoding="cp1252"))
    assert [(line.at, line.day, line.customer, line.description) for line in lines] == [
        (datetime(2011, 7, 1, 23, 26, tzinfo=UTC), date(2011, 7, 2), "17850", "LANTERN £")
    ]
    assert findings.kept == []


DIGITS = "Write digits only, without separators of thousands."
PREFIX = "Write digits, with C (credit) or A (bad debt) before them."
PRICE = "Write digits and one “.”, at most six decimals, no currency."
WHEN = "2010-12-01 08:26:00"


@pytest.mark.parametrize(
    ("line", "code", "amount", "remedy"),
    [
        ("X536365,71053,A,6,2010-12-01 08:26:00,3.39,1,UK", "bad_invoice_number", 2034, PREFIX),
        ("536365,,A,6,2010-12-01 08:26:00,3.39,1,UK", "no_stock_code", 2034, "Fill in StockCode."),
        ("536365,71053,A,0,2010-12-01 08:26:00,3.39,1,UK", "no_quantity", 0, "Fill in Quantity, or leave the line out."),
        ("536365,71053,A,six,2010-12-01 08:26:00,3.39,1,UK", "not_a_whole_number", 0, DIGITS),
        (
            "536365,71053,A,9999999999,2010-12-01 08:26:00,3.39,1,UK",
            "number_too_large",
            0,
            "Check the number, or split the line.",
        ),
        ("536365,71053,A,6,2010-12-01 08:26:00,free,1,UK", "not_a_number", 0, PRICE),
        ("536365,71053,A,-6,1 December,3.39,1,UK", "not_a_time", -2034, "Write it as 2010-12-01 08:26:00."),
        ("536365,71053,A,6,2010-12-01 08:26:00,3.39,one,UK", "not_a_whole_number", 2034, DIGITS),
        (
            "536365,71053,A\x00B,6,2010-12-01 08:26:00,3.39,1,UK",
            "broken_text",
            2034,
            "Save the file as UTF-8, and type the text again.",
        ),
        (
            "536365,71053,A,6,2010-12-01 08:26:00,3.39,1",
            "misshaped_row",
            0,
            "Put texts that hold separators or quotes in double quotes.",
        ),
    ],
)
def test_a_bad_line_is_told_with_its_remedy_and_its_neighbors_are_read(
    retail: WriteRetail, line: str, code: str, amount: int, remedy: str
) -> None:
    good = "536366,71053,LANTERN,6,2010-12-01 08:26:00,3.39,17850,United Kingdom"
    lines, findings = read(retail(good, line, good))
    assert [line.line for line in lines] == [2, 4]
    (finding,) = findings.kept
    assert (finding.line, finding.code, finding.amount, finding.remedy, finding.imported) == (3, code, amount, remedy, False)
    assert findings.amount_left_out == amount


def test_a_bad_head_is_told_for_each_of_its_lines(retail: WriteRetail) -> None:
    bad = "536365,71053,A,6,never,3.39,1,UK"
    lines, findings = read(retail(bad, bad, "536366,71053,A,6,2010-12-01 08:26:00,3.39,1,UK", bad))
    assert [line.line for line in lines] == [4]
    assert [finding.line for finding in findings.kept] == [2, 3, 5]


CELL = st.one_of(
    st.text(alphabet=st.characters(exclude_characters='\n\r",', codec="utf-8"), max_size=12),
    st.sampled_from(["C536365", "536365", "85123A", "M", "-6", "0", "2.55", "0.001", "2010-12-01 08:26:00", "17850", "EIRE", ""]),
)


@settings(max_examples=sized(40, 400, 2000), deadline=None)
@given(st.lists(st.lists(CELL, min_size=8, max_size=8), max_size=6))
def test_every_row_is_a_line_or_a_finding_whatever_it_holds(
    tmp_path_factory: pytest.TempPathFactory, table: list[list[str]]
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_text("\n".join([RETAIL_HEADER, *(",".join(row) for row in table), ""]), encoding="utf-8", newline="")
    try:
        lines, findings = read(path)
    except UnreadableFile as refused:
        assert refused.remedy == "Sort the file by InvoiceDate."  # noqa: PT017
    else:
        assert len(lines) + len(findings.kept) == len(table)


def test_a_file_without_a_column_is_refused(retail: WriteRetail) -> None:
    with pytest.raises(UnreadableFile, match="The header has no column StockCode, CustomerID"):
        OnlineRetailFile(retail(header="InvoiceNo,Description,Quantity,InvoiceDate,UnitPrice,Country"))


def test_a_file_that_is_not_in_order_of_time_is_refused(retail: WriteRetail) -> None:
    path = retail("536366,A,A,6,2010-12-02 08:26:00,3.39,,UK", "536365,A,A,6,2010-12-01 08:26:00,3.39,,UK")
    with pytest.raises(
        UnreadableFile, match=r"Line 3 is of 2010-12-01, earlier than the line before\. Sort the file by InvoiceDate\."
    ):
        read(path)


def test_reading_stops_after_the_last_day_that_is_wanted(retail: WriteRetail) -> None:
    path = retail("536365,A,A,6,2010-12-01 23:59:00,3.39,,UK", "536366,A,A,6,2010-12-02 00:00:00,3.39,,UK")
    assert [line.invoice for line in read(path, date(2010, 12, 1))[0]] == ["536365"]
    assert [line.invoice for line in read(path, date(2010, 12, 2))[0]] == ["536365", "536366"]


def test_credited_pairs_are_found_without_reading_the_rest(retail: WriteRetail) -> None:
    path = retail(
        "536365,85123a,A,6,2010-12-01 08:26:00,3.39,1,UK",
        "C536366,85123a,A,-6,2010-12-01 08:26:00,3.39,1.0,UK",
        "c536367,B,A,-6,never,3.39,2,UK",
        "C536368,C,A,-6,2010-12-01 08:26:00,3.39,,UK",
        "C536369,C,A,-6,2010-12-01 08:26:00,3.39,nobody,UK",
    )
    assert OnlineRetailFile(path).credited() == {("1", "85123A"), ("2", "B")}
