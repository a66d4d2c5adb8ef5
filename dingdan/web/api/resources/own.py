"""The customer's own hand: one order, seen and acted on by whoever bears the link to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpResponse
from pydantic import BaseModel, ConfigDict, Field

from dingdan.kernel import clock
from dingdan.kernel.errors import NotFound
from dingdan.kernel.journal import Call, Event
from dingdan.kernel.links import link_to
from dingdan.ledgers.inventory.lifecycle import FulfillmentStatus
from dingdan.ledgers.inventory.queries import tallies_of
from dingdan.ledgers.payments.queries import receivable_of
from dingdan.masterdata.policies.models import ReturnReason
from dingdan.masterdata.policies.queries import reasons_in_force
from dingdan.trade.aftersales.commands import (
    CancelOrder,
    ClaimedUnits,
    ExchangeWanted,
    Part,
    ReturnWanted,
    attach_to_claim,
    attach_to_return,
    authorize_return,
    cancel_orders,
    cancel_return,
    exchange_return,
    file_claim,
    withdraw_claim,
)
from dingdan.trade.aftersales.models import Claim, Return
from dingdan.trade.aftersales.queries import (
    CancelOffer,
    ClaimOutlook,
    Said,
    attachment,
    cancel_preview,
    claim_outlook,
    claims_of,
    files_of,
    options,
    return_offer,
    return_preview,
    returns_of,
    standing,
)
from dingdan.trade.changes.commands import ChangeOrder, UndoChange, change_orders, undo_changes
from dingdan.trade.changes.models import Change
from dingdan.trade.changes.queries import LinePreview, RefusedView, TotalsView, outlook_of_undo, preview
from dingdan.trade.fulfillment.models import Shipment
from dingdan.trade.orders import queries as orders
from dingdan.web.api.access import ORDER_LINK, LinkHolder
from dingdan.web.api.names import id_of, words_of
from dingdan.web.api.reads import read, shaped
from dingdan.web.api.resources.changes import OneOwnChange, wishes
from dingdan.web.api.resources.files import AttachmentView, FileSent, content_of
from dingdan.web.api.resources.return_views import ReturnOfferView, return_offer_view
from dingdan.web.api.resources.returns import Code, GoodsCondition
from dingdan.web.api.writes import JsonBody, Write, mount
from dingdan.web.shared.downloads import MEDIA_TYPE, download

TAG = "The customer's own hand"
FOLLOW = "aftersales.follow"
MOST_DAYS = 400

Days = Annotated[int, Field(ge=1, le=MOST_DAYS, description="How long the link opens.")]
Quantity = Annotated[int, Field(ge=1, le=10**9)]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLinkView:
    """A link to one order. Its token is sent as `Authorization: Bearer`; whoever has it may act for the customer."""

    order_id: UUID
    token: str
    expires_at: datetime


@read("/orders/{order_id}/link", permission="aftersales.link", tag=TAG)
def get_order_link(order_id: str, *, days: Days = 90) -> OrderLinkView:
    """A link by which the customer sees the order, sends goods back, claims and cancels. Made anew each time; nothing is kept."""
    order = orders.by_id([id_of("order_id", order_id)])
    if not order:
        raise NotFound(field="order_id", what="order", id=order_id)
    until = (clock.now() + timedelta(days=days)).replace(microsecond=0)
    return OrderLinkView(order_id=order[0].id, token=link_to(ORDER_LINK, order[0].id, until=until), expires_at=until)


# ── what is there ────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLineView:
    """A line of the order, and how much of it can still be canceled, sent back or claimed. Amounts in minor units."""

    id: UUID
    sku: str
    name: str
    quantity: int
    canceled: int
    total: int
    cancelable: int
    returnable: int
    claimable: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnShipmentView:
    """A parcel of the order."""

    number: str
    state: str
    carrier: str
    tracking_number: str
    shipped_at: datetime | None
    delivered_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnReturnView:
    """Goods that come back: how far that is, under which label, and what is given back."""

    id: UUID
    number: str
    state: str
    carrier: str
    tracking_number: str
    label_url: str
    due_back_at: datetime | None
    refund: int
    fee: int
    attachments: list[AttachmentView]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnClaimView:
    """A claim: how far it is, what was decided and what is given back."""

    id: UUID
    number: str
    state: str
    resolution: str
    answer: str
    refund: int
    attachments: list[AttachmentView]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnOrderView:
    """The order as its customer sees it. Amounts in minor units of its currency."""

    number: str
    state: str
    payment_status: str
    fulfillment_status: str
    placed_at: datetime
    currency: str
    total: int
    owed: int
    paid: int
    due: int
    lines: list[OwnLineView]
    shipments: list[OwnShipmentView]
    returns: list[OwnReturnView]
    claims: list[OwnClaimView]


@read("/my/order", permission=FOLLOW, tag=TAG, by_link="order_id")
def get_my_order(order_id: UUID) -> OwnOrderView:
    """The order: its goods and money, its parcels, and what was sent back or claimed."""
    order = orders.order(order_id)
    money = receivable_of("order", [order_id])[order_id]
    tally = tallies_of([order_id]).get(order_id)
    return OwnOrderView(
        number=order.number,
        state=order.state,
        payment_status=money.payment_status,
        fulfillment_status=tally.fulfillment_status if tally else FulfillmentStatus.NOTHING_TO_SHIP,
        placed_at=order.placed_at,
        currency=order.currency,
        total=order.total,
        owed=money.amount,
        paid=money.allocated - money.refunded,
        due=money.due,
        lines=_lines(order_id),
        shipments=_shipments(order_id),
        returns=_returns(order_id),
        claims=_claims(order_id),
    )


def _claims(order_id: UUID) -> list[OwnClaimView]:
    rows = list(claims_of(order_id))
    files = files_of(*(one.id for one in rows))
    return [
        OwnClaimView(
            id=one.id,
            number=one.number,
            state=one.state,
            resolution=one.resolution,
            answer=one.answer,
            refund=sum(line.refund for line in one.lines.all()),
            attachments=[shaped(AttachmentView, file) for file in files[one.id]],
        )
        for one in rows
    ]


def _lines(order_id: UUID) -> list[OwnLineView]:
    can = {one.line_id: one for one in options(order_id)}
    return [
        OwnLineView(
            id=row.id,
            sku=row.sku,
            name=row.name,
            quantity=row.quantity,
            canceled=row.canceled,
            total=row.total,
            cancelable=can[row.id].cancelable,
            returnable=can[row.id].returnable,
            claimable=can[row.id].claimable,
        )
        for row in orders.lines_of([order_id]).get(order_id, [])
    ]


def _shipments(order_id: UUID) -> list[OwnShipmentView]:
    rows = Shipment.objects.filter(order_id=order_id).order_by("id")
    names = OwnShipmentView.__dataclass_fields__
    return [OwnShipmentView(**{name: getattr(row, name) for name in names}) for row in rows]


def _returns(order_id: UUID) -> list[OwnReturnView]:
    names = [name for name in OwnReturnView.__dataclass_fields__ if name not in ("refund", "fee", "attachments")]
    rows, found = list(returns_of(order_id)), []
    files = files_of(*(row.id for row in rows))
    for row in rows:
        lines = list(row.lines.all())
        told = {name: getattr(row, name) for name in names}
        refund, fee = sum(line.refund for line in lines), sum(line.fee for line in lines)
        seen = [shaped(AttachmentView, file) for file in files[row.id]]
        found.append(OwnReturnView(**told, refund=refund, fee=fee, attachments=seen))
    return found


@read("/my/order/reasons", permission=FOLLOW, tag=TAG, by_link="order_id")
def list_my_reasons(order_id: UUID) -> dict[str, dict[str, str]]:
    """The reasons that can be given, by code, with their names by language."""
    rows = ReturnReason.objects.filter(state="active").order_by("position", "id")
    known = {row.code: {"en": row.name} | row.name_i18n for row in rows}
    return known or {code: {"en": code.replace("_", " ").capitalize()} for code in reasons_in_force()}


@read("/my/order/return-offer", permission=FOLLOW, tag=TAG, by_link="order_id")
def get_my_return_offer(order_id: UUID, *, reason: Code = "", condition: GoodsCondition = "") -> ReturnOfferView:
    """What may be sent back, until when and at what cost; each line says why."""
    return return_offer_view(return_offer(order_id, at=clock.now(), reason=reason, condition=condition))


@read("/my/returns/{return_id}/attachments/{attachment_id}", permission=FOLLOW, tag=TAG, media=MEDIA_TYPE, by_link="order_id")
def get_my_return_attachment(order_id: UUID, *, return_id: str, attachment_id: str) -> HttpResponse:
    """The bytes of a file on a return, as a download."""
    about_id = _of_the_order(Return, "return_id", {"order_id": order_id, "return_id": id_of("return_id", return_id)})
    return download(attachment(id_of("attachment_id", attachment_id), about_id=about_id))


@read("/my/claims/{claim_id}/attachments/{attachment_id}", permission=FOLLOW, tag=TAG, media=MEDIA_TYPE, by_link="order_id")
def get_my_claim_attachment(order_id: UUID, *, claim_id: str, attachment_id: str) -> HttpResponse:
    """The bytes of a file on a claim, as a download."""
    about_id = _of_the_order(Claim, "claim_id", {"order_id": order_id, "claim_id": id_of("claim_id", claim_id)})
    return download(attachment(id_of("attachment_id", attachment_id), about_id=about_id))


# ── with the exact money before anything is done ─────────────────────────────────────────────────────────────────────────


@read("/my/order/return-preview", permission=FOLLOW, tag=TAG, by_link="order_id", previews=True)
def preview_my_return(
    order_id: UUID, *, line: UUID, quantity: Quantity, reason: Code = "", condition: GoodsCondition = ""
) -> ReturnOfferView:
    """What exactly so many units of a line would give back, and whether they may be sent back."""
    said = Said(line_id=line, units=quantity, reason=reason, condition=condition)
    return return_offer_view(return_preview(order_id, [said], at=clock.now()))


@read("/my/order/cancel-preview", permission=FOLLOW, tag=TAG, by_link="order_id", previews=True)
def preview_my_cancellation(order_id: UUID, *, line: UUID | None = None, quantity: Quantity = 1) -> CancelOffer:
    """What exactly canceling so many units of a line (or all that has not left) would come to. Refused when it is too late."""
    return cancel_preview(order_id, [Part(line, quantity)] if line else [], by_customer=True)


@read("/my/order/claim-preview", permission=FOLLOW, tag=TAG, by_link="order_id", previews=True)
def preview_my_claim(order_id: UUID, *, line: UUID, quantity: Quantity, reason: Code = "") -> ClaimOutlook:
    """What claiming so many units of a line could come to at most, and by when the shop answers as a rule.

    `reason` is one of its list.
    """
    return claim_outlook(standing(order_id), {line: quantity}, reasons=[reason], at=clock.now())


class OwnChangesSent(BaseModel):
    """Changes that belong together: all of them are done, or none."""

    model_config = ConfigDict(extra="forbid")

    changes: tuple[OneOwnChange, ...] = Field(min_length=1, max_length=20)


class OwnChangeSent(OwnChangesSent):
    """Changes to be done. Where something else than the preview said would come of them, nothing is done."""

    fingerprint: str = Field("", max_length=100, description="The preview's. Without it they are done as things are then.")


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnChangePreview:
    """What would come of changes, in minor units: `difference` is how much more is owed (below zero: less).

    `due` would still be to be paid, `refund_due` goes back. With refusals, nothing would be done.
    """

    currency: str
    lines: tuple[LinePreview, ...]
    before: TotalsView
    after: TotalsView
    difference: int
    due: int
    refund_due: int
    promised_at: datetime | None
    refusals: tuple[RefusedView, ...]
    fingerprint: str


@read("/my/order/changes/preview", permission=FOLLOW, tag=TAG, method="POST", by_link="order_id")
def preview_my_change(
    order_id: UUID,
    *,
    bearer: LinkHolder,
    body: OwnChangesSent = JsonBody(...),  # type: ignore[assignment] # noqa: B008
) -> OwnChangePreview:
    """What exactly other quantities, articles, another address or shipping method would come to. Writes nothing.

    Customers may change an order until it is picked, or for as long as its channel says.
    """
    told = preview(order_id, wishes(body.changes), may=bearer.actor.may, by_customer=True)
    return OwnChangePreview(**{one.name: getattr(told, one.name) for one in fields(OwnChangePreview)})


@read("/my/changes/{change_id}/undo/preview", permission=FOLLOW, tag=TAG, by_link="order_id")
def preview_my_undo(order_id: UUID, *, change_id: UUID) -> OwnChangePreview:
    """What exactly taking a change back would come to. Customers take back what they changed, as long as they may change."""
    _of_the_order(Change, "change_id", {"order_id": order_id, "change_id": change_id})
    told = outlook_of_undo(change_id, by_customer=True).preview
    return OwnChangePreview(**{one.name: getattr(told, one.name) for one in fields(OwnChangePreview)})


# ── what can be done ─────────────────────────────────────────────────────────────────────────────────────────────────────


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid")


class OwnUnits(_Sent):
    """So many units of a line of the order, why, and in which condition they are."""

    line_id: UUID
    quantity: Quantity
    reason: str
    condition: str = ""


class OwnReturnSent(_Sent):
    """What is to be sent back."""

    lines: tuple[OwnUnits, ...]


class OwnArticle(_Sent):
    """So many of an article."""

    sku: str
    quantity: Quantity = 1


class OwnExchangeSent(_Sent):
    """What is to be sent back, and what is wanted in its place."""

    lines: tuple[OwnUnits, ...]
    wanted: tuple[OwnArticle, ...]


class OwnClaimed(_Sent):
    """So many units of a line with which something is wrong, and what."""

    line_id: UUID
    quantity: Quantity
    reason: str


class OwnClaimSent(_Sent):
    """What something is wrong with."""

    lines: tuple[OwnClaimed, ...]
    note: str = ""


class OwnPart(_Sent):
    """So many units of a line of the order."""

    line_id: UUID
    quantity: Quantity


class OwnCancellationSent(_Sent):
    """What is to be canceled; without lines all that has not left."""

    lines: tuple[OwnPart, ...] = ()


def _wanted(sent: OwnReturnSent | OwnExchangeSent) -> tuple[ReturnWanted, ...]:
    return tuple(
        ReturnWanted(line_id=one.line_id, quantity=one.quantity, reason=one.reason, condition=one.condition) for one in sent.lines
    )


def _return(call: Call, ids: Mapping[str, Any], sent: OwnReturnSent) -> Event:
    return authorize_return(call, order_id=ids["order_id"], lines=_wanted(sent))


def _exchange(call: Call, ids: Mapping[str, Any], sent: OwnExchangeSent) -> Event:
    wanted = tuple(ExchangeWanted(sku=one.sku, quantity=one.quantity) for one in sent.wanted)
    return exchange_return(call, order_id=ids["order_id"], lines=_wanted(sent), wanted=wanted)


def _claim(call: Call, ids: Mapping[str, Any], sent: OwnClaimSent) -> Event:
    lines = tuple(ClaimedUnits(line_id=one.line_id, quantity=one.quantity, reason=one.reason) for one in sent.lines)
    return file_claim(call, order_id=ids["order_id"], lines=lines, note=sent.note)


def _cancel(call: Call, ids: Mapping[str, Any], sent: OwnCancellationSent) -> Event:
    lines = tuple(Part(one.line_id, one.quantity) for one in sent.lines)
    return cancel_orders.one(call, CancelOrder(order_id=ids["order_id"], lines=lines))


def _change(call: Call, ids: Mapping[str, Any], sent: OwnChangeSent) -> Event:
    asked = ChangeOrder(order_id=ids["order_id"], changes=wishes(sent.changes), fingerprint=sent.fingerprint)
    return change_orders.one(call, asked)


class OwnUndoSent(_Sent):
    """A change that is to be taken back. Where something else than the preview said would come of it, nothing is done."""

    fingerprint: str = Field("", max_length=100, description="The preview's. Without it it is done as things are then.")


def _undo(call: Call, ids: Mapping[str, Any], sent: OwnUndoSent) -> Event:
    change_id = _of_the_order(Change, "change_id", ids)
    return undo_changes.one(call, UndoChange(change_id=change_id, fingerprint=sent.fingerprint))


def _call_off(call: Call, ids: Mapping[str, Any], _sent: None) -> Event:
    return cancel_return(call, return_id=_of_the_order(Return, "return_id", ids))


def _withdraw(call: Call, ids: Mapping[str, Any], _sent: None) -> Event:
    return withdraw_claim(call, claim_id=_of_the_order(Claim, "claim_id", ids))


def _attach_to_return(call: Call, ids: Mapping[str, Any], sent: FileSent) -> Event:
    return attach_to_return(call, return_id=_of_the_order(Return, "return_id", ids), name=sent.name, content=content_of(sent))


def _attach_to_claim(call: Call, ids: Mapping[str, Any], sent: FileSent) -> Event:
    return attach_to_claim(call, claim_id=_of_the_order(Claim, "claim_id", ids), name=sent.name, content=content_of(sent))


def _of_the_order(model: type[Claim | Return | Change], name: str, ids: Mapping[str, Any]) -> UUID:
    """The id of what the path names, which must be of the order that the link opens."""
    id_: UUID = ids[name]
    if not model.objects.filter(id=id_, order_id=ids["order_id"]).exists():
        raise NotFound(field=name, what=words_of(name), id=id_)
    return id_


mount(
    Write(
        path="/my/order/returns",
        command=authorize_return,
        name="ask_for_my_return",
        body=OwnReturnSent,
        give=_return,
        by_link="order_id",
        tag=TAG,
    ),
    Write(
        path="/my/order/exchanges",
        command=exchange_return,
        name="ask_for_my_exchange",
        body=OwnExchangeSent,
        give=_exchange,
        by_link="order_id",
        tag=TAG,
    ),
    Write(
        path="/my/order/claims",
        command=file_claim,
        name="file_my_claim",
        body=OwnClaimSent,
        give=_claim,
        by_link="order_id",
        tag=TAG,
    ),
    Write(
        path="/my/order/changes",
        command=change_orders,
        name="change_my_order",
        body=OwnChangeSent,
        give=_change,
        by_link="order_id",
        tag=TAG,
    ),
    Write(
        path="/my/changes/{change_id}/undo",
        command=undo_changes,
        name="undo_my_change",
        body=OwnUndoSent,
        give=_undo,
        by_link="order_id",
        tag=TAG,
    ),
    Write(
        path="/my/order/cancel",
        command=cancel_orders,
        name="cancel_my_order",
        body=OwnCancellationSent,
        give=_cancel,
        by_link="order_id",
        tag=TAG,
    ),
    Write(
        path="/my/returns/{return_id}/cancel",
        command=cancel_return,
        name="cancel_my_return",
        give=_call_off,
        by_link="order_id",
        tag=TAG,
    ),
    Write(
        path="/my/returns/{return_id}/attachments",
        command=attach_to_return,
        name="attach_to_my_return",
        body=FileSent,
        give=_attach_to_return,
        makes="/my/returns/{return_id}/attachments/{attachment_id}",
        by_link="order_id",
        tag=TAG,
    ),
    Write(
        path="/my/claims/{claim_id}/attachments",
        command=attach_to_claim,
        name="attach_to_my_claim",
        body=FileSent,
        give=_attach_to_claim,
        makes="/my/claims/{claim_id}/attachments/{attachment_id}",
        by_link="order_id",
        tag=TAG,
    ),
    Write(
        path="/my/claims/{claim_id}/withdraw",
        command=withdraw_claim,
        name="withdraw_my_claim",
        give=_withdraw,
        by_link="order_id",
        tag=TAG,
    ),
)
