"""What the registers say about orders to be, kept between calls for as long as it stays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from threading import Lock
from uuid import UUID

from dingdan.kernel.tenancy import current_tenant_id
from dingdan.masterdata.catalog.queries import shelves_around, variants_by_sku
from dingdan.masterdata.catalog.rules import Sellable
from dingdan.masterdata.channels.lifecycle import CHANNEL_LIFE
from dingdan.masterdata.channels.queries import all_channels, waiting
from dingdan.masterdata.customers.queries import blocked_customers
from dingdan.masterdata.methods.queries import payment_methods
from dingdan.masterdata.methods.rules import MethodTerms
from dingdan.masterdata.pricing.queries import price_book, shipping_table, tax_rates
from dingdan.masterdata.pricing.rules import Offer, ShippingRow, Tax
from dingdan.masterdata.promotions.queries import by_coupon, in_force
from dingdan.masterdata.promotions.rules import Promotion
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
        self.promotions: tuple[Promotion, ...] | None = None
        self.coupons: dict[str, Promotion] = {}
        self.shelves: dict[UUID, frozenset[str]] = {}
        self.blocked: frozenset[UUID] | None = None

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
        promotions = self.all_promotions()
        coupons = self._coupons({coupon for order in orders for coupon in order.coupon_codes})
        if any(one.categories for one in (*promotions, *coupons.values())):
            self._read_shelves()
        return Book(
            channels=self.all_channels(),
            variants=self.variants,
            offers=offers,
            taxes={place: self._taxes(place, on) for place in places},
            shipping={currency: self._shipping(currency) for currency in currencies},
            methods=self.all_methods(),
            promotions=promotions,
            coupons=coupons,
            shelves=self.shelves,
            blocked=self.all_blocked() if any(order.customer_id for order in orders) else frozenset(),
        )

    def all_channels(self) -> dict[UUID, ChannelTerms]:
        if not self.channels:
            self.channels = {terms.id: terms for terms in _channel_terms()}
        return self.channels

    def all_methods(self) -> tuple[MethodTerms, ...]:
        if self.methods is None:
            self.methods = payment_methods()
        return self.methods

    def all_promotions(self) -> tuple[Promotion, ...]:
        if self.promotions is None:
            self.promotions = in_force()
        return self.promotions

    def all_blocked(self) -> frozenset[UUID]:
        if self.blocked is None:
            self.blocked = blocked_customers()
        return self.blocked

    def _coupons(self, wanted: set[str]) -> dict[str, Promotion]:
        missing = wanted - self.coupons.keys()
        if missing:  # what is not there is asked again: whoever guesses shall not fill the memory
            self.coupons.update(by_coupon(missing))
        return self.coupons

    def _read_variants(self, skus: set[str]) -> None:
        missing = skus - self.variants.keys()
        if missing:
            self.variants.update(variants_by_sku(missing))

    def _read_shelves(self) -> None:
        """Where what is known stands: asked for only where a promotion asks for it."""
        missing = {one.product_id for one in list(self.variants.values())} - self.shelves.keys()
        if missing:
            self.shelves.update(shelves_around(missing))

    def _offers(self, group: tuple[UUID, str, str], wanted: set[UUID], on: date) -> dict[UUID, Sequence[Offer]]:
        channel_id, customer_group, currency = group
        known = self.offers[channel_id, customer_group, currency, on]
        missing = wanted - known.keys()
        if missing:
            # At once, when all is read: another thread must not find an article without its price meanwhile.
            found = price_book(channel_id, missing, customer_group=customer_group, on=on, currency=currency)
            known.update({**dict.fromkeys(missing, ()), **found})
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


def promotions(registers: int) -> tuple[Promotion, ...]:
    """The promotions in force that apply by themselves, kept as `book` is."""
    return _registers(registers).all_promotions()


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
