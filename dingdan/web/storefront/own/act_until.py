"""Until when an order can be changed or canceled by whoever bought it."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_skeleton
from django.utils.translation import gettext as _

from dingdan.trade.changes.queries import customer_window
from dingdan.web.storefront.own.opening import Own


def until_of(own: Own) -> str:
    """Until when it can be changed, in a sentence; empty where it cannot be any more."""
    window = customer_window(own.order, at=own.reader.at)
    if window.refused:
        return ""
    if window.until_at is None:
        return _("Until we begin to pack it.")
    return _("Until {moment}, or until we begin to pack it.").format(moment=moment_of(own, window.until_at))


def moment_of(own: Own, moment: datetime) -> str:
    """A day and the time on it, by the shop's clock."""
    zone, locale = ZoneInfo(own.reader.front.channel.time_zone), Locale.parse(own.reader.locale, sep="-")
    there = moment.astimezone(zone)
    return f"{own.reader.day(there.date())} {format_skeleton('Hm', there, tzinfo=zone, locale=locale)}"
