"""Colors as browsers write them, and whether people can read one upon another. Pure."""

from __future__ import annotations

from typing import Final

LEGIBLE: Final = 4.5
"""What WCAG wants of letters on their ground."""


def legible(color: str, ground: str, towards: str) -> str:
    """A color, brought towards black or white until it can be read on a ground."""
    for step in range(0, 100, 4):
        found = mixed(color, towards, step / 100)
        if contrast(found, ground) >= LEGIBLE:
            return found
    return towards


def lettering(ground: str) -> str:
    """White or nearly black: what can be read better on a ground."""
    return "#ffffff" if contrast(ground, "#ffffff") >= contrast(ground, "#111111") else "#111111"


def mixed(one: str, other: str, share: float) -> str:
    """So much of another color in one."""
    parts = [round(a * (1 - share) + b * share) for a, b in zip(_parts(one), _parts(other), strict=True)]
    return "#" + "".join(f"{part:02x}" for part in parts)


def contrast(one: str, other: str) -> float:
    """How well two colors stand apart, as WCAG reckons it: 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: str) -> float:
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (p / 255 for p in _parts(color))]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _parts(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)
