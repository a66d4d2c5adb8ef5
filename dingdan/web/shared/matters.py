"""What a ticket is about, by the number that people know it by: the doors look it up, for tickets know no other desk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from dingdan.kernel.errors import NotFound
from dingdan.kernel.text import one_of
from dingdan.trade.aftersales.models import Claim, Return
from dingdan.trade.fulfillment.models import Shipment
from dingdan.trade.orders.models import Order, OrderLine
from dingdan.trade.tickets.lifecycle import AboutKind
from dingdan.trade.tickets.rules import About, ContactDraft


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """A thing that a ticket is about, and who is known to have to do with it."""

    about: About
    customer_id: UUID | None
    contact: ContactDraft
    language: str


def matter(kind: str, name: str, *, field: str) -> Matter:
    """The order, line, shipment, return or claim that goes by that id or number (a line by its id). Raises `NotFound`."""
    known = AboutKind(one_of(kind, f"{field}.kind", AboutKind))
    found = _line(name) if known == AboutKind.LINE else _numbered(known, name)
    if found is None:
        raise NotFound(field=f"{field}.id", what=known.value, id=name[:80])
    id_, number, order = found
    return Matter(
        about=About(kind=known.value, id=id_, number=number, order_id=order.id),
        customer_id=order.customer_id,
        contact=_contact(order),
        language=order.language,
    )


def _numbered(kind: AboutKind, name: str) -> tuple[UUID, str, Order] | None:
    wanted: Any = {"id": _uuid(name)} if _uuid(name) else {"number": name}
    people = ("ship_to", "bill_to")
    if kind == AboutKind.ORDER:
        order = Order.objects.select_related(*people).filter(**wanted).first()
        return (order.id, order.number, order) if order else None
    row = _MODELS[kind].objects.select_related("order", *(f"order__{one}" for one in people)).filter(**wanted).first()
    return (row.id, row.number, row.order) if row else None


_MODELS: dict[AboutKind, type[Shipment | Return | Claim]] = {
    AboutKind.SHIPMENT: Shipment,
    AboutKind.RETURN: Return,
    AboutKind.CLAIM: Claim,
}


def _line(name: str) -> tuple[UUID, str, Order] | None:
    rows = OrderLine.objects.select_related("order", "order__ship_to", "order__bill_to")
    id_ = _uuid(name)
    line = rows.filter(id=id_).first() if id_ else None
    return (line.id, f"{line.order.number}/{line.position}", line.order) if line else None


def _contact(order: Order) -> ContactDraft:
    """Who pays, else who gets the goods, as the order's mails go."""
    person = next((one for one in (order.bill_to, order.ship_to) if one.email), order.ship_to)
    return ContactDraft(name=person.name or person.company, email=person.email, phone=person.phone)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
