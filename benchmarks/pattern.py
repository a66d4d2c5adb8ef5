"""A few hundred orders with their whole lives, made by the ordinary commands: the pattern that `growth` multiplies.

Of a hundred orders two are still open for lack of money, two for lack of a parcel, two are on their way, one is held; eight
were canceled (four of them paid before), eight came back in part. The others were delivered, paid for and put away. Every
tenth has mails to its customer. A quarter is of customers who come now and then, an eighth of a few who buy all the time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from benchmarks.house import ARTICLES, House
from dingdan.automation.consumers import drain
from dingdan.kernel import clock
from dingdan.kernel.contact import PostalAddress
from dingdan.kernel.errors import Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import SYSTEM, Call
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import MoneyReceived, Towards, record_payments
from dingdan.ledgers.payments.events import Document
from dingdan.masterdata.channels.commands import save_channel
from dingdan.masterdata.channels.queries import all_channels
from dingdan.masterdata.channels.rules import ChannelDraft
from dingdan.masterdata.customers.commands import save_customers
from dingdan.masterdata.customers.rules import AddressDraft, ContactDraft, CustomerDraft
from dingdan.trade.aftersales.commands import (
    CancelOrder,
    ReturnWanted,
    Verdict,
    authorize_return,
    cancel_orders,
    inspect_return,
    receive_return,
    refund_order,
)
from dingdan.trade.fulfillment.commands import (
    DeliverShipment,
    PlanShipments,
    ShipShipment,
    deliver_shipments,
    plan_shipments,
    ship_shipments,
)
from dingdan.trade.orders.commands import CloseOrder, close_orders, hold_order, place_orders
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.orders.rules import Person, PlaceOrder, WantedLine
from dingdan.trade.settlement.commands import IssueCreditNote, IssueInvoice, issue_credit_notes, issue_invoices

REGULARS: Final = 10
AT_ONCE: Final = 50
FIRST: Final = 100
"""The number of the pattern's first order; those below are made while getting ready."""
EVERYTHING: Final = 15
"""The number of an order of every article, made while getting ready. All of it goes and comes back, so every place is there."""
_GIVEN: Final = ("Ann", "Bo", "Chloé", "Dai", "Eve", "Finn", "Grace", "Hugo", "Ida", "Jon", "小明", "美玲", "雷", "梅")
_FAMILY: Final = ("Lee", "Ek", "Müller", "Shah", "Novak", "Okoro", "Silva", "Brown", "Ito", "Kaya", "王", "陳", "李", "韓")
_ADDRESS: Final = {"street_address": "1 High Street", "city": "London", "postal_code": "N1 9GU", "country_code": "GB"}


