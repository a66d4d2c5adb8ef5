"""What can be asked about orders, and what the registers say about orders to be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from threading import Lock
from uuid import UUID

from django.db.models import Q, QuerySet
from pydantic import TypeAdapter

from dingdan.kernel.errors import NotFound
from dingdan.kernel.laws import Proof, breaches
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.masterdata.catalog.queries import variants_by_sku
from dingdan.masterdata.catalog.rules import Sellable
from dingdan.masterdata.channels.lifecycle import CHANNEL_LIFE
from dingdan.masterdata.channels.queries import all_channels, waiting
from dingdan.masterdata.methods.queries import payment_methods
from dingdan.masterdata.methods.rules import MethodTerms
from dingdan.masterdata.pricing.queries import price_book, shipping_table, tax_rates
from dingdan.masterdata.pricing.rules import Offer, ShippingRow, Tax
from dingdan.trade.orders.lifecycle import CART_LIFE, ORDER_LIFE, OVER, LineKind
from dingdan.trade.orders.models import Cart, FormerContact, Order, OrderLine
from dingdan.trade.orders.rules import Book, ChannelTerms, PlaceOrder


class _Registers:
    """What was read of a tenant's registers at one version of them. Everything is read when first asked for, in sets."""

    def __init__(self, version: int) -> None:
        self.version = version
        self.channels: dict[UUID, ChannelTerms] = {}
        self.variants: dict[str, Sellable] = {}
        self.offers: dict[tuple[UUID, str, str, date], dict[UUID, Sequence[Offer]]] = defaultdict(dict)
        self.taxes: dict[tuple[str, str, date], dict[str, Tax]] = {}
        self.shipping: dict[str, tuple[ShippingRow, ...]] = {}
        self.methods: tuple[MethodTerms, ...] | None = None

    def book(self, orders: Sequence[PlaceOrder], on: date) -> Book:
        self._read_variants({line.sku for order in orders for line in order.lines if line.sku})
        offers: dict[tuple[UUID, str, UUID], Sequence[Offer]] = {}
        for group in {(order.channel_id, order.customer_group, order.currency) for order in orders}:
            wanted = {
                self.variants[line.sku].id
                for order in orders
                if (order.channel_id, order.customer_group, order.currency) == group
                for line in order.lines
                if line.sku in self.variants and (line.unit_price is None or self.variants[line.sku].open_amount)
            }
            known = self._offers(group, wanted, on)
            offers |= {(group[0], group[1], variant_id): known[variant_id] for variant_id in wanted}
        places = {(order.ship_to.country, order.ship_to.address.get("country_area", "")) for order in orders if not order.untaxed}
        currencies = {order.currency for order in orders if order.shipping_method and order.shipping_price is None}
        return Book(
            channels=self.all_channels(),
            variants=self.variants,
            offers=offers,
            taxes={place: self._taxes(place, on) for place in places},
            shipping={currency: self._shipping(currency) for currency in currencies},
            methods=self.all_methods(),
        )

    def all_channels(self) -> dict[UUID, ChannelTerms]:
        if not self.channels:
            self.channels = {terms.id: terms for terms in _channel_terms()}
        return self.channels

    def all_methods(self) -> tuple[MethodTerms, ...]:
        if self.methods is None:
            self.methods = payment_methods()
        return self.methods

    def _read_variants(self, skus: set[str]) -> None:
        missing = skus - self.variants.keys()
        if missing:
            self.variants.update(variants_by_sku(missing))

    def _offers(self, group: tuple[UUID, str, str], wanted: set[UUID], on: date) -> dict[UUID, Sequence[Offer]]:
        channel_id, customer_group, currency = group
        known = self.offers[channel_id, customer_group, currency, on]
        missing = wanted - known.keys()
        if missing:
            known.update(dict.fromkeys(missing, ()))
            known.update(price_book(channel_id, missing, customer_group=customer_group, on=on, currency=currency))
        return known

    def _taxes(self, place: tuple[str, str], on: date) -> dict[str, Tax]:
        key = (*place, on)
        if key not in self.taxes:
            self.taxes[key] = tax_rates(place[0], place[1], on)
        return self.taxes[key]

    def _shipping(self, currency: str) -> tuple[ShippingRow, ...]:
        if currency not in self.shipping:
            self.shipping[currency] = shipping_table(currency)
        return self.shipping[currency]


_kept: dict[UUID, _Registers] = {}
_kept_lock = Lock()
MOST_TENANTS_KEPT = 256


def book(orders: Sequence[PlaceOrder], on: date, *, registers: int) -> Book:
    """What the registers say about these orders on a day, by that version of them; kept between calls for as long as it stays."""
    return _registers(registers).book(orders, on)


def channels(registers: int) -> list[ChannelTerms]:
    """The channels that orders come in through, kept as `book` is."""
    return list(_registers(registers).all_channels().values())


def methods(registers: int) -> tuple[MethodTerms, ...]:
    """The payment methods in use, in the shop's order, kept as `book` is."""
    return _registers(registers).all_methods()


