"""What can be done about invoices and credit notes."""

from dingdan.trade.settlement.commands.crediting import CreditAmount, IssueCreditNote, issue_credit_notes
from dingdan.trade.settlement.commands.invoicing import IssueInvoice, issue_invoices
from dingdan.trade.settlement.rules import CreditItem, Standalone

__all__ = [
    "CreditAmount",
    "CreditItem",
    "IssueCreditNote",
    "IssueInvoice",
    "Standalone",
    "issue_credit_notes",
    "issue_invoices",
]
