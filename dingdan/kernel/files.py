"""Which files are kept: what they are is read from their bytes, whatever their name says. Pure.

Only pictures that every browser shows and PDF, each whole: nothing before its first byte, and for those formats that say where
they end nothing behind. They are handed over as downloads, or as pictures of the kind that was read and of no other, which is
what makes the rest harmless.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Refusal

MOST_BYTES: Final = 8 * 2**20
MOST_NAME: Final = 120

_HEIF: Final = frozenset([b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1", b"avif"])
# Control characters, lone surrogates, marks that are not seen or turn text around, separators of lines, and what paths and
# shells of some system give a meaning of its own.
_UNWANTED: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\ud800-\udfff\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff]"
)
_MEANT_OTHERWISE: Final = re.compile(r'[<>:"|?*%;&$`\'{}\[\]!#^~]')


class EmptyFile(Refusal):
    """There is nothing in the file."""

    status = 422
    sentence = _("The file is empty.")
    remedy = _("Choose the file again; on a phone, wait until the photo is loaded.")


class FileTooLarge(Refusal):
    """The file has more bytes than are kept."""

    status = 422
    sentence = _("The file has {size} bytes; {most} is the most.")
    remedy = _("Take the photo smaller, or send it in parts.")


class FileNotUsable(Refusal):
    """The file is none of the kinds that are kept, or not whole, whatever it is called."""

    status = 422
    sentence = _("This is no whole picture (JPEG, PNG, GIF, WebP, HEIC) and no PDF, whatever it is called.")
    remedy = _("Send a photo or a PDF.")


class TooManyFiles(Refusal):
    """Something holds as many files as it may."""

    sentence = _("There are {most} files already, and no more are kept here.")
    remedy = _("Put several pictures into one PDF.")


def _is_png(content: bytes) -> bool:
    """Chunk by chunk from the header to the end, with nothing behind it."""
    at = 8
    if not content.startswith(b"\x89PNG\r\n\x1a\n") or content[12:16] != b"IHDR":
        return False
    while at + 12 <= len(content):
        length, kind = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        at += 12 + length
        if kind == b"IEND":
            return at == len(content)
    return False


def _is_jpeg(content: bytes) -> bool:
    # Phones put a short film behind a photo, so it need not end where its picture does.
    return content.startswith(b"\xff\xd8\xff") and b"\xff\xd9" in content[3:]


def _is_gif(content: bytes) -> bool:
    return content[:6] in (b"GIF87a", b"GIF89a") and len(content) > 13 and content.endswith(b"\x3b")


def _is_webp(content: bytes) -> bool:
    length = int.from_bytes(content[4:8], "little") + 8
    is_named = content[:4] == b"RIFF" and content[8:12] == b"WEBP" and content[12:15] == b"VP8"
    return is_named and len(content) in (length, length + length % 2)


def _is_heif(content: bytes) -> bool:
    return content[4:8] == b"ftyp" and content[8:12] in _HEIF and len(content) > 32


def _is_pdf(content: bytes) -> bool:
    return content.startswith(b"%PDF-") and b"%%EOF" in content[-2048:]


_KINDS: Final[Mapping[str, tuple[Callable[[bytes], bool], tuple[str, ...]]]] = {
    "image/jpeg": (_is_jpeg, (".jpg", ".jpeg")),
    "image/png": (_is_png, (".png",)),
    "image/gif": (_is_gif, (".gif",)),
    "image/webp": (_is_webp, (".webp",)),
    "image/heif": (_is_heif, (".heic", ".heif", ".avif")),
    "application/pdf": (_is_pdf, (".pdf",)),
}
MEDIA_TYPES: Final = tuple(_KINDS)
SHOWN: Final = ("image/jpeg", "image/png", "image/gif", "image/webp")
"""Kinds that every browser shows as a picture."""


def media_type_of(content: bytes, *, field: str = "content") -> str:
    """What kind of file these bytes are. Refuses `EmptyFile`, `FileTooLarge` and `FileNotUsable`."""
    if not content:
        raise EmptyFile(field=field)
    if len(content) > MOST_BYTES:
        raise FileTooLarge(field=field, size=len(content), most=MOST_BYTES)
    for media_type, (fits, _endings) in _KINDS.items():
        if fits(content):
            return media_type
    raise FileNotUsable(field=field)


def clean_name(name: str, media_type: str) -> str:
    """A name under which the file can be kept anywhere: without a path, without marks that hide what it is, with the ending of
    its kind. A name of which nothing is left becomes `file`."""
    last = re.split(r"[/\\]", name)[-1]
    plain = _MEANT_OTHERWISE.sub("_", _UNWANTED.sub("", unicodedata.normalize("NFC", last)))
    plain = " ".join(plain.split()).strip(". ")
    endings = _KINDS[media_type][1]
    ending = next((one for one in endings if plain.lower().endswith(one)), "")
    stem = plain[: -len(ending)] if ending else plain
    return f"{stem[: MOST_NAME - 8].strip('. ') or 'file'}{ending or endings[0]}"
