"""Imports the tables of Olist, or tells what importing them would come to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final, TypeVar
from uuid import UUID

from dingdan.integrations.importers.findings import Findings, UnreadableFile
from dingdan.integrations.importers.histories import AT_ONCE, Booked, Historian, History, PaidPart
from dingdan.integrations.importers.olist.reading import CURRENCY, SOURCE, ZONE, Olist, OlistOrder, OlistProduct, OlistSeller
from dingdan.integrations.importers.progress import Step, Watch
from dingdan.integrations.importers.report import ImportReport, ImportRequest, Sums
from dingdan.integrations.importers.statistics import Statistics
from dingdan.integrations.importers.voice import About, Voice, Wish, some
from dingdan.kernel.command import BatchCommand
from dingdan.kernel.journal import Event
from dingdan.kernel.models import Tenant
from dingdan.masterdata.catalog.commands import save_products
from dingdan.masterdata.catalog.rules import ProductDraft, VariantDraft
from dingdan.masterdata.channels.commands import save_channel
from dingdan.masterdata.channels.models import Channel
from dingdan.masterdata.channels.queries import channel_by_code
from dingdan.masterdata.channels.rules import ChannelDraft
from dingdan.masterdata.customers.commands import save_customers
from dingdan.masterdata.customers.queries import customers_by_identity
from dingdan.masterdata.customers.rules import ContactDraft, CustomerDraft, Identity
from dingdan.masterdata.sellers.commands import save_seller
from dingdan.masterdata.sellers.rules import SellerDraft
from dingdan.trade.aftersales.lifecycle import CancelReason
from dingdan.trade.orders.rules import Person, PlaceOrder, WantedLine

I = TypeVar("I")  # noqa: E741
E = TypeVar("E", bound=Event)
MILLIMETERS: Final = 10
_CANCELED: Final = {"canceled": CancelReason.CUSTOMER, "unavailable": CancelReason.STOCK}


def import_olist(tenant: Tenant, request: ImportRequest, findings: Findings, watch: Watch) -> ImportReport:
    """Import the folder that holds the tables. Raises UnreadableFile."""
    if not request.file.is_dir():
        raise UnreadableFile(f"{request.file.name} is no folder.", "Give the folder that holds all tables of Olist.")
    book, remarks = Olist(request.file), Findings()
    watch.say(f"reading {request.file.name} …")
    orders = list(book.orders(findings))
    told: list[Booked] = []
    voice = Voice(tenant.id, SOURCE, findings)
    if orders and not request.dry_run:
        teller = _Teller(voice, request.channel or SOURCE, orders[0].at)
        with watch.task("sellers, products, customers", teller.survey(book, orders, remarks)) as step:
            teller.prepare(orders, step)
        statistics = Statistics()
        statistics.count()
        with watch.task("orders and what became of them", len(orders)) as step:
            for part in some(orders, AT_ONCE):
                told += teller.tell(part)
                statistics.grew(sum(len(order.items) for order in part))
                step(len(part))
    return _report(request, book, findings, (voice, told))


class _Teller:
    """Tells the marketplace to the shop: who sells, what, to whom, and what became of each order."""

    def __init__(self, voice: Voice, channel: str, at: datetime) -> None:
        self.voice = voice
        self.channel = self._channel(channel, at)
        self._historian = Historian(voice)
        self._sellers: dict[str, OlistSeller] = {}
        self._products: dict[str, OlistProduct] = {}
        self._seller_ids: dict[str, UUID] = {}
        self._customers: dict[str, UUID] = {}

    def _channel(self, code: str, at: datetime) -> Channel:
        """The channel, opened for this where there is none of that code."""
        channel = channel_by_code(code)
        if channel is None:
            draft = ChannelDraft(code=code, name="Olist", currency=CURRENCY, kind="marketplace", time_zone=str(ZONE))
            wish = Wish(f"{SOURCE}:channel:{code}", at, None, About(0, code))
            self.voice.tell_one(wish, save_channel, channel=draft)
            channel = channel_by_code(code)
        if channel is None or channel.currency != CURRENCY:
            raise UnreadableFile(f"The channel {code} does not sell in {CURRENCY}.", "Name another one, or a new code.")
        return channel

    def survey(self, book: Olist, orders: Sequence[OlistOrder], findings: Findings) -> int:
        """Note the sellers and products that the orders name; returns how many rows `prepare` will write."""
        sellers = {item.seller for order in orders for item in order.items}
        products = {item.product for order in orders for item in order.items}
        self._sellers = {one.code: one for one in book.sellers(findings) if one.code in sellers}
        self._products = {one.sku: one for one in book.products(findings) if one.sku in products}
        for code in sellers - self._sellers.keys():
            self._sellers[code] = OlistSeller(code=code, city="", region="", postal_code="")
        for sku in products - self._products.keys():
            self._products[sku] = OlistProduct(sku=sku, category="", weight=None, length=None, width=None, height=None)
        return len(self._sellers) + len(self._products) + len({order.customer for order in orders})

    def prepare(self, orders: Sequence[OlistOrder], step: Step) -> None:
        """Write sellers, products and customers."""
        at = orders[0].at
        for seller in self._sellers.values():
            wish = Wish(f"{SOURCE}:seller:{seller.code}", at, None, About(0, seller.code))
            saved = self.voice.tell_one(wish, save_seller, seller=_seller(seller))
            if saved:
                self._seller_ids[seller.code] = saved.seller_id
            step(1)
        for products in some(self._products.values()):
            self._save(save_products, [(f"{SOURCE}:product:{one.sku}", at, _product(one), one.sku) for one in products])
            step(len(products))
        for people in some({order.customer: order for order in orders}.values()):
            self._save(save_customers, [(f"{SOURCE}:customer:{o.customer}", o.at, _customer(o), o.customer) for o in people])
            self._customers |= customers_by_identity(SOURCE, [order.customer for order in people])
            step(len(people))

    def _save(self, command: BatchCommand[I, E], drafts: Iterable[tuple[str, datetime, I, str]]) -> None:
        fresh = [draft for draft in drafts if not self.voice.knows(draft[0])]
        self.voice.tell(command, [Wish(key, at, draft, About(0, name)) for key, at, draft, name in fresh])

    def tell(self, orders: Sequence[OlistOrder]) -> list[Booked]:
        """Tell up to fifty orders."""
        booked = self._historian.tell([self._history(order) for order in orders])
        for one in booked:
            gap = one.history.paid - one.paid
            if one.total is not None and gap:
                about = About(one.history.about.line, one.history.about.document, gap)
                self.voice.report(about, "payment_left_out", "Not all of its payments could be recorded.", "See above.")
        return booked

    def _history(self, order: OlistOrder) -> History:
        at, approved_at, shipped_at, delivered_at = order.life
        paid_at = approved_at or at
        reason = _CANCELED.get(order.status) if shipped_at is None else None
        return History(
            key=order.key,
            about=About(order.line, order.number, order.paid),
            at=at,
            order=PlaceOrder(
                channel_id=self.channel.id,
                currency=CURRENCY,
                external_id=order.number,
                customer_id=self._customers.get(order.customer),
                lines=tuple(
                    WantedLine(
                        sku=item.product,
                        unit_price=Decimal(item.price),
                        name=self._name(item.product),
                        seller_id=self._seller_ids.get(item.seller),
                    )
                    for item in order.items
                ),
                ship_to=_person(order),
                shipping_price=sum(item.freight for item in order.items) or None,
                payment_method=order.payments[0].kind if order.payments else "",
                language=self.channel.language,
                untaxed=True,
            ),
            total=order.due,
            payments=tuple(
                PaidPart(paid_at, payment.amount, f"{payment.kind}/{payment.position}/{order.number}")
                for payment in order.payments
                if payment.amount
            ),
            shipped_at=shipped_at,
            delivered_at=delivered_at if shipped_at else None,
            canceled_as=str(reason or ""),
        )

    def _name(self, sku: str) -> str:
        return _name_of(self._products[sku])


def _name_of(product: OlistProduct) -> str:
    """Products have no names; their category is the best there is."""
    return product.category.replace("_", " ") or product.sku


def _seller(one: OlistSeller) -> SellerDraft:
    return SellerDraft(code=one.code, name=f"Seller {one.code[:8]}", currency=CURRENCY, country="BR")


def _product(one: OlistProduct) -> ProductDraft:
    length, width, height = (None if size is None else size * MILLIMETERS for size in (one.length, one.width, one.height))
    variant = VariantDraft(
        sku=one.sku, name=_name_of(one), weight_grams=one.weight, length_mm=length, width_mm=width, height_mm=height
    )  # fmt: skip
    return ProductDraft(slug=f"olist-{one.sku.lower()}", name=_name_of(one), variants=(variant,))


def _customer(order: OlistOrder) -> CustomerDraft:
    return CustomerDraft(
        contact=ContactDraft(name=f"Customer {order.customer[:8]}"),
        identities=(Identity(source=SOURCE, external_id=order.customer),),
    )


def _person(order: OlistOrder) -> Person:
    address = {"country_code": "BR", "country_area": order.region, "city": order.city, "postal_code": order.postal_code}
    return Person(name=f"Customer {order.customer[:8]}", country="BR", address=address)


def _report(request: ImportRequest, book: Olist, findings: Findings, told: tuple[Voice, Sequence[Booked]]) -> ImportReport:
    voice, booked = told
    summary = book.summary
    left_out = findings.amount_left_out
    imported = summary.paid if request.dry_run else sum(one.paid for one in booked if one.total is not None)
    counts: Counter[str] = Counter()
    for one in booked:
        if one.total is not None:
            history = one.history
            counts.update(
                orders=1, lines=len(history.order.lines), payments=len(history.payments), shipments=bool(history.shipped_at),
                deliveries=bool(history.delivered_at), cancellations=bool(history.canceled_as),
            )  # fmt: skip
    if request.dry_run:
        counts.update(orders=summary.orders, lines=summary.items, payments=summary.payments)
    return ImportReport(
        file=str(request.file),
        format=request.format,
        dry_run=request.dry_run,
        lines=summary.items,
        sums={CURRENCY: Sums(file=summary.payments_of_the_file, imported=imported, reported=left_out)},
        documents={name: number for name, number in counts.items() if number},
        findings=dict(findings.counts),
        left_out=findings.lines_left_out,
        remarks=findings.counts.total() - findings.lines_left_out,
        refused=voice.trouble,
        exceptions=str(request.exceptions),
        commands=voice.commands,
        facts={"orders": summary.orders, "adding_up": summary.adding_up, "goods_and_freight": summary.due},
        notes=(f"in {summary.adding_up:,} of {summary.orders:,} orders the payments are goods and freight",),
    )
