"""POST /orders: a whole order in one call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field

from dingdan.kernel import clock
from dingdan.kernel.contact import clean_email
from dingdan.kernel.entries import register_version
from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.guessing import guess
from dingdan.kernel.intake import submit
from dingdan.kernel.journal import Call, Event
from dingdan.kernel.text import clean_language, clean_text
from dingdan.ledgers.payments.ports import gateways
from dingdan.ledgers.payments.rules import METHODS
from dingdan.masterdata.customers.models import Customer
from dingdan.masterdata.customers.queries import customers_by_id, going_on
from dingdan.masterdata.promotions.rules import MOST_COUPONS, clean_coupon
from dingdan.masterdata.sellers.queries import seller_by_id
from dingdan.masterdata.staff.queries import Bearer
from dingdan.trade.orders.commands import place_orders
from dingdan.trade.orders.queries import OrderPreview, channels, methods, preview
from dingdan.trade.orders.rules import ChannelTerms, GiftTo, PlaceOrder, WantedLine, may_set_prices
from dingdan.web.api.names import id_of
from dingdan.web.api.reads import read
from dingdan.web.api.writes import JsonBody, Write, mount
from dingdan.web.shared.clients import client_address, counted
from dingdan.web.shared.people import PersonSent, person

OPERATION: Final = "place_order"
Amount = Annotated[int, Field(ge=0, le=10**15, description="Minor units of the currency.")]


class ChannelNotNamed(Refusal):
    """The shop sells through several channels, and the order names none."""

    status = 422
    sentence = _("This shop has several channels; the order must name one.")
    remedy = _("Send channel: one of {choices}.")


class UnknownPaymentMethod(Refusal):
    """Neither a way to pay nor a gateway that is there."""

    status = 422
    sentence = _("Nobody can pay by {method} here.")
    remedy = _("Send one of: {known}.")


class GiftToSent(BaseModel):
    """Whom a gift card is for."""

    model_config = ConfigDict(extra="forbid")

    name: str = ""
    email: str = Field(max_length=254)
    message: str = Field("", max_length=1000)


class LineSent(BaseModel):
    """A line: an article by its SKU, or a service or fee with a name and a price."""

    model_config = ConfigDict(extra="forbid")

    sku: str = Field("", max_length=64)
    quantity: int = 1
    unit_price: Decimal | None = Field(
        None,
        ge=0,
        le=10**13,
        decimal_places=6,
        description="Minor units; else the price list's. Needs orders.set_prices, but for gift cards that take any amount.",
    )
    discount: Amount = Field(0, description="Off the whole line, in minor units. Needs orders.set_prices.")
    name: str = Field("", max_length=300)
    kind: Literal["goods", "service", "fee"] = "goods"
    seller: str = Field("", description="Id or code of the seller on a marketplace.")
    gift_to: GiftToSent | None = Field(None, description="Of a gift card: whom its code is mailed to, if not to the buyer.")


class OrderSent(BaseModel):
    """An order as it is wanted. Whatever is left out is taken from the channel, the price lists and the tax rates."""

    model_config = ConfigDict(extra="forbid")

    channel: str = Field("", description="Id or code; may be left out where the shop has one channel.")
    currency: str = Field("", description="ISO 4217; must be the channel's.", examples=["GBP"])
    lines: tuple[LineSent, ...] = Field(min_length=1, max_length=1000)
    ship_to: PersonSent
    bill_to: PersonSent | None = Field(None, description="Else as `ship_to`.")
    customer: str = Field("", description="Id or number; left out for a guest.")
    external_id: str = Field("", description="What the channel calls this order; each comes in once.")
    language: str = Field("", description="Of the customer, for mails and documents: en, zh-Hant, zh-Hans.")
    shipping_method: str = Field("", max_length=40)
    shipping_price: Amount | None = Field(None, description="Minor units; else the rate table's. Needs orders.set_prices.")
    discount: Amount = Field(0, description="Off the whole order, in minor units. Needs orders.set_prices.")
    payment_method: str = Field("bank_transfer", pattern=r"^[a-z][a-z0-9_]{0,39}$")
    customer_note: str = ""
    accepted_total: int | None = Field(None, description="What the customer agreed to; another total is refused.")
    coupon_codes: tuple[str, ...] = Field(
        (), max_length=MOST_COUPONS, description="Each brings what its promotion gives, or the order is refused with the reason."
    )
    client: str = Field(
        "", max_length=64, description="The address of the shopper who types coupons: wrong ones count against it."
    )


@contextmanager
def guessing(coupon_codes: Sequence[str], *, asker: str, client: str = "") -> Iterator[None]:
    """Let coupons be tried, if there are any: wrong ones count against whoever types them, and slow down."""
    if not coupon_codes:
        yield
        return
    who = f"shopper {counted(client)}" if client else f"{asker} {client_address()}"
    with guess("coupon", clients=[who], at=clock.now()):
        yield


def wanted(sent: OrderSent, *, registers: int) -> PlaceOrder:
    """What the command wants, by that version of the registers.

    Refuses channels, customers and sellers that this shop does not have, and broken contacts.
    """
    channel = _channel(sent.channel, channels(registers))
    customer = _customer(sent.customer)
    return PlaceOrder(
        channel_id=channel.id,
        currency=sent.currency or channel.currency,
        lines=tuple(_line(line, f"lines.{index}") for index, line in enumerate(sent.lines)),
        ship_to=person(sent.ship_to, "ship_to"),
        bill_to=person(sent.bill_to, "bill_to") if sent.bill_to else None,
        customer_id=customer.id if customer else None,
        customer_group=customer.group if customer else "",
        external_id=clean_text(sent.external_id, "external_id", 120, required=False) or None,
        language=clean_language(sent.language, "language") if sent.language else _language(customer, channel),
        shipping_method=sent.shipping_method,
        shipping_price=sent.shipping_price,
        discount=sent.discount,
        payment_method=_payment_method(sent.payment_method, registers=registers),
        customer_note=clean_text(sent.customer_note, "customer_note", 2000, required=False, multiline=True),
        accepted_total=sent.accepted_total,
        coupon_codes=tuple(
            dict.fromkeys(clean_coupon(text, f"coupon_codes.{index}") for index, text in enumerate(sent.coupon_codes))
        ),
    )


def _channel(name: str, known: Sequence[ChannelTerms]) -> ChannelTerms:
    """The channel that is named, or the only one that is open."""
    if name:
        for channel in known:
            if name in (channel.code, str(channel.id)):
                return channel
        raise NotFound(field="channel", what="channel", id=name[:80])
    is_open = [channel for channel in known if channel.open]
    if len(is_open) != 1:
        raise ChannelNotNamed(field="channel", choices=", ".join(channel.code for channel in is_open) or "–")
    return is_open[0]


def _customer(name: str) -> Customer | None:
    if not name:
        return None
    id_ = going_on(id_of("customer_id", name, field="customer"))
    found = customers_by_id([id_]).get(id_)
    if found is None:
        raise NotFound(field="customer", what="customer", id=name)
    return found


def _payment_method(code: str, *, registers: int) -> str:
    """A code that something can be paid by: one of the shop's methods, one that needs no firm, a gateway's."""
    known = [one.code for one in methods(registers)] or [*METHODS, *gateways]
    if code not in (*known, *METHODS, *gateways):
        raise UnknownPaymentMethod(field="payment_method", method=code, known=", ".join(known))
    return code


def _language(customer: Customer | None, channel: ChannelTerms) -> str:
    return customer.language if customer else channel.language


def _line(line: LineSent, field: str) -> WantedLine:
    return WantedLine(
        sku=line.sku,
        quantity=line.quantity,
        unit_price=line.unit_price,
        discount=line.discount,
        name=clean_text(line.name, f"{field}.name", 300, required=False),
        kind=line.kind,
        seller_id=_seller(line.seller, field) if line.seller else None,
        gift_to=_gift_to(line.gift_to, f"{field}.gift_to") if line.gift_to else None,
    )


def _gift_to(sent: GiftToSent, field: str) -> GiftTo:
    return GiftTo(
        name=clean_text(sent.name, f"{field}.name", 200, required=False),
        email=clean_email(sent.email, f"{field}.email"),
        message=clean_text(sent.message, f"{field}.message", 1000, required=False, multiline=True),
    )


def _seller(name: str, field: str) -> UUID:
    id_ = id_of("seller_id", name, field=f"{field}.seller")
    if seller_by_id(id_) is None:
        raise NotFound(field=f"{field}.seller", what="seller", id=name)
    return id_


def _place(call: Call, _ids: Mapping[str, Any], sent: OrderSent) -> Event:
    order = wanted(sent, registers=register_version())
    with guessing(order.coupon_codes, asker=call.actor.id, client=sent.client):
        return submit(place_orders, call, order)


@read("/orders/preview", permission="orders.read", tag="Orders", method="POST", previews=True)
def preview_order(*, bearer: Bearer, body: OrderSent = JsonBody(...)) -> OrderPreview:  # type: ignore[assignment] # noqa: B008
    """What an order would come to if it were placed now: lines, discounts, tax, total, and by when it would leave.

    Writes nothing and holds no stock. Refuses what placing it would refuse; `total` is what placing it wants as `accepted_total`.
    """
    asked = wanted(body, registers=register_version())
    with guessing(asked.coupon_codes, asker=bearer.actor.id, client=body.client):
        return preview(asked, at=clock.now(), may_set_prices=may_set_prices(bearer.actor), actor=bearer.actor)


mount(
    Write(
        path="/orders",
        command=place_orders,
        name=OPERATION,
        tag="Orders",
        makes="/orders/{order_id}",
        body=OrderSent,
        give=_place,
    )
)
