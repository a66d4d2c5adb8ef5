"""An order in the middle of its life, with everything around it that can still happen, and how the shop stands afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import count, islice
from typing import Any
from uuid import UUID

from dingdan.kernel import clock
from dingdan.kernel.command import BatchCommand
from dingdan.kernel.errors import Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Call
from dingdan.kernel.money import Money
from dingdan.ledgers.inventory.commands import (
    AdjustStock,
    StockChange,
    adjust_stock,
    expire_holds,
    fill_backorders,
    hold_stock,
    receive_stock,
    release_holds,
)
from dingdan.ledgers.inventory.events import StockHeld
from dingdan.ledgers.inventory.models import Backlog, Balance, Demand, Tally
from dingdan.ledgers.payments.commands import (
    MoneyReceived,
    MoneyReturned,
    Told,
    record_authorization,
    record_capture,
    record_payments,
    record_refunds,
    request_authorization,
    request_capture,
    request_refund,
    request_void,
)
from dingdan.ledgers.payments.events import CaptureRequested, Document
from dingdan.ledgers.payments.models import Payment, Receivable
from dingdan.ledgers.payments.steps import Towards
from dingdan.masterdata.catalog.commands import save_products
from dingdan.masterdata.catalog.queries import variants_by_sku
from dingdan.masterdata.catalog.rules import ProductDraft, VariantDraft
from dingdan.trade.aftersales.commands import (
    CancelOrder,
    ClaimedUnits,
    ExpireOrder,
    RecordReturn,
    ReturnedUnits,
    ReturnWanted,
    authorize_return,
    cancel_orders,
    expire_orders,
    file_claim,
    record_returns,
    refund_order,
)
from dingdan.trade.aftersales.models import Claim, Return
from dingdan.trade.aftersales.rules import Part
from dingdan.trade.fulfillment.commands import (
    DeliverShipment,
    PlanShipments,
    ShipShipment,
    cancel_shipment,
    deliver_shipments,
    plan_shipments,
    ship_shipments,
)
from dingdan.trade.fulfillment.models import Shipment
from dingdan.trade.orders.commands import place_orders, save_cart
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.orders.models import Cart, Order
from dingdan.trade.orders.queries import order_of_cart
from dingdan.trade.orders.rules import CartDraft
from dingdan.trade.settlement.commands import IssueInvoice, issue_invoices
from dingdan.trade.settlement.models import Invoice
from tests import kit
from tests.conftest import Shop

GATEWAY = "silent"
_numbers = count(1)


class SilentGateway:
    """A gateway that is never asked: what it answers is told by hand."""

    authorizes = True


@dataclass(frozen=True, slots=True)
class Scene:
    """Of articles `some`, which may be owed, and `few`, which may not.

    `order` wants 5 and 1: 2 and 1 are `gone` with a shipment, 1 is `planned`, 1 is there and in no shipment, 1 is owed. It is
    worth 15.00: 5.00 is held by a gateway, of which 2.00 is being captured, and 3.00 came in cash. `waiting` is owed 1 more.
    `unpaid` has 1 of the few and a time to be paid. The cart holds 1 of the few, and 1 is free.
    """

    shop: Shop
    some: str
    few: str
    variants: tuple[UUID, ...]
    order: OrderPlaced
    waiting: OrderPlaced
    unpaid: OrderPlaced
    gone: UUID
    planned: UUID
    cart: StockHeld
    capture: CaptureRequested

    @property
    def document(self) -> Document:
        return Document("order", self.order.order_id)

    def late(self) -> Call:
        """A call at a time when nobody waits for money any longer."""
        return self.shop.call(at=clock.now() + timedelta(days=8))

    @property
    def line_id(self) -> UUID:
        """The line of those that may be owed."""
        return self.order.lines[0].line_id

    def standing(self) -> dict[str, Any]:
        """How everything stands, told without ids and times."""
        documents = {"order": self.order, "waiting": self.waiting, "unpaid": self.unpaid}
        payable = [self.order.order_id, self.unpaid.order_id]
        shipments = Shipment.objects.filter(order_id=self.order.order_id).prefetch_related("lines")
        payments = Payment.objects.filter(allocations__receivable__document_id__in=payable)
        balances = Balance.objects.filter(variant_id__in=self.variants).order_by("variant_id")
        demands = Demand.objects.filter(variant_id__in=self.variants)
        return {
            **{name: self._document(order) for name, order in documents.items()},
            "shipments": sorted((one.state, sum(line.quantity for line in one.lines.all())) for one in shipments),
            "payments": sorted(payments.values_list("captured", "capturing", "voiding", "refunding", "refunded", "applied")),
            "balances": list(balances.values_list("on_hand", "reserved")),
            "owed": sum(Backlog.objects.filter(id__in=self.variants).values_list("owed", flat=True)),
            "cart": Cart.objects.values_list("state", flat=True).get(id=self.cart.document_id),
            "demands": Counter(demands.values_list("document_kind", "pegged", "canceled", "issued")),
            "claims": sorted(Claim.objects.filter(order_id=self.order.order_id).values_list("state", flat=True)),
            "returns": sorted(Return.objects.filter(order_id=self.order.order_id).values_list("state", flat=True)),
            "invoices": Invoice.objects.filter(order_id=self.order.order_id).count(),
        }

    def _document(self, order: OrderPlaced) -> tuple[Any, ...]:
        counters = ("amount", "invoiced", "authorized", "allocated", "refunded", "payment_status")
        moved = ("canceled", "issued", "delivered", "returned", "fulfillment_status")
        return (
            Order.objects.values_list("state", flat=True).get(id=order.order_id),
            Receivable.objects.values_list(*counters).get(document_id=order.order_id),
            Tally.objects.values_list(*moved).get(id=order.order_id),
        )


def scenes(shop: Shop, *, at_once: int) -> Iterator[Scene]:
    """One scene after another, each of articles of its own; so many are set up at once, which costs least."""
    while True:
        yield from _set_up(shop, at_once)


def _set_up(shop: Shop, count: int) -> list[Scene]:
    """The articles, what happened to the orders and their money, and who else waits for the goods."""
    pairs = [(f"SOME-{number}", f"FEW-{number}") for number in islice(_numbers, count)]
    drafts = [(sku, shortage) for pair in pairs for sku, shortage in zip(pair, ("backorder", "deny"), strict=True)]
    products = [
        ProductDraft(slug=sku.lower(), name=sku, variants=(VariantDraft(sku=sku, name=sku, shortage=shortage),))
        for sku, shortage in drafts
    ]
    _all(save_products, shop, products)
    known = variants_by_sku([sku for sku, _shortage in drafts])
    receive_stock(shop.call(), lines=tuple(StockChange(sku, 2 if shortage == "backorder" else 4) for sku, shortage in drafts))
    orders = _all(place_orders, shop, [kit.wanted(shop, (some, 5), (few, 1)) for some, few in pairs])
    gone = _planned(shop, orders)
    _all(ship_shipments, shop, [ShipShipment(id_) for id_ in gone])
    receive_stock(shop.call(), lines=tuple(StockChange(some, 1) for some, _few in pairs))
    planned = _planned(shop, orders)
    receive_stock(shop.call(), lines=tuple(StockChange(some, 1) for some, _few in pairs))
    waiting = _all(place_orders, shop, [kit.wanted(shop, (some, 1)) for some, _few in pairs])
    unpaid = _all(place_orders, shop, [kit.wanted(shop, (few, 1), payment_method="bank_transfer") for _some, few in pairs])
    carts = [_cart(shop, few) for _some, few in pairs]
    money = [_money(shop, order) for order in orders]
    _all(record_payments, shop, [_cash(order) for order in orders])
    return [
        Scene(shop, some, few, (known[some].id, known[few].id), *rest)
        for (some, few), *rest in zip(pairs, orders, waiting, unpaid, gone, planned, carts, money, strict=True)
    ]


def _all(command: BatchCommand[Any, Any], shop: Shop, intents: Sequence[Any]) -> list[Any]:
    told = command.many([(shop.call(), intent) for intent in intents])
    assert [one for one in told if isinstance(one, Refusal)] == []
    return told


def _planned(shop: Shop, orders: Sequence[OrderPlaced]) -> list[UUID]:
    return [told.shipments[0].shipment_id for told in _all(plan_shipments, shop, [PlanShipments(one.order_id) for one in orders])]


def _cart(shop: Shop, sku: str) -> StockHeld:
    """A cart that holds one of an article for an hour: a little longer than the cart before."""
    saved = save_cart(shop.call(), cart=CartDraft(wanted=kit.wanted(shop, (sku, 1))))
    until = clock.now() + timedelta(hours=1)
    return hold_stock(shop.call(), document_id=saved.cart_id, lines=(StockChange(sku, 1),), until=until)


def _money(shop: Shop, order: OrderPlaced) -> CaptureRequested:
    """5.00 are held by a gateway, of which 2.00 are asked for."""
    towards = (Towards(document=Document("order", order.order_id), amount=500),)
    asked = request_authorization(shop.call(), gateway=GATEWAY, currency="GBP", towards=towards)
    told = Told(attempt_id=asked.attempt_id, payment_reference=f"auth-{asked.payment_id}")
    record_authorization(shop.call(), told=told)
    return request_capture(shop.call(), payment_id=asked.payment_id, money=Money(200, "GBP"))


def _cash(order: OrderPlaced) -> MoneyReceived:
    return MoneyReceived(method="cash", money=Money(300, "GBP"), towards=(Towards(document=Document("order", order.order_id)),))


ACTS: dict[str, Callable[[Scene], Any]] = {
    "place": lambda on: kit.place(on.shop, (on.few, 1), (on.some, 1)),
    "place the cart": lambda on: place_orders.one(on.shop.call(), order_of_cart(on.cart.document_id)),
    "hold": lambda on: hold_stock(
        on.shop.call(), document_id=new_id(), lines=(StockChange(on.few, 1),), until=clock.now() + timedelta(hours=1)
    ),
    "release the hold": lambda on: release_holds(on.shop.call(), document_ids=(on.cart.document_id,)),
    "expire holds": lambda on: expire_holds(on.shop.call(at=on.cart.until)),
    "cancel": lambda on: cancel_orders.one(on.shop.call(), CancelOrder(order_id=on.order.order_id)),
    "cancel a part": lambda on: cancel_orders.one(
        on.shop.call(), CancelOrder(order_id=on.order.order_id, lines=(Part(on.line_id, 2),))
    ),
    "cancel the unpaid": lambda on: cancel_orders.one(on.shop.call(), CancelOrder(order_id=on.unpaid.order_id)),
    "expire the unpaid": lambda on: expire_orders.one(on.late(), ExpireOrder(order_id=on.unpaid.order_id)),
    "pay the unpaid": lambda on: kit.pay(on.shop, on.unpaid, method="bank_transfer"),
    "pay": lambda on: kit.pay(on.shop, on.order, 700),
    "ask to capture": lambda on: request_capture(on.shop.call(), payment_id=on.capture.payment_id),
    "ask to void": lambda on: request_void(on.shop.call(), payment_id=on.capture.payment_id),
    "capture": lambda on: record_capture(on.shop.call(), told=Told(attempt_id=on.capture.attempt_id)),
    "ask to refund": lambda on: request_refund(
        on.shop.call(), refund=MoneyReturned(document=on.document, money=Money(200, "GBP"), method="cash")
    ),
    "refund by hand": lambda on: record_refunds.one(
        on.shop.call(), MoneyReturned(document=on.document, money=Money(200, "GBP"), method="cash")
    ),
    "refund what is too much": lambda on: refund_order(on.shop.call(), order_id=on.order.order_id),
    "plan": lambda on: kit.plan(on.shop, on.order),
    "ship": lambda on: ship_shipments.one(on.shop.call(), ShipShipment(on.planned)),
    "call off": lambda on: cancel_shipment(on.shop.call(), shipment_id=on.planned),
    "deliver": lambda on: deliver_shipments.one(on.shop.call(), DeliverShipment(on.gone)),
    "return": lambda on: record_returns.one(
        on.shop.call(), RecordReturn(order_id=on.order.order_id, lines=(ReturnedUnits(line_id=on.line_id, quantity=2),))
    ),
    "ask to return": lambda on: authorize_return(
        on.shop.call(), order_id=on.order.order_id, lines=(ReturnWanted(line_id=on.line_id, quantity=2),)
    ),
    "claim": lambda on: file_claim(
        on.shop.call(), order_id=on.order.order_id, lines=(ClaimedUnits(line_id=on.line_id, quantity=1, reason="damaged"),)
    ),
    "invoice": lambda on: issue_invoices.one(on.shop.call(), IssueInvoice(shipment_id=on.gone)),
    "receive": lambda on: receive_stock(on.shop.call(), lines=(StockChange(on.some, 1), StockChange(on.few, 1))),
    "adjust": lambda on: adjust_stock.one(
        on.shop.call(), AdjustStock(lines=(StockChange(on.few, -1), StockChange(on.some, 1)), reason="counted")
    ),
    "fill": lambda on: fill_backorders(on.shop.call(), variant_ids=on.variants),
}
"""Everything hot that can be done in a scene, by its name."""