def _registers(version: int) -> _Registers:
    tenant_id = current_tenant_id()
    registers = _kept.get(tenant_id)
    if registers is None or registers.version != version:
        registers = _Registers(version)
        with _kept_lock:
            if len(_kept) >= MOST_TENANTS_KEPT:
                _kept.pop(next(iter(_kept)))
            _kept[tenant_id] = registers
    return registers


def _channel_terms() -> Iterable[ChannelTerms]:
    gate = waiting()
    for channel in all_channels():
        yield ChannelTerms(
            id=channel.id,
            code=channel.code,
            currency=channel.currency,
            prices_include_tax=channel.prices_include_tax,
            handling_hours=channel.handling_hours,
            ship_by_hour=channel.ship_by_hour,
            self_service_hours=channel.self_service_hours,
            time_zone=channel.time_zone,
            language=channel.language,
            open=channel.state == CHANNEL_LIFE.initial,
            waits=gate.stops(channel.id),
            money_waits=gate.stops_money(channel.id),
        )


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


def law_an_order_is_the_sum_of_its_lines() -> Iterator[str]:
    """What a customer pays for an order is what its lines cost, as far as they are not canceled."""
    return breaches(
        """
        SELECT id, max(number), sum(total), sum(part) FROM (
            SELECT placed.id, placed.number, placed.total, 0 AS part
            FROM orders_order AS placed WHERE placed.tenant_id = %(tenant)s
            UNION ALL SELECT line.order_id, NULL, 0,
                div(2 * line.total::numeric * (line.quantity - line.canceled) + line.quantity, 2 * line.quantity::numeric)
            FROM orders_orderline AS line WHERE line.tenant_id = %(tenant)s
        ) AS both_sides GROUP BY id HAVING sum(total) <> sum(part)
        """,
        "order {1}: total {2}, its lines add up to {3}",
        about=("document",),
    )


def law_every_order_awaits_its_money() -> Iterator[str]:
    """Every order has a receivable in its currency, never for more than its total."""
    return breaches(
        """
        SELECT placed.id, placed.number, placed.total, placed.currency, owed.amount, owed.currency FROM orders_order AS placed
        LEFT JOIN payments_receivable AS owed
          ON owed.tenant_id = placed.tenant_id AND owed.document_id = placed.id AND owed.document_kind = 'order'
        WHERE placed.tenant_id = %(tenant)s
          AND (owed.id IS NULL OR owed.currency <> placed.currency OR owed.amount > placed.total)
        """,
        "order {1}: total {2} {3}, its receivable says {4} {5}",
        about=("document",),
    )


def law_every_goods_line_is_owed() -> Iterator[str]:
    """A goods line owes its pieces in inventory, ordered and canceled; one of which nothing is left may have handed them on."""
    return breaches(
        """
        SELECT owed.order_id, placed.number, owed.position, owed.quantity, owed.canceled, owed.demanded, owed.given_up FROM (
            SELECT line.order_id, line.id, min(line.position) AS position, min(line.quantity) AS quantity,
                min(line.canceled) AS canceled, min(demand.quantity) AS demanded, min(demand.canceled) AS given_up
            FROM orders_orderline AS line LEFT JOIN inventory_demand AS demand
              ON demand.tenant_id = %(tenant)s AND demand.document_id = line.order_id AND demand.line_id = line.id
            WHERE line.tenant_id = %(tenant)s AND line.kind = 'goods'
            GROUP BY line.order_id, line.id
            HAVING (count(demand.id) = 0 AND min(line.canceled) < min(line.quantity))
                OR bool_or(demand.quantity <> line.quantity * demand.per_line_unit)
                OR bool_or(demand.canceled <> line.canceled * demand.per_line_unit)
        ) AS owed JOIN orders_order AS placed ON placed.tenant_id = %(tenant)s AND placed.id = owed.order_id
        """,
        "order {1} line {2}: ordered {3}, canceled {4}; inventory owes {5}, canceled {6}",
        about=("document",),
    )


def law_a_canceled_order_holds_nothing() -> Iterator[str]:
    """Nothing is reserved for an order that is canceled."""
    return breaches(
        """
        SELECT placed.id, placed.number, sum(demand.pegged) FROM orders_order AS placed
        JOIN inventory_demand AS demand ON demand.tenant_id = placed.tenant_id AND demand.document_id = placed.id
        WHERE placed.tenant_id = %(tenant)s AND placed.state = 'canceled'
        GROUP BY placed.id, placed.number HAVING sum(demand.pegged) > 0
        """,
        "order {1} is canceled and still holds {2} pieces",
        about=("document",),
    )


LAWS = (
    law_an_order_is_the_sum_of_its_lines,
    law_every_order_awaits_its_money,
    law_every_goods_line_is_owed,
    law_a_canceled_order_holds_nothing,
)

PROOF = Proof(
    touched={
        "order_line": """
        SELECT id FROM orders_orderline WHERE tenant_id = %(tenant)s AND order_id = ANY(%(document)s::uuid[])
        """
    }
)
