"""Claims, favors, and what is reported about what happens after the sale."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpResponse

from dingdan.kernel.journal import Call, Event
from dingdan.trade.aftersales.commands import (
    attach_to_claim,
    deny_claim,
    file_claim,
    give_goodwill,
    replace_claimed,
    resolve_claim,
    take_credit,
    thank_customer,
    withdraw_claim,
)
from dingdan.trade.aftersales.lifecycle import CLAIM_LIFE
from dingdan.trade.aftersales.models import Claim
from dingdan.trade.aftersales.queries import attachment, claims, files_of
from dingdan.web.api.names import found, id_of
from dingdan.web.api.reads import After, Limit, OneOf, Page, page, read, shaped
from dingdan.web.api.resources.files import AttachmentView, FileSent, content_of
from dingdan.web.api.writes import Write, mount
from dingdan.web.shared.downloads import MEDIA_TYPE, download

TAG = "Claims and favors"

ClaimState = Annotated[str, OneOf(CLAIM_LIFE.states)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimLineView:
    """So many units of an order line that are claimed, and what was given back for them in minor units."""

    id: UUID
    order_line_id: UUID
    quantity: int
    settled: int
    refund: int
    fee: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimView:
    """Something that was wrong with goods of an order, and what was done about it."""

    id: UUID
    number: str
    order_id: UUID
    state: str
    resolution: str
    follow_up_id: UUID | None
    note: str
    answer: str
    filed_at: datetime
    resolved_at: datetime | None
    thanked_at: datetime | None
    lines: list[ClaimLineView]
    attachments: list[AttachmentView]


_CLAIM = [name for name in ClaimView.__dataclass_fields__ if name not in ("lines", "attachments")]


def claim_views(rows: Iterable[Claim]) -> list[ClaimView]:
    """The claims as they are told; their lines must have been read along."""
    told = list(rows)
    files = files_of(*(row.id for row in told))
    return [
        ClaimView(
            **{name: getattr(row, name) for name in _CLAIM},
            lines=[shaped(ClaimLineView, line) for line in row.lines.all()],
            attachments=[shaped(AttachmentView, file) for file in files[row.id]],
        )
        for row in told
    ]


@read("/claims", permission="aftersales.read", tag=TAG)
def list_claims(
    *, order: str | None = None, state: ClaimState | None = None, after: After = None, limit: Limit = 50
) -> Page[ClaimView]:
    """Claims, newest first. `order` takes an id or number."""
    rows = claims()
    if order is not None:
        rows = rows.filter(order_id=id_of("order_id", order, field="order"))
    if state is not None:
        rows = rows.filter(state=state)
    return page(rows, claim_views, after=after, limit=limit)


@read("/claims/{claim_id}", permission="aftersales.read", tag=TAG)
def get_claim(claim_id: str) -> ClaimView:
    """One claim with its lines. Its number will do for its id."""
    return claim_views([found(claims(), "claim_id", claim_id)])[0]


@read("/claims/{claim_id}/attachments/{attachment_id}", permission="aftersales.read", tag=TAG, media=MEDIA_TYPE)
def get_claim_attachment(claim_id: str, attachment_id: str) -> HttpResponse:
    """The bytes of a file on a claim, as a download."""
    row = found(claims(), "claim_id", claim_id)
    return download(attachment(id_of("attachment_id", attachment_id), about_id=row.id))


def _attach(call: Call, ids: Mapping[str, Any], sent: FileSent) -> Event:
    return attach_to_claim(call, claim_id=ids["claim_id"], name=sent.name, content=content_of(sent))


mount(
    Write(
        path="/claims/{claim_id}/attachments",
        command=attach_to_claim,
        body=FileSent,
        give=_attach,
        makes="/claims/{claim_id}/attachments/{attachment_id}",
        tag=TAG,
    ),
    Write(path="/orders/{order_id}/claims", command=file_claim, makes="/claims/{claim_id}", tag=TAG),
    Write(path="/claims/{claim_id}/resolve", command=resolve_claim, tag=TAG),
    Write(path="/claims/{claim_id}/replacement", command=replace_claimed, tag=TAG),
    Write(path="/claims/{claim_id}/deny", command=deny_claim, tag=TAG),
    Write(path="/claims/{claim_id}/withdraw", command=withdraw_claim, tag=TAG),
    Write(path="/claims/{claim_id}/thanks", command=thank_customer, tag=TAG),
    Write(path="/orders/{order_id}/goodwill", command=give_goodwill, tag=TAG),
    Write(path="/orders/{order_id}/credit", command=take_credit, tag=TAG),
)
