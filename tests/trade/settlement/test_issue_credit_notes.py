"""What was invoiced and is owed no longer is credited, once and never above the invoice."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from dingdan.kernel.errors import Invalid, NotFound, NotPermitted
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Actor
from dingdan.kernel.money import UnknownCurrency
from dingdan.masterdata.shop.commands import save_profile
from dingdan.trade.aftersales.commands import (
    CancelOrder,
    Part,
    RecordReturn,
    ReturnedUnits,
    ReturnWanted,
    authorize_return,
    cancel_orders,
    give_allowance,
    record_returns,
    refund_order,
)
from dingdan.trade.aftersales.models import Return
from dingdan.trade.settlement import queries
from dingdan.trade.settlement.commands import (
    CreditAmount,
    CreditItem,
    IssueCreditNote,
    Standalone,
    issue_credit_notes,
)
from dingdan.trade.settlement.commands.crediting import AlreadyCredited
from dingdan.trade.settlement.events import CreditedLine
from dingdan.trade.settlement.models import CreditNote
from dingdan.trade.settlement.rules import NothingToCredit, NotInvoiced
from tests import kit
from tests.conftest import Shop
from tests.masterdata.shop.drafts import AMYS
from tests.trade.aftersales import sold
from tests.trade.settlement import books


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    order = books.sell(shop, ("A", 3), price=1000, discount=300, shipping_price=495)
    rma = sold.come_back(shop, order, 2)
    assert queries.returns_to_credit() == [rma.return_id]
    issued = issue_credit_notes.one(shop.call(), IssueCreditNote(return_id=rma.return_id, reason="R1001"))
    assert (issued.number, issued.cause, issued.total, issued.return_id) == ("C1001", "return", 1800, rma.return_id)
    assert issued.lines == (CreditedLine(order_line_id=order.lines[0].line_id, quantity=2, total=1800),)
    note = CreditNote.objects.get()
    assert note.invoice
    assert (note.goods, note.discount, note.total, note.invoice.number) == (2000, 200, 1800, "I1001")
    assert Return.objects.get().state == "closed"
    assert queries.returns_to_credit() == []
    refund_order(shop.call(), order_id=order.order_id)
    assert books.accounts() == {
        "cash": 3195, "customer_deposits": 1800, "discounts": 100, "revenue": 3000, "sales_returns": 2000,
        "shipping_revenue": 495,
    }  # fmt: skip
    assert kit.breaches() == []


def test_returns_add_up_to_the_invoice(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    order = books.sell(shop, ("A", 7), price="14.285", discount=13)
    for _ in range(7):
        rma = sold.come_back(shop, order, 1)
        issue_credit_notes.one(shop.call(), IssueCreditNote(return_id=rma.return_id))
    assert sum(total for _quantity, total, _tax in books.credited(order.lines[0].line_id)) == 87
    notes = list(CreditNote.objects.order_by("id"))
    assert (sum(note.goods for note in notes), sum(note.discount for note in notes)) == (100, 13)
    assert [note.number for note in notes] == [f"C{1001 + index}" for index in range(7)]
    assert (sold.owed(order).amount, sold.owed(order).credited) == (0, 87)
    assert kit.breaches() == []


@pytest.mark.parametrize("gross", [True, False], ids=["gross", "net"])
def test_tax_comes_back_to_the_penny(shop: Shop, gross: bool) -> None:
    books.taxed(shop, gross=gross)
    kit.stock(shop, "A", 7)
    order = books.sell(shop, ("A", 7), price=157, discount=100)
    favor = give_allowance(shop.call(), order_id=order.order_id, amount=33)
    issue_credit_notes.one(shop.call(), IssueCreditNote(allowance_id=favor.allowance_id))
    for quantity in (1, 2, 1, 3):
        rma = sold.come_back(shop, order, quantity)
        issue_credit_notes.one(shop.call(), IssueCreditNote(return_id=rma.return_id))
    ((_seven, total, tax),) = books.invoiced(order.lines[0].line_id)
    given = books.credited(order.lines[0].line_id)
    assert (sum(one[1] for one in given), sum(one[2] for one in given)) == (total, tax)
    accounts = books.accounts()
    assert accounts == {
        "cash": total, "customer_deposits": total, "revenue": accounts["revenue"], "sales_returns": accounts["revenue"],
    }  # fmt: skip
    assert sold.owed(order).amount == 0
    assert kit.breaches() == []


def test_a_fee_is_not_credited(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    order = books.sell(shop, ("A", 2))
    line_id = order.lines[0].line_id
    rma = record_returns.one(
        shop.call(), RecordReturn(order_id=order.order_id, lines=(ReturnedUnits(line_id=line_id, quantity=2, amount=450),))
    )
    assert issue_credit_notes.one(shop.call(), IssueCreditNote(return_id=rma.return_id)).total == 450
    assert (sold.owed(order).amount, sold.owed(order).invoiced - sold.owed(order).credited) == (50, 50)
    assert kit.breaches() == []


def test_an_allowance(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    kit.stock(shop, "B", 10)
    order = books.sell(shop, ("A", 1), ("B", 3))
    favor = give_allowance(shop.call(), order_id=order.order_id, amount=100)
    assert queries.allowances_to_credit() == [favor.allowance_id]
    issued = issue_credit_notes.one(shop.call(), IssueCreditNote(allowance_id=favor.allowance_id))
    assert [(line.quantity, line.total) for line in issued.lines] == [(0, 25), (0, 75)]
    assert (issued.cause, queries.allowances_to_credit()) == ("allowance", [])
    assert sold.owed(order).amount == 900
    assert kit.breaches() == []


def test_what_was_canceled_after_its_invoice(shop: Shop) -> None:
    kit.stock(shop, "A", 1)
    sold.service(shop, "ENGRAVING")
    order = books.sell(shop, ("A", 1), ("ENGRAVING", 4), price="33.5")
    line_id = order.lines[1].line_id
    for count in (1, 3):
        cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id, lines=(Part(line_id, count),)))
        issue_credit_notes.one(shop.call(), IssueCreditNote(order_id=order.order_id))
    assert [(quantity, total) for quantity, total, _tax in books.credited(line_id)] == [(1, 33), (4, 101)]
    assert (sold.owed(order).amount, sold.owed(order).credited) == (34, 134)
    assert kit.breaches() == []


def test_amounts_of_lines(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    order = books.sell(shop, ("A", 2), shipping_price=495)
    amounts = (CreditAmount(order_line_id=sold.lines(order)[1].id, amount=495, quantity=1),)
    intent = IssueCreditNote(order_id=order.order_id, lines=amounts, external_number="C536391")
    issued = issue_credit_notes.one(shop.call(), intent)
    assert (issued.cause, issued.total) == ("correction", 495)
    assert CreditNote.objects.get().external_number == "C536391"
    assert (sold.owed(order).amount, sold.owed(order).credited, sold.owed(order).due) == (500, 495, -495)
    assert books.accounts()["revenue"] == 500
    assert kit.breaches() == []


def test_alone_we_owe_it_to_the_customer(shop: Shop) -> None:
    items = (
        CreditItem(name="Old cup", sku="CUP", quantity=2, unit_price=Decimal(600), tax_rate=Decimal("0.2"), tax_name="VAT"),
        CreditItem(name="Postage", kind="shipping", amount=495),
    )
    intent = IssueCreditNote(standalone=Standalone(currency="GBP", items=items), external_number="C1")
    issued = issue_credit_notes.one(shop.call(), intent)
    assert (issued.number, issued.cause, issued.total, issued.tax) == ("C1001", "standalone", 1695, 200)
    assert books.accounts() == {
        "customer_payable": 1695, "sales_returns": 1000, "shipping_revenue": -495, "tax_payable": -200,
    }  # fmt: skip
    note = CreditNote.objects.get()
    assert (note.goods, note.shipping, note.tax, note.total, note.order_id) == (1200, 495, 200, 1695, None)
    assert kit.breaches() == []


def test_alone_with_tax_on_top(shop: Shop) -> None:
    items = (CreditItem(name="Old cup", amount=1000, tax_rate=Decimal("0.2"), tax_name="VAT"),)
    told = Standalone(currency="GBP", items=items, prices_include_tax=False)
    assert issue_credit_notes.one(shop.call(), IssueCreditNote(standalone=told)).total == 1200
    assert kit.breaches() == []


def test_many_in_one_batch(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    order = books.sell(shop, ("A", 3))
    other = books.sell(shop, ("A", 3))
    first, second = sold.come_back(shop, order, 1), sold.come_back(shop, other, 3)
    alone = Standalone(currency="GBP", items=(CreditItem(name="Old cup", amount=100),))
    asked = [
        IssueCreditNote(return_id=first.return_id),
        IssueCreditNote(standalone=alone),
        IssueCreditNote(return_id=first.return_id),
        IssueCreditNote(order_id=order.order_id),
        IssueCreditNote(return_id=second.return_id),
    ]
    outcomes = issue_credit_notes.many([(shop.call(), intent) for intent in asked])
    assert [type(outcome).__name__ for outcome in outcomes] == [
        "CreditNoteIssued", "CreditNoteIssued", "AlreadyCredited", "NothingToCredit", "CreditNoteIssued",
    ]  # fmt: skip
    assert sorted(CreditNote.objects.values_list("number", flat=True)) == ["C1001", "C1002", "C1003"]
    assert kit.breaches() == []


def test_a_larger_batch_needs_no_more_statements(shop: Shop) -> None:
    kit.stock(shop, "A", 90)
    counts = []
    for size in (2, 8):
        returns = [sold.come_back(shop, books.sell(shop, ("A", 1)), 1).return_id for _ in range(size)]
        calls = [(shop.call(), IssueCreditNote(return_id=return_id)) for return_id in returns]
        with sold.statements() as counted:
            issue_credit_notes.many(calls)
        counts.append(len(counted))
    assert counts[0] == counts[1] <= 29
    assert kit.breaches() == []


def test_a_second_time_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    order = books.sell(shop, ("A", 3))
    rma = sold.come_back(shop, order, 1)
    favor = give_allowance(shop.call(), order_id=order.order_id, amount=10)
    intents = (IssueCreditNote(return_id=rma.return_id), IssueCreditNote(allowance_id=favor.allowance_id))
    for intent in intents:
        issue_credit_notes.one(shop.call(), intent)
    with sold.nothing_changes(shop):
        for intent in intents:
            with pytest.raises(AlreadyCredited):
                issue_credit_notes.one(shop.call(), intent)


def test_before_the_invoice_it_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    order = kit.place(shop, ("A", 3))
    kit.ship(shop, order)
    rma = sold.come_back(shop, order, 1)
    with sold.nothing_changes(shop), pytest.raises(NotInvoiced, match="Issue the invoice first"):
        issue_credit_notes.one(shop.call(), IssueCreditNote(return_id=rma.return_id))
    books.invoice(shop, order)
    issue_credit_notes.one(shop.call(), IssueCreditNote(return_id=rma.return_id))
    assert kit.breaches() == []


def test_before_the_inspection_it_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    order = books.sell(shop, ("A", 3))
    wanted = ReturnWanted(line_id=order.lines[0].line_id, quantity=2)
    rma = authorize_return(shop.call(), order_id=order.order_id, lines=(wanted,))
    with sold.nothing_changes(shop), pytest.raises(NothingToCredit):
        issue_credit_notes.one(shop.call(), IssueCreditNote(return_id=rma.return_id))


def test_nothing_to_credit_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    order = books.sell(shop, ("A", 3))
    alone = Standalone(currency="GBP", items=(CreditItem(name="Nothing", amount=0),))
    with sold.nothing_changes(shop):
        for intent in (IssueCreditNote(order_id=order.order_id), IssueCreditNote(standalone=alone)):
            with pytest.raises(NothingToCredit):
                issue_credit_notes.one(shop.call(), intent)


def test_more_than_was_invoiced_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    order = books.sell(shop, ("A", 3))
    line = CreditAmount(order_line_id=order.lines[0].line_id, amount=751)
    with sold.nothing_changes(shop), pytest.raises(NotInvoiced):
        issue_credit_notes.one(shop.call(), IssueCreditNote(order_id=order.order_id, lines=(line,)))


def test_amounts_that_make_no_sense_are_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    order = books.sell(shop, ("A", 3))
    line = CreditAmount(order_line_id=order.lines[0].line_id, amount=10)
    wrong = Standalone(currency="GBP", items=(CreditItem(name="Cup", amount=-1),))
    with sold.nothing_changes(shop):
        for intent, refusal in (
            (IssueCreditNote(), Invalid),
            (IssueCreditNote(order_id=order.order_id, return_id=new_id()), Invalid),
            (IssueCreditNote(order_id=order.order_id, lines=(replace(line, amount=0),)), Invalid),
            (IssueCreditNote(order_id=order.order_id, lines=(line, line)), Invalid),
            (IssueCreditNote(standalone=wrong), Invalid),
            (IssueCreditNote(standalone=replace(wrong, items=(CreditItem(name="Cup", tax_rate=Decimal(-1)),))), Invalid),
            (IssueCreditNote(standalone=replace(wrong, currency="XYZ")), UnknownCurrency),
        ):
            with pytest.raises(refusal):
                issue_credit_notes.one(shop.call(), intent)


def test_what_is_not_there_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    order = books.sell(shop, ("A", 3))
    line = CreditAmount(order_line_id=new_id(), amount=10)
    alone = Standalone(currency="GBP", items=(CreditItem(name="Cup", amount=1),), customer_id=new_id())
    with sold.nothing_changes(shop):
        for intent in (
            IssueCreditNote(order_id=new_id()),
            IssueCreditNote(return_id=new_id()),
            IssueCreditNote(allowance_id=new_id()),
            IssueCreditNote(order_id=order.order_id, lines=(line,)),
            IssueCreditNote(standalone=alone),
        ):
            with pytest.raises(NotFound):
                issue_credit_notes.one(shop.call(), intent)


def test_whoever_may_not_is_refused(shop: Shop) -> None:
    stranger = replace(shop.call(), actor=Actor("staff", "1", frozenset({"settlement.issue_invoices"})))
    with sold.nothing_changes(shop), pytest.raises(NotPermitted):
        issue_credit_notes.one(stranger, IssueCreditNote(order_id=new_id()))


def test_two_at_once_credit_once(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    order = books.sell(shop, ("A", 3))
    rma = sold.come_back(shop, order, 1)
    outcomes = kit.in_threads(lambda _index: issue_credit_notes.one(shop.call(), IssueCreditNote(return_id=rma.return_id)), 4)
    assert kit.kinds(outcomes) == ["AlreadyCredited", "AlreadyCredited", "AlreadyCredited", "CreditNoteIssued"]
    assert sold.owed(order).credited == 250
    assert kit.breaches() == []


def test_a_credit_note_says_who_the_shop_is_when_it_is_issued(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = books.sell(shop, ("A", 2))
    rma = sold.come_back(shop, order, 1)
    said = save_profile(shop.call(), profile=AMYS).profile_id
    note = issue_credit_notes.one(shop.call(), IssueCreditNote(return_id=rma.return_id))
    save_profile(shop.call(), profile=replace(AMYS, legal_name="Amy & Co Ltd"))
    printed = queries.printed_credit_note(note.credit_note_id).shop
    assert (printed.id, printed.legal_name) == (said, "Amy Wong Ceramics Ltd")
