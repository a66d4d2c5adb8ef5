"""Pictures of what the demo sells: drawn here, a few plain shapes each, so that nobody's photographs are needed.

A motif is a row of shapes on a square of 100 by 100: what is drawn, in which color of the palette (0 is the ground), and where.
Everything is drawn twice as large and made smaller, so that its edges are smooth.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw, ImageFilter

SIDE: Final = 600
_FINE: Final = 2

PALETTES: Final = {
    "clay": ("#f1e4da", "#b8583a", "#e9b795", "#fff8f0"),
    "moss": ("#e6eadc", "#5d7350", "#b7c49c", "#fbfdf5"),
    "dusk": ("#e2e6ee", "#3f5477", "#9fb1cf", "#f8faff"),
    "rose": ("#f5e3e4", "#b4485a", "#e7a9b0", "#fff7f7"),
    "sand": ("#f2ecdf", "#a9834f", "#dcc59b", "#fffaf0"),
    "night": ("#dfe3e3", "#2f3f42", "#7f9a9b", "#f4f8f8"),
    "sun": ("#f7ecd2", "#c98a1b", "#f0c869", "#fffaf0"),
}

MOTIFS: Final = {
    "mug": "box 1 26 30 66 78 7; ring 1 58 39 82 66 5; oval 2 26 25 66 36; heart 3 46 57 9",
    "bottle": (
        "box 2 43 12 57 26 3; poly 1 43 24 57 24 66 34 34 34; box 1 28 31 72 88 12; line 2 28 44 72 44 1; heart 3 50 63 12"
    ),
    "warmer": "box 1 22 28 78 72 20; dots 3 32 38 70 64 4; ring 2 45 16 55 32 2",
    "candle": (
        "oval 2 26 72 74 86; box 3 36 40 64 80 5; line 1 50 34 50 41 1; poly 1 50 16 56 29 50 36 44 29; box 1 36 58 64 66 0"
    ),
    "lantern": (
        "ring 1 42 8 58 24 2; poly 1 50 20 70 36 30 36; box 1 30 36 70 86 3; box 3 35 41 65 81 2; box 2 44 58 56 81 2; "
        "poly 1 50 46 54 53 50 58 46 53"
    ),
    "heart": "line 2 50 10 50 34 1; heart 1 50 56 32; heart 2 50 55 19; heart 3 50 54 8",
    "star": "line 2 50 6 50 24 1; star 1 50 54 34; star 2 50 54 20; oval 3 44 48 56 60",
    "bag": "ring 1 34 14 66 58 4; poly 1 22 38 78 38 84 88 16 88; dots 3 28 48 74 82 5; box 2 22 35 78 41 1",
    "frame": "box 1 20 18 80 84 2; box 3 28 26 72 76 1; poly 2 28 76 46 48 60 66 66 58 72 76; oval 2 56 33 66 43",
    "box": "box 1 20 42 80 84 3; box 2 17 32 83 46 3; box 3 46 32 54 84 0; ring 3 34 16 50 34 3; ring 3 50 16 66 34 3",
    "bird": (
        "oval 1 26 34 70 72; oval 1 56 24 80 48; poly 2 78 33 90 37 78 42; oval 3 68 31 73 36; poly 1 10 46 34 44 34 "
        "60; oval 2 34 44 60 62; line 1 46 70 44 86 1; line 1 54 70 56 86 1"
    ),
    "cards": "box 2 18 26 56 78 3; box 1 34 22 72 74 3; box 3 46 30 84 82 3; heart 1 65 56 10",
    "ribbon": (
        "ring 1 16 26 50 56 6; ring 1 50 26 84 56 6; poly 1 46 50 54 50 74 86 60 82; poly 2 46 50 54 50 40 82 26 86; "
        "oval 3 43 38 57 54"
    ),
    "lights": (
        "line 1 8 28 36 42 1; line 1 36 42 64 42 1; line 1 64 42 92 28 1; oval 2 12 30 26 50; oval 1 29 42 43 64; oval "
        "3 46 42 60 64; oval 2 62 42 76 62; oval 1 78 30 92 50"
    ),
    "cabinet": (
        "box 1 24 18 76 84 2; box 3 29 23 71 48 1; box 3 29 53 71 78 1; oval 1 47 33 53 39; oval 1 47 63 53 69; line 1 "
        "30 84 30 92 3; line 1 70 84 70 92 3"
    ),
    "cakes": (
        "line 2 50 14 50 84 2; oval 1 34 26 66 34; oval 1 24 50 76 60; oval 1 14 76 86 88; oval 3 40 18 50 28; oval 2 "
        "52 18 62 28; oval 2 32 42 44 53; oval 3 56 42 68 53"
    ),
    "jar": "box 2 30 18 70 30 3; box 3 26 28 74 86 8; box 1 30 44 70 82 6; box 3 36 54 64 70 2; heart 1 50 62 5",
    "towel": "line 2 14 20 86 20 2; box 3 26 20 74 86 0; box 1 26 64 74 69 0; box 1 26 73 74 76 0; heart 1 50 44 10",
    "apron": (
        "ring 2 38 8 62 34 3; poly 1 36 26 64 26 78 52 74 90 26 90 22 52; box 2 36 56 64 74 3; line 2 22 52 6 58 2; "
        "line 2 78 52 94 58 2"
    ),
    "basket": (
        "ring 1 26 12 74 70 4; poly 1 18 48 82 48 74 86 26 86; line 2 20 60 80 60 1; line 2 23 72 77 72 1; box 2 16 44 84 52 3"
    ),
    "clock": (
        "oval 2 22 12 44 32; oval 2 56 12 78 32; oval 1 20 20 80 80; oval 3 28 28 72 72; line 1 50 50 50 35 2; line 1 "
        "50 50 61 56 2; line 1 30 76 24 88 3; line 1 70 76 76 88 3"
    ),
    "globe": (
        "oval 1 22 14 78 70; poly 2 34 28 48 22 52 36 40 46; poly 2 54 44 68 38 66 56 56 62; line 2 50 70 50 82 3; oval "
        "2 34 80 66 90"
    ),
    "gift": "box 1 14 26 86 74 6; box 3 24 26 30 74 0; ring 3 14 34 28 50 3; ring 3 26 34 40 50 3; heart 2 64 50 11",
    "calendar": "box 1 18 18 82 86 4; dots 3 28 36 76 80 5; box 2 18 18 82 30 4",
}


def drawn(motif: str, palette: str) -> bytes:
    """A picture as a WebP file."""
    colors, side = PALETTES[palette], SIDE * _FINE
    picture = Image.new("RGB", (side, side), colors[0])
    shadow = Image.new("L", (SIDE // 6, SIDE // 6), 0)
    ImageDraw.Draw(shadow).ellipse((20, 82, 80, 93), fill=70)
    soft = shadow.filter(ImageFilter.GaussianBlur(3)).resize((side, side), Image.Resampling.BICUBIC)
    picture.paste(Image.new("RGB", (side, side), "#2a2420"), mask=soft)
    draw = ImageDraw.Draw(picture)
    for shape in MOTIFS[motif].split(";"):
        kind, color, *numbers = shape.split()
        _SHAPES[kind](draw, colors[int(color)], [int(number) * side / 100 for number in numbers])
    file = BytesIO()
    picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS).save(file, "WEBP", quality=88, method=2)
    return file.getvalue()


def _box(draw: ImageDraw.ImageDraw, color: str, at: list[float]) -> None:
    draw.rounded_rectangle((at[0], at[1], at[2], at[3]), at[4], fill=color)


def _oval(draw: ImageDraw.ImageDraw, color: str, at: list[float]) -> None:
    draw.ellipse((at[0], at[1], at[2], at[3]), fill=color)


def _ring(draw: ImageDraw.ImageDraw, color: str, at: list[float]) -> None:
    draw.ellipse((at[0], at[1], at[2], at[3]), outline=color, width=round(at[4]))


def _poly(draw: ImageDraw.ImageDraw, color: str, at: list[float]) -> None:
    draw.polygon(at, fill=color)


def _line(draw: ImageDraw.ImageDraw, color: str, at: list[float]) -> None:
    draw.line(at[:4], fill=color, width=round(at[4]))


def _heart(draw: ImageDraw.ImageDraw, color: str, at: list[float]) -> None:
    x, y, size = at
    turns = [math.tau * step / 90 for step in range(90)]
    draw.polygon(
        [
            (
                x + size / 17 * 16 * math.sin(turn) ** 3,
                y - size / 17 * (13 * math.cos(turn) - 5 * math.cos(2 * turn) - 2 * math.cos(3 * turn) - math.cos(4 * turn)),
            )
            for turn in turns
        ],
        fill=color,
    )


def _star(draw: ImageDraw.ImageDraw, color: str, at: list[float]) -> None:
    x, y, size = at
    points = [(math.pi * step / 5 - math.pi / 2, size if step % 2 == 0 else size * 0.45) for step in range(10)]
    draw.polygon([(x + far * math.cos(turn), y + far * math.sin(turn)) for turn, far in points], fill=color)


def _dots(draw: ImageDraw.ImageDraw, color: str, at: list[float]) -> None:
    left, top, right, bottom, size = at
    for row in range(3):
        for column in range(4):
            x, y = left + (right - left) * column / 4, top + (bottom - top) * row / 3
            draw.ellipse((x, y, x + size, y + size), fill=color)


_SHAPES: Final[dict[str, Callable[[ImageDraw.ImageDraw, str, list[float]], None]]] = {
    "box": _box, "oval": _oval, "ring": _ring, "poly": _poly, "line": _line, "heart": _heart, "star": _star, "dots": _dots,
}  # fmt: skip
