"""The review desk: its rules, what waits and why, what is decided, and trying rules on past orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.utils.translation import get_language
from pydantic import Field

from dingdan.kernel import clock
from dingdan.trade.review import queries
from dingdan.trade.review.commands import (
    activate_rule,
    assign_reviews,
    pass_orders,
    pause_rule,
    question_order,
    reject_orders,
    restore_rule,
    retire_rule,
    review_again,
    review_orders,
    save_rule,
    withdraw_reviews,
)
from dingdan.trade.review.lifecycle import REVIEW_LIFE, RULE_LIFE
from dingdan.trade.review.models import Decision, Finding, Review, Rule
from dingdan.trade.review.queries import LARGEST_PAGE, JudgedOtherwise, Place, RuleTried
from dingdan.trade.review.rules import KINDS
from dingdan.web.api.many import Many, mount_many
from dingdan.web.api.names import found, id_of
from dingdan.web.api.reads import After, Limit, OneOf, Page, UnusableCursor, page, read, shaped
from dingdan.web.api.registers import Register, registers
from dingdan.web.api.writes import Write, mount
from dingdan.web.shared.reasons import reason

TAG = "Review"
PERMISSION = "review.read"
ReviewState = Annotated[str, OneOf(REVIEW_LIFE.states)]


# ── rules ────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleView:
    """A rule as it is now. Without channels it looks at orders of all of them."""

    id: UUID
    code: str
    name: str
    state: str
    kind: str
    parameters: dict[str, Any]
    channel_ids: list[UUID]
    follows: str
    approvals: int
    holds_money: bool
    weight: int
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleVersionView:
    """A rule as it was from one change to the next."""

    id: UUID
    version: int
    edition: int
    made_at: datetime
    name: str
    state: str
    kind: str
    parameters: dict[str, Any]
    channel_ids: list[UUID]
    follows: str
    approvals: int
    holds_money: bool
    weight: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterView:
    """One thing that a kind of rule is told."""

    name: str
    takes: str
    required: bool
    default: Any
    choices: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class KindView:
    """A kind of rule, and what it takes."""

    kind: str
    meaning: str
    parameters: list[ParameterView]


registers(
    Register(
        plural="review-rules",
        singular="rule",
        states=RULE_LIFE.states,
        view=RuleView,
        rows=lambda: Rule.objects.order_by("id"),
        permission=PERMISSION,
        tag=TAG,
    )
)


@read("/review-rules/{rule_id}/versions", permission=PERMISSION, tag=TAG)
def list_rule_versions(rule_id: str) -> list[RuleVersionView]:
    """All versions of a rule, the newest first. What was found and decided names them."""
    row = found(Rule.objects.all(), "rule_id", rule_id)
    return [shaped(RuleVersionView, version) for version in queries.versions_of([row.id])]


@read("/review-rule-kinds", permission=PERMISSION, tag=TAG)
def list_rule_kinds() -> list[KindView]:
    """Every kind of rule, with what it takes."""
    return [
        KindView(
            kind=name,
            meaning=str(kind.meaning),
            parameters=[
                ParameterView(
                    name=one.name, takes=str(one.takes), required=one.required, default=one.default, choices=list(one.choices)
                )
                for one in kind.parameters
            ],
        )
        for name, kind in KINDS.items()
    ]  # fmt: skip


# ── trying ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class RehearsalView:
    """What rules would have done with some past orders: how many would wait and pass, by rule, and which would fare otherwise."""

    orders: int
    waits: int
    passes: int
    rules: tuple[RuleTried, ...]
    changed: tuple[JudgedOtherwise, ...]
    next: str | None


Tried = Annotated[int, Field(ge=1, le=LARGEST_PAGE, description="How many orders at most.")]


@read("/review-rehearsal", permission=PERMISSION, tag=TAG)
def rehearse_rules(*, rules: str | None = None, after: After = None, limit: Tried = LARGEST_PAGE) -> RehearsalView:
    """Try rules on past orders, newest first, a page at a time. Nothing is written.

    `rules` are codes, parted by commas, of rules in any state; without it those that are active. What would have waited and did
    not, or did and would not, is listed with the rules that it would wait for; `was` is empty for orders that nobody reviewed.
    """
    codes = [code.strip() for code in rules.split(",") if code.strip()] if rules is not None else None
    chosen = queries.rules_in_force() if codes is None else queries.rules_named(codes)
    told = queries.rehearse(chosen, at=clock.now(), limit=limit, after=_place(after) if after else None)
    go_on = f"{told.next.placed_at.isoformat()}~{told.next.order_id}" if told.next else None
    return RehearsalView(
        orders=told.orders, waits=told.waits, passes=told.passes, rules=told.rules, changed=told.changed, next=go_on
    )  # fmt: skip


def _place(after: str) -> Place:
    at, _tilde, order_id = after.partition("~")
    try:
        place = Place(placed_at=datetime.fromisoformat(at), order_id=UUID(order_id))
    except ValueError:
        raise UnusableCursor(field="after") from None
    if place.placed_at.tzinfo is None:
        raise UnusableCursor(field="after")
    return place


# ── the queue ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonView:
    """What a version of a rule has found. `is_asked`: people have to look at it."""

    rule: str
    rule_name: str
    version: int
    kind: str
    follows: str
    weight: int
    is_asked: bool
    text: str
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRow:
    """A review in a list: of which order, how it stands, and why. `approved` of `approvals` people have let it pass."""

    order_id: UUID
    number: str
    state: str
    round: int
    edition: int
    approvals: int
    approved: int
    score: int
    currency: str
    total: int
    opened_at: datetime
    decided_at: datetime | None
    asked_at: datetime | None
    assignee_id: int | None
    reasons: list[ReasonView]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionView:
    """A verdict in a round: by the rules of an edition, or by a person. `is_last`: the order passed by it."""

    round: int
    verdict: str
    edition: int
    actor: str
    decided_at: datetime
    is_last: bool
    note_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewView:
    """A review with everything that was decided."""

    review: ReviewRow
    decisions: list[DecisionView]


@read("/reviews", permission=PERMISSION, tag=TAG)
def list_reviews(
    *, state: ReviewState | None = None, assignee_id: int | None = None, after: After = None, limit: Limit = 50
) -> Page[ReviewRow]:
    """Reviews, newest first; those that are `waiting` (the exception queue) the longest waiting first."""
    rows = queries.queue() if state == REVIEW_LIFE.initial else queries.reviews()
    if state is not None:
        rows = rows.filter(state=state)
    if assignee_id is not None:
        rows = rows.filter(assignee_id=assignee_id)
    return page(rows, _rows, after=after, limit=limit)


@read("/reviews/{order_id}", permission=PERMISSION, tag=TAG)
def get_review(order_id: str) -> ReviewView:
    """The review of an order: why it waits or waited, and who decided what. The order's number will do for its id."""
    row = queries.review_of(id_of("order_id", order_id))
    return ReviewView(review=_rows([row])[0], decisions=[_decision(one) for one in queries.decisions_of([row.id])[row.id]])


