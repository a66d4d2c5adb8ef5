"""Lists page by page, each from where the one before it ended: the last page of a million rows opens as fast as the first."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.admin.utils import get_fields_from_path
from django.contrib.admin.views.main import ORDER_VAR
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import DateField, DateTimeField, F, Field, Model, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.http import HttpRequest
from django.utils import timezone
from unfold.views import ChangeList

from dingdan.web.backoffice.filters import Asked, Chip, chips

AFTER, BEFORE, DAY, SORT, SIZE, COLUMNS, VIEW = "after", "before", "day", "sort", "size", "columns", "view"
PLACES = (AFTER, BEFORE, DAY)
"""What says where in a list one is, and nothing of what is in it."""
OURS = (*PLACES, SORT, SIZE, COLUMNS, VIEW)
ALL_ROWS = "all"
"""The view that is no view."""


@dataclass(frozen=True, slots=True)
class Sort:
    """An order of a list that an index serves; of which rows, where it is not all."""

    label: Any
    ordering: tuple[str | OrderBy, ...]
    only: Q | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """What a list is ordered by: the columns, and whether the largest comes first.

    With `ends_empty` the first column rises and may be empty: those rows come last.
    """

    parts: tuple[tuple[str, Field[Any, Any], bool], ...]
    ends_empty: bool = False

    def of(self, row: Model) -> str:
        """Where a row stands, as text for an address."""
        told = json.dumps([_value(row, name) for name, _field, _falls in self.parts], default=_exactly)
        return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")

    def values(self, text: str) -> list[Any] | None:
        """The place that `of` wrote; None for what it did not."""
        with suppress(ValueError, ValidationError, TypeError):
            told = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            if isinstance(told, list) and len(told) == len(self.parts) and None not in told[int(self.ends_empty) :]:
                return [field.to_python(value) for (_name, field, _falls), value in zip(self.parts, told, strict=True)]
        return None

    def beyond(self, values: Sequence[Any], *, back: bool = False) -> Q:
        """The rows that come after a place, or before it. The first column bounds them for its index."""
        found, name, falls = Q(), "", False
        for (name, _field, falls), value in reversed(list(zip(self.parts, values, strict=True))):
            if value is None:
                here = Q(**{f"{name}__isnull": True}) & found
                return here | Q(**{f"{name}__isnull": False}) if back else here
            step = Q(**{f"{name}__{'lt' if falls is not back else 'gt'}": value})
            found = step | (Q(**{name: value}) & found) if found else step
        if self.ends_empty and not back:
            return found | Q(**{f"{name}__isnull": True})
        return Q(**{f"{name}__{'lte' if falls is not back else 'gte'}": values[0]}) & found

    def since(self, day: date) -> Q | None:
        """The rows from a day on, in the order of the list; None where it is not ordered by time."""
        name, field, falls = self.parts[0]
        if isinstance(field, DateTimeField):
            edge: Any = timezone.make_aware(datetime.combine(day + timedelta(days=int(falls)), time()))
            return Q(**{f"{name}__{'lt' if falls else 'gte'}": edge})
        return Q(**{f"{name}__{'lte' if falls else 'gte'}": day}) if isinstance(field, DateField) else None


def _exactly(value: Any) -> str:
    """To the last digit: a time without its microseconds would be another place."""
    return value.isoformat() if isinstance(value, date) else str(value)


def _value(row: Model, name: str) -> Any:
    for part in name.split("__"):
        row = getattr(row, part)
    return row


def key_of(model: type[Model], ordering: Sequence[Any]) -> Key | None:
    """The key of an order; None where a place in it cannot be told: by an expression, or by what may be empty.

    The first column may be empty where it rises and what is empty comes last.
    """
    parts: list[tuple[str, Field[Any, Any], bool]] = []
    ends_empty = False
    for one in ordering:
        text = _rising(one) if not parts and isinstance(one, OrderBy) else one
        if not isinstance(text, str):
            return None
        name = text.lstrip("-").replace("pk", "id") if text in ("pk", "-pk") else text.lstrip("-")
        try:
            fields = get_fields_from_path(model, name)
        except FieldDoesNotExist:
            return None
        if any(field.null for field in fields) and text is one:
            return None
        ends_empty = ends_empty or text is not one
        parts.append((name, fields[-1], text.startswith("-")))
        if name == "id":
            break  # what follows orders nothing any more
    if parts and parts[-1][0] != "id":
        parts.append(("id", model._meta.pk, parts[-1][2]))
    return Key(tuple(parts), ends_empty) if parts else None


def _rising(one: OrderBy) -> str | None:
    """The column of an order in which what is empty comes last."""
    is_told = isinstance(one.expression, F) and not one.descending and one.nulls_last
    name: str | None = getattr(one.expression, "name", None)
    return name if is_told else None


class Listing(ChangeList):  # type: ignore[misc]
    """What a list shows: a page after or before a place where its order allows, else by number."""

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.asked = request.GET
        self.next_url = self.previous_url = ""
        self.key: Key | None = None
        self.filter_params: dict[str, Any] = {}
        super().__init__(request, *args, **kwargs)
        self.has_filters = False  # ours stand in a panel of our own, and not in the shell's beside it

    def get_filters_params(self, params: Any = None) -> dict[str, Any]:
        """What narrows the list down."""
        found: dict[str, Any] = super().get_filters_params(params)
        return {name: value for name, value in found.items() if name not in OURS}

    def get_query_string(self, new_params: Any = None, remove: Any = None) -> str:
        """The address with another filter: it begins at the list's first page."""
        kept: dict[str, Any] = self.filter_params
        self.filter_params = {name: value for name, value in kept.items() if name not in PLACES}
        try:
            return str(super().get_query_string(new_params, remove))
        finally:
            self.filter_params = kept

    @property
    def sort(self) -> Sort | None:
        """The order that was asked for."""
        found: Sort | None = self.model_admin.sorts.get(self.asked.get(SORT, ""))
        return found

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        """An order that was chosen from those that are offered, or the usual one."""
        chosen = self.sort
        return list(chosen.ordering) if chosen else list(super().get_ordering(request, queryset))

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        """The rows that fit, in their order."""
        rows: QuerySet[Any] = super().get_queryset(request, exclude_parameters)
        chosen = self.sort
        return rows.filter(chosen.only) if chosen and chosen.only is not None else rows

    def get_results(self, request: HttpRequest) -> None:
        """The rows of this page, and the ways to the pages before and after it."""
        self.list_per_page = self.model_admin.page_size(request)
        self.key = None if self.params.get(ORDER_VAR) else key_of(self.model, self.queryset.query.order_by)
        if getattr(request, "rows_only", False) and self.key is not None:
            self.result_list: Sequence[Any] = []
            self.result_count = 0
            return
        if self.key is None:
            super().get_results(request)
            self.result_list = self.model_admin.filled(list(self.result_list), self.list_display)
            return
        rows, is_first, is_last = self._page(self.key)
        self.result_list = self.model_admin.filled(rows, self.list_display)
        self.known_count = self.model_admin.count_of(request, self)
        self.result_count = len(rows) if self.known_count is None else self.known_count
        self.paginator = self.model_admin.get_paginator(request, self.queryset, self.list_per_page)
        self.full_result_count = None
        self.show_full_result_count = self.show_admin_actions = self.can_show_all = self.multi_page = False
        if rows and not is_first:
            self.previous_url = self.get_query_string({BEFORE: self.key.of(rows[0])})
        if rows and not is_last:
            self.next_url = self.get_query_string({AFTER: self.key.of(rows[-1])})

    def _page(self, key: Key) -> tuple[list[Any], bool, bool]:
        """The rows, and whether they are the list's first and last ones."""
        most, asked = self.list_per_page, self.asked
        before, after = (key.values(asked.get(name, "")) for name in (BEFORE, AFTER))
        if before is not None:
            rows = list(self.queryset.filter(key.beyond(before, back=True)).reverse()[: most + 1])
            return rows[:most][::-1], len(rows) <= most, False
        found, is_first = self.queryset, True
        if after is not None:
            found, is_first = found.filter(key.beyond(after)), False
        else:
            with suppress(ValueError):
                since = key.since(date.fromisoformat(asked.get(DAY, "")))
                found, is_first = (found.filter(since), False) if since is not None else (found, True)
        rows = list(found[: most + 1])
        return rows[:most], is_first, len(rows) <= most

    @property
    def chips(self) -> list[Chip]:
        """The filters that are on."""
        return chips(self)

    @property
    def asked_filters(self) -> list[Asked]:
        """What the list is asked by."""
        return list(self.filter_specs)

    @property
    def has_panel(self) -> bool:
        """Whether there is anything to filter by."""
        return bool(self.model_admin.sorts) or any(one.is_offered for one in self.asked_filters)

    @property
    def jumps(self) -> bool:
        """Whether the list is ordered by time, so that one can go to a day."""
        return self.key is not None and isinstance(self.key.parts[0][1], DateField)
