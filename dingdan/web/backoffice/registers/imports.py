"""Imports of registers: a file, or a change of chosen rows, is looked at first; what would come of it is shown, then written."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar, Final

from django.contrib import messages
from django.contrib.admin import display
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.urls import URLPattern, path, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from dingdan.automation.lifecycle import IMPORT_LIFE, RowOutcome
from dingdan.automation.models import ImportRow, RegisterImport
from dingdan.automation.register_imports import (
    RowsWanted,
    confirm_register_import,
    permitted,
    start_register_import,
    stop_register_import,
)
from dingdan.integrations.importers.findings import UnreadableFile
from dingdan.integrations.importers.registers import REGISTERS, Register
from dingdan.integrations.importers.registers.files import MEDIA, columns_of, exported, read_file
from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import Call, Event
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.web.backoffice import show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.acting import Act, Acting, call_of, fresh_key
from dingdan.web.backoffice.base import badge, history, listed_badge
from dingdan.web.backoffice.filters import by_state
from dingdan.web.backoffice.pages import Button, Cell, Facts, Field, Form, Forms, Hint, Page, Progress, Section, Table
from dingdan.web.backoffice.registers.kept import readable
from dingdan.web.backoffice.registers.many import Many
from dingdan.web.shared.downloads import streamed

LARGEST: Final = 16 * 2**20
ROWS_SHOWN: Final = 200
_FIRST: Final = ("refused", "changed", "new", "saved", "added", "waiting", "same")


def _confirm(call: Call, row: RegisterImport, _sent: QueryDict) -> Event:
    return confirm_register_import(permitted(call, row.register), import_id=row.id)


def _stop(call: Call, row: RegisterImport, _sent: QueryDict) -> Event:
    return stop_register_import(permitted(call, row.register), import_id=row.id)


class Imports(Acting):
    """Imports, each with its rows. What was refused is shown first."""

    many = _("Imports")
    acts: ClassVar = {
        "confirm": Act("", _confirm, lambda _event: _("The rows are being written.")),
        "stop": Act("", _stop, lambda _event: _("Stopped. What was written stays.")),
    }
    list_display = ("import_name", "register_shown", "started", "rows_shown", "import_state")
    asks = (by_state("state", _("State"), IMPORT_LIFE.states),)
    ordering = ("-id",)
    sortable_by = ()

    @display(description=_("What"))
    def import_name(self, row: RegisterImport) -> str:
        return row.name

    @display(description=_("Register"))
    def register_shown(self, row: RegisterImport) -> str:
        return str(REGISTERS[row.register].title)

    @display(description=_("Started"))
    def started(self, row: RegisterImport) -> str:
        return show.moment(row.started_at)

    @display(description=_("Rows"))
    def rows_shown(self, row: RegisterImport) -> str:
        return show.count(row.rows)

    @display(description=_("State"))
    def import_state(self, row: RegisterImport) -> str:
        return listed_badge(row.state)

    # ── who ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may keep some register."""
        return any(_may_keep(request, one) for one in REGISTERS.values())

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[RegisterImport]:
        """Of the registers that whoever asks may keep."""
        found: QuerySet[RegisterImport] = super().get_queryset(request)
        return found.filter(register__in=[slug for slug, one in REGISTERS.items() if _may_keep(request, one)])

    def get_urls(self) -> list[URLPattern]:
        """The list and the pages; files out and in, and changes of many rows."""
        wrap, forms = self.admin_site.admin_view, require_http_methods(["GET", "HEAD", "POST"])
        return [
            path("of/<slug:slug>/export/", wrap(require_safe(self.export_view)), name="register_export"),
            path("of/<slug:slug>/import/", wrap(forms(self.import_view)), name="register_import"),
            path("of/<slug:slug>/many/", wrap(forms(self.many_view)), name="register_many"),
            *super().get_urls(),
        ]

    def allowed(self, request: HttpRequest, *names: str) -> set[str]:
        """Both, for whoever sees the import: its row is only found by those who may keep its register."""
        return set(names)

    def act_view(self, request: HttpRequest, object_id: Any, name: str) -> HttpResponse:
        """Whoever may keep the register may confirm and stop its imports."""
        row = self.row(request, object_id)
        if row is None or name not in self.acts:
            raise Http404
        try:
            told = self.acts[name].give(call_of(request, f"{name}:{row.pk}"), row, request.POST)
            messages.success(request, self.acts[name].done(told))
        except Refusal as refusal:
            messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse(f"admin:{self._name}_change", args=[row.pk]))

    # ── files ────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def export_view(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        """The whole register as a file, sent while it is read; without a form asked for, the choice of one."""
        kind = _register(slug)
        if not may(request, kind.reads):
            raise PermissionDenied
        form = request.GET.get("form", "")
        if form in MEDIA:
            pieces = exported(kind(), form)
            return streamed(pieces, name=f"{slug}.{form}", media=MEDIA[form], tenant_id=current_tenant_id())
        links = [Cell(words, url=f"{request.path}?form={one}") for one, words in (("xlsx", "Excel (XLSX)"), ("csv", "CSV"))]
        hint = Hint(
            _("The whole register as a file"),
            _("Change it in a spreadsheet, and import it again: rows that say the same are left alone."),
        )
        return self.shown(request, Page(f"{kind.title}: {_('Export')}", links=links, sections=[hint, _columns_told(kind())]))

    def import_view(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Take a file in; it is only looked at until somebody has seen what would come of it."""
        kind, trouble = _keepable(request, slug), ""
        if request.method == "POST":
            try:
                call = permitted(call_of(request, f"import:{slug}"), slug)
                started = start_register_import(call, wanted=_read(kind, request))
                return HttpResponseRedirect(reverse(f"admin:{self._name}_change", args=[started.import_id]))
            except (Refusal, UnreadableFile) as problem:
                trouble = str(problem)
        fields = [Field("file", _("CSV or Excel file"), "table")]
        lead = _("Nothing is changed yet: you see first what would come of each row.")
        buttons = [Button(_("Look what would change"), "good")]
        form = Form("", request.path, fresh_key(), fields, buttons, lead=lead, trouble=trouble)
        sections: list[Section] = [form, _columns_told(kind())]
        return self.shown(request, Page(f"{kind.title}: {_('Import')}", sections=sections))

    # ── many rows at once ────────────────────────────────────────────────────────────────────────────────────────────────

    def many_view(self, request: HttpRequest, slug: str) -> HttpResponse:
        """One field of many rows: first which, then what it shall say; then it is looked at like a file."""
        kind, trouble = _keepable(request, slug), ""
        many = Many.by(request, kind(), request.POST if request.method == "POST" else request.GET)
        if request.method == "POST" and many.column is not None and many.rows:
            try:
                started = start_register_import(permitted(call_of(request, f"many:{slug}"), slug), wanted=many.wanted())
                return HttpResponseRedirect(reverse(f"admin:{self._name}_change", args=[started.import_id]))
            except Refusal as refusal:
                trouble = str(refusal)
        return self.shown(request, many.page(request.path, trouble))

    # ── the page of an import ────────────────────────────────────────────────────────────────────────────────────────────

    def page_for(self, request: HttpRequest, row: RegisterImport) -> Page:
        """How far it is, what would come of the rows or came of them, and what can be done next."""
        counts = dict(ImportRow.objects.filter(of=row).values_list("outcome").annotate(Count("id")))
        forms = list(self._forms(row, counts))
        sections: list[Section] = [_progress(row, counts), *([Forms(_("And now?"), forms)] if forms else []), _facts(row, counts)]
        sections += [*_rows(row), history(row.id)]
        list_ = Cell(REGISTERS[row.register].title, url=_list_of(row.register))
        return Page(row.name, [badge(row.state)], str(REGISTERS[row.register].title), links=[list_], sections=sections)

    def _forms(self, row: RegisterImport, counts: dict[str, int]) -> Iterator[Form]:
        count = counts.get("new", 0) + counts.get("changed", 0)
        if row.state == "looked" and count:
            words = str(_("Write {count} rows")).format(count=show.count(count))
            yield Form("", self.do(row, "confirm"), fresh_key(), (), [Button(words, "good")])
        if IMPORT_LIFE.may("stop", row.state):
            words = str(_("Discard") if row.state == "looked" else _("Stop here"))
            yield Form("", self.do(row, "stop"), fresh_key(), (), [Button(words, "bad" if row.state == "running" else "quiet")])


def _register(slug: str) -> type[Register]:
    if slug not in REGISTERS:
        raise Http404
    return REGISTERS[slug]


def _may_keep(request: HttpRequest, kind: type[Register]) -> bool:
    return all(may(request, name) for name in kind.permissions())


def _keepable(request: HttpRequest, slug: str) -> type[Register]:
    kind = _register(slug)
    if not _may_keep(request, kind):
        raise PermissionDenied
    return kind


_LISTED_AT: Final = {"wordings": "admin:wording_list"}
"""Where registers are listed that have a page of their own."""


def _list_of(slug: str) -> str:
    if slug in _LISTED_AT:
        return reverse(_LISTED_AT[slug])
    model = REGISTERS[slug].model
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def _read(kind: type[Register], request: HttpRequest) -> RowsWanted:
    """The rows of the file that was sent. Raises `UnreadableFile`."""
    sent = request.FILES.get("file")
    if sent is None or sent.size is None or sent.size > LARGEST:
        raise UnreadableFile(str(_("Choose a file of at most 16 MiB.")), "")
    with tempfile.TemporaryDirectory() as folder:
        path_ = Path(folder) / f"rows{Path(sent.name or '').suffix.lower()}"
        path_.write_bytes(sent.read())
        found = read_file(kind(), path_)
    return RowsWanted(
        register=kind.slug, name=str(sent.name)[:200], rows=tuple(found.rows), unreadable=tuple(found.unreadable),
        ignored=tuple(found.unknown), language=get_language() or "en",
    )  # fmt: skip


def _columns_told(register: Register) -> Table:
    """The columns of a file, with what they hold."""
    rows = []
    for column in columns_of(register):
        codes = ", ".join(code for code, _label in (column.choices() if column.choices else ()) if code)
        rows.append([Cell(column.label, small=column.name), Cell(column.note or codes, small=codes if column.note else "")])
    note = _("Headers in English and Chinese are understood, in any order. A column that is left out stays as it is.")
    return Table(_("Columns"), [_("Column"), _("What it holds")], rows, note=note)


def _progress(row: RegisterImport, counts: dict[str, int]) -> Progress:
    left = sum(counts.get(one, 0) for one in (("waiting",) if row.state == "looking" else ("new", "changed")))
    done, goes_on = row.rows - left, row.state in ("looking", "running")
    if row.state in ("running", "finished"):
        text = str(_("{done} of {rows} rows are done; {refused} were refused."))
    else:
        text, done = (
            str(_("{done} of {rows} rows are looked at; {refused} cannot be written.")),
            row.rows - counts.get("waiting", 0),
        )
    title = _("Nothing is changed yet") if row.state in ("looking", "looked") else _("Progress")
    told = text.format(done=show.count(done), rows=show.count(row.rows), refused=show.count(counts.get("refused", 0)))
    return Progress(title, done, row.rows, told, goes_on)


def _facts(row: RegisterImport, counts: dict[str, int]) -> Facts:
    named = {
        "new": _("New"), "changed": _("To be changed"), "added": _("Written down"), "saved": _("Changed"), "same": _("The same"),
        "refused": _("Refused"),
    }  # fmt: skip
    rows: list[tuple[Any, Any]] = [(words, show.count(counts[name]) if counts.get(name) else "") for name, words in named.items()]
    rows += [(_("Columns that are not understood"), row.ignored), (_("Started"), show.moment(row.started_at))]
    rows.append((_("Finished"), show.moment(row.finished_at) if row.finished_at else ""))
    return Facts(_("Import"), rows)


def _rows(row: RegisterImport) -> Iterator[Table]:
    """The rows, those first that want to be looked at."""
    labels = {column.name: column for column in columns_of(REGISTERS[row.register]())}
    left, found = ROWS_SHOWN, []
    for outcome in _FIRST:
        part = list(ImportRow.objects.filter(of=row, outcome=outcome).order_by("line")[:left])
        found += part
        left -= len(part)
    told = [
        [Cell(show.count(one.line)), Cell(one.name), badge(one.outcome), Cell("\n".join(_change(one, labels)))] for one in found
    ]
    note = _("Only the first rows are shown.") if row.rows > len(told) else ""
    yield Table(_("Rows"), [_("Line of the file"), _("Row"), _("Outcome"), _("What changes")], told, note=note)


def _change(one: ImportRow, labels: dict[str, Any]) -> Iterator[str]:
    if one.detail:
        name, colon, rest = one.detail.partition(": ")
        yield f"{labels[name].label}: {rest}" if colon and name in labels else one.detail
    for name, before, after in one.changes if one.outcome != RowOutcome.SAME else ():
        column = labels.get(name)
        label = column.label if column else name
        texts = [readable(column, text) if column else text for text in (before, after)]
        is_usual = one.outcome in ("new", "added") and column is not None and after == column.empty
        if is_usual:
            continue
        if texts[0]:
            yield f"{label}: {texts[0]} → {texts[1] or '–'}"
        elif texts[1]:
            yield f"{label}: {texts[1]}"
