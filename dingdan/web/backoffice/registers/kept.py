"""A register in the back office: its list, its pages, the form of a row, files out and in, and changes of many rows at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Final
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.admin import display
from django.contrib.admin.views.main import PAGE_VAR
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from dingdan.integrations.importers.registers.columns import Column, word
from dingdan.integrations.importers.registers.register import Register
from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import Call, Event
from dingdan.kernel.models import JournalEntry
from dingdan.web.backoffice import show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.acting import Act, Acting, call_of, fresh_key
from dingdan.web.backoffice.base import badge, history, listed_badge
from dingdan.web.backoffice.naming import language_named, named
from dingdan.web.backoffice.pages import Button, Cell, Facts, Form, Page, Section, Table
from dingdan.web.backoffice.registers.sheet import BLANK, MOST_SHOWN, Sheet, difference, fields_of, is_placed
from dingdan.web.backoffice.words import word as state_word

MORE_ROWS = 5


def turned(command: Any, argument: str, done: Any) -> Act:
    """Something that is done with a row by a command that takes nothing but its id."""

    def give(call: Call, row: Any, _sent: QueryDict) -> Event:
        event: Event = command(call, **{argument: row.id})
        return event

    return Act(command.name, give, lambda _event: done)


def _name_read(row: Any) -> str:
    """A name in the reader's language, where the register holds it in several or the program gave it."""
    names = getattr(row, "name_i18n", None) or {}
    return str(names.get(show.locale()) or (named(row) if hasattr(row, "code") else row.name))


_READ: Final[Mapping[str, Callable[[Any], str]]] = {
    "name": _name_read,
    "language": lambda row: language_named(row.language),
    "rate": lambda row: show.percent(row.rate),
}
"""What people read in a list where a file says it otherwise."""


def listed(column: Column) -> Callable[[Any], str]:
    """A column of a register in its list."""

    def shown(row: Any) -> str:
        value = getattr(row, column.name)
        if column.name in _READ:
            return _READ[column.name](row) or show.NOTHING
        text = word(str(value)) if column.kind == "choice" else column.write(value)
        return (state_word(text) if column.kind == "tick" else text) or show.NOTHING

    shown.__name__ = f"shown_{column.name}"
    return display(description=column.label)(shown)


@display(description=_("State"))
def listed_state(row: Any) -> str:
    """The state of a row in a list."""
    return listed_badge(row.state)