@dataclass
class Lives:
    """Orders of one shop, the first of them placed at `begun`, one after the other over `span`."""

    house: House
    begun: datetime
    span: timedelta
    regulars: Sequence[UUID] = ()
    others: Sequence[UUID] = ()
    _placed: list[tuple[int, datetime, OrderPlaced]] = field(default_factory=list)

    def run(self, numbers: range) -> None:
        """Make the orders of these numbers, and let follow what follows by itself."""
        for start in range(0, len(numbers), AT_ONCE):
            times = [self.begun + self.span * (start + place) / len(numbers) for place in range(AT_ONCE)]
            self._placed = self._place(numbers[start : start + AT_ONCE], times)
            self._pay()
            self._stop()
            self._send()
            self._return()
        drain(self.house.tenant.id)

    def _call(self, number: int, at: datetime) -> Call:
        return Call(tenant_id=self.house.tenant.id, actor=SYSTEM, key=str(new_id()), at=at, quiet=number % 10 != 3)

    def _some(self, *numbers: int) -> Iterable[tuple[int, datetime, OrderPlaced]]:
        """The orders at these places of every hundred."""
        return [one for one in self._placed if one[0] % 100 in numbers]

    def _place(self, numbers: range, times: Sequence[datetime]) -> list[tuple[int, datetime, OrderPlaced]]:
        channels = sorted(all_channels(), key=lambda channel: channel.code)
        wanted = [self._wanted(number, channels[number % len(channels)]) for number in numbers]
        calls = [self._call(number, at) for number, at in zip(numbers, times, strict=False)]
        placed = _granted(place_orders.many(zip(calls, wanted, strict=True)))
        return list(zip(numbers, times, placed, strict=False))

    def _wanted(self, number: int, channel: Any) -> PlaceOrder:
        name = f"{_GIVEN[number % 14]} {_FAMILY[number * 5 // 14 % 14]}"
        steps = range(ARTICLES if number == EVERYTHING else 1 + number % 3)
        skus = [f"A{1 + (number * 13 + step * 67) % ARTICLES}" for step in steps]
        customer_id = None
        if number % 8 == 0:
            customer_id = self.regulars[number // 8 % len(self.regulars)]
        elif number % 4 == 1:
            customer_id = self.others[number // 4 % len(self.others)]
        return PlaceOrder(
            channel_id=channel.id,
            currency=channel.currency,
            customer_id=customer_id,
            external_id=f"M-{number + 1}" if channel.code == "market" else None,
            lines=tuple(WantedLine(sku=sku, quantity=1 + number % 2) for sku in skus),
            ship_to=Person(name=name, email=_mail(number), phone=f"+4479460{number:05}", country="GB", address=_ADDRESS),
            shipping_method="parcel",
        )

    def _pay(self) -> None:
        money = [
            (self._call(number, at + timedelta(hours=2)), _received(number, order))
            for number, at, order in self._placed
            if number % 100 not in (0, 1, 4, 5, 6, 7)
        ]
        _granted(record_payments.many(money))

    def _stop(self) -> None:
        """What is canceled, with its money back, and what is held."""
        for number, at, order in self._some(4, 5, 6, 7, 8, 9, 10, 11):
            cancel_orders.one(self._call(number, at + timedelta(hours=20)), CancelOrder(order_id=order.order_id))
            if number % 100 >= 8:
                refund_order(self._call(number, at + timedelta(hours=21)), order_id=order.order_id, reason="canceled")
        for number, at, order in self._some(12):
            hold_order(self._call(number, at + timedelta(hours=3)), order_id=order.order_id, reason="Ask for the address.")

    def _send(self) -> None:
        """What leaves is invoiced, arrives, and is put away."""
        going = list(self._some(2, 3, *range(13, 100)))
        planned = _granted(
            plan_shipments.many(
                [(self._call(n, at + timedelta(hours=4)), PlanShipments(order.order_id)) for n, at, order in going]
            )
        )
        parcels = [
            (n, at, shipment.shipment_id)
            for (n, at, _order), plan in zip(going, planned, strict=True)
            for shipment in plan.shipments
            if n % 100 > 3
        ]
        left = [
            (self._call(n, at + timedelta(hours=26)), ShipShipment(id_, "Royal Mail", f"RM{n + 1:05}GB"))
            for n, at, id_ in parcels
        ]
        _granted(ship_shipments.many(left))
        _granted(
            issue_invoices.many(
                [(self._call(n, at + timedelta(hours=27)), IssueInvoice(shipment_id=id_)) for n, at, id_ in parcels]
            )
        )
        arrived = [(n, at, id_) for n, at, id_ in parcels if n % 100 > 14]
        _granted(
            deliver_shipments.many([(self._call(n, at + timedelta(hours=74)), DeliverShipment(id_)) for n, at, id_ in arrived])
        )
        done = [one for one in going if one[0] % 100 > 14]
        _granted(
            close_orders.many([(self._call(n, at + timedelta(hours=74)), CloseOrder(order.order_id)) for n, at, order in done])
        )

    def _return(self) -> None:
        """One unit of the first line comes back, is put on the shelf, and its money goes back."""
        for number, at, order in self._some(*range(15, 23)):
            goods = [line for line in order.lines if line.variant_id][: ARTICLES if number == EVERYTHING else 1]
            wanted = tuple(ReturnWanted(line_id=line.line_id, quantity=1) for line in goods)
            call = self._call(number, at + timedelta(hours=100))
            rma = authorize_return(call, order_id=order.order_id, lines=wanted)
            back = receive_return(self._call(number, at + timedelta(hours=140)), return_id=rma.return_id)
            verdicts = tuple(Verdict(piece_id=piece.piece_id, restock=piece.quantity) for piece in back.pieces)
            inspect_return(self._call(number, at + timedelta(hours=141)), return_id=rma.return_id, verdicts=verdicts)
            refund_order(self._call(number, at + timedelta(hours=142)), order_id=order.order_id, reason="returned")
            issue_credit_notes.one(self._call(number, at + timedelta(hours=142)), IssueCreditNote(return_id=rma.return_id))


LONGEST: Final = timedelta(hours=150)
"""From an order to the last of what follows it."""


def pattern(house: House, count: int, span: timedelta, regulars: Sequence[UUID]) -> None:
    """So many orders whose lives are over by now, placed over a span of time, and customers who are theirs alone."""
    others = _customers(house, max(1, count // 8))
    Lives(house, clock.now() - LONGEST - span, span, regulars, others).run(range(FIRST, FIRST + count))


def prepare(house: House) -> list[UUID]:
    """Two channels more, customers who buy all the time (their ids are returned), and one order of every kind.

    So everything that orders share (accounts, places, series of numbers) is there before the pattern is.
    """
    for code, kind in (("market", "marketplace"), ("phone", "staff")):
        draft = ChannelDraft(code=code, name=code.capitalize(), kind=kind, currency=house.tenant.currency)
        save_channel(house.call(), channel=draft)
    regulars = _customers(house, REGULARS)
    Lives(house, clock.now() - 2 * LONGEST, timedelta(hours=1), regulars, regulars).run(range(FIRST))
    return regulars


def _customers(house: House, count: int) -> list[UUID]:
    drafts = [
        CustomerDraft(
            contact=ContactDraft(name=f"{_GIVEN[number % 14]} {_FAMILY[number % 13]}", email=_mail(number)),
            addresses=(AddressDraft(address=PostalAddress(**_ADDRESS)),),
        )
        for number in range(count)
    ]
    return [saved.customer_id for saved in _granted(save_customers.many([(house.call(), draft) for draft in drafts]))]


def _mail(number: int) -> str:
    return f"customer{number + 1}@example.com"


def _received(number: int, order: OrderPlaced) -> MoneyReceived:
    towards = (Towards(document=Document("order", order.order_id)),)
    return MoneyReceived(method="bank_transfer", money=Money(order.total, order.currency), towards=towards)


def _granted(outcomes: Iterable[Any]) -> list[Any]:
    """What was answered; raises the first refusal."""
    found = list(outcomes)
    for outcome in found:
        if isinstance(outcome, Refusal):
            raise outcome
    return found
