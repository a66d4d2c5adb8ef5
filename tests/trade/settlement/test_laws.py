"""Each law of invoices and credit notes fires when it is broken."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.db import connection

from dingdan.trade.settlement import queries
from dingdan.trade.settlement.commands import CreditItem, IssueCreditNote, Standalone, issue_credit_notes
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales import sold
from tests.trade.settlement import books

BREAKS: dict[Callable[[], Iterator[str]], tuple[str, str]] = {
    queries.law_an_invoice_is_the_sum_of_its_lines: (
        "settlement_invoiceline", "UPDATE settlement_invoiceline SET tax = tax + 1, tax_base = tax_base - 1",
    ),
    queries.law_a_credit_note_is_the_sum_of_its_lines: (
        "settlement_creditnoteline",
        "UPDATE settlement_creditnoteline SET goods = goods + 1 WHERE order_line_id IS NOT NULL AND",
    ),
    queries.law_what_was_billed_is_in_the_books: (
        "payments_receivable", "UPDATE payments_receivable SET invoiced = invoiced + 1",
    ),
    queries.law_a_credit_note_alone_is_owed: ("payments_payable", "UPDATE payments_payable SET amount = amount + 1"),
    queries.law_only_what_left_is_invoiced: ("inventory_demand", "UPDATE inventory_demand SET returned = 0, issued = 0"),
    queries.law_no_line_is_credited_above_its_invoices: (
        "settlement_invoiceline", "UPDATE settlement_invoiceline SET tax_base = 1, total = 1 WHERE tax = 0 AND",
    ),
    queries.law_every_gift_card_sold_is_on_an_invoice: ("payments_giftcard", "UPDATE payments_giftcard SET face = face + 1"),
    queries.law_fiscal_numbers_have_no_gaps: (
        "settlement_invoice", "UPDATE settlement_invoice SET number = 'I1002' WHERE number = 'I1001' AND",
    ),
}  # fmt: skip


@pytest.mark.parametrize("law", BREAKS, ids=lambda law: law.__name__)
def test_a_broken_law_is_found(shop: Shop, law: Callable[[], Iterator[str]]) -> None:
    kit.stock(shop, "A", 9)
    order = books.sell(shop, ("A", 4))
    rma = sold.come_back(shop, order, 2)
    issue_credit_notes.one(shop.call(), IssueCreditNote(return_id=rma.return_id))
    if law is queries.law_every_gift_card_sold_is_on_an_invoice:
        kit.gift_card(shop)
        books.invoice(shop, kit.place(shop, ("GIFT", 1)))
    alone = Standalone(currency="GBP", items=(CreditItem(name="Old cup", amount=100),))
    issue_credit_notes.one(shop.call(), IssueCreditNote(standalone=alone))
    assert list(law()) == []
    table, statement = BREAKS[law]
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        where = "" if statement.endswith("AND") else " WHERE"
        cursor.execute(f"{statement}{where} tenant_id = %s", [shop.tenant_id])
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    assert len(told := list(law())) == 1
    assert kit.told_since_the_beginning(law) == told


def test_every_law_is_tried() -> None:
    assert set(BREAKS) == set(queries.LAWS)
