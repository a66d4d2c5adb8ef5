"""The shop for everybody: its first page, shelves, searches, products, pictures and colors."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from dingdan.automation.setup import DEFAULT_SLUG
from dingdan.insight.shopfront.fronts import Front, front_of
from dingdan.kernel.errors import NotFound
from dingdan.kernel.tenancy import tenant_scope
from dingdan.masterdata.catalog.queries import picture_on_offer
from dingdan.web.shared.downloads import picture as as_picture
from dingdan.web.storefront import shop_pages
from dingdan.web.storefront.reader import reading
from dingdan.web.storefront.shop_pages import Page
from dingdan.web.storefront.theme import theme_css

COUNT_COOKIE: Final = "dingdan_cart_count"
"""How many things are in the cart: to be shown, and believed in nothing."""
FRESH: Final = "private, no-cache"
"""Kept by the reader's browser, and asked about every time."""
FOR_GOOD: Final = "public, max-age=31536000, immutable"

View = Callable[..., HttpResponseBase]


def of_front(view: Callable[..., HttpResponseBase]) -> View:
    """Hand a view its storefront; where none is open, there is nothing."""

    @wraps(view)
    def found(request: HttpRequest, *, shop: str | None = None, lang: str | None = None, **named: str) -> HttpResponseBase:
        front = front_of(shop or DEFAULT_SLUG)
        if front is None:
            return render(request, "storefront/shop/closed.html", {"language": get_language() or "en"}, status=404)
        return view(request, front, lang or "", **named)

    return found


def in_cart(cookie: str) -> int:
    """The number that a cookie says."""
    return int(cookie) if cookie.isascii() and cookie.isdecimal() and len(cookie) < 4 else 0


def answered(request: HttpRequest, page: Page) -> HttpResponse:
    """A page for whoever asks; nothing but its name where they have it already."""
    count = in_cart(request.COOKIES.get(COUNT_COOKIE, ""))
    tag = f'"{page.digest}-{count}"'
    if request.headers.get("If-None-Match") == tag:
        told: HttpResponse = HttpResponseNotModified()
    else:
        told = HttpResponse(page.sent(count), content_type="text/html; charset=utf-8")
    told["ETag"], told["Cache-Control"] = tag, FRESH
    return told


def missing(request: HttpRequest, front: Front, language: str) -> HttpResponse:
    """What is answered where nothing is (any more): the shop, with its search."""
    with reading(front, language) as reader:
        page = shop_pages.drawn(reader, "missing", "")
        return HttpResponse(page.sent(in_cart(request.COOKIES.get(COUNT_COOKIE, ""))), status=404)


@require_safe
@of_front
def home(request: HttpRequest, front: Front, language: str) -> HttpResponse:
    """The first page."""
    with reading(front, language) as reader:
        return answered(request, shop_pages.home_page(reader))


@require_safe
@of_front
def shelf(request: HttpRequest, front: Front, language: str, slug: str = "") -> HttpResponse:
    """A shelf; without one, everything, and what was searched for."""
    with reading(front, language) as reader:
        asked = dict(request.GET.lists())
        wanted = shop_pages.wanted_of(front, asked, slug)
        if wanted is not None:
            return answered(request, shop_pages.list_page(reader, wanted, asked))
    return missing(request, front, language)


@require_safe
@of_front
def product(request: HttpRequest, front: Front, language: str, slug: str) -> HttpResponse:
    """The page of a product."""
    page = shop_pages.product_page(front, slug, language)
    return missing(request, front, language) if page is None else answered(request, page)


@require_safe
@of_front
def picture(request: HttpRequest, front: Front, _language: str, picture_id: UUID) -> HttpResponse:
    """A picture of a product that is on offer. Its bytes never change."""
    with tenant_scope(front.tenant_id):
        try:
            found = as_picture(picture_on_offer(picture_id))
        except NotFound:
            found = None
    if found is None:
        return HttpResponse(status=404)
    found["Cache-Control"] = FOR_GOOD
    return found


@require_safe
@of_front
def theme(_request: HttpRequest, front: Front, _language: str) -> HttpResponse:
    """The design tokens of the storefront: its address changes when they do."""
    css = theme_css(accent=front.row.accent, font=front.row.font, corners=front.row.corners)
    return HttpResponse(css, content_type="text/css; charset=utf-8", headers={"Cache-Control": FOR_GOOD})
