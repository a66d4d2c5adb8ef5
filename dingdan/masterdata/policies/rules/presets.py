"""Rules that ship with the program: what the law says in large parts of the world, to be adopted and then changed at will.

Names stand here in English, and are written into a shop's registers in its own language.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext_noop as _

from dingdan.masterdata.policies.lifecycle import Condition, Fault, GoesTo, PaidBy
from dingdan.masterdata.policies.rules.drafts import ReturnGradeDraft, ReturnReasonDraft, ReturnRuleDraft


@dataclass(frozen=True, slots=True)
class Preset:
    """Rules that belong together."""

    rules: tuple[ReturnRuleDraft, ...]


def _reason(code: str, name: str, fault: Fault = Fault.SHOP) -> ReturnReasonDraft:
    return ReturnReasonDraft(code=code, name=name, fault=fault.value)


REASONS: Final = (
    _reason("unwanted", _("Changed my mind"), Fault.CUSTOMER),
    _reason("wrong_size", _("Does not fit"), Fault.CUSTOMER),
    _reason("damaged", _("Damaged"), Fault.CARRIER),
    _reason("wrong_item", _("Wrong item")),
    _reason("not_as_described", _("Not as described")),
    _reason("missing", _("Did not arrive"), Fault.CARRIER),
    _reason("late", _("Came too late"), Fault.CARRIER),
    _reason("warranty", _("Broke under warranty")),
    _reason("other", _("Something else"), Fault.CUSTOMER),
)

GRADES: Final = (
    ReturnGradeDraft(code="A", name=_("As new"), goes_to=GoesTo.STOCK, position=10),
    ReturnGradeDraft(code="B", name=_("Opened, good"), goes_to=GoesTo.DAMAGED, given_back=Decimal("0.8"), position=20),
    ReturnGradeDraft(code="C", name=_("Worn or incomplete"), goes_to=GoesTo.DAMAGED, given_back=Decimal("0.5"), position=30),
    ReturnGradeDraft(code="refurbish", name=_("To be refurbished"), goes_to=GoesTo.REFURBISH, position=40),
    ReturnGradeDraft(code="scrap", name=_("Beyond repair"), goes_to=GoesTo.SCRAP, given_back=Decimal(0), position=50),
    ReturnGradeDraft(code="supplier", name=_("Back to the supplier"), goes_to=GoesTo.SUPPLIER, position=60),
)

_FAULTY: Final = ("damaged", "wrong_item", "not_as_described", "missing", "warranty")
_EUROPE: Final = (
    "AT BE BG CY CZ DE DK EE ES FI FR GB GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split()  # noqa: SIM905
)

PRESETS: Final[dict[str, Preset]] = {
    # Directive 2011/83/EU and the Consumer Contracts Regulations 2013: fourteen days without a reason, two years for what was
    # faulty when it came. Diminished value may be kept back, a restocking fee may not.
    "europe": Preset(
        (
            ReturnRuleDraft(
                code="europe-faulty", name=_("Faulty goods: two years"), position=100, countries=tuple(_EUROPE), reasons=_FAULTY,
                window_days=730, shipping_paid_by=PaidBy.SHOP, grades_count=False,
            ),
            ReturnRuleDraft(
                code="europe-14-days", name=_("Fourteen days without a reason"), position=110, countries=tuple(_EUROPE),
                window_days=14,
            ),
        )
    ),
    # The consumer law's seven days without a reason (七天無理由退貨): the goods are to be intact, the customer pays the way back.
    "china": Preset(
        (
            ReturnRuleDraft(
                code="china-faulty", name=_("Faulty goods: fifteen days"), position=100, countries=("CN",), reasons=_FAULTY,
                window_days=15, shipping_paid_by=PaidBy.SHOP, grades_count=False,
            ),
            ReturnRuleDraft(
                code="china-7-days", name=_("Seven days without a reason"), position=110, countries=("CN",), window_days=7,
                conditions=(Condition.UNOPENED.value, Condition.OPENED.value),
            ),
        )
    ),
    # What many shops promise where no law does.
    "thirty-days": Preset(
        (
            ReturnRuleDraft(
                code="faulty-goods", name=_("Faulty goods: one year"), position=200, reasons=_FAULTY, window_days=365,
                shipping_paid_by=PaidBy.SHOP, grades_count=False,
            ),
            ReturnRuleDraft(code="thirty-days", name=_("Thirty days"), position=210, window_days=30),
        )
    ),
}  # fmt: skip
"""Presets by name. Where a law and the house rule both fit, the law stands before it."""

NAMES: Final = {
    "reason": {one.code: one.name for one in REASONS},
    "grade": {one.code: one.name for one in GRADES},
    "rule": {one.code: one.name for preset in PRESETS.values() for one in preset.rules},
}
"""What reasons, grades and rules are called that ship with the program, by code."""
