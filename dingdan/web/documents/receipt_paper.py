"""A receipt on A4: what was paid for an order, when and by what, what was given back, and who says so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time

from fpdf.enums import TableBordersLayout
from fpdf.fonts import FontFace

from dingdan.kernel.tenants import tenant_in_scope
from dingdan.masterdata.shop.models import Profile
from dingdan.masterdata.shop.queries import profile_in_force
from dingdan.web.documents.paper import GRAY, LINE, MARGIN, WIDTH, Sheet, foot_of
from dingdan.web.documents.receipts import Receipt
from dingdan.web.documents.words import tongue


def render(receipt: Receipt) -> bytes:
    """The receipt as a PDF file: the same payments, the same file."""
    tenant = tenant_in_scope()
    shop = profile_in_force() or Profile(name=tenant.name, country=tenant.country)
    words = tongue(receipt.language)
    sheet = Sheet(words, foot_of(shop, words))
    sheet.set_title(f"{words('receipt')} {receipt.order_number}")
    sheet.set_author(str(shop))
    sheet.set_lang(words.code)
    sheet.set_creation_date(datetime.combine(receipt.on, time(), UTC))
    _head(sheet, receipt, str(shop))
    if receipt.goods:
        rows = [(name, words.money(amount, receipt.currency)) for name, amount in receipt.goods]
        _table(sheet, ("item", "amount"), (134, 40), rows)
        sheet.ln(8)
    paid = [(words.day(one.on), one.method, words.money(one.amount, receipt.currency)) for one in receipt.rows]
    _table(sheet, ("date", "paid_by", "amount"), (44, 90, 40), paid)
    sheet.ln(3)
    left = sum(one.amount for one in receipt.rows)
    with sheet.strong():
        sheet.pair(words("paid"), words.money(left, receipt.currency), width=90, points=12)
    return sheet.file()


def _head(sheet: Sheet, receipt: Receipt, shop: str) -> None:
    words, top = sheet.words, sheet.get_y()
    sheet.style(13)
    with sheet.strong():
        sheet.multi_cell(WIDTH / 2, 6.5, shop, align="L", new_x="LMARGIN", new_y="NEXT")
    sheet.style(10)
    sheet.multi_cell(WIDTH / 2, 5, receipt.payer, align="L", new_x="LMARGIN", new_y="NEXT")
    bottom = sheet.get_y()
    sheet.set_xy(MARGIN + WIDTH / 2, top)
    sheet.style(20)
    with sheet.strong():
        sheet.cell(WIDTH / 2, 9, words("receipt"), align="R", new_x="LMARGIN", new_y="NEXT")
    sheet.ln(1)
    sheet.pair(words("order"), receipt.order_number, width=80)
    sheet.pair(words("date"), words.day(receipt.on), width=80)
    sheet.set_y(max(bottom, sheet.get_y()) + 10)


def _table(sheet: Sheet, heads: Sequence[str], widths: Sequence[int], rows: Sequence[Sequence[str]]) -> None:
    """Texts at the left, the amount in the last column at the right."""
    sheet.style(10)
    sheet.set_draw_color(*LINE)
    with sheet.table(
        col_widths=list(widths),
        text_align=["LEFT"] * (len(widths) - 1) + ["RIGHT"],
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        headings_style=FontFace(color=GRAY, size_pt=8, emphasis=""),
        line_height=5.5,
        padding=(1.2, 1),
        width=WIDTH,
    ) as table:
        table.row([sheet.words(name) for name in heads])
        for row in rows:
            table.row(list(row))
