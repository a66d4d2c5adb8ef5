"""Reports say what the rollups say, as tables that add up, beside the period before."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest

from dingdan.automation.consumers import drain
from dingdan.insight.reports.files import report_file
from dingdan.insight.reports.layout import Answer, answer
from dingdan.insight.reports.money import SIGNS
from dingdan.insight.reports.registry import (
    PRESETS,
    REPORTS,
    ReportChannelUnknown,
    ReportCurrencyUnknown,
    ReportPeriodUnknown,
    ReportTooLong,
    asked,
)
from dingdan.insight.reports.stock import classes
from dingdan.insight.rollups.rules import Period
from dingdan.ledgers.payments.rules import RULES
from dingdan.masterdata.customers.commands import save_customers
from dingdan.masterdata.customers.rules import CustomerDraft
from dingdan.trade.aftersales.commands import CancelOrder, cancel_orders
from dingdan.trade.orders.commands import place_orders
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales.sold import come_back

MAY = {"first": date(2026, 5, 1), "last": date(2026, 5, 3)}


def report(name: str, **said: object) -> Answer:
    """A report, of these days or of the last four weeks."""
    return answer(REPORTS[name], asked(**said))  # type: ignore[arg-type]


def table(found: Answer) -> list[list[object]]:
    """The cells of a report."""
    return [[value for _column, value in found.values(line)] for line in found.lines]


def may(shop: Shop) -> None:
    """Three orders of May, one of them canceled, and one of the days before."""
    kit.stock(shop, "A", 50)
    for day, units in ((1, 2), (1, 1), (3, 4)):
        place_orders.one(shop.call(at=datetime(2026, 5, day, 12, tzinfo=UTC)), kit.wanted(shop, ("A", units)))
    gone = place_orders.one(shop.call(at=datetime(2026, 5, 3, 13, tzinfo=UTC)), kit.wanted(shop, ("A", 1)))
    cancel_orders.one(shop.call(), CancelOrder(order_id=gone.order_id))
    place_orders.one(shop.call(at=datetime(2026, 4, 29, 12, tzinfo=UTC)), kit.wanted(shop, ("A", 1), price=100))
    drain(shop.tenant_id)


def test_it_works(shop: Shop) -> None:
    may(shop)
    found = report("sales-by-day", **MAY)
    assert [row[:5] for row in table(found)] == [
        [date(2026, 5, 1), 2, 0, 3, 750],
        [date(2026, 5, 2), 0, 0, 0, 0],
        [date(2026, 5, 3), 2, 1, 4, 1000],
    ]
    columns = {column.name: column.value(found.sums) for column in found.report.columns}
    assert (columns["orders"], columns["total"], columns["kept"], columns["average"]) == (4, 1750, 1750, 583)
    assert found.asked.before().period == Period(date(2026, 4, 28), date(2026, 4, 30))
    assert (found.before["total"], found.lines_before[1]["total"]) == (100, 100)


def test_lines_lead_to_the_orders_they_count(shop: Shop) -> None:
    may(shop)
    (line,) = [line for line in report("sales-by-product", **MAY).lines if line.about[0] == "A"]
    assert line.where
    assert line.where.asked == {
        "placed_from": "2026-04-30T23:00:00+00:00", "placed_before": "2026-05-03T23:00:00+00:00", "sku": "A",
    }  # fmt: skip


def test_every_report_adds_up_and_is_a_file(shop: Shop) -> None:
    kit.stock(shop, "A", 50)
    customer = save_customers.one(shop.call(), CustomerDraft(number="C7"))
    order = kit.place(shop, ("A", 4), customer_id=customer.customer_id)
    kit.pay(shop, order)
    kit.deliver(shop, order)
    come_back(shop, order, 1)
    drain(shop.tenant_id)
    for name, one in REPORTS.items():
        found = report(name, preset="today")
        assert found.sums, name
        assert found.sums == {key: sum(line.figures[key] for line in found.lines) for key in found.sums}, name
        rows = list(csv.reader(io.StringIO(b"".join(report_file(found, "csv").pieces).decode("utf-8-sig"))))
        assert len(rows) == len(found.lines) + 1, name
        assert len(rows[0]) == len(one.all_columns), name
        sheet = openpyxl.load_workbook(io.BytesIO(b"".join(report_file(found, "xlsx").pieces))).active
        assert sheet is not None
        assert sheet.max_row == len(rows), name


def test_money_and_tax_are_those_of_the_books(shop: Shop) -> None:
    kit.stock(shop, "A", 50)
    order = kit.place(shop, ("A", 4))
    kit.pay(shop, order)
    kit.deliver(shop, order)
    drain(shop.tenant_id)
    (line,) = report("payments-by-method", preset="today").lines
    assert (line.about, line.figures["payments"], line.figures["received"]) == (("cash",), 1, 1000)
    (line,) = report("tax-by-rate", preset="today").lines
    assert (line.about, line.figures["invoiced_base"], line.figures["invoiced_tax"]) == (("", Decimal(0)), 1000, 0)
    people = report("fulfillment-by-person", preset="today")
    assert table(people)[0][:3] == ["System", 1, 4]


def test_customers_returns_and_stock(shop: Shop) -> None:
    customer = save_customers.one(shop.call(), CustomerDraft(number="C7"))
    kit.stock(shop, "A", 50)
    kit.stock(shop, "B", 7)
    order = kit.place(shop, ("A", 4), customer_id=customer.customer_id)
    kit.pay(shop, order)
    kit.deliver(shop, order)
    come_back(shop, order, 1)
    drain(shop.tenant_id)
    (line,) = report("sales-by-customer", preset="today").lines
    assert (line.about, line.figures["orders"], line.figures["total"], line.figures["given_back"]) == (("C7",), 1, 1000, 250)
    (line,) = report("returns-by-product", preset="today").lines
    assert (line.about, line.figures["units"], line.figures["sold"], line.figures["refund"]) == (("A", "Article A"), 1, 4, 250)
    (line,) = report("returns-by-reason", preset="today").lines
    assert (line.about, line.figures["lines"]) == (("other",), 1)
    stock = table(report("stock-turnover", preset="7-days"))
    assert stock == [["A", "Article A", "A", 47, 0, 4, 1000, 82], ["B", "Article B", "–", 7, 0, 0, 0, None]]


def test_articles_are_sorted_into_classes() -> None:
    assert classes([500, 300, 150, 49, 1, 0]) == ["A", "A", "B", "C", "C", "C"]
    assert classes([7]) == ["A"]
    assert classes([]) == []


def test_files_have_amounts_in_major_units(shop: Shop) -> None:
    may(shop)
    file = report_file(report("sales-by-day", **MAY), "csv")
    assert file.name == "sales-by-day-2026-05-01-2026-05-03-gbp.csv"
    rows = list(csv.reader(io.StringIO(b"".join(file.pieces).decode("utf-8-sig"))))
    assert rows[0][:5] == ["Day", "Orders", "Canceled", "Pieces", "Total (GBP)"]
    assert rows[1][:5] == ["2026-05-01", "2", "0", "3", "7.50"]


def test_what_is_nonsense_is_refused(shop: Shop) -> None:
    with pytest.raises(ReportTooLong):
        asked(first=date(2026, 5, 2), last=date(2026, 5, 1))
    with pytest.raises(ReportTooLong):
        asked(first=date(1990, 1, 1), last=date(2026, 5, 1))
    with pytest.raises(ReportPeriodUnknown):
        asked(preset="some day")
    with pytest.raises(ReportCurrencyUnknown):
        asked(currency="ABC")
    with pytest.raises(ReportChannelUnknown):
        asked(channel="nowhere")


def test_periods_by_name(shop: Shop) -> None:
    day = date(2026, 3, 31)
    found = {name: (one.of(day).first.isoformat(), one.of(day).last.isoformat()) for name, one in PRESETS.items()}
    assert found == {
        "today": ("2026-03-31", "2026-03-31"),
        "yesterday": ("2026-03-30", "2026-03-30"),
        "7-days": ("2026-03-25", "2026-03-31"),
        "28-days": ("2026-03-04", "2026-03-31"),
        "90-days": ("2026-01-01", "2026-03-31"),
        "this-month": ("2026-03-01", "2026-03-31"),
        "last-month": ("2026-02-01", "2026-02-28"),
        "this-year": ("2026-01-01", "2026-12-31"),
        "last-year": ("2025-01-01", "2025-12-31"),
    }
    assert PRESETS["last-month"].of(day).before() == Period(date(2026, 1, 1), date(2026, 1, 31))
    assert Period(date(2026, 1, 30), date(2026, 4, 2)).parts() == (
        [date(2026, 2, 1), date(2026, 3, 1)],
        [date(2026, 1, 30), date(2026, 1, 31), date(2026, 4, 1), date(2026, 4, 2)],
    )


def test_all_that_moves_between_payers_and_us_is_reported() -> None:
    vaults = {"cash", "bank", "gateway_clearing", "carrier_receivable", "store_credit", "gift_cards"}
    payers = {"customer_deposits", "unapplied_money", "customer_payable"}
    moving = {code for code, rule in RULES.items() if {rule.debit, rule.credit} & vaults and {rule.debit, rule.credit} & payers}
    within = {"store_credit_handed_on", "store_credit_taken_over"}  # from one number of a person to another
    assert moving - SIGNS.keys() == within
    assert all(RULES[code].debit in vaults for code, (_name, sign) in SIGNS.items() if code in moving and sign == -1)
