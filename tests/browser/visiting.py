"""Somebody at a page of ours in a real browser: what they see, and what went wrong meanwhile."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Literal

from django.conf import settings

from tests.conftest import Shop
from tests.web.backoffice.desk import Desk, member, sit_down

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from playwright.sync_api import Browser, ConsoleMessage, Page

CHROMIUM: Final = os.environ.get("DINGDAN_CHROMIUM") or next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
)
MISSING: Final = "NOT TESTED: no chromium here; install one (apt install chromium), or name it in DINGDAN_CHROMIUM"
FLAGS: Final = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
)  # fmt: skip
DESK: Final = {"width": 1280, "height": 900}
PHONE: Final = {"width": 390, "height": 844}
SMALL: Final = {"width": 360, "height": 740}

PATIENCE: Final = 60_000
"""Milliseconds after which what does not come is missed. It costs nothing where all is well, and a busy machine may need them."""
TAKEN_BACK: Final = ("htmx:afterRequest", "htmx:sendAbort")
"""What htmx says of a question that a page itself took back, for a newer one or because it was left. Failures are told apart."""


class Visit:
    """A page, where it is served, and its faults: errors of scripts, refusals of the policy, anything fetched from outside."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self._trusted: list[str] = [address, "data:", "about:", "blob:"]
        self.faults: list[str] = []
        self.watch(page)

    def watch(self, page: Page) -> None:
        """Write down what goes wrong on a page."""
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        page.on("request", lambda request: self._look_at(request.url))
        page.on("console", self._hear)

    def trusts(self, address: str) -> None:
        """Let pages lead to another place, such as that of a payment firm."""
        self._trusted.append(address)

    def _look_at(self, url: str) -> None:
        if not url.startswith(tuple(self._trusted)):
            self.faults.append(f"fetched from outside: {url}")

    def _hear(self, said: ConsoleMessage) -> None:
        without_worker = said.location["url"].endswith("/healthz")  # none runs beside the tests
        if said.text in TAKEN_BACK:
            return
        if (said.type == "error" and not without_worker) or "Content Security Policy" in said.text:
            self.faults.append(f"{self.page.url}: {said.text}")

    def go(self, path: str) -> str:
        """Open a page, look whether it fits the screen; what it says."""
        answer = self.page.goto(self.address + path)
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"
        return self.read()

    def read(self) -> str:
        """What the page says."""
        wide = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, f"{self.page.url} is {wide} px wider than the screen"
        return self.page.inner_text("body")


@contextmanager
def visit(
    browser: Browser, address: str, *, size: dict[str, int], language: str = "en", dark: bool = False, keeps: bool = False
) -> Iterator[Visit]:
    """Somebody at a browser of their own, signed out. With `keeps` it keeps pages by the shop's worker."""
    by_hand = size is not DESK
    shade: Literal["dark", "light"] = "dark" if dark else "light"
    context = browser.new_context(
        viewport=size,  # type: ignore[arg-type]
        locale=language, is_mobile=by_hand, has_touch=by_hand, color_scheme=shade, service_workers="allow" if keeps else "block",
    )  # fmt: skip
    context.set_default_timeout(PATIENCE)
    try:
        one = Visit(context.new_page(), address)
        yield one
    finally:
        context.close()
    assert one.faults == [], one.faults


def signed_in(one: Visit, shop: Shop, *roles: str) -> None:
    """Let somebody of the shop (its owner, unless said) sit there signed in: the form for that has a test of its own."""
    sit_at(one, just_signed_in(shop, member(shop, *roles)))


def sit_at(one: Visit, desk: Desk) -> None:
    """Let whoever sits at the desk sit at this browser."""
    value = desk.browser.cookies[settings.SESSION_COOKIE_NAME].value
    one.page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": one.address}])


def just_signed_in(shop: Shop, user: User | None = None, *, language: str = "en") -> Desk:
    """Somebody of the shop (its owner, unless said) who need not prove for an hour who they are."""
    desk = sit_down(shop, language, as_user=lambda shop: user or member(shop))
    session = desk.browser.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time() + 3600, "reauthenticated": True}]
    session["account_authentication_methods_user"] = str(desk.user.pk)
    session.save()
    return desk
