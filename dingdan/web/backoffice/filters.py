"""Filters of lists: by a few states, by a day, by what is typed or chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.admin import DateFieldListFilter, ListFilter, ModelAdmin, SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from dingdan.web.backoffice import show
from dingdan.web.backoffice.words import word


class ByDate(DateFieldListFilter):
    """A filter by day, under a name that people know."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = _("Date")


Count = Callable[[HttpRequest, str], Mapping[str, int] | None]


def by_state(field: str, label: Any, codes: Iterable[str], *, count: Count | None = None) -> type[SimpleListFilter]:
    """A filter by the codes that a column may hold; with `count`, which says how often each is there, the numbers are shown."""
    choices = tuple(str(code) for code in codes)

    class ByState(SimpleListFilter):
        title = label
        parameter_name = field

        def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
            found = count(request, field) if count else None
            return [
                (code, word(code) if found is None else f"{word(code)} ({show.count(found.get(code, 0))})") for code in choices
            ]

        def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
            return queryset.filter(**{field: self.value()}) if self.value() in choices else queryset

    return ByState


Choices = Callable[[HttpRequest], Sequence[tuple[str, Any]]]


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing that a list is asked by. `kind`: choice, line, date, amount, tick, link (asked for from elsewhere only).

    `fit` narrows the rows down to those that fit; None for what cannot be read. `say` is how a value is read by people.
    """

    name: str
    label: Any
    kind: str
    fit: Callable[[HttpRequest, QuerySet[Any], str], QuerySet[Any] | None]
    choices: Choices | None = None
    say: Callable[[str], str] = str


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
        if isinstance(spec, Asked):
            if spec.value:
                said = "" if spec.ask.kind == "tick" else spec.said
                found.append(Chip(spec.title, said, listing.get_query_string(remove_of([spec.ask.name]))))
            continue
        options = list(spec.choices(listing))
        on = [one for one in options if one.get("selected")]
        if on and options and on[0] is not options[0]:
            found.append(Chip(spec.title, on[0]["display"], options[0]["query_string"]))
    return found


def remove_of(names: Sequence[str]) -> dict[str, None]:
    """What takes parameters out of an address, each by its whole name."""
    return dict.fromkeys(names)
