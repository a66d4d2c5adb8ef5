"""The journal of some days, or of a closed one, as a file for accountants. Written while it is read, whatever its length."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from dingdan.insight.journal.formats import FORMATS
from dingdan.insight.journal.formats.layout import Layout
from dingdan.insight.journal.vouchers import added_up, vouchers
from dingdan.kernel import feed
from dingdan.kernel.errors import Invalid, Refusal
from dingdan.kernel.models import Tenant
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.kernel.text import one_of
from dingdan.trade.closing.queries import Counted, counted_by, currencies_between, day_close, mapping_of
from dingdan.trade.closing.rules import bounds


class OneAtATime(Refusal):
    """The program that it is for would take one currency for another."""

    status = 422
    sentence = _("{program} takes one currency at a time; these days have {currencies}.")
    remedy = _("Ask for one of them: {currencies}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalAsked:
    """Which journal: the first and the last day by the shop's clock, in which format, of one currency or of all.

    `by_day` adds the postings of each day up. With a `day_close_id` it is what that close counted, late movements included, and
    stays the same for good.
    """

    format: str
    since: date | None = None
    until: date | None = None
    currency: str = ""
    by_day: bool = False
    day_close_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class JournalFile:
    """A file as it is handed over: its name, its media type, and its bytes piece by piece."""

    name: str
    media: str
    pieces: Iterator[bytes]


def journal_file(asked: JournalAsked) -> JournalFile:
    """The file that was asked for. Its pieces are read from the database while they are taken, within the scope of the shop.

    Refuses a format that is not known, days that run backwards, and `OneAtATime`.
    """
    form = FORMATS[one_of(asked.format, "format", FORMATS)]
    shop = tenant_in_scope()
    feed.sequence(shop.id)
    counted, asked = _counted(asked, shop)
    assert asked.since is not None  # noqa: S101 - said or of the close
    assert asked.until is not None  # noqa: S101 - the same
    if form.one_currency and not asked.currency:
        there = currencies_between(counted)
        if len(there) > 1:
            raise OneAtATime(program=form.name, currencies=", ".join(there), field="currency")
    found = vouchers(counted, currency=asked.currency, zone=shop.time_zone)
    layout = Layout(shop=shop.name, country=shop.country, since=asked.since, until=asked.until, accounts=mapping_of(form.target))
    days = f"{asked.since}" if asked.since == asked.until else f"{asked.since}-to-{asked.until}"
    name = "-".join(part for part in ("journal", slugify(shop.name), days, asked.currency.lower(), asked.format) if part)
    return JournalFile(f"{name}.{form.extension}", form.media, form.write(added_up(found) if asked.by_day else found, layout))


def _counted(asked: JournalAsked, shop: Tenant) -> tuple[Counted, JournalAsked]:
    """Which part of the journal it is, and what was asked with the days that it has."""
    if asked.day_close_id is not None:
        close = day_close(asked.day_close_id)
        of_close = JournalAsked(
            format=asked.format,
            since=close.moved_on,
            until=close.moved_on,
            currency=close.currency,
            by_day=asked.by_day,
            day_close_id=close.id,
        )
        return counted_by(close), of_close
    if asked.since is None or asked.until is None:
        raise Invalid(field="from", reason=_("Say the first and the last day."))
    if asked.until < asked.since:
        raise Invalid(field="to", reason=_("The last day must not be before the first one."))
    start = bounds(asked.since, shop.time_zone)[0]
    end = bounds(asked.until, shop.time_zone)[1]
    return Counted(since=start, until=end), asked
