"""Where the pages of a storefront are: below /shop/, those of another shop of this server below /shop/~its-name/."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings

from dingdan.automation.setup import DEFAULT_SLUG

PREFIX: Final = "/shop/"
LANGUAGES: Final = ("en", "zh-hant", "zh-hans")


@dataclass(frozen=True, slots=True)
class Addresses:
    """The pages of a shop in a language; without one, in the language of its channel."""

    shop: str
    language: str = ""

    @property
    def home(self) -> str:
        """The first page."""
        return self.at()

    @property
    def search(self) -> str:
        """Where one searches."""
        return self.at("search")

    @property
    def cart(self) -> str:
        """The cart."""
        return self.at("cart")

    @property
    def checkout(self) -> str:
        """Where one orders."""
        return self.at("checkout")

    @property
    def buy(self) -> str:
        """Where links of other people's pages lead to."""
        return self.at("buy")

    @property
    def find(self) -> str:
        """Where one asks for the way to an order."""
        return self.at("find")

    @property
    def contact(self) -> str:
        """Where one writes to the shop."""
        return self.at("contact")

    @property
    def theme(self) -> str:
        """The colors and letters; the same for all languages."""
        return self.plain("theme.css")

    @property
    def root(self) -> str:
        """What all pages of the shop are below of, in whatever language."""
        return Addresses(self.shop).home

    @property
    def worker(self) -> str:
        """The script that is there without a connection."""
        return self.plain("sw.js")

    @property
    def manifest(self) -> str:
        """What the shop is called on a home screen, in this language."""
        return self.home + "manifest.webmanifest"

    @property
    def symbol(self) -> str:
        """What stands in the tab of a browser."""
        return self.plain("icon.svg")

    @property
    def face(self) -> str:
        """The same, of a shop with a logo."""
        return self.plain("icons", "192.png")

    @property
    def touch(self) -> str:
        """The icon of those devices that read no manifest."""
        return self.plain("icons", "touch.png")

    def at(self, *parts: str) -> str:
        """A page of this language."""
        named = [f"~{self.shop}"] if self.shop != DEFAULT_SLUG else []
        return PREFIX + "".join(f"{part}/" for part in (*named, *([self.language] if self.language else []), *parts))

    def plain(self, *parts: str) -> str:
        """A file that is the same in all languages."""
        return Addresses(self.shop).at() + "/".join(parts)

    def product(self, slug: str) -> str:
        """The page of a product."""
        return self.at("p", slug)

    def shelf(self, slug: str) -> str:
        """The page of a category."""
        return self.at("c", slug)

    def order(self, link: str) -> str:
        """The page of an order, by its link."""
        return self.at("o", link)

    def wish(self, slug: str) -> str:
        """Where one asks to be told when a product can be had again."""
        return self.at("wish", slug)

    def notices(self, link: str) -> str:
        """Where one chooses what one is told, by its link."""
        return self.at("notices", link)

    def picture(self, picture_id: UUID) -> str:
        """A picture of a product."""
        return self.plain("pictures", str(picture_id))

    def logo(self, digest: str) -> str:
        """The logo: another address when its bytes are others."""
        return self.plain("logo", digest[:32])

    def searched(self, **asked: str) -> str:
        """A search with what was asked for."""
        return self.search + "?" + urlencode({name: text for name, text in asked.items() if text})


def whole(path: str) -> str:
    """The whole address of a path."""
    return settings.PUBLIC_URL + path
