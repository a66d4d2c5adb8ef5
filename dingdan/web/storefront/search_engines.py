"""What search engines are told: where the pages are, in which languages, and what they need not read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dingdan.automation.setup import DEFAULT_SLUG
from dingdan.insight.shopfront.finding import offered_slugs
from dingdan.insight.shopfront.fronts import Front, front_of, shelves_of
from dingdan.web.storefront.addresses import LANGUAGES, Addresses, whole
from dingdan.web.storefront.reader import TAGS, Reader, reading
from dingdan.web.storefront.shop import of_front

PAGES_IN_MAP: Final = 5_000
"""So many pages, each in three languages, stand in one map: search engines read 50,000 addresses and 50 MB of one."""
BY_DEFAULT: Final = "x-default"
_UNREAD: Final = ("cart/", "checkout/", "account/", "buy/", "api/", "search/?")
_UNREAD_ALL: Final = ("/backoffice/", "/api/", "/pay/", "/saved/", "/gateways/")
_MAPS: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
_LINKS: Final = "http://www.w3.org/1999/xhtml"


@require_safe
@of_front
def sitemap(_request: HttpRequest, front: Front, _language: str) -> HttpResponse:
    """Every page in every language, each with its others; where they are more than one map bears, the list of maps."""
    with reading(front) as reader:
        paths = _paths(reader)
        if len(paths) <= PAGES_IN_MAP:
            return _xml(_map(reader, paths))
        maps = [whole(reader.to.plain(f"sitemap-{number}.xml")) for number in range(1, -(-len(paths) // PAGES_IN_MAP) + 1)]
    rows = "".join(f"<sitemap><loc>{one}</loc></sitemap>\n" for one in maps)
    return _xml(f'<sitemapindex xmlns="{_MAPS}">\n{rows}</sitemapindex>')


@require_safe
@of_front
def part(_request: HttpRequest, front: Front, _language: str, number: str) -> HttpResponse:
    """One map of several."""
    with reading(front) as reader:
        begin = (int(number) - 1) * PAGES_IN_MAP
        paths = _paths(reader)[begin : begin + PAGES_IN_MAP] if begin >= 0 else []
        if not paths:
            raise Http404
        return _xml(_map(reader, paths))


def _paths(reader: Reader) -> list[str]:
    """Where the pages are, behind the shop's home: the first one, shelves, products."""

    def read() -> list[str]:
        shelves = [f"c/{one.slug}/" for top in shelves_of(reader.front) for one in top.walk()]
        return ["", *shelves, *(f"p/{slug}/" for slug in offered_slugs(reader.front, reader.on))]

    return reader.front.kept(("map", reader.on), read)


def _map(reader: Reader, paths: Sequence[str]) -> str:
    homes = [(TAGS[code], whole(reader.in_language(code).home)) for code in LANGUAGES]
    rows = "".join(_entry(path, homes, whole(reader.to.root)) for path in paths)
    return f'<urlset xmlns="{_MAPS}" xmlns:xhtml="{_LINKS}">\n{rows}</urlset>'


def _entry(path: str, homes: Iterable[tuple[str, str]], root: str) -> str:
    """A page in all its languages. Addresses hold no sign that XML would read: their parts are letters, digits and dashes."""
    known = [*homes, (BY_DEFAULT, root)]
    links = "".join(f'<xhtml:link rel="alternate" hreflang="{tag}" href="{home}{path}"/>' for tag, home in known)
    return "".join(f"<url><loc>{home}{path}</loc>{links}</url>\n" for _tag, home in homes)


def _xml(text: str) -> HttpResponse:
    said = f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'
    return HttpResponse(said, content_type="application/xml; charset=utf-8")


@require_safe
@of_front
def robots(_request: HttpRequest, front: Front, _language: str) -> HttpResponse:
    """The same for one shop, where its pages are the whole of a site."""
    return _told(_of_shop(front.slug))


@require_safe
def all_robots(_request: HttpRequest) -> HttpResponse:
    """What search engines may read of this server, and where the map of its shop is. They look here, and nowhere else."""
    lines = [f"Disallow: {path}" for path in _UNREAD_ALL]
    return _told(lines + (_of_shop(DEFAULT_SLUG) if front_of(DEFAULT_SLUG) else []))


def _of_shop(slug: str) -> list[str]:
    homes = [Addresses(slug, code).home for code in ("", *LANGUAGES)]
    unread = [f"Disallow: {home}{page}" for home in homes for page in _UNREAD]
    return [*unread, f"Sitemap: {whole(Addresses(slug).plain('sitemap.xml'))}"]


def _told(lines: Sequence[str]) -> HttpResponse:
    return HttpResponse("\n".join(["User-agent: *", *lines]) + "\n", content_type="text/plain; charset=utf-8")
