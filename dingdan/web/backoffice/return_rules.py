"""The rules about returns, with the reasons and grades of the shop."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import messages
from django.contrib.admin import display
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import Call, Event
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.masterdata.policies.commands import (
    adopt_return_preset,
    restore_return_rule,
    retire_return_rule,
    save_return_rule,
)
from dingdan.masterdata.policies.lifecycle import POLICY_LIFE
from dingdan.masterdata.policies.models import ReturnGrade, ReturnReason, ReturnRule
from dingdan.web.backoffice import return_rule_forms, show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.acting import Act, Acting, call_of, fresh_key, refilled
from dingdan.web.backoffice.base import badge, history, listed_badge, number
from dingdan.web.backoffice.filters import by_state
from dingdan.web.backoffice.pages import Button, Cell, Facts, Form, Page, Table
from dingdan.web.backoffice.typed import grade_read, reason_names, reason_read, rule_read
from dingdan.web.backoffice.words import moment, word

SAVE, ADOPT = "policies.save_return_rule", "policies.adopt_return_preset"


def _turn(command: Any, permission: str, done: Any) -> Act:
    def give(call: Call, row: ReturnRule, _sent: QueryDict) -> Event:
        event: Event = command(call, return_rule_id=row.id)
        return event

    return Act(permission, give, lambda _event: done)


class Rules(Acting):
    """The rules about returns, in the order in which they are asked."""

    many = _("Rules about returns")
    permission = "policies.read"
    acts: ClassVar = {
        "retire": _turn(retire_return_rule, "policies.retire_return_rule", _("The rule decides nothing new.")),
        "restore": _turn(restore_return_rule, "policies.restore_return_rule", _("The rule decides again.")),
    }
    list_display = ("code", "name_shown", "position_shown", "window", "rule_state")
    asks = (by_state("state", _("State"), POLICY_LIFE.states),)
    ordering = ("position", "id")
    sortable_by = ()

    @display(description=_("Name"))
    def name_shown(self, row: ReturnRule) -> str:
        return rule_read(row)

    @display(description=_("Position"))
    def position_shown(self, row: ReturnRule) -> str:
        return show.count(row.position)

    @display(description=_("Days"))
    def window(self, row: ReturnRule) -> str:
        if not row.allows:
            return str(_("Final sale"))
        return show.count(row.window_days) if row.window_days is not None else str(_("No end"))

    @display(description=_("State"))
    def rule_state(self, row: ReturnRule) -> str:
        return listed_badge(row.state)

    def get_urls(self) -> list[URLPattern]:
        """The list, the pages and the forms."""
        wrap, forms = self.admin_site.admin_view, require_http_methods(["GET", "HEAD", "POST"])
        return [
            path("new/", wrap(forms(self.form_view)), name="return_rule_new"),
            path("adopt/", wrap(forms(self.adopt_view)), name="return_rule_adopt"),
            path("<uuid:object_id>/edit/", wrap(forms(self.form_view)), name="return_rule_edit"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, with the way to a new rule above it."""
        new = reverse("admin:return_rule_new") if may(request, SAVE) else ""
        return super().changelist_view(
            request, {"new_url": new, "new_text": _("New rule"), **self._ways(request), **(extra_context or {})}
        )

    def _ways(self, request: HttpRequest) -> dict[str, Any]:
        """Rules that follow the law are one click away from the list, too."""
        url = reverse("admin:return_rule_adopt") if may(request, ADOPT) else ""
        return {"more_url": url, "more_text": _("Take over rules that follow the law")}

    def form_view(self, request: HttpRequest, object_id: UUID | None = None) -> HttpResponse:
        """The form of a rule; sent with something that cannot be, it comes back as it was typed, and says what is wrong."""
        row = self.row(request, object_id) if object_id else None
        if not may(request, SAVE):
            raise PermissionDenied
        if object_id and row is None:
            raise Http404
        form = Form("", request.path, fresh_key(), return_rule_forms.fields(row), [Button(_("Save"), "good")])
        page = Page(rule_read(row) if row else str(_("New rule")), sections=[form])
        if row is None and may(request, ADOPT):
            page = replace(page, links=[Cell(_("Take over rules that follow the law"), url=reverse("admin:return_rule_adopt"))])
        if request.method == "POST":
            try:
                saved = save_return_rule(
                    call_of(request, f"rule:{object_id or ''}"), rule=return_rule_forms.draft(request.POST, row)
                )
            except Refusal as refusal:
                return self.shown(request, refilled(page, request, trouble=str(refusal)) or page)
            messages.success(request, _("The rule is saved."))
            return HttpResponseRedirect(reverse("admin:policies_returnrule_change", args=[saved.return_rule_id]))
        return self.shown(request, page)

    def adopt_view(self, request: HttpRequest) -> HttpResponse:
        """Take over rules that ship with the program, with reasons and grades."""
        if not may(request, ADOPT):
            raise PermissionDenied
        lead = _("They are the shop's own from then on. What goes by the same code stays as it is.")
        button = Button(_("Take them over"), "good")
        form = Form("", request.path, fresh_key(), return_rule_forms.preset_fields(), [button], lead=lead)
        page = Page(str(_("Rules that follow the law")), sections=[form])
        if request.method == "POST":
            try:
                adopted = adopt_return_preset(call_of(request, "adopt"), preset=request.POST.get("preset", ""))
            except Refusal as refusal:
                return self.shown(request, refilled(page, request, trouble=str(refusal)) or page)
            messages.success(request, _("Rules taken over: {count}.").format(count=show.count(len(adopted.rules))))
            return HttpResponseRedirect(reverse("admin:policies_returnrule_changelist"))
        return self.shown(request, page)

    def page_for(self, request: HttpRequest, row: ReturnRule) -> Page:
        """What a rule says, and what can be done with it."""
        page = self.page(row)
        forms = [
            Form("", self.do(row, turn), fresh_key(), (), [Button(word(turn), "bad" if turn == "retire" else "")])
            for turn in self.allowed(request, *POLICY_LIFE.possible(row.state))
        ]
        edit = [Cell(_("Change"), url=reverse("admin:return_rule_edit", args=[row.pk]))] if may(request, SAVE) else []
        return replace(page, links=edit, sections=[*page.sections[:2], *forms, *page.sections[2:]])

    def page(self, row: ReturnRule) -> Page:
        reasons = reason_names()
        fits = [
            (_("Channels"), row.channels), (_("Countries"), row.countries), (_("Tax classes"), row.tax_classes),
            (_("SKUs"), row.skus), (_("Reasons"), [reasons.get(code, code) for code in row.reasons]),
            (_("Conditions"), [word(code) for code in row.conditions]),
        ]  # fmt: skip
        money = row.currency or tenant_in_scope().currency
        says = Facts(
            _("What it says"),
            [
                (_("May come back"), _("Yes") if row.allows else _("No: a final sale")),
                (_("Days"), show.count(row.window_days) if row.window_days is not None else _("No end")),
                (_("Counted from"), moment(row.counted_from)),
                (_("The way back is paid by"), word(row.shipping_paid_by)),
                (_("Kept back for the way"), show.money(row.shipping_fee, money) if row.shipping_fee else ""),
                (_("Kept back of the price"), show.percent(row.restocking_rate) if row.restocking_rate else ""),
                (_("Kept back per unit"), show.money(row.restocking_fee, money) if row.restocking_fee else ""),
                (_("The grade lowers the refund"), _("Yes") if row.grades_count else _("No")),
                (_("Money goes back"), moment(row.refund_at)),
                (_("Goods in exchange leave ahead"), _("Yes") if row.sends_ahead else _("No")),
            ],
        )
        narrow = Facts(_("What it is about"), [(label, ", ".join(values) or _("All")) for label, values in fits])
        return Page(rule_read(row), [badge(row.state)], sections=[narrow, says, *_words(), history(row.id)])


def _words() -> Iterator[Table]:
    """The reasons and grades of the shop, beside its rules."""
    reasons = [
        [Cell(reason_read(row.code, row), small=row.code), Cell(word(row.fault))]
        for row in ReturnReason.objects.order_by("position", "id")
    ]
    grades = [
        [Cell(grade_read(row), small=row.code), Cell(word(row.goes_to)), number(show.percent(row.given_back))]
        for row in ReturnGrade.objects.order_by("position", "id")
    ]
    if reasons:
        yield Table(_("Reasons"), [_("Reason"), _("Whose fault")], reasons)
    if grades:
        yield Table(_("Grades"), [_("Grade"), _("Goes to"), _("Gives back")], grades)
