"""The face of an installed shop: its logo, or its first letter in its color, as the pictures that devices ask for. Pure."""

from __future__ import annotations

from html import escape
from io import BytesIO
from typing import Final, NamedTuple

from PIL import Image, ImageDraw, ImageFont
from pylopdf_fonts_zh_cn import sans_path as simplified
from pylopdf_fonts_zh_tw import sans_path as traditional

from dingdan.web.storefront.theme import GROUND, written_in


class Shape(NamedTuple):
    """How large an icon is, and which part of its width is filled. What is cut into a shape by the device fills all of it."""

    size: int
    filled: float
    whole: bool = False


SHAPES: Final = {
    "192": Shape(192, 0.62),
    "512": Shape(512, 0.62),
    "maskable": Shape(512, 0.46, whole=True),
    "touch": Shape(180, 0.56, whole=True),
}
ROUND: Final = 0.22
"""The corners of an icon that no device cuts, as a part of its width."""


def icon_png(shape: Shape, *, letter: str, accent: str, language: str = "", logo: bytes | None = None) -> bytes:
    """An icon as PNG: the logo on the ground of the shop, else the letter (in the shapes of ``language``) on its color."""
    ground, ink = (GROUND, GROUND) if logo else written_in(accent)
    image = Image.new("RGBA", (shape.size, shape.size), ground if shape.whole else "#00000000")
    pen = ImageDraw.Draw(image)
    if not shape.whole:
        pen.rounded_rectangle((0, 0, shape.size - 1, shape.size - 1), radius=round(shape.size * ROUND), fill=ground)
    if logo:
        _put(image, logo, round(shape.size * min(0.86, shape.filled * 1.35)))
    else:
        font = ImageFont.truetype(str(simplified() if language == "zh-hans" else traditional()), round(shape.size * shape.filled))
        pen.text((shape.size / 2, shape.size / 2), letter, fill=ink, font=font, anchor="mm", stroke_width=shape.size // 96)
    out = BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _put(image: Image.Image, logo: bytes, most: int) -> None:
    """The logo in the middle, as large as it may be."""
    with Image.open(BytesIO(logo)) as read:
        drawn = read.convert("RGBA")
    ratio = most / max(drawn.size)
    drawn = drawn.resize((max(1, round(drawn.width * ratio)), max(1, round(drawn.height * ratio))), Image.Resampling.LANCZOS)
    image.alpha_composite(drawn, ((image.width - drawn.width) // 2, (image.height - drawn.height) // 2))


def icon_svg(letter: str, accent: str) -> str:
    """The letter on the shop's color, for the tab of a browser."""
    ground, ink = written_in(accent)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">'
        f'<rect width="64" height="64" rx="14" fill="{ground}"/>'
        f'<text x="32" y="33" fill="{ink}" font-family="system-ui, sans-serif" font-size="38" font-weight="600" '
        f'text-anchor="middle" dominant-baseline="central">{escape(letter)}</text></svg>'
    )
