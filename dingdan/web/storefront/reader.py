"""Who reads a storefront: in which language, with which words for prices, taxes, days and promises."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dingdan.automation.notices import reader_locale
from dingdan.insight.shopfront.fronts import Article, Front, Offered, shelves_of
from dingdan.insight.shopfront.promises import Promise, Standing
from dingdan.kernel import clock
from dingdan.kernel.money import Money
from dingdan.kernel.tenancy import tenant_scope
from dingdan.kernel.text import said
from dingdan.masterdata.catalog.rules import said_values
from dingdan.masterdata.pricing.rules import Tax
from dingdan.web.storefront.addresses import LANGUAGES, Addresses
from dingdan.web.storefront.looks import look_of
from dingdan.web.storefront.theme import GROUND, NIGHT

LANGUAGE_NAMES: Final = {"en": "English", "zh-hant": "繁體中文", "zh-hans": "简体中文"}
TAGS: Final = {"en": "en", "zh-hant": "zh-Hant", "zh-hans": "zh-Hans"}
A_WEEK: Final = 6


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader of a storefront at a moment. ``language`` is one of ours, in small letters."""

    front: Front
    language: str
    at: datetime
    to: Addresses

    @property
    def today(self) -> date:
        """The day by the clock of the channel."""
        return self.at.astimezone(ZoneInfo(self.front.channel.time_zone)).date()

    @property
    def on(self) -> date:
        """The day by which prices and taxes count."""
        return self.at.date()

    @property
    def locale(self) -> str:
        """How amounts and days are written."""
        return reader_locale(TAGS[self.language], self.front.country)

    def money(self, amount: int, currency: str = "") -> str:
        """An amount in minor units."""
        return Money(amount, currency or self.front.channel.currency).format(self.locale)

    def said(self, names: Mapping[str, str], otherwise: str) -> str:
        """A text of the registers in the reader's language, where there is one."""
        return said(names, self.language, otherwise)

    def day(self, day: date) -> str:
        """A day as people say it."""
        there = Locale.parse(self.locale, sep="-")
        if 0 <= (day - self.today).days <= A_WEEK:
            return str(format_date(day, "EEEE", locale=there))
        return str(format_skeleton("MMMd" if day.year == self.today.year else "yMMMd", day, locale=there))

    def in_language(self, language: str) -> Addresses:
        """The same pages in another language."""
        return Addresses(self.to.shop, "" if language == usual(self.front) else language)

    # ── words ────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def promised(self, one: Promise) -> str:
        """What is promised, in one sentence."""
        if one.standing == Standing.OUT:
            return _("Sold out")
        leaves = self.leaves(one)
        if one.standing == Standing.AHEAD:
            return " · ".join(filter(None, (_("Preorder"), leaves)))
        if one.standing == Standing.LATER:
            return " · ".join(filter(None, (_("On backorder"), leaves)))
        there = ngettext("Only {count} left", "Only {count} left", one.left).format(count=one.left) if one.left else _("In stock")
        return " · ".join(filter(None, (there, leaves)))

    def leaves(self, one: Promise) -> str:
        """When it leaves the house, as far as anybody knows."""
        if one.leaves_on is None:
            return _("the day is not known yet")
        if one.leaves_on == self.today:
            return _("ships today")
        if (one.leaves_on - self.today).days == 1:
            return _("ships tomorrow")
        return _("ships by {day}").format(day=self.day(one.leaves_on))

    def badge(self, promises: list[Promise]) -> str:
        """What a picture in a list says of its product: only what keeps somebody from having it today."""
        if all(not one.can_be_had for one in promises):
            return _("Sold out")
        best = [one for one in promises if one.can_be_had]
        if all(one.standing == Standing.AHEAD for one in best):
            return _("Preorder")
        if all(one.standing == Standing.LATER for one in best):
            return _("On backorder")
        if len(promises) == 1 and best[0].left:
            return ngettext("Only {count} left", "Only {count} left", best[0].left).format(count=best[0].left)
        return ""

    def taxed(self, tax: Tax) -> str:
        """How the tax stands to the price that is shown."""
        if not tax.parts:
            return ""
        names = " + ".join(part.name for part in tax.parts)
        rate = f"{(tax.rate * 100).normalize():f}%"
        said_ = _("incl. {rate} {tax}") if self.front.channel.prices_include_tax else _("plus {rate} {tax}")
        return said_.format(rate=rate, tax=names)

    def options_of(self, one: Article, product: Offered) -> str:
        """What tells an article from its sisters."""
        if one.options:
            return said_values(one.options, product.words, self.language)
        name = one.of.name.removeprefix(product.name).strip()
        return name or one.of.name


def usual(front: Front) -> str:
    """The language that a storefront speaks where nobody chose."""
    try:
        found = translation.get_supported_language_variant(front.channel.language.lower())
    except LookupError:
        return "en"
    return found if found in LANGUAGES else "en"


@contextmanager
def reading(front: Front, language: str = "") -> Iterator[Reader]:
    """Inside, the shop's data and the reader's language are in scope."""
    chosen = language or usual(front)
    with tenant_scope(front.tenant_id), translation.override(chosen):
        yield Reader(front, chosen, clock.now(), Addresses(front.slug, language))


def in_frame(reader: Reader, **more: Any) -> dict[str, Any]:
    """What every page needs to be drawn."""
    front = reader.front
    shelves = [(reader.said(one.names, one.name), reader.to.shelf(one.slug), one.slug) for one in shelves_of(front)]
    return {
        "reader": reader, "to": reader.to, "language": TAGS[reader.language], "shop_title": front.title,
        "home": reader.to.home, "shelves": shelves, "theme": f"{reader.to.theme}?v={look_of(front)}",
        "look_version": look_of(front), "grounds": (GROUND, NIGHT), "initial": front.title[:1],
        "logo": reader.to.logo(front.logo.digest) if front.logo else "", "logo_alt": front.logo.alt if front.logo else "", **more,
    }  # fmt: skip
