"""The bank: statements come in, lines that nobody could match by themselves are matched here, and what was matched is undone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy
from django.views.decorators.http import require_POST

from dingdan.integrations.statements.importing import Imported, keep_file
from dingdan.integrations.statements.reading import Asked
from dingdan.kernel.errors import Refusal
from dingdan.trade.closing.queries import proposed_lines
from dingdan.trade.reconciliation import queries
from dingdan.trade.reconciliation.commands import MatchRefund, match_lines, match_refunds
from dingdan.trade.reconciliation.models import Statement, StatementLine
from dingdan.web.backoffice import show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.acting import Acting, call_of, fresh_key, ticked
from dingdan.web.backoffice.bank_acts import ACTS, accepted
from dingdan.web.backoffice.bank_line import facts_of, forms_of, matches_of, proposal_words
from dingdan.web.backoffice.base import Shown, badge, history, link, number
from dingdan.web.backoffice.pages import Button, Cell, Choices, Facts, Field, Form, Hint, Page, Progress, Section, Table

AT_ONCE = 100
PROPOSED, UNMATCHED = "proposed", "unmatched"
SHOWN = {PROPOSED: _("With a proposal"), UNMATCHED: _("Without a proposal")}
IMPORT, MATCH = "reconciliation.import_statements", "reconciliation.match_lines"


class Bank(Acting):
    """What came in and went out and waits for a person, the oldest first, and a page for each line."""

    many = _("Bank")
    permission = "reconciliation.read"
    acts: ClassVar = ACTS

    def get_urls(self) -> list[URLPattern]:
        """The desk, its pages, the file that comes in, and one address to accept many proposals at once."""
        wrap = self.admin_site.admin_view
        return [
            path("import/", wrap(require_POST(self.import_view)), name="reconciliation_statementline_import"),
            path("accept/", wrap(require_POST(self.accept_view)), name="reconciliation_statementline_accept"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[StatementLine]:
        """All lines, with their payments."""
        return queries.lines()

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """What waits, with what it may be for."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        shown = request.GET.get("shown", "")
        waiting = proposed_lines(proposed=shown == PROPOSED) if shown in SHOWN else queries.open_lines()
        rows = list(waiting[: AT_ONCE + 1])
        sections: list[Section] = []
        if rows:
            sections.append(_waiting(rows[:AT_ONCE], more=len(rows) > AT_ONCE, may_match=may(request, MATCH)))
        elif shown in SHOWN or Statement.objects.exists():
            sections.append(
                Hint(_("Nothing waits"), _("Every line is matched or ignored. Import the next statement when it comes."))
            )
        else:
            sections.append(
                Hint(
                    _("No statement yet"),
                    _("Export one from your bank as camt.053, MT940 or CSV, and import it here: what is certain is booked."),
                    example="dingdan import statement camt053.zip",
                )
            )
        if may(request, IMPORT):
            sections.insert(0 if not rows else 1, _import_form())
        everything = reverse("admin:reconciliation_statementline_changelist")
        links = [
            *([Cell(_("All that waits"), url=everything)] if shown in SHOWN else []),
            *(Cell(name, url=f"{everything}?shown={code}") for code, name in SHOWN.items() if code != shown),
            Cell(_("Statements"), url=reverse("admin:reconciliation_statement_changelist")),
            Cell(_("Exceptions"), url=reverse("admin:reconciliation_discrepancy_changelist")),
        ]
        return self.shown(request, Page(str(self.many), links=links, sections=sections))

    def page_for(self, request: HttpRequest, row: StatementLine) -> Page:
        """What a line says, what it may be for, and what can be done with it."""
        forms = forms_of(row, lambda name: self.do(row, name), self.allowed(request, *ACTS), sought=request.GET.get("q", ""))
        return Page(
            show.money(row.amount, row.currency),
            [badge(row.state)],
            f"{show.day(row.booked_on)} · {row.name or show.NOTHING}",
            sections=[facts_of(row), *matches_of(row), *forms, history(row.id)],
        )

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """A file comes in; its page follows how its lines are looked at."""
        if not may(request, IMPORT):
            raise PermissionDenied
        here, sent = reverse("admin:reconciliation_statementline_changelist"), request.FILES.get("file")
        if sent is None:
            messages.error(request, _("Choose a file."))
            return HttpResponseRedirect(here)
        told, typed = Imported(), request.POST
        try:
            mapping = queries.mapping(typed["mapping"]) if typed.get("mapping") else None
            asked = Asked(account=typed.get("account", ""), currency=typed.get("currency", "").upper(), mapping=mapping)
            keep_file(sent.file, asked, call=call_of(request, "statement"), told=told)  # type: ignore[arg-type] # it reads and seeks
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            said = _("{lines} new lines came in; {known} were here before.")
            messages.success(request, str(said).format(lines=show.count(told.lines), known=show.count(told.known)))
        if len(told.statement_ids) == 1:
            return HttpResponseRedirect(reverse("admin:reconciliation_statement_change", args=told.statement_ids))
        return HttpResponseRedirect(reverse("admin:reconciliation_statement_changelist") if told.statement_ids else here)

    def accept_view(self, request: HttpRequest) -> HttpResponse:
        """The likeliest proposal of each ticked line is taken."""
        if not may(request, MATCH):
            raise PermissionDenied
        rows = {row.id: row for row in queries.lines().filter(id__in=ticked(request, "id", most=AT_ONCE))}
        done, wrong = 0, list[str]()
        for id_, row in rows.items():
            call, wish = call_of(request, f"accept:{id_}"), accepted(row, 0)
            try:
                if isinstance(wish, MatchRefund):
                    match_refunds.one(call, wish)
                elif wish is not None:
                    match_lines.one(call, wish)
                done += wish is not None
            except Refusal as refusal:
                wrong.append(f"{row}: {refusal}")
        if done:
            told = ngettext("{count} line is matched.", "{count} lines are matched.", done)
            messages.success(request, told.format(count=show.count(done)))
        for text in wrong[:5]:
            messages.error(request, text)
        return HttpResponseRedirect(reverse("admin:reconciliation_statementline_changelist"))


