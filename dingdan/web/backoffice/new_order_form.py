"""The form by which somebody takes an order on the phone: what stands in it, and the order that it asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Final

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from dingdan.kernel.contact import PostalAddress, clean_address, clean_email, clean_phone
from dingdan.kernel.entries import register_version
from dingdan.kernel.errors import Invalid, Refusal
from dingdan.kernel.quantity import UNITS, parse_quantity
from dingdan.kernel.text import clean_text
from dingdan.masterdata.catalog.queries import variants_by_barcode, variants_by_sku
from dingdan.masterdata.catalog.rules import Sellable
from dingdan.masterdata.customers.models import Customer
from dingdan.masterdata.customers.queries import customers_by_id
from dingdan.masterdata.pricing.queries import shipping_table
from dingdan.trade.orders.queries import channels
from dingdan.trade.orders.rules import ChannelTerms, Person, PlaceOrder, WantedLine, may_set_prices
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.change_form import unit_price_of, ways_to_pay
from dingdan.web.backoffice.typed import known_id

MOST_ROWS: Final = 200
PLACE: Final = ("street_address", "city_area", "city", "postal_code", "country_area")
PERSON: Final = ("name", "company", "phone", "email", *PLACE, "country_code")
MOST_NOTE: Final = 2000
MOST_PRICE: Final = 10**13


@dataclass(slots=True)
class Row:
    """An article as it was typed."""

    sku: str
    quantity: str = "1"
    price: str = ""
    reason: str = ""
    name: str = ""


@dataclass(slots=True)
class NewOrder:
    """What stands in the form. `wrong` says what is refused, by field: `lines.0.price`, `phone`, `method` …"""

    channels: Sequence[ChannelTerms]
    channel: ChannelTerms | None
    customer: Customer | None
    rows: list[Row]
    said: Mapping[str, str]
    key: str
    sets_prices: bool
    wrong: dict[str, str] = field(default_factory=dict)

    @property
    def shipping(self) -> list[tuple[str, str]]:
        """How goods can be sent in the channel's currency."""
        rows = shipping_table(self.channel.currency) if self.channel else ()
        return list({row.offer.code: row.offer.name for row in rows}.items())

    @property
    def paying(self) -> list[tuple[str, str]]:
        """How it can be paid."""
        return list(ways_to_pay(self.language).items())

    @property
    def language(self) -> str:
        """In which language the customer is written to."""
        return self.customer.language if self.customer else self.channel.language if self.channel else "en"

    @property
    def note(self) -> str:
        """What those who work here are told: the note, and why which article costs something else."""
        reasons = [f"{row.sku} · {row.price}: {row.reason}" for row in self.rows if row.price and row.reason]
        return "\n".join(filter(None, (self.said.get("staff_note", "").strip(), *reasons)))[:4000]

    @contextmanager
    def minding(self) -> Iterator[None]:
        """Remember what is refused, and go on."""
        try:
            yield
        except Refusal as refusal:
            self.mind(refusal)

    def mind(self, refusal: Refusal) -> None:
        """Remember by its field what is refused, the first thing of each."""
        self.wrong.setdefault(place_of(refusal.field), str(refusal))


_PLACES: Final = {
    "unit_price": "price", "shipping_method": "method", "payment_method": "paid_by", "channel": "channel_id",
    "currency": "channel_id", "customer_id": "customer", "accepted_total": "", "lines": "",
}  # fmt: skip


def place_of(refused: str) -> str:
    """The field of the form that a refusal of the command is about; empty where it is about the whole."""
    head, dot, last = refused.rpartition(".")
    if head.startswith("ship_to"):
        return last
    return f"{head}{dot}{_PLACES.get(last, last)}"


def new_order(request: HttpRequest, sent: QueryDict, *, key: str) -> NewOrder:
    """What stands in the form, typed or not. Articles are known by SKU and by barcode."""
    known = [one for one in channels(register_version()) if one.open]
    asked, customer_id = sent.get("channel_id", ""), known_id(sent, "customer")
    customer = customers_by_id([customer_id]).get(customer_id) if customer_id and may(request, "customers.read") else None
    if customer is not None and (customer.erased_at or customer.merged_into_id):
        customer = None
    actor = request.actor  # type: ignore[attr-defined]
    return NewOrder(
        channels=known,
        channel=next((one for one in known if str(one.id) == asked), known[0] if known else None),
        customer=customer, rows=_rows(sent), said={name: str(sent.get(name, "")) for name in sent}, key=key,
        sets_prices=may_set_prices(actor) and may(request, "orders.note_order"),
    )  # fmt: skip


