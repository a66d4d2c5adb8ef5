"""How a storefront looks: the one file of its design tokens, made of its color, letters and corners. Pure."""

from __future__ import annotations

from typing import Final

from dingdan.kernel.colors import contrast, legible, lettering, mixed

_LIGHT: Final = {"ground": "#faf9f7", "card": "#ffffff", "text": "#1c1b19", "small": "#625f59", "line": "#e6e3dd"}
_DARK: Final = {"ground": "#141413", "card": "#1d1d1b", "text": "#f0eeea", "small": "#aaa69e", "line": "#35332f"}
GROUND: Final = _LIGHT["ground"]
NIGHT: Final = _DARK["ground"]
_HANT: Final = '"PingFang TC", "Microsoft JhengHei", "Noto Sans CJK TC"'
_HANS: Final = '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC"'
_HANT_SERIF: Final = f'"Songti TC", "Noto Serif CJK TC", {_HANT}'
_HANS_SERIF: Final = f'"Songti SC", "Noto Serif CJK SC", {_HANS}'
FONTS: Final = {
    "sans": '"Helvetica Neue", "Segoe UI", Roboto, var(--han), system-ui, sans-serif',
    "serif": '"Iowan Old Style", Palatino, "Palatino Linotype", Georgia, var(--han), serif',
    "rounded": 'ui-rounded, "SF Pro Rounded", Nunito, Quicksand, var(--han), system-ui, sans-serif',
}
"""Chinese letters are those of the reader: the same sign is drawn otherwise in Taipei and in Beijing."""
CORNERS: Final = {"sharp": ("0", "0"), "soft": ("10px", "8px"), "round": ("22px", "999px")}


def theme_css(*, accent: str, font: str, corners: str) -> str:
    """The tokens as a style sheet, for day and night; whatever the color is, what is written in it can be read."""
    card, button = CORNERS[corners]
    day, night = _palette(_LIGHT, accent, "#000000"), _palette(_DARK, accent, "#ffffff")
    hant, hans = (_HANT_SERIF, _HANS_SERIF) if font == "serif" else (_HANT, _HANS)
    return (
        f":root{{--han:{hant};--font:{FONTS[font]};--display:{FONTS[font]};--round:{card};--button:{button};{day}}}\n"
        f":root:lang(zh-Hans){{--han:{hans}}}\n"
        f"@media (prefers-color-scheme:dark){{:root{{{night}}}}}\n"
    )


def _palette(base: dict[str, str], accent: str, towards: str) -> str:
    harder = min(base["ground"], base["card"], key=lambda ground: contrast(towards, ground))
    inked = legible(accent, harder, towards)
    tokens = base | {"accent": inked, "on-accent": lettering(inked), "tint": mixed(inked, base["ground"], 0.9)}
    return "".join(f"--{name}:{value};" for name, value in tokens.items())


def written_in(accent: str) -> tuple[str, str]:
    """The color of a shop by day as a ground, and what can be read on it."""
    ground = legible(accent, GROUND, "#000000")
    return ground, lettering(ground)
