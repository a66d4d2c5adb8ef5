"""What a notice says: written from the order as it is when the mail is sent, in the customer's language."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dingdan.automation.carriers import tracking_url
from dingdan.automation.girocode import girocode, png_of
from dingdan.automation.imprint import address_lines, imprint
from dingdan.automation.letters import Fact, Item, Letter, Note, Recipient
from dingdan.automation.lifecycle import NoticeKind
from dingdan.automation.looks import look_of
from dingdan.automation.models import Notice
from dingdan.automation.own_pages import order_page
from dingdan.automation.pay_links import PAY_ORDER, pay_url
from dingdan.automation.wordings import names_of, word
from dingdan.automation.words import ACCOUNT, method_name, named_method
from dingdan.kernel.journal import decode
from dingdan.kernel.models import JournalEntry, Tenant
from dingdan.kernel.money import Money
from dingdan.kernel.quantity import UNITS, plain_quantity
from dingdan.ledgers.inventory.queries import tallies_of
from dingdan.ledgers.payments import queries as payments
from dingdan.ledgers.payments.lifecycle import Terms
from dingdan.masterdata.catalog.models import Variant
from dingdan.masterdata.catalog.queries import names_in
from dingdan.masterdata.pricing.rules import refund_share
from dingdan.masterdata.shop.models import Profile
from dingdan.masterdata.shop.queries import bank_account, profile_in_force
from dingdan.trade.aftersales.events import OrderCanceled
from dingdan.trade.aftersales.queries import return_, standing
from dingdan.trade.fulfillment.models import Package, Shipment, ShipmentLine
from dingdan.trade.orders import queries as orders
from dingdan.trade.orders.lifecycle import LineKind
from dingdan.trade.orders.models import Order, OrderLine
from dingdan.trade.reconciliation.rules import spaced_reference


@dataclass(frozen=True, slots=True)
class Desk:
    """What is at hand while a letter is written: the order, and how its reader writes amounts and dates."""

    notice: Notice
    order: Order
    tenant: Tenant
    profile: Profile | None
    receivable: payments.ReceivableView
    locale: str

    def fill(self, sentence: str, **facts: str) -> str:
        """A sentence with the order's number and the shop's name in it, and what else it needs."""
        return sentence.format(**{"number": self.order.number, "shop": shop_name(self.tenant), **facts})

    def money(self, amount: int) -> str:
        return Money(amount, self.order.currency).format(self.locale)

    def date(self, moment: datetime) -> str:
        """The day in the shop's time zone."""
        day = moment.astimezone(ZoneInfo(self.tenant.time_zone)).date()
        return format_date(day, "long", locale=Locale.parse(self.locale, sep="-"))


def shop_name(tenant: Tenant) -> str:
    """What the shop is called, on one line: it becomes a part of mail headers."""
    return " ".join(tenant.name.split())


def recipient(order: Order) -> Recipient | None:
    """Who gets the mails of an order: who pays for it, else who gets the goods; None when neither has an e-mail address."""
    for person in (order.bill_to, order.ship_to):
        if person.email:
            return Recipient(person.name or person.company, person.email)
    return None


def letter_of(notice: Notice, *, to_staff: bool = False, wording: Any = None) -> Letter | None:
    """What a notice says now; None when the person was forgotten. Codes that are worth money are not shown to staff.

    It is worded as the shop does, or by a `wording` that is to be looked at, whose refusals are raised.
    """
    letter = _written(notice, to_staff=to_staff)
    if letter is not None:
        word(letter, notice.kind, wording)
    return letter


def _written(notice: Notice, *, to_staff: bool) -> Letter | None:
    """What a notice says in the program's words."""
    if notice.wish_id is not None:
        from dingdan.automation.wish_letters import letter_of_wish  # writes the same kind of letter

        return letter_of_wish(notice)
    if notice.order_id is None:
        from dingdan.automation.ticket_letters import letter_of_ticket  # writes the same kind of letter

        return letter_of_ticket(notice)
    order = orders.order(notice.order_id)
    if notice.kind == NoticeKind.GIFT_CARD:
        from dingdan.automation.card_letters import letter_of_card  # writes the same kind of letter

        return letter_of_card(notice, order, to_staff=to_staff)
    to = recipient(order)
    return _of_order(notice, order, to) if to else None


