"""Sessions of shoppers: of one shop and its addresses alone, apart from those of the back office.

Who is signed in here is nobody there. The cookie has another name for each shop, is sent to that shop's addresses alone, and
what it opens is signed with a salt of its own: put into the cookie of the back office, it opens nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from dingdan.automation.setup import DEFAULT_SLUG
from dingdan.web.storefront.addresses import Addresses

LASTS: Final = timedelta(days=30)
_SHOP: Final = re.compile(r"/shop/(?:~([a-z0-9-]+)/)?")


class ShopperSession(SessionStore):
    """A session of somebody who shops; it lasts thirty days from when it last changed."""

    def get_session_cookie_age(self) -> int:
        """How long it lasts, in seconds."""
        return int(LASTS.total_seconds())


def cookie_of(shop: str) -> str:
    """The name of the cookie of a shop's sessions."""
    return "dingdan_shopper" if shop == DEFAULT_SLUG else f"dingdan_shopper_{shop}"


class Sessions:
    """Gives the pages of a storefront sessions of shoppers, and all others those of the back office."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response, self._usual = get_response, SessionMiddleware(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        within = _SHOP.match(request.path_info)
        if within is None:
            return self._usual(request)  # type: ignore[return-value] # this server answers threads
        shop = within[1] or DEFAULT_SLUG
        request.session = ShopperSession(request.COOKIES.get(cookie_of(shop)))
        return _kept(request, self.get_response(request), shop)


def _kept(request: HttpRequest, response: HttpResponse, shop: str) -> HttpResponse:
    """Keep what changed, and let the browser keep the way to it."""
    session, name, path = request.session, cookie_of(shop), Addresses(shop).at()
    if session.accessed:
        patch_vary_headers(response, ("Cookie",))
    if name in request.COOKIES and session.is_empty():
        response.delete_cookie(name, path=path, samesite="Lax")
    elif session.modified and not session.is_empty() and response.status_code < 500:
        _save(request)
        response.set_cookie(
            name, session.session_key or "", max_age=int(LASTS.total_seconds()), path=path, samesite="Lax", httponly=True,
            secure=settings.SECURE_COOKIES,
        )  # fmt: skip
    return response


def _save(request: HttpRequest) -> None:
    try:
        request.session.save()
    except UpdateError:
        raise SessionInterrupted("The session ended while the page was made.") from None
