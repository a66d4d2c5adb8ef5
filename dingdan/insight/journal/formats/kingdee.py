"""The journal as vouchers for Kingdee 金蝶 (K/3, KIS): the columns of its “standard format” of vouchers, as CSV and as XLSX.

The columns are those that Kingdee documents as 标准格式凭证库结构 (a copy: 365seal.com/y/58nr15DZpd.html). FDC is 1 for a debit
and 0 for a credit, FENTRYID counts from 0, FEXP holds 80 characters, FCYID is RMB for the yuan. Of the columns for 核算项目 only
the first three stand here, empty. Amounts are in one currency with the rate 1, so a journal is written for one currency.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain
from typing import Any, Final

from django.utils.translation import gettext, override

from dingdan.insight.journal.formats.layout import Layout, Side, sides, text
from dingdan.insight.journal.vouchers import Voucher
from dingdan.kernel.money import Money
from dingdan.kernel.sheets import table
from dingdan.kernel.workbook import workbook

HEADS: Final = (
    *("FDATE", "FTRANSDATE", "FPERIOD", "FGROUP", "FNUM", "FENTRYID", "FEXP", "FACCTID", "FCLSNAME1", "FOBJID1", "FOBJNAME1"),
    *("FTRANSID", "FCYID", "FEXCHRATE", "FDC", "FFCYAMT", "FQTY", "FPRICE", "FDEBIT", "FCREDIT", "FSETTLCODE", "FSETTLENO"),
    *("FPREPARE", "FPAY", "FCASH", "FPOSTER", "FCHECKER", "FATTCHMENT", "FPOSTED", "FMODULE", "FDELETED", "FSERIALNO"),
    *("FUNITNAME", "FREFERENCE", "FCASHFLOW", "FHANDLER"),
)
GROUP: Final = "记"
LONGEST: Final = 80
_MAKER: Final = "Dingdan"


def _rows(vouchers: Iterable[Voucher], layout: Layout) -> Iterator[dict[str, Any]]:
    for one in vouchers:
        for number, side in enumerate(sides(one, layout)):
            yield _row(one, side, number)


def _row(one: Voucher, side: Side, number: int) -> dict[str, Any]:
    debit, credit = (Money(minor, one.currency).major for minor in (side.debit, side.credit))
    words = _words(side.line.rule)
    return {
        "FDATE": one.day, "FTRANSDATE": one.day, "FPERIOD": one.day.month, "FGROUP": GROUP, "FNUM": int(one.number),
        "FENTRYID": number, "FEXP": text(f"{words} {side.line.document}".strip())[:LONGEST], "FACCTID": side.theirs.code,
        "FTRANSID": text(" ".join(one.documents))[:LONGEST], "FCYID": "RMB" if one.currency == "CNY" else one.currency,
        "FEXCHRATE": 1, "FDC": 1 if side.debit else 0, "FFCYAMT": debit + credit, "FQTY": 0, "FPRICE": 0, "FDEBIT": debit,
        "FCREDIT": credit, "FPREPARE": _MAKER, "FATTCHMENT": len(one.documents), "FPOSTED": 0, "FMODULE": "GL", "FDELETED": 0,
        "FSERIALNO": int(one.number), "FREFERENCE": text(side.line.reference)[:LONGEST],
    }  # fmt: skip


@cache
def _words(rule: str) -> str:
    """What a rule is called in Chinese."""
    with override("zh-hans"):
        return gettext(rule.replace("_", " ").capitalize())


def kingdee_csv(vouchers: Iterable[Voucher], layout: Layout) -> Iterator[bytes]:
    """The columns as CSV in UTF-8, with the mark by which Excel knows it."""
    return table(HEADS, ([row.get(head, "") for head in HEADS] for row in _rows(vouchers, layout)), mark=True)


def kingdee_xlsx(vouchers: Iterable[Voucher], layout: Layout) -> Iterator[bytes]:
    """The columns as a workbook with one sheet. The same vouchers always give the same bytes."""
    rows = _rows(vouchers, layout)
    yield workbook(chain([HEADS], ([row.get(head) for head in HEADS] for row in rows)))
