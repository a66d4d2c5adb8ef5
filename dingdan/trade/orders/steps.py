"""Verbs on orders, inside a command."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db import connection

from dingdan.kernel.canonical import plain
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.rows import Rows, insert
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.masterdata.promotions import steps as promotions
from dingdan.trade.orders import queries
from dingdan.trade.orders.lifecycle import CART_LIFE, ORDER_LIFE
from dingdan.trade.orders.models import Cart, CartLine, Contact, Device, FormerContact, Order, OrderLine, OrderNote, OrderTag
from dingdan.trade.orders.rules import Draft, DraftLine, Person, Totals

_NOBODY: Final = dict.fromkeys(("name", "company", "email", "phone", "message"), "")


@dataclass(frozen=True, slots=True)
class Written:
    """A draft with its entry and number."""

    entry: Entry
    draft: Draft
    number: str
    promised_at: datetime | None


def rows(orders: Sequence[Written]) -> tuple[Rows, ...]:
    """The rows of orders, their lines and their people, to be written in one `insert` together with what they promise."""
    contacts: list[dict[str, Any]] = []
    heads = [_order(written, contacts) for written in orders]
    lines = [row for written in orders for row in _lines(written.draft, contacts)]
    return (Contact, contacts), (Order, heads), (OrderLine, lines)


def _order(written: Written, contacts: list[dict[str, Any]]) -> dict[str, Any]:
    draft, entry = written.draft, written.entry
    wanted, priced = draft.wanted, draft.priced
    ship_to = _contact(wanted.ship_to, contacts)
    bill_to = _contact(wanted.bill_to, contacts) if wanted.bill_to else ship_to
    return {
        "id": draft.id, "number": written.number, "channel_id": draft.channel.id, "customer_id": wanted.customer_id,
        "external_id": wanted.external_id, "currency": draft.channel.currency, "language": wanted.language,
        "prices_include_tax": draft.channel.prices_include_tax, "placed_at": entry.at,
        "expires_at": None if entry.quiet else draft.expires_at(entry.at),
        "promised_at": written.promised_at, "ship_to_id": ship_to, "bill_to_id": bill_to,
        "shipping_method": wanted.shipping_method, "shipping_name": draft.shipping_name, "payment_method": wanted.payment_method,
        "customer_note": wanted.customer_note,
        "goods": priced.goods + priced.freight - draft.freight, "discount": priced.discount, "shipping": draft.freight,
        "tax": priced.tax, "total": priced.total, "quiet": entry.quiet,
        "in_review": draft.channel.waits and not entry.quiet, "net_days": draft.net_days,
        "method_discount": draft.method_discount, "promotion_discount": draft.promotion_discount,
    }  # fmt: skip


def _contact(person: Person, contacts: list[dict[str, Any]], id_: UUID | None = None, *, message: str = "") -> UUID:
    contact_id = id_ or new_id()
    contacts.append(
        {
            "id": contact_id, "name": person.name, "company": person.company, "email": person.email, "phone": person.phone,
            "country": person.country, "address": dict(person.address), "message": message,
        }
    )  # fmt: skip
    return contact_id


def _lines(draft: Draft, contacts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [_line(line, draft.id, position=position, contacts=contacts) for position, line in enumerate(draft.lines, start=1)]


def _line(line: DraftLine, order_id: UUID, *, position: int, contacts: list[dict[str, Any]]) -> dict[str, Any]:
    to = line.gift_to
    gift_to = _contact(Person(name=to.name, email=to.email), contacts, message=to.message) if to else None
    return {
        "id": line.id, "order_id": order_id, "position": position, "kind": str(line.kind),
        "variant_id": line.variant.id if line.variant else None, "sku": line.sku or (line.variant.sku if line.variant else ""),
        "name": line.name[:300], "quantity": line.priced.quantity, "unit_price": line.priced.unit_price,
        "goods": line.priced.goods, "discount": line.priced.discount, "tax_rate": line.priced.tax_rate,
        "tax_base": line.priced.tax_base, "tax": line.priced.tax, "tax_name": line.tax_name, "rounding": line.priced.rounding,
        "total": line.priced.total, "seller_id": line.seller_id, "replaces_id": line.replaces_id, "is_charge": line.is_charge,
        "gift_to_id": gift_to, "step": line.priced.step,
    }  # fmt: skip


def turn(entry: Entry, *, order: Order, name: str, hold_reason: str = "") -> None:
    """Turn a locked order by its life cycle. Raises `NotInThisState`."""
    turn_each([Turned(entry, order, name, hold_reason)])


@dataclass(frozen=True, slots=True)
class Turned:
    """An order that is locked takes a turn of its life cycle."""

    entry: Entry
    order: Order
    name: str
    hold_reason: str = ""


def turn_each(turned: Sequence[Turned]) -> None:
    """Turn orders by their life cycle, those that go the same way by one statement. Raises `NotInThisState`."""
    alike: dict[tuple[str, str], list[UUID]] = defaultdict(list)
    for one in turned:
        one.order.state = ORDER_LIFE.turn(one.name, one.order.state)
        alike[one.order.state, one.hold_reason].append(one.order.id)
        one.entry.about("order", one.order.id)
    for (state, reason), ids in alike.items():
        Order.objects.filter(id__in=ids).update(state=state, hold_reason=reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCart:
    """A cart with its lines: variant, quantity, the price that was shown."""

    entry: Entry
    id: UUID
    channel_id: UUID
    customer_id: UUID | None
    wanted: dict[str, Any]
    expires_at: datetime
    lines: tuple[tuple[UUID, int, Decimal | None], ...]


def keep_cart(cart: NewCart, *, is_new: bool) -> None:
    """Write a cart, or what a locked one holds from now on."""
    facts = {
        "channel_id": cart.channel_id,
        "customer_id": cart.customer_id,
        "wanted": plain(cart.wanted),
        "expires_at": cart.expires_at,
    }
    if is_new:
        insert((Cart, [{"id": cart.id, **facts}]))
    else:
        Cart.objects.filter(id=cart.id).update(**facts)
        CartLine.objects.filter(cart_id=cart.id).delete()
    quantities: dict[UUID, list[Any]] = {}
    for variant_id, quantity, shown in cart.lines:
        quantities.setdefault(variant_id, [0, shown])[0] += quantity
    insert(
        (
            CartLine,
            [
                {"id": new_id(), "cart_id": cart.id, "variant_id": variant_id, "quantity": quantity, "shown_unit_price": shown}
                for variant_id, (quantity, shown) in quantities.items()
            ],
        )
    )


def keep_apart(entry: Entry, *, order: Order, keep_apart: bool) -> None:
    """Mark a locked order as one that is not merged with another, or as one that may be."""
    Order.objects.filter(id=order.id).update(keep_apart=keep_apart)
    entry.about("order", order.id)


_PARTED = (
    "id", "number", "channel_id", "customer_id", "state", "hold_reason", "currency", "language", "prices_include_tax",
    "placed_at", "expires_at", "promised_at", "ship_to_id", "bill_to_id", "shipping_method", "shipping_name", "payment_method",
    "net_days", "goods", "total", "quiet",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Parted:
    """An order that comes of another one, without lines so far; `people` are its contacts by their ids."""

    entry: Entry
    order: Order
    people: Mapping[UUID, Person]


def part(parted: Sequence[Parted]) -> None:
    """Write orders that get their lines from others; what they are owed is the caller's."""
    contacts: list[dict[str, Any]] = []
    for one in parted:
        for id_, person in one.people.items():
            _contact(person, contacts, id_)
        one.entry.about("order", one.order.id)
    insert((Contact, contacts), (Order, [{name: getattr(one.order, name) for name in _PARTED} for one in parted]))


