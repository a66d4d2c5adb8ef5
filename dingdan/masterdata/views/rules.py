"""What can be kept of a view. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Invalid, Refusal
from dingdan.kernel.text import clean_text

SIZES: Final = (25, 50, 100)
USUAL_SIZE: Final = 50
LONGEST_QUERY: Final = 2000
MOST_COLUMNS: Final = 40
MOST_PINNED: Final = 12
FORMATS: Final = ("csv", "xlsx")
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,59}", re.ASCII)
_KEY: Final = re.compile(r"[a-z0-9_-]{1,40}", re.ASCII)


class NotYourView(Refusal):
    """Somebody else keeps this view."""

    status = 403
    sentence = _("This view is somebody else's.")
    remedy = _("Keep a copy under a name of your own.")


class NobodysList(Refusal):
    """Only people look at lists."""

    status = 403
    sentence = _("Views belong to people who sign in.")
    remedy = _("Sign in as a member of the shop.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewDraft:
    """A view as it shall be. ``id`` names one that is to change; else the name tells which of one's own it is."""

    list_name: str
    name: str
    query: str = ""
    columns: tuple[str, ...] = ()
    id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutDraft:
    """How somebody wants a list: columns (none: the usual ones), rows on a page, the view that opens first, the tabs above it."""

    list_name: str
    columns: tuple[str, ...] = ()
    page_size: int = USUAL_SIZE
    default_view: str = ""
    pinned: tuple[str, ...] = ()


def list_name(text: str) -> str:
    """The name of a list, as its address has it."""
    return _named(text, "list_name")


def columns(names: Iterable[str]) -> list[str]:
    """Names of columns, each once, in their order."""
    return [_named(name, "columns") for name in dict.fromkeys(names)][:MOST_COLUMNS]


def query(text: str) -> str:
    """Filters as they stand in the address of a list."""
    return clean_text(text, "query", LONGEST_QUERY, required=False)


def keys(names: Iterable[str]) -> list[str]:
    """Views by id, or by the name of those that come with the program; each once."""
    found = list(dict.fromkeys(names))[:MOST_PINNED]
    for name in found:
        view_key(name, "pinned")
    return found


def view_key(text: str, field: str) -> str:
    """A view by id, or by the name of one that comes with the program."""
    if not _KEY.fullmatch(text):
        raise Invalid(field=field, reason=_("This is no view."))
    return text


def page_size(count: int) -> int:
    """One of the sizes that a page may have."""
    if count not in SIZES:
        raise Invalid(field="page_size", reason=_("A page has 25, 50 or 100 rows."))
    return count


def file_format(name: str) -> str:
    """One of the formats that a list is exported in."""
    if name not in FORMATS:
        raise Invalid(field="file_format", reason=_("A list is exported as csv or xlsx."))
    return name


def _named(text: str, field: str) -> str:
    if not _NAME.fullmatch(text):
        raise Invalid(field=field, reason=_("A name of a list or column has small letters, digits and underscores."))
    return text
