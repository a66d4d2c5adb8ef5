"""Trying rules of the review on past orders, as the command line does it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from dingdan.automation.setup import default_tenant
from dingdan.kernel import clock
from dingdan.kernel.tenancy import tenant_scope
from dingdan.trade.review.queries import (
    LARGEST_PAGE,
    JudgedOtherwise,
    Place,
    Rehearsed,
    RuleTried,
    rehearse,
    rules_in_force,
    rules_named,
)

MOST_LISTED = 20


@dataclass(slots=True)
class Trial:
    """What rules would have done with past orders."""

    orders: int = 0
    waits: int = 0
    rules: list[RuleTried] = field(default_factory=list)
    found: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    changed: list[JudgedOtherwise] = field(default_factory=list)

    def add(self, told: Rehearsed) -> None:
        """Count what came of some more orders."""
        self.orders += told.orders
        self.waits += told.waits
        self.rules = list(told.rules)
        self.found.update({one.code: one.found for one in told.rules})
        self.asked.update({one.code: one.waits for one in told.rules})
        self.changed += told.changed

    def as_dict(self) -> dict[str, Any]:
        """For programs."""
        rules = [
            {"code": one.code, "version": one.version, "found": self.found[one.code], "waits": self.asked[one.code]}
            for one in self.rules
        ]
        changed = [{"number": one.number, "would": one.would, "was": one.was, "rules": list(one.rules)} for one in self.changed]
        return {
            "orders": self.orders,
            "waits": self.waits,
            "passes": self.orders - self.waits,
            "rules": rules,
            "changed": changed,
        }

    def lines(self) -> list[str]:
        """For people."""
        told = [f"{self.orders:,} orders: {self.waits:,} would wait, {self.orders - self.waits:,} would pass by themselves"]
        told += [
            f"  {one.code} (version {one.version}) has found something in {self.found[one.code]:,}; {self.asked[one.code]:,} wait"
            for one in self.rules
        ]
        told.append(f"{len(self.changed):,} would have fared otherwise" + (":" if self.changed else ""))
        told += [
            f"  {one.number}: {one.would}, was {one.was or 'not reviewed'}" + (f" ({', '.join(one.rules)})" if one.rules else "")
            for one in self.changed[:MOST_LISTED]
        ]
        return told + (["  … --json tells all of them"] if len(self.changed) > MOST_LISTED else [])


def try_rules(codes: Sequence[str], most: int, *, step: Callable[[int], None]) -> Trial:
    """Try these rules, or those that are active, on the last orders of the shop. Nothing is written."""
    trial, at = Trial(), clock.now()
    after: Place | None = None
    with tenant_scope(default_tenant().id):
        chosen = rules_named(codes) if codes else rules_in_force()
        while trial.orders < most:
            told = rehearse(chosen, at=at, limit=min(LARGEST_PAGE, most - trial.orders), after=after)
            trial.add(told)
            step(told.orders)
            after = told.next
            if after is None:
                break
    return trial
