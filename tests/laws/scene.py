"""An order in the middle of its life, with everything around it that can still happen, and how the shop stands afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from itertools import count, islice
from typing import Any
from uuid import UUID

from dingdan.kernel import clock
from dingdan.kernel.command import BatchCommand
from dingdan.kernel.errors import Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Actor, Call
from dingdan.kernel.money import Money
from dingdan.ledgers.inventory.commands import (
    AdjustStock,
    CountedGoods,
    CountStock,
    FillBackorders,
    ReceiveStock,
    StockChange,
    adjust_stock,
    count_stock,
    expire_holds,
    fill_backorders,
    hold_stock,
    receive_stock,
    release_holds,
)
from dingdan.ledgers.inventory.events import StockHeld
from dingdan.ledgers.inventory.models import Backlog, Balance, Demand, Location, Tally
from dingdan.ledgers.payments.commands import (
    MoneyReceived,
    MoneyReturned,
    RequestCapture,
    RequestVoid,
    Told,
    record_authorization,
    record_capture,
    record_decline,
    record_payments,
    record_refund,
    record_refunds,
    request_authorization,
    request_capture,
    request_refund,
    request_void,
    send_refund,
)
from dingdan.ledgers.payments.events import CaptureRequested, Document
from dingdan.ledgers.payments.models import Attempt, Payment, Receivable
from dingdan.ledgers.payments.steps import Towards
from dingdan.masterdata.catalog.commands import save_products
from dingdan.masterdata.catalog.queries import variants_by_sku
from dingdan.masterdata.catalog.rules import ProductDraft, VariantDraft
from dingdan.masterdata.channels.commands import save_channel
from dingdan.masterdata.channels.rules import ChannelDraft
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
from dingdan.trade.changes.commands import ChangeOrder, UndoChange, change_orders, merge_orders, split_order, undo_changes
from dingdan.trade.changes.events import OrderChanged
from dingdan.trade.changes.rules import AddSurcharge, GiveDiscount, SetPrice, SetQuantity, SplitBy, Wish
from dingdan.trade.fulfillment.commands import (
    DeliverShipment,
    PackShipment,
    PickShipment,
    PlanShipments,
    ShipShipment,
    cancel_shipment,
    deliver_shipments,
    pack_shipment,
    pick_shipment,
    plan_shipments,
    ship_shipments,
)
from dingdan.trade.fulfillment.models import Shipment
from dingdan.trade.orders.commands import place_orders, save_cart
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.orders.models import Cart, Order
from dingdan.trade.orders.queries import order_of_cart
from dingdan.trade.orders.rules import CartDraft
from dingdan.trade.review.commands import (
    PassOrder,
    RejectOrder,
    ReviewAgain,
    ReviewOrder,
    RuleDraft,
    activate_rule,
    pass_orders,
    reject_orders,
    review_again,
    review_orders,
    save_rule,
)
from dingdan.trade.review.models import Decision, Review
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
    worth 15.00: 5.00 is held by a gateway, of which 2.00 is being captured, and 3.00 came in cash. `waiting` is owed 2 more, one
    of them since it was `changed`. `unpaid` has 1 of the few and a time to be paid. The cart holds 1 of the few, and 1 is free.
    `placed` and `doubted` came through a channel whose orders are reviewed: the first has not been looked at, the second waits
    for two people, and one has let it pass. `lowered` was paid with 2.00 and is owed 1.00 since the `lowering`: the
    `refund` of the rest is asked for.
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
    changed: OrderChanged
    placed: OrderPlaced
    doubted: OrderPlaced
    lowered: OrderPlaced
    lowering: OrderChanged
    refund: UUID

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
        documents |= {"placed": self.placed, "doubted": self.doubted}
        refunds = Attempt.objects.filter(kind="refund", payment__allocations__receivable__document_id=self.lowered.order_id)
        reviewed = [self.placed.order_id, self.doubted.order_id]
        payable = [self.order.order_id, self.unpaid.order_id, self.lowered.order_id]
        shipments = Shipment.objects.filter(order_id__in=[self.order.order_id, *reviewed]).prefetch_related("lines")
        payments = Payment.objects.filter(allocations__receivable__document_id__in=payable)
        balances = Balance.objects.filter(variant_id__in=self.variants).order_by("variant_id")
        demands = Demand.objects.filter(variant_id__in=self.variants)
        return {
            **{name: self._document(order) for name, order in documents.items()},
            "lowered": Receivable.objects.values_list("amount", "allocated", "refunded").get(document_id=self.lowered.order_id),
            "refunds": sorted(refunds.values_list("state", "amount")),
            "shipments": sorted((one.state, sum(line.quantity for line in one.lines.all())) for one in shipments),
            "payments": sorted(payments.values_list("captured", "capturing", "voiding", "refunding", "refunded", "applied")),
            "balances": list(balances.values_list("on_hand", "reserved")),
            "owed": sum(Backlog.objects.filter(id__in=self.variants).values_list("owed", flat=True)),
            "cart": Cart.objects.values_list("state", flat=True).get(id=self.cart.document_id),
            "demands": Counter(demands.values_list("document_kind", "pegged", "canceled", "issued")),
            "reviews": sorted(Review.objects.filter(order_id__in=reviewed).values_list("state", "round", "approvals")),
            "decisions": Counter(
                Decision.objects.filter(review__order_id__in=reviewed).values_list("verdict", "round", "is_last")
            ),
            "in review": list(Order.objects.filter(id__in=reviewed).order_by("number").values_list("in_review", flat=True)),
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
    receive_stock.one(
        shop.call(), ReceiveStock(lines=tuple(StockChange(sku, 2 if shortage == "backorder" else 6) for sku, shortage in drafts))
    )
    orders = _all(place_orders, shop, [kit.wanted(shop, (some, 5), (few, 1)) for some, few in pairs])
    gone = _planned(shop, orders)
    _all(ship_shipments, shop, [ShipShipment(id_) for id_ in gone])
    receive_stock.one(shop.call(), ReceiveStock(lines=tuple(StockChange(some, 1) for some, _few in pairs)))
    planned = _planned(shop, orders)
    receive_stock.one(shop.call(), ReceiveStock(lines=tuple(StockChange(some, 1) for some, _few in pairs)))
    waiting = _all(place_orders, shop, [kit.wanted(shop, (some, 1)) for some, _few in pairs])
    unpaid = _all(place_orders, shop, [kit.wanted(shop, (few, 1), payment_method="bank_transfer") for _some, few in pairs])
    carts = [_cart(shop, few) for _some, few in pairs]
    money = _money(shop, orders)
    _all(record_payments, shop, [_cash(order) for order in orders])
    changed = _all(change_orders, shop, [_change(order, SetQuantity(line_id=_line(order), quantity=2)) for order in waiting])
    placed, doubted = (_reviewed(shop, [few for _some, few in pairs], is_doubted=doubted) for doubted in (False, True))
    lowered, lowering, refunds = _lowered(shop, count)
    every = zip(
        *(pairs, orders, waiting, unpaid, gone, planned, carts, money, changed, placed, doubted, lowered, lowering, refunds),
        strict=True,
    )
    return [Scene(shop, some, few, (known[some].id, known[few].id), *rest) for (some, few), *rest in every]


def _lowered(shop: Shop, count: int) -> tuple[list[OrderPlaced], list[OrderChanged], list[UUID]]:
    """Orders of a service that were paid in cash and then lowered: what was paid too much is asked to go back."""
    service = ProductDraft(slug="fit", name="Fit", kind="service", variants=(VariantDraft(sku="FIT", name="Fit"),))
    save_products.one(shop.call(), service)
    orders = _all(place_orders, shop, [kit.wanted(shop, ("FIT", 2), price=100) for _ in range(count)])
    _all(record_payments, shop, [_cash(order, order.total) for order in orders])
    changed = _all(change_orders, shop, [_change(order, SetQuantity(line_id=_line(order), quantity=1)) for order in orders])
    asked = [refund_order(shop.call(), order_id=order.order_id).refunds[0].attempt_id for order in orders]
    return orders, changed, asked


def _reviewed(shop: Shop, skus: Sequence[str], *, is_doubted: bool) -> list[OrderPlaced]:
    """Orders through a channel of which every order waits for two people; one of them has let the doubted ones pass."""
    channel_id = save_channel(shop.call(), channel=ChannelDraft(code="zz", name="Reviewed", currency="GBP")).channel_id
    draft = RuleDraft(code="all", name="All", kind="amount", parameters={"amounts": {"GBP": 0}}, channels=("zz",), approvals=2)
    rule = save_rule(shop.call(), rule=draft)
    if rule.created:
        activate_rule(shop.call(), rule_id=rule.rule_id)
    orders: list[OrderPlaced] = _all(place_orders, shop, [kit.wanted(shop, (sku, 1), channel_id=channel_id) for sku in skus])
    if is_doubted:
        _all(review_orders, shop, [ReviewOrder(order.order_id) for order in orders])
        pass_orders.many([(somebody(shop, "first"), PassOrder(order_id=order.order_id)) for order in orders])
    return orders


def somebody(shop: Shop, id_: str) -> Call:
    """A call by somebody of the staff, who may do everything."""
    return replace(shop.call(), actor=Actor("staff", id_, frozenset({"*"})))


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


def _money(shop: Shop, orders: Sequence[OrderPlaced]) -> list[CaptureRequested]:
    """5.00 of each are held by a gateway, of which 2.00 are asked for."""
    held = [
        request_authorization(
            shop.call(), gateway=GATEWAY, currency="GBP", towards=(Towards(document=Document("order", one.order_id), amount=500),)
        )
        for one in orders
    ]
    _all(
        record_authorization, shop, [Told(attempt_id=one.attempt_id, payment_reference=f"auth-{one.payment_id}") for one in held]
    )
    return _all(request_capture, shop, [RequestCapture(payment_id=one.payment_id, money=Money(200, "GBP")) for one in held])


def _line(order: OrderPlaced, place: int = 0) -> UUID:
    return order.lines[place].line_id


def _change(order: OrderPlaced, *wishes: Wish) -> ChangeOrder:
    return ChangeOrder(order_id=order.order_id, changes=wishes)


def _cash(order: OrderPlaced, amount: int = 300) -> MoneyReceived:
    towards = (Towards(document=Document("order", order.order_id)),)
    return MoneyReceived(method="cash", money=Money(amount, "GBP"), towards=towards)


def stock_place() -> UUID:
    """Where the goods of the main node lie."""
    return Location.objects.get(code="main-stock").id


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
    "ask to capture": lambda on: request_capture.one(on.shop.call(), RequestCapture(payment_id=on.capture.payment_id)),
    "ask to void": lambda on: request_void.one(on.shop.call(), RequestVoid(payment_id=on.capture.payment_id)),
    "capture": lambda on: record_capture.one(on.shop.call(), Told(attempt_id=on.capture.attempt_id)),
    "settle": lambda on: record_capture.many(
        [
            (on.shop.call(), Told(attempt_id=on.capture.attempt_id, reference=f"cp-{on.capture.attempt_id}")),
            (on.shop.call(), Told(gateway=GATEWAY, reference=f"cp-{on.capture.attempt_id}")),
        ]
    )[0],
    "ask to refund": lambda on: request_refund(
        on.shop.call(), refund=MoneyReturned(document=on.document, money=Money(200, "GBP"), method="cash")
    ),
    "refund by hand": lambda on: record_refunds.one(
        on.shop.call(), MoneyReturned(document=on.document, money=Money(200, "GBP"), method="cash")
    ),
    "refund what is too much": lambda on: refund_order(on.shop.call(), order_id=on.order.order_id),
    "plan": lambda on: kit.plan(on.shop, on.order),
    "ship": lambda on: ship_shipments.one(on.shop.call(), ShipShipment(on.planned)),
    "pick": lambda on: pick_shipment.one(on.shop.call(), PickShipment(on.planned)),
    "pack": lambda on: pack_shipment.one(on.shop.call(), PackShipment(on.planned)),
    "ship a list": lambda on: ship_shipments.many([(on.shop.call(), ShipShipment(id_)) for id_ in (on.gone, on.planned)])[1],
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
    "receive": lambda on: receive_stock.one(
        on.shop.call(), ReceiveStock(lines=(StockChange(on.some, 1), StockChange(on.few, 1)))
    ),
    "adjust": lambda on: adjust_stock.one(
        on.shop.call(), AdjustStock(lines=(StockChange(on.few, -1), StockChange(on.some, 1)), reason="counted")
    ),
    "adjust by a list": lambda on: adjust_stock.many(
        [
            (on.shop.call(), AdjustStock(lines=(StockChange(sku, change),), reason="counted"))
            for sku, change in ((on.few, -1), (on.some, -1), (on.few, -1))
        ]
    )[2],
    "count": lambda on: count_stock.one(on.shop.call(), CountStock(lines=(CountedGoods(on.few, stock_place(), 3),))),
    "change how many": lambda on: change_orders.one(
        on.shop.call(),
        _change(on.order, SetQuantity(line_id=on.line_id, quantity=4), SetQuantity(line_id=_line(on.order, 1), quantity=2)),
    ),
    "change the price": lambda on: change_orders.one(
        on.shop.call(), _change(on.order, SetPrice(line_id=on.line_id, unit_price=Decimal(200)))
    ),
    "change what nobody touched": lambda on: change_orders.one(
        on.shop.call(), _change(on.unpaid, GiveDiscount(amount=50), AddSurcharge(name="Wrap", amount=10))
    ),
    "split": lambda on: split_order(on.shop.call(), order_id=on.order.order_id, parts=((Part(on.line_id, 1),),)),
    "split what waits": lambda on: split_order(on.shop.call(), order_id=on.order.order_id, by=SplitBy.STOCK),
    "merge": lambda on: merge_orders(on.shop.call(), order_id=on.unpaid.order_id, order_ids=(on.order.order_id,)),
    "undo the change": lambda on: undo_changes.one(on.shop.call(), UndoChange(change_id=on.changed.change_id)),
    "undo the lowering": lambda on: undo_changes.one(on.shop.call(), UndoChange(change_id=on.lowering.change_id)),
    "ask the lowered for a part of it": lambda on: change_orders.one(
        on.shop.call(), _change(on.lowered, AddSurcharge(name="Wrap", amount=40))
    ),
    "send the refund": lambda on: send_refund(on.shop.call(), attempt_id=on.refund),
    "refund": lambda on: record_refund.one(on.shop.call(), Told(attempt_id=on.refund)),
    "do not refund": lambda on: record_decline.one(on.shop.call(), Told(attempt_id=on.refund)),
    "review": lambda on: review_orders.one(on.shop.call(), ReviewOrder(on.placed.order_id)),
    "review again": lambda on: review_again.one(on.shop.call(), ReviewAgain(on.doubted.order_id)),
    "pass": lambda on: pass_orders.one(somebody(on.shop, "second"), PassOrder(order_id=on.doubted.order_id)),
    "pass as the first did": lambda on: pass_orders.one(somebody(on.shop, "first"), PassOrder(order_id=on.doubted.order_id)),
    "reject": lambda on: reject_orders.one(somebody(on.shop, "third"), RejectOrder(order_id=on.doubted.order_id)),
    "cancel the doubted": lambda on: cancel_orders.one(on.shop.call(), CancelOrder(order_id=on.doubted.order_id)),
    "pay the doubted": lambda on: kit.pay(on.shop, on.doubted),
    "plan the doubted": lambda on: kit.plan(on.shop, on.doubted),
    "fill": lambda on: fill_backorders.one(on.shop.call(), FillBackorders(variant_ids=on.variants)),
}
"""Everything hot that can be done in a scene, by its name."""