def _of_order(notice: Notice, order: Order, to: Recipient) -> Letter:
    """What a mail about an order says in the program's words."""
    tenant = Tenant.objects.get(id=notice.tenant_id)
    country = order.bill_to.country or order.ship_to.country
    receivable = payments.receivable_of("order", [order.id])[order.id]
    desk = Desk(notice, order, tenant, profile_in_force(), receivable, reader_locale(notice.language, country))
    name = shop_name(tenant)
    letter = Letter(to, name, notice.language, look=look_of(name, channel_id=order.channel_id))
    letter.names["order"] = _names(desk)
    with translation.override(notice.language.lower()):
        _writer(NoticeKind(notice.kind))(desk, letter)
        _lead_to_order(desk, letter)
        if desk.profile:
            letter.imprint, letter.reply_to = imprint(desk.profile, desk.locale), desk.profile.email
    return letter


def names_of_order(notice: Notice, order: Order) -> dict[str, Any]:
    """What the wording of a notice about an order may call by name, also where its buyer has no mail address."""
    people = [one for one in (order.bill_to, order.ship_to) if one.name or one.company]
    name = (people[0].name or people[0].company) if people else ""
    return names_of(_of_order(notice, order, Recipient(name, "")), notice.kind)


def _names(desk: Desk) -> dict[str, Any]:
    """The order, as the shop's own wording may call it by name."""
    order, due = desk.order, desk.receivable.due
    return {
        "number": order.number,
        "date": desk.date(order.placed_at),
        "total": desk.money(order.total),
        "due": desk.money(due) if due > 0 else None,
        "page": _page(desk) or None,
        "payment_method": named_method(order.payment_method, desk.notice.language) if order.payment_method else None,
        "shipping_method": order.shipping_name or order.shipping_method or None,
        "promised_on": desk.date(order.promised_at) if order.promised_at else None,
        "is_canceled": order.state == "canceled",
    }


def _page(desk: Desk) -> str:
    """Where the customer looks at the order; of whom the way there was asked, at the storefront whatever its channel is."""
    of_any = desk.notice.kind == NoticeKind.ORDER_LINK
    return order_page(desk.order, at=desk.notice.queued_at, language=desk.notice.language, of_any_channel=of_any)


def _lead_to_order(desk: Desk, letter: Letter) -> None:
    """The way to the page of the order: by the button where nothing else is to be done, and by the number wherever it stands."""
    page = _page(desk)
    if not page:
        return
    number = desk.order.number
    letter.facts = [Fact(one.label, number, page) if one == Fact(one.label, number) else one for one in letter.facts]
    if letter.button is None:
        letter.button = Fact(_("Look at your order"), "", page)


def _writer(kind: NoticeKind) -> Callable[[Desk, Letter], None]:
    from dingdan.automation.money_letters import WRITERS  # write on the same desk

    return _WRITERS.get(kind) or WRITERS[kind]


def reader_locale(language: str, country: str) -> str:
    """The locale of a reader of that language in that country, where one is known: en and GB make en-GB."""
    try:
        return str(Locale.parse(f"{language}-{country.upper()}", sep="-")).replace("_", "-")
    except (UnknownLocaleError, ValueError):
        return language


# ── what each kind says ──────────────────────────────────────────────────────────────────────────────────────────────────


def _order_confirmed(desk: Desk, letter: Letter) -> None:
    order = desk.order
    letter.subject = desk.fill(_("Your order {number} at {shop}"))
    letter.heading = _("Thank you for your order")
    letter.paragraphs += [desk.fill(_("We have received your order {number}.")), *map(Note, _how_to_pay(desk))]
    letter.facts += [Fact(_("Order"), order.number), Fact(_("Date"), desk.date(order.placed_at))]
    if order.payment_method:
        letter.facts.append(Fact(_("Payment"), named_method(order.payment_method, letter.language)))
    _tell_where_to_pay(desk, letter)
    offer_to_pay(desk, letter)
    _tell_order(desk, letter)


