"""The form by which people change an order: what stands in it, and what they ask for by it. Amounts as people write them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.automation.words import method_name
from dingdan.kernel.contact import PostalAddress, clean_address, clean_email, clean_phone
from dingdan.kernel.entries import register_version
from dingdan.kernel.errors import Invalid, Refusal
from dingdan.kernel.money import exponent, parse, plain
from dingdan.kernel.quantity import UNITS, Unit, parse_quantity, plain_quantity
from dingdan.kernel.text import clean_text
from dingdan.ledgers.inventory.models import Node
from dingdan.ledgers.payments.queries import known_methods
from dingdan.masterdata.catalog.models import Variant
from dingdan.masterdata.pricing.queries import shipping_table
from dingdan.trade.aftersales.lifecycle import CancelReason
from dingdan.trade.aftersales.queries import Standing, person_of
from dingdan.trade.aftersales.rules import Line
from dingdan.trade.changes.rules import (
    AddLine,
    AddNote,
    AddSurcharge,
    Cancel,
    GiveDiscount,
    HoldLine,
    HoldOrder,
    RemoveLine,
    ReplaceLine,
    Reprice,
    ResumeLine,
    ResumeOrder,
    SetAddress,
    SetContact,
    SetPayment,
    SetPrice,
    SetQuantity,
    SetShipping,
    SourceFrom,
    Wish,
)
from dingdan.trade.orders.models import Contact, Order, OrderLine
from dingdan.trade.orders.queries import methods
from dingdan.trade.orders.rules import Person
from dingdan.web.backoffice.naming import named
from dingdan.web.backoffice.words import word

NEW_LINES: Final = ("1", "2", "3")
ADDRESS: Final = ("street_address", "city", "postal_code", "country_area", "country_code")


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line as it stands in the form."""

    id: UUID
    name: str
    sku: str
    kept: str
    open: int
    price: str
    held: bool
    is_article: bool
    unit: Unit


@dataclass(slots=True)
class Form:
    """What stands in the form, and what was written into it."""

    order: Order
    lines: list[LineRow]
    methods: dict[str, str]
    nodes: dict[str, str]
    values: Mapping[str, str]
    is_sent: bool = False
    wishes: list[Wish] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    """What cannot be read."""

    @property
    def reasons(self) -> dict[str, str]:
        """Why an order is canceled, in words."""
        return {str(reason): word(reason) for reason in CancelReason if reason != CancelReason.EXPIRED}

    @property
    def ways_to_pay(self) -> dict[str, str]:
        """By what the order could be paid, where the shop wrote that down, else everything."""
        return ways_to_pay(self.order.language)

    @property
    def adds_articles(self) -> bool:
        """Whether a row for a new article is filled in."""
        return any(sku for _row, sku, _more, _at in self.new_lines)

    @property
    def new_lines(self) -> list[tuple[str, str, str, str]]:
        """The rows for articles to be added: number, and what is written into it."""
        return [(row, self.values.get(f"sku-{row}", ""), self.values.get(f"more-{row}", ""), self.values.get(f"at-{row}", ""))
                for row in NEW_LINES]  # fmt: skip


def ways_to_pay(language: str) -> dict[str, str]:
    """Every payment method of the shop by its code; where it wrote none down, everything that there is."""
    own = {one.code: one.named(language) for one in methods(register_version())}
    return own or {code: method_name(code) for code in known_methods()}


def form_of(standing: Standing, order: Order, sent: Mapping[str, str] | None = None) -> Form:
    """The form about an order, and what is asked for by what was sent."""
    kept = [line for line in standing.lines if line.kept]
    units = dict(Variant.objects.filter(id__in=[line.variant_id for line in kept if line.variant_id]).values_list("id", "unit"))
    lines = [
        _row(standing.rows[line.id], line, order, unit=UNITS[units[line.variant_id] if line.variant_id else "piece"])
        for line in kept
    ]
    methods = {row.offer.code: row.offer.name for row in shipping_table(order.currency)}
    nodes = {str(node.id): named(node) for node in Node.objects.filter(active=True).order_by("priority", "code")}
    form = Form(order, lines, methods, nodes, {**_address(order.ship_to), **(sent or {})}, is_sent=sent is not None)
    if sent is not None:
        _read(form, sent)
    return form


def _row(row: OrderLine, line: Line, order: Order, *, unit: Unit) -> LineRow:
    price = row.unit_price.scaleb(-exponent(order.currency)).normalize()
    return LineRow(
        row.id, row.name, row.sku, plain_quantity(line.kept, unit), max(0, line.open), _plain(price, order.currency), row.held,
        row.variant_id is not None, unit,
    )  # fmt: skip


def _plain(price: Decimal, currency: str) -> str:
    digits = exponent(currency)
    return format(price, "f") if -price.as_tuple().exponent > digits else format(price, f".{digits}f")  # type: ignore[operator]


def _address(contact: Contact) -> dict[str, str]:
    person = person_of(contact)
    parts = {name: str(person.address.get(name, "")) for name in ADDRESS[:-1]}
    return {"name": person.name, "company": person.company, "email": person.email, "phone": person.phone,
            "country_code": person.country, **parts}  # fmt: skip


# ── what is asked for ────────────────────────────────────────────────────────────────────────────────────────────────────


