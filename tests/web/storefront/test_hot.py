"""The hot door: what it hands out is what the view would say, now; whatever is out of the ordinary it leaves to the view."""

from __future__ import annotations

import asyncio
import gzip
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dingdan.masterdata.catalog.commands import retire_product
from dingdan.masterdata.catalog.models import Product
from dingdan.web.shared.bare import Answer
from dingdan.web.storefront.hot import ProductDoor, _Look
from dingdan.web.storefront.shop_pages import Page
from tests import kit
from tests.conftest import Shop
from tests.web.storefront.front import Visitor, open_front, put_on_offer


@pytest.fixture
def door(shop: Shop) -> ProductDoor:
    open_front(shop)
    put_on_offer(shop, "mug", pieces=4)
    return ProductDoor()


def _ask(door: ProductDoor, path: str, **headers: str) -> Answer | None:
    told = [(b"host", b"localhost"), *((name.replace("_", "-").encode(), text.encode()) for name, text in headers.items())]
    scope: dict[str, Any] = {"method": "GET", "raw_path": path.encode(), "query_string": b"", "headers": told}
    return asyncio.run(door(scope, b""))


def test_it_works(shop: Shop, door: ProductDoor) -> None:
    visitor = Visitor(shop)
    for language in ("", "zh-hant"):
        visitor.language = language
        (page,) = door.pages([_Look(shop.tenant.slug, language, "mug")])
        assert isinstance(page, Page)
        assert page.sent(0) == visitor.get("p/mug/").content


def test_it_hands_out_the_page_once(shop: Shop, door: ProductDoor) -> None:
    path = Visitor(shop).path("p/mug/")
    first = _ask(door, path)
    assert first is not None
    status, headers, body = first
    tag = dict(headers)[b"etag"].decode()
    assert (status, b"Only 4 left" in body, b"no-cache" in dict(headers)[b"cache-control"]) == (200, True, True)
    again = _ask(door, path, if_none_match=tag)
    assert again is not None
    assert (again[0], again[2]) == (304, b"")
    with_cart = _ask(door, path, cookie="dingdan_cart_count=3", if_none_match=tag)
    assert with_cart is not None
    assert b"<b>3</b>" in with_cart[2]
    packed = _ask(door, path, cookie="dingdan_cart_count=3", accept_encoding="gzip, br")
    assert packed is not None
    told = dict(packed[1])
    assert (told[b"content-encoding"], told[b"vary"]) == (b"gzip", b"Cookie, Accept-Encoding")
    assert gzip.decompress(packed[2]) == with_cart[2]
    once_more = _ask(door, path, cookie="dingdan_cart_count=3", if_none_match=told[b"etag"].decode())
    assert once_more is not None
    assert once_more[0] == 304


def _html(door: ProductDoor, look: _Look) -> str:
    """The page that a look gets."""
    (page,) = door.pages([look])
    assert isinstance(page, Page)
    return page.html


def test_it_never_says_what_was(shop: Shop, door: ProductDoor) -> None:
    look = _Look(shop.tenant.slug, "", "mug")
    for left in (4, 3, 2, 1):
        assert f"Only {left} left" in _html(door, look)
        kit.place(shop, ("MUG", 1))
    assert "Sold out" in _html(door, look)
    retire_product(shop.call(), product_id=Product.objects.get(slug="mug").id)
    assert door.pages([look]) == [None]


def test_many_are_looked_up_in_a_few_statements(shop: Shop, door: ProductDoor) -> None:
    for number in range(5):
        put_on_offer(shop, f"bowl-{number}", pieces=9)
    looks = [_Look(shop.tenant.slug, "", f"bowl-{number}") for number in range(5)] * 20
    door.pages(looks)
    with CaptureQueriesContext(connection) as asked:
        pages = door.pages(looks)
    assert len(pages) == 100
    assert len(asked.captured_queries) <= 3


def test_what_is_out_of_the_ordinary_is_left_to_the_view(door: ProductDoor) -> None:
    for path in ("/shop/", "/shop/p/../", "/shop/~no-such-shop/p/mug/", "/shop/p/no-such-thing/", "/shop/p/%00/"):
        assert _ask(door, path) is None, path