def offer_to_pay(desk: Desk, letter: Letter) -> None:
    """The way to the page on which it can be paid, where something is to be paid before the goods leave, and not at the till."""
    at_the_till = desk.order.payment_method in ("cash", "terminal")
    if not at_the_till and desk.receivable.due > 0 and desk.receivable.terms == Terms.PREPAID and desk.order.state != "canceled":
        letter.button = Fact(_("Pay now"), "", pay_url(PAY_ORDER, desk.order.id, at=desk.notice.queued_at))


def _tell_order(desk: Desk, letter: Letter) -> None:
    """What an order says now: how and by when it is sent, what is in it, what it comes to, for whom it is."""
    order = desk.order
    if order.shipping_name or order.shipping_method:
        letter.facts.append(Fact(_("Shipping"), order.shipping_name or order.shipping_method))
    if order.promised_at:
        letter.facts.append(Fact(_("To be sent by"), desk.date(order.promised_at)))
    letter.items += _items(desk)
    letter.totals += _totals(desk)
    letter.addresses += _addresses(desk)


def _how_to_pay(desk: Desk) -> Iterator[str]:
    order, due = desk.order, desk.receivable.due
    if due <= 0:
        return
    amount = desk.money(due)
    if order.payment_method == "bank_transfer":
        yield desk.fill(
            _("Please transfer {amount} and give {number} as the reference. The goods leave when the money has arrived."),
            amount=amount,
            number=_reference(desk),
        )
    elif order.payment_method == "cash_on_delivery":
        yield desk.fill(_("You pay {amount} when the goods are brought to you."), amount=amount)
    elif order.payment_method == "on_account":
        yield desk.fill(_("You get an invoice over {amount} with the goods."), amount=amount)
        if order.net_days is not None:
            yield desk.fill(_("Please pay it within {days} days."), days=str(order.net_days))
    if order.expires_at:
        yield desk.fill(_("We keep the goods for you until {date}."), date=desk.date(order.expires_at))


def _tell_where_to_pay(desk: Desk, letter: Letter) -> None:
    """The shop's account, while money is awaited there."""
    if desk.order.payment_method == "bank_transfer":
        tell_account(desk, letter, number=desk.order.number, due=desk.receivable.due)


def tell_account(desk: Desk, letter: Letter, *, number: str, due: int) -> None:
    """The shop's account with what to give as the reference, and the whole transfer as a code to be scanned."""
    account = bank_account(desk.profile) if desk.profile else {}
    if account and due > 0:
        letter.facts += [Fact(str(ACCOUNT[name]), text) for name, text in account.items()]
        letter.facts.append(Fact(_("Reference"), (spaced_reference(number) if "iban" in account else "") or number))
        code = girocode(account, number=number, amount=due, currency=desk.order.currency)
        letter.scan = png_of(code) if code else b""


def _reference(desk: Desk) -> str:
    """What to give along with a transfer: with check digits where banks know them, else the number of the order."""
    has_iban = desk.profile is not None and desk.profile.iban
    return (spaced_reference(desk.order.number) if has_iban else "") or desk.order.number


def _order_link(desk: Desk, letter: Letter) -> None:
    letter.subject = desk.fill(_("The way to your order {number} at {shop}"))
    letter.heading = _("Here is your order")
    letter.paragraphs += [
        desk.fill(_("Somebody asked for the way to your order {number}, with this address. The button leads there.")),
        _("Whoever has this mail can look at the order. If it was not you who asked, you need not do anything."),
    ]
    letter.facts.append(Fact(_("Order"), desk.order.number))


def _payment_received(desk: Desk, letter: Letter) -> None:
    order, due = desk.order, desk.receivable.due
    found = [one for one in payments.payments_of("order", [order.id]).get(order.id, []) if one.id == desk.notice.about_id]
    arrived = sum(share.amount for one in found for share in one.shares)
    letter.subject = desk.fill(_("Payment received for order {number} at {shop}"))
    letter.heading = _("We have received your payment")
    if arrived:
        letter.paragraphs.append(desk.fill(_("{amount} for your order {number} has arrived."), amount=desk.money(arrived)))
    else:
        letter.paragraphs.append(desk.fill(_("Your payment for order {number} has arrived.")))
    if due > 0:
        letter.paragraphs.append(Note(desk.fill(_("{amount} is still to be paid."), amount=desk.money(due))))
    else:
        letter.paragraphs.append(Note(_("The order is paid in full. Thank you.")))
    letter.facts.append(Fact(_("Order"), order.number))
    for payment in found:
        letter.facts.append(Fact(_("Payment"), method_name(payment.gateway)))
        if payment.captured_at:
            letter.facts.append(Fact(_("Date"), desk.date(payment.captured_at)))
    letter.names["payment"] = {
        "amount": desk.money(arrived) if arrived else None,
        "method": method_name(found[0].gateway) if found else None,
    }
    paid = desk.receivable.allocated - desk.receivable.refunded
    letter.totals += [
        Fact(_("Total"), desk.money(desk.receivable.amount)),
        Fact(_("Paid"), desk.money(paid), is_strong=True),
    ]