_USE_CARTS = """
UPDATE orders_cart AS cart SET state = 'placed', order_id = used.order_id
FROM unnest(%(carts)s::uuid[], %(orders)s::uuid[]) AS used (id, order_id)
WHERE cart.tenant_id = %(tenant)s AND cart.id = used.id
"""


def use_carts(used: Sequence[tuple[Entry, UUID | None, UUID]]) -> None:
    """Write which orders locked carts became."""
    for entry, cart_id, _order_id in used:
        if cart_id:
            entry.about("cart", cart_id)
    if used:
        params: dict[str, Any] = {
            "tenant": current_tenant_id(),
            "carts": [cart_id for _entry, cart_id, _order_id in used],
            "orders": [order_id for _entry, _cart_id, order_id in used],
        }
        with connection.cursor() as cursor:
            cursor.execute(_USE_CARTS, params)


def forget_carts(entry: Entry, *, carts: Sequence[Cart]) -> None:
    """Write locked carts as expired unless they became orders, and forget who wanted what where."""
    ids = [cart.id for cart in carts]
    Cart.objects.filter(id__in=ids, state=CART_LIFE.initial).update(state="expired")
    Cart.objects.filter(id__in=ids).update(wanted={})
    entry.about("cart", *(cart.id for cart in carts))


