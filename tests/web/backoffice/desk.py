"""Somebody who may look at a shop, at a browser."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from html.parser import HTMLParser
from uuid import UUID

from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client

from dingdan.config.people import create_user
from dingdan.insight.board.upkeep import refresh
from dingdan.trade.orders.models import Order
from tests.conftest import Shop

PASSWORD = "correct horse 9"


def client(language: str = "en") -> Client:
    """Somebody at a browser, signed out."""
    return Client(SERVER_NAME="localhost", HTTP_ACCEPT_LANGUAGE=language)


def member(shop: Shop, *roles: str) -> User:
    """An account that works in the shop, as owner unless said."""
    name = f"p{secrets.token_hex(6)}@example.org"
    create_user(name, password=PASSWORD, roles=roles or ("owner",), tenant=shop.tenant)
    return User.objects.get(username=name)


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in ("script", "style", "head")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("script", "style", "head")

    def handle_data(self, data: str) -> None:
        if not self._hidden and data.strip():
            self.words.append(" ".join(data.split()))


def text_of(html: str) -> str:
    """What a page says, without its tags, words parted by single spaces."""
    reader = _Text()
    reader.feed(html)
    return " ".join(reader.words)


@dataclass(frozen=True)
class Desk:
    """A browser at which a member of the shop is signed in."""

    shop: Shop
    user: User
    browser: Client

    def get(self, path: str, *, status: int = 200) -> str:
        """What the page at an address of the back office says."""
        answer: HttpResponse = self.browser.get(f"/backoffice/{path}")  # type: ignore[assignment]
        assert answer.status_code == status, answer.status_code
        return answer.content.decode()

    def read(self, path: str) -> str:
        """The page without its tags."""
        return text_of(self.get(path))

    def show(self, *order_ids: UUID) -> None:
        """Bring the board up to date, with all orders or these."""
        refresh(order_ids or list(Order.objects.values_list("id", flat=True)))


def sit_down(shop: Shop, language: str = "en", *, as_user: Callable[[Shop], User] = member) -> Desk:
    """Somebody of the shop at a browser."""
    user, browser = as_user(shop), client(language)
    browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return Desk(shop, user, browser)
