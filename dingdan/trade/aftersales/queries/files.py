"""Photos and papers that hang on returns, claims and parcels."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet

from dingdan.kernel.errors import NotFound
from dingdan.trade.aftersales.models import Attachment


def files_of(*about_ids: UUID) -> dict[UUID, list[Attachment]]:
    """What hangs on returns, claims and parcels, by their ids, oldest first; the bytes are left where they lie."""
    rows = _about(about_ids).select_related("line__order_line").defer("content").order_by("attached_at", "id")
    found: dict[UUID, list[Attachment]] = {id_: [] for id_ in about_ids}
    for row in rows:
        found[row.rma_id or row.claim_id or row.parcel_id].append(row)  # type: ignore[index] # the database says that it is one of them
    return found


def attachment(attachment_id: UUID, *, about_id: UUID) -> Attachment:
    """A file of a return, claim or parcel with its bytes. Raises `NotFound`, also for one that was erased."""
    found = _about([about_id]).filter(id=attachment_id, erased_at=None).first()
    if found is None:
        raise NotFound(field="attachment_id", what="attachment", id=attachment_id)
    return found


def attachment_of_order(attachment_id: UUID, *, order_id: UUID) -> Attachment:
    """A file on any return or claim of an order, with its bytes. One statement. Raises `NotFound`, also for an erased one."""
    of_it = Q(rma__order_id=order_id) | Q(claim__order_id=order_id)
    found = Attachment.objects.filter(of_it, id=attachment_id, erased_at=None).first()
    if found is None:
        raise NotFound(field="attachment_id", what="attachment", id=attachment_id)
    return found


def files_on(about_id: UUID) -> int:
    """How many files hang on a return, claim or parcel, those that were erased too."""
    return _about([about_id]).count()


def _about(ids: Iterable[UUID]) -> QuerySet[Attachment]:
    wanted = list(ids)
    return Attachment.objects.filter(Q(rma_id__in=wanted) | Q(claim_id__in=wanted) | Q(parcel_id__in=wanted))
