"""What a request must be before anything else looks at it: readable text of sensible size. One place for all of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Final
from urllib.parse import unquote_to_bytes

import orjson
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Refusal
from dingdan.kernel.text import BrokenText
from dingdan.web.shared.problems import Fault, pointer

DEEPEST: Final = 32
MOST_VALUES: Final = 50_000
MOST_FAULTS: Final = 100
LARGEST_NUMBER: Final = 2**63 - 1
_MOST_DIGITS: Final = 18
# Django writes bytes of a path that are no UTF-8 as percent signs again.
_BROKEN: Final = re.compile("%[89A-Fa-f][0-9A-Fa-f]")
_CONTROL: Final = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_JSON: Final = re.compile(r"application/json\s*(;\s*charset\s*=\s*\"?utf-?8\"?\s*)?", re.IGNORECASE)


# Where files are sent: in JSON to the API, by a form to the back office and to the pages of one's own order.
_OWN: Final = (
    r"/shop/(~[a-z0-9-]+/)?((en|zh-hant|zh-hans)/)?"
    r"((o|account/orders)/[A-Za-z0-9_-]+/(messages|claim|return|exchange)|contact|(m|account/talking)/[A-Za-z0-9_-]+)/"
)
_UPLOADS: Final = re.compile(
    _OWN + "|"
    r"/api/v1/(.+/attachments|statements)|/backoffice/(reconciliation/statementline/import|tickets/ticket/[0-9a-f-]{36}/say|aftersales/(return|claim)/[0-9a-f-]{36}/files)/"
)


class BodyTooLarge(Refusal):
    """More was sent than is taken in one request."""

    status = 413
    sentence = _("The body has more than {most} bytes.")
    remedy = _("Send it in several requests.")


class UnsupportedMediaType(Refusal):
    """The body is said to be something else than JSON."""

    status = 415
    sentence = _("The body is sent as “{media_type}”; only application/json is read here.")
    remedy = _("Send JSON in UTF-8 with Content-Type: application/json.")


class NotUtf8(Refusal):
    """Bytes that are no text."""

    status = 400
    sentence = _("The {part} is not UTF-8.")
    remedy = _("Send text in UTF-8; in addresses, percent-encoded.")


class MalformedJson(Refusal):
    """The body cannot be read as JSON."""

    status = 400
    sentence = _("The body is not JSON: {reason}.")
    remedy = _("Send one JSON document; a JSON library writes it without mistakes.")


class NestedTooDeep(Refusal):
    """JSON inside JSON inside JSON."""

    status = 400
    sentence = _("The body is nested more than {most} levels deep.")
    remedy = _("Flatten it; no operation needs more than {most} levels.")


class TooManyValues(Refusal):
    """More in one body than anybody means."""

    status = 413
    sentence = _("The body holds more than {most} values.")
    remedy = _("Send it in several requests.")


class UnusableCharacter(Refusal):
    """A character that cannot be stored or shown."""

    status = 400
    sentence = _("The {part} holds the character {character}, which cannot be used.")
    remedy = _("Leave it out.")


class NumberOutOfRange(Refusal):
    """A number that no column holds."""

    status = 422
    sentence = _("The number is beyond what can be counted here ({most}).")
    remedy = _("Send a smaller number.")


class InvalidRequest(Refusal):
    """Parts of the request are not what the operation takes; `faults` lists them, or the first hundred."""

    status = 422
    sentence = _("{count} parts of the request cannot be used; the first: {first}")
    remedy = _("Correct the parts that are listed under errors and send the request again.")

    def __init__(self, faults: list[Fault], *, count: int | None = None) -> None:
        self.faults = faults
        super().__init__(field=faults[0].field, count=count or len(faults), first=f"{faults[0].field}: {faults[0].detail}")


def body_limit(path: str) -> int:
    """The most bytes that a request to that path may have."""
    return int(settings.UPLOAD_LIMIT if _UPLOADS.fullmatch(path) else settings.BODY_LIMIT)


def check_outside(request: HttpRequest) -> None:
    """Refuse an address that is no text, and a body that is too long or no JSON, before anything of it is read."""
    path = request.path_info
    if _BROKEN.search(path):
        raise NotUtf8(part="path")
    _refuse_controls(path, "path")
    try:
        query = unquote_to_bytes(request.META.get("QUERY_STRING", "").encode("latin-1")).decode()
    except UnicodeError:
        raise NotUtf8(part="query") from None
    _refuse_controls(query, "query")
    length = request.META.get("CONTENT_LENGTH") or "0"
    most = body_limit(path)
    if not length.isdigit() or int(length) > most:
        raise BodyTooLarge(most=most)
    media_type = request.META.get("CONTENT_TYPE", "")
    if int(length) and request.method not in ("GET", "HEAD") and not is_json(media_type):
        raise UnsupportedMediaType(media_type=media_type[:80])


def is_json(media_type: str) -> bool:
    """Whether a content type says JSON in UTF-8."""
    return _JSON.fullmatch(media_type) is not None


def number_sent(text: str, *, otherwise: int = -1) -> int:
    """The whole number that a form says; `otherwise` for what is none, and for what is longer than any that is meant."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS else otherwise


def _refuse_controls(text: str, part: str) -> None:
    found = _CONTROL.search(text)
    if found:
        raise UnusableCharacter(part=part, character=f"U+{ord(found[0]):04X}")


def read_json(raw: bytes) -> Any:
    """The body as Python values. Refuses what is no JSON, nested too deep, or holds numbers or characters nobody can store."""
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        if "depth" in error.msg:
            raise NestedTooDeep(most=DEEPEST) from None
        if "UTF-8" in error.msg:
            raise NotUtf8(part="body") from None
        raise MalformedJson(reason=error.msg) from None
    faults = list(islice(_unusable(value), MOST_FAULTS))
    if faults:
        raise InvalidRequest(faults)
    return value


def _unusable(root: Any) -> Iterator[Fault]:
    """Numbers beyond what the database counts to, and NUL, anywhere in a document; the first few of them."""
    waiting: list[tuple[tuple[str | int, ...], Any]] = [((), root)]
    seen = 0
    while waiting:
        where, value = waiting.pop()
        seen += 1
        if seen + len(waiting) > MOST_VALUES:
            raise TooManyValues(most=MOST_VALUES)
        if isinstance(value, (dict, list)):
            if len(where) >= DEEPEST:
                raise NestedTooDeep(most=DEEPEST)
            if len(value) > MOST_VALUES:
                raise TooManyValues(most=MOST_VALUES)
            pairs = value.items() if isinstance(value, dict) else enumerate(value)
            waiting += [((*where, key), inner) for key, inner in pairs]
            if isinstance(value, dict) and any("\x00" in key for key in value):
                raise UnusableCharacter(part="body", character="U+0000")
        elif isinstance(value, str):
            if "\x00" in value:
                yield _fault(where, "broken_text", BrokenText(character="U+0000"))
        elif isinstance(value, (int, float)) and not -LARGEST_NUMBER - 1 <= value <= LARGEST_NUMBER:
            yield _fault(where, "out_of_range", NumberOutOfRange(most=LARGEST_NUMBER))


def _fault(where: Sequence[str | int], code: str, refusal: Refusal) -> Fault:
    name = ".".join(map(str, where))
    return Fault(place="body", field=name, code=code, detail=refusal.detail, remedy=refusal.advice, pointer=pointer(where))
