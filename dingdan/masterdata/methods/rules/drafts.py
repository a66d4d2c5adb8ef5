"""What a payment method must look like to be written down. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Invalid, Refusal
from dingdan.kernel.money import bounded, exponent
from dingdan.kernel.text import clean_code, clean_country, clean_language, clean_text, one_of
from dingdan.masterdata.methods.ports import Way
from dingdan.masterdata.methods.rules.offers import BUILT_IN

ICONS: Final = ("card", "wallet", "phone", "bank", "cash", "terminal", "paper", "gift")
"""The pictures that ship with the program."""
_MOST_CODES: Final = 200
_MOST_DAYS: Final = 3650
_MOST_HOURS: Final = 24 * 365
_MOST_TEXT: Final = 2000


class UnknownGateway(Refusal):
    """Neither a method that needs no firm, nor a firm that there is an adapter for."""

    status = 422
    sentence = _("Nobody takes money as {gateway} here.")
    remedy = _("Use one of these: {known}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentMethodDraft:
    """A payment method as it shall be. ``id`` names one whose code is to change; else the code tells which it is.

    ``gateway`` is a method that needs no firm (``bank_transfer``, ``cash``, …) or a firm's code; the code is the same, or begins
    with it and an underscore, such as ``alipay_qr``. ``ways`` narrows how payers meet the firm. Empty lists narrow nothing.
    ``least`` and ``most`` and ``charge_amount`` are minor units, and want exactly one currency. A charge above zero is a
    surcharge, below zero a discount; ``charge_rate`` is a fraction of what is paid. ``net_days``: on account alone.
    """

    code: str
    gateway: str
    name: str
    name_i18n: Mapping[str, str] = field(default_factory=dict)
    instructions: str = ""
    instructions_i18n: Mapping[str, str] = field(default_factory=dict)
    ways: tuple[str, ...] = ()
    icon: str = ""
    position: int = 0
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
    id: UUID | None = None


def clean_method(draft: PaymentMethodDraft, *, gateways: Collection[str]) -> PaymentMethodDraft:
    """The method with every text cleaned. Refuses what cannot be, naming field and remedy."""
    known = (*BUILT_IN, *sorted(gateways))
    if draft.gateway not in known:
        raise UnknownGateway(field="gateway", gateway=draft.gateway[:40] or "–", known=", ".join(known))
    code = clean_code(draft.code, "code")
    if code != draft.gateway and (draft.gateway in BUILT_IN or not code.startswith(f"{draft.gateway}_")):
        raise Invalid(field="code", reason=_("The code is the gateway's; that of a firm may go on with an underscore."))
    cleaned = replace(
        draft,
        code=code,
        name=clean_text(draft.name, "name", 200),
        name_i18n=_in_languages(draft.name_i18n, "name_i18n", 200),
        instructions=clean_text(draft.instructions, "instructions", _MOST_TEXT, required=False, multiline=True),
        instructions_i18n=_in_languages(draft.instructions_i18n, "instructions_i18n", _MOST_TEXT),
        ways=_several(draft.ways, "ways", lambda way, where: one_of(way, where, Way)),
        icon=one_of(draft.icon, "icon", ("", *ICONS)),
        position=_whole(draft.position, "position", 10_000),
        channels=_several(draft.channels, "channels", clean_code),
        countries=_several(draft.countries, "countries", clean_country),
        currencies=_several(draft.currencies, "currencies", _currency),
        groups=_several(draft.groups, "groups", lambda group, where: clean_text(group, where, 40)),
        tax_class=clean_text(draft.tax_class, "tax_class", 40),
        expires_hours=None if draft.expires_hours is None else _whole(draft.expires_hours, "expires_hours", _MOST_HOURS, least=1),
    )
    _check_money(cleaned)
    return _check_days(cleaned)


def _check_money(draft: PaymentMethodDraft) -> None:
    """Amounts mean something in one currency alone."""
    for name in ("least", "most"):
        value = getattr(draft, name)
        if value is not None and bounded(value, field=name) < 0:
            raise Invalid(field=name, reason=_("An amount is not below zero."))
    if draft.least is not None and draft.most is not None and draft.most < draft.least:
        raise Invalid(field="most", reason=_("The highest amount is not below the lowest."))
    bounded(abs(draft.charge_amount), field="charge_amount")
    if not draft.charge_rate.is_finite() or abs(draft.charge_rate) > 1 or draft.charge_rate != round(draft.charge_rate, 6):
        raise Invalid(field="charge_rate", reason=_("A rate is a fraction from -1 to 1, such as 0.02 for two percent."))
    named = draft.least is not None or draft.most is not None or draft.charge_amount
    if named and len(draft.currencies) != 1:
        raise Invalid(field="currencies", reason=_("A method with amounts is for exactly one currency."))


def _check_days(draft: PaymentMethodDraft) -> PaymentMethodDraft:
    days = {
        clean_text(group, "net_days_by_group", 40): _whole(count, f"net_days_by_group.{group[:40]}", _MOST_DAYS)
        for group, count in draft.net_days_by_group.items()
    }
    net = None if draft.net_days is None else _whole(draft.net_days, "net_days", _MOST_DAYS)
    if (days or net is not None) and draft.gateway != "on_account":
        raise Invalid(field="net_days", reason=_("Only what is bought on account is paid some days after its invoice."))
    return replace(draft, net_days=net, net_days_by_group=days)


def _in_languages(texts: Mapping[str, str], where: str, most: int) -> dict[str, str]:
    return {
        clean_language(tag, where): clean_text(text, f"{where}.{tag[:20]}", most, required=False, multiline=most == _MOST_TEXT)
        for tag, text in texts.items()
        if text
    }


def _several(given: Sequence[str], where: str, clean: Callable[[str, str], str]) -> tuple[str, ...]:
    if len(given) > _MOST_CODES:
        raise Invalid(field=where, reason=_("A method names at most 200 of each."))
    return tuple(dict.fromkeys(clean(one, f"{where}.{index}") for index, one in enumerate(given)))


def _currency(code: str, where: str) -> str:
    exponent(code)
    return code


def _whole(value: int, where: str, most: int, *, least: int = 0) -> int:
    if type(value) is int and least <= value <= most:
        return value
    raise Invalid(field=where, reason=_("Give a whole number from {least} to {most}.").format(least=least, most=most))
