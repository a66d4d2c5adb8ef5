"""The arithmetic of money: the chart of accounts, the one table of posting rules, the methods, and the book itself. Pure."""

from dingdan.ledgers.payments.rules.book import Book
from dingdan.ledgers.payments.rules.chart import CHART, LIABILITY_OF, ChartAccount
from dingdan.ledgers.payments.rules.checkouts import CheckoutDraft, clean_checkout
from dingdan.ledgers.payments.rules.methods import METHODS, OWN_CREDIT, Method, pay_out_rule, refund_method, terms_of, vault_of
from dingdan.ledgers.payments.rules.postings import RULES, Rule, posting_rules_markdown
from dingdan.ledgers.payments.rules.rows import Asked, Owed, Owing, Paid, Parts, Post, Share, fill

__all__ = [
    "CHART",
    "LIABILITY_OF",
    "METHODS",
    "OWN_CREDIT",
    "RULES",
    "Asked",
    "Book",
    "ChartAccount",
    "CheckoutDraft",
    "Method",
    "Owed",
    "Owing",
    "Paid",
    "Parts",
    "Post",
    "Rule",
    "Share",
    "clean_checkout",
    "fill",
    "pay_out_rule",
    "posting_rules_markdown",
    "refund_method",
    "terms_of",
    "vault_of",
]