def _decision(row: Decision) -> DecisionView:
    return DecisionView(
        round=row.round, verdict=row.verdict, edition=row.edition, actor=f"{row.actor_kind}:{row.actor_id}".rstrip(":"),
        decided_at=row.decided_at, is_last=row.is_last, note_id=row.note_id,
    )  # fmt: skip


_COPIED = (
    *("order_id", "state", "round", "edition", "approvals", "score", "opened_at", "decided_at", "asked_at", "assignee_id"),
)  # fmt: skip


def _rows(rows: Sequence[Review]) -> list[ReviewRow]:
    findings, approved = queries.findings_of(rows), queries.approvals_of(rows)
    return [
        ReviewRow(
            **{name: getattr(row, name) for name in _COPIED},
            number=row.order.number,
            approved=len(approved.get(row.id, ())),
            currency=row.order.currency,
            total=row.order.total,
            reasons=[_reason(finding) for finding in findings.get(row.id, ())],
        )
        for row in rows
    ]


def _reason(row: Finding) -> ReasonView:
    return ReasonView(
        rule=row.version.rule.code, rule_name=row.version.name, version=row.version.version, kind=row.kind, follows=row.follows,
        weight=row.weight, is_asked=row.is_asked, text=reason(row, get_language() or "en"), facts=row.facts,
    )  # fmt: skip


# ── what is done ─────────────────────────────────────────────────────────────────────────────────────────────────────────


ONE, RULE = "/reviews/{order_id}", "/review-rules/{rule_id}"
mount(
    Write(path="/review-rules", command=save_rule, makes=RULE, tag=TAG),
    Write(method="PUT", path=RULE, command=save_rule, name="change_rule", tag=TAG),
    Write(path=f"{RULE}/activate", command=activate_rule, tag=TAG),
    Write(path=f"{RULE}/pause", command=pause_rule, tag=TAG),
    Write(path=f"{RULE}/retire", command=retire_rule, tag=TAG),
    Write(path=f"{RULE}/restore", command=restore_rule, tag=TAG),
    Write(path=f"{ONE}/pass", command=pass_orders, name="pass_order", tag=TAG),
    Write(path=f"{ONE}/reject", command=reject_orders, name="reject_order", tag=TAG),
    Write(path=f"{ONE}/questions", command=question_order, tag=TAG),
    Write(path=f"{ONE}/assignee", command=assign_reviews, name="assign_review", tag=TAG),
    Write(path=f"{ONE}/review", command=review_orders, name="review_order", tag=TAG),
    Write(path=f"{ONE}/again", command=review_again, tag=TAG),
    Write(path=f"{ONE}/withdraw", command=withdraw_reviews, name="withdraw_review", tag=TAG),
)
mount_many(Many(path="/reviews/pass", single=f"{ONE}/pass", command=pass_orders, name="pass_orders", tag=TAG))
