"""What can be asked about orders and carts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from uuid import UUID

from django.db.models import Q, QuerySet
from pydantic import TypeAdapter

from dingdan.kernel.errors import NotFound
from dingdan.trade.orders.lifecycle import CART_LIFE, ORDER_LIFE, OVER, LineKind
from dingdan.trade.orders.models import Cart, Device, FormerContact, Order, OrderLine
from dingdan.trade.orders.rules import PlaceOrder


def lock_orders(order_ids: Iterable[UUID]) -> dict[UUID, Order]:
    """The orders, locked until the transaction ends, in one order for all. Raises `NotFound` for the first that is not there."""
    wanted = list(dict.fromkeys(order_ids))
    found = {order.id: order for order in Order.objects.filter(id__in=wanted).order_by("id").select_for_update(no_key=True)}
    for order_id in wanted:
        if order_id not in found:
            raise NotFound(what="order", id=order_id)
    return found


def lock_to_forget(people: Sequence[UUID]) -> tuple[list[Order], list[Order]]:
    """Orders of one person (who may be several customers), locked, that still say whose they are: what is over, and the rest."""
    rows = Order.objects.filter(customer_id__in=people, ship_to__erased_at=None).order_by("id")
    ids = list(rows.values_list("id", flat=True))
    found = lock_orders(ids).values()
    return [one for one in found if one.state in OVER], [one for one in found if one.state not in OVER]


def bought_by_forgotten(order_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Those of the orders whose customer was forgotten, with the customer who goes on."""
    gone = Q(customer__erased_at__isnull=False) | Q(customer__merged_into__erased_at__isnull=False)
    rows = Order.objects.filter(gone, id__in=list(order_ids)).select_related("customer").only("id", "customer__merged_into")
    return {row.id: row.customer.merged_into_id or row.customer.id for row in rows if row.customer is not None}


def contacts_in(order_ids: Sequence[UUID]) -> set[UUID]:
    """The contacts that orders name: who gets the goods and pays, who did before that was changed, whom gift cards go to."""
    found: set[UUID] = set()
    for pair in Order.objects.filter(id__in=order_ids).values_list("ship_to_id", "bill_to_id"):
        found.update(pair)
    found.update(FormerContact.objects.filter(order_id__in=order_ids).values_list("contact_id", flat=True))
    given = OrderLine.objects.filter(order_id__in=order_ids, gift_to__isnull=False)
    return found | set(given.values_list("gift_to_id", flat=True))


