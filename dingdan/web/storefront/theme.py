"""How a storefront looks: the one file of its design tokens, made of its color, letters and corners. Pure."""

from __future__ import annotations

from typing import Final

LEGIBLE: Final = 4.5
_LIGHT: Final = {"ground": "#faf9f7", "card": "#ffffff", "text": "#1c1b19", "small": "#625f59", "line": "#e6e3dd"}
_DARK: Final = {"ground": "#141413", "card": "#1d1d1b", "text": "#f0eeea", "small": "#aaa69e", "line": "#35332f"}
GROUND: Final = _LIGHT["ground"]
NIGHT: Final = _DARK["ground"]
_CJK: Final = '"PingFang TC", "PingFang SC", "Microsoft JhengHei", "Microsoft YaHei", "Noto Sans CJK TC", "Noto Sans CJK SC"'
FONTS: Final = {
    "sans": f'"Helvetica Neue", "Segoe UI", Roboto, {_CJK}, system-ui, sans-serif',
    "serif": f'"Iowan Old Style", Palatino, "Palatino Linotype", Georgia, "Songti TC", "Noto Serif CJK TC", {_CJK}, serif',
    "rounded": f'ui-rounded, "SF Pro Rounded", "Hiragino Maru Gothic ProN", Nunito, Quicksand, {_CJK}, system-ui, sans-serif',
}
CORNERS: Final = {"sharp": ("0", "0"), "soft": ("10px", "8px"), "round": ("22px", "999px")}


def theme_css(*, accent: str, font: str, corners: str) -> str:
    """The tokens as a style sheet, for day and night; whatever the color is, what is written in it can be read."""
    card, button = CORNERS[corners]
    day, night = _palette(_LIGHT, accent, "#000000"), _palette(_DARK, accent, "#ffffff")
    return (
        f":root{{--font:{FONTS[font]};--display:{FONTS[font]};--round:{card};--button:{button};{day}}}\n"
        f"@media (prefers-color-scheme:dark){{:root{{{night}}}}}\n"
    )


def _palette(base: dict[str, str], accent: str, towards: str) -> str:
    harder = min(base["ground"], base["card"], key=lambda ground: contrast(towards, ground))
    inked = legible(accent, harder, towards)
    filled = _over(inked)
    tokens = base | {"accent": inked, "on-accent": filled, "tint": mixed(inked, base["ground"], 0.9)}
    return "".join(f"--{name}:{value};" for name, value in tokens.items())


def written_in(accent: str) -> tuple[str, str]:
    """The color of a shop by day as a ground, and what can be read on it."""
    ground = legible(accent, GROUND, "#000000")
    return ground, _over(ground)


def _over(color: str) -> str:
    return "#ffffff" if contrast(color, "#ffffff") >= contrast(color, "#111111") else "#111111"


def legible(color: str, ground: str, towards: str) -> str:
    """A color, brought towards black or white until it can be read on a ground."""
    for step in range(0, 100, 4):
        found = mixed(color, towards, step / 100)
        if contrast(found, ground) >= LEGIBLE:
            return found
    return towards


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