def _shipped(desk: Desk, letter: Letter) -> None:
    order, shipment = desk.order, Shipment.objects.get(id=desk.notice.about_id)
    letter.subject = desk.fill(_("Order {number} from {shop} is on its way"))
    letter.heading = _("Your goods are on their way")
    letter.paragraphs.append(desk.fill(_("Goods of your order {number} have left our house.")))
    tally = tallies_of([order.id]).get(order.id)
    if tally and tally.issued < tally.demanded - tally.canceled:
        letter.paragraphs.append(Note(_("The rest of the order follows in another shipment.")))
    letter.facts.append(Fact(_("Shipment"), shipment.number))
    if shipment.shipped_at:
        letter.facts.append(Fact(_("Sent on"), desk.date(shipment.shipped_at)))
    if shipment.carrier:
        letter.facts.append(Fact(_("Carrier"), shipment.carrier))
    numbers = _tracking_numbers(shipment)
    first = numbers[0] if numbers else ""
    letter.names["shipment"] = {
        "number": shipment.number,
        "sent_on": desk.date(shipment.shipped_at) if shipment.shipped_at else None,
        "carrier": shipment.carrier or None,
        "tracking_number": first or None,
        "tracking_url": tracking_url(shipment.carrier, first) or None,
    }
    for number in numbers:
        fact = Fact(_("Tracking number"), number, tracking_url(shipment.carrier, number))
        letter.facts.append(fact)
        if fact.url and letter.button is None:
            letter.button = Fact(_("Follow the parcel"), "", fact.url)
    letter.items += _shipped_items(desk, shipment)
    letter.addresses += _addresses(desk)[:1]


def _delivered(desk: Desk, letter: Letter) -> None:
    shipment = Shipment.objects.get(id=desk.notice.about_id)
    letter.subject = desk.fill(_("Order {number} from {shop} has arrived"))
    letter.heading = _("Your goods have arrived")
    letter.paragraphs += [
        desk.fill(_("The carrier tells us that goods of your order {number} are with you.")),
        _("If something is missing or broken, please tell us."),
    ]
    arrived = desk.date(shipment.delivered_at) if shipment.delivered_at else None
    letter.names["shipment"] = {"number": shipment.number, "arrived_on": arrived}
    letter.facts.append(Fact(_("Shipment"), shipment.number))
    if shipment.delivered_at:
        letter.facts.append(Fact(_("Arrived on"), desk.date(shipment.delivered_at)))
    letter.items += _shipped_items(desk, shipment)


def _refunded(desk: Desk, letter: Letter) -> None:
    order = desk.order
    found = payments.payments_of("order", [order.id]).get(order.id, [])
    refunds = [(one, attempt) for one in found for attempt in one.attempts if attempt.id == desk.notice.about_id]
    amount = sum(attempt.amount for _payment, attempt in refunds) or sum(share.refunded for one in found for share in one.shares)
    letter.names["refund"] = {"amount": desk.money(amount)}
    letter.subject = desk.fill(_("Refund for order {number} at {shop}"))
    letter.heading = _("Your money is on its way back")
    letter.paragraphs += [
        desk.fill(_("We have given back {amount} for your order {number}."), amount=desk.money(amount)),
        _("Banks and card companies may take a few days to show it."),
    ]
    letter.facts.append(Fact(_("Order"), order.number))
    letter.facts += [Fact(_("Payment"), method_name(attempt.gateway)) for _payment, attempt in refunds]
    letter.totals.append(Fact(_("Given back"), desk.money(amount), is_strong=True))


