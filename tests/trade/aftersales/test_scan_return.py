"""The carrier has the parcel; where the rules say so, the money goes back at once and the inspection has the last word."""

from __future__ import annotations

from decimal import Decimal

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.ledgers.payments.commands import MoneyReturned, record_refunds
from dingdan.ledgers.payments.events import Document
from dingdan.trade.aftersales.commands import (
    ExchangeWanted,
    ReturnWanted,
    authorize_return,
    cancel_return,
    exchange_return,
    receive_return,
    scan_return,
)
from dingdan.trade.aftersales.commands.inspecting import SeenBefore
from dingdan.trade.aftersales.models import Return, ReturnLine
from dingdan.trade.settlement.commands import IssueCreditNote, IssueInvoice, issue_credit_notes, issue_invoices
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales import sold
from tests.trade.aftersales.test_authorize_return import ask
from tests.trade.aftersales.test_inspect_return import bought


def at_scan(shop: Shop) -> None:
    """Money goes back when the parcel is on its way; ten percent and a pound are kept back."""
    sold.rule(shop, refund_at="scan", restocking_rate=Decimal("0.1"), shipping_fee=100)


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    at_scan(shop)
    order = bought(shop, 3, price=1000)
    rma = ask(shop, order, 2)
    told = scan_return(shop.call(), return_id=rma.return_id)
    assert (told.refund, told.fee, told.owed, told.refund_due) == (1700, 300, 1300, 1700)
    assert [(line.quantity, line.refund, line.fee) for line in told.lines] == [(2, 1700, 300)]
    row = Return.objects.get()
    assert (row.state, row.refund_at, row.scanned_at is not None) == ("authorized", "scan", True)
    assert kit.breaches() == []


def test_the_inspection_replaces_what_was_given_back(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    at_scan(shop)
    order = bought(shop, 3, price=1000)
    issue_invoices.one(shop.call(), IssueInvoice(order_id=order.order_id))
    rma = ask(shop, order, 2)
    scan_return(shop.call(), return_id=rma.return_id)
    back = MoneyReturned(document=Document("order", order.order_id), money=sold.pounds(1700), method="cash")
    record_refunds.one(shop.call(), back)
    receive_return(shop.call(), return_id=rma.return_id)
    assert kit.breaches() == []
    told = sold.graded(shop, rma.return_id, A=1, C=1)
    assert [(line.wear, line.restocking, line.shipping, line.refund) for line in told.lines] == [(500, 200, 100, 1200)]
    assert (told.refund, told.owed, told.refund_due) == (1200, 1800, 0)
    assert sold.owed(order).due == 500
    note = issue_credit_notes.one(shop.call(), IssueCreditNote(return_id=rma.return_id))
    assert note.total == 1200
    assert kit.breaches() == []


def test_what_never_arrives_after_all_is_owed_again(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    at_scan(shop)
    order = bought(shop, 3, price=1000)
    rma = ask(shop, order, 2)
    scan_return(shop.call(), return_id=rma.return_id)
    cancel_return(shop.call(), return_id=rma.return_id)
    assert sold.owed(order).amount == 3000
    assert ReturnLine.objects.values_list("accepted", "refund", "fee", "restocking", "shipping").get() == (0, 0, 0, 0, 0)
    assert kit.breaches() == []


def test_another_return_meanwhile_adds_up(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    sold.rule(shop, refund_at="scan")
    order = bought(shop, 7, price="14.285")
    first = ask(shop, order, 3)
    told = scan_return(shop.call(), return_id=first.return_id).refund
    second = sold.graded(shop, sold.back(shop, order, 4), A=4).refund
    receive_return(shop.call(), return_id=first.return_id)
    last = sold.graded(shop, first.return_id, A=3).refund
    assert (order.total, told + second, last + second, sold.owed(order).amount) == (100, 100, 100, 0)
    assert kit.breaches() == []


def test_without_such_a_rule_only_the_scan_is_noted(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    order = bought(shop, 3)
    rma = ask(shop, order, 2)
    told = scan_return(shop.call(), return_id=rma.return_id)
    assert (told.refund, told.lines, told.owed) == (0, (), 750)
    assert kit.breaches() == []


def test_the_money_of_an_exchange_waits(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    at_scan(shop)
    order = bought(shop, 3)
    wanted = (ReturnWanted(line_id=order.lines[0].line_id, quantity=1),)
    rma = exchange_return(shop.call(), order_id=order.order_id, lines=wanted, wanted=(ExchangeWanted(sku="A"),))
    assert scan_return(shop.call(), return_id=rma.return_id).refund == 0


def test_a_parcel_is_seen_once(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    at_scan(shop)
    rma = ask(shop, bought(shop, 3), 2)
    scan_return(shop.call(), return_id=rma.return_id)
    with sold.nothing_changes(shop), pytest.raises(SeenBefore):
        scan_return(shop.call(), return_id=rma.return_id)


def test_what_has_arrived_is_not_on_its_way(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    return_id = sold.back(shop, bought(shop, 3), 2)
    with sold.nothing_changes(shop), pytest.raises(SeenBefore):
        scan_return(shop.call(), return_id=return_id)


def test_an_unknown_return_is_refused(shop: Shop) -> None:
    with sold.nothing_changes(shop), pytest.raises(NotFound):
        scan_return(shop.call(), return_id=new_id())


def test_twenty_scans_at_once_give_back_once(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    at_scan(shop)
    order = bought(shop, 3, price=1000)
    rma = authorize_return(
        shop.call(), order_id=order.order_id, lines=(ReturnWanted(line_id=order.lines[0].line_id, quantity=2),)
    )
    told = kit.in_threads(lambda _index: scan_return(shop.call(), return_id=rma.return_id), 8)
    assert kit.kinds(told) == ["ReturnScanned"] + ["SeenBefore"] * 7
    assert sold.owed(order).amount == 1300
    assert kit.breaches() == []
