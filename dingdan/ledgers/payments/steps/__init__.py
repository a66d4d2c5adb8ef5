"""The verbs of money inside a command. Each takes many at once and runs a fixed number of statements.

Documents are named by kind and id. The rows that a step touches stay locked until the command ends, receivables before
payments before payables, each sorted by id; take documents before and stock after.
"""

from dingdan.ledgers.payments.rules import CheckoutDraft, Post
from dingdan.ledgers.payments.steps.answering import Told, decline, lose, succeed, wait
from dingdan.ledgers.payments.steps.asking import Answered, Ask, Start, Started, ask_to_capture, ask_to_void, start
from dingdan.ledgers.payments.steps.crediting import Debt, Expiry, Party, PayOut, Spend, expire_credit, owe, pay_out, spend
from dingdan.ledgers.payments.steps.ledger import open_accounts, post
from dingdan.ledgers.payments.steps.owing import (
    Agreed,
    Bill,
    Claim,
    Patience,
    Reclaim,
    WriteOff,
    agree,
    claim,
    claim_rows,
    credit,
    invoice,
    keep_waiting,
    reclaim,
    reinstate,
    write_off,
)
from dingdan.ledgers.payments.steps.passing import PassOn, pass_on
from dingdan.ledgers.payments.steps.receiving import Put, Receipt, Received, Towards, allocate, receive, release
from dingdan.ledgers.payments.steps.refunding import (
    RefundAsk,
    Refunding,
    Withdrawal,
    Withdrawn,
    give_back,
    promise_refunds,
    send,
    withdraw_refunds,
)
from dingdan.ledgers.payments.steps.settling import PassedOn, settle_clearing

__all__ = [
    "Agreed",
    "Answered",
    "Ask",
    "Bill",
    "CheckoutDraft",
    "Claim",
    "Debt",
    "Expiry",
    "Party",
    "PassOn",
    "PassedOn",
    "Patience",
    "PayOut",
    "Post",
    "Put",
    "Receipt",
    "Received",
    "Reclaim",
    "RefundAsk",
    "Refunding",
    "Spend",
    "Start",
    "Started",
    "Told",
    "Towards",
    "Withdrawal",
    "Withdrawn",
    "WriteOff",
    "agree",
    "allocate",
    "ask_to_capture",
    "ask_to_void",
    "claim",
    "claim_rows",
    "credit",
    "decline",
    "expire_credit",
    "give_back",
    "invoice",
    "keep_waiting",
    "lose",
    "open_accounts",
    "owe",
    "pass_on",
    "pay_out",
    "post",
    "promise_refunds",
    "receive",
    "reclaim",
    "reinstate",
    "release",
    "send",
    "settle_clearing",
    "spend",
    "start",
    "succeed",
    "wait",
    "withdraw_refunds",
    "write_off",
]  # fmt: skip