def _order_canceled(desk: Desk, letter: Letter) -> None:
    order, told = desk.order, _cancellation(desk.notice)
    canceled = {one.line_id: one.quantity for one in told.lines} if told else {}
    if order.state == "canceled":
        letter.subject = desk.fill(_("Order {number} at {shop} is canceled"))
        letter.heading = _("Your order is canceled")
        letter.paragraphs.append(desk.fill(_("Your order {number} is canceled. Nothing more of it will be sent.")))
    else:
        letter.subject = desk.fill(_("A part of order {number} at {shop} is canceled"))
        letter.heading = _("A part of your order is canceled")
        letter.paragraphs.append(desk.fill(_("These parts of your order {number} are canceled. The rest goes on as planned.")))
    refund = told.refund_due if told else max(0, -desk.receivable.due)
    letter.names["refund"] = {"amount": desk.money(refund) if refund > 0 else None}
    if refund > 0:
        text = _("What you have paid too much, {amount}, goes back to you.")
        letter.paragraphs.append(Note(desk.fill(text, amount=desk.money(refund))))
    rows = _lines(order)
    names = _called(desk, rows)
    for line in rows:
        quantity = canceled.get(line.id, 0) if told else line.canceled
        if quantity:
            letter.items.append(Item(names[line.id], line.sku, _counted(quantity, line.variant)))
    letter.facts.append(Fact(_("Order"), order.number))


def _order_changed(desk: Desk, letter: Letter) -> None:
    order, due = desk.order, desk.receivable.due
    back = sum(one.amount for one in payments.refunds_out("order", [order.id]).get(order.id, ()))
    letter.subject = desk.fill(_("Order {number} at {shop} was changed"))
    letter.heading = _("Your order was changed")
    letter.paragraphs.append(desk.fill(_("This is what your order {number} says now.")))
    if due > 0:
        letter.paragraphs.append(Note(desk.fill(_("{amount} is still to be paid."), amount=desk.money(due))))
        letter.paragraphs += map(Note, _how_to_pay(desk))
        offer_to_pay(desk, letter)
    elif due < 0:
        text = _("What you have paid too much, {amount}, goes back to you.")
        letter.paragraphs.append(Note(desk.fill(text, amount=desk.money(-due))))
    if back + due > max(0, due):
        text = _("{amount} is on its way back to you, from before. When it has arrived, please pay it again.")
        letter.paragraphs.append(Note(desk.fill(text, amount=desk.money(back + min(0, due)))))
    letter.facts.append(Fact(_("Order"), order.number))
    _tell_where_to_pay(desk, letter)
    _tell_order(desk, letter)


def _return_lapsed(desk: Desk, letter: Letter) -> None:
    """The order that left ahead is to be paid, because nothing came back for it."""
    rma = return_(desk.notice.about_id)
    letter.names["return"] = {"number": rma.number, "due_back_on": desk.date(rma.due_back_at) if rma.due_back_at else None}
    letter.subject = desk.fill(_("Please pay for order {number} at {shop}"))
    letter.heading = _("Your goods have not come back")
    letter.paragraphs += [
        desk.fill(
            _("We sent you order {number} ahead, before the goods that it replaces were back. They have not arrived here.")
        ),
        desk.fill(_("Please pay {amount} for it, or tell us if they are on their way."), amount=desk.money(desk.receivable.due)),
    ]
    letter.facts += [Fact(_("Order"), desk.order.number), Fact(_("Return"), rma.number)]
    if rma.due_back_at:
        letter.facts.append(Fact(_("Due back"), desk.date(rma.due_back_at)))
    letter.facts += [
        Fact(str(ACCOUNT[name]), text) for name, text in (bank_account(desk.profile) if desk.profile else {}).items()
    ]
    letter.totals.append(Fact(_("Still due"), desk.money(desk.receivable.due), is_strong=True))
    offer_to_pay(desk, letter)


_WRITERS: Final[Mapping[NoticeKind, Callable[[Desk, Letter], None]]] = {
    NoticeKind.ORDER_CONFIRMED: _order_confirmed,
    NoticeKind.ORDER_LINK: _order_link,
    NoticeKind.PAYMENT_RECEIVED: _payment_received,
    NoticeKind.SHIPPED: _shipped,
    NoticeKind.DELIVERED: _delivered,
    NoticeKind.REFUNDED: _refunded,
    NoticeKind.ORDER_CANCELED: _order_canceled,
    NoticeKind.ORDER_CHANGED: _order_changed,
    NoticeKind.RETURN_LAPSED: _return_lapsed,
}


