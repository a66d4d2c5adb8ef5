"""The papers of parcels: packing slips and the picking list on A4, labels on A6."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import segno
from fpdf.enums import TableBordersLayout, VAlign
from fpdf.fonts import FontFace

from dingdan.automation.girocode import rows_of
from dingdan.kernel.quantity import UNITS, plain_quantity
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.masterdata.catalog.queries import names_in
from dingdan.masterdata.shop.models import Profile
from dingdan.masterdata.shop.queries import profile_in_force
from dingdan.trade.fulfillment.queries import Slip, SlipLine
from dingdan.trade.settlement.queries import Party
from dingdan.web.documents.paper import GRAY, LINE, MARGIN, WIDTH, Sheet, address_of, foot_of
from dingdan.web.documents.words import Tongue, tongue

A6 = (105, 148)
EDGE = 6
"""Millimeters around a label."""
CODE = 34
"""Millimeters of the code on a label."""


def _shop() -> Profile:
    tenant = tenant_in_scope()
    return profile_in_force() or Profile(name=tenant.name, country=tenant.country)


def packing_slips(slips: Sequence[Slip]) -> bytes:
    """What lies in each shipment, in the language of its customer."""
    shop, told = _shop(), _in_their_language(slips)
    first, *rest = told
    pages = [_slip_sheet(one, shop).counted() for one in told]
    sheet = _slip_sheet(first, shop, pages=pages[0])
    for one, count in zip(rest, pages[1:], strict=True):
        words = tongue(one.order.language)
        sheet.begin(words, foot_of(shop, words), pages=count)
        _slip(sheet, one, shop)
    return sheet.file()


def _in_their_language(slips: Sequence[Slip]) -> list[Slip]:
    """The same, with goods called as whoever ordered reads them, where the shop has such a name."""
    asked: dict[str, set[UUID]] = defaultdict(set)
    for one in slips:
        asked[one.order.language] |= {line.variant_id for line in one.lines}
    names = {language: names_in(language, ids) for language, ids in asked.items()}
    return [
        replace(
            one, lines=tuple(replace(line, name=names[one.order.language].get(line.variant_id, line.name)) for line in one.lines)
        )
        for one in slips
    ]


def _slip_sheet(one: Slip, shop: Profile, *, pages: int | None = None) -> Sheet:
    words = tongue(one.order.language)
    sheet = Sheet(words, foot_of(shop, words), pages=pages)
    sheet.set_title(f"{words('packing_slip')} {one.number}")
    sheet.set_lang(words.code)
    sheet.set_creation_date(one.order.placed_at)
    _slip(sheet, one, shop)
    return sheet


def _slip(sheet: Sheet, one: Slip, shop: Profile) -> None:
    words = sheet.words
    _title(sheet, str(shop), words("packing_slip"))
    facts = [("shipment", one.number), ("order", one.order.number), ("date", words.day(one.order.placed_at.date()))]
    facts += [("carrier", one.carrier), ("tracking", ", ".join(one.tracking_numbers))]
    for name, value in facts:
        if value:
            sheet.pair(words(name), value, width=90)
    sheet.ln(4)
    sheet.style(8, GRAY)
    sheet.cell(WIDTH, 5, words("ship_to"), new_x="LMARGIN", new_y="NEXT")
    sheet.style(11)
    sheet.multi_cell(WIDTH / 2, 5.5, "\n".join(_to(one, words, shop)), align="L", new_x="LMARGIN", new_y="NEXT")
    sheet.ln(6)
    rows = [[line.name, line.sku, _count(line)] for line in one.lines]
    _table(sheet, [("item", 110, "LEFT"), ("sku", 40, "LEFT"), ("quantity", 24, "RIGHT")], rows)
    if one.order.customer_note:
        sheet.ln(4)
        sheet.style(8, GRAY)
        sheet.cell(WIDTH, 5, words("your_note"), new_x="LMARGIN", new_y="NEXT")
        sheet.style(10)
        sheet.multi_cell(WIDTH, 5, one.order.customer_note, align="L")


def picking_list(slips: Sequence[Slip], language: str) -> bytes:
    """What is to be taken for all of them, shelf by shelf, in the language of whoever walks."""
    words, shop = tongue(language), _shop()
    sheet = Sheet(words, foot_of(shop, words))
    sheet.set_title(words("picking_list"))
    sheet.set_creation_date(max(one.order.placed_at for one in slips))
    _title(sheet, str(shop), words("picking_list"))
    by_node: dict[str, dict[tuple[str, str], list[tuple[Slip, SlipLine]]]] = defaultdict(lambda: defaultdict(list))
    for one in slips:
        for line in one.lines:
            by_node[one.node.name][line.shelf, line.sku].append((one, line))
    for node, wanted in sorted(by_node.items()):
        sheet.style(12)
        with sheet.strong():
            sheet.cell(WIDTH, 8, node, new_x="LMARGIN", new_y="NEXT")
        rows = []
        for (shelf, sku), found in sorted(wanted.items()):
            line = found[0][1]
            total = plain_quantity(sum(each.quantity for _one, each in found), UNITS[line.unit])
            said = ", ".join(f"{one.number} × {_count(each)}" for one, each in found)
            rows.append([shelf or "–", f"{line.name}\n{line.barcode}".strip(), sku, total, said])
        widths = [("shelf", 24, "LEFT"), ("item", 62, "LEFT"), ("sku", 30, "LEFT"), ("quantity", 18, "RIGHT")]
        _table(sheet, [*widths, ("for_shipments", 40, "LEFT")], rows)
        sheet.ln(6)
    return sheet.file()


def labels(slips: Sequence[Slip]) -> bytes:
    """A label for each parcel: one for each tracking number, or one for the shipment where there is none yet."""
    shop, sheet = _shop(), _Labels()
    sheet.set_creation_date(max(one.order.placed_at for one in slips))
    for one in slips:
        for tracking in one.tracking_numbers or ("",):
            sheet.label(one, shop, tracking)
    return sheet.file()


class _Labels(Sheet):
    """Sheets of A6 without foot or numbers."""

    def __init__(self) -> None:
        super().__init__(tongue("en"), (), is_open=False)
        self.set_auto_page_break(auto=False)

    def footer(self) -> None:
        """Nothing stands at the foot of a label."""

    def label(self, one: Slip, shop: Profile, tracking: str) -> None:
        """From whom, to whom, and the number as a code."""
        self.speak(tongue(one.order.language))
        self.add_page(format=A6)
        self.set_margins(EDGE, EDGE, EDGE)
        width = A6[0] - 2 * EDGE
        self.set_xy(EDGE, EDGE)
        self._block("sender", [shop.name, *_from(shop, one, self.words)], width, 8)
        self.line(EDGE, self.get_y() + 2, A6[0] - EDGE, self.get_y() + 2)
        self.set_y(self.get_y() + 5)
        to = _to(one, self.words, shop)
        self._block("recipient", [*to, one.order.ship_to.phone], width, 12)
        self._foot(one, tracking)

    def _block(self, name: str, lines: Sequence[str], width: float, points: float) -> None:
        self.style(7, GRAY)
        self.set_x(EDGE)
        self.cell(width, 4, self.words(name), new_x="LEFT", new_y="NEXT")
        self.style(points)
        self.multi_cell(width, points * 0.48, "\n".join(line for line in lines if line), align="L", new_x="LMARGIN", new_y="NEXT")

    def _foot(self, one: Slip, tracking: str) -> None:
        top = A6[1] - EDGE - CODE
        self.line(EDGE, top - 3, A6[0] - EDGE, top - 3)
        rows = rows_of(segno.make(tracking or one.number, error="m", micro=False))
        size = CODE / len(rows)
        self.set_fill_color(0)
        for y, row in enumerate(rows):
            for x, is_dark in enumerate(row):
                if is_dark:
                    self.rect(EDGE + x * size, top + y * size, size, size, style="F")
        facts = [("carrier", one.carrier), ("tracking", tracking), ("shipment", one.number), ("order", one.order.number)]
        self.set_xy(EDGE + CODE + 4, top)
        for name, value in facts:
            if value:
                self.style(7, GRAY)
                self.set_x(EDGE + CODE + 4)
                self.cell(0, 3.5, self.words(name), new_x="LEFT", new_y="NEXT")
                self.style(10)
                self.multi_cell(A6[0] - 2 * EDGE - CODE - 4, 4.5, value, align="L", new_x="LEFT", new_y="NEXT")


def _title(sheet: Sheet, shop: str, title: str) -> None:
    top = sheet.get_y()
    sheet.style(13)
    with sheet.strong():
        sheet.multi_cell(WIDTH / 2, 6.5, shop, align="L", new_x="LMARGIN", new_y="NEXT")
    bottom = sheet.get_y()
    sheet.set_xy(MARGIN + WIDTH / 2, top)
    sheet.style(20)
    with sheet.strong():
        sheet.cell(WIDTH / 2, 9, title, align="R", new_x="LMARGIN", new_y="NEXT")
    sheet.set_y(max(bottom, sheet.get_y()) + 3)


def _table(sheet: Sheet, columns: Sequence[tuple[str, int, Any]], rows: Sequence[Sequence[str]]) -> None:
    sheet.style(10)
    sheet.set_draw_color(*LINE)
    with sheet.table(
        col_widths=[width for _name, width, _align in columns],
        text_align=[align for _name, _width, align in columns],
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        headings_style=FontFace(color=GRAY, size_pt=8, emphasis=""),
        line_height=5.5,
        padding=(1.2, 1),
        v_align=VAlign.T,
        width=WIDTH,
    ) as table:
        table.row([sheet.words(name) for name, _width, _align in columns])
        for row in rows:
            table.row(list(row))


def _count(line: SlipLine) -> str:
    unit = UNITS[line.unit]
    return plain_quantity(line.quantity, unit) + ("" if unit.code == "piece" else f" {unit.code}")


def _to(one: Slip, words: Tongue, shop: Profile) -> list[str]:
    person = one.order.ship_to
    party = Party(name=person.name, company=person.company, country=person.country, address=person.address)
    return address_of(party, words, shop.address.get("country_code") or shop.country)


def _from(shop: Profile, one: Slip, words: Tongue) -> list[str]:
    home = one.order.ship_to.country
    return address_of(Party(company="", country=shop.country, address=shop.address), words, home) if shop.address else []
