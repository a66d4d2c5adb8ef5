"""Photos and papers are hung on returns, claims and parcels, and forgotten with whoever sent them."""

from __future__ import annotations

from uuid import UUID

from dingdan.kernel.command import command
from dingdan.kernel.errors import NotFound
from dingdan.kernel.journal import Entry
from dingdan.kernel.text import NotText
from dingdan.trade.aftersales import queries, steps
from dingdan.trade.aftersales.events import AfterSalesForgotten, ClaimFileAttached, ParcelFileAttached, ReturnFileAttached


@command
def attach_to_return(
    entry: Entry, *, return_id: UUID, name: str, content: bytes, line_id: UUID | None = None
) -> ReturnFileAttached:
    """Hang a photo or a PDF on a return, on one of its lines if that is named. What it is is read from its bytes.

    The name is made harmless. Refuses `EmptyFile`, `FileTooLarge`, `FileNotUsable`, `TooManyFiles`.
    """
    if not isinstance(name, str):
        raise NotText(field="name")
    _standing, rma = queries.lock_return(return_id)
    if line_id is not None and line_id not in {line.id for line in queries.lines_of(rma.id)}:
        raise NotFound(field="line_id", what="line of this return", id=line_id)
    file = steps.attach(entry, to=rma, name=name, content=content)
    steps.point_at(entry, file=file, line_id=line_id)
    return ReturnFileAttached(
        return_id=rma.id, order_id=rma.order_id, attachment_id=file.id, media_type=file.media_type, size=file.size,
        digest=file.digest, return_line_id=line_id,
    )  # fmt: skip


@command
def attach_to_claim(entry: Entry, *, claim_id: UUID, name: str, content: bytes) -> ClaimFileAttached:
    """Hang a photo or a PDF on a claim. What it is is read from its bytes; the name is made harmless.

    Refuses `EmptyFile`, `FileTooLarge`, `FileNotUsable`, `TooManyFiles`.
    """
    if not isinstance(name, str):
        raise NotText(field="name")
    _standing, claim = queries.lock_claim(claim_id)
    file = steps.attach(entry, to=claim, name=name, content=content)
    return ClaimFileAttached(
        claim_id=claim.id, order_id=claim.order_id, attachment_id=file.id, media_type=file.media_type, size=file.size,
        digest=file.digest,
    )  # fmt: skip


@command
def attach_to_parcel(entry: Entry, *, parcel_id: UUID, name: str, content: bytes) -> ParcelFileAttached:
    """Hang a photo or a PDF on a parcel that nobody had asked for. What it is is read from its bytes; the name is made harmless.

    Refuses `EmptyFile`, `FileTooLarge`, `FileNotUsable`, `TooManyFiles`.
    """
    if not isinstance(name, str):
        raise NotText(field="name")
    parcel = queries.lock_parcel(parcel_id)
    file = steps.attach(entry, to=parcel, name=name, content=content)
    return ParcelFileAttached(
        parcel_id=parcel.id, attachment_id=file.id, media_type=file.media_type, size=file.size, digest=file.digest
    )


@command
def forget_claimant(entry: Entry, *, customer_id: UUID) -> AfterSalesForgotten:
    """Forget what a customer said and sent in returns and claims. That there were any, and what came of them, stays."""
    claims, files = steps.forget(entry, customer_id=customer_id)
    return AfterSalesForgotten(customer_id=customer_id, claims=claims, files=files)
