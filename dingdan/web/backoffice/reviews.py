"""The review desk: what waits, why, and what is decided. Made for the keyboard as well as for a thumb."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from dingdan.automation.imprint import address_lines
from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import Call, Event
from dingdan.trade.aftersales.events import OrderCanceled
from dingdan.trade.orders.models import Order
from dingdan.trade.orders.queries import by_id
from dingdan.trade.review import queries
from dingdan.trade.review.commands import (
    AssignReview,
    PassOrder,
    RejectOrder,
    ReviewAgain,
    assign_reviews,
    pass_orders,
    question_order,
    reject_orders,
    review_again,
)
from dingdan.trade.review.events import OrderApproved, OrderReviewed
from dingdan.trade.review.models import Finding, Review
from dingdan.web.backoffice import show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.acting import Act, Acting, call_of, fresh_key, ticked
from dingdan.web.backoffice.base import account_names, badge, history, link, number
from dingdan.web.backoffice.naming import named
from dingdan.web.backoffice.pages import Button, Cell, Choices, Facts, Field, Form, Hint, Page, Section, Table
from dingdan.web.backoffice.words import word
from dingdan.web.shared.reasons import reason

AT_ONCE = 100
KEYS = _(
    "Keys: J and K move, X ticks, Enter opens, P lets pass. On the page of an order: P passes, R rejects, A asks, N goes on."
)


def _pass(call: Call, row: Review, sent: QueryDict) -> Event:
    return pass_orders.one(call, PassOrder(order_id=row.order_id, note=sent.get("note", "")))


def _reject(call: Call, row: Review, sent: QueryDict) -> Event:
    return reject_orders.one(call, RejectOrder(order_id=row.order_id, note=sent.get("note", "")))


def _ask(call: Call, row: Review, sent: QueryDict) -> Event:
    return question_order(call, order_id=row.order_id, text=sent.get("text", ""), to_customer="to_customer" in sent)


def _assign(call: Call, row: Review, sent: QueryDict) -> Event:
    user = sent.get("user", "")
    return assign_reviews.one(call, AssignReview(order_id=row.order_id, user_id=int(user) if user.isdecimal() else None))


def _again(call: Call, row: Review, _sent: QueryDict) -> Event:
    return review_again.one(call, ReviewAgain(row.order_id))


def _said_of_passing(event: OrderApproved) -> Any:
    return _("The order has passed.") if event.passed else _("Noted. One more person has to let it pass.")


def _said_of_reviewing(event: OrderReviewed) -> Any:
    return _("The order passes by itself now.") if event.passed else _("The order still waits.")


class ReviewDesk(Acting):
    """The exception queue, the longest waiting first, and a page for each order in it."""

    many = _("Review")
    permission = "review.read"
    acts: ClassVar = {
        "pass": Act("review.pass_orders", _pass, _said_of_passing),
        "reject": Act("review.reject_orders", _reject, lambda _event: _("The order is canceled; what was paid goes back.")),
        "ask": Act("review.question_order", _ask, lambda _event: _("Your question is noted on the order.")),
        "assign": Act("review.assign_reviews", _assign, lambda _event: _("Given.")),
        "again": Act("review.review_again", _again, _said_of_reviewing),
    }

    def get_urls(self) -> list[URLPattern]:
        """The queue, its pages, and one address to let many pass at once."""
        many = self.admin_site.admin_view(require_POST(self.pass_view))
        return [path("pass/", many, name="review_review_pass"), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Review]:
        """All reviews, with their orders."""
        return queries.reviews()

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """What waits, with the reasons."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        mine = request.GET.get("mine") == "1"
        rows = queries.queue().filter(assignee_id=request.user.pk) if mine else queries.queue()
        waiting = list(rows[:AT_ONCE])
        more = rows.count() - len(waiting)
        sections: list[Section] = [_queue(waiting, more, may_pass=may(request, "review.pass_orders"))] if waiting else []
        if not waiting:
            sections.append(_nothing_waits(mine=mine))
        links = [Cell(_("Everything"), url="?") if mine else Cell(_("Given to me"), url="?mine=1")]
        links.append(Cell(_("Rules"), url=reverse("admin:review_rule_changelist")))
        return self.shown(request, Page(str(self.many), links=links, sections=sections))

    def page_for(self, request: HttpRequest, row: Review) -> Page:
        """Why an order waits, what it is, and what can be done."""
        order, waits = row.order, row.state == "waiting"
        forms = list(self._forms(request, row)) if waits else []
        sections: list[Section] = [_reasons(row), _order(order), *forms, *_decided(row), history(order.id)]
        following = queries.queue().exclude(id=row.id).first() if waits else queries.queue().first()
        links = [Cell(_("Open the order"), url=link("order", order.id))]
        links += [Cell(_("Next"), url=_address(following), badge="next")] if following else []
        return Page(
            title=str(_("Order {number}")).format(number=order.number),
            badges=[badge(row.state)],
            lead=f"{show.money(order.total, order.currency)} · {show.moment(order.placed_at)}",
            links=links,
            sections=sections,
        )

    def _forms(self, request: HttpRequest, row: Review) -> Iterator[Form]:
        allowed = self.allowed(request, *self.acts)
        note = Field("note", _("Note for colleagues"), "text")
        question = Field("text", _("Question"), "text", is_required=True)
        reads = Field("to_customer", _("The customer may read it"), "tick")
        staff = [("", _("Nobody in particular")), *((str(pk), name) for pk, name in account_names().items())]
        person = Field("user", _("Who looks at it"), "choice", str(row.assignee_id or ""), staff)
        shown = {
            "pass": (_("Let pass"), [note], _needed(row), "good", "p"),
            "ask": (_("Ask"), [question, reads], _("Ask"), "", "a"),
            "assign": (_("Give to"), [person], _("Give"), "", ""),
            "again": (_("Look again"), [], _("By the rules as they are now"), "", ""),
            "reject": (_("Reject"), [note], _("Cancel the order"), "bad", "r"),
        }
        forms = {
            name: Form(title, self.do(row, name), fresh_key(), fields, [Button(words, tone)], key, is_open=name == "pass")
            for name, (title, fields, words, tone, key) in shown.items()
        }
        yield from (form for name, form in forms.items() if name in allowed)

    def next_of(self, request: HttpRequest, row: Any, event: Event) -> str:
        """On to the next one that waits, once this one waits no longer."""
        is_decided = isinstance(event, OrderCanceled) or getattr(event, "passed", False)
        following = queries.queue().first() if is_decided else None
        if is_decided and following is None:
            return reverse("admin:review_review_changelist")
        return _address(following) if following else super().next_of(request, row, event)

    def pass_view(self, request: HttpRequest) -> HttpResponse:
        """Let the ticked orders pass, each on its own, and say of each that did not why."""
        if not may(request, "review.pass_orders"):
            raise PermissionDenied
        chosen = list(self.get_queryset(request).filter(pk__in=ticked(request, "id", most=AT_ONCE)))
        calls = [(call_of(request, f"pass:{row.pk}"), PassOrder(order_id=row.order_id)) for row in chosen]
        outcomes = pass_orders.many(calls)
        passed = sum(isinstance(one, OrderApproved) and one.passed for one in outcomes)
        noted = sum(isinstance(one, OrderApproved) for one in outcomes) - passed
        if passed:
            messages.success(
                request, ngettext("{count} order has passed.", "{count} orders have passed.", passed).format(count=passed)
            )
        if noted:
            text = ngettext("{count} order needs one more person.", "{count} orders need one more person.", noted)
            messages.info(request, text.format(count=noted))
        for row, outcome in zip(chosen, outcomes, strict=True):
            if isinstance(outcome, Refusal):
                messages.error(request, f"{row.order.number}: {outcome}")
        return HttpResponseRedirect(reverse("admin:review_review_changelist"))


