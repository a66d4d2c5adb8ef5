"""What happened to views of lists. What is filtered by may name somebody, so events tell the names of fields and no values."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from dingdan.kernel.journal import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewSaved(Event):
    """Somebody keeps a way to look at a list."""

    view_id: UUID
    list_name: str
    created: bool
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewShared(Event):
    """A view is seen by everybody who works here, or by its owner alone again."""

    view_id: UUID
    is_shared: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewRetired(Event):
    """A view is offered no longer."""

    view_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ListArranged(Event):
    """Somebody chose how a list is shown to them."""

    layout_id: UUID
    list_name: str
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListExportBegun(Event):
    """Somebody takes a list along as a file: by which filters it was narrowed down, and which columns are in it."""

    export_id: UUID
    list_name: str
    file_format: str
    filters: tuple[str, ...]
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListExportEnded(Event):
    """So many rows were written; not all of them where whoever asked went away."""

    export_id: UUID
    rows: int
    is_whole: bool