def _read(form: Form, sent: Mapping[str, str]) -> None:
    for part in (_lines, _added, _money, _people, _rest):
        wishes = part(form, sent)
        while True:
            try:
                form.wishes.append(next(wishes))
            except StopIteration:
                break
            except (Refusal, InvalidOperation) as refusal:
                form.wrong.append(str(refusal) if isinstance(refusal, Refusal) else str(_("An amount cannot be read.")))
                break


def _lines(form: Form, sent: Mapping[str, str]) -> Iterator[Wish]:
    currency = form.order.currency
    for line in form.lines:
        replaced = sent.get(f"instead-{line.id}", "").strip()
        quantity, price = sent.get(f"quantity-{line.id}", line.kept).strip(), sent.get(f"price-{line.id}", line.price).strip()
        if quantity == "0":
            yield RemoveLine(line_id=line.id)
            continue
        if quantity != line.kept:
            yield SetQuantity(line_id=line.id, quantity=parse_quantity(quantity, line.unit, field=line.name))
        if replaced:
            yield ReplaceLine(line_id=line.id, sku=replaced)
            continue
        if price != line.price:
            yield SetPrice(line_id=line.id, unit_price=unit_price_of(price, currency))
        if off := sent.get(f"off-{line.id}", "").strip():
            yield discount_of(off, currency, line.id)
        if f"seen-{line.id}" in sent and (held := f"held-{line.id}" in sent) != line.held:
            yield HoldLine(line_id=line.id) if held else ResumeLine(line_id=line.id)


def _added(form: Form, sent: Mapping[str, str]) -> Iterator[Wish]:
    for row in NEW_LINES:
        if sku := sent.get(f"sku-{row}", "").strip():
            price = sent.get(f"at-{row}", "").strip()
            yield AddLine(
                sku=sku, quantity=parse_quantity(sent.get(f"more-{row}", "").strip() or "1", field=sku),
                unit_price=unit_price_of(price, form.order.currency) if price else None,
            )  # fmt: skip


def _money(form: Form, sent: Mapping[str, str]) -> Iterator[Wish]:
    currency = form.order.currency
    if "reprice" in sent:
        yield Reprice()
    if off := sent.get("off", "").strip():
        yield discount_of(off, currency, None)
    name, amount = sent.get("fee-name", "").strip(), sent.get("fee-amount", "").strip()
    if name or amount:
        yield AddSurcharge(name=name, amount=parse(amount, currency, field="fee").amount)


def discount_of(text: str, currency: str, line_id: UUID | None) -> GiveDiscount:
    """An amount, or with a percent sign a part of the price."""
    if text.endswith("%"):
        return GiveDiscount(percent=Decimal(text[:-1].strip()), line_id=line_id)
    return GiveDiscount(amount=parse(text, currency, field="off").amount, line_id=line_id)


def _people(form: Form, sent: Mapping[str, str]) -> Iterator[Wish]:
    before = _address(form.order.ship_to)
    changed = {name for name, value in before.items() if sent.get(name, value).strip() != value}
    if changed & {"name", "company", *ADDRESS}:
        yield SetAddress(ship_to=_person(before, sent))
    elif changed:
        email, phone = sent.get("email", "").strip(), sent.get("phone", "").strip()
        yield SetContact(
            email=clean_email(email, "email") if email else "",
            phone=clean_phone(phone, "phone", country=before["country_code"]) if phone else "",
        )
    method = sent.get("method", "")
    if method and (method != form.order.shipping_method or sent.get("freight", "").strip()):
        price = sent.get("freight", "").strip()
        yield SetShipping(method=method, price=parse(price, form.order.currency, field="freight").amount if price else None)
    if (paid_by := sent.get("paid_by", "")) and paid_by != form.order.payment_method:
        yield SetPayment(method=paid_by)


def _person(before: Mapping[str, str], sent: Mapping[str, str]) -> Person:
    said = {name: sent.get(name, value).strip() for name, value in before.items()}
    address = clean_address(PostalAddress(**{name: said[name] for name in ADDRESS}), prefix="")
    email, phone = said["email"], said["phone"]
    parts = {name: value for name in (*ADDRESS, "city_area", "sorting_code") if (value := getattr(address, name))}
    return Person(
        name=clean_text(said["name"], "name", 200, required=False),
        company=clean_text(said["company"], "company", 200, required=False),
        email=clean_email(email, "email") if email else "", country=address.country_code, address=parts,
        phone=clean_phone(phone, "phone", country=address.country_code) if phone else "",
    )  # fmt: skip


def _rest(form: Form, sent: Mapping[str, str]) -> Iterator[Wish]:
    if (node := sent.get("node", "")) in form.nodes:
        yield SourceFrom(node_id=UUID(node))
    if text := sent.get("note", "").strip():
        yield AddNote(text=text, to_customer="to_customer" in sent)
    if "cancel" in sent:
        yield Cancel(reason=sent.get("reason", CancelReason.CUSTOMER))
    if "resume" in sent:
        yield ResumeOrder()
    if reason := sent.get("hold", "").strip():
        yield HoldOrder(reason=reason)


def unit_price_of(text: str, currency: str) -> Decimal:
    """A unit price in minor units, which may have more digits than the currency."""
    try:
        return Decimal(text).scaleb(exponent(currency))
    except InvalidOperation:
        example = plain(125, currency)
        raise Invalid(
            field="price", reason=str(_("Write a price with digits and a point, such as {example}.")).format(example=example)
        ) from None