def _address(row: Review) -> str:
    return reverse("admin:review_review_change", args=[row.pk])


def _needed(row: Review) -> Any:
    given = len(queries.approvals_of([row]).get(row.id, ()))
    if row.approvals < 2:
        return _("Let pass")
    return _("Let pass (first of two people)") if given == 0 else _("Let pass (second of two people)")


def _queue(rows: Sequence[Review], more: int, *, may_pass: bool) -> Choices:
    findings, approved = queries.findings_of(rows), queries.approvals_of(rows)
    people = dict(User.objects.filter(pk__in=[row.assignee_id for row in rows if row.assignee_id]).values_list("pk", "username"))
    table = Table(
        _("Waiting for a decision"),
        [_("Order"), _("Why"), _("People"), _("Given to"), _("Total")],
        [
            [
                Cell(row.order.number, url=_address(row), small=show.moment(row.opened_at)),
                Cell("\n".join(reason(one, show.locale()) for one in findings.get(row.id, ()) if one.is_asked)),
                Cell(f"{len(approved.get(row.id, ()))}/{row.approvals}", small=str(_("Asked")) if row.asked_at else ""),
                Cell(people.get(row.assignee_id, show.NOTHING) if row.assignee_id else show.NOTHING),
                number(show.money(row.order.total, row.order.currency)),
            ]
            for row in rows
        ],
        note=str(_("{count} more wait behind these.")).format(count=show.count(more)) if more else "",
    )
    buttons = [Button(_("Let the ticked ones pass"), "good")]
    form = Form("", reverse("admin:review_review_pass"), fresh_key(), (), buttons, hotkey="p")
    return Choices(table, [str(row.pk) for row in rows], form if may_pass else None, KEYS)


