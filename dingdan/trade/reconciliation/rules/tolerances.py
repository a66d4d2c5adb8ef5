"""How much may be missing of a payment before it counts as too little. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Refusal
from dingdan.kernel.money import exponent


class ToleranceNotUsable(Refusal):
    """A tolerance is for what banks keep, not for what customers owe."""

    status = 422
    sentence = _("{amount} is not a tolerance in {currency}: it is between nothing and {most}.")
    remedy = _("Give minor units, such as 100 for one euro; larger amounts are given up one by one.")


_MOST_MAJOR = 50


def clean_tolerances(amounts: Mapping[str, int]) -> dict[str, int]:
    """The tolerances by currency, those of nothing left out. Refuses unknown currencies, and amounts that are no small ones."""
    for currency, amount in amounts.items():
        most = _MOST_MAJOR * 10 ** exponent(currency)
        if not 0 <= amount <= most:
            raise ToleranceNotUsable(field=f"amounts.{currency}", amount=amount, currency=currency, most=most)
    return {currency: amount for currency, amount in sorted(amounts.items()) if amount}
