"""How somebody has a list: its views as tabs, the columns that they chose, the rows on a page, and what they take along."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from django.contrib.admin.utils import label_for_field
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin

from dingdan.masterdata.views.models import ListLayout, SavedView
from dingdan.masterdata.views.queries import layout_of, views_of
from dingdan.masterdata.views.rules import SIZES
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.filters import Asked
from dingdan.web.backoffice.keyset import ALL_ROWS, DAY, PLACES, SORT, VIEW, Listing, Sort

SAVE, SHARE, RETIRE, ARRANGE, EXPORT = (
    "views.save_view", "views.share_view", "views.retire_view", "views.arrange_list", "views.begin_export",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ready:
    """A view that comes with the program."""

    name: Any
    query: str


@dataclass(frozen=True, slots=True)
class View:
    """A view as it is offered: where it leads, whether it is open, above the list, what opens first, and one's own."""

    key: str
    name: Any
    url: str
    is_open: bool
    is_pinned: bool
    is_default: bool
    saved: SavedView | None = None
    is_own: bool = False


@dataclass(frozen=True)
class Arrangement:
    """A list as whoever asks wants it. Read once for a request."""

    shown: Arranged
    request: HttpRequest

    @cached_property
    def layout(self) -> ListLayout:
        """What they chose."""
        return layout_of(self.shown.list_name, user_id=self.request.user.pk or 0)

    @cached_property
    def saved(self) -> list[SavedView]:
        """The views that they may open."""
        return views_of(self.shown.list_name, user_id=self.request.user.pk or 0)

    @property
    def key(self) -> str:
        """The view in the address."""
        return self.request.GET.get(VIEW, "")

    @cached_property
    def views(self) -> list[View]:
        """All views, those that come with the program first."""
        pinned = self.layout.pinned or [*self.shown.ready_views, *(str(one.id) for one in self.saved)]
        found: list[tuple[str, Any, str, SavedView | None]] = [
            (key, one.name, one.query, None) for key, one in self.shown.ready_views.items()
        ]
        found += [(str(one.id), one.name, one.query, one) for one in self.saved]
        return [
            View(
                key, name, self.url(key, query), key == self.key, key in pinned, key == self.layout.default_view, saved,
                saved is not None and saved.user_id == self.request.user.pk,
            )
            for key, name, query, saved in found
        ]  # fmt: skip

    def url(self, key: str, query: str = "") -> str:
        """The address of the list under a view."""
        asked = QueryDict(query, mutable=True)
        asked[VIEW] = key
        return f"{self.shown.list_url}?{asked.urlencode()}"

    @property
    def tabs(self) -> list[View]:
        """What stands above the list: everything, and the views that are pinned."""
        everything = View(ALL_ROWS, _("All"), self.url(ALL_ROWS), self.key in ("", ALL_ROWS), True, False)
        return [everything, *(one for one in self.views if one.is_pinned or one.is_open)] if self.views else []

    @property
    def open_view(self) -> View | None:
        """The view that is open."""
        return next((one for one in self.views if one.is_open), None)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns that are shown: of the view, else those that were chosen, else the usual ones."""
        opened = self.open_view if self.key else None
        chosen = (opened.saved.columns if opened and opened.saved else []) or self.layout.columns
        known = self.shown.every_column
        picked = [name for name in chosen if name in known]
        if not picked or not self.shown.is_named:
            return tuple(self.shown.list_display)
        must = [name for name in (*self.shown.unnamed_columns, self.shown.link_column) if name not in picked]
        return (*must, *picked)

    @property
    def column_choices(self) -> list[tuple[str, Any, bool]]:
        """Every column that there is, what it is called, and whether it is shown; the shown ones first, in their order."""
        rest = [name for name in self.shown.every_column if name not in self.columns]
        unnamed = self.shown.unnamed_columns
        if not self.shown.is_named:
            return []
        names = [name for name in (*self.columns, *rest) if name not in unnamed]
        return [(name, self.shown.label_of(name), name in self.columns) for name in names]

    @property
    def sizes(self) -> list[tuple[int, bool]]:
        """How many rows a page may have."""
        return [(size, size == self.page_size) for size in SIZES]

    @property
    def page_size(self) -> int:
        """How many rows a page has."""
        return int(self.layout.page_size)

    @property
    def query(self) -> str:
        """What is listed now, as an address has it; without the place in the list."""
        asked = self.request.GET.copy()
        for name in PLACES:
            asked.pop(name, None)
        return asked.urlencode()

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """What a search or a jump to a day keeps: order and view."""
        return [(name, self.request.GET[name]) for name in (SORT, VIEW) if self.request.GET.get(name)]

    @property
    def day(self) -> str:
        """The day that was jumped to."""
        return self.request.GET.get(DAY, "")

    @property
    def may(self) -> dict[str, bool]:
        """What whoever asks may do with views."""
        names = {"save": SAVE, "share": SHARE, "retire": RETIRE, "arrange": ARRANGE, "export": EXPORT}
        return {short: may(self.request, name) for short, name in names.items()}

    @property
    def sorts(self) -> list[tuple[str, Any, bool]]:
        """The orders that are offered, the usual one first."""
        now = self.request.GET.get(SORT, "")
        now = now if now in self.shown.sorts else next(iter(self.shown.sorts), "")
        return [(name, one.label, name == now) for name, one in self.shown.sorts.items()]


class Arranged(ModelAdmin):  # type: ignore[misc]
    """A list that everybody arranges for themselves."""

    sorts: ClassVar[Mapping[str, Sort]] = {}
    """The orders besides the usual one; the first is the usual one. Each is served by an index."""
    asks: ClassVar[Sequence[type[Asked]]] = ()
    """What the list is asked by."""
    more_columns: ClassVar[Sequence[str]] = ()
    """Columns that are shown to whoever chooses them."""
    ready_views: ClassVar[Mapping[str, Ready]] = {}
    plain_values: ClassVar[Mapping[str, Callable[[Any], Any]]] = {}
    """What stands in a file for a column, where that is not what people read."""

    @property
    def list_name(self) -> str:
        """The list's name."""
        return f"{self.opts.app_label}_{self.opts.model_name}"

    @property
    def list_url(self) -> str:
        """Where the list is."""
        return reverse(f"admin:{self.list_name}_changelist")

    @property
    def every_column(self) -> tuple[str, ...]:
        """All columns that there are."""
        return (*self.list_display, *self.more_columns)

    @property
    def link_column(self) -> str:
        """The column that leads to the page about a row."""
        return str((self.list_display_links or self.list_display)[0])

    @property
    def is_named(self) -> bool:
        """Whether all columns have names, so that they can be chosen; registers make theirs of functions."""
        return all(isinstance(name, str) for name in self.list_display)

    @property
    def unnamed_columns(self) -> list[str]:
        """Columns that are no facts, such as boxes to be ticked: always shown, and in no file."""
        return [name for name in self.list_display if not str(self.label_of(name))]

    def label_of(self, column: str) -> Any:
        """What a column is called."""
        return label_for_field(column, self.model, self)

    def arrangement(self, request: HttpRequest) -> Arrangement:
        """The list as whoever asks wants it."""
        kept = request.__dict__.setdefault("arrangements", {})
        found: Arrangement = kept.setdefault(self.list_name, Arrangement(self, request))
        return found

    def list_urls(self) -> list[URLPattern]:
        """Where views are kept, columns chosen, and the list is taken along."""
        from dingdan.web.backoffice import list_acts

        acts = {"views": list_acts.views_view, "arrange": list_acts.arrange_view, "export": list_acts.export_view}
        return [
            path(f"{name}/", self.admin_site.admin_view(require_POST(self._bound(act))), name=f"{self.list_name}_{name}")
            for name, act in acts.items()
        ]

    def _bound(self, act: Callable[[Arranged, HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
        return lambda request: act(self, request)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[Listing]:
        """The list, page by page from a place."""
        return Listing

    def get_list_display(self, request: HttpRequest) -> Sequence[str]:
        """The columns that whoever asks chose."""
        return self.arrangement(request).columns

    def get_list_filter(self, request: HttpRequest) -> Sequence[Any]:
        """What the list is asked by: all lists alike, in one panel."""
        return self.asks

    def filled(self, rows: Sequence[Any], columns: Sequence[str]) -> Sequence[Any]:
        """The rows with what the columns need besides, read for all of them at once."""
        return rows

    def page_size(self, request: HttpRequest) -> int:
        """How many rows a page has for whoever asks."""
        return self.arrangement(request).page_size

    def count_of(self, request: HttpRequest, listing: Listing) -> int | None:
        """How many rows there are in all, as far as that is known."""
        return int(self.get_paginator(request, listing.queryset, listing.list_per_page).count)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, under the view that opens first; only the part with the rows for a page that has the rest."""
        desk = self.arrangement(request)
        if not request.META.get("QUERY_STRING") and desk.layout.default_view:
            first = next((one for one in desk.views if one.is_default), None)
            if first is not None:
                return HttpResponseRedirect(first.url)
        answer: HttpResponse = super().changelist_view(request, {"desk": desk, **(extra_context or {})})
        if request.headers.get("X-Part") == "list" and hasattr(answer, "template_name"):
            answer.template_name = "backoffice/list_part.html"
        return answer