def _nothing_waits(*, mine: bool) -> Hint:
    rules = Cell(_("Rules"), url=reverse("admin:review_rule_changelist"))
    if mine:
        return Hint(_("Nothing is given to you"), _("Look at everything that waits, or ask who gives the work out."))
    if queries.rules_in_force():
        return Hint(
            _("Nothing waits"), _("Every order passes by itself as the rules are now. They can be tried on past orders:"), rules
        )
    return Hint(
        _("No rule looks at orders yet"),
        _("Every order goes on at once. Make a rule, try it on past orders, and activate it:"),
        rules,
    )


def _reasons(row: Review) -> Table:
    found = queries.findings_of([row]).get(row.id, [])
    return Table(
        _("Why"),
        [_("Reason"), _("Rule"), _("Follows"), _("Weight")],
        [[Cell(reason(one, show.locale()), small=_settled(one)), *_rule_of(one)] for one in found],
    )


def _settled(finding: Finding) -> str:
    return "" if finding.is_asked or finding.follows != "wait" else str(_("Not asked again: settled before, or trusted."))


def _rule_of(finding: Finding) -> list[Cell]:
    rule = finding.version
    version = str(_("version {number}")).format(number=rule.version)
    return [
        Cell(rule.name, url=reverse("admin:review_rule_change", args=[rule.rule_id]), small=version),
        badge(finding.follows),
        number(show.count(finding.weight)),
    ]


def _order(order: Order) -> Facts:
    lines = order.lines.exclude(sku="").order_by("position").values_list("quantity", "sku", "name")
    return Facts(
        _("Order"),
        [
            (_("Shipping address"), "\n".join(address_lines(order.ship_to, show.locale()))),
            (_("E-mail"), order.ship_to.email),
            (_("Phone"), order.ship_to.phone),
            (_("Lines"), "\n".join(f"{show.count(quantity)} × {sku} {name}" for quantity, sku, name in lines)),
            (_("Customer's note"), order.customer_note),
            (_("Channel"), named(order.channel)),
        ],
    )


def _decided(row: Review) -> Iterator[Table]:
    decisions = queries.decisions_of([row.id]).get(row.id, [])
    notes = {note.id: note.text for one in by_id([row.order_id]) for note in one.notes.all()}
    ids = [one.actor_id for one in decisions if one.actor_kind == "staff"]
    people = {str(pk): name for pk, name in User.objects.filter(pk__in=ids).values_list("pk", "username")}
    yield Table(
        _("Decisions"),
        [_("Date"), _("Verdict"), _("Who"), _("Edition of the rules")],
        [
            [
                Cell(show.moment(one.decided_at)),
                Cell(word(one.verdict), small=notes.get(one.note_id, "") if one.note_id else ""),
                Cell(people.get(one.actor_id) or word(one.actor_kind)),
                number(show.count(one.edition)),
            ]
            for one in decisions
        ],
    )
