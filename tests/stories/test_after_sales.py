"""Four stories of docs/aftersales.md, told through commands and reactions; what the page prints at the end of each is checked."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from textwrap import fill
from uuid import UUID

from dingdan.automation.consumers import drain
from dingdan.automation.jobs import give_up
from dingdan.automation.models import Notice
from dingdan.automation.notices import letter_of
from dingdan.kernel import clock
from dingdan.kernel.feed import timeline
from dingdan.ledgers.payments import queries as payments
from dingdan.ledgers.payments.models import Posting
from dingdan.masterdata.customers.commands import save_customer
from dingdan.masterdata.customers.rules import CustomerDraft
from dingdan.trade.aftersales.commands import (
    ExchangeWanted,
    LineAmount,
    ReturnWanted,
    exchange_return,
    receive_return,
    resolve_claim,
    scan_return,
)
from dingdan.trade.aftersales.models import Claim, Return
from dingdan.trade.fulfillment.commands import DeliverShipment, ShipShipment, deliver_shipments, ship_shipments
from dingdan.trade.fulfillment.models import Shipment
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.orders.models import Order
from dingdan.trade.settlement.models import CreditNote
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales import favors, sold
from tests.trade.aftersales.test_authorize_return import ask

PAGE = Path(__file__).parents[2] / "docs" / "aftersales.md"


def bought(shop: Shop, sku: str, quantity: int, price: int, **changes: object) -> OrderPlaced:
    """Ordered, paid, shipped, invoiced and delivered, as the house does it by itself."""
    order = kit.place(shop, (sku, quantity), price=price, **changes)
    kit.pay(shop, order)
    drain(shop.tenant_id)
    for shipment in Shipment.objects.filter(order_id=order.order_id):
        ship_shipments.one(shop.call(), ShipShipment(shipment.id, "Royal Mail", "RM1"))
        deliver_shipments.one(shop.call(), DeliverShipment(shipment.id))
    drain(shop.tenant_id)
    return order


def told(*order_ids: UUID) -> str:
    """The timeline of orders and what was posted, as the page prints them."""
    lines = []
    for order_id in order_ids:
        number = Order.objects.get(id=order_id).number
        events = [entry["event"] for entry in timeline(order_id) if entry["event"] != "NoticeQueued"]  # mails are told elsewhere
        lines += fill(f"order {number}: " + ", ".join(events), 120, subsequent_indent="  ").splitlines()
    posted: Counter[tuple[str, str, str]] = Counter()
    for rule, debit, credit, amount in Posting.objects.order_by("id").values_list(
        "rule", "debit__code", "credit__code", "amount"
    ):
        posted[rule, debit, credit] += amount
    lines += [f"{rule}: {debit} to {credit} {amount / 100:.2f}" for (rule, debit, credit), amount in posted.items()]
    return "\n".join(lines)


def printed(story: str) -> str:
    """What the page prints at the end of a story."""
    chapter = PAGE.read_text(encoding="utf-8").split(f"### {story}\n")[1]
    return chapter.split("```text\n")[1].split("\n```")[0]


def test_a_wrong_size_is_exchanged_for_a_dearer_one(shop: Shop) -> None:
    for sku, price in (("SHIRT-M", 2000), ("SHIRT-XL", 2500)):
        kit.stock(shop, sku, 5)
        kit.price(shop, sku, price)
    order = bought(shop, "SHIRT-M", 1, 2000)
    units = (ReturnWanted(line_id=order.lines[0].line_id, quantity=1, reason="wrong_size"),)
    wanted = (ExchangeWanted(sku="SHIRT-XL"),)
    rma = exchange_return(shop.call(), order_id=order.order_id, lines=units, wanted=wanted)
    receive_return(shop.call(), return_id=rma.return_id)
    sold.graded(shop, rma.return_id, A=1)
    drain(shop.tenant_id)
    second = Order.objects.exclude(id=order.order_id).get()
    owed = payments.receivable_of("order", [order.order_id, second.id])
    assert (owed[order.order_id].due, owed[second.id].due, owed[second.id].payment_status) == (0, 500, "partly_paid")
    assert CreditNote.objects.get().total == 2000
    assert told(order.order_id, second.id) == printed("A wrong size is exchanged for a dearer one")
    assert kit.breaches() == []


def test_a_damaged_cup_is_kept_for_a_part_of_the_money(shop: Shop) -> None:
    customer_id = save_customer(shop.call(), customer=CustomerDraft(number="C-1")).customer_id
    favors.terms(shop)
    kit.stock(shop, "CUP", 5)
    order = bought(shop, "CUP", 2, 1200, customer_id=customer_id)
    claim_id = sold.claim(shop, order, 1, "damaged")
    amounts = (LineAmount(order.lines[0].line_id, 400),)
    resolve_claim(shop.call(), claim_id=claim_id, resolution="keep", amounts=amounts)
    drain(shop.tenant_id)
    assert Claim.objects.values_list("state", "resolution").get() == ("resolved", "keep")
    assert Claim.objects.get().thanked_at is not None
    assert [(note.cause, note.total) for note in CreditNote.objects.all()] == [("claim", 400)]
    assert [credit.due for credit in payments.credit_of(customer_id)] == [500]
    (payment,) = payments.payments_of("order", [order.order_id])[order.order_id]
    assert payment.refunding == 400
    assert sold.owed(order).amount == 2000
    assert told(order.order_id) == printed("A damaged cup is kept for a part of the money")
    assert kit.breaches() == []


def test_what_comes_back_used_costs_a_fee(shop: Shop) -> None:
    kit.stock(shop, "LAMP", 5)
    sold.rule(shop, refund_at="scan", restocking_rate=Decimal("0.15"), shipping_fee=395)
    order = bought(shop, "LAMP", 1, 10_000)
    rma = ask(shop, order, 1)
    scan_return(shop.call(), return_id=rma.return_id)
    drain(shop.tenant_id)
    (payment,) = payments.payments_of("order", [order.order_id])[order.order_id]
    assert payment.refunding == 8105  # 100.00 less 15.00 and 3.95
    receive_return(shop.call(), return_id=rma.return_id)
    sold.graded(shop, rma.return_id, B=1)
    drain(shop.tenant_id)
    (line,) = Return.objects.get().lines.all()
    assert (line.wear, line.restocking, line.shipping, line.refund) == (2000, 1500, 395, 6105)
    assert CreditNote.objects.get().total == 6105
    assert told(order.order_id) == printed("What comes back used costs a fee")
    assert kit.breaches() == []


def test_what_left_ahead_is_to_be_paid_when_nothing_comes_back(shop: Shop) -> None:
    for sku in ("PHONE", "PHONE-2"):
        kit.stock(shop, sku, 5)
        kit.price(shop, sku, 30_000)
    sold.rule(shop, sends_ahead=True)
    order = bought(shop, "PHONE", 1, 30_000)
    units = (ReturnWanted(line_id=order.lines[0].line_id, quantity=1, reason="damaged"),)
    exchange_return(shop.call(), order_id=order.order_id, lines=units, wanted=(ExchangeWanted(sku="PHONE-2"),), ahead_days=14)
    drain(shop.tenant_id)
    second = Order.objects.exclude(id=order.order_id).get()
    shipment = Shipment.objects.get(order=second)
    ship_shipments.one(shop.call(), ShipShipment(shipment.id, "Royal Mail", "RM2"))
    drain(shop.tenant_id)
    assert give_up(shop.tenant_id) == 0
    with clock.moved_by(timedelta(days=15)):
        assert give_up(shop.tenant_id) == 1
        assert give_up(shop.tenant_id) == 0
        drain(shop.tenant_id)
    assert Return.objects.get().state == "lapsed"
    letter = letter_of(Notice.objects.get(kind="return_lapsed"))
    assert letter is not None
    assert "Please pay £300.00 for it" in letter.text
    assert payments.receivable_of("order", [second.id])[second.id].due == 30_000
    assert told(order.order_id, second.id) == printed("What left ahead is to be paid when nothing comes back")
    assert kit.breaches() == []
