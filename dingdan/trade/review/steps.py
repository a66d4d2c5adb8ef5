"""Verbs on rules and reviews, inside a command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.register import Put, put
from dingdan.kernel.rows import insert
from dingdan.ledgers.payments import steps as payments
from dingdan.ledgers.payments.events import Document
from dingdan.masterdata.channels import steps as channels
from dingdan.masterdata.channels.rules import Waiting
from dingdan.trade.orders import steps as orders
from dingdan.trade.orders.models import Order
from dingdan.trade.review import queries
from dingdan.trade.review.lifecycle import REVIEW_LIFE, ReviewVerdict
from dingdan.trade.review.models import Decision, Finding, Review, Rule, RuleSet, RuleVersion, Trace
from dingdan.trade.review.queries import Dossier
from dingdan.trade.review.rules import Judgement

DOCUMENT = "order"


# ── rules ────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def change_rule(entry: Entry, *, row: Rule | None, values: Mapping[str, Any]) -> tuple[Put[Rule], int]:
    """Write a rule and its new version, let the right orders wait from now on; returns it and the edition that it makes.

    What changes nothing makes no version.
    """
    if row is not None and all(getattr(row, name) == value for name, value in values.items()):
        return put(entry, row, {}, model=Rule), queries.edition()
    edition = _next_edition(entry)
    told = {**values, "version": row.version + 1 if row else 1}
    saved = put(entry, row, told, model=Rule)
    said = {name: getattr(saved.row, name) for name in _SAID}
    RuleVersion.objects.create(id=new_id(), rule_id=saved.row.id, edition=edition, made_at=entry.at, **said)
    _open_gate(entry)
    return saved, edition


_SAID = (
    *("name", "state", "kind", "parameters", "channel_ids", "follows", "approvals", "holds_money", "weight", "version"),
)  # fmt: skip


def _next_edition(entry: Entry) -> int:
    insert((RuleSet, [{"id": entry.tenant_id}]), skip_existing=True)
    edition = queries.edition(lock=True) + 1
    RuleSet.objects.filter(id=entry.tenant_id).update(edition=edition)
    return edition


def _open_gate(entry: Entry) -> None:
    """Let orders wait for the rules in force: of the channels that any of them looks at, and no others."""
    rules = queries.rules_in_force()
    holding = [rule for rule in rules if rule.holds_money]
    channels.set_gate(
        entry,
        waiting=Waiting(
            everywhere=any(not rule.channel_ids for rule in rules),
            channels=frozenset().union(*(rule.channel_ids for rule in rules)),
            money_everywhere=any(not rule.channel_ids for rule in holding),
            money=frozenset().union(*(rule.channel_ids for rule in holding)),
        ),
    )


# ── reviews ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Reviewed:
    """An order that is locked, how it was judged, and its review from before."""

    entry: Entry
    order: Order
    dossier: Dossier
    judgement: Judgement
    before: Review | None
    edition: int


def judge_orders(reviewed: Sequence[Reviewed]) -> list[Review]:
    """Write what was found in orders and whether they wait; let the orders and their money wait or go. Returns the reviews."""
    rows = [_review(one) for one in reviewed]
    fresh = [(row, one) for row, one in zip(rows, reviewed, strict=True) if one.before is None]
    insert(
        (Review, [{name: getattr(row, name) for name in _COLUMNS} for row, _one in fresh]),
        (Finding, [found for row, one in zip(rows, reviewed, strict=True) for found in _findings(row, one)]),
        (Decision, [_verdict(row, one) for row, one in zip(rows, reviewed, strict=True)]),
        (Trace, [trace for row, one in fresh for trace in _traces(row, one)]),
    )
    again = [row for row, one in zip(rows, reviewed, strict=True) if one.before is not None]
    if again:
        Review.objects.bulk_update(again, _CHANGED)
    stop([Stop(one.entry, one.order, one.judgement.waits, one.judgement.holds_money) for one in reviewed])
    return rows


_COLUMNS = ("id", "order_id", "state", "round", "edition", "approvals", "score", "goods_key", "opened_at", "decided_at")
_CHANGED = ("state", "round", "edition", "approvals", "score", "goods_key", "opened_at", "decided_at")


def _review(one: Reviewed) -> Review:
    row = one.before or Review(id=new_id(), order_id=one.order.id, round=0)
    row.state = REVIEW_LIFE.turn("wait" if one.judgement.waits else "pass", row.state or REVIEW_LIFE.initial)
    row.round += 1
    row.edition, row.approvals, row.score = one.edition, one.judgement.approvals, one.judgement.score
    row.goods_key, row.opened_at = one.dossier.goods, one.entry.at
    row.decided_at = None if one.judgement.waits else one.entry.at
    one.entry.about("order", one.order.id)
    one.entry.about("review", row.id)
    return row


def _findings(row: Review, one: Reviewed) -> list[dict[str, Any]]:
    asked = {id(finding) for finding in one.judgement.asked}
    return [
        {
            "review_id": row.id, "round": row.round, "version_id": finding.rule.version_id, "kind": finding.rule.kind,
            "follows": finding.rule.follows, "weight": finding.rule.weight, "is_asked": id(finding) in asked,
            "facts": dict(finding.facts),
        }
        for finding in one.judgement.findings
    ]  # fmt: skip


def _verdict(row: Review, one: Reviewed) -> dict[str, Any]:
    verdict = ReviewVerdict.WAITS if one.judgement.waits else ReviewVerdict.PASSED
    return _decision(one.entry, row, verdict=verdict, is_last=not one.judgement.waits)


def _decision(
    entry: Entry, row: Review, *, verdict: ReviewVerdict, is_last: bool = False, note_id: UUID | None = None
) -> dict[str, Any]:
    return {
        "review_id": row.id, "round": row.round, "verdict": verdict.value, "edition": row.edition,
        "actor_kind": entry.actor.kind, "actor_id": entry.actor.id, "decided_at": entry.at, "is_last": is_last,
        "note_id": note_id,
    }  # fmt: skip


def _traces(row: Review, one: Reviewed) -> list[dict[str, Any]]:
    return [{"review_id": row.id, "key": key, "placed_at": one.order.placed_at} for key in one.dossier.buyer]


@dataclass(frozen=True, slots=True)
class Stop:
    """An order that is locked waits from now on or goes on, and so does its money."""

    entry: Entry
    order: Order
    waits: bool
    money_waits: bool = False


def stop(stops: Sequence[Stop]) -> None:
    """Let orders wait or go on, and with them the capture of their money."""
    orders.mark([orders.Mark(one.entry, one.order, one.waits) for one in stops])
    payments.keep_waiting(
        [
            payments.Patience(entry=one.entry, document=Document(DOCUMENT, one.order.id), waits=one.waits and one.money_waits)
            for one in stops
        ]
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A person's verdict on a review that is locked. `turn` is what becomes of the review; empty: it goes on waiting."""

    entry: Entry
    review: Review
    verdict: ReviewVerdict
    turn: str = ""
    note: str = ""


