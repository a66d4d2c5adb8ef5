"""The arithmetic of money: the chart of accounts, the one table of posting rules, the methods, and the book itself. Pure."""

from dingdan.ledgers.payments.rules.book import Book
from dingdan.ledgers.payments.rules.cards import (
    AWAKE,
    ISSUED_BY,
    LONGEST_VALIDITY,
    MAILED,
    SHOWN,
    VOIDED_BY,
    card_owing,
    months_later,
)
from dingdan.ledgers.payments.rules.chart import CHART, LIABILITY_OF, ChartAccount
from dingdan.ledgers.payments.rules.checkouts import CheckoutDraft, clean_checkout
from dingdan.ledgers.payments.rules.methods import (
    GATEWAY_VAULT,
    METHODS,
    OWN_CREDIT,
    Method,
    pay_out_rule,
    refund_method,
    terms_of,
    vault_of,
)
from dingdan.ledgers.payments.rules.postings import RULES, Rule, posting_rules_markdown
from dingdan.ledgers.payments.rules.rows import Asked, Owed, Owing, Paid, Parts, Post, Share, fill

__all__ = [
    "AWAKE",
    "CHART",
    "GATEWAY_VAULT",
    "ISSUED_BY",
    "LIABILITY_OF",
    "LONGEST_VALIDITY",
    "MAILED",
    "METHODS",
    "OWN_CREDIT",
    "RULES",
    "SHOWN",
    "VOIDED_BY",
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
    "card_owing",
    "clean_checkout",
    "fill",
    "months_later",
    "pay_out_rule",
    "posting_rules_markdown",
    "refund_method",
    "terms_of",
    "vault_of",
]
