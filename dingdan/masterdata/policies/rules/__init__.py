"""What a rule about returns must look like, and what it says about goods. Pure."""

from dingdan.masterdata.policies.rules.drafts import (
    DaysOutOfRange,
    FavorTermsDraft,
    FeeNotUsable,
    FractionNotUsable,
    RatherDates,
    ReturnGradeDraft,
    ReturnReasonDraft,
    ReturnRuleDraft,
    TooManyCodes,
    clean_favor_terms,
    clean_grade,
    clean_reason,
    clean_rule,
)
from dingdan.masterdata.policies.rules.presets import GRADES, NAMES, PRESETS, REASONS, Preset
from dingdan.masterdata.policies.rules.verdicts import FavorLimits, Grade, LineFacts, Rule, Verdict, Why, restocking, verdict

__all__ = [
    "GRADES",
    "NAMES",
    "PRESETS",
    "REASONS",
    "DaysOutOfRange",
    "FavorLimits",
    "FavorTermsDraft",
    "FeeNotUsable",
    "FractionNotUsable",
    "Grade",
    "LineFacts",
    "Preset",
    "RatherDates",
    "ReturnGradeDraft",
    "ReturnReasonDraft",
    "ReturnRuleDraft",
    "Rule",
    "TooManyCodes",
    "Verdict",
    "Why",
    "clean_favor_terms",
    "clean_grade",
    "clean_reason",
    "clean_rule",
    "restocking",
    "verdict",
]
