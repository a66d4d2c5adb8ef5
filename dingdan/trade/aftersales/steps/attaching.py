"""Files on returns, claims and parcels, and forgetting them."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from dingdan.kernel.files import TooManyFiles
from dingdan.kernel.filing import ERASED, filed
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.trade.aftersales import queries
from dingdan.trade.aftersales.models import Attachment, Claim, Return, StrayParcel
from dingdan.trade.aftersales.rules import MOST_FILES

_KINDS: Final = {Return: ("return", "rma_id"), Claim: ("claim", "claim_id"), StrayParcel: ("parcel", "parcel_id")}


def attach(entry: Entry, *, to: Return | Claim | StrayParcel, name: str, content: bytes) -> Attachment:
    """Hang a file on a return, a claim or a parcel that is locked.

    Refuses `EmptyFile`, `FileTooLarge`, `FileNotUsable` and `TooManyFiles`.
    """
    values = filed(name, content, at=entry.at)
    if queries.files_on(to.id) >= MOST_FILES:
        raise TooManyFiles(field="content", most=MOST_FILES)
    kind, on = _KINDS[type(to)]
    row = Attachment(id=new_id(), tenant_id=entry.tenant_id, **{on: to.id}, **values)
    Attachment.objects.bulk_create([row])
    entry.about(kind, to.id)
    if not isinstance(to, StrayParcel):
        entry.about("order", to.order_id)
    return row


def point_at(entry: Entry, *, file: Attachment, line_id: UUID | None) -> None:
    """Say which goods of its return a file shows."""
    Attachment.objects.filter(id=file.id, tenant_id=entry.tenant_id).update(line_id=line_id)


def forget(entry: Entry, *, customer_id: UUID) -> tuple[int, int]:
    """Empty what a customer said and sent about all orders. Returns of how many claims, and how many files."""
    claims = Claim.objects.filter(order__customer_id=customer_id).exclude(note="")
    said = list(claims.values_list("id", flat=True))
    on_returns = Attachment.objects.filter(rma__order__customer_id=customer_id, erased_at=None)
    on_claims = Attachment.objects.filter(claim__order__customer_id=customer_id, erased_at=None)
    on_parcels = Attachment.objects.filter(parcel__rma__order__customer_id=customer_id, erased_at=None)
    ids = [id_ for rows in (on_returns, on_claims, on_parcels) for id_ in rows.values_list("id", flat=True)]
    parcels = list(StrayParcel.objects.filter(rma__order__customer_id=customer_id).exclude(note="").values_list("id", flat=True))
    StrayParcel.objects.filter(id__in=parcels).update(note="")
    Claim.objects.filter(id__in=said).update(note="")
    Attachment.objects.filter(id__in=ids).update(**ERASED, erased_at=entry.at)
    entry.about("customer", customer_id)
    return len(said), len(ids)
