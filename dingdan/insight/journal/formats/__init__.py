"""How each program reads the journal: one function a format, from vouchers to bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from dingdan.insight.journal.formats.kingdee import kingdee_csv, kingdee_xlsx
from dingdan.insight.journal.formats.layout import Layout
from dingdan.insight.journal.formats.plaintext import beancount, hledger
from dingdan.insight.journal.formats.tables import plain_csv, quickbooks_csv, xero_csv
from dingdan.insight.journal.vouchers import Voucher
from dingdan.trade.closing.rules import Target

CSV, TEXT = "text/csv; charset=utf-8", "text/plain; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write the journal down. `one_currency`: its reader knows no currency, or wants a rate for every other one."""

    target: Target
    name: str
    extension: str
    media: str
    write: Callable[[Iterable[Voucher], Layout], Iterator[bytes]]
    one_currency: bool = False


FORMATS: Final[dict[str, Format]] = {
    "csv": Format(Target.CSV, "CSV", "csv", CSV, plain_csv),
    "beancount": Format(Target.BEANCOUNT, "beancount", "beancount", TEXT, beancount),
    "hledger": Format(Target.HLEDGER, "hledger", "journal", TEXT, hledger),
    "xero": Format(Target.XERO, "Xero", "csv", CSV, xero_csv, one_currency=True),
    "quickbooks": Format(Target.QUICKBOOKS, "QuickBooks", "csv", CSV, quickbooks_csv, one_currency=True),
    "kingdee": Format(Target.KINGDEE, "Kingdee 金蝶 (XLSX)", "xlsx", XLSX, kingdee_xlsx, one_currency=True),
    "kingdee-csv": Format(Target.KINGDEE, "Kingdee 金蝶 (CSV)", "csv", CSV, kingdee_csv, one_currency=True),
}
