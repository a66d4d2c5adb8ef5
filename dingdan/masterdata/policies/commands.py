"""What can be done with the rules about returns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any
from uuid import UUID

from dingdan.kernel.command import command
from dingdan.kernel.journal import Entry
from dingdan.kernel.register import Put, key_of, locked, put
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.kernel.text import one_of
from dingdan.kernel.wording import in_every_language, nearest
from dingdan.masterdata.policies.events import (
    FavorTermsSaved,
    ReturnGradeSaved,
    ReturnGradeTurned,
    ReturnPresetAdopted,
    ReturnReasonSaved,
    ReturnReasonTurned,
    ReturnRuleSaved,
    ReturnRuleTurned,
)
from dingdan.masterdata.policies.lifecycle import POLICY_LIFE
from dingdan.masterdata.policies.models import FavorTerms, ReturnGrade, ReturnReason, ReturnRule
from dingdan.masterdata.policies.rules import (
    GRADES,
    PRESETS,
    REASONS,
    FavorTermsDraft,
    ReturnGradeDraft,
    ReturnReasonDraft,
    ReturnRuleDraft,
    clean_favor_terms,
    clean_grade,
    clean_reason,
    clean_rule,
)

key_of("return_rule_code_is_unique", field="code", what="rule")
key_of("return_reason_code_is_unique", field="code", what="reason")
key_of("return_grade_code_is_unique", field="code", what="grade")


@command
def save_return_rule(entry: Entry, *, rule: ReturnRuleDraft) -> ReturnRuleSaved:
    """Write a rule about returns down, or change it. Returns that were decided before keep what they were told.

    Refuses texts, codes, countries, days, parts and amounts that cannot be, naming the field.
    """
    saved = _save(entry, asdict(clean_rule(rule)), model=ReturnRule)
    return ReturnRuleSaved(return_rule_id=saved.row.id, created=saved.created, changes=saved.changes)


@command
def retire_return_rule(entry: Entry, *, return_rule_id: UUID) -> ReturnRuleTurned:
    """Let a rule decide nothing new. Refuses one that is retired already."""
    return ReturnRuleTurned(return_rule_id=return_rule_id, state=_turn(entry, return_rule_id, name="retire", model=ReturnRule))


@command
def restore_return_rule(entry: Entry, *, return_rule_id: UUID) -> ReturnRuleTurned:
    """Let a retired rule decide again. Refuses one that is in force."""
    return ReturnRuleTurned(return_rule_id=return_rule_id, state=_turn(entry, return_rule_id, name="restore", model=ReturnRule))


@command
def save_return_reason(entry: Entry, *, reason: ReturnReasonDraft) -> ReturnReasonSaved:
    """Write a reason for returns and claims down, or change it. Refuses texts, codes and languages that cannot be."""
    saved = _save(entry, asdict(clean_reason(reason)), model=ReturnReason)
    return ReturnReasonSaved(return_reason_id=saved.row.id, created=saved.created, changes=saved.changes)


@command
def retire_return_reason(entry: Entry, *, return_reason_id: UUID) -> ReturnReasonTurned:
    """Offer a reason no longer; what was said before stays. Refuses one that is retired already."""
    state = _turn(entry, return_reason_id, name="retire", model=ReturnReason)
    return ReturnReasonTurned(return_reason_id=return_reason_id, state=state)


@command
def restore_return_reason(entry: Entry, *, return_reason_id: UUID) -> ReturnReasonTurned:
    """Offer a retired reason again. Refuses one that is offered."""
    state = _turn(entry, return_reason_id, name="restore", model=ReturnReason)
    return ReturnReasonTurned(return_reason_id=return_reason_id, state=state)


@command
def save_return_grade(entry: Entry, *, grade: ReturnGradeDraft) -> ReturnGradeSaved:
    """Write a grade of inspected goods down, or change it. Refuses texts, codes, places and parts that cannot be."""
    saved = _save(entry, asdict(clean_grade(grade)), model=ReturnGrade)
    return ReturnGradeSaved(return_grade_id=saved.row.id, created=saved.created, changes=saved.changes)


@command
def retire_return_grade(entry: Entry, *, return_grade_id: UUID) -> ReturnGradeTurned:
    """Give a grade no longer. Refuses one that is retired already."""
    state = _turn(entry, return_grade_id, name="retire", model=ReturnGrade)
    return ReturnGradeTurned(return_grade_id=return_grade_id, state=state)


@command
def restore_return_grade(entry: Entry, *, return_grade_id: UUID) -> ReturnGradeTurned:
    """Give a retired grade again. Refuses one that is given."""
    state = _turn(entry, return_grade_id, name="restore", model=ReturnGrade)
    return ReturnGradeTurned(return_grade_id=return_grade_id, state=state)


@command
def save_favor_terms(entry: Entry, *, terms: FavorTermsDraft) -> FavorTermsSaved:
    """Say what may be given in a currency beyond what is owed. Refuses currencies, parts, amounts and days that cannot be."""
    values = asdict(clean_favor_terms(terms))
    row = FavorTerms.objects.select_for_update(no_key=True).filter(currency=values["currency"]).first()
    saved = put(entry, row, values, model=FavorTerms)
    return FavorTermsSaved(favor_terms_id=saved.row.id, created=saved.created, changes=saved.changes)


@command
def adopt_return_preset(entry: Entry, *, preset: str) -> ReturnPresetAdopted:
    """Take over rules that ship with the program, with reasons and grades.

    All are named in the shop's language. What goes by the same code stays as it is. Refuses a preset that does not exist.
    """
    wanted = PRESETS[one_of(preset, "preset", PRESETS)]
    return ReturnPresetAdopted(
        preset=preset,
        rules=_add(entry, (asdict(one) for one in wanted.rules), model=ReturnRule),
        reasons=_add(entry, (asdict(one) for one in REASONS), model=ReturnReason),
        grades=_add(entry, (asdict(one) for one in GRADES), model=ReturnGrade),
    )


def _add(entry: Entry, drafts: Iterable[dict[str, Any]], *, model: type[Any]) -> tuple[UUID, ...]:
    """Write down what has no row by its code yet; the ids of what was added."""
    known, language = set(model.objects.values_list("code", flat=True)), tenant_in_scope().language
    added = [values for values in drafts if values["code"] not in known]
    return tuple(_save(entry, _named(values, language), model=model).row.id for values in added)


def _named(values: dict[str, Any], language: str) -> dict[str, Any]:
    """What ships with the program, named in a language; what is shown to customers is named in the others, too."""
    said = in_every_language(values["name"])
    others = {"name_i18n": {tag: name for tag, name in said.items() if tag != nearest(language)}} if "name_i18n" in values else {}
    return values | {"name": said[nearest(language)]} | others


def _save(entry: Entry, values: dict[str, Any], *, model: type[Any]) -> Put[Any]:
    written: dict[str, Any] = {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
    id_ = written.pop("id")
    known = model.objects.select_for_update(no_key=True).filter(code=written["code"])
    row = locked(entry, model, id_) if id_ else known.first()
    return put(entry, row, written, model=model)


def _turn(entry: Entry, id_: UUID, *, name: str, model: type[Any]) -> str:
    row = locked(entry, model, id_)
    saved = put(entry, row, {"state": POLICY_LIFE.turn(name, row.state)}, model=model)
    return str(saved.row.state)
