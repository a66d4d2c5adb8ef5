"""What can be done with money."""

from dingdan.ledgers.payments.commands.crediting import (
    Arrived,
    apply_store_credit,
    grant_goodwill,
    grant_store_credit,
    pay_payable,
    reinstate_receivable,
    settle_cod,
    settle_payout,
    write_off_receivable,
)
from dingdan.ledgers.payments.commands.gateways import (
    record_authorization,
    record_capture,
    record_decline,
    record_unknown,
    record_void,
    request_authorization,
    request_capture,
    request_charge,
    request_void,
)
from dingdan.ledgers.payments.commands.receiving import (
    CodCollected,
    MoneyReceived,
    allocate_payment,
    collect_cod,
    record_payments,
    release_allocation,
)
from dingdan.ledgers.payments.commands.refunding import MoneyReturned, record_refund, record_refunds, request_refund
from dingdan.ledgers.payments.steps import Told, Towards

__all__ = [
    "Arrived",
    "CodCollected",
    "MoneyReceived",
    "MoneyReturned",
    "Told",
    "Towards",
    "allocate_payment",
    "apply_store_credit",
    "collect_cod",
    "grant_goodwill",
    "grant_store_credit",
    "pay_payable",
    "record_authorization",
    "record_capture",
    "record_decline",
    "record_payments",
    "record_refund",
    "record_refunds",
    "record_unknown",
    "record_void",
    "reinstate_receivable",
    "release_allocation",
    "request_authorization",
    "request_capture",
    "request_charge",
    "request_refund",
    "request_void",
    "settle_cod",
    "settle_payout",
    "write_off_receivable",
]