def decide(verdicts: Sequence[Verdict]) -> None:
    """Write what was decided about reviews, and what was said about it as a note for staff. One verdict a review."""
    rows, notes = [], []
    for one in verdicts:
        note_id = new_id() if one.note else None
        if note_id:
            notes.append(orders.NewNote(entry=one.entry, id=note_id, order_id=one.review.order_id, text=one.note))
        rows.append(_decision(one.entry, one.review, verdict=one.verdict, is_last=one.turn == "pass", note_id=note_id))
        if one.turn:
            one.review.state = REVIEW_LIFE.turn(one.turn, one.review.state)
            one.review.decided_at = one.entry.at
        one.entry.about("order", one.review.order_id)
        one.entry.about("review", one.review.id)
    orders.write_notes(notes)
    insert((Decision, rows))
    turned = [one.review for one in verdicts if one.turn]
    if turned:
        Review.objects.bulk_update(turned, ("state", "decided_at"))


def question(entry: Entry, *, review: Review, note_id: UUID) -> None:
    """Write that somebody wants to know something about an order before it is decided."""
    insert((Decision, [_decision(entry, review, verdict=ReviewVerdict.ASKED, note_id=note_id)]))
    Review.objects.filter(id=review.id).update(asked_at=entry.at)
    entry.about("review", review.id)


@dataclass(frozen=True, slots=True)
class Assignment:
    """Somebody, or nobody in particular, is to look at a review that is locked."""

    entry: Entry
    review: Review
    user_id: int | None


def assign(assignments: Sequence[Assignment]) -> None:
    """Write who is to look at reviews."""
    for one in assignments:
        one.review.assignee_id = one.user_id
        one.entry.about("order", one.review.order_id)
        one.entry.about("review", one.review.id)
    if assignments:
        Review.objects.bulk_update([one.review for one in assignments], ("assignee_id",))


def forget(entry: Entry, *, customer_id: UUID) -> int:
    """Forget by what later orders of a customer would find the earlier ones; returns how many traces there were."""
    reviews = queries.reviews().filter(order__customer_id=customer_id).values_list("id", flat=True)
    gone, _by_table = Trace.objects.filter(review_id__in=list(reviews)).delete()
    entry.about("customer", customer_id)
    return gone
