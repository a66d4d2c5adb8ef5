"""The pages of products when many look at once.

It answers, and never refuses: pages that nobody wrote yet are written, those that were are handed out, and whatever is out of
the ordinary goes on to the view. Requests that arrive together are looked up together, on one thread: the version of registers
and the stock of all their articles are read after the last of them arrived. So a page is kept while it is true, and no longer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from django.conf import settings
from django.db import DatabaseError, connection
from django.http.request import split_domain_port, validate_host
from django.utils import translation

from dingdan.automation.setup import DEFAULT_SLUG
from dingdan.insight.shopfront.fronts import Front, Offered, front_of, product_of
from dingdan.insight.shopfront.promises import promises_of
from dingdan.kernel import clock
from dingdan.kernel.tenancy import tenant_scope
from dingdan.web.shared.bare import Answer, answered
from dingdan.web.shared.gathering import Gathering
from dingdan.web.shared.headers import CAMERA, policy
from dingdan.web.shared.packing import takes_gzip
from dingdan.web.storefront.addresses import PREFIX, Addresses
from dingdan.web.storefront.reader import Reader, usual
from dingdan.web.storefront.shop import COUNT_COOKIE, FRESH, in_cart
from dingdan.web.storefront.shop_pages import Page, page_of

__all__ = ["PREFIX", "ProductDoor"]

_PRODUCT: Final = re.compile(rb"/shop/(?:~([a-z0-9-]+)/)?(?:(en|zh-hant|zh-hans)/)?p/([a-z0-9._-]{1,100})/")
_COUNTED: Final = re.compile(rf"(?:^|;\s*){COUNT_COOKIE}=(\d{{1,3}})(?:;|$)".encode())
_POLICY: Final = policy()


class _Look(NamedTuple):
    """Whose product is looked at, and in which language."""

    shop: str
    language: str
    slug: str


class ProductDoor:
    """Answers whoever looks at a product; `None` to all others, which means: ask the view."""

    def __init__(self) -> None:
        self._gathering = Gathering[_Look, Page](self.pages)

    async def __call__(self, scope: Mapping[str, Any], _body: bytes) -> Answer | None:
        """The page as it is now, once it was looked up."""
        asked = _PRODUCT.fullmatch(scope["raw_path"])
        if asked is None or scope["method"] != "GET" or scope["query_string"] or self._gathering.is_full:
            return None
        headers = dict(scope["headers"])
        if not validate_host(split_domain_port(headers.get(b"host", b"").decode("latin-1"))[0], settings.ALLOWED_HOSTS):
            return None
        shop, language, slug = ((part or b"").decode("ascii") for part in asked.groups())
        page = await self._gathering.answer(_Look(shop or DEFAULT_SLUG, language, slug))
        return None if page is None else _told(page, headers)

    # ── on the thread ────────────────────────────────────────────────────────────────────────────────────────────────────

    def pages(self, batch: Sequence[_Look]) -> list[Page | Exception | None]:
        """The page of each, in order; None where there is none."""
        found: dict[_Look, Page | None] = {}
        try:
            for shop in {look.shop for look in batch}:
                front = front_of(shop)
                if front is not None:
                    found |= _pages(front, {look for look in batch if look.shop == shop})
        except DatabaseError:  # the view will meet it too, and has words for it
            connection.close()
        return [found.get(look) for look in batch]


def _pages(front: Front, looks: set[_Look]) -> dict[_Look, Page | None]:
    """The pages of one shop, with what is promised of all their articles asked for at once."""
    at = clock.now()
    with tenant_scope(front.tenant_id):
        products: dict[str, Offered | None] = {slug: product_of(front, slug, at.date()) for slug in {one.slug for one in looks}}
        articles = [article.of for one in products.values() if one is not None for article in one.articles]
        promises = promises_of(articles, front.channel, at=at)
        found: dict[_Look, Page | None] = {}
        for look in looks:
            product, language = products[look.slug], look.language or usual(front)
            if product is not None:
                with translation.override(language):
                    reader = Reader(front, language, at, Addresses(front.slug, look.language))
                    found[look] = page_of(reader, product, promises)
    return found


def _told(page: Page, headers: Mapping[bytes, bytes]) -> Answer:
    counted = _COUNTED.search(headers.get(b"cookie", b""))
    count = in_cart(counted[1].decode()) if counted else 0
    is_packed = takes_gzip(headers.get(b"accept-encoding", b"").decode("latin-1"))
    tag = f'"{page.digest}-{count}"'
    told = {"etag": f"W/{tag}" if is_packed else tag, "cache_control": FRESH, "vary": "Cookie, Accept-Encoding"}
    told |= {"permissions_policy": CAMERA, "content_security_policy": _POLICY}
    if headers.get(b"if-none-match", b"").removeprefix(b"W/") == tag.encode():
        return answered(304, b"", **told)
    if is_packed:
        told["content_encoding"] = "gzip"
    body = page.packed(count) if is_packed else page.sent(count)
    return answered(200, body, content_type="text/html; charset=utf-8", **told)
