"""Which rules there are, and which look at orders now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import F, Q, QuerySet

from dingdan.kernel.errors import NotFound
from dingdan.trade.review.models import Rule, RuleSet, RuleVersion
from dingdan.trade.review.rules import RuleInForce

ACTIVE = "active"


def edition(*, lock: bool = False) -> int:
    """How often the rules of the shop in scope have changed.

    With `lock` nobody else reviews or changes rules until the transaction ends: two orders that are each other's duplicates are
    never looked at at once, and what a decision names as its edition is what it was made by.
    """
    rows = RuleSet.objects.select_for_update(no_key=True) if lock else RuleSet.objects
    return rows.values_list("edition", flat=True).first() or 0


def rules_in_force() -> list[RuleInForce]:
    """The rules that look at orders now, by code."""
    return _in_force(Q(rule__state=ACTIVE))


def rules_named(codes: Iterable[str]) -> list[RuleInForce]:
    """These rules as they are now, also those that are paused, by code. Raises `NotFound` for the first that is not there."""
    wanted = list(dict.fromkeys(codes))
    found = _in_force(Q(rule__code__in=wanted))
    known = {rule.code for rule in found}
    for code in wanted:
        if code not in known:
            raise NotFound(field="rules", what="rule", id=code)
    return found


def _in_force(which: Q) -> list[RuleInForce]:
    rows = RuleVersion.objects.filter(which, version=F("rule__version")).select_related("rule").order_by("rule__code")
    return [in_force(row) for row in rows]


def in_force(row: RuleVersion) -> RuleInForce:
    """A version of a rule as it judges."""
    return RuleInForce(
        rule_id=row.rule_id, version_id=row.id, code=row.rule.code, name=row.name, version=row.version, kind=row.kind,
        parameters=row.parameters, channel_ids=frozenset(row.channel_ids), follows=row.follows, approvals=row.approvals,
        holds_money=row.holds_money, weight=row.weight,
    )  # fmt: skip


def rules() -> QuerySet[Rule]:
    """Every rule, by code."""
    return Rule.objects.order_by("code")


def offered_rules() -> list[Rule]:
    """The rules that are not retired, by code."""
    return list(rules().exclude(state="retired"))


def versions_of(rule_ids: Sequence[UUID]) -> list[RuleVersion]:
    """All versions of rules, the newest first."""
    return list(RuleVersion.objects.filter(rule_id__in=rule_ids).select_related("rule").order_by("-edition"))
