"""Invoices and credit notes on paper: all their letters are there, in the customer's language."""

from __future__ import annotations

import logging
import re
import zlib
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.trade.orders.models import Contact
from dingdan.trade.orders.rules import Person
from dingdan.trade.settlement import queries
from dingdan.trade.settlement.commands import CreditItem, IssueCreditNote, Standalone, issue_credit_notes
from dingdan.trade.settlement.models import Invoice
from dingdan.trade.settlement.queries import Party, Printed, PrintedLine, PrintedTax
from dingdan.web.documents import credit_note_pdf, invoice_pdf, render
from dingdan.web.documents.words import tongue
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales import sold
from tests.trade.settlement import books

TAIPEI = {
    "street_address": "信義路五段7號", "city": "信義區", "country_area": "台北市", "postal_code": "110", "country_code": "TW",
}  # fmt: skip
PAPER = Printed(
    kind="invoice", number="I1001", external_number="", issued_on=date(2026, 11, 23), order_number="1001", invoice_number="",
    language="en", currency="GBP", prices_include_tax=True, shop="Pretty Things", shop_country="GB",
    bill_to=Party(name="Žofie Łukaszewska", company="訂單有限公司", country="TW", address=TAIPEI), ship_to=None,
    lines=tuple(
        PrintedLine(
            name=f"手工陶瓷馬克杯 {position}", sku=f"MUG-{position}", quantity=2, unit_price=Decimal("12.5"), discount=0,
            tax_rate=Decimal("0.05"), total=25,
        )
        for position in range(40)
    ),
    taxes=(PrintedTax(name="VAT", rate=Decimal("0.05"), base=952, tax=48),), goods=1000, discount=0, shipping=0, fees=0, tax=48,
    total=1000,
)  # fmt: skip


def pages(pdf: bytes) -> list[bytes]:
    """The drawing instructions of every page."""
    found = [zlib.decompress(body) for body in re.findall(rb"/FlateDecode.*?stream\n(.*?)\nendstream", pdf, re.DOTALL)]
    return [body for body in found if b" Tj" in body or b" TJ" in body]


def texts_without_a_font(page: bytes) -> int:
    """How many texts are drawn where no font was named: nobody would see them."""
    named, kept, invisible = False, [], 0
    for sign in re.findall(rb"/F\d+ [\d.]+ Tf|(?<![^\s])q(?![^\s])|(?<![^\s])Q(?![^\s])|\) ?Tj|\] ?TJ", page):
        if sign == b"q":
            kept.append(named)
        elif sign == b"Q":
            named = kept.pop()
        elif sign.endswith(b"Tf"):
            named = True
        elif not named:
            invisible += 1
    return invisible


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    books.taxed(shop, gross=True)
    order = books.sell(shop, ("A", 2), shipping_price=495, language="zh-Hant", ship_to=Person(name="王小明", country="TW"))
    invoice = Invoice.objects.get()
    pdf = invoice_pdf(invoice.id)
    assert pdf.startswith(b"%PDF-")
    assert pdf == invoice_pdf(invoice.id)
    assert b"NotoSansTC" in pdf
    rma = sold.come_back(shop, order, 1)
    note = issue_credit_notes.one(shop.call(), IssueCreditNote(return_id=rma.return_id))
    assert queries.printed_credit_note(note.credit_note_id).invoice_number == "I1001"
    assert credit_note_pdf(note.credit_note_id).startswith(b"%PDF-")


@pytest.mark.parametrize("language", ["en", "zh-Hant", "zh-Hans"])
@pytest.mark.parametrize("gross", [True, False], ids=["gross", "net"])
def test_every_letter_is_drawn(language: str, gross: bool, caplog: pytest.LogCaptureFixture) -> None:
    total = PAPER.total if gross else PAPER.total + PAPER.tax
    with caplog.at_level(logging.WARNING, logger="fpdf"):
        pdf = render(replace(PAPER, language=language, prices_include_tax=gross, total=total, kind="credit_note"))
    assert caplog.messages == []  # the library warns of letters that no font has
    drawn = pages(pdf)
    assert len(drawn) == 3
    assert [texts_without_a_font(page) for page in drawn] == [0, 0, 0]


@pytest.mark.parametrize(("language", "used", "unused"), [("zh-TW", b"/F2 ", b"/F3 "), ("zh-CN", b"/F3 ", b"/F2 ")])
def test_chinese_has_the_shapes_of_the_language(language: str, used: bytes, unused: bytes) -> None:
    drawn = b"".join(pages(render(replace(PAPER, language=language, bill_to=Party(name="王小明", address={})))))
    assert used in drawn
    assert unused not in drawn


def test_a_forgotten_customer_leaves_no_name(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    books.sell(shop, ("A", 2))
    Contact.objects.update(name="", company="", email="", phone="", country="", address={})
    printed = queries.printed_invoice(Invoice.objects.get().id)
    assert printed.bill_to == Party(address={})
    assert render(printed).startswith(b"%PDF-")


def test_a_credit_note_alone(shop: Shop) -> None:
    alone = Standalone(currency="JPY", items=(CreditItem(name="茶碗", amount=1200),), language="zh_Hans")
    note = issue_credit_notes.one(shop.call(), IssueCreditNote(standalone=alone))
    assert credit_note_pdf(note.credit_note_id).startswith(b"%PDF-")


def test_what_is_not_there_is_refused(shop: Shop) -> None:
    with pytest.raises(NotFound):
        invoice_pdf(new_id())
    with pytest.raises(NotFound):
        credit_note_pdf(new_id())


@pytest.mark.parametrize(
    ("language", "code", "day"),
    [
        ("en", "en", "23 November 2026"),
        ("zh-Hant", "zh-Hant", "2026年11月23日"),
        ("zh_CN", "zh-Hans", "2026年11月23日"),
        ("fr", "en", "23 November 2026"),
    ],
)
def test_words_and_numbers(language: str, code: str, day: str) -> None:
    words = tongue(language)
    assert (words.code, words.day(PAPER.issued_on)) == (code, day)
    assert (words.money(124950, "GBP"), words.price(Decimal("1249.5"), "GBP")) == ("£1,249.50", "12.495")
    assert words.percent(Decimal("0.175")) == "17.5 %"
    assert (words.number(1200, "JPY"), words.number(1200, "KWD")) == ("1,200", "1.200")
