"""What may come back and at what cost: rules, reasons, grades, and what may be given as a favor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from dingdan.masterdata.policies.commands import (
    adopt_return_preset,
    restore_return_grade,
    restore_return_reason,
    restore_return_rule,
    retire_return_grade,
    retire_return_reason,
    retire_return_rule,
    save_favor_terms,
    save_return_grade,
    save_return_reason,
    save_return_rule,
)
from dingdan.masterdata.policies.lifecycle import POLICY_LIFE
from dingdan.masterdata.policies.models import FavorTerms, ReturnGrade, ReturnReason, ReturnRule
from dingdan.web.api.registers import Register, registers
from dingdan.web.api.writes import Write, mount

TAG = "Rules about returns"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRuleView:
    """A rule about returns. Of those that fit, the one with the lowest position decides. Amounts in minor units."""

    id: UUID
    code: str
    name: str
    position: int
    channels: list[str]
    countries: list[str]
    tax_classes: list[str]
    skus: list[str]
    reasons: list[str]
    currency: str
    starts_on: date | None
    ends_on: date | None
    allows: bool
    window_days: int | None
    counted_from: str
    conditions: list[str]
    shipping_paid_by: str
    shipping_fee: int
    restocking_rate: Decimal
    restocking_fee: int
    grades_count: bool
    refund_at: str
    sends_ahead: bool
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnReasonView:
    """Why goods come back or are claimed."""

    id: UUID
    code: str
    name: str
    name_i18n: dict[str, str]
    fault: str
    position: int
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnGradeView:
    """What inspected goods are found to be: where they go, and which part of their worth is given back (1: all of it)."""

    id: UUID
    code: str
    name: str
    goes_to: str
    given_back: Decimal
    position: int
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FavorTermsView:
    """What may be given in a currency beyond what is owed, in minor units."""

    id: UUID
    currency: str
    goodwill_limit: int
    bonus_rate: Decimal
    thank_you: int
    credit_days: int | None
    declined_to_credit: bool


registers(
    Register(
        plural="return-rules",
        states=POLICY_LIFE.states,
        singular="return_rule",
        view=ReturnRuleView,
        rows=lambda: ReturnRule.objects.order_by("position", "id"),
        permission="policies.read",
        tag=TAG,
    ),
    Register(
        plural="return-reasons",
        states=POLICY_LIFE.states,
        singular="return_reason",
        view=ReturnReasonView,
        rows=lambda: ReturnReason.objects.order_by("position", "id"),
        permission="policies.read",
        tag=TAG,
    ),
    Register(
        plural="return-grades",
        states=POLICY_LIFE.states,
        singular="return_grade",
        view=ReturnGradeView,
        rows=lambda: ReturnGrade.objects.order_by("position", "id"),
        permission="policies.read",
        tag=TAG,
    ),
    Register(
        plural="favor-terms",
        singular="favor_terms",
        view=FavorTermsView,
        rows=lambda: FavorTerms.objects.order_by("id"),
        permission="policies.read",
        tag=TAG,
    ),
)
mount(
    Write(path="/return-rules", command=save_return_rule, makes="/return-rules/{return_rule_id}", tag=TAG),
    Write(method="PUT", path="/return-rules/{return_rule_id}", command=save_return_rule, name="change_return_rule", tag=TAG),
    Write(path="/return-rules/{return_rule_id}/retire", command=retire_return_rule, tag=TAG),
    Write(path="/return-rules/{return_rule_id}/restore", command=restore_return_rule, tag=TAG),
    Write(path="/return-reasons", command=save_return_reason, makes="/return-reasons/{return_reason_id}", tag=TAG),
    Write(
        method="PUT", path="/return-reasons/{return_reason_id}", command=save_return_reason, name="change_return_reason", tag=TAG
    ),
    Write(path="/return-reasons/{return_reason_id}/retire", command=retire_return_reason, tag=TAG),
    Write(path="/return-reasons/{return_reason_id}/restore", command=restore_return_reason, tag=TAG),
    Write(path="/return-grades", command=save_return_grade, makes="/return-grades/{return_grade_id}", tag=TAG),
    Write(method="PUT", path="/return-grades/{return_grade_id}", command=save_return_grade, name="change_return_grade", tag=TAG),
    Write(path="/return-grades/{return_grade_id}/retire", command=retire_return_grade, tag=TAG),
    Write(path="/return-grades/{return_grade_id}/restore", command=restore_return_grade, tag=TAG),
    Write(path="/favor-terms", command=save_favor_terms, makes="/favor-terms/{favor_terms_id}", tag=TAG),
    Write(path="/return-presets/{preset}/adopt", command=adopt_return_preset, tag=TAG),
)
