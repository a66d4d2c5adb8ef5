"""What can be done with an order from its page, each thing one command: what its life allows now, the next step first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dingdan.automation.commands import QueueNotice, queue_notices
from dingdan.automation.paying import notice_id
from dingdan.insight.board.models import BoardRow
from dingdan.kernel.errors import NotFound
from dingdan.kernel.journal import Call, Event
from dingdan.ledgers.payments.commands import RequestCapture, request_capture
from dingdan.ledgers.payments.queries import PaymentView, ReceivableView
from dingdan.trade.fulfillment.commands import (
    DeliverShipment,
    PackShipment,
    PickShipment,
    PlanShipments,
    ShipShipment,
    deliver_shipments,
    pack_shipment,
    pick_shipment,
    plan_shipments,
    ship_shipments,
)
from dingdan.trade.fulfillment.models import Shipment
from dingdan.trade.orders.commands import hold_order, note_order, resume_order, tag_order
from dingdan.trade.orders.lifecycle import ORDER_LIFE
from dingdan.trade.orders.models import Order
from dingdan.web.backoffice import show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.acting import Act, fresh_key
from dingdan.web.backoffice.order_goods import Goods
from dingdan.web.backoffice.pages import Button, Cell, Field, Form
from dingdan.web.backoffice.typed import known_id

NAME: Final = "admin:board_boardrow"


@dataclass(frozen=True)
class Standing:
    """An order as its page needs it to know what comes next."""

    order: Order
    owed: ReceivableView | None
    payments: Sequence[PaymentView]
    goods: Goods
    review_url: str = ""

    @property
    def held(self) -> PaymentView | None:
        """A payment of which money is held that can be taken."""
        return next((one for one in self.payments if one.authorized > one.captured + one.voided), None)


def _shipment(row: BoardRow, sent: QueryDict) -> UUID:
    """The shipment that the form is about. Refuses those of other orders."""
    found = known_id(sent, "shipment")
    if found is None or not Shipment.objects.filter(id=found, order_id=row.id).exists():
        raise NotFound(what="shipment", id=sent.get("shipment", ""))
    return found


def _plan(call: Call, row: BoardRow, _sent: QueryDict) -> Event:
    return plan_shipments.one(call, PlanShipments(row.id))


def _pick(call: Call, row: BoardRow, sent: QueryDict) -> Event:
    return pick_shipment.one(call, PickShipment(_shipment(row, sent)))


def _pack(call: Call, row: BoardRow, sent: QueryDict) -> Event:
    return pack_shipment.one(call, PackShipment(_shipment(row, sent)))


def _ship(call: Call, row: BoardRow, sent: QueryDict) -> Event:
    return ship_shipments.one(
        call, ShipShipment(_shipment(row, sent), sent.get("carrier", "").strip(), sent.get("tracking_number", "").strip())
    )


def _deliver(call: Call, row: BoardRow, sent: QueryDict) -> Event:
    return deliver_shipments.one(call, DeliverShipment(_shipment(row, sent)))


def _capture(call: Call, _row: BoardRow, sent: QueryDict) -> Event:
    payment_id = known_id(sent, "payment")
    if payment_id is None:
        raise NotFound(what="payment", id=sent.get("payment", ""))
    return request_capture.one(call, RequestCapture(payment_id=payment_id))


def _hold(call: Call, row: BoardRow, sent: QueryDict) -> Event:
    return hold_order(call, order_id=row.id, reason=sent.get("reason", ""))


def _resume(call: Call, row: BoardRow, _sent: QueryDict) -> Event:
    return resume_order(call, order_id=row.id)


def _note(call: Call, row: BoardRow, sent: QueryDict) -> Event:
    return note_order(call, order_id=row.id, text=sent.get("text", ""), to_customer="to_customer" in sent)


def _tag(call: Call, row: BoardRow, sent: QueryDict) -> Event:
    add, remove = (tuple(filter(None, map(str.strip, sent.get(name, "").split(",")))) for name in ("add", "remove"))
    return tag_order(call, order_id=row.id, add=add, remove=remove)


def _mail(call: Call, row: BoardRow, _sent: QueryDict) -> Event:
    return queue_notices.one(call, QueueNotice(kind="order_confirmed", order_id=row.id, about_id=notice_id(call)))


def _says(text: Any) -> Any:
    return lambda _event: text


ACTS: Final[Mapping[str, Act]] = {
    "plan": Act("fulfillment.plan_shipments", _plan, _says(_("The shipments are planned."))),
    "pick": Act("fulfillment.pick_shipment", _pick, _says(_("The shipment is being picked."))),
    "pack": Act("fulfillment.pack_shipment", _pack, _says(_("The shipment is packed."))),
    "ship": Act("fulfillment.ship_shipments", _ship, _says(_("The shipment has left."))),
    "deliver": Act("fulfillment.deliver_shipments", _deliver, _says(_("The shipment has arrived."))),
    "capture": Act("payments.request_capture", _capture, _says(_("The money is being taken."))),
    "hold": Act("orders.hold_order", _hold, _says(_("The order is on hold."))),
    "resume": Act("orders.resume_order", _resume, _says(_("The order goes on."))),
    "note": Act("orders.note_order", _note, _says(_("The note is written."))),
    "tag": Act("orders.tag_order", _tag, _says(_("The tags are changed."))),
    "mail": Act("automation.queue_notices", _mail, _says(_("The mail is on its way."))),
}


def _form(stands: Standing, name: str, title: Any, words: Any, *fields: Field) -> Form:
    url = reverse(f"{NAME}_do", args=[stands.order.id, name])
    return Form(title, url, fresh_key(), fields, [Button(words, "good")], is_open=False)


def _press(stands: Standing, name: str, words: Any, **sent: object) -> Form:
    """A button that needs nothing filled in."""
    url = reverse(f"{NAME}_do", args=[stands.order.id, name])
    return Form("", url, fresh_key(), [Field(key, "", "hidden", str(value)) for key, value in sent.items()], [Button(words)])


def steps(request: HttpRequest, stands: Standing) -> list[Form | Cell]:
    """What its life allows now, the next step first; without what whoever asks may not do."""
    return [one for name, one in _steps(stands) if name == "" or may(request, ACTS[name].permission)]


def _steps(stands: Standing) -> Iterator[tuple[str, Form | Cell]]:
    order, owed = stands.order, stands.owed
    if order.in_review and stands.review_url:
        yield "", Cell(_("Review"), url=stands.review_url)
    if ORDER_LIFE.may("resume", order.state):
        yield "resume", _press(stands, "resume", _("Resume"))
    if order.state == "placed" and not order.in_review:
        if stands.held is not None:
            money = show.money(stands.held.authorized - stands.held.captured - stands.held.voided, stands.held.currency)
            yield "capture", _press(stands, "capture", str(_("Capture {amount}")).format(amount=money), payment=stands.held.id)
        elif owed and owed.due > 0 and owed.payment_status in ("unpaid", "partly_paid"):
            yield "", Cell(_("Send payment link"), url=reverse(f"{NAME}_pay", args=[order.id]))
        yield from _moves(stands)
    yield from _deliveries(stands)


def _moves(stands: Standing) -> Iterator[tuple[str, Form | Cell]]:
    """The turns of what has not left."""
    if stands.goods.is_to_plan:
        yield "plan", _press(stands, "plan", _("Plan shipment"))
    for one in stands.goods.shipments:
        if one.state == "planned":
            yield "pick", _press(stands, "pick", str(_("Pick {number}")).format(number=one.number), shipment=one.id)
        if one.state in ("planned", "picking"):
            yield "pack", _press(stands, "pack", str(_("Pack {number}")).format(number=one.number), shipment=one.id)
        if one.state == "packed":
            yield "ship", _form(
                stands, "ship", str(_("Ship {number}")).format(number=one.number), _("It has left"),
                Field("shipment", "", "hidden", str(one.id)), Field("carrier", _("Carrier"), value=one.carrier, most=60),
                Field("tracking_number", _("Tracking number"), value=one.tracking_number, most=80),
            )  # fmt: skip


def _deliveries(stands: Standing) -> Iterator[tuple[str, Form | Cell]]:
    for one in stands.goods.shipments:
        if one.state == "shipped":
            yield "deliver", _press(stands, "deliver", str(_("{number} has arrived")).format(number=one.number), shipment=one.id)


def more(request: HttpRequest, stands: Standing) -> list[Form]:
    """What can be done besides: hold, tags, the mail once more."""
    tags = _form(
        stands, "tag", _("Tags"), _("Change the tags"),
        Field("add", _("Add (with commas between)")), Field("remove", _("Take off (with commas between)")),
    )  # fmt: skip
    found = [("tag", tags), ("mail", _press(stands, "mail", _("Send the confirmation again")))]
    if ORDER_LIFE.may("hold", stands.order.state):
        reason = Field("reason", _("Reason"), is_required=True, most=200)
        found.insert(0, ("hold", _form(stands, "hold", _("Hold the order"), _("Hold"), reason)))
    return [form for name, form in found if may(request, ACTS[name].permission)]


def note_form(request: HttpRequest, stands: Standing) -> Form | None:
    """Where a note is written, for whoever may."""
    if not may(request, ACTS["note"].permission):
        return None
    text = Field("text", _("Note"), "text", is_required=True, most=4000)
    return _form(stands, "note", _("Write a note"), _("Write it"), text, Field("to_customer", _("For the customer too"), "tick"))
