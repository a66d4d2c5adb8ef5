"""Rules that ship with the program: what the law says in large parts of the world, to be adopted and then changed at will."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from dingdan.masterdata.policies.lifecycle import Condition, Fault, GoesTo, PaidBy
from dingdan.masterdata.policies.rules.drafts import ReturnGradeDraft, ReturnReasonDraft, ReturnRuleDraft


@dataclass(frozen=True, slots=True)
class Preset:
    """Rules that belong together."""

    rules: tuple[ReturnRuleDraft, ...]


def _reason(code: str, name: str, hant: str, hans: str, fault: Fault = Fault.SHOP) -> ReturnReasonDraft:
    return ReturnReasonDraft(code=code, name=name, name_i18n={"zh-Hant": hant, "zh-Hans": hans}, fault=fault.value)


REASONS: Final = (
    _reason("unwanted", "Changed my mind", "不想要了", "不想要了", Fault.CUSTOMER),
    _reason("wrong_size", "Does not fit", "尺寸不合", "尺码不合", Fault.CUSTOMER),
    _reason("damaged", "Damaged", "商品損壞", "商品损坏", Fault.CARRIER),
    _reason("wrong_item", "Wrong item", "寄錯商品", "发错商品"),
    _reason("not_as_described", "Not as described", "與描述不符", "与描述不符"),
    _reason("missing", "Did not arrive", "未收到", "未收到", Fault.CARRIER),
    _reason("late", "Came too late", "太晚送達", "送达太晚", Fault.CARRIER),
    _reason("warranty", "Broke under warranty", "保固期內故障", "保修期内故障"),
    _reason("other", "Something else", "其他", "其他", Fault.CUSTOMER),
)

GRADES: Final = (
    ReturnGradeDraft(code="A", name="As new", goes_to=GoesTo.STOCK, position=10),
    ReturnGradeDraft(code="B", name="Opened, good", goes_to=GoesTo.DAMAGED, given_back=Decimal("0.8"), position=20),
    ReturnGradeDraft(code="C", name="Worn or incomplete", goes_to=GoesTo.DAMAGED, given_back=Decimal("0.5"), position=30),
    ReturnGradeDraft(code="refurbish", name="To be refurbished", goes_to=GoesTo.REFURBISH, position=40),
    ReturnGradeDraft(code="scrap", name="Beyond repair", goes_to=GoesTo.SCRAP, given_back=Decimal(0), position=50),
    ReturnGradeDraft(code="supplier", name="Back to the supplier", goes_to=GoesTo.SUPPLIER, position=60),
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
                code="europe-faulty", name="Faulty goods: two years", position=100, countries=tuple(_EUROPE), reasons=_FAULTY,
                window_days=730, shipping_paid_by=PaidBy.SHOP, grades_count=False,
            ),
            ReturnRuleDraft(
                code="europe-14-days", name="Fourteen days without a reason", position=110, countries=tuple(_EUROPE),
                window_days=14,
            ),
        )
    ),
    # The consumer law's seven days without a reason (七天無理由退貨): the goods are to be intact, the customer pays the way back.
    "china": Preset(
        (
            ReturnRuleDraft(
                code="china-faulty", name="Faulty goods: fifteen days", position=100, countries=("CN",), reasons=_FAULTY,
                window_days=15, shipping_paid_by=PaidBy.SHOP, grades_count=False,
            ),
            ReturnRuleDraft(
                code="china-7-days", name="Seven days without a reason", position=110, countries=("CN",), window_days=7,
                conditions=(Condition.UNOPENED.value, Condition.OPENED.value),
            ),
        )
    ),
    # What many shops promise where no law does.
    "thirty-days": Preset(
        (
            ReturnRuleDraft(
                code="faulty-goods", name="Faulty goods: one year", position=200, reasons=_FAULTY, window_days=365,
                shipping_paid_by=PaidBy.SHOP, grades_count=False,
            ),
            ReturnRuleDraft(code="thirty-days", name="Thirty days", position=210, window_days=30),
        )
    ),
}  # fmt: skip
"""Presets by name. Where a law and the house rule both fit, the law stands before it."""
