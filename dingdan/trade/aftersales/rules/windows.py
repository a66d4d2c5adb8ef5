"""How long customers may change or cancel their orders themselves. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Refusal

CUSTOMER: Final = "customer"
"""The kind of actor that a customer is, who holds the link to an order."""
_BEGUN: Final = ("picking", "packed")


class TooLateForCustomers(Refusal):
    """The time in which customers may change their order is over."""

    sentence = _("This order can no longer be changed by the customer: {why}.")
    remedy = _("Write to the shop, which may still change it; or send back what arrives.")


def check_window(parcels: Iterable[str], hours: int | None, *, placed_at: datetime, at: datetime) -> None:
    """Refuse a change by the customer of an order that is being picked, or whose channel leaves less time.

    `parcels` are the states of its shipments, `hours` is how long the channel lets customers change their orders (None: no end).
    """
    if set(parcels) & set(_BEGUN):
        raise TooLateForCustomers(why=_("it is being packed"))
    if hours is not None and at >= placed_at + timedelta(hours=hours):
        raise TooLateForCustomers(why=_("the {hours} hours for that are over").format(hours=hours))
