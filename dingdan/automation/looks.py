"""How a shop's mails look: its name, color, letters and corners, as its storefront has them. Legible by day and by night."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from io import BytesIO
from typing import Final
from uuid import UUID

from PIL import Image, UnidentifiedImageError

from dingdan.kernel.colors import legible, lettering
from dingdan.masterdata.channels.queries import channel_by_id
from dingdan.masterdata.shop.models import Storefront
from dingdan.masterdata.shop.queries import logo_of, logo_told, storefront, storefront_of
from dingdan.masterdata.shop.rules import Corners, Font

CARD: Final = "#ffffff"
NIGHT_CARD: Final = "#22252b"
PLAIN: Final = "#14566b"
LOGO_BOX: Final = (440, 120)
"""As many points as a logo may have in a mail: twice what is shown, for fine screens."""
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
    logo: bytes = b""
    """A PNG that is small enough for mails; empty: the name stands in its place."""
    logo_alt: str = ""


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
    found = look(" ".join(row.title.split()) or shop, accent=row.accent, font=row.font, corners=row.corners)
    told = logo_told(row.id)
    if told is None:
        return found
    digest, alt = told
    return replace(found, logo=_for_mails(row.id, digest), logo_alt=alt or found.name)


@lru_cache(maxsize=32)
def _for_mails(storefront_id: UUID, digest: str) -> bytes:
    """The logo as every program for mail shows it: a PNG, no larger than it has to be. Empty where it cannot be read."""
    logo = logo_of(storefront_id)
    if logo is None or logo.content is None or logo.digest != digest:
        return b""
    try:
        with Image.open(BytesIO(bytes(logo.content))) as picture:
            small = picture.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return b""
    small.thumbnail(LOGO_BOX)
    out = BytesIO()
    small.save(out, "PNG", optimize=True)
    return out.getvalue()
