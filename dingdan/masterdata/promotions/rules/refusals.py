"""Why a coupon is not taken. Pure."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Refusal, WrongGuess


class CouponUnknown(WrongGuess):
    """No promotion has such a coupon."""

    sentence = _("There is no coupon {coupon}.")
    remedy = _("Look at the coupon character by character, or leave it out.")


class CouponRefused(Refusal):
    """The coupon is there and gives nothing to this cart."""

    status = 422
    sentence = _("Coupon {coupon} cannot be used here.")
    remedy = _("Leave it out, or use another one.")


class TooManyCoupons(CouponRefused):
    sentence = _("An order takes at most {most} coupons.")
    remedy = _("Leave some of them out.")


class CouponNotYet(CouponRefused):
    sentence = _("Coupon {coupon} can be used from {day} on.")
    remedy = _("Come back then, or leave it out.")


class CouponExpired(CouponRefused):
    sentence = _("Coupon {coupon} could be used until {day}.")
    remedy = _("Leave it out, or use another one.")


class CouponUsedUp(CouponRefused):
    sentence = _("Coupon {coupon} has been used as often as it can be.")
    remedy = _("Leave it out, or use another one.")


class CouponUsedBefore(CouponRefused):
    sentence = _("Coupon {coupon} has been used as often as one customer, or one e-mail address, can.")
    remedy = _("Leave it out, or use another one.")


class CouponNotHere(CouponRefused):
    """Another channel, or another currency."""

    sentence = _("Coupon {coupon} is not for orders here.")
    remedy = _("Leave it out, or order where it was promised.")


class CouponForOthers(CouponRefused):
    """It is for customers of another group, or with a tag."""

    sentence = _("Coupon {coupon} is for other customers.")
    remedy = _("Sign in as the customer that it was given to, or leave it out.")


class CouponNeedsCustomer(CouponRefused):
    sentence = _("Coupon {coupon} is for customers whom the shop knows, and nobody said who buys.")
    remedy = _("Sign in, or name the customer; else leave it out.")


class CouponNeedsEmail(CouponRefused):
    sentence = _("Coupon {coupon} is counted for each customer: it is taken off once it is known who buys.")
    remedy = _("Write your e-mail address in the checkout, sign in, or name the customer; else leave it out.")


class CouponForFirstOrder(CouponRefused):
    sentence = _("Coupon {coupon} is for a customer's first order.")
    remedy = _("Leave it out, or use another one.")


class CouponForOtherGoods(CouponRefused):
    sentence = _("Nothing in the cart is what coupon {coupon} is for.")
    remedy = _("Put such an article into the cart, or leave the coupon out.")


class CouponWantsMore(CouponRefused):
    sentence = _("Coupon {coupon} is for {least} and more of the goods that it is for; there is {there}.")
    remedy = _("Put more of them into the cart, or leave the coupon out.")


class CouponNotCombined(CouponRefused):
    sentence = _("Coupon {coupon} does not go together with {other}.")
    remedy = _("Use one of the two.")


class CouponGivesNothing(CouponRefused):
    sentence = _("Coupon {coupon} takes nothing off this cart.")
    remedy = _("Leave it out, and keep it for another order.")


class PromotionUsedUp(Refusal):
    """Somebody else was faster."""

    sentence = _("{promotion} has been used as often as it can be.")
    remedy = _("Go on without it, or let it be used more often.")