class Kept(Acting):
    """A register that is kept here. Whoever may save its rows finds the ways to it above the list and on the pages."""

    register: ClassVar[type[Register]]
    has_form = True
    turns_at: ClassVar[Mapping[str, tuple[str, ...]]] = {"active": ("retire",), "retired": ("restore",)}
    """Which acts a page offers in a state."""
    list_display_links = ()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if not hasattr(cls, "register"):
            return
        cls.permission = cls.register.reads
        cls.many = vars(cls).get("many", cls.register.title)

    def may_save(self, request: HttpRequest) -> bool:
        """Whether whoever asks may do all that keeping the register takes."""
        return all(may(request, name) for name in self.register.permissions())

    def get_urls(self) -> list[URLPattern]:
        """The list and the pages, and beside them the forms."""
        wrap, forms = self.admin_site.admin_view, require_http_methods(["GET", "HEAD", "POST"])
        own = [
            path("new/", wrap(forms(self.form_view)), name=f"{self._name}_new"),
            path("<uuid:object_id>/edit/", wrap(forms(self.form_view)), name=f"{self._name}_edit"),
        ]
        return [*(own if self.has_form else []), *super().get_urls()]

    # ── the list ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def get_list_display(self, request: HttpRequest) -> Sequence[Any]:
        """Whoever may save many rows at once ticks them here."""
        return ("chosen", *self.list_display) if self.may_save(request) else self.list_display

    @display(description=_("Choose"))
    def chosen(self, row: Any) -> str:
        """A box to be ticked."""
        return format_html(
            '<input type="checkbox" name="id" form="bo-chosen" value="{}" aria-label="{} {}">', row.pk, _("Choose"), row
        )

    def get_list_display_links(self, request: HttpRequest, list_display: Sequence[str]) -> Sequence[str]:
        """The first column leads to the page."""
        return list(self.list_display)[:1]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, with the ways to a new row, to files, and to a change of many rows."""
        slug, more = self.register.slug, dict(extra_context or {})
        ways = [Cell(_("Export"), url=reverse("admin:register_export", args=[slug]))]
        if self.may_save(request):
            ways.append(Cell(_("Import"), url=reverse("admin:register_import", args=[slug])))
            asked = request.GET.copy()
            asked.pop(PAGE_VAR, None)
            filter_ = urlencode({"of": self._name, "filter": asked.urlencode()})
            more |= {"bulk_url": reverse("admin:register_many", args=[slug]), "bulk_of": self._name, "bulk_filter": filter_}
            if self.has_form:
                more |= {"new_url": reverse(f"admin:{self._name}_new"), "new_text": _("New")}
        return super().changelist_view(request, {"ways": ways, **more})

    # ── the form ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def form_view(self, request: HttpRequest, object_id: UUID | None = None) -> HttpResponse:
        """The form of a row. Sent with something that cannot be, or over what somebody else saved, it comes back as typed."""
        row = self.row(request, object_id) if object_id else None
        if not self.may_save(request):
            raise PermissionDenied
        if object_id and row is None:
            raise Http404
        register = self.register()
        now = Sheet.of(register, row)
        if request.method != "POST":
            return self._form(request, row, now, now, blank=BLANK if register.children else 0)
        typed = Sheet.sent(register, request.POST)
        if "more" in request.POST:
            was = Sheet.read(request.POST.get("was", "")) or now
            return self._form(request, row, typed, was, blank=MORE_ROWS)
        return self._keep(request, row, typed, now)

    def _keep(self, request: HttpRequest, row: Any, typed: Sheet, now: Sheet) -> HttpResponse:
        register, call = self.register(), call_of(request, f"{self.register.slug}:{row.pk if row else 'new'}")
        was = Sheet.read(request.POST.get("was", "")) or now
        if row is not None and was != now and not JournalEntry.objects.filter(key=call.key).exists():
            told = [difference(register, was, now, typed)]
            stale = _("Somebody else saved this meanwhile. What you left alone shows what they wrote; save again to keep yours.")
            return self._form(request, row, typed.merged(was, now), now, trouble=str(stale), told=told)
        try:
            draft = register.page_draft(typed.cells, row, typed.kids)
            saved = register.tell_page(call, draft, typed.kids)
        except Refusal as refusal:
            fresh = Sheet.of(register, self.row(request, row.pk)) if row is not None else now
            return self._form(request, row, typed, fresh, trouble=refusal)
        messages.success(request, _("It is saved."))
        return HttpResponseRedirect(reverse(f"admin:{self._name}_change", args=[saved]))

    def _form(self, request: HttpRequest, row: Any, sheet: Sheet, was: Sheet, **said: Any) -> HttpResponse:
        register, trouble = self.register(), said.get("trouble", "")
        refusal = trouble if isinstance(trouble, Refusal) else None
        fields = fields_of(register, sheet, was=was, trouble=refusal, blank=said.get("blank", BLANK if register.children else 0))
        buttons = [Button(_("Save"), "good")]
        if register.children:
            buttons.append(Button(_("More rows"), "quiet", "more", "1"))
        if refusal and is_placed(register, refusal):
            trouble = str(_("It is not saved: see the field that is marked."))
        form = Form("", request.path, fresh_key(), fields, buttons, trouble=str(trouble), told=said.get("told", ()))
        title = str(row) if row is not None else f"{register.one}: {_('New')}"
        note = _("Only the first {count} rows are shown; the others are kept by files.")
        lead = str(note).format(count=MOST_SHOWN) if len(sheet.kids) >= MOST_SHOWN else ""
        return self.shown(request, Page(title, lead=lead, sections=[form]))

    # ── the page ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def page_for(self, request: HttpRequest, row: Any) -> Page:
        """What a row says, with the way to its form and what can be done with it."""
        page = self.page(row)
        names = [name for name in self.turns_at.get(getattr(row, "state", ""), ()) if name in self.acts]
        allowed = self.allowed(request, *names)
        turns = [
            Form("", self.do(row, name), fresh_key(), (), [Button(state_word(name), "quiet" if name == "restore" else "bad")])
            for name in names
            if name in allowed
        ]
        edit = [Cell(_("Change"), url=reverse(f"admin:{self._name}_edit", args=[row.pk]))] if self._is_edited(request) else []
        sections = list(page.sections)
        return replace(page, links=[*edit, *page.links], sections=[*sections[:-1], *turns, *sections[-1:]])

    def _is_edited(self, request: HttpRequest) -> bool:
        return self.has_form and self.may_save(request)

    def page(self, row: Any) -> Page:
        """All columns of the row, the rows below it, and its timeline."""
        register = self.register()
        return Page(
            str(row), [badge(row.state)] if hasattr(row, "state") else [], sections=[*told_of(register, row), history(row.id)]
        )


def told_of(register: Register, row: Any) -> list[Section]:
    """A row and the rows below it, to be read."""
    cells = register.page_cells(row)
    facts = Facts(register.one, [(column.label, readable(column, cells.get(column.name, ""))) for column in register.own()])
    if not register.children:
        return [facts]
    kids, columns = register.kids(row), register.children.columns
    rows = [[Cell(readable(column, kid.get(column.name, ""))) for column in columns] for kid in kids[:MOST_SHOWN]]
    note = str(_("Only the first {count} rows are shown; the others are kept by files.")).format(count=MOST_SHOWN)
    return [
        facts,
        Table(register.children.title, [one.label for one in columns], rows, note=note if len(kids) > MOST_SHOWN else ""),
    ]


def readable(column: Column, text: str) -> str:
    """A text as people read it: words for codes, lines for lists."""
    if column.kind == "choice":
        return str(dict(column.choices() if column.choices else ()).get(text, text))
    if column.kind == "tick":
        return state_word(text)
    return text.replace("; ", "\n") if column.kind in ("words", "counts") else text
