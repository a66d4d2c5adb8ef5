"""What is done with lists: views are kept, columns chosen, and all that is listed is taken along as a file."""

from __future__ import annotations

import copy
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import Event
from dingdan.masterdata.views.commands import arrange_list, begin_export, retire_view, save_view, share_view
from dingdan.masterdata.views.models import ListLayout
from dingdan.masterdata.views.rules import USUAL_SIZE, LayoutDraft, ViewDraft
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.acting import call_of
from dingdan.web.backoffice.arranged import ARRANGE, EXPORT, Arranged, Arrangement
from dingdan.web.backoffice.exporting import Table, exported
from dingdan.web.backoffice.keyset import OURS, PLACES, SORT, VIEW

SEARCH = "q"


def _layout(layout: ListLayout, **changes: Any) -> LayoutDraft:
    """How somebody has the list, with something changed."""
    kept = {name: getattr(layout, name) for name in ("list_name", "columns", "page_size", "default_view", "pinned")}
    values: dict[str, Any] = {**kept, **changes}
    return LayoutDraft(**{**values, "columns": tuple(values["columns"]), "pinned": tuple(values["pinned"])})


def views_view(shown: Arranged, request: HttpRequest) -> HttpResponse:
    """Keep what is listed as a view; share, pin, put first or retire one."""
    _check(shown, request)
    desk, key = shown.arrangement(request), request.POST.get(VIEW, "")
    act = _ACTS.get(request.POST.get("act", ""))
    if act is None:
        raise Http404
    goes_to = f"{shown.list_url}?{_query(request.POST.get('query', ''), drop=PLACES).urlencode()}"
    try:
        goes_to = act(desk, request, key) or goes_to
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return HttpResponseRedirect(goes_to)


def arrange_view(shown: Arranged, request: HttpRequest) -> HttpResponse:
    """Remember which columns are shown, and how many rows."""
    _check(shown, request, ARRANGE)
    desk, sent = shown.arrangement(request), request.POST
    chosen = [name for name in sent.getlist("columns") if name in shown.every_column]
    usual = sent.get("act") == "usual" or chosen == list(shown.list_display)
    size = int(sent["page_size"]) if sent.get("page_size", "").isdecimal() else USUAL_SIZE
    try:
        draft = _layout(desk.layout, columns=() if usual else chosen, page_size=size)
        arrange_list(call_of(request, f"arrange:{shown.list_name}"), layout=draft)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return HttpResponseRedirect(f"{shown.list_url}?{_query(sent.get('query', ''), drop=PLACES).urlencode()}")


def export_view(shown: Arranged, request: HttpRequest) -> HttpResponseBase:
    """All that is listed, as a file that is sent while it is read."""
    _check(shown, request, EXPORT)
    asked = copy.copy(request)
    asked.GET = _query(request.POST.get("query", ""), drop=PLACES)  # type: ignore[assignment]
    asked.__dict__["arrangements"] = {}
    try:
        listing = shown.get_changelist_instance(asked)
    except IncorrectLookupParameters:
        raise Http404 from None
    columns = tuple(name for name in shown.arrangement(asked).columns if name not in shown.unnamed_columns)
    file_format = request.POST.get("format", "")
    filters = [name for name in (*listing.get_filters_params(), SORT, SEARCH) if asked.GET.get(name)]
    call = call_of(request, f"export:{shown.list_name}")
    try:
        begun = begin_export(
            call, list_name=shown.list_name, file_format=file_format, filters=tuple(_known(filters)), columns=_names(columns)
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(shown.list_url)
    return exported(request, Table(shown, listing, columns), begun, call)


def _names(columns: tuple[Any, ...]) -> tuple[str, ...]:
    return tuple(str(getattr(one, "__name__", one)) for one in columns)


def _known(names: list[str]) -> list[str]:
    """Names of filters as a journal may keep them."""
    return [name for name in names if name.isidentifier() and name.islower() and name.isascii() and len(name) <= 60]


def _check(shown: Arranged, request: HttpRequest, permission: str = "") -> None:
    if not shown.has_view_permission(request) or (permission and not may(request, permission)):
        raise PermissionDenied


def _query(text: str, *, drop: tuple[str, ...]) -> QueryDict:
    asked = QueryDict(text[:4000], mutable=True)
    for name in drop:
        asked.pop(name, None)
    return asked


def _view_id(key: str) -> UUID:
    with suppress(ValueError):
        return UUID(key)
    raise Http404


def _save(desk: Arrangement, request: HttpRequest, _key: str) -> str:
    """Keep filters and columns under a name; what is searched for is not kept, for it may be somebody's name."""
    kept = _query(request.POST.get("query", ""), drop=(*(name for name in OURS if name != SORT), SEARCH))
    draft = ViewDraft(
        list_name=desk.shown.list_name,
        name=request.POST.get("name", ""),
        query=kept.urlencode(),
        columns=_columns(desk, request),
    )
    saved = save_view(call_of(request, f"view:{desk.shown.list_name}"), view=draft)
    if request.POST.get("share"):
        share_view(call_of(request, f"share:{saved.view_id}"), view_id=saved.view_id)
    if desk.layout.pinned:
        _arrange(desk, request, pinned=[*desk.layout.pinned, str(saved.view_id)])
    messages.success(request, _("The view is kept."))
    return desk.url(str(saved.view_id), kept.urlencode())


def _columns(desk: Arrangement, request: HttpRequest) -> tuple[str, ...]:
    """The columns that were shown where the view was kept."""
    asked = copy.copy(request)
    asked.GET = _query(request.POST.get("query", ""), drop=())  # type: ignore[assignment]
    shown = Arrangement(desk.shown, asked).columns
    return () if shown == tuple(desk.shown.list_display) else shown


def _arrange(desk: Arrangement, request: HttpRequest, **changes: Any) -> Event:
    return arrange_list(call_of(request, f"arrange:{desk.shown.list_name}"), layout=_layout(desk.layout, **changes))


def _share(desk: Arrangement, request: HttpRequest, key: str) -> str:
    share_view(call_of(request, f"share:{key}"), view_id=_view_id(key), is_shared=request.POST.get("act") == "share")
    return ""


def _retire(desk: Arrangement, request: HttpRequest, key: str) -> str:
    retire_view(call_of(request, f"retire:{key}"), view_id=_view_id(key))
    messages.success(request, _("The view is gone."))
    return desk.url("all")


def _first(desk: Arrangement, request: HttpRequest, key: str) -> str:
    """Let this view open first; or none, where it does already."""
    _arrange(desk, request, default_view="" if desk.layout.default_view == key else key)
    return ""


def _pin(desk: Arrangement, request: HttpRequest, key: str) -> str:
    """Put a view above the list, or take it away from there."""
    now = [one.key for one in desk.views if one.is_pinned]
    _arrange(desk, request, pinned=[one for one in now if one != key] if key in now else [*now, key])
    return ""


_ACTS: dict[str, Callable[[Arrangement, HttpRequest, str], str]] = {
    "save": _save, "share": _share, "unshare": _share, "retire": _retire, "first": _first, "pin": _pin,
}  # fmt: skip
