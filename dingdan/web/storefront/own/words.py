"""How the pages of an order write times and quantities: by the clock of the shop, in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_skeleton
from django.utils.translation import gettext as _

from dingdan.kernel.errors import Refusal
from dingdan.kernel.quantity import UNITS, plain_quantity
from dingdan.masterdata.catalog.models import Variant
from dingdan.web.storefront.reader import Reader


def local(reader: Reader, moment: datetime) -> datetime:
    """A moment by the clock of the shop."""
    return moment.astimezone(ZoneInfo(reader.front.channel.time_zone))


def when(reader: Reader, moment: datetime) -> str:
    """A moment with its day and its time."""
    there, locale = local(reader, moment), Locale.parse(reader.locale, sep="-")
    skeleton = "MMMEd" if there.year == reader.today.year else "yMMMd"
    day = format_skeleton(skeleton, there.date(), locale=locale)
    return f"{day} {format_skeleton('Hm', there, tzinfo=there.tzinfo, locale=locale)}"


def on_day(reader: Reader, moment: datetime) -> str:
    """The day of a moment."""
    there = local(reader, moment).date()
    return written_day(reader, there)


def written_day(reader: Reader, day: date) -> str:
    """A day with its month; the year where it is another one."""
    skeleton = "MMMd" if day.year == reader.today.year else "yMMMd"
    return str(format_skeleton(skeleton, day, locale=Locale.parse(reader.locale, sep="-")))


def leaves_by(reader: Reader, moment: datetime | None) -> str:
    """By when goods leave the house, as far as anybody knows; what should have left is told without a day."""
    if moment is None:
        return _("the day is not known yet")
    day = local(reader, moment).date()
    return _("ships by {day}").format(day=reader.day(day)) if day >= reader.today else _("a little late, sorry")


def counted(quantity: int, variant: Variant | None) -> str:
    """A quantity with its unit, where that is not pieces."""
    unit = UNITS[variant.unit] if variant else UNITS["piece"]
    said = plain_quantity(quantity, unit)
    return said if unit.code in ("piece", "pair", "set") else f"{said} {unit.code}"


def told(refusal: Refusal | None) -> Mapping[str, str]:
    """What was refused and what helps, for the top of a page."""
    return {"text": refusal.detail, "remedy": refusal.advice} if refusal else {}
