"""Papers of the warehouse on A4: what is to be taken on a round, and what a carrier was handed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext, override
from fpdf.enums import TableBordersLayout
from fpdf.fonts import FontFace

from dingdan.kernel.models import Tenant
from dingdan.trade.fulfillment.models import Shipment, Wave
from dingdan.trade.fulfillment.queries import ToTake, stops
from dingdan.web.documents.paper import GRAY, LINE, WIDTH, Sheet
from dingdan.web.documents.words import Tongue, tongue

_DJANGO = {"zh-Hant": "zh-hant", "zh-Hans": "zh-hans"}


def round_sheet(wave: Wave, taken: Sequence[ToTake], shop: Tenant, language: str) -> bytes:
    """What is to be taken on a round, place by place, with the tote that each piece goes to."""
    words = tongue(language)
    with override(_DJANGO.get(words.code, "en")):
        title = gettext("Round")
        sheet = _begun(words, shop, f"{title} {wave.number}", wave.node.name, wave.started_at)
        heads = [gettext("Location"), gettext("Article"), gettext("Lot"), gettext("Quantity"), gettext("Tote × quantity")]
        rows = []
        for found in stops(taken):
            first, total = found[0], sum(one.planned for one in found)
            totes = ", ".join(f"{one.tote} × {one.planned}" for one in found)
            rows.append([first.location, f"{first.name}\n{first.sku} {first.barcode}".strip(), first.lot, str(total), totes])
        _table(sheet, heads, (28, 66, 26, 18, 36), rows)
        totes_of = {one.tote: one.shipment for one in taken}
        said = ", ".join(f"{tote}: {number}" for tote, number in sorted(totes_of.items(), key=lambda pair: pair[0] or 0))
        totes = gettext("Totes")
        sheet.style(9)
        sheet.multi_cell(WIDTH, 5, f"{totes} – {said}", align="L", new_x="LMARGIN", new_y="NEXT")
        return sheet.file()


def manifest(shipments: Sequence[Shipment], shop: Tenant, language: str, at: datetime) -> bytes:
    """What was handed over, carrier by carrier, with lines to be signed. Times are those of the shop's clock."""
    words, zone = tongue(language), ZoneInfo(shop.time_zone)
    with override(_DJANGO.get(words.code, "en")):
        here = at.astimezone(zone)
        sheet = _begun(words, shop, gettext("Handed over"), f"{words.day(here.date())}, {here:%H:%M}", at)
        sign = gettext("Received by (name, signature)")
        for carrier in dict.fromkeys(one.carrier for one in shipments):
            rows = []
            for one in shipments:
                if one.carrier == carrier:
                    boxes = list(one.packages.all())
                    numbers = dict.fromkeys([one.tracking_number, *(box.tracking_number for box in boxes)])
                    grams = sum(box.weight_grams or 0 for box in boxes)
                    tracking = "\n".join(number for number in numbers if number)
                    weight = f"{grams / 1000:g}" if grams else ""
                    left = f"{one.shipped_at.astimezone(zone):%H:%M}" if one.shipped_at else ""
                    rows.append([one.number, one.order.number, tracking, str(max(1, len(boxes))), weight, left])
            sheet.style(12)
            with sheet.strong():
                sheet.cell(WIDTH, 8, f"{carrier or '–'} ({len(rows)})", new_x="LMARGIN", new_y="NEXT")
            heads = [gettext("Shipment"), gettext("Order"), gettext("Tracking number"), gettext("Packages")]
            _table(sheet, [*heads, "kg", gettext("Time")], (34, 32, 56, 20, 16, 16), rows)
            sheet.style(9)
            sheet.cell(WIDTH, 10, f"{sign}: ______________________________")
            sheet.ln(14)
        return sheet.file()


def _begun(words: Tongue, shop: Tenant, title: str, lead: str, at: datetime) -> Sheet:
    sheet = Sheet(words, [shop.name])
    sheet.set_title(title)
    sheet.set_lang(words.code)
    sheet.set_creation_date(at)
    sheet.style(18)
    with sheet.strong():
        sheet.cell(0, 9, title, new_x="LMARGIN", new_y="NEXT")
    sheet.style(11, GRAY)
    sheet.cell(0, 7, f"{shop.name} · {lead}", new_x="LMARGIN", new_y="NEXT")
    sheet.ln(4)
    return sheet


def _table(sheet: Sheet, heads: Sequence[str], widths: Sequence[int], rows: Sequence[Sequence[str]]) -> None:
    sheet.style(10)
    sheet.set_draw_color(*LINE)
    with sheet.table(
        col_widths=list(widths),
        text_align="LEFT",
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        headings_style=FontFace(color=GRAY, size_pt=8, emphasis=""),
        line_height=5,
        padding=(1.2, 1),
        width=WIDTH,
    ) as table:
        table.row(heads)
        for row in rows:
            table.row(list(row))
    sheet.ln(5)
