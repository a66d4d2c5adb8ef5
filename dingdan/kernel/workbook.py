"""A workbook with one sheet, as Excel and its like read it (ECMA-376), written row by row.

openpyxl, which reads such files for us, keeps an object for every cell and notes the time in the file. Here a row is a line of
text, and the same rows always give the same bytes. Text stays text, whatever it begins with: no formula is ever written.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import IO, Final
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_MADE: Final = (1980, 1, 1, 0, 0, 0)
_BEGINNING: Final = date(1899, 12, 30)
_XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_SHEETS: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_NO_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_DAY: Final = 1
"""The style, as numbered below, of days: numbers that are shown as days."""
_PARTS: Final = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEETS}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_SHEETS}.styles+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_SHEETS}.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
        '<sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
    ),
    "xl/styles.xml": (
        f'<styleSheet xmlns="{_MAIN}"><fonts count="1"><font/></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
        '<cellXfs count="2"><xf/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    ),
}

Value = str | int | Decimal | date | None


def workbook(rows: Iterable[Sequence[Value]]) -> bytes:
    """The rows as a workbook with one sheet."""
    packed = io.BytesIO()
    write_workbook(packed, rows)
    return packed.getvalue()


def write_workbook(file: IO[bytes], rows: Iterable[Sequence[Value]]) -> None:
    """Write the rows as a workbook with one sheet into a file, none of them kept."""
    with ZipFile(file, "w", ZIP_DEFLATED) as target:
        for name, content in _PARTS.items():
            target.writestr(ZipInfo(name, _MADE), _XML + content, ZIP_DEFLATED)
        sheet = ZipInfo("xl/worksheets/sheet1.xml", _MADE)
        sheet.compress_type = ZIP_DEFLATED
        with target.open(sheet, "w", force_zip64=True) as part:
            part.write(f'{_XML}<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
            for number, row in enumerate(rows, 1):
                cells = "".join(_cell(place, number, value) for place, value in enumerate(row) if value not in (None, ""))
                part.write(f'<row r="{number}">{cells}</row>'.encode())
            part.write(b"</sheetData></worksheet>")


def _cell(place: int, row: int, value: Value) -> str:
    name = f"{_column(place)}{row}"
    if isinstance(value, date):
        return f'<c r="{name}" s="{_DAY}"><v>{(value - _BEGINNING).days}</v></c>'
    if isinstance(value, str):
        text = escape(_NO_XML.sub("", value))
        return f'<c r="{name}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    return f'<c r="{name}"><v>{value}</v></c>'


@cache
def _column(place: int) -> str:
    """A, B … Z, AA, AB …"""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
