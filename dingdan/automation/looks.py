"""How a shop's mails look: its name, color, letters and corners, as its storefront has them. Legible by day and by night."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from dingdan.kernel.colors import legible, lettering
from dingdan.masterdata.channels.queries import channel_by_id
from dingdan.masterdata.shop.models import Storefront
from dingdan.masterdata.shop.queries import storefront, storefront_of
from dingdan.masterdata.shop.rules import Corners, Font

CARD: Final = "#ffffff"
NIGHT_CARD: Final = "#22252b"
PLAIN: Final = "#14566b"
_LETTERS: Final = {
    Font.SANS: "-apple-system,'Segoe UI',Roboto,'Helvetica Neue','Noto Sans'",
    Font.SERIF: "'Iowan Old Style',Palatino,'Palatino Linotype',Georgia,'Noto Serif'",
    Font.ROUNDED: "ui-rounded,'SF Pro Rounded',Nunito,Quicksand,'Segoe UI',Roboto",
}
_CORNERS: Final = {Corners.SHARP: ("0", "0"), Corners.SOFT: ("12px", "8px"), Corners.ROUND: ("22px", "999px")}


@dataclass(frozen=True, slots=True)
class Look:
    """The colors are fit to be written in, and upon, by day and by night: 4.5 : 1 at least."""

    name: str
    accent: str
    on_accent: str
    night: str
    on_night: str
    letters: str
    card: str
    button: str


def look(name: str, *, accent: str = PLAIN, font: str = Font.SANS.value, corners: str = Corners.SOFT.value) -> Look:
    """A look made of a name, a color, letters and corners."""
    day, night = legible(accent, CARD, "#000000"), legible(accent, NIGHT_CARD, "#ffffff")
    card, button = _CORNERS[Corners(corners)]
    return Look(name, day, lettering(day), night, lettering(night), _LETTERS[Font(font)], card, button)


def look_of(shop: str, *, channel_id: UUID | None = None) -> Look:
    """How mails look that are about a channel's orders: as its storefront, else as the shop's first; plain where none is open.

    `shop` is what the shop is called where its storefront has no title.
    """
    channel = channel_by_id(channel_id) if channel_id else None
    row: Storefront | None = (storefront_of(channel.code) if channel else None) or storefront()
    if row is None:
        return look(shop)
    return look(" ".join(row.title.split()) or shop, accent=row.accent, font=row.font, corners=row.corners)
