"""Money that was nobody's in particular becomes a customer's, inside a command."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from dingdan.kernel.journal import Entry
from dingdan.ledgers.payments.models import Allocation, Payment, Receivable


def adopt(entry: Entry, *, document_kind: str, document_ids: Sequence[UUID], customer_id: UUID) -> None:
    """Write whose locked documents' receivables are, and what was paid for them, where they were nobody's."""
    rows = Receivable.objects.filter(document_kind=document_kind, document_id__in=document_ids, customer_id=None).order_by("id")
    owed = list(rows.select_for_update(no_key=True).values_list("id", flat=True))
    Receivable.objects.filter(id__in=owed).update(customer_id=customer_id)
    paid = Allocation.objects.filter(receivable_id__in=owed, payment__customer_id=None).values_list("payment_id", flat=True)
    Payment.objects.filter(id__in=sorted(set(paid)), customer_id=None).update(customer_id=customer_id)
    entry.about("customer", customer_id)
