"""What a browser may do with our pages: run our own files and nothing else, show them in no frame, tell nobody where it was.

Every answer gets these headers; a view that needs others has set its own, and keeps them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse

_OURS: Final = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "connect-src": "'self'",
    "font-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
# Unfold's pages are written in Alpine, which makes functions of the expressions in their attributes. Its build without that
# reads names only, and Unfold's attributes hold objects and arrow functions: so its pages, and no others, may do that. No script
# that stands in a page runs all the same.
_EVALUATED: Final = {"script-src": "'self' 'unsafe-eval'"}
_STYLED: Final = {"style-src": "'self' 'unsafe-inline'"}
_SHELL: Final = "/backoffice/"
_ACCOUNT: Final = "/backoffice/account/"
_API_PAGE: Final = "/api/v1/docs"
CAMERA: Final = "camera=(self), microphone=(), geolocation=(), payment=(), usb=(), publickey-credentials-get=(self)"


def policy(changes: Mapping[str, str] | None = None) -> str:
    """The Content-Security-Policy of our pages, with some of it said otherwise."""
    return "; ".join(f"{name} {sources}" for name, sources in (_OURS | dict(changes or {})).items())


Answer = TypeVar("Answer", bound=HttpResponse)


def with_mail(response: Answer) -> Answer:
    """A page of the back office that shows a mail in a frame: mails are styled inside, and what is framed obeys the page."""
    response["Content-Security-Policy"] = policy(_EVALUATED | _STYLED)
    return response


def _policy_for(path: str) -> str:
    if path.startswith(_ACCOUNT):
        return policy(_EVALUATED | {"form-action": " ".join(["'self'", *_vouchers()])})
    if path.startswith(_SHELL):
        return policy(_EVALUATED)
    return policy(_STYLED) if path == _API_PAGE else policy()


def _vouchers() -> list[str]:
    """Where a form may lead to by way of a redirect: to those who vouch for people."""
    parts = [urlsplit(one["settings"]["server_url"]) for one in settings.SIGN_IN_PROVIDERS]
    return [f"{one.scheme}://{one.netloc}" for one in parts]


class SafeHeaders:
    """Puts the headers on every answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", _policy_for(request.path_info))
        response.headers.setdefault("Permissions-Policy", CAMERA)
        return response
