"""The statement of a closed day on A4: what finance signs. The same statement always gives the same file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from django.utils.translation import gettext, override
from fpdf.enums import TableBordersLayout
from fpdf.fonts import FontFace

from dingdan.kernel.models import Tenant
from dingdan.trade.closing.queries import Statement
from dingdan.web.documents.paper import GRAY, LINE, MARGIN, WIDTH, Sheet
from dingdan.web.documents.words import tongue

_DJANGO: Final = {"zh-Hant": "zh-hant", "zh-Hans": "zh-hans"}


def render(statement: Statement, shop: Tenant) -> bytes:
    """The statement as a PDF file, in the language of the shop."""
    words = tongue(shop.language)
    with override(_DJANGO.get(words.code, "en")):
        sheet = Sheet(words, [shop.name])
        sheet.set_title(f"{words('day_close')} {statement.close.moved_on} {statement.close.currency}")
        sheet.set_author(shop.name)
        sheet.set_lang(words.code)
        sheet.set_creation_date(statement.close.closed_at)
        _head(sheet, statement, shop)
        _balances(sheet, statement)
        _movements(sheet, statement)
        _cash(sheet, statement)
        _points(sheet, statement)
        return sheet.file()


def _word(code: str) -> str:
    """What people call an account, a rule or a method."""
    return gettext(code.replace("_", " ").capitalize()) if code else ""


def _head(sheet: Sheet, statement: Statement, shop: Tenant) -> None:
    words, close = sheet.words, statement.close
    sheet.style(18)
    with sheet.strong():
        sheet.cell(0, 9, f"{words('day_close')} · {close.currency}", new_x="LMARGIN", new_y="NEXT")
    sheet.style(12)
    sheet.cell(0, 7, f"{shop.name} · {words.day(close.moved_on)}", new_x="LMARGIN", new_y="NEXT")
    sheet.style(8, GRAY)
    at = format_datetime(close.closed_at, "medium", tzinfo=ZoneInfo(shop.time_zone), locale=words.locale)
    sheet.cell(0, 5, f"{words('closed_at')} {at} · {words('counted_up_to')} {close.position}", new_x="LMARGIN", new_y="NEXT")
    if close.state == "reopened":
        sheet.cell(0, 5, words("reopened"), new_x="LMARGIN", new_y="NEXT")
    sheet.ln(4)


def _table(sheet: Sheet, heads: Sequence[str], widths: Sequence[int], rows: Sequence[Sequence[str]], *, texts: int) -> None:
    """A table whose first columns are texts and whose others are numbers."""
    sheet.style(9)
    sheet.set_draw_color(*LINE)
    with sheet.table(
        col_widths=list(widths),
        text_align=["LEFT"] * texts + ["RIGHT"] * (len(heads) - texts),
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        headings_style=FontFace(color=GRAY, size_pt=8, emphasis=""),
        line_height=5,
        padding=(1, 1),
        width=WIDTH,
    ) as table:
        table.row([sheet.words(head) for head in heads])
        for row in rows:
            table.row(list(row))
    sheet.ln(5)


def _balances(sheet: Sheet, statement: Statement) -> None:
    currency, number = statement.close.currency, sheet.words.number
    rows = [
        [
            " · ".join(part for part in (_word(one.account), _word(one.party)) if part),
            *(number(amount, currency) for amount in (one.opening, one.late, one.debits, one.credits, one.closing)),
        ]
        for one in statement.balances
    ]
    _table(sheet, ("account", "opening", "late", "debits", "credits", "closing"), (54, 24, 24, 24, 24, 24), rows, texts=1)


def _movements(sheet: Sheet, statement: Statement) -> None:
    words, currency = sheet.words, statement.close.currency
    if not statement.movements:
        sheet.style(9, GRAY)
        sheet.cell(0, 6, words("nothing_moved"), new_x="LMARGIN", new_y="NEXT")
        return
    rows = [
        [
            f"{_word(one.rule)} ({words('late')})" if one.is_late else _word(one.rule),
            _word(one.method),
            str(one.postings),
            words.number(one.amount, currency),
        ]
        for one in statement.movements
    ]
    _table(sheet, ("movement", "method", "times", "amount"), (80, 44, 20, 30), rows, texts=2)


def _cash(sheet: Sheet, statement: Statement) -> None:
    if cash := statement.cash:
        for name, amount in (("expected", cash.expected), ("counted", cash.counted), ("difference", cash.difference)):
            sheet.pair(sheet.words(f"cash_{name}"), sheet.words.money(amount, cash.currency), width=80)
        sheet.ln(4)


def _points(sheet: Sheet, statement: Statement) -> None:
    """What was left open and why, then a line for whoever checks it."""
    if statement.points:
        sheet.style(8, GRAY)
        sheet.cell(0, 5, sheet.words("left_open"), new_x="LMARGIN", new_y="NEXT")
        sheet.style(9)
        for point in statement.points:
            sheet.multi_cell(
                0, 5, f"{_word(point.kind)} {point.reference}: {point.note}", align="L", new_x="LMARGIN", new_y="NEXT"
            )
        sheet.ln(4)
    sheet.style(8, GRAY)
    sheet.set_x(MARGIN + WIDTH - 70)
    sheet.cell(70, 12, f"{sheet.words('signed_by')} ________________________", align="R")
