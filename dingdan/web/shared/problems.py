"""Problem documents (RFC 9457): how every door says no to a program, in one shape and in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpResponse
from django.utils.translation import gettext as _

from dingdan.kernel.errors import Refusal
from dingdan.kernel.wire import wire_bytes

MEDIA_TYPE: Final = "application/problem+json"
PAGE: Final = "/api/v1/problems"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong with one part of a request, and what to do about it.

    `place` says where it was sent (body, query, path, header), `field` is its dotted name, and for the body `pointer` is the JSON
    pointer to it as a fragment.
    """

    place: str
    field: str
    code: str
    detail: str
    remedy: str
    pointer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a request was not granted. Nothing was written. `code` is stable; programs may rely on it."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    remedy: str
    field: str | None = None
    errors: tuple[Fault, ...] = ()
    instance: str | None = None


def problem(refusal: Refusal, faults: Sequence[Fault] = (), *, instance: str | None = None) -> Problem:
    """The document for a refusal, in the active language."""
    code = refusal.code
    return Problem(
        type=f"{PAGE}#{code}",
        title=title(code),
        status=refusal.status,
        detail=refusal.detail,
        code=code,
        remedy=remedy_of(refusal),
        field=refusal.field or None,
        errors=tuple(faults),
        instance=instance,
    )


def remedy_of(refusal: Refusal) -> str:
    """What to do about a refusal, in the active language."""
    return refusal.advice or str(_("Correct this and send the request again."))


def title(code: str) -> str:
    """The words of a code: `out_of_stock` is "Out of stock"."""
    return code.replace("_", " ").capitalize()


def answer(refusal: Refusal, faults: Sequence[Fault] = (), *, instance: str | None = None) -> HttpResponse:
    """The response for a refusal: its status, its document, and when to come again where that helps."""
    response = HttpResponse(
        wire_bytes(problem(refusal, faults, instance=instance)), status=refusal.status, content_type=MEDIA_TYPE
    )
    if refusal.retry_after_seconds is not None:
        response.headers["Retry-After"] = str(refusal.retry_after_seconds)
    for name, value in getattr(refusal, "headers", {}).items():
        response.headers[name] = value
    return response


def pointer(parts: Sequence[str | int]) -> str:
    """The JSON pointer (RFC 6901) to a part of a body, as the fragment of an address."""
    return "#" + "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def every_refusal() -> Iterator[type[Refusal]]:
    """Every kind of refusal that the program knows, by code."""

    def below(kind: type[Refusal]) -> Iterator[type[Refusal]]:
        for child in kind.__subclasses__():
            yield child
            yield from below(child)

    known: dict[str, type[Refusal]] = {kind.__name__: kind for kind in below(Refusal) if kind.__module__.startswith("dingdan.")}
    yield from (known[name] for name in sorted(known))


def example(kind: type[Refusal]) -> dict[str, Any]:
    """What the page of problems tells about one kind: code, status, and its sentences with the facts left open."""
    blank = kind.__new__(kind)
    return {
        "code": blank.code,
        "title": title(blank.code),
        "status": kind.status,
        "sentence": str(kind.sentence),
        "remedy": str(kind.remedy),
    }
