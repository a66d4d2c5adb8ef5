"""What customers left with firms, and told while they paid: that it was forgotten is kept, and nothing of it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from dingdan.kernel.command import Batch, batch_command, command
from dingdan.kernel.journal import Entry
from dingdan.kernel.text import clean_text
from dingdan.ledgers.payments import queries, steps
from dingdan.ledgers.payments.events import CheckoutsForgotten, SavedMethodForgotten


@command
def forget_saved_method(entry: Entry, *, customer_id: UUID, gateway: str, method_id: str) -> SavedMethodForgotten:
    """A firm keeps a customer's method no longer. Given once the firm was told: nothing of the method was ever kept here."""
    clean_text(method_id, "method_id", 200)
    entry.about("customer", customer_id)
    return SavedMethodForgotten(customer_id=customer_id, gateway=clean_text(gateway, "gateway", 32))


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetCheckouts:
    """A customer who is forgotten."""

    customer_id: UUID


@batch_command(CheckoutsForgotten)
def forget_checkouts(batch: Batch[ForgetCheckouts]) -> None:
    """Forget what customers told to pay, and what was shown to them: an address, a mail, who they are to a firm.

    What is paid, by what and how much stays. Whoever may still pay is waited for: then this is done once more. Doing it again
    changes nothing more.
    """
    for item in batch.open:
        customer_id = item.intent.customer_id
        over, others = queries.checkouts_of_customer(customer_id)
        steps.forget_checkouts(item.entry, customer_id=customer_id, checkout_ids=over)
        item.accept(CheckoutsForgotten(customer_id=customer_id, checkouts=len(over), kept=len(others)))
