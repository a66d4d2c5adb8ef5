"""The checkout: one page on which a guest says where to, how and by what, sees what it comes to, and orders. Once.

Whatever is sent twice, from two tabs, after the back button or a lost connection: a cart becomes one order. The key of the order
is that of the cart, and whoever comes too late is led to the order that there is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.automation import paying
from dingdan.automation.pay_links import FOLLOWS, ORDER_LINK, PAY_ORDER, pay_url
from dingdan.automation.paying import Payer
from dingdan.kernel import clock
from dingdan.kernel.contact import PostalAddress, clean_address, clean_email, clean_phone
from dingdan.kernel.errors import KeyReused, Refusal
from dingdan.kernel.intake import submit
from dingdan.kernel.links import link_to
from dingdan.kernel.money import Money
from dingdan.kernel.text import clean_text
from dingdan.ledgers.payments.events import PromptKind
from dingdan.ledgers.payments.ports import Answer, gateways
from dingdan.masterdata.methods.rules import MethodTerms, Sale
from dingdan.masterdata.pricing.rules import Destination, RateLine, ShippingOffer, cheapest_ways
from dingdan.masterdata.promotions.rules import Nearly
from dingdan.trade.orders.commands import CartIsGone, place_orders
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.orders.queries import waiting_for_money
from dingdan.trade.orders.rules import CustomerIsBlocked, Draft, Person, PlaceOrder, PriceChanged, paid_of
from dingdan.web.shared.clients import counted
from dingdan.web.storefront.address_form import PARTS
from dingdan.web.storefront.carts import Filled, call_of, cart_of
from dingdan.web.storefront.known import NEW, Known, NoOrdersFromHere, remember, spend
from dingdan.web.storefront.pressing import SHOWN
from dingdan.web.storefront.reader import TAGS, Reader
from dingdan.web.storefront.reckoning import Reckoning

CHOSEN: Final = ("shipping", "payment", "gift_card", "address", "keep", "credit", SHOWN)
TYPED: Final = ("name", "company", "email", "phone", "country", *PARTS, "note", *CHOSEN)
LONGEST: Final = 600
MOST_UNPAID: Final = 8
"""So many orders of one e-mail address may wait for their money and hold goods meanwhile."""


class EmailNeeded(Refusal):
    """A guest is reached by mail alone."""

    status = 422
    sentence = _("Where shall the confirmation go? An e-mail address is needed.")
    remedy = _("Write your e-mail address.")


class NameNeeded(Refusal):
    """A parcel is for somebody."""

    status = 422
    sentence = _("Whom is the parcel for? A name is needed.")
    remedy = _("Write the name of the recipient.")


class WayNotChosen(Refusal):
    """Nothing was said about how it is shipped."""

    status = 422
    sentence = _("Nothing was chosen in how it is shipped.")
    remedy = _("Choose a way of shipping.")


class PaymentNotChosen(Refusal):
    """Nothing was said about how it is paid."""

    status = 422
    sentence = _("Nothing was chosen in how it is paid.")
    remedy = _("Choose a way to pay.")


class TooManyUnpaid(Refusal):
    """Orders that nobody pays keep goods from others."""

    sentence = _("{count} orders with this e-mail address wait for their money.")
    remedy = _("Pay one of them, or have it canceled; then order again.")


class TotalIsAnother(Refusal):
    """Price, tax or shipping changed while the page was open."""

    sentence = _("The total is now {total}.")
    remedy = _("Nothing was ordered yet: look through it again, and order if it is all right.")


@dataclass(frozen=True, slots=True)
class Sums:
    """What an order comes to as far as it is known, and what can be chosen. `trouble`: why it cannot be ordered like this."""

    draft: Draft | None
    ways: list[tuple[ShippingOffer, RateLine]] = field(default_factory=list)
    methods: list[MethodTerms] = field(default_factory=list)
    trouble: Refusal | None = None
    refused: Mapping[str, Refusal] = field(default_factory=dict)
    """Why which coupon brings nothing."""
    nearly: tuple[Nearly, ...] = ()
    """What would be given as well if there were a little more."""


def typed_in(sent: Mapping[str, str]) -> dict[str, str]:
    """What a form says, by its fields, as it was typed."""
    return {name: sent.get(name, "").replace("\0", "")[:LONGEST] for name in TYPED}


def person_of(typed: Mapping[str, str]) -> Person:
    """Whom the order is for. Refuses what cannot be, naming the field."""
    name = clean_text(typed["name"], "name", 200, required=False)
    if not name:
        raise NameNeeded(field="name")
    if not typed["email"].strip():
        raise EmailNeeded(field="email")
    email = clean_email(typed["email"], "email")
    found = clean_address(PostalAddress(country_code=typed["country"], **{part: typed[part] for part in PARTS}))
    parts = {part: text for part in ("country_code", *PARTS) if (text := getattr(found, part))}
    return Person(
        name=name, company=clean_text(typed["company"], "company", 200, required=False), email=email,
        phone=clean_phone(typed["phone"], "phone", country=found.country_code) if typed["phone"].strip() else "",
        country=found.country_code, address=parts,
    )  # fmt: skip


def roughly(typed: Mapping[str, str]) -> Person:
    """Where it goes, as far as it can be read yet: enough for taxes, ways of shipping and coupons."""
    address = {part: typed[part].strip() for part in ("country_area", "postal_code") if typed[part].strip()}
    return Person(email=typed["email"].strip(), country=typed["country"], address=address)


def sums_of(reader: Reader, wanted: PlaceOrder, *, is_pressed: bool = False) -> Sums:
    """What it comes to, with the ways and methods that there are for it. What was chosen and is not offered is left out.

    `is_pressed`: somebody pressed the button, so that what was used with an e-mail before counts.
    """
    reckoning = Reckoning(reader, wanted, asks_emails=is_pressed)
    try:
        first = reckoning.draft(replace(wanted, shipping_method="", payment_method=""), any_method=True)
    except Refusal as refusal:
        return Sums(None, trouble=refusal)
    plain = first.draft
    goods = any(line.variant and line.variant.stocked(1) for line in plain.lines)
    address = wanted.ship_to.address
    there = Destination(wanted.ship_to.country, address.get("country_area", ""), address.get("postal_code", ""))
    weight = sum(line.variant.shipped_grams * line.priced.quantity for line in plain.lines if line.variant)
    table = reckoning.book.shipping.get(wanted.currency, ()) if goods else ()
    ways = list(cheapest_ways(table, there, weight_grams=weight, amount=plain.priced.goods).values())
    way = wanted.shipping_method if wanted.shipping_method in [offer.code for offer, _rate in ways] else ""
    way = way or (min(ways, key=lambda one: one[1].price)[0].code if ways else "")
    chosen = replace(wanted, shipping_method=way)
    amount = paid_of(reckoning.draft(replace(chosen, payment_method=""), any_method=True).draft.priced)
    sale = Sale(channel=reader.front.channel.code, country=there.country, currency=wanted.currency, amount=amount)
    methods = paying.methods_for(sale)
    method = wanted.payment_method if wanted.payment_method in [one.code for one in methods] else ""
    method = method or (methods[0].code if methods else "")
    try:
        found = reckoning.draft(replace(chosen, payment_method=method), any_method=not method)
    except Refusal as refusal:
        return Sums(plain, ways, methods, refusal, first.refused)
    return Sums(found.draft, ways, methods, refused=found.refused, nearly=found.nearly)


def wanted_by(reader: Reader, filled: Filled, typed: Mapping[str, str], ship_to: Person) -> PlaceOrder:
    """The order that a cart becomes with what was typed."""
    return replace(
        filled.wanted, ship_to=ship_to, language=TAGS[reader.language], shipping_method=typed["shipping"][:40],
        payment_method=typed["payment"][:40], cart_id=filled.row.id,
        customer_note=clean_text(typed["note"], "note", 500, required=False, multiline=True),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Buys:
    """Who presses the button: from where, the total that they saw (minor units), and who they are if they are signed in."""

    payer: Payer
    seen: int
    known: Known | None = None


def place(reader: Reader, filled: Filled, typed: Mapping[str, str], buys: Buys) -> str:
    """Order what is in the cart, begin to pay it, and return where to go on. Refuses what cannot be, naming the field.

    Another total than the one that was seen is refused. A cart that is an order already leads to it.
    """
    if not filled.is_open:
        return _there_already(reader, filled)
    wanted = replace(wanted_by(reader, filled, typed, person_of(typed)), accepted_total=buys.seen)
    _may_order(wanted, buys)
    sums = sums_of(reader, wanted, is_pressed=True)
    if sums.ways and wanted.shipping_method not in [offer.code for offer, _rate in sums.ways]:
        raise WayNotChosen(field="shipping")
    if sums.draft and any(line.variant and line.variant.stocked(1) for line in sums.draft.lines) and not sums.ways:
        raise WayNotChosen(field="shipping")
    if wanted.payment_method not in [one.code for one in sums.methods]:
        raise PaymentNotChosen(field="payment")
    if sums.draft:  # a coupon that brings nothing was shown as such: it keeps nobody from ordering
        wanted = replace(wanted, coupon_codes=sums.draft.wanted.coupon_codes)
    try:
        placed = _placed(reader, filled, wanted)
    except (CartIsGone, KeyReused):
        again = cart_of(filled.link)
        if again is None or again.row.order_id is None:
            raise
        return _there_already(reader, again)
    if buys.known:
        _as_known(reader, buys.known, typed, sums, placed.order_id)
    return _paid(reader, placed.order_id, wanted.payment_method, buys.payer, card=typed.get("gift_card", ""))


def _placed(reader: Reader, filled: Filled, wanted: PlaceOrder) -> OrderPlaced:
    """Place the order under the key of its cart, with refusals in the words of whoever shops."""
    try:
        return submit(place_orders, call_of(filled.row.id, key=f"shop:{filled.row.id}"), wanted)
    except PriceChanged as other:
        raise TotalIsAnother(total=reader.money(int(other.facts["total"]))) from None
    except CustomerIsBlocked:  # since they were looked at
        raise NoOrdersFromHere from None


def _may_order(wanted: PlaceOrder, buys: Buys) -> None:
    """Refuse whom the shop has blocked, and an address for which too much waits to be paid."""
    if buys.known and buys.known.customer.state == "blocked":
        raise NoOrdersFromHere
    unpaid = waiting_for_money(wanted.ship_to.email, at=clock.now())
    if unpaid >= MOST_UNPAID:
        raise TooManyUnpaid(field="email", count=unpaid)


def _as_known(reader: Reader, known: Known, typed: Mapping[str, str], sums: Sums, order_id: UUID) -> None:
    """What follows of an order of somebody who is signed in: their credit is spent, the new address kept, as they said."""
    if sums.draft is None or sums.draft.wanted.cart_id is None:
        return
    cart_id, wanted = sums.draft.wanted.cart_id, sums.draft.wanted
    if typed["credit"] and (amount := known.credit(reader, sums.draft)):
        spend(known, cart_id, order_id=order_id, money=Money(amount, wanted.currency))
    if typed["keep"] and typed["address"] == NEW:
        remember(known, cart_id, wanted.ship_to)


def _there_already(reader: Reader, filled: Filled) -> str:
    return order_path(reader, filled.row.order_id) if filled.row.order_id else reader.to.cart


def _paid(reader: Reader, order_id: UUID, method: str, payer: Payer, *, card: str = "") -> str:
    """Where the payer goes on: to the firm at once, to the page to pay on where something is to be scanned, else to the order."""
    bill = paying.bill_of(PAY_ORDER, order_id)
    if bill is not None and bill.standing == "due" and card:
        try:
            paying.pay_with_card(paying.call_to_pay(bill, "checkout card"), bill, code=card, client=counted(payer.ip))
        except Refusal:
            return pay_path(reader, order_id)  # somebody used the card meanwhile: the rest is said there
        bill = paying.bill_of(PAY_ORDER, order_id)
    if bill is None or bill.standing != "due" or not _is_firm(method, bill):
        return order_path(reader, order_id)
    try:
        begun = paying.pay(paying.call_to_pay(bill, "checkout"), bill, method=method, seen=bill.due, payer=payer)
    except Refusal:
        return pay_path(reader, order_id)  # the order stands: the page to pay on says what is the matter, and offers other ways
    if begun.answer == Answer.WAITING and begun.prompt and begun.prompt.kind == PromptKind.REDIRECT:
        return begun.prompt.content
    return pay_path(reader, order_id)


def _is_firm(method: str, bill: paying.Bill) -> bool:
    return any(offer.terms.code == method and offer.terms.gateway in gateways for offer in paying.offers_for(bill))


def order_path(reader: Reader, order_id: UUID) -> str:
    """The page of an order, by a link that is good for a while."""
    return reader.to.order(link_to(ORDER_LINK, order_id, until=(clock.now() + FOLLOWS).replace(microsecond=0)))


def pay_path(reader: Reader, order_id: UUID) -> str:
    """The page to pay on, in the reader's language."""
    return f"{pay_url(PAY_ORDER, order_id, at=clock.now())}?lang={reader.language}"
