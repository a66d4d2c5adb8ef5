"""One field of many rows of a register: which rows, which field, what it shall say. What comes of it is looked at like a file."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.apps import apps
from django.http import HttpRequest, QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from dingdan.automation.register_imports import MOST_ROWS, RowsWanted
from dingdan.integrations.importers.registers import Register
from dingdan.integrations.importers.registers.columns import Column
from dingdan.integrations.importers.registers.files import columns_of
from dingdan.web.backoffice import show
from dingdan.web.backoffice.acting import fresh_key
from dingdan.web.backoffice.pages import Button, Field, Form, Hint, Page, Section
from dingdan.web.backoffice.registers.kept import readable
from dingdan.web.backoffice.registers.sheet import field_of
from dingdan.web.backoffice.site import site


@dataclass(frozen=True, slots=True)
class Many:
    """The rows that were ticked in a list, or those that it shows under a filter, and the field that was chosen."""

    register: Register
    rows: Sequence[Any]
    column: Column | None
    text: str
    along: Sequence[Field]
    """What takes the choice of rows to the next step."""

    @classmethod
    def by(cls, request: HttpRequest, register: Register, sent: QueryDict) -> Many:
        """What was sent."""
        ids = " ".join([*sent.getlist("id"), *sent.get("ids", "").split()])
        along = [
            Field(name, "", "hidden", text) for name, text in (("of", sent.get("of", "")), ("filter", sent.get("filter", "")))
        ]
        column = next((one for one in settable(register) if one.name == sent.get("column")), None)
        text = sent.get("text", "") if column is None or column.kind != "tick" else ("yes" if "text" in sent else "no")
        rows = _rows(request, register, ids.split(), sent)
        return cls(register, rows, column, text, [*along, Field("ids", "", "hidden", ids)])

    def wanted(self) -> RowsWanted:
        """A file that the program makes: what tells each row apart, and the field that is to be changed."""
        assert self.column is not None  # noqa: S101 (asked for once a field was chosen)
        found = []
        for line, row in enumerate(self.rows, 1):
            cells = self.register.cells(row)
            found.append((line, {**{key: cells[key] for key in self.register.key}, self.column.name: self.text}))
        name = f"{self.column.label}: {readable(self.column, self.text) or '–'}"
        return RowsWanted(register=self.register.slug, name=name, rows=tuple(found), language=get_language() or "en")

    def page(self, url: str, trouble: str) -> Page:
        """One question after the other: which field, then what it shall say."""
        title = _("{register}: change many").format(register=self.register.title)
        if not self.rows:
            hint = Hint(_("No row is chosen"), _("Tick rows in their list, or narrow the list down first."))
            return Page(title, sections=[hint])
        sections: list[Section] = []
        if self.column is not None:
            one = replace(field_of(self.column, "text", self.text or self.column.empty), is_required=False)
            fields = [Field("column", "", "hidden", self.column.name), *self.along, one]
            look = [Button(_("Look what would change"), "good")]
            sections.append(Form(self.column.label, url, fresh_key(), fields, look, trouble=trouble))
        names = [(one.name, one.label) for one in settable(self.register)]
        now = self.column.name if self.column else names[-1][0]
        other = _("Another field") if self.column else _("Which field shall be changed?")
        fields = [Field("column", _("Field"), "choice", now, names), *self.along]
        go = [Button(_("Go on"), "" if self.column else "good")]
        sections.append(Form(other, url, fresh_key(), fields, go, is_open=self.column is None, method="get"))
        return Page(title, lead=str(_("{count} rows")).format(count=show.count(len(self.rows))), sections=sections)


def settable(register: Register) -> list[Column]:
    """The columns that may say the same in many rows."""
    return [one for one in columns_of(register) if one.for_many and one.kind != "told" and one.name not in register.key]


def _rows(request: HttpRequest, register: Register, texts: Sequence[str], sent: QueryDict) -> list[Any]:
    ids: dict[UUID, None] = {}
    for text in texts[: MOST_ROWS + 1]:
        with suppress(ValueError):
            ids[UUID(text)] = None
    try:
        model: Any = apps.get_model(sent.get("of", "").replace("_", ".", 1))
        shown = site.get_model_admin(model)
    except (LookupError, ValueError):
        return []
    wanted: Any = list(ids)
    if not ids and "filter" in sent:
        asked = copy.copy(request)
        asked.GET = QueryDict(sent.get("filter", "")[:2000])
        wanted = list(shown.get_changelist_instance(asked).queryset.values_list("id", flat=True)[: MOST_ROWS + 1])
    # The rows of the register are the list's own, or lie below them: the variants of products.
    by = "id" if model is register.model else model._meta.model_name
    return list(register.rows().filter(**{f"{by}__in": wanted}).order_by("id")[: MOST_ROWS + 1])
