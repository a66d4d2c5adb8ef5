"""What can be asked about the rules of returns."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from dingdan.masterdata.policies.lifecycle import POLICY_LIFE
from dingdan.masterdata.policies.models import FavorTerms, ReturnGrade, ReturnReason, ReturnRule
from dingdan.masterdata.policies.rules import GRADES, REASONS, FavorLimits, Grade, Rule

_ACTIVE = POLICY_LIFE.initial


def rules_in_force() -> tuple[Rule, ...]:
    """The rules that decide, in the order in which they are asked. One statement."""
    names = [one.name for one in fields(Rule)]
    rows = ReturnRule.objects.filter(state=_ACTIVE).order_by("position", "id").values(*names)
    return tuple(Rule(**{name: _frozen(value) for name, value in row.items()}) for row in rows)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def grades_in_force() -> dict[str, Grade]:
    """The grades by code; those that ship with the program where the shop has none of its own. One statement."""
    rows: list[Any] = list(ReturnGrade.objects.filter(state=_ACTIVE).order_by("position", "id"))
    rows = rows or list(GRADES)
    return {row.code: Grade(code=row.code, goes_to=str(row.goes_to), given_back=row.given_back, id=row.id) for row in rows}


def reasons_in_force() -> dict[str, ReturnReason | None]:
    """The reasons by code with their rows; those that ship with the program, without rows, where the shop has none."""
    rows = list(ReturnReason.objects.filter(state=_ACTIVE).order_by("position", "id"))
    return {row.code: row for row in rows} if rows else dict.fromkeys(one.code for one in REASONS)


def favor_limits(currency: str) -> FavorLimits:
    """What may be given beyond what is owed in a currency; nothing where the shop has not said. One statement."""
    row = FavorTerms.objects.filter(currency=currency).first()
    return FavorLimits(**{one.name: getattr(row, one.name) for one in fields(FavorLimits)}) if row else FavorLimits()
