"""What customers left with firms to pay with again. Nothing of it is kept here; that it was forgotten is."""

from __future__ import annotations

from uuid import UUID

from dingdan.kernel.command import command
from dingdan.kernel.journal import Entry
from dingdan.kernel.text import clean_text
from dingdan.ledgers.payments.events import SavedMethodForgotten


@command
def forget_saved_method(entry: Entry, *, customer_id: UUID, gateway: str, method_id: str) -> SavedMethodForgotten:
    """A firm keeps a customer's method no longer. Given once the firm was told: nothing of the method was ever kept here."""
    clean_text(method_id, "method_id", 200)
    entry.about("customer", customer_id)
    return SavedMethodForgotten(customer_id=customer_id, gateway=clean_text(gateway, "gateway", 32))
