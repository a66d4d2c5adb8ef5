"""The rules of the review: what they say, making and changing them, and trying them on past orders."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dingdan.kernel import clock
from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import Call, Event
from dingdan.masterdata.channels.queries import all_channels
from dingdan.trade.review import queries
from dingdan.trade.review.commands import activate_rule, pause_rule, restore_rule, retire_rule, save_rule
from dingdan.trade.review.lifecycle import RULE_LIFE, Follows
from dingdan.trade.review.models import Rule, RuleVersion
from dingdan.trade.review.queries import MOST_ORDERS, Place, Rehearsed
from dingdan.trade.review.rules import KINDS, RuleInForce, Takes
from dingdan.web.backoffice import show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.acting import Act, Acting, call_of, fresh_key
from dingdan.web.backoffice.base import badge, history, link, number
from dingdan.web.backoffice.pages import Button, Cell, Facts, Field, Form, Hint, Page, Section, Table, Trial
from dingdan.web.backoffice.rule_files import FORMS, exported, imported
from dingdan.web.backoffice.rule_form import FOLLOWS, choice_word, draft_of, fields_of
from dingdan.web.backoffice.words import word

SAVE = "review.save_rule"
FIRST_PART, PART, MOST_LISTED = 500, 1000, 50


def _turn(command: Any, permission: str, done: Any) -> Act:
    def give(call: Call, row: Rule, _sent: QueryDict) -> Event:
        event: Event = command(call, rule_id=row.id)
        return event

    return Act(permission, give, lambda _event: done)


class Rules(Acting):
    """All rules on one page; a page for each."""

    many = _("Rules of the review")
    permission = "review.read"
    acts: ClassVar = {
        "activate": _turn(activate_rule, "review.activate_rule", _("The rule looks at every order from now on.")),
        "pause": _turn(pause_rule, "review.pause_rule", _("The rule looks at nothing for now.")),
        "retire": _turn(retire_rule, "review.retire_rule", _("The rule is put away.")),
        "restore": _turn(restore_rule, "review.restore_rule", _("The rule is here again, and paused.")),
    }

    def get_urls(self) -> list[URLPattern]:
        """The list, the pages, the forms, and trying."""
        wrap, forms = self.admin_site.admin_view, require_http_methods(["GET", "HEAD", "POST"])
        return [
            path("new/", wrap(forms(self.form_view)), name="review_rule_new"),
            path("file/<slug:form>/", wrap(require_safe(self.export_view)), name="review_rule_file"),
            path("import/", wrap(require_POST(self.import_view)), name="review_rule_import"),
            path("<uuid:object_id>/edit/", wrap(forms(self.form_view)), name="review_rule_edit"),
            path("try/", wrap(require_safe(self.try_view)), name="review_rule_try"),
            path("try/part/", wrap(require_safe(self.part_view)), name="review_rule_part"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """What there is, and what to do first where there is nothing."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = list(queries.rules())
        links = [Cell(_("New rule"), url=reverse("admin:review_rule_new"))] if may(request, SAVE) else []
        links += [Cell(_("Try on past orders"), url=reverse("admin:review_rule_try"))] if rows else []
        for form in FORMS if rows else ():
            address = reverse("admin:review_rule_file", args=[form])
            links.append(Cell(str(_("As {form}")).format(form=form.upper()), url=address))
        sections: list[Section] = [_listed(rows)] if rows else [_first_rule()]
        sections += [_import_form()] if may(request, SAVE) else []
        return self.shown(request, Page(str(self.many), links=links, sections=sections))

    def page_for(self, request: HttpRequest, row: Rule) -> Page:
        """What a rule says, said before, and what can be done with it."""
        allowed = self.allowed(request, *RULE_LIFE.possible(row.state))
        links = [Cell(_("Change"), url=reverse("admin:review_rule_edit", args=[row.pk]))] if may(request, SAVE) else []
        links.append(Cell(_("Try on past orders"), url=f"{reverse('admin:review_rule_try')}?{urlencode({'rule': row.code})}"))
        forms = [
            Form("", self.do(row, turn), fresh_key(), (), [Button(word(turn), "bad" if turn == "retire" else "")])
            for turn in RULE_LIFE.possible(row.state)
            if turn in allowed
        ]
        sections: list[Section] = [_said(row), *forms, _versions(row), history(row.id)]
        return Page(row.name, [badge(row.state)], str(KINDS[row.kind].meaning), links, sections)

    # ── making and changing ──────────────────────────────────────────────────────────────────────────────────────────────

    def form_view(self, request: HttpRequest, object_id: UUID | None = None) -> HttpResponse:
        """The form of a rule; sent with something that cannot be, it comes back as it was typed, and says what is wrong."""
        if not may(request, SAVE):
            raise PermissionDenied
        row = self.row(request, object_id) if object_id else None
        kind = row.kind if row else request.POST.get("kind") or request.GET.get("kind", "")
        if object_id and row is None:
            raise Http404
        if kind not in KINDS:
            return self.shown(request, Page(str(_("What shall the rule look at?")), sections=[_kinds()]))
        if request.method == "POST":
            try:
                saved = save_rule(call_of(request, f"save:{object_id or ''}"), rule=draft_of(request.POST, kind, row))
            except Refusal as refusal:
                messages.error(request, f"{refusal.field}: {refusal}" if refusal.field else str(refusal))
            else:
                messages.success(request, _("Saved as version {number}.").format(number=saved.version))
                return HttpResponseRedirect(reverse("admin:review_rule_change", args=[saved.rule_id]))
        typed = request.POST if request.method == "POST" else None
        title = row.name if row else str(KINDS[kind].title)
        form = Form("", "", fresh_key(), fields_of(kind, row, typed), [Button(_("Save"), "good")])
        return self.shown(request, Page(title, lead=str(KINDS[kind].meaning), sections=[form]))

    # ── files ────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def export_view(self, request: HttpRequest, form: str) -> HttpResponse:
        """All rules as a file that can be read in again."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if form not in FORMS:
            raise Http404
        return exported(list(queries.offered_rules()), form)

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Save the rules of a file, all or (with what is wrong, line by line) none."""
        if not may(request, SAVE):
            raise PermissionDenied
        saved, wrong = imported(request)
        for line in wrong:
            messages.error(request, line)
        if saved:
            text = ngettext("{count} rule was read.", "{count} rules were read.", saved)
            messages.success(request, text.format(count=saved))
        return HttpResponseRedirect(reverse("admin:review_rule_changelist"))

    # ── trying ───────────────────────────────────────────────────────────────────────────────────────────────────────────

    def try_view(self, request: HttpRequest) -> HttpResponse:
        """What rules would have done: a first part at once, the others as they come."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        codes = request.GET.getlist("rule")
        known = queries.offered_rules()
        if not codes:
            codes = [rule.code for rule in known if rule.state == "active"]
        chosen = queries.rules_named(code for code in codes if any(rule.code == code for rule in known))
        most = min(int(request.GET["most"]) if request.GET.get("most", "").isdecimal() else 1000, MOST_ORDERS)
        sections: list[Section] = []
        if chosen:
            told = queries.rehearse(chosen, at=clock.now(), limit=min(FIRST_PART, most))
            following = _part(chosen, told.next) if told.next and told.orders < most else ""
            sections.append(Trial(_("On past orders"), _told(told), most, following))
        else:
            sections.append(Hint(_("Choose the rules"), _("Tick the rules to try, also those that are paused.")))
        lead = str(_("Nothing is written. Blacklist and usual quantities are those of today."))
        page = Page(str(_("Try on past orders")), lead=lead, sections=[_choice(known, set(codes), most), *sections])
        return self.shown(request, page)

    def part_view(self, request: HttpRequest) -> HttpResponse:
        """The next part of a trial, for the page that shows it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            after = Place(placed_at=_moment(request.GET.get("at", "")), order_id=UUID(request.GET.get("id", "")))
            chosen = queries.rules_named(request.GET.getlist("rule"))
        except (ValueError, Refusal):
            raise Http404 from None
        told = queries.rehearse(chosen, at=clock.now(), limit=PART, after=after)
        answer = {**_told(told), "next": _part(chosen, told.next) if told.next else ""}
        return JsonResponse(answer)


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(text)
    return at


