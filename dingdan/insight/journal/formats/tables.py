"""The journal as CSV: our own, and in the columns that Xero and QuickBooks Online import."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from dingdan.insight.journal.formats.layout import Layout, amount, sides, text, told
from dingdan.insight.journal.vouchers import Voucher
from dingdan.kernel.sheets import table

_PLAIN: Final = (
    *("voucher", "entry", "date", "at", "event", "rule", "account", "account_code", "account_name", "debit", "credit"),
    *("currency", "document", "documents", "method", "reference"),
)


def plain_csv(vouchers: Iterable[Voucher], layout: Layout) -> Iterator[bytes]:
    """One row for each side of a posting, with everything that is known of it."""
    return table(
        _PLAIN,
        (
            (
                *(one.number, one.entry, one.day.isoformat(), one.at.isoformat() if one.at else "", one.what, side.line.rule),
                *(side.account, side.theirs.code, text(side.theirs.name)),
                *(amount(side.debit, one.currency), amount(side.credit, one.currency), one.currency),
                *(text(side.line.document), text(" ".join(one.documents)), side.line.method, text(side.line.reference)),
            )
            for one in vouchers
            for side in sides(one, layout)
        ),
    )


_XERO: Final = (
    *("*Narration", "*Date", "Description", "*AccountCode", "*TaxRate", "*Amount"),
    *("TrackingName1", "TrackingOption1", "TrackingName2", "TrackingOption2"),
)
# The rate that means “no tax here” goes by another name in each country's edition: tax has lines of its own in our postings.
_NO_TAX: Final = {"GB": "No VAT", "AU": "BAS Excluded", "NZ": "No GST", "US": "Tax Exempt (0%)"}


def xero_csv(vouchers: Iterable[Voucher], layout: Layout) -> Iterator[bytes]:
    """Xero's template for manual journals (help.xero.com/ManualJournalsImport).

    Rows of the same narration and date are one journal, so the voucher's number stands in the narration. Debits are above zero,
    credits below; dates are dd/mm/yyyy.
    """
    rate = _NO_TAX.get(layout.country, "Tax Exempt")
    return table(
        _XERO,
        (
            (
                *(text(f"{told(one)} #{one.number}"), f"{one.day:%d/%m/%Y}", text(f"{side.line.rule} {side.line.document}")),
                *(side.theirs.code, rate, amount(side.debit - side.credit, one.currency), "", "", "", ""),
            )
            for one in vouchers
            for side in sides(one, layout)
        ),
    )


_QUICKBOOKS: Final = ("JournalNo", "JournalDate", "AccountName", "Debits", "Credits", "Description", "Name", "Currency")


def quickbooks_csv(vouchers: Iterable[Voucher], layout: Layout) -> Iterator[bytes]:
    """The columns that QuickBooks Online imports as journal entries (quickbooks.intuit.com, “Import journal entries”).

    Rows of one JournalNo are one entry; dates are mm/dd/yyyy; accounts go by their names, sub-accounts by “parent:child”.
    """
    return table(
        _QUICKBOOKS,
        (
            (
                *(one.number, f"{one.day:%m/%d/%Y}", text(side.theirs.code)),
                *(amount(side.debit, one.currency), amount(side.credit, one.currency)),
                *(text(f"{told(one)}: {side.line.rule}"), "", one.currency),
            )
            for one in vouchers
            for side in sides(one, layout)
        ),
    )
