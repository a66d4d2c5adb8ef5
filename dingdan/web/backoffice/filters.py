"""Filters of lists, by a few states."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.contrib.admin import DateFieldListFilter, ModelAdmin, SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from dingdan.insight.board.rules import sku_token
from dingdan.masterdata.channels.queries import all_channels
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


class BySku(SimpleListFilter):
    """Orders of one article: asked for by a page that leads here, so it offers nothing but to be taken off again."""

    title = _("SKU")
    parameter_name = "sku"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        """What was asked for."""
        value = self.value()
        return [(value, value)] if value else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The orders with exactly that SKU."""
        return queryset.filter(tokens__contains=[sku_token(value)]) if (value := self.value()) else queryset


class ByChannel(SimpleListFilter):
    """A filter by channel, where there are several."""

    title = _("Channel")
    parameter_name = "channel"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        """The channels, by their codes."""
        found = [(channel.code, channel.name) for channel in all_channels()]
        return found if len(found) > 1 else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """What came by the channel that is asked for."""
        ids = [channel.id for channel in all_channels() if channel.code == self.value()] if self.value() else []
        return queryset.filter(channel_id__in=ids) if self.value() else queryset
