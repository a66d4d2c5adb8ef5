"""Which payment methods are offered for a sale, and what each costs. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Refusal
from dingdan.kernel.money import currency_step, round_minor
from dingdan.kernel.text import said

BUILT_IN: Final = (
    "cash", "terminal", "bank_transfer", "cash_on_delivery", "on_account", "store_credit", "gift_card",
)  # fmt: skip
"""The methods that need no firm. The book of payments says where the money of each lies."""


class PaymentMethodNotAvailable(Refusal):
    """The shop offers it to others, elsewhere, or for other amounts."""

    status = 422
    sentence = _("{method} is not offered for this order.")
    remedy = _("Choose one of: {choices}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """What decides about who is offered what: ``channel`` is a code, ``amount`` what is paid without the method's own charge."""

    channel: str
    country: str
    currency: str
    amount: int
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodTerms:
    """A payment method as the register tells it. Empty lists narrow nothing; amounts are minor units of its only currency.

    The charge is a surcharge above zero and a discount below. ``expires_hours``: how long an order waits for its money.
    """

    code: str
    gateway: str
    name: str
    name_i18n: Mapping[str, str] = field(default_factory=dict)
    instructions: str = ""
    instructions_i18n: Mapping[str, str] = field(default_factory=dict)
    ways: tuple[str, ...] = ()
    icon: str = ""
    channels: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    currencies: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None
    charge_rate: Decimal = Decimal(0)
    charge_amount: int = 0
    tax_class: str = "standard"
    expires_hours: int | None = None
    net_days: int | None = None
    net_days_by_group: Mapping[str, int] = field(default_factory=dict)

    def fits(self, sale: Sale) -> bool:
        """Whether it is offered for a sale."""
        narrows = (
            (self.channels, sale.channel),
            (self.countries, sale.country),
            (self.currencies, sale.currency),
            (self.groups, sale.group),
        )
        if any(wanted and there not in wanted for wanted, there in narrows):
            return False
        return (self.least is None or sale.amount >= self.least) and (self.most is None or sale.amount <= self.most)

    def charge(self, amount: int, currency: str) -> int:
        """What it adds to a sale of that amount, or (below zero) takes off it; never more than there is."""
        return max(round_minor(self.charge_rate * amount, step=currency_step(currency)) + self.charge_amount, -amount)

    def days(self, group: str) -> int | None:
        """After how many days from the invoice a customer of that group is to have paid."""
        return self.net_days_by_group.get(group, self.net_days)

    @property
    def patience(self) -> timedelta | None:
        """How long an order waits for its money, where the method says so."""
        return None if self.expires_hours is None else timedelta(hours=self.expires_hours)

    def named(self, language: str) -> str:
        """Its name in a language."""
        return said(self.name_i18n, language, self.name)

    def told(self, language: str) -> str:
        """Its instructions in a language."""
        return said(self.instructions_i18n, language, self.instructions)


def offered(methods: Sequence[MethodTerms], sale: Sale) -> list[MethodTerms]:
    """Those of the methods that are offered for a sale, in the shop's order."""
    return [one for one in methods if one.fits(sale)]


def check_offered(methods: Sequence[MethodTerms], code: str, sale: Sale, *, field: str = "payment_method") -> MethodTerms | None:
    """The method of that code. Refuses one that is not offered; a shop that wrote no methods down offers everything (None)."""
    if not methods:
        return None
    fitting = offered(methods, sale)
    for one in fitting:
        if one.code == code:
            return one
    choices = ", ".join(one.code for one in fitting) or "–"
    raise PaymentMethodNotAvailable(field=field, method=code or "–", choices=choices)
