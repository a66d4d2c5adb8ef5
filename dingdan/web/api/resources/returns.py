"""After the sale: cancel, take back, exchange, give back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpResponse
from pydantic import Field

from dingdan.kernel import clock
from dingdan.kernel.journal import Call, Event
from dingdan.masterdata.policies.lifecycle import Condition
from dingdan.trade.aftersales.commands import (
    answer_interception,
    attach_to_return,
    authorize_return,
    cancel_orders,
    cancel_return,
    examine_pieces,
    exchange_return,
    expire_orders,
    finish_examination,
    give_allowance,
    grade_return,
    inspect_return,
    intercept_parcel,
    label_return,
    lapse_return,
    note_arrival,
    receive_return,
    record_returns,
    refund_order,
    scan_return,
    send_ahead,
    settle_exchange,
    undo_examination,
)
from dingdan.trade.aftersales.lifecycle import INTERCEPTION_LIFE, RETURN_LIFE
from dingdan.trade.aftersales.models import Interception, Return
from dingdan.trade.aftersales.queries import attachment, interceptions, return_offer
from dingdan.trade.orders.commands import close_orders
from dingdan.web.api.names import found, id_of
from dingdan.web.api.reads import After, Limit, OneOf, Page, page, read
from dingdan.web.api.resources.files import FileSent, content_of
from dingdan.web.api.resources.return_views import ReturnOfferView, ReturnView, return_offer_view, return_views, with_lines
from dingdan.web.api.writes import Write, mount
from dingdan.web.shared.downloads import MEDIA_TYPE, download

TAG = "After the sale"

GoodsCondition = Annotated[str, OneOf(["", *Condition])]
Code = Annotated[str, Field(max_length=40)]
InterceptionState = Annotated[str, OneOf(INTERCEPTION_LIFE.states)]
ReturnState = Annotated[str, OneOf(RETURN_LIFE.states)]


@read("/returns", permission="aftersales.read", tag=TAG)
def list_returns(
    *, order: str | None = None, state: ReturnState | None = None, after: After = None, limit: Limit = 50
) -> Page[ReturnView]:
    """Returns, newest first. `order` takes an id or number."""
    rows = with_lines(Return.objects.order_by("-id"))
    if order is not None:
        rows = rows.filter(order_id=id_of("order_id", order, field="order"))
    if state is not None:
        rows = rows.filter(state=state)
    return page(rows, return_views, after=after, limit=limit)


@read("/returns/{return_id}", permission="aftersales.read", tag=TAG)
def get_return(return_id: str) -> ReturnView:
    """One return with its lines and pieces. Its number will do for its id."""
    return return_views([found(with_lines(Return.objects.all()), "return_id", return_id)])[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class InterceptionView:
    """A parcel that its carrier is asked to turn back, and what came of it."""

    id: UUID
    shipment_id: UUID
    shipment: str
    state: str
    return_id: UUID | None
    reason: str
    asked_at: datetime
    answered_at: datetime | None


@read("/interceptions", permission="aftersales.read", tag=TAG)
def list_interceptions(
    *, state: InterceptionState | None = None, after: After = None, limit: Limit = 50
) -> Page[InterceptionView]:
    """Parcels that carriers are asked to turn back, newest first."""
    rows = interceptions()
    if state is not None:
        rows = rows.filter(state=state)
    return page(rows, _interceptions, after=after, limit=limit)


def _interceptions(rows: Sequence[Interception]) -> list[InterceptionView]:
    names = ("id", "shipment_id", "state", "reason", "asked_at", "answered_at")
    return [
        InterceptionView(**{name: getattr(row, name) for name in names}, shipment=row.shipment.number, return_id=row.rma_id)
        for row in rows
    ]


@read("/orders/{order_id}/return-offer", permission="aftersales.read", tag=TAG)
def get_return_offer(order_id: str, *, reason: Code = "", condition: GoodsCondition = "") -> ReturnOfferView:
    """What may come back of an order now, until when and at what cost, by the shop's rules. Each line says why."""
    return return_offer_view(return_offer(id_of("order_id", order_id), at=clock.now(), reason=reason, condition=condition))


@read("/returns/{return_id}/attachments/{attachment_id}", permission="aftersales.read", tag=TAG, media=MEDIA_TYPE)
def get_return_attachment(return_id: str, attachment_id: str) -> HttpResponse:
    """The bytes of a file on a return, as a download."""
    row = found(Return.objects.all(), "return_id", return_id)
    return download(attachment(id_of("attachment_id", attachment_id), about_id=row.id))


def _attach(call: Call, ids: Mapping[str, Any], sent: FileSent) -> Event:
    return attach_to_return(call, return_id=ids["return_id"], name=sent.name, content=content_of(sent))


mount(
    Write(
        path="/returns/{return_id}/attachments",
        command=attach_to_return,
        body=FileSent,
        give=_attach,
        makes="/returns/{return_id}/attachments/{attachment_id}",
        tag=TAG,
    ),
    Write(path="/orders/{order_id}/cancel", command=cancel_orders, name="cancel_order", tag=TAG),
    Write(path="/orders/{order_id}/expire", command=expire_orders, name="expire_order", tag=TAG),
    Write(path="/orders/{order_id}/close", command=close_orders, name="close_order", tag=TAG),
    Write(path="/orders/{order_id}/returns", command=authorize_return, makes="/returns/{return_id}", tag=TAG),
    Write(path="/orders/{order_id}/exchanges", command=exchange_return, makes="/returns/{return_id}", tag=TAG),
    Write(
        path="/orders/{order_id}/returns/recorded",
        command=record_returns,
        name="record_return",
        makes="/returns/{return_id}",
        tag=TAG,
    ),
    Write(path="/orders/{order_id}/allowances", command=give_allowance, tag=TAG),
    Write(path="/orders/{order_id}/refunds", command=refund_order, tag=TAG),
    Write(path="/returns/{return_id}/receive", command=receive_return, tag=TAG),
    Write(path="/returns/{return_id}/inspect", command=inspect_return, tag=TAG),
    Write(path="/shipments/{shipment_id}/interceptions", command=intercept_parcel, tag=TAG),
    Write(path="/interceptions/{interception_id}/answer", command=answer_interception, tag=TAG),
    Write(path="/returns/{return_id}/grade", command=grade_return, tag=TAG),
    Write(method="PUT", path="/returns/{return_id}/label", command=label_return, tag=TAG),
    Write(path="/returns/{return_id}/scan", command=scan_return, tag=TAG),
    Write(path="/returns/{return_id}/arrival", command=note_arrival, tag=TAG),
    Write(path="/return-pieces/{piece_id}/examinations", command=examine_pieces, tag=TAG),
    Write(path="/examinations/{examination_id}/undo", command=undo_examination, tag=TAG),
    Write(path="/returns/{return_id}/finish", command=finish_examination, tag=TAG),
    Write(path="/returns/{return_id}/lapse", command=lapse_return, tag=TAG),
    Write(path="/returns/{return_id}/send-ahead", command=send_ahead, tag=TAG),
    Write(path="/returns/{return_id}/cancel", command=cancel_return, tag=TAG),
    Write(path="/returns/{return_id}/exchange", command=settle_exchange, tag=TAG),
)
