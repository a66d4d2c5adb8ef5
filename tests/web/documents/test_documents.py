"""Invoices and credit notes on paper: all their letters are there, in the customer's language."""

from __future__ import annotations

import logging
import re
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from fpdf import FPDF

from dingdan.kernel.contact import PostalAddress
from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.masterdata.catalog.commands import save_product
from dingdan.masterdata.catalog.rules import ProductDraft, VariantDraft
from dingdan.masterdata.shop.commands import save_profile
from dingdan.masterdata.shop.models import Profile
from dingdan.masterdata.shop.rules import ProfileDraft, clean_profile, said_by
from dingdan.trade.fulfillment.models import Shipment
from dingdan.trade.fulfillment.queries import slips
from dingdan.trade.orders.models import Contact
from dingdan.trade.orders.rules import Person
from dingdan.trade.settlement import queries
from dingdan.trade.settlement.commands import (
    CreditItem,
    IssueCreditNote,
    IssueInvoice,
    Standalone,
    issue_credit_notes,
    issue_invoices,
)
from dingdan.trade.settlement.models import CreditNote, Invoice
from dingdan.trade.settlement.queries import Party, Printed, PrintedLine, PrintedTax
from dingdan.web.documents import credit_note_pdf, invoice_pdf, render
from dingdan.web.documents.parcels import _in_their_language
from dingdan.web.documents.words import tongue
from tests import kit
from tests.conftest import Shop
from tests.masterdata.shop.drafts import AMYS
from tests.trade.aftersales import sold
from tests.trade.settlement import books

