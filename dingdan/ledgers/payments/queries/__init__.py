"""What can be asked of the money book, and the laws that it keeps."""

from dingdan.ledgers.payments.queries.asking import RefundOut, gateway_request, open_attempts, refunds_out
from dingdan.ledgers.payments.queries.books import Balance, Line, anything_posted, statement, trial_balance
from dingdan.ledgers.payments.queries.laws import LAWS, PROOF
from dingdan.ledgers.payments.queries.owing import (
    AttemptView,
    CreditView,
    GrantView,
    PaymentView,
    ReceivableView,
    ShareView,
    credit_of,
    credit_to_expire,
    documents_of,
    due,
    grants_of,
    owed_for,
    payments_of,
    receivable_of,
    unapplied,
)

__all__ = [
    "LAWS",
    "PROOF",
    "AttemptView",
    "Balance",
    "CreditView",
    "GrantView",
    "Line",
    "PaymentView",
    "ReceivableView",
    "RefundOut",
    "ShareView",
    "anything_posted",
    "credit_of",
    "credit_to_expire",
    "documents_of",
    "due",
    "gateway_request",
    "grants_of",
    "open_attempts",
    "owed_for",
    "payments_of",
    "receivable_of",
    "refunds_out",
    "statement",
    "trial_balance",
    "unapplied",
]
