"""What a payer sees of an order or an invoice, and how they pay it: behind the page that a link opens."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, Literal
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dingdan.automation import checkouts
from dingdan.automation.checkouts import Begun
from dingdan.automation.notices import shop_name
from dingdan.automation.pay_links import PAY_INVOICE
from dingdan.automation.reacting import part_of
from dingdan.automation.words import method_name
from dingdan.kernel import clock
from dingdan.kernel.entries import register_version
from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.guessing import guess
from dingdan.kernel.journal import Actor, Call
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.ledgers.payments import queries as payments
from dingdan.ledgers.payments.commands import CardNotUsable, CheckoutDraft, redeem_gift_card
from dingdan.ledgers.payments.events import Document, PaymentRecorded
from dingdan.ledgers.payments.ports import gateways, saving
from dingdan.ledgers.payments.queries import CardBalance, usable_card
from dingdan.masterdata.catalog.queries import names_in
from dingdan.masterdata.customers.queries import customers_by_id
from dingdan.masterdata.methods.ports import Way, without_account
from dingdan.masterdata.methods.queries import firm_of, gateways_in_use
from dingdan.masterdata.methods.rules import MethodTerms, PaymentMethodNotAvailable, Sale, offered
from dingdan.masterdata.shop.queries import bank_account, profile_in_force
from dingdan.trade.aftersales.queries import standing
from dingdan.trade.changes.commands import ChangeOrder, change_orders
from dingdan.trade.changes.queries import preview
from dingdan.trade.changes.rules import SetPayment
from dingdan.trade.dunning.queries import of_invoices
from dingdan.trade.orders import queries as orders
from dingdan.trade.orders.models import Order
from dingdan.trade.settlement.queries import invoice

BANK: Final = "bank_transfer"
AT_THE_DOOR: Final = "cash_on_delivery"
MAY: Final = frozenset(
    {
        "payments.redeem_gift_card",
        "payments.request_charge",
        "payments.request_authorization",
        "changes.change_orders",
        "orders.set_payment",
    }
)
"""What whoever holds a link to pay may do."""
CARD_GUESSES: Final = "gift card"
"""What wrong codes of gift cards are counted as, at every door."""
LONGEST: Final = timedelta(minutes=30)
_ON_A_PHONE: Final = (Way.WAP, Way.PAGE, Way.QR)
_ON_A_DESK: Final = (Way.PAGE, Way.QR, Way.WAP)

Standing = Literal["due", "held", "paid", "canceled"]


class AmountChanged(Refusal):
    """Something else is to be paid than the payer saw."""

    sentence = gettext_lazy("The amount to be paid has changed meanwhile. Nothing was paid.")
    remedy = gettext_lazy("Look at it again, and choose how to pay.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """What is to be paid: an order, or what of an invoice of it is open. Amounts in minor units."""

    order: Order
    owed: payments.ReceivableView
    due: int
    standing: Standing
    invoice_number: str = ""

    @property
    def document(self) -> Document:
        """What the money is for, in the books."""
        return Document("order", self.order.id)

    @property
    def reference(self) -> str:
        """What the payer is to write on a transfer."""
        return self.invoice_number or self.order.number


def bill_of(kind: str, id: UUID) -> Bill | None:  # noqa: A002
    """What a link to pay is about now; None where it is not there any more. The tenant is in scope."""
    try:
        number, order_id, part = _invoice(id) if kind == PAY_INVOICE else ("", id, None)
        order = orders.order(order_id)
    except NotFound:
        return None
    owed = payments.receivable_of("order", [order.id])[order.id]
    there = max(0, owed.due)
    due = there if part is None else min(part, there)
    left = max(0, owed.due - owed.authorized)
    return Bill(order=order, owed=owed, due=due, standing=_standing(order, due, left), invoice_number=number)


def _invoice(invoice_id: UUID) -> tuple[str, UUID, int]:
    row, open_ = invoice(invoice_id), of_invoices([invoice_id]).get(invoice_id)
    return row.number, row.order_id, open_.open if open_ else 0


def _standing(order: Order, due: int, left: int) -> Standing:
    if due and left:
        return "canceled" if order.state == "canceled" else "due"
    if due:
        return "held"
    return "canceled" if order.state == "canceled" else "paid"


@dataclass(frozen=True, slots=True, kw_only=True)
class BillLine:
    """A line of what is paid; `total` in minor units."""

    name: str
    sku: str
    quantity: int
    total: int


def lines_of(bill: Bill, *, language: str) -> list[BillLine]:
    """What is not canceled of the order, as it is paid, called as in that language (a tag) where the shop has such names."""
    found = standing(bill.order.id)
    names = names_in(language, [line.variant_id for line in found.lines])
    return [
        BillLine(
            name=names.get(line.variant_id, line.name) if line.variant_id else line.name,
            sku=found.rows[line.id].sku,
            quantity=line.kept,
            total=line.kept_total,
        )
        for line in found.lines
        if line.kept
    ]


# ── the methods ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A method as the payer is offered it. `more` is what it adds to what is due, below zero what it takes off."""

    terms: MethodTerms
    more: int = 0
    keeps: bool = False
    """Whether the firm can keep the method for the customer's next payment."""
    bank: Mapping[str, str] = field(default_factory=dict)

    @property
    def icon(self) -> str:
        """Its picture."""
        usual = {BANK: "bank", "alipay": "wallet", "wechatpay": "phone", "paypal": "wallet"}
        return self.terms.icon or usual.get(self.terms.gateway, "card")