def forget(entry: Entry, *, orders: Sequence[Order], keeping: Collection[UUID]) -> None:
    """Erase from locked orders who ordered, what they and others said about it; of contacts not those that are to be kept.

    The country stays: it says which tax was due.
    """
    ids = [order.id for order in orders]
    contacts = queries.contacts_in(ids).difference(keeping)
    Contact.objects.filter(id__in=contacts).update(**_NOBODY, address={}, erased_at=entry.at)
    OrderNote.objects.filter(order_id__in=ids).update(text="")
    OrderTag.objects.filter(order_id__in=ids).delete()
    Device.objects.filter(order_id__in=ids).delete()
    Order.objects.filter(id__in=ids).update(customer_note="", hold_reason="")
    promotions.forget(entry, order_ids=ids)
    entry.about("order", *ids)


def adopt(entry: Entry, *, orders: Sequence[Order], customer_id: UUID) -> None:
    """Write whose locked orders are that were nobody's in particular."""
    ids = [order.id for order in orders]
    Order.objects.filter(id__in=ids, customer=None).update(customer_id=customer_id)
    entry.about("order", *ids)


def put_away(closings: Sequence[tuple[Entry, Order]]) -> None:
    """Write locked orders, which their life cycle has turned, as closed."""
    for entry, order in closings:
        entry.about("order", order.id)
    Order.objects.filter(id__in=[order.id for _entry, order in closings]).update(state="closed")


_CANCEL_LINES = """
UPDATE orders_orderline AS line SET canceled = line.canceled + asked.quantity
FROM unnest(%(ids)s::uuid[], %(quantities)s::bigint[]) AS asked (id, quantity)
WHERE line.tenant_id = %(tenant)s AND line.id = asked.id
"""


def cancel_lines(entry: Entry, *, quantities: Mapping[UUID, int]) -> None:
    """Count so many units of each line as canceled; below zero, as no longer canceled."""
    params: dict[str, Any] = {"tenant": current_tenant_id(), "ids": list(quantities), "quantities": list(quantities.values())}
    with connection.cursor() as cursor:
        cursor.execute(_CANCEL_LINES, params)


def stop_expiring(entry: Entry, *, order_ids: Sequence[UUID]) -> None:
    """These orders were paid, canceled or taken over by people: they no longer expire."""
    Order.objects.filter(id__in=order_ids, expires_at__isnull=False).update(expires_at=None)
    entry.about("order", *order_ids)


@dataclass(frozen=True, slots=True)
class Mark:
    """An order that is locked waits for the review from now on, or waits no longer."""

    entry: Entry
    order: Order
    in_review: bool


def mark(marks: Sequence[Mark]) -> None:
    """Let orders wait for the review, or let them go."""
    for in_review in (True, False):
        ids = [one.order.id for one in marks if one.in_review == in_review and one.order.in_review != in_review]
        if ids:
            Order.objects.filter(id__in=ids).update(in_review=in_review)
    for one in marks:
        one.order.in_review = one.in_review
        one.entry.about("order", one.order.id)


@dataclass(frozen=True, slots=True)
class Restated:
    """An order that is locked says something else now."""

    entry: Entry
    order_id: UUID
    totals: Totals


_RESTATE = """
UPDATE orders_order AS placed
SET goods = says.goods, discount = says.discount, shipping = says.shipping, tax = says.tax, total = says.total
FROM unnest(%(ids)s::uuid[], %(goods)s::bigint[], %(discount)s::bigint[], %(shipping)s::bigint[], %(tax)s::bigint[],
            %(total)s::bigint[]) AS says (id, goods, discount, shipping, tax, total)
WHERE placed.tenant_id = %(tenant)s AND placed.id = says.id
"""


