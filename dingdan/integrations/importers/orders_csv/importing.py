"""Imports a table of somebody's orders, or tells what importing it would come to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from dingdan.integrations.importers.findings import Finding, Findings, UnreadableFile
from dingdan.integrations.importers.histories import AT_ONCE, Historian, History, PaidPart
from dingdan.integrations.importers.orders_csv.mapping import OUR_NAMES, load_mapping
from dingdan.integrations.importers.orders_csv.reading import OrdersFile, ReadContact, ReadOrder
from dingdan.integrations.importers.progress import Watch
from dingdan.integrations.importers.report import ImportReport, ImportRequest, Sums
from dingdan.integrations.importers.statistics import Statistics
from dingdan.integrations.importers.voice import About, Voice, Wish, some
from dingdan.kernel.canonical import fingerprint
from dingdan.kernel.models import Tenant
from dingdan.kernel.money import exponent
from dingdan.masterdata.catalog.commands import save_products
from dingdan.masterdata.catalog.queries import variants_by_sku
from dingdan.masterdata.catalog.rules import ProductDraft, VariantDraft
from dingdan.masterdata.channels.models import Channel
from dingdan.masterdata.channels.queries import channel_by_code
from dingdan.masterdata.customers.commands import save_customers
from dingdan.masterdata.customers.queries import customers_by_identity
from dingdan.masterdata.customers.rules import ContactDraft, CustomerDraft, Identity
from dingdan.trade.orders.rules import Person, PlaceOrder, WantedLine


@dataclass(slots=True)
class _Sums:
    file: Counter[str] = field(default_factory=Counter)
    imported: Counter[str] = field(default_factory=Counter)
    reported: Counter[str] = field(default_factory=Counter)


def import_table(tenant: Tenant, request: ImportRequest, findings: Findings, watch: Watch) -> ImportReport:
    """Import all orders of a table. Raises UnreadableFile."""
    mapping = load_mapping(request.mapping) if request.mapping else OUR_NAMES
    channel = channel_by_code(request.channel or "web")
    if channel is None:
        raise UnreadableFile(f"There is no channel {request.channel}.", "Name one of the shop's channels.")
    file = OrdersFile(request.file, mapping)
    watch.say(f"reading {request.file.name} …")
    count = sum(1 for _order in file.orders(Findings()))
    file = OrdersFile(request.file, mapping)
    voice = Voice(tenant.id, mapping.source, findings)
    teller = _Teller(voice, channel, request)
    statistics = Statistics()
    with watch.task("orders and what became of them", count) as step:
        for orders in some(file.orders(findings), AT_ONCE):
            teller.tell(orders)
            statistics.grew(sum(len(order.lines) for order in orders))
            step(len(orders))
    sums = teller.sums
    return ImportReport(
        file=str(request.file),
        format=request.format,
        dry_run=request.dry_run,
        lines=file.summary.lines,
        sums={
            currency: Sums(file=amount, imported=sums.imported[currency], reported=sums.reported[currency])
            for currency, amount in sums.file.items()
        },
        documents={name: number for name, number in teller.counts.items() if number},
        findings=dict(findings.counts),
        left_out=findings.lines_left_out,
        remarks=findings.counts.total() - findings.lines_left_out,
        refused=voice.trouble,
        exceptions=str(request.exceptions),
        commands=voice.commands,
    )


class _Teller:
    """Tells orders to the shop: who bought, what they bought, and what became of it."""

    def __init__(self, voice: Voice, channel: Channel, request: ImportRequest) -> None:
        self.voice = voice
        self.channel = channel
        self.request = request
        self.sums = _Sums()
        self.counts: Counter[str] = Counter()
        self._historian = Historian(voice)

    def tell(self, orders: Sequence[ReadOrder]) -> None:
        for order in orders:
            self.sums.file[order.currency] += order.total
        known = self._with_known_articles(orders)
        if self.request.dry_run:
            for order in known:
                self._count(order, order.total)
            return
        customers = self._customers(known)
        told = {one.history.key: one for one in self._historian.tell([self._history(order, customers) for order in known])}
        for order in known:
            self._count(order, told[order.key].total)

    def _count(self, order: ReadOrder, booked: int | None) -> None:
        self.sums.imported[order.currency] += booked or 0
        self.sums.reported[order.currency] += order.total - (booked or 0)
        if booked is None:
            return
        _at, paid, shipped, delivered = order.life
        self.counts.update({"orders": 1, "payments": bool(paid), "shipments": bool(shipped), "deliveries": bool(delivered)})
        if booked != order.total:
            gap = order.total - booked
            self.voice.report(
                About(order.lines[0].line, order.number, gap),
                "amount_differs",
                f"The file makes {order.total}, the books say {booked} (minor units).",
                "Compare the two.",
            )

    # ── articles ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _with_known_articles(self, orders: Sequence[ReadOrder]) -> list[ReadOrder]:
        """The orders whose articles are in the catalog, or are written there now; the others are reported."""
        names = {line.sku: line.name for order in orders for line in order.lines}
        missing = names.keys() - variants_by_sku(names).keys()
        if missing and self.request.create_products:
            if self.request.dry_run:
                return list(orders)
            at = min(order.at for order in orders)
            wishes = [
                Wish(f"{self.voice.source}:product:{sku}", at, _product(sku, names[sku]), About(0, sku))
                for sku in names
                if sku in missing
            ]
            saved = self.voice.tell(save_products, wishes)
            missing = {sku for sku, event in zip([sku for sku in names if sku in missing], saved, strict=True) if event is None}
        kept = []
        for order in orders:
            unknown = [line for line in order.lines if line.sku in missing]
            for line in unknown:
                self._unknown(order, line.line, line.sku)
            if unknown:
                self.sums.reported[order.currency] += order.total
            else:
                kept.append(order)
        return kept

    def _unknown(self, order: ReadOrder, line: int, sku: str) -> None:
        self.voice.findings.add(
            Finding(
                line=line, code="unknown_sku", document=order.number, sentence=f"There is no article {sku[:64]} in the catalog.",
                remedy="Add it, or import again with --create-products.",
            )
        )  # fmt: skip

    # ── people ───────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _customers(self, orders: Iterable[ReadOrder]) -> dict[str, UUID]:
        """Our customers by the file's name for them: its customer number, else the e-mail. Guests have neither."""
        wanted: dict[str, ReadOrder] = {}
        for order in orders:
            if who := _who(order):
                wanted.setdefault(who, order)
        source = self.voice.source
        found = customers_by_identity(source, wanted)
        wishes = [
            Wish(f"{source}:customer:{fingerprint(who)[:32]}", order.at, _customer(source, who, order.contact), _remark(order))
            for who, order in wanted.items()
            if who not in found
        ]
        self.voice.tell(save_customers, wishes)
        return found | customers_by_identity(source, wanted.keys() - found.keys())

    # ── orders ───────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _history(self, order: ReadOrder, customers: dict[str, UUID]) -> History:
        at, paid_at, shipped_at, delivered_at = order.life
        who = _who(order)
        return History(
            key=order.key,
            about=About(order.lines[0].line, order.number, order.total),
            at=at,
            order=PlaceOrder(
                channel_id=self.channel.id,
                currency=order.currency,
                external_id=order.key,
                customer_id=customers.get(who) if who else None,
                lines=tuple(
                    WantedLine(
                        sku=line.sku,
                        name=line.name[:300],
                        quantity=line.quantity,
                        unit_price=line.unit_price.scaleb(exponent(order.currency)),
                    )
                    for line in order.lines
                ),
                ship_to=_person(order.contact),
                shipping_price=order.shipping or None,
                discount=order.discount,
                payment_method=order.payment_method[:40],
                customer_note=order.note,
                language=self.channel.language,
                untaxed=True,
            ),
            total=order.total,
            payments=(PaidPart(paid_at, order.total, ""),) if paid_at and order.total else (),
            shipped_at=shipped_at,
            delivered_at=delivered_at,
            brings_goods=shipped_at is not None,
            carrier=order.carrier[:60],
            tracking_number=order.tracking_number[:80],
        )