TAIPEI = {
    "street_address": "信義路五段7號", "city": "信義區", "country_area": "台北市", "postal_code": "110", "country_code": "TW",
}  # fmt: skip
PAPER = Printed(
    kind="invoice", number="I1001", external_number="", issued_on=date(2026, 11, 23), order_number="1001", invoice_number="",
    language="en", currency="GBP", prices_include_tax=True, shop=Profile(tenant_id=new_id(), name="Pretty Things", country="GB"),
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
    assert b"NotoSansSC" not in pdf  # of which it has no letter
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


def written(monkeypatch: pytest.MonkeyPatch, paper: Printed) -> str:
    """Everything that is written on a paper."""
    return written_by(monkeypatch, lambda: render(paper))


def written_by(monkeypatch: pytest.MonkeyPatch, draw: Callable[[], object]) -> str:
    """Everything that is written while something is drawn, as it is handed to the library."""
    found: list[str] = []

    def listen(name: str) -> None:
        write = getattr(FPDF, name)

        def heard(sheet: FPDF, w: Any = None, h: Any = None, text: str = "", **options: Any) -> Any:
            found.extend([] if options.get("dry_run") else [text])
            return write(sheet, w, h, text, **options)

        monkeypatch.setattr(FPDF, name, heard)

    with monkeypatch.context():
        listen("cell")
        listen("multi_cell")
        draw()
    return "\n".join(found)


SHOP_IN_TAIPEI = ProfileDraft(
    name="小美陶藝", country="TW", language="zh-Hant", time_zone="Asia/Taipei", legal_name="小美陶藝有限公司",
    address=PostalAddress(**TAIPEI), phone="02 8101 8800", tax_number="12345675", bank_name="某某銀行", bank_code="012",
    account_number="0123-4567", footer="謝謝惠顧。",
)  # fmt: skip


def profile(draft: ProfileDraft) -> Profile:
    """The profile that papers would name, not written down."""
    return Profile(tenant_id=new_id(), **said_by(clean_profile(draft)))


def test_who_sells_and_where_to_pay_is_on_the_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    said = written(monkeypatch, replace(PAPER, shop=profile(AMYS), lines=PAPER.lines[:1]))
    where = ["Amy Wong Ceramics Ltd", "1 High Street", "LONDON", "N1 9GU", "United Kingdom"]
    assert "\n".join(["Amy's Mugs", *where, "+44 20 7946 0958", "hello@amys.example", "https://amys.example"]) in said
    account = ["Account holder", "Amy Wong Ceramics Ltd", "Bank", "West Bank", "IBAN", "GB82 WEST 1234 5698 7654 32", "BIC"]
    assert "\n".join(["Bank details", *account, "WESTGB2L"]) in said
    numbers = "Registration number 01234567 · Tax number 12345 67890 · VAT number GB999999973"
    assert f"Amy Wong Ceramics Ltd · {numbers}\nMugs since 2019.\nPage 1 of" in said


@pytest.mark.parametrize(
    ("language", "bank", "numbers"),
    [
        ("zh-Hant", ("匯款帳戶", "戶名", "銀行", "帳號", "銀行代碼"), "小美陶藝有限公司 · 統一編號 12345675"),
        ("zh-Hans", ("汇款账户", "户名", "银行", "账号", "银行代码"), "小美陶藝有限公司 · 税号 12345675"),
    ],
)
def test_it_is_in_the_customers_language(
    monkeypatch: pytest.MonkeyPatch, language: str, bank: tuple[str, ...], numbers: str
) -> None:
    said = written(monkeypatch, replace(PAPER, shop=profile(SHOP_IN_TAIPEI), language=language, lines=PAPER.lines[:1]))
    title, holder, name, account, code = bank
    assert f"{title}\n{holder}\n小美陶藝有限公司\n{name}\n某某銀行\n{account}\n0123-4567\n{code}\n012" in said
    assert f"{numbers}\n謝謝惠顧。\n" in said


def test_the_foot_is_on_every_page_and_nothing_runs_into_it(caplog: pytest.LogCaptureFixture) -> None:
    long = replace(AMYS, footer="Goods remain ours until they are paid. " * 7)
    with caplog.at_level(logging.WARNING, logger="fpdf"):
        drawn = pages(render(replace(PAPER, shop=profile(long))))
    assert caplog.messages == []
    assert [texts_without_a_font(page) for page in drawn] == [0, 0, 0]
    for page in drawn:
        heights = sorted({float(height) for height in re.findall(rb"([\d.]+) Td", page)})
        # The number of the page, four lines of the foot, and then nothing for a while.
        assert [round(height) for height in heights[:5]] == [30, 43, 54, 66, 77]
        assert heights[5] > 95


def test_a_shop_that_said_nothing_shows_its_name_and_country(monkeypatch: pytest.MonkeyPatch) -> None:
    said = written(monkeypatch, replace(PAPER, lines=PAPER.lines[:1]))
    assert "Pretty Things\nUnited Kingdom\n" in said
    assert "Bank details" not in said
    assert "number" not in said


def test_goods_are_called_as_who_ordered_reads_them(shop: Shop) -> None:
    names = {"zh-Hant": "素面馬克杯"}
    draft = ProductDraft(slug="mug", name="Plain mug", name_i18n=names, variants=(VariantDraft(sku="MUG"),))
    save_product(shop.call(), product=draft)
    kit.receive(shop, "MUG", 9)
    here, there = (kit.place(shop, ("MUG", 1), language=language) for language in ("en", "zh-Hant"))
    for order in (here, there):
        kit.pay(shop, order)
        kit.ship(shop, order)
    issue_invoices.many([(shop.call(str(one.order_id)), IssueInvoice(order_id=one.order_id)) for one in (here, there)])
    by_order = {one.order_id: one.id for one in Invoice.objects.all()}
    told = {id_: [line.name for line in queries.printed_invoice(one).lines] for id_, one in by_order.items()}
    assert told == {here.order_id: ["Plain mug"], there.order_id: ["素面馬克杯"]}

    with_both = slips([one.id for one in Shipment.objects.order_by("order__placed_at")])
    assert [[line.name for line in one.lines] for one in with_both] == [["Plain mug"]] * 2, "whoever walks reads the shop's"
    assert [[line.name for line in one.lines] for one in _in_their_language(with_both)] == [["Plain mug"], ["素面馬克杯"]]
    save_product(shop.call(), product=replace(draft, name_i18n={"zh-Hant": "另一個名字"}))
    back = sold.come_back(shop, there, 1)
    issue_credit_notes.one(shop.call(), IssueCreditNote(return_id=back.return_id))
    assert [line.name for line in queries.printed_credit_note(CreditNote.objects.get().id).lines] == ["另一個名字"]
    assert [line.name for line in queries.printed_invoice(by_order[there.order_id]).lines] == ["素面馬克杯"]


def test_an_issued_paper_does_not_change_with_the_shop(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    save_profile(shop.call(), profile=AMYS)
    books.sell(shop, ("A", 1))
    invoice = Invoice.objects.get()
    before = invoice_pdf(invoice.id)
    moved = PostalAddress(country_code="IE", street_address="1 Quay", city="Cork", country_area="Co. Cork")
    save_profile(shop.call(), profile=replace(AMYS, name="Amy & Co", country="IE", address=moved, phone="", footer=""))
    assert invoice_pdf(invoice.id) == before


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
