"""What a mail with a report says: what it comes to, its lines as a table, and all of it as a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from email.utils import formataddr, parseaddr
from typing import Any, Final

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from dingdan.automation.looks import look_of
from dingdan.automation.models import ReportMail
from dingdan.automation.notices import reader_locale, shop_name
from dingdan.automation.words import method_name
from dingdan.insight.reports.files import report_file
from dingdan.insight.reports.layout import Answer, Column, Head, Kind, answer
from dingdan.insight.reports.registry import REPORTS, asked
from dingdan.kernel.money import Money
from dingdan.kernel.tenants import tenant_in_scope

LINES_SHOWN: Final = 50
NOTHING: Final = "–"


@dataclass(frozen=True, slots=True)
class ReportLetter:
    """A report before it is put into text and HTML. Everything in it is for people."""

    shop: str
    language: str
    title: str
    lead: str
    period: str
    totals: Sequence[tuple[str, str, str]]
    """What the period comes to: label, value, and what it was before."""
    heads: Sequence[tuple[str, bool]]
    rows: Sequence[Sequence[tuple[str, bool]]]
    """Cells, and whether they are numbers."""
    note: str
    url: str

    def rendered(self, template: str) -> str:
        """The mail in one of its forms."""
        return render_to_string(template, {"letter": self, "look": look_of(self.shop)})


def report_letter(mail: ReportMail, *, email: str) -> EmailMultiAlternatives:
    """A report seen from the moment at which it was due, for one reader. Raises `Refusal` where it can be asked for no more."""
    row, shop = mail.schedule, tenant_in_scope()
    with translation.override(row.language.lower()):
        wanted = asked(preset=row.period, currency=row.currency, channel=row.channel, at=mail.due_at)
        found = answer(REPORTS[row.report], wanted)
        letter = _written(found, shop_name(shop), row.language, reader_locale(row.language, shop.country))
        file = report_file(found, row.file_format)
        message = EmailMultiAlternatives(
            subject=f"{letter.title} · {letter.period}",
            body=letter.rendered("mails/report.txt"),
            from_email=formataddr((letter.shop, parseaddr(settings.DEFAULT_FROM_EMAIL)[1])),
            to=[email],
            headers={"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated", "Content-Language": row.language},
        )
        message.attach_alternative(letter.rendered("mails/report.html"), "text/html")
        message.attach(file.name, b"".join(file.pieces), file.media.partition(";")[0])
    return message


def _written(said: Answer, shop: str, language: str, locale: str) -> ReportLetter:
    told = _Told(said, Locale.parse(locale, sep="-"))
    lines = [line for line in said.lines if any(line.figures.values())]
    note = ""
    if not lines:
        note = _("Nothing happened in this period.")
    elif len(lines) > LINES_SHOWN:
        note = _("Only the first {count} are shown; the file has all of them.").format(count=LINES_SHOWN)
    columns = said.report.all_columns
    return ReportLetter(
        shop=shop, language=language, title=str(said.report.title), lead=str(said.report.lead), period=told.period(),
        totals=[told.total(column) for column in said.report.columns] if lines else [],
        heads=[(str(one.title), isinstance(one, Column)) for one in columns],
        rows=[[told.cell(column, value) for column, value in said.values(line)] for line in lines[:LINES_SHOWN]], note=note,
        url=f"{settings.PUBLIC_URL}/backoffice/rollups/saleshour/{said.report.name}/",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Told:
    """How values of a report are written for a reader."""

    said: Answer
    locale: Locale

    def period(self) -> str:
        """From its first day to its last."""
        period = self.said.asked.period
        first, last = (format_date(day, "medium", locale=self.locale) for day in (period.first, period.last))
        return first if period.days == 1 else f"{first} – {last}"

    def total(self, column: Column) -> tuple[str, str, str]:
        """What all lines come to, and what that was before."""
        now, before = (column.value(sums) if sums else None for sums in (self.said.sums, self.said.before))
        earlier = _("before: {value}").format(value=self.text(column, before)) if before is not None else ""
        return str(column.title), self.text(column, now), earlier

    def cell(self, column: Head | Column, value: Any) -> tuple[str, bool]:
        """A value of a line."""
        return self.text(column, value), isinstance(column, Column)

    def text(self, column: Head | Column, value: Any) -> str:
        """A value as its reader writes it."""
        if value is None or value == "":
            return NOTHING
        if isinstance(value, date):
            return str(format_date(value, "medium", locale=self.locale))
        if column.kind == Kind.MONEY:
            return Money(int(value), self.said.asked.currency).format(str(self.locale).replace("_", "-"))
        if column.kind == Kind.SHARE:
            return f"{format_decimal((Decimal(value) * 100).normalize(), locale=self.locale, decimal_quantization=False)}%"
        if column.kind == Kind.SECONDS:
            return _("{hours} h").format(hours=format_decimal(round(value / 3600), locale=self.locale))
        if column.kind == Kind.COUNT:
            return str(format_decimal(value, locale=self.locale))
        return self._named(column.kind, str(value))

    @staticmethod
    def _named(kind: Kind, code: str) -> str:
        if kind == Kind.METHOD:
            return method_name(code)
        return _(code.replace("_", " ").capitalize()) if kind == Kind.WORD else code
