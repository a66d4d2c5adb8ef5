"""Judging an order by the rules in force: what they find, and whether it passes by itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from dingdan.kernel.canonical import json_text
from dingdan.trade.review.lifecycle import Follows, RuleKind
from dingdan.trade.review.rules import looking
from dingdan.trade.review.rules.facts import Facts, Need
from dingdan.trade.review.rules.kinds import KINDS, needs_of

Settled = tuple[UUID, str]
"""A version of a rule, and what it had found: once people let that pass, it is not asked about again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleInForce:
    """A rule in one of its versions. Without channels it looks at orders of all of them."""

    rule_id: UUID
    version_id: UUID
    code: str
    name: str
    version: int
    kind: str
    parameters: Mapping[str, Any]
    channel_ids: frozenset[UUID] = frozenset()
    follows: str = Follows.WAIT.value
    approvals: int = 1
    holds_money: bool = False
    weight: int = 0

    def looks_at(self, facts: Facts) -> bool:
        """Whether an order of that channel is its business."""
        return not self.channel_ids or facts.channel_id in self.channel_ids

    @property
    def needs(self) -> frozenset[Need]:
        """What it wants to know beyond the order itself."""
        return needs_of(self.kind, self.parameters)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule has found in an order."""

    rule: RuleInForce
    facts: Mapping[str, Any]

    @property
    def key(self) -> Settled:
        """What makes two findings the same one."""
        return self.rule.version_id, json_text(self.facts)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What came of an order: everything that was found, and of that what people have to look at (`asked`)."""

    findings: tuple[Finding, ...]
    asked: tuple[Finding, ...]
    score: int

    @property
    def waits(self) -> bool:
        """Whether it waits until people let it pass."""
        return bool(self.asked)

    @property
    def approvals(self) -> int:
        """How many people must let it pass."""
        return max((finding.rule.approvals for finding in self.asked), default=0)

    @property
    def holds_money(self) -> bool:
        """Whether nothing is captured while it waits."""
        return any(finding.rule.holds_money for finding in self.asked)


def judge(rules: Sequence[RuleInForce], facts: Facts, *, settled: Collection[Settled] = ()) -> Judgement:
    """Look at an order with every rule. A rule that passes outweighs those that wait; what was settled is not asked again."""
    concerned = [rule for rule in rules if rule.looks_at(facts)]
    findings = []
    for rule in concerned:
        look = KINDS[rule.kind].look
        seen = look(rule.parameters, facts) if look else None
        if seen is not None:
            findings.append(Finding(rule, seen))
    score = sum(finding.rule.weight for finding in findings)
    for rule in concerned:
        seen = looking.risk_score(rule.parameters, score) if rule.kind == RuleKind.RISK_SCORE else None
        if seen is not None:
            findings.append(Finding(rule, seen))
    waits = [one for one in findings if one.rule.follows == Follows.WAIT and one.key not in settled]
    if any(one.rule.follows == Follows.LET_PASS for one in findings):
        waits = []
    return Judgement(tuple(findings), tuple(waits), score)


def needed(rules: Iterable[RuleInForce]) -> frozenset[Need]:
    """What all these rules together want to know."""
    return frozenset().union(*(rule.needs for rule in rules))
