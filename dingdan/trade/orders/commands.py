"""What can be done with orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel import numbering
from dingdan.kernel.command import Batch, Item, batch_command, command
from dingdan.kernel.contact import email_key
from dingdan.kernel.errors import Invalid, NotFound, Refusal, refuses
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.numbering import Ahead
from dingdan.kernel.quantity import checked_quantity
from dingdan.kernel.rows import insert
from dingdan.kernel.text import clean_text
from dingdan.ledgers.inventory import queries as inventory_queries
from dingdan.ledgers.inventory import steps as inventory
from dingdan.ledgers.inventory.lifecycle import FulfillmentStatus
from dingdan.ledgers.inventory.models import Tally
from dingdan.ledgers.inventory.rules import Held, Sourced
from dingdan.ledgers.payments import queries as payment_queries
from dingdan.ledgers.payments import steps as payments
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.rules import terms_of
from dingdan.masterdata.catalog.queries import variants_by_sku
from dingdan.masterdata.customers import queries as customers
from dingdan.masterdata.promotions import steps as promotions
from dingdan.trade.orders import queries, steps
from dingdan.trade.orders.events import (
    CartSaved,
    CartsExpired,
    ContactsErased,
    DeviceSaved,
    DevicesDropped,
    GivenPromotion,
    OrderClosed,
    OrderHeld,
    OrderKeptApart,
    OrderNoted,
    OrderPlaced,
    OrderResumed,
    OrdersAdopted,
    OrderTagged,
    PlacedLine,
)
from dingdan.trade.orders.lifecycle import CART_LIFE, DONE, ORDER_LIFE, SETTLED
from dingdan.trade.orders.models import Cart, Device, OrderTag
from dingdan.trade.orders.rules import (
    FIRST_NUMBER,
    MOST_DEVICES,
    CartDraft,
    DeviceDraft,
    Draft,
    PlaceOrder,
    TooManyDevices,
    UnknownSku,
    check_customer,
    check_prices,
    checked_device,
    draft_order,
    may_set_prices,
)

DOCUMENT = "order"
NUMBER_LAW = "an_order_number_is_given_once"


class ExternalOrderExists(Refusal):
    """The channel sent this order before."""

    sentence = _("An order with this external id came in through this channel before.")
    remedy = _("Look it up by its external id; to repeat a request use the same idempotency key.")


class NumberTaken(Refusal):
    sentence = _("This order number was given before.")
    remedy = _("Leave the number out to get the next one.")


refuses("an_external_order_comes_in_once", ExternalOrderExists)
refuses(NUMBER_LAW, NumberTaken)


class CartIsGone(Refusal):
    """A cart is placed at most once."""

    sentence = _("This cart is {state}; it cannot be placed again.")
    remedy = _("Look at the order that it became, or fill a new cart.")


class CartChanged(Refusal):
    """Somebody else, or the same person in another window, changed the cart meanwhile."""

    sentence = _("The cart was changed meanwhile.")
    remedy = _("Read it again, and change it as it is now.")


@dataclass(slots=True)
class _Promise:
    """A draft on its way to be written: which goods answer which of its wants, and what its cart holds for it."""

    item: Item[PlaceOrder]
    draft: Draft
    wants: list[inventory.Want]
    sourced: Sourced
    held: Sequence[Held]
    promised_at: datetime | None
    receivable_id: UUID


NUMBERS = Ahead(DOCUMENT, law=NUMBER_LAW, first=FIRST_NUMBER, needed_by=lambda wanted: not wanted.number)


@batch_command(OrderPlaced, ahead=NUMBERS)
def place_orders(batch: Batch[PlaceOrder]) -> None:
    """Turn what people want into orders that hold their stock and await their money, each on its own, first come first served."""
    promises = _source(batch, _drafts(batch))
    if not promises:
        return
    written = [
        steps.Written(promise.item.entry, promise.draft, promise.draft.wanted.number or next(batch.numbers), promise.promised_at)
        for promise in promises
    ]
    uses = [use for promise in promises for use in _uses(promise)]
    promotions.count(promises[0].item.entry, (use.promotion_id for use in uses))
    inventory.promise(
        [want for promise in promises for want in promise.wants],
        answers=[answer for promise in promises for answer in _answers(promise.sourced)],
        certain=batch.careful,
        along=(*steps.rows(written), payments.claim_rows([_claim(promise) for promise in promises]), *promotions.use_rows(uses)),
        held=[one for promise in promises for one in promise.held],
    )
    numbering.pass_by(promises[0].item.entry, NUMBERS, [one.draft.wanted.number for one in promises if one.draft.wanted.number])
    steps.use_carts([(one.item.entry, one.draft.wanted.cart_id, one.draft.id) for one in promises if one.draft.wanted.cart_id])
    for promise, order in zip(promises, written, strict=True):
        _accept(promise, order.number)


def _drafts(batch: Batch[PlaceOrder]) -> list[tuple[Item[PlaceOrder], Draft]]:
    """Work out every order of the batch; refuse those that are wrong."""
    days: dict[date, list[PlaceOrder]] = {}
    for item in batch.items:
        days.setdefault(item.entry.at.date(), []).append(item.intent)
    books = {on: queries.book(wanted, on, registers=batch.registers) for on, wanted in days.items()}
    carts = queries.lock_carts(item.intent.cart_id for item in batch.items)
    audiences = queries.Audiences([item.intent for item in batch.items if not item.entry.quiet], books, lock=True)
    drafts = []
    for item in batch.items:
        try:
            book = books[item.entry.at.date()]
            check_prices(item.intent, book, may_set=may_set_prices(item.entry.actor))
            if not item.entry.quiet:  # what was brought over from elsewhere has happened
                check_customer(item.intent, book, actor=item.entry.actor)
            audience = None if item.entry.quiet else audiences.of(item.intent, item.entry.at)
            draft = draft_order(item.intent, book, any_method=item.entry.quiet, audience=audience)
            _check_cart(item.intent.cart_id, carts)
            if draft.promoted:
                draft = replace(draft, promoted=audiences.take(draft))
            drafts.append((item, draft))
        except Refusal as refusal:
            item.refuse(refusal)
    return drafts


def _check_cart(cart_id: UUID | None, carts: dict[UUID, Cart]) -> None:
    """A cart becomes one order: the second one to ask, also in the same batch, is refused."""
    if cart_id is None:
        return
    cart = carts.get(cart_id)
    if cart is None:
        raise NotFound(field="cart_id", what="cart", id=cart_id)
    if not CART_LIFE.may("place", cart.state):
        raise CartIsGone(field="cart_id", state=cart.state)
    cart.state = CART_LIFE.turn("place", cart.state)


def _source(batch: Batch[PlaceOrder], drafts: list[tuple[Item[PlaceOrder], Draft]]) -> list[_Promise]:
    """Find goods for every draft in order of arrival; refuse those that get too little."""
    carts = [item.intent.cart_id for item, _draft in drafts if item.intent.cart_id]
    held = inventory_queries.held_by(carts) if carts else {}
    owners = queries.sellers_apart(draft for _item, draft in drafts)
    shelves = queries.shelves_for([draft for _item, draft in drafts], lock=batch.careful)
    promises = []
    for item, draft in drafts:
        kept = held.get(item.intent.cart_id, []) if item.intent.cart_id else []
        try:
            found = queries.found_for(draft, item.entry.at, owners=owners, held=kept, shelves=shelves)
        except Refusal as refusal:
            item.refuse(refusal)
        else:
            promises.append(_promise(item, draft, found, held=kept))
    return promises


def _promise(item: Item[PlaceOrder], draft: Draft, found: queries.Found, *, held: Sequence[Held]) -> _Promise:
    """What is to be written of a draft for which there are goods."""
    wants = [
        inventory.Want(
            entry=item.entry, id=need.key, document_kind=DOCUMENT, document_id=draft.id, line_id=line.id, variant_id=of.id,
            owner_id=need.owner_id, quantity=quantity, per_line_unit=quantity // line.priced.quantity, due_at=found.due[need.key],
            limit=of.backorder_limit,
        )
        for need, (line, of, quantity) in zip(found.needs, draft.stocked, strict=True)
    ]  # fmt: skip
    return _Promise(item, draft, wants, found.sourced, held, found.promised_at, new_id())


def _answers(sourced: Sourced) -> list[inventory.Answer]:
    return [
        *(inventory.Answer(share.key, share.spot, share.quantity, share.kept) for share in sourced.shares),
        *(inventory.Answer(later.key, later.incoming, later.quantity) for later in sourced.later),
    ]


def _uses(promise: _Promise) -> list[promotions.NewUse]:
    draft = promise.draft
    return [
        promotions.NewUse(
            entry=promise.item.entry, promotion_id=one.given.promotion.id, order_id=draft.id,
            buyer=queries.buyer_of(draft.wanted), coupon=one.given.coupon, currency=draft.channel.currency,
            shares=one.shares, place=one.place,
        )
        for one in draft.promoted
    ]  # fmt: skip


def _claim(promise: _Promise) -> payments.Claim:
    wanted, entry, net_days = promise.draft.wanted, promise.item.entry, promise.draft.net_days
    return payments.Claim(
        entry=entry, id=promise.receivable_id, document=Document(DOCUMENT, promise.draft.id), customer_id=wanted.customer_id,
        currency=promise.draft.channel.currency, amount=promise.draft.priced.total, terms=terms_of(wanted.payment_method),
        waits=promise.draft.channel.money_waits and not entry.quiet,
        due_at=None if net_days is None else entry.at + timedelta(days=net_days),
    )  # fmt: skip


def _accept(promise: _Promise, number: str) -> None:
    draft, entry = promise.draft, promise.item.entry
    entry.about("order", draft.id)
    if draft.wanted.customer_id:
        entry.about("customer", draft.wanted.customer_id)
    promise.item.accept(
        OrderPlaced(
            order_id=draft.id,
            number=number,
            channel_id=draft.channel.id,
            customer_id=draft.wanted.customer_id,
            receivable_id=promise.receivable_id,
            currency=draft.channel.currency,
            total=draft.priced.total,
            payment_method=draft.wanted.payment_method,
            backordered=sum(promise.sourced.missing.values()),
            expires_at=None if entry.quiet else draft.expires_at(entry.at),
            lines=tuple(
                PlacedLine(
                    line_id=line.id, variant_id=line.variant.id if line.variant else None, kind=str(line.kind),
                    quantity=line.priced.quantity, total=line.priced.total,
                )
                for line in draft.lines
            ),
            in_review=draft.channel.waits and not entry.quiet,
            promotions=tuple(
                GivenPromotion(promotion_id=one.given.promotion.id, amount=one.given.off) for one in draft.promoted
            ),
        )
    )  # fmt: skip


@command
def hold_order(entry: Entry, *, order_id: UUID, reason: str) -> OrderHeld:
    """Let nothing of an order move forward until it is resumed."""
    order, reason = queries.lock_order(order_id), clean_text(reason, "reason", 200)
    steps.turn(entry, order=order, name="hold", hold_reason=reason)
    return OrderHeld(order_id=order.id, reason=reason)


@command
def resume_order(entry: Entry, *, order_id: UUID) -> OrderResumed:
    """Let a held order go on."""
    order = queries.lock_order(order_id)
    steps.turn(entry, order=order, name="resume")
    return OrderResumed(order_id=order.id)


@command
def note_order(entry: Entry, *, order_id: UUID, text: str, to_customer: bool = False) -> OrderNoted:
    """Write a note on an order, for staff alone or for the customer too."""
    order = queries.lock_order(order_id)
    written = steps.NewNote(
        entry=entry, id=new_id(), order_id=order.id, text=clean_text(text, "text", 4000, multiline=True), to_customer=to_customer
    )
    steps.write_notes([written])
    entry.about("order", order.id)
    return OrderNoted(order_id=order.id, note_id=written.id, to_customer=to_customer)


@command
def save_device(entry: Entry, *, order_id: UUID, device: DeviceDraft) -> DeviceSaved:
    """Let a browser be told what becomes of an order; one that is told already may bring new keys.

    Refuses what is no address of a push service, keys that are none, and more than `MOST_DEVICES` browsers for an order.
    """
    order = queries.lock_order(order_id)
    values = asdict(checked_device(device))
    there = {row.endpoint: row.id for row in Device.objects.filter(order=order)}
    device_id = there.get(device.endpoint)
    if device_id is not None:
        Device.objects.filter(id=device_id).update(**values)
    elif len(there) >= MOST_DEVICES:
        raise TooManyDevices(most=MOST_DEVICES)
    else:
        device_id = new_id()
        insert((Device, [{"id": device_id, "order_id": order.id, **values}]))
    entry.about("order", order.id)
    return DeviceSaved(order_id=order.id, device_id=device_id)


@command
def drop_devices(entry: Entry, *, order_id: UUID, device_ids: tuple[UUID, ...]) -> DevicesDropped:
    """Tell browsers nothing more of an order. What is not there (any more) is passed over."""
    order = queries.lock_order(order_id)
    there = tuple(Device.objects.filter(order=order, id__in=device_ids).order_by("id").values_list("id", flat=True))
    Device.objects.filter(id__in=there).delete()
    entry.about("order", order.id)
    return DevicesDropped(order_id=order.id, device_ids=there)


@command
def tag_order(entry: Entry, *, order_id: UUID, add: tuple[str, ...] = (), remove: tuple[str, ...] = ()) -> OrderTagged:
    """Put tags on an order, and take others off."""
    if not add and not remove:
        raise Invalid(field="add", reason=_("Name a tag to add or to remove."))
    order = queries.lock_order(order_id)
    added = tuple(clean_text(tag, "add", 40) for tag in add)
    insert((OrderTag, [{"id": new_id(), "order_id": order.id, "tag": tag} for tag in added]), skip_existing=True)
    OrderTag.objects.filter(order=order, tag__in=remove).delete()
    entry.about("order", order.id)
    return OrderTagged(order_id=order.id, added=added, removed=remove)


@command
def keep_order_apart(entry: Entry, *, order_id: UUID, keep_apart: bool = True) -> OrderKeptApart:
    """Mark an order as one that is not merged with another, or take the mark away."""
    order = queries.lock_order(order_id)
    steps.keep_apart(entry, order=order, keep_apart=keep_apart)
    return OrderKeptApart(order_id=order.id, keep_apart=keep_apart)


class NotSettled(Refusal):
    """The order has something left to do."""

    sentence = _("The order is {payment} and {fulfillment}, so it cannot be closed yet.")
    remedy = _("Close it when everything is paid for and delivered.")


@dataclass(frozen=True, slots=True)
class CloseOrder:
    """Put away one order."""

    order_id: UUID


@batch_command(OrderClosed)
def close_orders(batch: Batch[CloseOrder]) -> None:
    """Put away orders that are paid for and delivered."""
    orders = queries.lock_orders(queries.existing(item.intent.order_id for item in batch.items))
    tallies = inventory_queries.tallies_of(list(orders))
    receivables = payment_queries.receivable_of(DOCUMENT, orders)
    closed = []
    for item in batch.items:
        order = orders.get(item.intent.order_id)
        try:
            if order is None:
                raise NotFound(what="order", id=item.intent.order_id)
            _check_settled(receivables[order.id].payment_status, tallies.get(order.id))
            order.state = ORDER_LIFE.turn("close", order.state)
        except Refusal as refusal:
            item.refuse(refusal)
            continue
        closed.append((item.entry, order))
        item.accept(OrderClosed(order_id=order.id))
    if closed:
        steps.put_away(closed)


def _check_settled(payment: str, tally: Tally | None) -> None:
    fulfillment = tally.fulfillment_status if tally else FulfillmentStatus.NOTHING_TO_SHIP
    if payment not in SETTLED or fulfillment not in DONE:
        raise NotSettled(field="state", payment=payment, fulfillment=fulfillment)


class NoOrdersToTake(Refusal):
    """Nothing is left that could be taken over."""

    sentence = _("Nothing was ordered with this address without signing in, or all of it is in an account.")
    remedy = _("Look at the list of your orders.")


class NotTheirOrder(Refusal):
    """It is of somebody, or was placed with another address."""

    status = 403
    sentence = _("This order is of another customer, or its mails go to another address.")
    remedy = _("Take over only what was ordered with the address that was proven.")


@command
def adopt_orders(entry: Entry, *, customer_id: UUID, email: str, order_ids: tuple[UUID, ...]) -> OrdersAdopted:
    """Let a customer have what they ordered without signing in, with what is owed and was paid for it, and the coupons it used.

    `email` is the address whose mails they have shown to read: the door has proven it. What is theirs already is passed over.
    Refuses `NoOrdersToTake`, and all of it where one order is somebody's, or was placed with another address (`NotTheirOrder`).
    """
    if customers.customers_by_id([customer_id]).get(customer_id) is None:
        raise NotFound(field="customer_id", what="customer", id=customer_id)
    people, key = customers.one_person(customer_id), email_key(email)
    locked, mails, taken = queries.lock_orders(order_ids), queries.mailed_to(order_ids), []
    for order in locked.values():
        if order.customer_id in people:
            continue
        if order.customer_id is not None or not key or email_key(mails[order.id]) != key:
            raise NotTheirOrder(field="order_ids")
        taken.append(order)
    if not taken:
        raise NoOrdersToTake(field="order_ids")
    ids, used = [order.id for order in taken], [order.id for order in taken if order.promotion_discount]
    steps.adopt(entry, orders=taken, customer_id=customer_id)
    if used:
        groups = customers.people_of([customer_id])
        customers.lock_customers([groups[customer_id][0]])
        promotions.adopt(entry, order_ids=used, customer_id=customer_id, people=groups)
    payments.adopt(entry, document_kind=DOCUMENT, document_ids=ids, customer_id=customer_id)
    return OrdersAdopted(customer_id=customer_id, order_ids=tuple(ids))


@dataclass(frozen=True, slots=True)
class ForgetInOrders:
    """Forget one customer in the orders that are over."""

    customer_id: UUID


@batch_command(ContactsErased)
def forget_in_orders(batch: Batch[ForgetInOrders]) -> None:
    """Forget a customer in their orders that are over: names, addresses, mails, phones, notes; and in their carts.

    What was ordered, when and for how much stays, as the law wants it. An order that is not over keeps its address until it is:
    then this is done once more. Doing it again changes nothing more.
    """
    for item in batch.items:
        people = customers.one_person(item.intent.customer_id)
        over, others = queries.lock_to_forget(people)
        steps.forget(item.entry, orders=over, keeping=queries.contacts_in([order.id for order in others]))
        carts = queries.lock_carts(queries.carts_that_name(people))
        steps.forget_carts(item.entry, carts=list(carts.values()))
        item.entry.about("customer", item.intent.customer_id)
        item.accept(ContactsErased(customer_id=item.intent.customer_id, orders=len(over), carts=len(carts), kept=len(others)))


CART_LASTS = timedelta(days=30)


@command
def save_cart(entry: Entry, *, cart: CartDraft) -> CartSaved:
    """Write down what somebody may order, or change it; it holds no stock and is kept for thirty days."""
    if cart.id is not None:
        known = queries.lock_carts([cart.id]).get(cart.id)
        if known is None:
            raise NotFound(field="id", what="cart", id=cart.id)
        if not CART_LIFE.may("place", known.state):
            raise CartIsGone(field="id", state=known.state)
        if cart.seen is not None and cart.seen != known.expires_at:
            raise CartChanged(field="seen")
    variants = variants_by_sku([line.sku for line in cart.wanted.lines])
    for index, line in enumerate(cart.wanted.lines):
        checked_quantity(line.quantity, field=f"lines.{index}.quantity")
        if line.sku not in variants or not variants[line.sku].is_sold:
            raise UnknownSku(field=f"lines.{index}.sku", sku=line.sku)
    saved = steps.NewCart(
        entry=entry, id=cart.id or new_id(), channel_id=cart.wanted.channel_id, customer_id=cart.wanted.customer_id,
        wanted=asdict(cart.wanted), expires_at=entry.at + CART_LASTS,
        lines=tuple((variants[line.sku].id, line.quantity, line.unit_price) for line in cart.wanted.lines),
    )  # fmt: skip
    steps.keep_cart(saved, is_new=cart.id is None)
    entry.about("cart", saved.id)
    return CartSaved(cart_id=saved.id, lines=len(saved.lines), expires_at=saved.expires_at)


@command
def expire_carts(entry: Entry) -> CartsExpired:
    """Forget the carts whose time is over, with the personal data in them."""
    late = queries.lock_carts(queries.carts_to_expire(entry.at))
    steps.forget_carts(entry, carts=list(late.values()))
    return CartsExpired(cart_ids=tuple(late))
