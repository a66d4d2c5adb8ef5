"""Carts: what somebody may order, kept until it is placed, which happens once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from dingdan.kernel.entries import register_version
from dingdan.kernel.intake import submit
from dingdan.kernel.journal import Call, Event
from dingdan.trade.orders.commands import place_orders, save_cart
from dingdan.trade.orders.queries import cart, order_of_cart
from dingdan.trade.orders.rules import CartDraft
from dingdan.web.api.names import id_of
from dingdan.web.api.reads import read
from dingdan.web.api.resources.placing import OrderSent, guessing, wanted
from dingdan.web.api.writes import Write, mount
from dingdan.web.shared.people import PersonSent

TAG = "Carts"


@dataclass(frozen=True, slots=True, kw_only=True)
class CartLineView:
    """So many of an article; without a price the price list's when it is placed."""

    sku: str
    name: str
    quantity: int
    unit_price: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CartView:
    """What somebody may order. Once it was placed it names its order."""

    id: UUID
    state: str
    order_id: UUID | None
    channel: str
    customer_id: UUID | None
    currency: str
    expires_at: datetime
    lines: list[CartLineView]
    coupon_codes: list[str]


@read("/carts/{cart_id}", permission="orders.read", tag=TAG)
def get_cart(cart_id: str) -> CartView:
    """One cart with its lines."""
    row = cart(id_of("cart_id", cart_id))
    order = order_of_cart(row.id)
    return CartView(
        id=row.id,
        state=row.state,
        order_id=row.order_id,
        channel=row.channel.code,
        customer_id=row.customer_id,
        currency=order.currency,
        expires_at=row.expires_at,
        coupon_codes=list(order.coupon_codes),
        lines=[
            CartLineView(sku=line.sku, name=line.name, quantity=line.quantity, unit_price=line.unit_price) for line in order.lines
        ],
    )


class CartSent(OrderSent):
    """A cart as it shall be: what its order will need, as far as it is known."""

    ship_to: PersonSent = Field(default_factory=PersonSent)


class PlaceCartSent(BaseModel):
    """What the customer agreed to."""

    model_config = ConfigDict(extra="forbid")

    accepted_total: int | None = Field(None, description="Another total is refused.")


def _save(call: Call, ids: Mapping[str, Any], sent: CartSent) -> Event:
    return save_cart(call, cart=CartDraft(wanted=wanted(sent, registers=register_version()), id=ids.get("cart_id")))


def _place(call: Call, ids: Mapping[str, Any], sent: PlaceCartSent) -> Event:
    order = replace(order_of_cart(ids["cart_id"]), accepted_total=sent.accepted_total)
    with guessing(order.coupon_codes, asker=call.actor.id):
        return submit(place_orders, call, order)


mount(
    Write(path="/carts", command=save_cart, makes="/carts/{cart_id}", body=CartSent, give=_save, tag=TAG),
    Write(method="PUT", path="/carts/{cart_id}", command=save_cart, name="change_cart", body=CartSent, give=_save, tag=TAG),
    Write(
        path="/carts/{cart_id}/place",
        command=place_orders,
        name="place_cart",
        makes="/orders/{order_id}",
        body=PlaceCartSent,
        give=_place,
        tag=TAG,
    ),
)