def restate(restated: Sequence[Restated]) -> None:
    """Write what orders say now that units of their lines were canceled, or lines were added."""
    names = [one.name for one in fields(Totals)]
    params: dict[str, Any] = {name: [getattr(one.totals, name) for one in restated] for name in names}
    params |= {"tenant": current_tenant_id(), "ids": [one.order_id for one in restated]}
    if restated:
        with connection.cursor() as cursor:
            cursor.execute(_RESTATE, params)


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line that is added to an order that is locked."""

    entry: Entry
    order_id: UUID
    position: int
    line: DraftLine


def add_lines(added: Sequence[NewLine]) -> None:
    """Write lines that orders got after they were placed. What their orders say is `restate`'s, what is owed the caller's."""
    contacts: list[dict[str, Any]] = []
    lines = [_line(one.line, one.order_id, position=one.position, contacts=contacts) for one in added]
    insert((Contact, contacts), (OrderLine, lines))


@dataclass(frozen=True, slots=True, kw_only=True)
class Amended:
    """What the head of an order that is locked says from now on; `people` are new contacts by their ids."""

    entry: Entry
    order: Order
    columns: Mapping[str, Any]
    people: Mapping[UUID, Person] = field(default_factory=dict)


_CONTACTS = ("ship_to_id", "bill_to_id")


def amend(amended: Sequence[Amended]) -> None:
    """Write other contacts, another shipping method, another promise; whom an order was for before stays known."""
    contacts: list[dict[str, Any]] = []
    former = []
    for one in amended:
        for id_, person in one.people.items():
            _contact(person, contacts, id_)
        before = {name: getattr(one.order, name) for name in _CONTACTS}
        gone = set(before.values()) - {one.columns.get(name, id_) for name, id_ in before.items()}
        former += [
            {"id": new_id(), "order_id": one.order.id, "contact_id": id_, "replaced_at": one.entry.at} for id_ in sorted(gone)
        ]
    insert((Contact, contacts), (FormerContact, former))
    alike: dict[tuple[str, ...], list[Amended]] = defaultdict(list)
    for one in amended:
        alike[tuple(one.columns)].append(one)
        one.entry.about("order", one.order.id)
    for columns, its in alike.items():
        _set_columns(columns, its)


_TYPES = {
    "ship_to_id": "uuid",
    "bill_to_id": "uuid",
    "shipping_method": "text",
    "shipping_name": "text",
    "promised_at": "timestamptz",
    "payment_method": "text",
    "method_discount": "bigint",
    "net_days": "smallint",
    "expires_at": "timestamptz",
}


def _set_columns(columns: Sequence[str], amended: Sequence[Amended]) -> None:
    """Set the same columns of many orders by one statement."""
    arrays, sets = (", ".join(part(name) for name in columns) for part in (_array, "{0} = new.{0}".format))
    params: dict[str, Any] = {name: [one.columns[name] for one in amended] for name in columns}
    params |= {"tenant": current_tenant_id(), "ids": [one.order.id for one in amended]}
    statement = f"""
    UPDATE orders_order AS one SET {sets} FROM unnest(%(ids)s::uuid[], {arrays}) AS new (id, {", ".join(columns)})
    WHERE one.tenant_id = %(tenant)s AND one.id = new.id
    """  # noqa: S608 (names of columns)
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


def _array(name: str) -> str:
    return f"%({name})s::{_TYPES[name]}[]"


def hold_lines(entry: Entry, *, line_ids: Iterable[UUID], held: bool) -> None:
    """Let nothing of these lines leave, or let it again. Their order is locked."""
    OrderLine.objects.filter(id__in=list(line_ids)).update(held=held)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewNote:
    """A remark on an order."""

    entry: Entry
    id: UUID
    order_id: UUID
    text: str
    to_customer: bool = False


def write_notes(notes: Sequence[NewNote]) -> None:
    """Write remarks on orders."""
    rows = [
        {
            "id": one.id, "order_id": one.order_id, "text": one.text, "to_customer": one.to_customer,
            "written_at": one.entry.at, "author": f"{one.entry.actor.kind}:{one.entry.actor.id}"[:80],
        }
        for one in notes
    ]  # fmt: skip
    insert((OrderNote, rows))


def take_notes_away(entry: Entry, *, note_ids: Iterable[UUID]) -> None:
    """Take remarks off their orders again."""
    OrderNote.objects.filter(id__in=list(note_ids)).delete()
