"""The links by which people choose what they are told: one for each customer, and one for each wish to be told."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.urls import reverse

from dingdan.automation.setup import DEFAULT_SLUG
from dingdan.kernel.links import Opened, link_to, opened

OF_CUSTOMER: Final = "notices"
OF_WISH: Final = "wish"
LASTS: Final = timedelta(days=400)
"""Longer than any wish waits; and whoever finds an old mail can still say that they want no more."""


def in_shop(slug: str, language: str = "") -> dict[str, str]:
    """How the pages of a shop are named in an address, in a language."""
    named = {"shop": slug} if slug != DEFAULT_SLUG else {}
    return named | ({"lang": language.lower()} if language else {})


def wish_link(wish_id: UUID, slug: str, language: str, *, at: datetime) -> str:
    """Where whoever made a wish says that they want no more mails."""
    return _page(link_to(OF_WISH, wish_id, until=(at + LASTS).replace(microsecond=0)), slug, language)


def customer_link(customer_id: UUID, slug: str, language: str, *, at: datetime) -> str:
    """Where a customer chooses what they are told, and how."""
    return _page(link_to(OF_CUSTOMER, customer_id, until=(at + LASTS).replace(microsecond=0)), slug, language)


def opened_notices(link: str, *, at: datetime) -> tuple[str, Opened] | None:
    """Whose notices a link opens: its kind, and whom; None for what is no such link, was changed, or is over."""
    for kind in (OF_CUSTOMER, OF_WISH):
        found = opened(link, kind, at=at)
        if found is not None:
            return kind, found
    return None


def _page(link: str, slug: str, language: str) -> str:
    return reverse("shop_notices", kwargs=in_shop(slug, language) | {"link": link})
