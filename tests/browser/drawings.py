"""Pictures of pots, drawn: what the articles of the potter's shop look like."""

from __future__ import annotations

from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw

SIDE: Final = 640
SHAPES: Final[dict[str, tuple[tuple[int, int], ...]]] = {
    "cup": ((200, 210), (440, 210), (415, 430), (225, 430)),
    "bowl": ((120, 250), (520, 250), (410, 450), (230, 450)),
    "plate": ((80, 330), (560, 330), (440, 410), (200, 410)),
    "vase": ((270, 110), (370, 110), (345, 220), (450, 380), (390, 520), (250, 520), (190, 380), (295, 220)),
    "pot": ((210, 230), (430, 230), (500, 350), (430, 470), (210, 470), (140, 350)),
    "jar": ((200, 170), (440, 170), (460, 480), (180, 480)),
}
"""The outline of each kind of pot."""


def drawn(shape: str, glaze: str, ground: str) -> bytes:
    """A pot of that shape and glaze, on a table."""
    image = Image.new("RGB", (SIDE, SIDE), ground)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 440, SIDE, SIDE), fill=_shaded(ground, 0.9))
    outline = SHAPES[shape]
    left, right = min(x for x, _y in outline), max(x for x, _y in outline)
    foot = max(y for _x, y in outline)
    pen.ellipse((left, foot - 22, right, foot + 26), fill=_shaded(ground, 0.75))
    if shape == "pot":
        pen.arc((430, 250, 580, 430), 250, 110, fill=_shaded(glaze, 0.8), width=26)
        pen.polygon(((150, 330), (60, 250), (90, 235), (190, 290)), fill=glaze)
        pen.ellipse((290, 185, 350, 240), fill=_shaded(glaze, 0.8))
    if shape == "cup":
        pen.arc((385, 240, 520, 390), 270, 100, fill=_shaded(glaze, 0.85), width=22)
    pen.polygon(outline, fill=glaze)
    pen.polygon([(x if x < SIDE // 2 else SIDE // 2 + (x - SIDE // 2) // 3, y) for x, y in outline], fill=_shaded(glaze, 1.08))
    mouth = min(y for _x, y in outline)
    ends = [x for x, y in outline if y == mouth]
    pen.ellipse((min(ends), mouth - 22, max(ends), mouth + 22), fill=_shaded(glaze, 0.7))
    content = BytesIO()
    image.resize((SIDE // 2, SIDE // 2), Image.Resampling.LANCZOS).save(content, "PNG", optimize=True)
    return content.getvalue()


def _shaded(color: str, by: float) -> tuple[int, int, int]:
    """A color made darker or lighter."""
    red, green, blue = (min(255, round(int(color[at : at + 2], 16) * by)) for at in (1, 3, 5))
    return red, green, blue