def _rows(sent: QueryDict) -> list[Row]:
    given = [sent.getlist(name) for name in ("sku", "quantity", "price", "reason")]
    rows = []
    for index, sku in enumerate(given[0][:MOST_ROWS]):
        quantity, price, reason = (values[index].strip() if index < len(values) else "" for values in given[1:])
        if sku.strip():
            rows.append(Row(sku.strip(), quantity or "1", price, reason))
    return rows


def named(form: NewOrder) -> dict[str, Sellable]:
    """The articles of the rows by SKU. Rows that name a barcode get the SKU that carries it."""
    found = variants_by_sku({row.sku for row in form.rows})
    scanned = variants_by_barcode({row.sku for row in form.rows} - found.keys())
    for row in form.rows:
        carrying = [one for one in scanned.get(row.sku, ()) if one.is_sold]
        if row.sku not in found and len(carrying) == 1:
            row.sku = carrying[0].sku
            found[row.sku] = carrying[0]
        row.name = found[row.sku].name if row.sku in found else ""
    return found


def wanted_by(form: NewOrder, *, is_placed: bool) -> PlaceOrder | None:
    """The order that is asked for; None, with the reasons in `form.wrong`, where it cannot be told.

    Unless it `is_placed`, what nobody has typed yet is no fault, and an address that is not complete counts as far as it goes.
    """
    known = named(form)
    lines = [one for index, row in enumerate(form.rows) if (one := _line(form, row, known, index))]
    if not form.rows and is_placed:
        form.wrong["lines"] = _("Choose at least one article.")
    if form.channel is None:
        form.wrong["channel_id"] = _("No channel is open: write one down first.")
    if form.said.get("paid_by", "") not in dict(form.paying):
        form.wrong["paid_by"] = _("Choose how it is paid.")
    ship_to = _person(form, is_placed=is_placed)
    note = ""
    with form.minding():
        note = clean_text(form.said.get("customer_note", ""), "customer_note", MOST_NOTE, required=False, multiline=True)
    if form.channel is None or not lines or (form.wrong and (is_placed or len(lines) < len(form.rows))):
        return None
    return PlaceOrder(
        channel_id=form.channel.id, currency=form.channel.currency, lines=tuple(lines), ship_to=ship_to,
        customer_id=form.customer.id if form.customer else None, customer_group=form.customer.group if form.customer else "",
        language=form.language, shipping_method=form.said.get("method", ""), payment_method=form.said.get("paid_by", ""),
        customer_note=note,
    )  # fmt: skip


def _line(form: NewOrder, row: Row, known: Mapping[str, Sellable], index: int) -> WantedLine | None:
    at, unit = f"lines.{index}", UNITS[known[row.sku].unit] if row.sku in known else UNITS["piece"]
    try:
        quantity = parse_quantity(row.quantity, unit, field=f"{at}.quantity")
        price = _price(form, row, at) if row.price and form.sets_prices else None
    except Refusal as refusal:
        form.mind(refusal)
        return None
    return WantedLine(sku=row.sku, quantity=quantity, unit_price=price)


def _price(form: NewOrder, row: Row, at: str) -> Decimal:
    """Another price, in minor units, which needs a reason."""
    price = Decimal(-1)
    with suppress(InvalidOperation):
        price = unit_price_of(row.price, form.channel.currency if form.channel else "")
    if not (price.is_finite() and 0 <= price <= MOST_PRICE):
        raise Invalid(field=f"{at}.price", reason=_("Write an amount of zero or more."))
    if not row.reason:
        raise Invalid(field=f"{at}.reason", reason=_("Say why it costs something else."))
    return price


def _person(form: NewOrder, *, is_placed: bool) -> Person:
    said = {name: form.said.get(name, "").strip() for name in PERSON}
    country, parts, texts = said["country_code"].upper(), dict[str, str](), dict[str, str]()
    if is_placed and not (said["name"] or said["company"]):
        form.wrong["name"] = _("Say who it is for.")
    for name in ("name", "company"):
        with form.minding():
            texts[name] = clean_text(said[name], name, 200, required=False)
    with form.minding():
        texts["email"] = clean_email(said["email"], "email") if said["email"] else ""
    with form.minding():
        texts["phone"] = clean_phone(said["phone"], "phone", country=country) if said["phone"] else ""
    if any(said[name] for name in PLACE) or (is_placed and form.said.get("method")):
        try:
            found = clean_address(PostalAddress(**{name: said[name] for name in (*PLACE, "country_code")}))
            country, parts = found.country_code, {name: value for name in _KEPT if (value := getattr(found, name))}
        except Refusal as refusal:
            parts = {name: said[name] for name in PLACE if said[name]}
            if is_placed or said.get(refusal.field):
                form.wrong.setdefault(refusal.field, str(refusal))
    return Person(country=country, address=parts, **texts)


_KEPT: Final = ("country_code", "country_area", "city", "city_area", "postal_code", "sorting_code", "street_address")
