"""What can be done with views of lists. Everybody keeps their own."""

from __future__ import annotations

from uuid import UUID

from dingdan.kernel.command import command
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Actor, Entry
from dingdan.kernel.register import key_of, locked, put
from dingdan.kernel.text import clean_text
from dingdan.masterdata.views import queries, rules
from dingdan.masterdata.views.events import (
    ListArranged,
    ListExportBegun,
    ListExportEnded,
    ViewRetired,
    ViewSaved,
    ViewShared,
)
from dingdan.masterdata.views.lifecycle import VIEW_LIFE
from dingdan.masterdata.views.models import ListLayout, SavedView
from dingdan.masterdata.views.rules import LayoutDraft, NobodysList, NotYourView, ViewDraft

key_of("view_name_is_unique", field="name", what="view")


@command
def save_view(entry: Entry, *, view: ViewDraft) -> ViewSaved:
    """Keep a way to look at a list, or change one of one's own. Refuses somebody else's (:class:`NotYourView`)."""
    user_id, name = _user(entry.actor), clean_text(view.name, "name", 60)
    list_name = rules.list_name(view.list_name)
    known = view.id or queries.own_view(list_name, name, user_id=user_id)
    row = _own(entry, known, user_id) if known else None
    values = {
        "list_name": list_name,
        "user_id": user_id,
        "name": name,
        "query": rules.query(view.query),
        "columns": rules.columns(view.columns),
    }
    saved = put(entry, row, values, model=SavedView)
    changed = tuple(sorted(one.field for one in saved.changes))
    return ViewSaved(view_id=saved.row.id, list_name=list_name, created=saved.created, changed=changed)


@command
def share_view(entry: Entry, *, view_id: UUID, is_shared: bool = True) -> ViewShared:
    """Let everybody who works here open a view, or its owner alone again. Refuses somebody else's."""
    row = _own(entry, view_id, _user(entry.actor))
    put(entry, row, {"is_shared": is_shared}, model=SavedView)
    return ViewShared(view_id=view_id, is_shared=is_shared)


@command
def retire_view(entry: Entry, *, view_id: UUID) -> ViewRetired:
    """Offer a view no longer. Refuses somebody else's, and one that is retired."""
    row = _own(entry, view_id, _user(entry.actor))
    put(entry, row, {"state": VIEW_LIFE.turn("retire", row.state)}, model=SavedView)
    return ViewRetired(view_id=view_id)


@command
def arrange_list(entry: Entry, *, layout: LayoutDraft) -> ListArranged:
    """Remember how somebody wants a list: columns, rows on a page, the view that opens first, the tabs above it."""
    user_id, name = _user(entry.actor), rules.list_name(layout.list_name)
    row = ListLayout.objects.select_for_update(no_key=True).filter(list_name=name, user_id=user_id).first()
    values = {
        "list_name": name,
        "user_id": user_id,
        "columns": rules.columns(layout.columns),
        "page_size": rules.page_size(layout.page_size),
        "default_view": rules.view_key(layout.default_view, "default_view") if layout.default_view else "",
        "pinned": rules.keys(layout.pinned),
    }
    saved = put(entry, row, values, model=ListLayout)
    changed = tuple(sorted(one.field for one in saved.changes))
    return ListArranged(layout_id=saved.row.id, list_name=name, changed=changed)


@command
def begin_export(
    entry: Entry, *, list_name: str, file_format: str, filters: tuple[str, ...] = (), columns: tuple[str, ...] = ()
) -> ListExportBegun:
    """Write down that somebody takes a list along, before the first row leaves: which list, narrowed down by what."""
    export_id = new_id()
    entry.about("list_export", export_id)
    return ListExportBegun(
        export_id=export_id,
        list_name=rules.list_name(list_name),
        file_format=rules.file_format(file_format),
        filters=tuple(rules.columns(filters)),
        columns=tuple(rules.columns(columns)),
    )


@command
def end_export(entry: Entry, *, export_id: UUID, rows: int, is_whole: bool) -> ListExportEnded:
    """Write down how many rows of a list were taken along."""
    entry.about("list_export", export_id)
    return ListExportEnded(export_id=export_id, rows=rows, is_whole=is_whole)


def _user(actor: Actor) -> int:
    """The account of whoever acts. Refuses programs."""
    if actor.kind != "staff" or not actor.id.isdecimal():
        raise NobodysList
    return int(actor.id)


def _own(entry: Entry, view_id: UUID, user_id: int) -> SavedView:
    row = locked(entry, SavedView, view_id)
    if row.user_id != user_id:
        raise NotYourView(field="view_id")
    return row
