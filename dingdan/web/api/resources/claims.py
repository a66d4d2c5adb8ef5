"""Claims, favors, and what is reported about what happens after the sale."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from dingdan.trade.aftersales.commands import (
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
from dingdan.trade.aftersales.queries import claims
from dingdan.web.api.names import found, id_of
from dingdan.web.api.reads import After, Limit, OneOf, Page, page, read, shaped
from dingdan.web.api.writes import Write, mount

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


_CLAIM = [name for name in ClaimView.__dataclass_fields__ if name != "lines"]


def claim_views(rows: Iterable[Claim]) -> list[ClaimView]:
    """The claims as they are told; their lines must have been read along."""
    return [
        ClaimView(
            **{name: getattr(row, name) for name in _CLAIM}, lines=[shaped(ClaimLineView, line) for line in row.lines.all()]
        )
        for row in rows
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


mount(
    Write(path="/orders/{order_id}/claims", command=file_claim, makes="/claims/{claim_id}", tag=TAG),
    Write(path="/claims/{claim_id}/resolve", command=resolve_claim, tag=TAG),
    Write(path="/claims/{claim_id}/replacement", command=replace_claimed, tag=TAG),
    Write(path="/claims/{claim_id}/deny", command=deny_claim, tag=TAG),
    Write(path="/claims/{claim_id}/withdraw", command=withdraw_claim, tag=TAG),
    Write(path="/claims/{claim_id}/thanks", command=thank_customer, tag=TAG),
    Write(path="/orders/{order_id}/goodwill", command=give_goodwill, tag=TAG),
    Write(path="/orders/{order_id}/credit", command=take_credit, tag=TAG),
)
