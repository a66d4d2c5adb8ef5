"""Gift cards: how long they last, and by which rules they come and go."""

from calendar import monthrange
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from dingdan.ledgers.payments.lifecycle import CardOrigin, PayableKind
from dingdan.ledgers.payments.rules.rows import Owing

#: How a card that is on no order comes about, and how what is left of it goes when it is void.
ISSUED_BY: Final = {
    CardOrigin.FAVOR: "gift_card_granted",
    CardOrigin.COUNTER: "gift_card_sold_for_cash",
    CardOrigin.IMPORT: "gift_card_brought_over",
}
VOIDED_BY: Final = {
    CardOrigin.FAVOR: "gift_card_grant_revoked",
    CardOrigin.COUNTER: "gift_card_cash_returned",
    CardOrigin.IMPORT: "gift_card_sent_back",
}
LONGEST_VALIDITY: Final = 1200
"""Months: a hundred years."""
AWAKE: Final = timedelta(days=90)
"""How long a card whose time was over may be used again when money goes back to it."""
SHOWN: Final = timedelta(hours=24)
"""How long the code of a card that nobody is mailed can be looked at."""
MAILED: Final = timedelta(days=7)
"""How long the code of a card is kept for its mail at the most."""


def card_owing(payable_id: UUID, *, card_id: UUID, currency: str, amount: int = 0) -> Owing:
    """What we owe on a card: to whoever knows its code, so the card stands for the party too."""
    kind = PayableKind.GIFT_CARD
    return Owing(
        id=payable_id, kind=kind, document_kind=kind.value, document_id=card_id, party_kind=kind.value, party_id=card_id,
        currency=currency, amount=amount,
    )  # fmt: skip


def months_later(at: datetime, months: int) -> datetime:
    """The same day and time so many months later, or the last day of a shorter month."""
    year, month = divmod(at.month - 1 + months, 12)
    year += at.year
    return at.replace(year=year, month=month + 1, day=min(at.day, monthrange(year, month + 1)[1]))
