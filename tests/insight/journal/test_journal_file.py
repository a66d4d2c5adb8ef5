"""The journal as accountants take it away: every format of the same three days of a shop."""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from beancount import loader
from beancount.core.data import Transaction
from openpyxl import load_workbook

from dingdan.insight.journal.formats import FORMATS
from dingdan.insight.journal.queries import JournalAsked, OneAtATime, journal_file
from dingdan.kernel import feed
from dingdan.kernel.errors import Invalid, Refusal
from dingdan.kernel.money import Money
from dingdan.kernel.text import UnknownChoice
from dingdan.ledgers.payments.commands import MoneyReceived, record_payments
from dingdan.ledgers.payments.queries import trial_balance
from dingdan.trade.closing.commands import MapAccount, map_accounts
from tests import kit
from tests.conftest import Shop

MONDAY, TUESDAY, WEDNESDAY = date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 25)
ALL: dict[str, Any] = {"since": MONDAY, "until": WEDNESDAY}


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def received(shop: Shop, amount: int, *, on: date, currency: str = "GBP", reference: str = "") -> None:
    """Money that came by bank transfer and is nobody's yet."""
    intent = MoneyReceived(method="bank_transfer", money=Money(amount, currency), reference=reference)
    record_payments.one(shop.call(at=noon(on)), intent)


@pytest.fixture
def books(shop: Shop) -> str:
    """An order that was paid, shipped and invoiced now, and money on three days; returns the order's number."""
    kit.stock(shop, "TEA", 10)
    order = kit.place(shop, ("TEA", 3), price=333)
    kit.pay(shop, order)
    received(shop, 10_05, on=MONDAY, reference="=cmd|' /C calc'!A0")
    received(shop, 7, on=TUESDAY)
    received(shop, 20_00, on=WEDNESDAY)
    return order.number


def written(**asked: Any) -> bytes:
    return b"".join(journal_file(JournalAsked(**asked)).pieces)


def rows(**asked: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(written(**asked).decode("utf-8-sig"))))


def today() -> dict[str, date]:
    day = datetime.now(UTC).date()
    return {"since": min(day, MONDAY), "until": max(day, WEDNESDAY)}


def test_it_works(shop: Shop, books: str) -> None:
    found = rows(format="csv", **ALL)
    assert [(row["date"], row["account"], row["debit"], row["credit"]) for row in found] == [
        ("2026-11-23", "bank", "10.05", ""),
        ("2026-11-23", "unapplied_money", "", "10.05"),
        ("2026-11-24", "bank", "0.07", ""),
        ("2026-11-24", "unapplied_money", "", "0.07"),
        ("2026-11-25", "bank", "20.00", ""),
        ("2026-11-25", "unapplied_money", "", "20.00"),
    ]
    assert {row["reference"] for row in found} == {"'=cmd|' /C calc'!A0", ""}


def test_every_row_names_its_documents(shop: Shop, books: str) -> None:
    (debit, credit) = [row for row in rows(format="csv", **today()) if row["rule"] == "cash_received"]
    assert (debit["account"], debit["debit"], debit["document"], debit["documents"]) == ("cash", "9.99", books, books)
    assert (credit["account"], credit["credit"], credit["currency"]) == ("customer_deposits", "9.99", "GBP")


def test_the_rows_add_up_to_the_trial_balance(shop: Shop, books: str) -> None:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows(format="csv", **today()):
        sums[row["account"]] += Decimal(row["debit"] or 0) - Decimal(row["credit"] or 0)
    assert sums == {one.account: Money(one.debit - one.credit, "GBP").major for one in trial_balance()}


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_the_same_days_give_the_same_bytes(shop: Shop, books: str, form: str) -> None:
    first = journal_file(JournalAsked(format=form, **ALL))
    assert b"".join(first.pieces) == written(format=form, **ALL)
    assert first.name == f"journal-a-shop-2026-11-23-to-2026-11-25-{form}.{FORMATS[form].extension}"


def test_beancount_accepts_it(shop: Shop, books: str) -> None:
    received(shop, 3, on=MONDAY, currency="JPY")
    entries, errors, _options = loader.load_string(written(format="beancount", **today()).decode())
    assert errors == []
    found = [entry for entry in entries if isinstance(entry, Transaction)]
    assert sorted(str(entry.date) for entry in found)[:4] == ["2026-11-23", "2026-11-23", "2026-11-24", "2026-11-25"]
    paid = next(entry for entry in found if books in (entry.links or ()))
    assert [(one.account, str(one.units)) for one in paid.postings] == [
        ("Assets:Cash", "9.99 GBP"),
        ("Liabilities:CustomerDeposits", "-9.99 GBP"),
    ]