def _first_rule() -> Hint:
    return Hint(
        _("No rule looks at orders yet"),
        _(
            "Every order goes on at once. A rule says what to look for, such as orders above an amount, and whether the order "
            "waits then. Make one, try it on past orders, and activate it."
        ),
        Cell(_("New rule"), url=reverse("admin:review_rule_new")),
    )


def _listed(rows: list[Rule]) -> Table:
    return Table(
        _("Rules"),
        [_("Rule"), _("Looks at"), _("Follows"), _("People"), _("State"), _("Version")],
        [
            [
                Cell(row.name, url=reverse("admin:review_rule_change", args=[row.pk]), small=row.code),
                Cell(KINDS[row.kind].title, small=_short(row)),
                Cell(FOLLOWS[Follows(row.follows)]),
                number(show.count(row.approvals)),
                badge(row.state),
                number(show.count(row.version)),
            ]
            for row in rows
        ],
    )


def _short(row: Rule | RuleVersion) -> str:
    numbers = {one.label for one in KINDS[row.kind].parameters if one.takes == Takes.NUMBER}
    return ", ".join(f"{label}: {text}" if label in numbers else text for label, text in _parameters(row))


def _parameters(row: Rule | RuleVersion) -> Iterator[tuple[Any, str]]:
    for one in KINDS[row.kind].parameters:
        value = row.parameters.get(one.name)
        if value is None:
            continue
        if one.takes == Takes.AMOUNTS:
            yield one.label, ", ".join(show.money(amount, currency) for currency, amount in value.items())
        elif one.takes == Takes.CHOICES:
            yield one.label, ", ".join(choice_word(choice) for choice in value)
        else:
            yield one.label, ", ".join(value) if isinstance(value, list) else str(value)


