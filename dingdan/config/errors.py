"""What is answered where no view answers: problem documents for programs, a page for people that needs no database.

The page says what happened, what became of what was sent, and what to do next, in the reader's language, with a way on: back to
the page that one came from, once more, and to the door (the shop, the back office) that was asked.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, gettext_lazy, override

from dingdan.automation.setup import DEFAULT_SLUG
from dingdan.insight.shopfront.fronts import front_of
from dingdan.kernel.errors import Refusal
from dingdan.web.storefront.addresses import LANGUAGES
from dingdan.web.storefront.shop import missing

_SHOP: Final = re.compile(r"/shop/(?:~(?P<shop>[a-z0-9-]+)/)?(?:(?P<lang>en|zh-hant|zh-hans)/)?")
_BACKOFFICE: Final = "/backoffice/"
_CUSTOMERS: Final = ("/shop/", "/pay/", "/saved/")
_FORM, _OTHER = "form", "other"
_AGAIN: Final = frozenset({429, 500, 503})
"""Where asking once more may help."""
_SECONDS: Final = 10
"""When a database that is being started anew is asked again."""


@dataclass(frozen=True, slots=True)
class _Said:
    """What a page says: in a few words, what happened and what became of it, and what to do next."""

    title: Any
    what: Any
    then: Any


_SAID: Final[Mapping[int | str, _Said]] = {
    400: _Said(
        gettext_lazy("This cannot be read"),
        gettext_lazy("Something in the address, or in what was sent with it, is broken. Nothing was changed."),
        gettext_lazy("Go back, load the page again, and try it from there."),
    ),
    403: _Said(
        gettext_lazy("This is not open to you"),
        gettext_lazy("This page is for somebody else. Nothing was changed."),
        gettext_lazy("If it should be for you, sign in as somebody who may, or ask who runs the shop."),
    ),
    _FORM: _Said(
        gettext_lazy("Please send this once more"),
        gettext_lazy(
            "The page was open for a long time, or the browser keeps no cookies, so nobody could be sure that it was you who "
            "sent this. Nothing was done."
        ),
        gettext_lazy("Go back, load the page again, and send it once more. Most browsers still have what you typed."),
    ),
    404: _Said(
        gettext_lazy("Nothing is here"),
        gettext_lazy("The address has a mistake in it, or what was here is gone. Nothing of yours is lost."),
        gettext_lazy("Look for it from the beginning."),
    ),
    405: _Said(
        gettext_lazy("Nothing is to be seen here"),
        gettext_lazy("This address only takes what is sent to it by a form. Nothing was changed."),
        gettext_lazy("Go back, and use the button there."),
    ),
    _OTHER: _Said(
        gettext_lazy("This did not work"),
        gettext_lazy("Something stood in the way. Nothing was changed."),
        gettext_lazy("Go back, load the page again, and look at how things are now."),
    ),
    410: _Said(
        gettext_lazy("This is over"),
        gettext_lazy("What was here has ended or was taken away. Nothing of yours is lost."),
        gettext_lazy("Look for it from the beginning."),
    ),
    413: _Said(
        gettext_lazy("This is too much at once"),
        gettext_lazy("What was sent is larger than what is taken here. Nothing of it was kept, and nothing else was changed."),
        gettext_lazy("Go back, and send fewer or smaller files."),
    ),
    429: _Said(
        gettext_lazy("Too many tries"),
        gettext_lazy("This was asked for so often that a pause is needed. Nothing was changed."),
        gettext_lazy("Wait for some minutes, and try again."),
    ),
    500: _Said(
        gettext_lazy("Something went wrong here"),
        gettext_lazy("That is our mistake, and it is written down. What was sent was done as a whole or not at all."),
        gettext_lazy("Try again in a moment: what is sent twice is done once. If it goes on, tell us when it happened."),
    ),
    503: _Said(
        gettext_lazy("Back in a moment"),
        gettext_lazy(
            "The data cannot be reached just now. All that was done before is kept; "
            "what was sent was done as a whole or not at all."
        ),
        gettext_lazy("Try again in a minute: what is sent twice is done once."),
    ),
}  # fmt: skip


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request itself is broken; 413: it is too large."""
    is_large = isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent)
    return _answer(request, 413 if is_large else 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: known, and not allowed."""
    return _answer(request, 403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: nothing here. An open shop says so with its own face."""
    found = _SHOP.match(request.path_info)
    if found is not None and _is_a_person(request):
        try:
            front = front_of(found["shop"] or DEFAULT_SLUG)
            if front is not None:
                return missing(request, front, found["lang"] or "")
        except DatabaseError:
            return server_error(request)
    return _answer(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault; 503: the database is away; or what a refusal says that no view told."""
    error = sys.exc_info()[1]
    if isinstance(error, Refusal):
        answer = _answer(request, error.status, refusal=error)
        wait = error.retry_after_seconds
    elif isinstance(error, OperationalError | InterfaceError):
        answer, wait = _answer(request, 503), _SECONDS
    else:
        return _answer(request, 500)
    if wait is not None:
        answer.headers["Retry-After"] = str(wait)
    return answer


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form that did not come from our own page."""
    return _answer(request, 403, said=_SAID[_FORM])


# ── how it is said ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _answer(request: HttpRequest, status: int, *, said: _Said | None = None, refusal: Refusal | None = None) -> HttpResponse:
    with override(_language(request)):
        said = said or _SAID.get(status, _SAID[_OTHER])
        if refusal is not None and not request.path_info.startswith(_CUSTOMERS):
            said = _Said(said.title, refusal.detail, refusal.advice or said.then)
        if not _is_a_person(request):
            body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": str(said.what)}
            return JsonResponse(body, status=status, content_type="application/problem+json")
        told = {"said": said, "language": get_language(), "ways": _ways(request, status)}
        return HttpResponse(render_to_string("dingdan/fault.html", told), status=status)


def _is_a_person(request: HttpRequest) -> bool:
    return not request.path.startswith("/api/") and "text/html" in request.headers.get("Accept", "")


def _language(request: HttpRequest) -> str:
    """The language of the address, where it says one; else the reader's."""
    found = _SHOP.match(request.path_info)
    asked = found["lang"] if found is not None else None
    return asked if asked in LANGUAGES else get_language() or "en"


def _ways(request: HttpRequest, status: int) -> list[tuple[str, Any]]:
    """Where to go from here, the nearest first."""
    found, ways = _SHOP.match(request.path_info), []
    if status in _AGAIN and request.method == "GET":
        ways.append((request.get_full_path(), gettext_lazy("Try again")))
    elif before := _came_from(request):
        ways.append((before, gettext_lazy("Back to the page")))
    if found is not None:
        ways.append((found[0], gettext_lazy("To the shop")))
    elif request.path_info.startswith(_BACKOFFICE):
        ways.append((_BACKOFFICE, gettext_lazy("To the back office")))
    elif not request.path_info.startswith(_CUSTOMERS):
        ways.append(("/", gettext_lazy("To the first page")))
    return ways


def _came_from(request: HttpRequest) -> str:
    """The page of ours on which the form or the link stood; empty where that is not known."""
    told = request.headers.get("Referer", "")
    host = request.META.get("HTTP_HOST") or request.META.get("SERVER_NAME", "")
    if not told or not url_has_allowed_host_and_scheme(told, {host}):
        return ""
    parts = urlsplit(told)
    before = parts.path + (f"?{parts.query}" if parts.query else "")
    return before if request.method != "GET" or before != request.get_full_path() else ""
