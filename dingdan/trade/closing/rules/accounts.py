"""What the programs of accountants call our accounts: usual names for each, and what a name there must look like. Pure.

Whoever keeps other accounts says so account by account (`map_accounts`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Refusal
from dingdan.ledgers.payments.lifecycle import AccountKind
from dingdan.ledgers.payments.rules import CHART


class Target(StrEnum):
    """The programs that our journal is written for."""

    CSV = "csv"
    BEANCOUNT = "beancount"
    HLEDGER = "hledger"
    XERO = "xero"
    QUICKBOOKS = "quickbooks"
    KINGDEE = "kingdee"


class Theirs(NamedTuple):
    """What a program calls an account: by a code, and by a name for people."""

    code: str
    name: str


class UnknownAccount(Refusal):
    """The chart has no such account."""

    status = 422
    sentence = _("There is no account {account} in the books.")
    remedy = _("Use one of these: {known}.")


class AccountNotUsable(Refusal):
    """The program for which it is meant would not read it."""

    status = 422
    sentence = _("{target} cannot have an account “{code}”.")
    remedy = _("Write it like {example}.")


_BEANCOUNT: Final = {
    AccountKind.ASSET: "Assets",
    AccountKind.LIABILITY: "Liabilities",
    AccountKind.INCOME: "Income",
    AccountKind.EXPENSE: "Expenses",
}

# Codes of Xero's own chart where it has one, free numbers beside them where not. Its bank accounts and its trade debtors take no
# manual journals: money in the bank goes through a clearing account there, and what is owed to us has an account of its own.
_XERO: Final = {
    "cash": ("615", "Cash in hand"), "bank": ("855", "Clearing account"), "gateway_clearing": ("611", "Payment gateways"),
    "carrier_receivable": ("612", "Carriers, cash on delivery"), "accounts_receivable": ("614", "Customers"),
    "dispute_holding": ("613", "Disputes"), "customer_deposits": ("811", "Customer deposits"),
    "unapplied_money": ("812", "Unapplied money"), "customer_payable": ("813", "Owed to customers"),
    "store_credit": ("814", "Store credit"), "gift_cards": ("815", "Gift cards"), "seller_payable": ("816", "Owed to sellers"),
    "payout_clearing": ("817", "Payouts on their way"), "tax_payable": ("820", "Sales tax"), "revenue": ("200", "Sales"),
    "shipping_revenue": ("201", "Shipping charged"), "fee_revenue": ("202", "Fees charged"), "commission": ("203", "Commission"),
    "breakage": ("260", "Other revenue"), "sales_returns": ("204", "Sales returns"), "discounts": ("205", "Discounts"),
    "goodwill_expense": ("405", "Goodwill"), "bad_debt": ("406", "Bad debts"), "payment_fees": ("404", "Bank fees"),
    "exchange_difference": ("499", "Realised currency gains"), "rounding": ("860", "Rounding"),
    "cash_difference": ("407", "Cash over and short"), "brought_over": ("840", "Historical adjustment"),
}  # fmt: skip
# QuickBooks knows accounts by name. Its accounts receivable asks for a customer on every line, so ours is another one.
_QUICKBOOKS: Final = {
    "cash": "Cash on hand", "bank": "Checking", "gateway_clearing": "Payment gateway clearing",
    "carrier_receivable": "Carrier receivables", "accounts_receivable": "Trade receivables",
    "dispute_holding": "Disputed payments",
    "customer_deposits": "Customer deposits", "unapplied_money": "Unapplied payments", "customer_payable": "Owed to customers",
    "store_credit": "Store credit", "gift_cards": "Gift cards outstanding", "seller_payable": "Owed to sellers",
    "payout_clearing": "Payout clearing", "tax_payable": "Sales tax to pay", "revenue": "Sales",
    "shipping_revenue": "Shipping income", "fee_revenue": "Fee income", "commission": "Commission income",
    "breakage": "Other income", "sales_returns": "Sales returns", "discounts": "Discounts given",
    "goodwill_expense": "Goodwill to customers", "bad_debt": "Bad debts", "payment_fees": "Merchant account fees",
    "exchange_difference": "Exchange gain or loss", "rounding": "Rounding", "cash_difference": "Cash over and short",
    "brought_over": "Opening balance equity",
}  # fmt: skip
# 企业会计准则: the level-one accounts of the ministry's chart; details below them are ours.
_KINGDEE: Final = {
    "cash": ("1001", "库存现金"), "bank": ("1002", "银行存款"), "gateway_clearing": ("1012", "其他货币资金"),
    "carrier_receivable": ("1221.01", "其他应收款-代收货款"), "accounts_receivable": ("1122", "应收账款"),
    "dispute_holding": ("1221.02", "其他应收款-争议款"), "customer_deposits": ("2203", "预收账款"),
    "unapplied_money": ("2241.01", "其他应付款-待核销收款"), "customer_payable": ("2241.02", "其他应付款-应退客户款"),
    "store_credit": ("2241.03", "其他应付款-购物金"), "gift_cards": ("2241.04", "其他应付款-礼品卡"),
    "seller_payable": ("2202", "应付账款"), "payout_clearing": ("2241.05", "其他应付款-在途放款"),
    "tax_payable": ("2221", "应交税费"), "revenue": ("6001", "主营业务收入"), "shipping_revenue": ("6051", "其他业务收入"),
    "fee_revenue": ("6051", "其他业务收入"), "commission": ("6051", "其他业务收入"), "breakage": ("6301", "营业外收入"),
    "sales_returns": ("6001", "主营业务收入"), "discounts": ("6001", "主营业务收入"), "goodwill_expense": ("6601", "销售费用"),
    "bad_debt": ("6702", "信用减值损失"), "payment_fees": ("6603", "财务费用"), "exchange_difference": ("6061", "汇兑损益"),
    "rounding": ("6711", "营业外支出"), "cash_difference": ("1901", "待处理财产损溢"),
    "brought_over": ("1221.03", "其他应收款-期初转入"),
}  # fmt: skip

# What their readers take: beancount's own syntax; hledger's, where two blanks end a name; codes without blanks elsewhere.
_SHAPES: Final[Mapping[Target, tuple[re.Pattern[str], str]]] = {
    Target.BEANCOUNT: (
        re.compile(r"(Assets|Liabilities|Equity|Income|Expenses)(:[A-Z0-9][A-Za-z0-9-]*)+", re.ASCII),
        "Assets:Bank",
    ),
    Target.HLEDGER: (re.compile(r"[^\s:;()\[\]*!](?:[^\s;]| (?=[^\s;]))*"), "assets:bank"),
    Target.QUICKBOOKS: (re.compile(r"\S.*"), "Checking"),
    Target.XERO: (re.compile(r"[A-Za-z0-9.\-]{1,10}", re.ASCII), "200"),
    Target.KINGDEE: (re.compile(r"[0-9][0-9.]{3,39}", re.ASCII), "1002"),
    Target.CSV: (re.compile(r"\S+"), "1002"),
}
LONGEST: Final = 100


def usual(target: Target, account: str) -> Theirs:
    """What a program calls an account of ours unless it is told otherwise."""
    kind, words = _KIND_OF[account], account.replace("_", " ")
    if target == Target.BEANCOUNT:
        return Theirs(f"{_BEANCOUNT[kind]}:{words.title().replace(' ', '')}", words)
    if target == Target.HLEDGER:
        return Theirs(f"{_BEANCOUNT[kind].lower()}:{words}", words)
    if target == Target.QUICKBOOKS:
        return Theirs(_QUICKBOOKS[account], _QUICKBOOKS[account])
    if target == Target.CSV:
        return Theirs(account, words)
    return Theirs(*(_XERO if target == Target.XERO else _KINGDEE)[account])


_KIND_OF: Final = {one.code: one.kind for one in CHART}


def check_account(target: Target, account: str, code: str) -> None:
    """Refuses an account that is not in the books, and a code that the program would not read."""
    if account not in _KIND_OF:
        raise UnknownAccount(account=account[:40], known=", ".join(_KIND_OF), field="account")
    shape, example = _SHAPES[target]
    if not shape.fullmatch(code):
        raise AccountNotUsable(target=target.value, code=code, example=example, field="code")