def mailed_to(order_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The address that the mails of orders go to, by order; empty where there is none. One statement."""
    rows = Order.objects.filter(id__in=order_ids).values_list("id", "bill_to__email", "ship_to__email")
    return {id_: billed or shipped for id_, billed, shipped in rows}


def carts_that_name(people: Sequence[UUID]) -> list[UUID]:
    """The carts of customers who are one person in which it can still be read what they wanted, and where."""
    rows = Cart.objects.filter(customer_id__in=people).exclude(wanted={}).order_by("id")
    return list(rows.values_list("id", flat=True))


def lock_order(order_id: UUID) -> Order:
    """One order, locked until the transaction ends. Raises `NotFound`."""
    return lock_orders([order_id])[order_id]


def lines_of(order_ids: Sequence[UUID]) -> dict[UUID, list[OrderLine]]:
    """The lines of orders, in their order."""
    found: dict[UUID, list[OrderLine]] = defaultdict(list)
    for line in OrderLine.objects.filter(order_id__in=order_ids).order_by("order_id", "position"):
        found[line.order_id].append(line)
    return found


def held_lines(order_ids: Sequence[UUID]) -> set[UUID]:
    """Ids of the lines of orders of which nothing may leave."""
    return set(OrderLine.objects.filter(order_id__in=order_ids, held=True).values_list("id", flat=True))


def order(order_id: UUID) -> Order:
    """One order with its channel, customer and contacts. Raises `NotFound`."""
    found = Order.objects.select_related("channel", "customer", "ship_to", "bill_to").filter(id=order_id).first()
    if found is None:
        raise NotFound(what="order", id=order_id)
    return found


def id_of_number(number: str) -> UUID:
    """The order that has this number. Raises `NotFound`."""
    found = Order.objects.filter(number=number).values_list("id", flat=True).first()
    if found is None:
        raise NotFound(what="order", id=number)
    return found


def orders() -> QuerySet[Order]:
    """All orders, newest first."""
    return Order.objects.select_related("channel", "customer", "ship_to").order_by("-placed_at", "-id")


def cart(cart_id: UUID) -> Cart:
    """One cart. Raises `NotFound`."""
    found = Cart.objects.select_related("channel").filter(id=cart_id).first()
    if found is None:
        raise NotFound(what="cart", id=cart_id)
    return found


def lock_carts(cart_ids: Iterable[UUID | None]) -> dict[UUID, Cart]:
    """The carts, locked until the transaction ends, in one order for all; those that are not there are left out."""
    wanted = {cart_id for cart_id in cart_ids if cart_id}
    if not wanted:
        return {}
    return {cart.id: cart for cart in Cart.objects.filter(id__in=wanted).order_by("id").select_for_update(no_key=True)}


def carts_to_expire(now: datetime, *, limit: int = 500) -> list[UUID]:
    """Ids of open carts whose time is over."""
    late = Cart.objects.filter(state=CART_LIFE.initial, expires_at__lte=now).order_by("expires_at")
    return list(late.values_list("id", flat=True)[:limit])


def order_of_cart(cart_id: UUID) -> PlaceOrder:
    """The order that a cart would become. Raises `NotFound`."""
    wanted: PlaceOrder = _placeable().validate_python(cart(cart_id).wanted)
    return replace(wanted, cart_id=cart_id)


@cache
def _placeable() -> TypeAdapter[PlaceOrder]:
    return TypeAdapter(PlaceOrder)


def due_to_expire(now: datetime, *, limit: int = 200) -> list[UUID]:
    """Ids of orders whose time to be paid is over, oldest first."""
    late = Order.objects.filter(expires_at__lte=now, state=ORDER_LIFE.initial).order_by("expires_at")
    return list(late.values_list("id", flat=True)[:limit])


def waiting_for_money(email: str, *, at: datetime) -> int:
    """How many orders that go to an e-mail address hold goods and are canceled if nobody pays."""
    waiting = Order.objects.filter(expires_at__gt=at, state=ORDER_LIFE.initial, ship_to__email=email)
    return waiting.count()


def existing(order_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the ids that are orders here."""
    return set(Order.objects.filter(id__in=list(order_ids)).values_list("id", flat=True))


def with_gift_cards(order_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the orders that have gift cards among their lines."""
    lines = OrderLine.objects.filter(order_id__in=list(order_ids), kind=LineKind.GIFT_CARD)
    return set(lines.values_list("order_id", flat=True))


def is_remembered(order_id: UUID) -> bool:
    """Whether there is an order of that id, and whoever gets its goods was not forgotten."""
    return Order.objects.filter(id=order_id, ship_to__erased_at__isnull=True).exists()


def by_id(order_ids: Iterable[UUID]) -> list[Order]:
    """Those of the orders that are here, unlocked."""
    return list(Order.objects.filter(id__in=list(order_ids)).order_by("id"))


def with_people(order_ids: Iterable[UUID]) -> dict[UUID, Order]:
    """Those of the orders that are here, unlocked, with whom they are for and who pays."""
    wanted = Order.objects.select_related("ship_to", "bill_to").filter(id__in=list(order_ids))
    return {order.id: order for order in wanted}


def by_external_id(channel_id: UUID, external_ids: Iterable[str]) -> dict[str, UUID]:
    """Ids of a channel's orders by the number that the channel gave them."""
    found = Order.objects.filter(channel_id=channel_id, external_id__in=list(external_ids)).values_list("external_id", "id")
    return {str(external_id): order_id for external_id, order_id in found}


def devices_of(order_id: UUID) -> list[Device]:
    """The browsers that are told what becomes of an order, longest first."""
    return list(Device.objects.filter(order_id=order_id).order_by("id"))


def on_devices(order_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the orders of which browsers are told. One statement."""
    return set(Device.objects.filter(order_id__in=list(order_ids)).values_list("order_id", flat=True).distinct())