def offers_for(bill: Bill) -> list[Offer]:
    """The methods by which a bill can be paid from a distance now, in the shop's order."""
    methods, order = orders.methods(register_version()), bill.order
    group = customers_by_id([order.customer_id])[order.customer_id].group if order.customer_id else ""
    sale = Sale(channel=order.channel.code, country=order.ship_to.country, currency=order.currency, amount=bill.due, group=group)
    profile = profile_in_force()
    bank = bank_account(profile) if profile else {}
    found = []
    for terms in _fitting(sale, methods, bank):
        if terms.gateway == BANK:
            found.append(Offer(terms=terms, more=_more(bill, terms), bank=bank))
        else:
            keeps = terms.gateway in saving and order.customer_id is not None
            found.append(Offer(terms=terms, more=_more(bill, terms), keeps=keeps))
    return found


def methods_for(sale: Sale) -> list[MethodTerms]:
    """The methods by which an order that is not placed yet can be paid, in the shop's order; at the door, too."""
    profile, methods = profile_in_force(), orders.methods(register_version())
    found = _fitting(sale, methods, bank_account(profile) if profile else {})
    at_the_door = {one.code for one in offered(methods, sale) if one.gateway == AT_THE_DOOR} if methods else set()
    return [one for one in methods if one in found or one.code in at_the_door] if methods else found


def _fitting(sale: Sale, methods: Sequence[MethodTerms], bank: Mapping[str, str]) -> list[MethodTerms]:
    """What can be paid by from a distance."""
    there = gateways_in_use()
    known = offered(methods, sale) if methods else _everything(there)
    return [one for one in known if (one.gateway == BANK and bank) or _takes(one.gateway, sale.currency, there)]


def _everything(there: set[str]) -> list[MethodTerms]:
    """What a shop offers that wrote no methods down: every gateway that it can use, and its bank account."""
    codes = [code for code in gateways if code in there or code in without_account]
    return [MethodTerms(code=code, gateway=code, name=method_name(code)) for code in (*codes, BANK)]


def _takes(gateway: str, currency: str, there: set[str]) -> bool:
    firm = firm_of(gateway)
    if gateway not in gateways or (firm is not None and gateway not in there):
        return False
    return firm is None or not firm.currencies or currency in firm.currencies


def _more(bill: Bill, terms: MethodTerms) -> int:
    """What another method makes of the order's total; nothing for invoices, and where neither costs anything."""
    order = bill.order
    if bill.invoice_number or terms.code == order.payment_method:
        return 0
    costs = order.method_discount or any(line.is_charge and line.canceled < line.quantity for line in order.lines.all())
    if not costs and not terms.charge(bill.due, order.currency):
        return 0
    seen = preview(order.id, [SetPayment(method=terms.code)])
    return 0 if seen.refusals else seen.difference


