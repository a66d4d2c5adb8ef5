"""The shop as something on a home screen: what it is called there, its icons, and what is there without a connection.

The worker of a shop is written of parts (`PARTS`), each a file of ours, behind what it has to know (`SHOP`).
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib.resources import files
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.templatetags.static import static
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dingdan.automation.setup import DEFAULT_SLUG
from dingdan.insight.shopfront.fronts import Front, front_of
from dingdan.kernel.tenancy import tenant_scope
from dingdan.masterdata.shop.queries import logo_of
from dingdan.web.shared.downloads import picture as as_picture
from dingdan.web.storefront import shop_pages
from dingdan.web.storefront.addresses import LANGUAGES, Addresses
from dingdan.web.storefront.icons import SHAPES, Shape, icon_png, icon_svg
from dingdan.web.storefront.looks import look_of
from dingdan.web.storefront.reader import TAGS, Reader, reading, usual
from dingdan.web.storefront.shop import FOR_GOOD, FRESH, of_front
from dingdan.web.storefront.theme import GROUND

PARTS: Final = ("worker.js", "worker_push.js")
"""What the worker of a shop is made of, in this order, below ``static/storefront``."""
KEPT: Final = ("storefront/shop.css", "storefront/install.js")
"""Files that the page without a connection needs."""
_SCRIPT: Final = "text/javascript; charset=utf-8"


@require_safe
@of_front
def manifest(_request: HttpRequest, front: Front, language: str) -> HttpResponse:
    """What the shop is on a home screen, in the reader's language."""
    with reading(front, language) as reader:
        body = json.dumps(_manifest(reader), ensure_ascii=False)
    return HttpResponse(body, content_type="application/manifest+json; charset=utf-8", headers={"Cache-Control": FRESH})


def _manifest(reader: Reader) -> dict[str, Any]:
    front, to = reader.front, reader.to
    cart = {"name": _("Cart"), "url": to.cart}
    return {
        "id": Addresses(front.slug).home, "name": front.title, "short_name": front.title[:24], "lang": TAGS[reader.language],
        "description": reader.said(front.row.tagline_i18n, front.row.tagline), "start_url": to.home,
        "scope": Addresses(front.slug).home, "display": "standalone", "background_color": GROUND, "theme_color": GROUND,
        "icons": [
            {"src": icon_path(front, name), "sizes": f"{SHAPES[name].size}x{SHAPES[name].size}", "type": "image/png",
             "purpose": "maskable" if name == "maskable" else "any"}
            for name in ("192", "512", "maskable")
        ],
        "shortcuts": [{"name": _("All products"), "url": to.search}, cart],
    }  # fmt: skip


def icon_path(front: Front, name: str) -> str:
    """Where an icon is; another address once the shop looks otherwise."""
    return Addresses(front.slug).plain("icons", f"{name}.png") + f"?v={look_of(front)}"


@require_safe
@of_front
def icon(_request: HttpRequest, front: Front, _language: str, name: str) -> HttpResponse:
    """An icon of the shop as PNG."""
    shape = SHAPES.get(name)
    if shape is None:
        raise Http404
    body = front.kept(("icon", name), lambda: _drawn(front, shape))
    return HttpResponse(body, content_type="image/png", headers={"Cache-Control": FOR_GOOD})


def _drawn(front: Front, shape: Shape) -> bytes:
    with tenant_scope(front.tenant_id):
        found = logo_of(front.row.id) if front.logo else None
    logo = bytes(found.content) if found and found.content else None
    return icon_png(shape, letter=front.title[:1].upper(), accent=front.row.accent, language=usual(front), logo=logo)


@require_safe
@of_front
def logo(_request: HttpRequest, front: Front, _language: str, digest: str) -> HttpResponse:
    """The logo, by the digest of its bytes: one of before is not there."""
    with tenant_scope(front.tenant_id):
        found = logo_of(front.row.id) if front.logo and front.logo.digest.startswith(digest) else None
    answer = as_picture(found) if found else None
    if answer is None:
        return HttpResponse(status=404)
    answer["Cache-Control"] = FOR_GOOD
    return answer


@require_safe
@of_front
def symbol(_request: HttpRequest, front: Front, _language: str) -> HttpResponse:
    """What stands in the tab of a browser."""
    body = icon_svg(front.title[:1].upper(), front.row.accent)
    return HttpResponse(body, content_type="image/svg+xml; charset=utf-8", headers={"Cache-Control": FOR_GOOD})


@require_safe
@of_front
def offline(_request: HttpRequest, front: Front, language: str) -> HttpResponse:
    """The page that the worker keeps for when there is no connection."""
    with reading(front, language) as reader:
        page = shop_pages.drawn(reader, "offline", "offline/")
    return HttpResponse(page.sent(0), content_type="text/html; charset=utf-8", headers={"Cache-Control": FRESH})


@require_safe
def worker(_request: HttpRequest, *, shop: str | None = None, **_language: str | None) -> HttpResponseBase:
    """The worker of the shop; where none is open (any more), one that takes itself away."""
    front = front_of(shop or DEFAULT_SLUG)
    body = _part("gone.js") if front is None else _worker(front)
    return HttpResponse(body, content_type=_SCRIPT, headers={"Cache-Control": "no-cache"})


def _worker(front: Front) -> str:
    to, parts = Addresses(front.slug), "".join(_part(name) for name in PARTS)
    known = {
        "root": to.home,
        "languages": {code: _words(front, code) for code in LANGUAGES},
        "usual": usual(front),
        "files": [static(name) for name in KEPT] + [f"{to.theme}?v={look_of(front)}"],
    }
    digest = hashlib.blake2b((json.dumps(known) + parts).encode(), digest_size=8).hexdigest()
    return f"const SHOP = {json.dumps(known | {'version': digest}, ensure_ascii=False)};\n{parts}"


def _words(front: Front, language: str) -> dict[str, str]:
    """What the worker says in a language, and where the page without a connection is."""
    to = Addresses(front.slug, "" if language == usual(front) else language)
    with translation.override(language):
        return {
            "tag": TAGS[language],
            "offline": to.at("offline"),
            "asOf": _("As of {time}. You are offline: price and stock may be different by now."),
            "seen": _("What you looked at lately"),
        }


@cache
def _part(name: str) -> str:
    return (files("dingdan.web.storefront") / "static" / "storefront" / name).read_text(encoding="utf-8")
