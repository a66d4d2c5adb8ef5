"""What is invoiced adds up to the line, and what is credited adds up to what was invoiced."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dingdan.ledgers.payments.rules import Parts
from dingdan.masterdata.pricing.rules import LineInput, PricedLine, Share, Tax, TaxPart, price_lines
from dingdan.trade.aftersales.rules import Line
from dingdan.trade.settlement.rules import (
    Billed,
    NotInvoiced,
    PaperLine,
    canceled_since,
    credit_share,
    invoice_share,
    parts,
    standalone_share,
    to_invoice,
    totals,
)
from tests.trade.aftersales.test_rules import Goods, line

VAT = Tax((TaxPart("VAT", Decimal("0.2"), applies_to_shipping=True),))


def priced(quantity: int, price: Decimal, discount: int, *, gross: bool) -> PricedLine:
    """A line at 20 % tax."""
    return price_lines([LineInput("1", quantity, price, VAT, discount)], currency="GBP", prices_include_tax=gross).lines[0]


def sold_line(one: PricedLine, *, issued: int) -> Line:
    """The same line in an order, so much of it shipped."""
    return line(
        one.quantity, one.total, discount=one.discount, tax=one.tax, tax_included=one.tax_included,
        goods=(Goods(one.quantity, issued=issued),),
    )  # fmt: skip


def add(before: Billed, units: int, share: Share) -> Billed:
    """What was billed, with one more share."""
    return Billed(before.units + units, before.total + share.total, before.tax + share.tax, before.discount + share.discount)


prices = st.decimals("0", "999", places=3)
cuts = st.lists(st.integers(1, 7), max_size=12)


@settings(max_examples=300, deadline=None)
@given(quantity=st.integers(1, 30), price=prices, off=st.integers(0, 100), gross=st.booleans(), ways=st.tuples(cuts, cuts))
def test_invoices_and_credit_notes_add_up(
    quantity: int, price: Decimal, off: int, gross: bool, ways: tuple[list[int], list[int]]
) -> None:
    goods = priced(quantity, price, 0, gross=gross).goods
    one = priced(quantity, price, goods * off // 100, gross=gross)
    bought = sold_line(one, issued=quantity)
    invoiced, goods_invoiced = Billed(), 0
    for cut in [*ways[0], quantity]:
        units = min(cut, quantity - invoiced.units)
        share = invoice_share(bought, invoiced, units)
        assert min(share.goods, share.discount, share.tax, share.tax_base, share.total) >= 0
        goods_invoiced += share.goods
        invoiced = add(invoiced, units, share)
    assert (invoiced.total, invoiced.tax, invoiced.discount, goods_invoiced) == (one.total, one.tax, one.discount, one.goods)
    credited = Billed()
    for percent in [*ways[1], 100]:
        amount = min(one.total * percent // 20, one.total - credited.total)
        if percent == 100:
            amount = one.total - credited.total
        share = credit_share(bought, invoiced, credited, amount=amount, currency="GBP")
        assert min(share.discount, share.tax, share.tax_base, share.total) >= 0
        credited = add(credited, 0, share)
    if one.total:
        assert (credited.total, credited.tax, credited.discount) == (invoiced.total, invoiced.tax, invoiced.discount)


@settings(max_examples=200, deadline=None)
@given(quantity=st.integers(1, 30), price=prices, off=st.integers(0, 100), gross=st.booleans())
def test_the_books_and_the_paper_say_the_same(quantity: int, price: Decimal, off: int, gross: bool) -> None:
    goods = priced(quantity, price, 0, gross=gross).goods
    one = priced(quantity, price, goods * off // 100, gross=gross)
    share = invoice_share(sold_line(one, issued=quantity), Billed(), quantity)
    lines = [
        PaperLine(
            order_line_id=None, kind=kind, sku="A", name="A", quantity=1, unit_price=price, tax_rate=Decimal("0.2"),
            tax_name="VAT", share=share,
        )
        for kind in ("goods", "service", "shipping", "fee")
    ]  # fmt: skip
    booked, printed = parts(lines, tax_included=gross), totals(lines)
    assert booked.total == printed.total == 4 * one.total
    assert printed.total == printed.goods - printed.discount + printed.shipping + printed.fees + (0 if gross else printed.tax)


def test_nothing_above_the_invoice_is_credited() -> None:
    with pytest.raises(NotInvoiced):
        credit_share(line(1, 100), Billed(1, 100, 0, 0), Billed(0, 40, 0, 0), amount=61, currency="GBP")


def test_services_come_with_the_first_goods_or_alone() -> None:
    goods, work = line(2, 200, goods=(Goods(2),)), line(1, 50, kind="service", goods=())
    assert to_invoice([goods, work], {}) == {}
    shipped = line(2, 200, goods=(Goods(2, issued=1),))
    assert to_invoice([shipped, work], {}) == {shipped.id: 1, work.id: 1}
    assert to_invoice([shipped, work], {shipped.id: Billed(1), work.id: Billed(1)}) == {}
    assert to_invoice([work], {}) == {work.id: 1}


def test_what_was_canceled_after_its_invoice() -> None:
    work = line(3, 100, kind="service", goods=(), canceled=2)
    assert canceled_since([work], {work.id: Billed(3, 100)}) == {work.id: 2}
    assert canceled_since([work], {work.id: Billed(1, 33)}) == {}


@pytest.mark.parametrize(("included", "base", "tax", "total"), [(True, 1000, 200, 1200), (False, 1200, 240, 1440)])
def test_tax_of_an_amount_alone(included: bool, base: int, tax: int, total: int) -> None:
    share = standalone_share(1200, Decimal("0.2"), tax_included=included)
    assert (share.tax_base, share.tax, share.total) == (base, tax, total)


def test_a_free_line_says_what_it_was_worth() -> None:
    free = sold_line(priced(1, Decimal(500), 500, gross=True), issued=1)
    share = invoice_share(free, Billed(), 1)
    assert (share.goods, share.discount, share.total) == (500, 500, 0)
    paper = PaperLine(
        order_line_id=None, kind="goods", sku="", name="Gift", quantity=1, unit_price=Decimal(500), tax_rate=Decimal(0),
        tax_name="", share=share,
    )  # fmt: skip
    assert parts([paper], tax_included=True) == Parts(goods=500, discount=500)
