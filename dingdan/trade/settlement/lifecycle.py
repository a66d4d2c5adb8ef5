"""Why a credit note is issued."""

from enum import StrEnum


class CreditCause(StrEnum):
    """What a credit note answers.

    return         goods came back and were inspected
    cancellation   what was invoiced was canceled afterwards
    claim          something was wrong with goods, and money was given back for it
    allowance      a part of the price was given up as a favor
    correction     the invoice said too much
    standalone     no order here: brought over from elsewhere, or for a sale before these books began
    """

    RETURN = "return"
    CANCELLATION = "cancellation"
    CLAIM = "claim"
    ALLOWANCE = "allowance"
    CORRECTION = "correction"
    STANDALONE = "standalone"