def test_hledger_reads_it(shop: Shop, books: str) -> None:
    """Every line is one of those that hledger's manual knows, and every transaction balances in its currency."""
    text = written(format="hledger", **ALL).decode()
    kinds = (
        r"; .*", r"decimal-mark \.", r"account [^\s;](?:[^\s;]| (?=\S))*", r"commodity 1000\.0* [A-Z]{3}", "",
        r"\d{4}-\d\d-\d\d \* \(\d+\) [^;]+(?:  ; entry:[0-9a-f-]{36})?",
        r"    [^\s;](?:[^\s;]| (?=\S))* {2,}-?\d+(?:\.\d+)? [A-Z]{3}  ; rule:\w+",
    )  # fmt: skip
    assert [line for line in text.split("\n") if not any(re.fullmatch(kind, line) for kind in kinds)] == []
    assert "commodity 1000.00 GBP\n" in text
    for transaction in re.findall(r"^\d{4}.*\n((?:    .*\n)+)", text, re.MULTILINE):
        assert sum(Decimal(amount) for amount in re.findall(r"(-?[\d.]+) GBP", transaction)) == 0


def test_xero_reads_it(shop: Shop, books: str) -> None:
    found = rows(format="xero", **ALL)
    assert list(found[0]) == [
        *("*Narration", "*Date", "Description", "*AccountCode", "*TaxRate", "*Amount"),
        *("TrackingName1", "TrackingOption1", "TrackingName2", "TrackingOption2"),
    ]
    assert [(row["*Date"], row["*AccountCode"], row["*TaxRate"], row["*Amount"]) for row in found[:2]] == [
        ("23/11/2026", "855", "No VAT", "10.05"),
        ("23/11/2026", "812", "No VAT", "-10.05"),
    ]
    by_journal: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in found:
        by_journal[row["*Narration"], row["*Date"]] += Decimal(row["*Amount"])
    assert list(by_journal.values()) == [0, 0, 0]


def test_quickbooks_reads_it(shop: Shop, books: str) -> None:
    first, second, *_others = rows(format="quickbooks", **ALL)
    assert (first["JournalDate"], first["AccountName"], first["Debits"], first["Credits"]) == (
        "11/23/2026",
        "Checking",
        "10.05",
        "",
    )
    assert (second["JournalNo"], second["AccountName"], second["Credits"]) == (first["JournalNo"], "Unapplied payments", "10.05")


def test_kingdee_reads_it(shop: Shop, books: str) -> None:
    sheet = load_workbook(io.BytesIO(written(format="kingdee", **ALL))).active
    assert sheet is not None
    heads, *lines = sheet.iter_rows(values_only=True)
    found = [dict(zip(heads, line, strict=True)) for line in lines]
    wanted = ("FPERIOD", "FGROUP", "FENTRYID", "FACCTID", "FCYID", "FDC", "FFCYAMT", "FDEBIT", "FCREDIT")
    assert [[row[name] for name in wanted] for row in found[:2]] == [
        [11, "记", 0, "1002", "GBP", 1, 10.05, 10.05, 0],
        [11, "记", 1, "2241.01", "GBP", 0, 10.05, 0, 10.05],
    ]
    assert [row["FACCTID"] for row in rows(format="kingdee-csv", **ALL)] == [row["FACCTID"] for row in found]


def test_days_are_added_up(shop: Shop, books: str) -> None:
    received(shop, 1_00, on=MONDAY)
    found = rows(format="xero", by_day=True, **ALL)
    assert [(row["*Narration"], row["*Amount"]) for row in found] == [
        ("day's total #20261123", "11.05"),
        ("day's total #20261123", "-11.05"),
        ("day's total #20261124", "0.07"),
        ("day's total #20261124", "-0.07"),
        ("day's total #20261125", "20.00"),
        ("day's total #20261125", "-20.00"),
    ]


def test_a_shop_names_accounts_as_its_accountant_does(shop: Shop, books: str) -> None:
    map_accounts(shop.call(), target="xero", accounts=(MapAccount(account="bank", code="091", name="Current account"),))
    assert [row["*AccountCode"] for row in rows(format="xero", **ALL)][::2] == ["091"] * 3


def test_programs_of_one_currency_get_one(shop: Shop, books: str) -> None:
    received(shop, 500, on=TUESDAY, currency="JPY")
    with pytest.raises(OneAtATime, match="GBP, JPY"):
        written(format="xero", **ALL)
    assert [row["*Amount"] for row in rows(format="xero", currency="JPY", **ALL)] == ["500", "-500"]


def test_a_day_is_the_shops_own(shop: Shop, books: str) -> None:
    from dingdan.kernel.models import Tenant

    Tenant.objects.filter(id=shop.tenant_id).update(time_zone="Pacific/Auckland")
    assert [row["date"] for row in rows(format="csv", since=TUESDAY, until=TUESDAY)] == ["2026-11-24"] * 2
    assert rows(format="csv", since=TUESDAY, until=TUESDAY)[0]["debit"] == "10.05"


def test_pages_of_the_journal_are_sewn_together(shop: Shop, books: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = written(format="csv", **ALL)
    monkeypatch.setattr("dingdan.insight.journal.vouchers.AT_ONCE", 2)
    assert written(format="csv", **ALL) == whole
    assert feed.end() > 4


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ({"format": "sage", **ALL}, UnknownChoice),
        ({"format": "csv", "since": TUESDAY, "until": MONDAY}, Invalid),
        ({"format": "csv", "since": MONDAY}, Invalid),
    ],
)
def test_what_cannot_be_is_refused(shop: Shop, asked: dict[str, Any], refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        written(**asked)
