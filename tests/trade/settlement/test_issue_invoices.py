"""What has left is invoiced, once, and the money that came before covers it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import ProgrammingError

from dingdan.kernel.errors import NotFound, NotPermitted
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Actor
from dingdan.ledgers.inventory.commands import FillBackorders, ReceiveStock, StockChange, fill_backorders, receive_stock
from dingdan.masterdata.shop.commands import save_profile
from dingdan.masterdata.shop.models import Profile
from dingdan.trade.aftersales.commands import CancelOrder, Part, cancel_orders
from dingdan.trade.orders.rules import WantedLine
from dingdan.trade.settlement import queries
from dingdan.trade.settlement.commands import IssueInvoice, issue_invoices
from dingdan.trade.settlement.events import InvoicedLine
from dingdan.trade.settlement.models import Invoice
from dingdan.trade.settlement.rules import NothingToInvoice
from tests import kit
from tests.conftest import Shop
from tests.masterdata.shop.drafts import AMYS
from tests.trade.aftersales import sold
from tests.trade.settlement import books


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    order = kit.place(shop, ("A", 3), price=1000, discount=300, shipping_price=495)
    kit.pay(shop, order, 2000)
    shipment_id = kit.ship(shop, order)
    issued = issue_invoices.one(
        shop.call(at=datetime(2026, 6, 30, 23, 30, tzinfo=UTC)), IssueInvoice(shipment_id=shipment_id, external_number="X-7")
    )
    assert (issued.number, issued.issued_on, issued.total, issued.tax, issued.due) == ("I1001", date(2026, 7, 1), 3195, 0, 1195)
    goods, shipping = sold.lines(order)
    assert issued.lines == (
        InvoicedLine(order_line_id=goods.id, quantity=3, total=2700),
        InvoicedLine(order_line_id=shipping.id, quantity=1, total=495),
    )
    written = Invoice.objects.get()
    assert (written.goods, written.discount, written.shipping, written.fees, written.total) == (3000, 300, 495, 0, 3195)
    assert (written.external_number, written.shipment_id) == ("X-7", shipment_id)
    assert sold.owed(order).invoiced == 3195
    assert books.accounts() == {
        "accounts_receivable": 1195, "cash": 2000, "discounts": 300, "revenue": 3000, "shipping_revenue": 495,
    }  # fmt: skip
    assert kit.breaches() == []


def test_parts_of_a_line_add_up_to_it(shop: Shop) -> None:
    kit.stock(shop, "A", 3, shortage="backorder")
    order = kit.place(shop, ("A", 7), price="14.285", shipping_price=50)
    assert order.total == 150
    for arrived in (3, 3, 1):
        kit.ship(shop, order)
        books.invoice(shop, order)
        variant_id = order.lines[0].variant_id
        assert variant_id
        receive_stock.one(shop.call(), ReceiveStock(lines=(StockChange("A", arrived),)))
        fill_backorders.one(shop.call(), FillBackorders(variant_ids=(variant_id,)))
    goods, shipping = sold.lines(order)
    assert books.invoiced(goods.id) == [(3, 43, 0), (3, 43, 0), (1, 14, 0)]
    assert books.invoiced(shipping.id) == [(1, 50, 0)]
    assert [invoice.number for invoice in Invoice.objects.order_by("id")] == ["I1001", "I1002", "I1003"]
    assert sold.owed(order).invoiced == 150
    assert kit.breaches() == []


@pytest.mark.parametrize(
    ("gross", "total", "parts"),
    [
        (True, 1099, [(4, 628, 105), (3, 471, 78)]),
        (False, 1319, [(4, 754, 126), (3, 565, 94)]),
    ],
    ids=["gross", "net"],
)
def test_tax_runs_with_the_amounts(shop: Shop, gross: bool, total: int, parts: list[tuple[int, int, int]]) -> None:
    books.taxed(shop, gross=gross)
    variant_id = kit.stock(shop, "A", 4, shortage="backorder")
    order = kit.place(shop, ("A", 7), price=157)
    assert order.total == total
    kit.ship(shop, order)
    books.invoice(shop, order)
    receive_stock.one(shop.call(), ReceiveStock(lines=(StockChange("A", 3),)))
    fill_backorders.one(shop.call(), FillBackorders(variant_ids=(variant_id,)))
    kit.ship(shop, order)
    books.invoice(shop, order)
    assert books.invoiced(order.lines[0].line_id) == parts
    tax = sold.lines(order)[0].tax
    assert books.accounts() == {"accounts_receivable": total, "revenue": total - tax, "tax_payable": tax}
    assert kit.breaches() == []


def test_of_a_kit_the_least_complete_component_counts(shop: Shop) -> None:
    kit.stock(shop, "CUP", 10)
    plate = kit.stock(shop, "PLATE", 1, shortage="backorder")
    sold.kit_of(shop, "SET", CUP=2, PLATE=1)
    order = kit.place(shop, ("SET", 3))
    kit.ship(shop, order)
    assert books.invoice(shop, order).lines[0].quantity == 1
    receive_stock.one(shop.call(), ReceiveStock(lines=(StockChange("PLATE", 2),)))
    fill_backorders.one(shop.call(), FillBackorders(variant_ids=(plate,)))
    kit.ship(shop, order)
    assert books.invoice(shop, order).lines[0].quantity == 2
    assert kit.breaches() == []


def test_what_is_canceled_is_never_invoiced(shop: Shop) -> None:
    kit.stock(shop, "A", 2, shortage="backorder")
    order = kit.place(shop, ("A", 3), price="33.5")
    kit.ship(shop, order)
    books.invoice(shop, order)
    cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id))
    assert (sold.owed(order).invoiced, sold.owed(order).amount) == (67, 67)
    with sold.nothing_changes(shop), pytest.raises(NothingToInvoice):
        books.invoice(shop, order)


def test_an_order_with_nothing_to_ship(shop: Shop) -> None:
    sold.service(shop, "ENGRAVING")
    fee = WantedLine(kind="fee", name="Gift wrap", unit_price=Decimal(99))
    wanted = kit.wanted(shop, ("ENGRAVING", 2))
    order = kit.place(shop, lines=(*wanted.lines, fee))
    assert books.invoice(shop, order).total == 599
    assert books.accounts() == {"accounts_receivable": 599, "revenue": 500, "fee_revenue": 99}
    assert kit.breaches() == []


def test_services_wait_for_the_first_goods(shop: Shop) -> None:
    kit.stock(shop, "A", 1)
    sold.service(shop, "ENGRAVING")
    order = kit.place(shop, ("A", 1), ("ENGRAVING", 1))
    with sold.nothing_changes(shop), pytest.raises(NothingToInvoice):
        books.invoice(shop, order)
    kit.ship(shop, order)
    assert books.invoice(shop, order).total == 500


def test_services_go_alone_when_the_goods_are_canceled(shop: Shop) -> None:
    kit.stock(shop, "A", 1)
    sold.service(shop, "ENGRAVING")
    order = kit.place(shop, ("A", 1), ("ENGRAVING", 1))
    cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id, lines=(Part(order.lines[0].line_id, 1),)))
    assert books.invoice(shop, order).total == 250
    assert kit.breaches() == []


def test_many_in_one_batch_are_numbered_in_order(shop: Shop) -> None:
    kit.stock(shop, "A", 50)
    orders = [kit.place(shop, ("A", 1)) for _ in range(4)]
    for order in orders[:3]:
        kit.ship(shop, order)
    asked = [orders[0], orders[3], orders[1], orders[0], orders[2]]
    outcomes = issue_invoices.many([(shop.call(), IssueInvoice(order_id=order.order_id)) for order in asked])
    assert [getattr(outcome, "number", type(outcome).__name__) for outcome in outcomes] == [
        "I1001", "NothingToInvoice", "I1002", "NothingToInvoice", "I1003",
    ]  # fmt: skip
    assert kit.breaches() == []


def test_a_larger_batch_needs_no_more_statements(shop: Shop) -> None:
    kit.stock(shop, "A", 90)
    books.sell(shop, ("A", 1))  # the first one of a shop opens its accounts
    counts = []
    for size in (2, 8):
        shipments = [kit.ship(shop, kit.place(shop, ("A", 1))) for _ in range(size)]
        calls = [(shop.call(), IssueInvoice(shipment_id=shipment_id)) for shipment_id in shipments]
        with sold.statements() as counted:
            issue_invoices.many(calls)
        counts.append(len(counted))
    assert counts[0] == counts[1] <= 21
    assert kit.breaches() == []


def test_a_second_time_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = books.sell(shop, ("A", 2))
    with sold.nothing_changes(shop), pytest.raises(NothingToInvoice):
        books.invoice(shop, order)


def test_before_anything_has_left_it_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 2))
    (planned,) = kit.plan(shop, order).shipments
    with sold.nothing_changes(shop), pytest.raises(NothingToInvoice):
        issue_invoices.one(shop.call(), IssueInvoice(shipment_id=planned.shipment_id))


def test_what_is_not_there_is_refused(shop: Shop) -> None:
    with sold.nothing_changes(shop):
        for intent in (IssueInvoice(order_id=new_id()), IssueInvoice(shipment_id=new_id()), IssueInvoice()):
            with pytest.raises(NotFound):
                issue_invoices.one(shop.call(), intent)


def test_whoever_may_not_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 2))
    kit.ship(shop, order)
    stranger = replace(shop.call(), actor=Actor("staff", "1", frozenset({"aftersales.*"})))
    with sold.nothing_changes(shop), pytest.raises(NotPermitted):
        issue_invoices.one(stranger, IssueInvoice(order_id=order.order_id))


def test_many_at_once_leave_no_gap(shop: Shop) -> None:
    kit.stock(shop, "A", 50)
    orders = [kit.place(shop, ("A", 1)) for _ in range(4)]
    for order in orders:
        kit.ship(shop, order)
    outcomes = kit.in_threads(lambda index: books.invoice(shop, orders[index % 4]), 8)
    assert kit.kinds(outcomes) == [*["InvoiceIssued"] * 4, *["NothingToInvoice"] * 4]
    assert sorted(Invoice.objects.values_list("number", flat=True)) == ["I1001", "I1002", "I1003", "I1004"]
    assert kit.breaches() == []


def test_an_invoice_is_never_edited(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    books.sell(shop, ("A", 2))
    with pytest.raises(ProgrammingError, match="Cannot update or delete"):
        Invoice.objects.update(total=0)


def test_an_invoice_keeps_what_the_shop_was_then(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    books.sell(shop, ("A", 1))
    said = save_profile(shop.call(), profile=AMYS).profile_id
    books.sell(shop, ("A", 1))
    save_profile(shop.call(), profile=replace(AMYS, name="Amy & Co", iban="DE89370400440532013000", bic=""))
    first, second = (queries.printed_invoice(row.id).shop for row in Invoice.objects.order_by("number"))
    assert (first.name, first.country, first.legal_name, first.iban) == ("A shop", "GB", "", "")
    assert (second.id, second.name, second.iban) == (said, "Amy's Mugs", "GB82WEST12345698765432")


def test_a_refused_invoice_leaves_no_profile(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 1))
    with sold.nothing_changes(shop), pytest.raises(NothingToInvoice):
        books.invoice(shop, order)
    assert Profile.objects.count() == 0


def test_who_invoices_first_at_once_makes_one_profile(shop: Shop) -> None:
    kit.stock(shop, "A", 50)
    orders = [kit.place(shop, ("A", 1)) for _ in range(4)]
    for order in orders:
        kit.ship(shop, order)
    outcomes = kit.in_threads(lambda index: books.invoice(shop, orders[index]), 4)
    assert kit.kinds(outcomes) == ["InvoiceIssued"] * 4
    assert Profile.objects.count() == 1
