"""Rules, reasons and grades that most tests begin with."""

from decimal import Decimal

from dingdan.masterdata.policies.rules import FavorTermsDraft, ReturnGradeDraft, ReturnReasonDraft, ReturnRuleDraft

RULE = ReturnRuleDraft(
    code="house", name="Thirty days", countries=("gb",), reasons=("unwanted",), currency="GBP", window_days=30, shipping_fee=395,
    restocking_rate=Decimal("0.15"), restocking_fee=50,
)  # fmt: skip
REASON = ReturnReasonDraft(code="too-loud", name="Too loud", name_i18n={"zh-Hant": "太吵"}, fault="shop")
GRADE = ReturnGradeDraft(code="B", name="Opened", goes_to="damaged", given_back=Decimal("0.75"))
TERMS = FavorTermsDraft(currency="GBP", goodwill_limit=1500, bonus_rate=Decimal("0.1"), thank_you=500, credit_days=365)