# ── parts that several share ─────────────────────────────────────────────────────────────────────────────────────────────


def _cancellation(notice: Notice) -> OrderCanceled | None:
    """What was canceled, where the notice is about the entry that says so."""
    entry = JournalEntry.objects.filter(id=notice.about_id, event_kind=OrderCanceled.__name__).first()
    event = decode(OrderCanceled.__name__, entry.event) if entry else None
    return event if isinstance(event, OrderCanceled) else None


def _lines(order: Order) -> list[OrderLine]:
    """What was ordered, without the line that is the shipping."""
    lines = OrderLine.objects.filter(order=order).exclude(kind=LineKind.SHIPPING)
    return list(lines.select_related("variant").order_by("position"))


def _called(desk: Desk, rows: Sequence[OrderLine]) -> dict[UUID, str]:
    """What the lines are about, by their ids: in the reader's language where the shop has it, else as it was ordered."""
    known = names_in(desk.notice.language, [row.variant_id for row in rows])
    return {row.id: known.get(row.variant_id, row.name) if row.variant_id else row.name for row in rows}


def _counted(quantity: int, variant: Variant | None) -> str:
    unit = UNITS[variant.unit] if variant else UNITS["piece"]
    counted = plain_quantity(quantity, unit)
    return counted if unit.code in {"piece", "pair", "set"} else f"{counted} {unit.code}"


def _items(desk: Desk) -> list[Item]:
    """What is not canceled of the lines."""
    rows = _lines(desk.order)
    amounts = {row.id: row.goods for row in rows}
    if any(row.canceled for row in rows):
        amounts = {line.id: refund_share(line, 0, line.kept).goods for line in standing(desk.order.id).lines}
    kept, names = [(row, row.quantity - row.canceled) for row in rows if row.quantity > row.canceled], _called(desk, rows)
    return [Item(names[row.id], row.sku, _counted(left, row.variant), desk.money(amounts[row.id])) for row, left in kept]


def _shipped_items(desk: Desk, shipment: Shipment) -> list[Item]:
    inside = ShipmentLine.objects.filter(shipment=shipment, quantity__gt=0).select_related("order_line", "demand__variant")
    rows = list(inside.order_by("order_line__position", "id"))
    names, items = names_in(desk.notice.language, [row.demand.variant_id for row in rows]), []
    for row in rows:
        of = row.demand.variant
        otherwise = row.order_line.name if row.order_line.variant_id == of.id else of.name
        items.append(Item(names.get(of.id, otherwise), of.sku, _counted(row.quantity, of)))
    return items


def _tracking_numbers(shipment: Shipment) -> list[str]:
    packages = Package.objects.filter(shipment=shipment).exclude(tracking_number="").order_by("position")
    return list(dict.fromkeys(filter(None, [shipment.tracking_number, *packages.values_list("tracking_number", flat=True)])))


def _totals(desk: Desk) -> list[Fact]:
    order = desk.order
    totals = [Fact(_("Goods"), desk.money(order.goods))]
    if order.discount:
        totals.append(Fact(_("Discount"), desk.money(-order.discount)))
    if order.shipping:
        totals.append(Fact(pgettext("money", "Shipping"), desk.money(order.shipping)))
    if order.tax and not order.prices_include_tax:
        totals.append(Fact(_("Tax"), desk.money(order.tax)))
    totals.append(Fact(_("Total"), desk.money(order.total), is_strong=True))
    if order.tax and order.prices_include_tax:
        totals.append(Fact(_("Tax contained in it"), desk.money(order.tax)))
    return totals


def _addresses(desk: Desk) -> list[tuple[str, list[str]]]:
    order, found = desk.order, []
    there = address_lines(order.ship_to, desk.locale)
    if there:
        found.append((_("Shipping address"), there))
    bill_to = address_lines(order.bill_to, desk.locale)
    if bill_to and bill_to != there:
        found.append((_("Billing address"), bill_to))
    return found
