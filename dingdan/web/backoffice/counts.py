"""Counts: the sheets, how far each is, what differs in pieces and money, and the books corrected by it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.admin import display
from django.core.exceptions import PermissionDenied
from django.db.models import Count as Number
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dingdan.kernel.errors import Invalid, Refusal
from dingdan.trade.counting import queries
from dingdan.trade.counting.commands import start_count
from dingdan.trade.counting.lifecycle import COUNT_LIFE
from dingdan.trade.counting.models import Count, CountLine
from dingdan.web.backoffice import count_desk, show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.acting import Acting, call_of
from dingdan.web.backoffice.base import badge, history, listed_badge
from dingdan.web.backoffice.count_acts import ACTS
from dingdan.web.backoffice.count_forms import asked_of, forms, new_form
from dingdan.web.backoffice.count_plan import plan_page, wanted_of
from dingdan.web.backoffice.count_tables import differences, standing
from dingdan.web.backoffice.filters import by_state
from dingdan.web.backoffice.naming import named
from dingdan.web.backoffice.pages import Cell, Page, Progress, Section


class Counts(Acting):
    """Counts, the last first."""

    many = _("Counts")
    permission = "counting.read"
    when_empty = _("Nothing was counted yet. Start with a few locations, or with the articles that sell most.")
    acts: ClassVar = ACTS
    list_display = ("number_shown", "title_shown", "node_shown", "started", "done_shown", "count_state")
    asks = (by_state("state", _("State"), COUNT_LIFE.states),)
    search_fields = ("number", "title")
    search_help_text = _("Number or what is counted")
    ordering = ("-id",)
    sortable_by = ()

    def get_urls(self) -> list[URLPattern]:
        """The list, its pages, the form that starts one, and the desk on which is counted."""
        name, wrap = self._name, self.admin_site.admin_view
        return [
            path("new/", wrap(require_http_methods(["GET", "HEAD", "POST"])(self.new_view)), name=f"{name}_new"),
            path("plan/", wrap(require_http_methods(["GET", "HEAD", "POST"])(self.plan_view)), name=f"{name}_plan"),
            path("what/", wrap(require_safe(count_desk.what_view)), name=f"{name}_what"),
            path("<uuid:object_id>/desk/", wrap(require_safe(count_desk.desk_view)), name=f"{name}_desk"),
            path("<uuid:object_id>/place/", wrap(require_safe(count_desk.place_view)), name=f"{name}_place"),
            path("<uuid:object_id>/send/", wrap(require_POST(count_desk.send_view)), name=f"{name}_send"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, with the way to a new count."""
        more: dict[str, Any] = dict(extra_context or {})
        if may(request, start_count.name):
            more |= {"new_url": reverse("admin:counting_count_new"), "new_text": _("Start a count")}
        more |= {"more_url": reverse("admin:counting_count_plan"), "more_text": _("What to count next")}
        return super().changelist_view(request, more)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Count]:
        found: QuerySet[Count] = super().get_queryset(request)
        lines = CountLine.objects.filter(count_id=OuterRef("pk")).order_by().values("count_id")
        told = {"places": Number("id"), "done": Number("counted")}
        shown = {name: Subquery(lines.annotate(told=number).values("told")) for name, number in told.items()}
        return found.select_related("node").annotate(**shown)

    @display(description=_("Count"))
    def number_shown(self, row: Count) -> str:
        return row.number

    @display(description=_("What is counted"))
    def title_shown(self, row: Count) -> str:
        return row.title or show.NOTHING

    @display(description=_("Node"))
    def node_shown(self, row: Count) -> str:
        return named(row.node)

    @display(description=_("Started"))
    def started(self, row: Count) -> str:
        return show.moment(row.started_at)

    @display(description=_("Places counted"))
    def done_shown(self, row: Any) -> str:
        return f"{show.count(row.done or 0)} / {show.count(row.places or 0)}"

    @display(description=_("State"))
    def count_state(self, row: Count) -> str:
        return listed_badge(row.state)

    def new_view(self, request: HttpRequest) -> HttpResponse:
        """What shall be counted; refused, it comes back as it was typed."""
        if not may(request, start_count.name):
            raise PermissionDenied
        trouble = ""
        if request.method == "POST":
            try:
                started = start_count(call_of(request, "count"), wanted=asked_of(request.POST))
            except Refusal as refusal:
                trouble = str(refusal)
            else:
                messages.success(request, _("The sheet is ready: {count} places.").format(count=show.count(started.places)))
                return HttpResponseRedirect(reverse("admin:counting_count_change", args=[started.count_id]))
        return self.shown(request, Page(str(_("Start a count")), sections=[new_form(request.POST or request.GET, trouble)]))

    def plan_view(self, request: HttpRequest) -> HttpResponse:
        """What to count next; sent, a sheet of what was ticked is begun."""
        if not self.has_view_permission(request) or (request.method == "POST" and not may(request, start_count.name)):
            raise PermissionDenied
        trouble = ""
        if request.method == "POST":
            try:
                wanted = wanted_of(request)
                if not wanted.skus:
                    raise Invalid(field="id", reason=_("Tick what is to be counted."))
                started = start_count(call_of(request, "plan"), wanted=wanted)
            except Refusal as refusal:
                trouble = str(refusal)
            else:
                messages.success(request, _("The sheet is ready: {count} places.").format(count=show.count(started.places)))
                return HttpResponseRedirect(reverse("admin:counting_count_change", args=[started.count_id]))
        return self.shown(request, plan_page(request, trouble))

    def page_for(self, request: HttpRequest, row: Count) -> Page:
        """How far it is, what differs, what is to be counted next, and what comes of it."""
        lines, allowed = queries.lines_of(row.id), self.allowed(request, *ACTS)
        is_open = row.state == COUNT_LIFE.initial
        done = [one for one in lines if one.counted is not None]
        told = str(_("{done} of {all} places are counted.")).format(done=show.count(len(done)), all=show.count(len(lines)))
        links = []
        if is_open and "enter" in allowed:
            links.append(
                Cell(_("Count with a phone or scanner"), reverse("admin:counting_count_desk", args=[row.id]), badge="next")
            )
        sections: list[Section] = [Progress(_("Progress"), len(done), len(lines), told, goes_on=False), standing(row, lines)]
        if any(one.difference for one in done) and not (is_open and row.is_blind and len(done) < len(lines)):
            sections.append(differences(row, done, _("Differences")))
        sections += forms(row, lines, allowed, lambda name: self.do(row, name))
        badges = [badge(row.state), *([Cell(_("Blind"), badge="")] if row.is_blind else [])]
        lead = " · ".join(filter(None, (named(row.node), row.title)))
        return Page(row.number, badges, lead, links=links, sections=[*sections, history(row.id)])