def _waiting(rows: Sequence[StatementLine], *, more: bool, may_match: bool) -> Choices:
    table = Table(
        _("Waits for you"),
        [_("Date"), pgettext_lazy("bank", "Who"), _("Amount"), _("May be for")],
        [
            [
                Cell(show.day(row.booked_on), url=reverse("admin:reconciliation_statementline_change", args=[row.id])),
                Cell(row.name or show.NOTHING, small=row.text[:120]),
                number(show.money(row.amount - row.matched if row.amount > 0 else row.amount, row.currency)),
                proposal_words(row),
            ]
            for row in rows
        ],
        note=_("There are more; these are the oldest.") if more else "",
    )
    url = reverse("admin:reconciliation_statementline_accept")
    form = Form("", url, fresh_key(), (), [Button(_("Accept the proposals of the ticked ones"), "good")], hotkey="p")
    keys = _("Keys: J and K move, X ticks, Enter opens, P accepts what is proposed.")
    return Choices(table, [str(row.id) for row in rows], form if may_match else None, keys if may_match else "")


def _import_form() -> Form:
    offered = [("", _("Found out by itself")), *((one.code, one.name) for one in queries.mappings())]
    fields = [
        Field("file", _("Statement (camt, MT940, CSV; also zipped)"), "statement"),
        Field("account", _("Account, for a table that does not say it"), most=40),
        Field("currency", _("Currency, for a table that does not say it"), most=3),
        Field("mapping", _("How a table is read"), "choice", "", offered),
    ]
    url = reverse("admin:reconciliation_statementline_import")
    return Form(_("Import a statement"), url, fresh_key(), fields, [Button(_("Import"), "good")])


class Statements(Shown):
    """Statements as they came in, and how far their lines are."""

    many = _("Statements")
    permission = "reconciliation.read"
    list_display = ("imported", "account", "number", "source", "lines_shown", "closing_shown")
    ordering = ("-imported_at", "-id")
    sortable_by = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Statement]:
        """All statements."""
        return queries.statements()

    def imported(self, row: Statement) -> str:
        return show.moment(row.imported_at)

    imported.short_description = _("Imported")  # type: ignore[attr-defined]

    def lines_shown(self, row: Statement) -> str:
        return show.count(row.lines_count)

    lines_shown.short_description = _("New lines")  # type: ignore[attr-defined]

    def closing_shown(self, row: Statement) -> str:
        return show.money(row.closing, row.currency)

    closing_shown.short_description = _("Closing balance")  # type: ignore[attr-defined]

    def page(self, row: Statement) -> Page:
        """How far it is, what it says, and its lines."""
        return Page(
            str(row), lead=show.moment(row.imported_at), sections=[*_progress(row), _sheet(row), _lines(row), history(row.id)]
        )


def _progress(row: Statement) -> Iterator[Progress]:
    looked, there = queries.progress_of(row.id)
    if there:
        text = _("{done} of {lines} lines were compared with what is awaited; {matched} are matched.")
        matched = StatementLine.objects.filter(statement_id=row.id, state="matched").count()
        told = str(text).format(done=show.count(looked), lines=show.count(there), matched=show.count(matched))
        yield Progress(_("Progress"), looked, there, told, looked < there)


def _sheet(row: Statement) -> Facts:
    days = " – ".join(show.day(on) for on in (row.from_on, row.to_on) if on)
    return Facts(
        _("Statement"),
        [
            (_("Account"), row.account),
            (_("Number"), row.number),
            (_("Format"), row.source),
            (_("Days"), days),
            (_("Opening balance"), show.money(row.opening, row.currency) if row.opening is not None else ""),
            (_("Closing balance"), show.money(row.closing, row.currency) if row.closing is not None else ""),
            (_("New lines"), show.count(row.lines_count)),
            (_("Here before"), show.count(row.known_count) if row.known_count else ""),
        ],
    )


def _lines(row: Statement) -> Table:
    rows = StatementLine.objects.filter(statement_id=row.id).order_by("state", "-booked_on", "-id")[:AT_ONCE]
    return Table(
        _("Lines"),
        [_("Date"), pgettext_lazy("bank", "Who"), _("Amount"), _("State")],
        [
            [
                Cell(show.day(one.booked_on), url=link("statement_line", one.id)),
                Cell(one.name or show.NOTHING, small=one.text[:120]),
                number(show.money(one.amount, one.currency)),
                badge(one.state),
            ]
            for one in rows
        ],
        note=_("The first hundred."),
    )
