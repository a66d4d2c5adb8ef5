"""What promotions are, and what a cart gets of them. Pure."""

from dingdan.masterdata.promotions.rules.drafts import PromotionDraft, clean_coupon, clean_promotion, promotion_of
from dingdan.masterdata.promotions.rules.giving import NO_LIMITS, NOTHING, Idle, Nearly, Worked, nearly_given, work_out
from dingdan.masterdata.promotions.rules.refusals import CouponRefused, CouponUnknown, PromotionUsedUp, TooManyCoupons
from dingdan.masterdata.promotions.rules.telling import Lowered, lowered_for_everybody
from dingdan.masterdata.promotions.rules.terms import MOST_COUPONS, Cart, CartLine, Given, Gives, Left, Promotion, Terms, Tier

__all__ = [
    "MOST_COUPONS",
    "NOTHING",
    "NO_LIMITS",
    "Cart",
    "CartLine",
    "CouponRefused",
    "CouponUnknown",
    "Given",
    "Gives",
    "Idle",
    "Left",
    "Lowered",
    "Nearly",
    "Promotion",
    "PromotionDraft",
    "PromotionUsedUp",
    "Terms",
    "Tier",
    "TooManyCoupons",
    "Worked",
    "clean_coupon",
    "clean_promotion",
    "lowered_for_everybody",
    "nearly_given",
    "promotion_of",
    "work_out",
]