def _who(order: ReadOrder) -> str:
    return order.customer or order.contact.email.casefold()


def _remark(order: ReadOrder) -> About:
    return About(order.lines[0].line, order.number)


def _person(contact: ReadContact) -> Person:
    address = {
        "country_code": contact.country, "country_area": contact.region, "city": contact.city,
        "postal_code": contact.postal_code, "street_address": contact.street,
    }  # fmt: skip
    return Person(
        name=contact.contact_name[:200],
        company=contact.company[:200],
        email=contact.email[:254],
        phone=contact.phone[:40],
        country=contact.country,
        address={part: text for part, text in address.items() if text},
    )


def _customer(source: str, who: str, contact: ReadContact) -> CustomerDraft:
    draft = ContactDraft(
        name=contact.contact_name, company=contact.company, email=contact.email,
        # Numbers that say their country can be checked; the others stay with the order as they were written.
        phone=contact.phone if contact.phone.startswith("+") else "",
    )  # fmt: skip
    return CustomerDraft(
        kind="company" if contact.company else "person", contact=draft, identities=(Identity(source=source, external_id=who),)
    )


def _product(sku: str, name: str) -> ProductDraft:
    plain = "".join(letter if letter.isalnum() and letter.isascii() else "-" for letter in sku.lower())
    slug = "-".join([part for part in plain.split("-") if part] + [fingerprint(sku)[:6]])[:100]
    return ProductDraft(slug=slug, name=name or sku, variants=(VariantDraft(sku=sku, name=name or sku),))
