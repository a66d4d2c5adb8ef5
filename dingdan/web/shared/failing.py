"""Every way in which a request for JSON can fail, as a problem document, at whatever door."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Refusal
from dingdan.kernel.ids import new_id
from dingdan.web.shared.problems import Fault, answer, pointer, remedy_of
from dingdan.web.shared.reading import InvalidRequest

log = logging.getLogger(__name__)


class NoSuchAddress(Refusal):
    """Nothing answers at this address."""

    status = 404
    sentence = _("There is nothing at {path}.")
    remedy = _("The addresses are listed at /api/v1/docs.")


class MethodNotAllowed(Refusal):
    """The address answers other methods."""

    status = 405
    sentence = _("{method} is not answered here.")
    remedy = _("Use one of: {allowed}.")

    def __init__(self, *, method: str, allowed: str) -> None:
        self.headers = {"Allow": allowed}
        super().__init__(method=method, allowed=allowed)


class UnusableRequest(Refusal):
    """The request cannot be read."""

    status = 400
    sentence = _("The request cannot be read.")
    remedy = _("Check its address and headers.")


class DatabaseSilent(Refusal):
    """The database does not answer."""

    status = 503
    sentence = _("The database does not answer in time.")
    remedy = _("Repeat the request with the same key in a few seconds.")
    retry_after_seconds = 5


class ServerFault(Refusal):
    """A mistake in the program."""

    status = 500
    sentence = _("Something went wrong here. It is written down as {id}.")
    remedy = _("Repeat the request with the same key; if it happens again, tell whoever runs this server this id.")


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The answer to a refusal; what it says about a field of the body is told with the place in the body."""
    if isinstance(refusal, InvalidRequest):
        return answer(refusal, refusal.faults)
    return answer(refusal, _located(request, refusal))


def _located(request: HttpRequest, refusal: Refusal) -> list[Fault]:
    """Where in the request the field is that a refusal names, if it is there at all."""
    if not refusal.field:
        return []
    parts: list[str | int] = [int(part) if part.isdecimal() else part for part in refusal.field.split(".")]
    first = str(parts[0])
    found = request.resolver_match
    if found is not None and first in found.kwargs:
        place = "path"
    elif first in request.GET:
        place = "query"
    elif request.META.get("CONTENT_LENGTH") not in (None, "", "0"):
        place = "body"
    else:
        return []
    said = {"code": refusal.code, "detail": refusal.detail, "remedy": remedy_of(refusal)}
    return [Fault(place=place, field=refusal.field, pointer=pointer(parts) if place == "body" else None, **said)]


def fault(request: HttpRequest, error: Exception) -> HttpResponse:
    """500: logged under an id that the answer tells."""
    id_ = new_id()
    log.error("%s %s failed (%s)", request.method, request.path, id_, exc_info=error)
    return answer(ServerFault(id=id_), instance=f"urn:uuid:{id_}")


def _database_silent(request: HttpRequest, error: Exception) -> HttpResponse:
    log.warning("%s %s: the database did not answer: %s", request.method, request.path, error)
    return answer(DatabaseSilent())


ANSWERS: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
    Refusal: refused,
    SuspiciousOperation: lambda request, _error: refused(request, UnusableRequest()),
    Http404: lambda request, _error: refused(request, NoSuchAddress(path=request.path)),
    OperationalError: _database_silent,
    InterfaceError: _database_silent,
    Exception: fault,
}
"""By kind of exception; the nearest kind answers."""


def answer_for(request: HttpRequest, error: Exception) -> HttpResponse:
    """The response to whatever was raised."""
    for kind in type(error).__mro__:
        if kind in ANSWERS:
            return ANSWERS[kind](request, error)
    return fault(request, error)