def way_for(terms: MethodTerms, *, on_phone: bool) -> str:
    """How the payer meets the firm on their device."""
    firm = firm_of(terms.gateway)
    there = list(terms.ways or (firm.ways if firm else (Way.PAGE,)))
    wanted = _ON_A_PHONE if on_phone else _ON_A_DESK
    return next((str(way) for way in wanted if way in there), str(there[0]) if there else Way.PAGE.value)


# ── paying ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Payer:
    """Who pays, and with what: their language and device, their address on the internet."""

    language: str
    on_phone: bool = False
    ip: str = ""
    keep: bool = False
    """Whether they agreed that the firm keeps the method for their next payment."""


def call_to_pay(bill: Bill, key: str) -> Call:
    """A call of whoever holds the link, under the key of the form: sent twice, it is done once."""
    actor = Actor("customer", str(bill.order.id), MAY)
    return Call(tenant_id=current_tenant_id(), actor=actor, key=f"pay:{bill.order.id}:{key}")


def pay_with_card(call: Call, bill: Bill, *, code: str, client: str) -> PaymentRecorded:
    """Pay of a bill as much as is on a gift card. A wrong code (`CardNotUsable`) counts as a guess of whoever holds the link."""
    with guess(CARD_GUESSES, clients=[f"order {bill.order.id}", client], at=clock.now()):
        return redeem_gift_card(part_of(call, "card"), document=bill.document, code=code)


def card_told(code: str, currency: str, *, client: str) -> CardBalance:
    """What is on a gift card that can pay in a currency. A wrong code (`CardNotUsable`) counts as a guess."""
    with guess(CARD_GUESSES, clients=[f"shopper {client}"], at=clock.now()):
        known = usable_card(code, at=clock.now())
        if known is None or known.currency != currency or not known.left:
            raise CardNotUsable(field="gift_card")
        return known


def pay(call: Call, bill: Bill, *, method: str, seen: int, payer: Payer) -> Begun:
    """Begin to pay a bill by a method. Refuses methods that are not offered, other amounts than were seen, what is paid."""
    offer = next((one for one in offers_for(bill) if one.terms.code == method and one.terms.gateway in gateways), None)
    if offer is None:
        known = ", ".join(one.terms.code for one in offers_for(bill))
        raise PaymentMethodNotAvailable(field="method", method=method[:40] or "–", choices=known or "–")
    if seen != bill.due:
        raise AmountChanged(field="seen")
    if offer.more:
        change_orders.one(part_of(call, "method"), ChangeOrder(order_id=bill.order.id, changes=(SetPayment(method=method),)))
    return checkouts.begin(
        part_of(call, "begin"),
        document=bill.document,
        gateway=offer.terms.gateway,
        currency=bill.order.currency,
        amount=bill.due if bill.invoice_number else None,
        checkout=CheckoutDraft(
            way=way_for(offer.terms, on_phone=payer.on_phone),
            title=_title(bill),
            language=payer.language,
            minutes=_minutes(bill),
            details=_details(bill, payer),
            keep=payer.keep and offer.keeps,
        ),
    )


def _title(bill: Bill) -> str:
    said = _("Invoice {number}") if bill.invoice_number else _("Order {number}")
    return f"{shop_name(tenant_in_scope())} · {said.format(number=bill.reference)}"[:120]


def _minutes(bill: Bill) -> int:
    """How long the payer has: not longer than the order waits for its money."""
    ends = bill.order.expires_at
    left = LONGEST if ends is None else min(LONGEST, ends - clock.now())
    return max(0, int(left.total_seconds() // 60))


def _details(bill: Bill, payer: Payer) -> dict[str, str]:
    email = bill.order.bill_to.email or bill.order.ship_to.email
    return {name: text for name, text in (("payer_ip", payer.ip), ("email", email)) if text}


def notice_id(call: Call) -> UUID:
    """By which a mail with a link is told from another one: the same call, the same mail."""
    return UUID(bytes=hashlib.sha256(call.key.encode()).digest()[:16])
