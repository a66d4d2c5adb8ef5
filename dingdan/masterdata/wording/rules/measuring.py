"""How long a text is as firms count it."""

from __future__ import annotations

from typing import Final, NamedTuple

_GSM: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_TWICE: Final = frozenset("\f^{}\\[~]|€")
"""Letters that take the room of two."""


class Measured(NamedTuple):
    """A text as it is billed: of how many messages, how many letters each has room for, how many there are in all, and the first
    letter that is not of the alphabet of phones, for which there is so little room; empty where there is none."""

    messages: int
    room: int
    used: int
    odd: str


def measured(text: str) -> Measured:
    """A text as SMS (GSM 03.38, 3GPP TS 23.040): 160 letters, or 70 where one is not of that alphabet.

    Of several, each has room for 153 or 67, and no letter that takes the room of two is cut apart.
    """
    odd = next((letter for letter in text if letter not in _GSM and letter not in _TWICE), "")
    one, several = (70, 67) if odd else (160, 153)
    wide = [2 if (ord(letter) > 0xFFFF if odd else letter in _TWICE) else 1 for letter in text]
    if (used := sum(wide)) <= one:
        return Measured(1, one, used, odd)
    messages, left = 1, several
    for width in wide:
        if width > left:
            messages, left = messages + 1, several
        left -= width
    return Measured(messages, several, used, odd)


def parts_of(text: str) -> int:
    """Of how many messages a text is made as it is billed."""
    return measured(text).messages