def _said(row: Rule) -> Facts:
    names = {channel.id: channel.name for channel in all_channels()}
    channels = ", ".join(names.get(id_, "") for id_ in row.channel_ids) or _("All channels")
    return Facts(
        _("What it says"),
        [
            (_("Looks at"), KINDS[row.kind].title),
            *_parameters(row),
            (_("Channels"), channels),
            (_("Then"), FOLLOWS[Follows(row.follows)]),
            (_("People who must let it pass"), show.count(row.approvals)),
            (_("Money is not captured meanwhile"), _("Yes") if row.holds_money else ""),
            (_("Weight"), show.count(row.weight)),
            (_("Code"), row.code),
        ],
    )


def _versions(row: Rule) -> Table:
    return Table(
        _("Versions"),
        [_("Version"), _("Since"), _("State"), _("What it said"), _("Edition of the rules")],
        [
            [
                number(show.count(one.version)),
                Cell(show.moment(one.made_at)),
                badge(one.state),
                Cell(_short(one), small=one.name),
                number(show.count(one.edition)),
            ]
            for one in queries.versions_of([row.id])
        ],
    )


def _import_form() -> Form:
    field = Field("file", _("A file as it is written out here"), "table", is_required=True)
    address, button = reverse("admin:review_rule_import"), Button(_("Read"))
    return Form(_("Read rules from a file"), address, fresh_key(), [field], [button], is_open=False)


def _kinds() -> Table:
    new = reverse("admin:review_rule_new")
    rows = [[Cell(kind.title, url=f"{new}?kind={name}"), Cell(kind.meaning)] for name, kind in KINDS.items()]
    return Table(_("Kinds of rules"), [_("Kind"), _("What it finds")], rows)


# ── trying ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _choice(known: list[Rule], chosen: set[str], most: int) -> Form:
    fields = [
        Field("rule", _("Rules"), "several", chosen, [(rule.code, f"{rule.name} ({word(rule.state)})") for rule in known]),
        Field(
            "most", _("Orders"), "choice", str(most), [(str(size), show.count(size)) for size in (100, 1000, 5000, MOST_ORDERS)]
        ),
    ]
    return Form(_("Try these"), reverse("admin:review_rule_try"), "", fields, [Button(_("Try"))], method="get")


def _part(chosen: list[RuleInForce], after: Place) -> str:
    asked: dict[str, Any] = {"rule": [rule.code for rule in chosen], "at": after.placed_at.isoformat(), "id": after.order_id}
    return f"{reverse('admin:review_rule_part')}?{urlencode(asked, doseq=True)}"


def _told(told: Rehearsed) -> dict[str, Any]:
    names, nobody = {rule.code: rule.name for rule in told.rules}, str(_("Not reviewed"))
    return {
        "orders": told.orders,
        "waits": told.waits,
        "passes": told.passes,
        "rules": [{"code": one.code, "name": one.name, "found": one.found, "waits": one.waits} for one in told.rules],
        "changed": [
            {
                "number": one.number, "url": link("order", one.order_id), "would": word(one.would),
                "was": word(one.was) or nobody, "rules": ", ".join(names[code] for code in one.rules),
            }
            for one in told.changed[:MOST_LISTED]
        ],
        "hidden": max(0, len(told.changed) - MOST_LISTED),
    }  # fmt: skip
