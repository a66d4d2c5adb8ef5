"""Filters of lists: by a few states, by a day, by what is typed or chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.contrib.admin import ListFilter, ModelAdmin
from django.db.models import DateTimeField, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dingdan.web.backoffice import show
from dingdan.web.backoffice.words import word

Choices = Callable[[HttpRequest], Sequence[tuple[str, Any]]]


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing that a list is asked by. `kind`: choice, line, date, amount, tick, link (asked for from elsewhere only).

    `fit` narrows the rows down to those that fit; None for what cannot be read. `say` is how a value is read by people, and
    `otherwise` what is listed when nothing was chosen (all, unless it says something).
    """

    name: str
    label: Any
    kind: str
    fit: Callable[[HttpRequest, QuerySet[Any], str], QuerySet[Any] | None]
    choices: Choices | None = None
    say: Callable[[str], str] = str
    otherwise: Any = ""


class Asked(ListFilter):
    """A filter that is filled in."""

    ask: Ask

    def __init__(self, request: HttpRequest, params: dict[str, Any], model: Any, model_admin: ModelAdmin[Any]) -> None:
        self.title = self.ask.label
        super().__init__(request, params, model, model_admin)
        sent = params.pop(self.ask.name, [""])
        self.value = str(sent[-1]).replace("\x00", "").strip()[:120]
        self.is_readable = True
        self.options = list(self.ask.choices(request)) if self.ask.choices else []
        if self.options and self.value not in {value for value, _words in self.options}:
            self.value = ""

    def has_output(self) -> bool:
        return True

    @property
    def is_offered(self) -> bool:
        """Whether there is something to fill in or to choose from."""
        return self.ask.kind not in ("link", "choice") or (self.ask.kind == "choice" and bool(self.options))

    def expected_parameters(self) -> list[str | None]:
        return [self.ask.name]

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Nothing: it is filled in, and not chosen from links."""
        return iter(())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.value:
            return queryset
        found = self.ask.fit(request, queryset, self.value)
        self.is_readable = found is not None
        return queryset if found is None else found

    @property
    def said(self) -> Any:
        """What was asked for, as people read it."""
        if not self.is_readable:
            return f"{self.value} (?)"
        if self.options:
            return dict(self.options).get(self.value, self.value)
        return self.ask.say(self.value)


def asked_by(ask: Ask) -> type[Asked]:
    """The filter that asks it."""
    return type("Asked", (Asked,), {"ask": ask, "title": ask.label})


def by_state(field: str, label: Any, codes: Iterable[str], *, say: Callable[[str], str] = word) -> type[Asked]:
    """The filter by the codes that a column may hold, each under its word."""
    known = tuple(str(code) for code in codes)

    def fit(_request: HttpRequest, found: QuerySet[Any], code: str) -> QuerySet[Any]:
        return found.filter(**{field: code})

    return asked_by(Ask(field, label, "choice", fit, choices=lambda _request: [(code, say(code)) for code in known]))


SINCE: Final = "since"
UNTIL: Final = "until"


def by_day(field: str) -> tuple[type[Asked], type[Asked]]:
    """The filters by the days of a column, the first and the last one included; by the shop's clock where it holds times."""

    def since(_request: HttpRequest, found: QuerySet[Any], text: str) -> QuerySet[Any] | None:
        edge = _begins(found, field, text, after=0)
        return None if edge is None else found.filter(**{f"{field}__gte": edge})

    def until(_request: HttpRequest, found: QuerySet[Any], text: str) -> QuerySet[Any] | None:
        edge = _begins(found, field, text, after=1)
        return None if edge is None else found.filter(**{f"{field}__lt": edge})

    return (
        asked_by(Ask(SINCE, _("From day"), "date", since, say=day_said)),
        asked_by(Ask(UNTIL, _("Until day"), "date", until, say=day_said)),
    )


def _begins(found: QuerySet[Any], field: str, text: str, *, after: int) -> date | None:
    """When a day begins, or the one so many days after it; None for what is no day."""
    with suppress(ValueError, OverflowError):
        day = date.fromisoformat(text) + timedelta(days=after)
        has_times = isinstance(found.model._meta.get_field(field), DateTimeField)
        return timezone.make_aware(datetime.combine(day, time())) if has_times else day
    return None


def day_said(text: str) -> str:
    """A day as people read it; what is none, as it was typed."""
    with suppress(ValueError):
        return show.day(date.fromisoformat(text))
    return text


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is on, and where the list is without it."""

    label: Any
    said: Any
    off: str


def chips(listing: Any) -> list[Chip]:
    """The filters that are on."""
    found = []
    for spec in listing.filter_specs:
        if spec.value:
            said = "" if spec.ask.kind == "tick" else spec.said
            found.append(Chip(spec.title, said, listing.get_query_string(remove_of([spec.ask.name]))))
    return found


def remove_of(names: Sequence[str]) -> dict[str, None]:
    """What takes parameters out of an address, each by its whole name."""
    return dict.fromkeys(names)
