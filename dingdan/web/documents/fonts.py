"""The fonts of papers: read once in each process, embedded only where letters of them are written.

What a font has and how wide its letters are takes longer to read than a paper to draw.
"""

from __future__ import annotations

from copy import copy
from functools import cache
from typing import Any, cast

from fpdf import FPDF
from fpdf.enums import PDFResourceType
from fpdf.fonts import SubsetMap, TTFFont
from fpdf.output import OutputProducer


@cache
def _read(path: str) -> TTFFont:
    """A font as it lies on the disk; nothing is drawn with this one."""
    sheet = FPDF()
    sheet.add_font("read", "", path)
    font = cast("TTFFont", sheet.fonts["read"])
    font.close()
    return font


class Lettered(FPDF):
    """A PDF file whose fonts cost little."""

    def letter(self, family: str, path: str) -> None:
        """Let it be written in a font, as `add_font` does."""
        font: Any = copy(_read(path))
        font.i, font.fontkey = len(self.fonts) + 1, family.lower()
        # What a sheet changes is its own: the tables are cut down to its letters, the descriptor gets a number in its file.
        font.ttfont = type(font.ttfont)(path, recalcTimestamp=False, lazy=True)
        font.desc, font.missing_glyphs = copy(font.desc), []
        font.subset = SubsetMap(font)
        self.fonts[font.fontkey] = font
        if font.is_cff and font.is_cid_keyed:
            self._set_min_pdf_version("1.6")

    def leave_out_unused(self) -> None:
        """Do without the fonts that no page names."""
        used = {str(one) for one in self._resource_catalog.get_used_resources(PDFResourceType.FONT)}
        for key, font in list(self.fonts.items()):
            if str(font.i) not in used:
                cast("TTFFont", font).close()
                del self.fonts[key]

    def file(self) -> bytes:
        """It as a PDF file; it is drawn no further."""
        return bytes(self.output(output_producer_class=_Producer))


class _Producer(OutputProducer):
    """Writes a file down once all its pages have their feet."""

    def _add_fonts(self, *args: Any) -> Any:
        cast("Lettered", self.fpdf).leave_out_unused()
        return super()._add_fonts(*args)
