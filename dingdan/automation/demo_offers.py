"""What the demo's shop lets its buyers have: a coupon, three aprons for two, stars for less, and goods that may come back."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from dingdan.kernel.journal import Call
from dingdan.masterdata.policies.commands import adopt_return_preset
from dingdan.masterdata.promotions.commands import save_promotion
from dingdan.masterdata.promotions.rules import PromotionDraft

COUPON: Final = "WELCOME10"
PROMOTIONS: Final = (
    PromotionDraft(
        code="welcome", name="Welcome: 10 % off", gives="percent", percent=Decimal("0.1"), coupons=(COUPON,),
        name_i18n={"zh-Hant": "歡迎：九折", "zh-Hans": "欢迎：九折"},
    ),
    PromotionDraft(
        code="aprons", name="Three aprons for two", gives="buy_get", buy=2, get=1, percent=Decimal(1), skus=("APRON-*",),
        name_i18n={"zh-Hant": "圍裙買二送一", "zh-Hans": "围裙买二送一"},
    ),
    PromotionDraft(
        code="stars", name="Starry nights: 20 % off", gives="percent", percent=Decimal("0.2"), skus=("21730",),
        name_i18n={"zh-Hant": "星光夜：八折", "zh-Hans": "星光夜：八折"},
    ),
)  # fmt: skip
"""Written down after the prices, so that what is reduced (the stars) cost more before, if only for the moment since then."""
RETURNS: Final = "europe"


def allow(call: Callable[[str], Call]) -> None:
    """Write promotions and rules about returns down. `call` gives the call for a step, by its name."""
    for promotion in PROMOTIONS:
        save_promotion(call(f"promotion:{promotion.code}"), promotion=promotion)
    adopt_return_preset(call("returns"), preset=RETURNS)
