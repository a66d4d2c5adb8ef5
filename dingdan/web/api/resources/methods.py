"""How the shop is paid: its accounts at payment firms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from dingdan.automation.saved_methods import forget, left_by, saved_url
from dingdan.kernel import clock
from dingdan.kernel.entries import register_version
from dingdan.kernel.journal import Call, Event
from dingdan.ledgers.payments.commands import forget_saved_method
from dingdan.masterdata.methods.commands import (
    restore_merchant_account,
    restore_payment_method,
    restore_reminder_level,
    retire_merchant_account,
    retire_payment_method,
    retire_reminder_level,
    save_merchant_account,
    save_payment_method,
    save_reminder_level,
)
from dingdan.masterdata.methods.lifecycle import MERCHANT_ACCOUNT_LIFE, METHOD_LIFE
from dingdan.masterdata.methods.models import MerchantAccount, PaymentMethod, ReminderLevel
from dingdan.masterdata.methods.ports import firms
from dingdan.masterdata.methods.rules import Sale, offered
from dingdan.trade.orders.queries import methods
from dingdan.web.api.names import id_of
from dingdan.web.api.reads import read, shaped
from dingdan.web.api.registers import Register, registers
from dingdan.web.api.writes import Write, mount

TAG, METHODS, REMINDERS, PERMISSION = "Merchant accounts", "Payment methods", "Reminders", "methods.read"


@dataclass(frozen=True, slots=True, kw_only=True)
class MerchantAccountView:
    """The shop's account at a payment firm. Of its secrets only the names of those that are there are told."""

    id: UUID
    gateway: str
    merchant: str
    name: str
    mode: str
    settings: dict[str, str]
    secrets_known: list[str]
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmFieldView:
    """One thing that a firm wants to know of an account. Secrets are never shown again."""

    name: str
    label: str
    secret: bool
    required: bool
    many_lines: bool
    hint: str
    choices: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmView:
    """A payment firm that Dingdan can speak to. Without `currencies` it takes any."""

    code: str
    name: str
    merchant: str
    ways: list[str]
    modes: list[str]
    currencies: list[str]
    holds: bool
    fields: list[FirmFieldView]


@read("/payment-firms", permission=PERMISSION, tag=TAG)
def list_payment_firms() -> list[FirmView]:
    """The payment firms that Dingdan can speak to, and what each wants to know of an account."""
    return [
        FirmView(
            code=firm.code,
            name=firm.name,
            merchant=str(firm.merchant),
            ways=[way.value for way in firm.ways],
            modes=[mode.value for mode in firm.modes],
            currencies=sorted(firm.currencies),
            holds=firm.holds,
            fields=[
                FirmFieldView(
                    name=one.name,
                    label=str(one.label),
                    secret=one.secret,
                    required=one.required,
                    many_lines=one.many_lines,
                    hint=str(one.hint),
                    choices=list(one.choices),
                )
                for one in firm.fields
            ],
        )
        for _code, firm in sorted(firms.items())
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedMethodView:
    """What a customer left with a firm to pay with again: the firm's id for it, and what it is, for people."""

    gateway: str
    id: str
    means: str
    expires_on: date | None


@read("/customers/{customer_id}/saved-methods", permission="payments.read", tag=TAG)
def list_saved_methods(customer_id: str) -> list[SavedMethodView]:
    """What a customer can pay with again, asked of the firms, which keep it. Nothing of it is kept here.

    To charge one: `POST /payments/charges` with `checkout.way` `saved` and its id as `saved_method_id` in `checkout.details`.
    """
    id_ = id_of("customer_id", customer_id)
    return [shaped(SavedMethodView, one) for one in left_by(id_)]


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedMethodsLinkView:
    """Where a customer sees what they left with firms, and has it forgotten. Whoever has the link can do so."""

    url: str


@read("/customers/{customer_id}/saved-methods-link", permission="payments.link", tag=TAG)
def get_saved_methods_link(customer_id: str) -> SavedMethodsLinkView:
    """A link by which a customer sees and forgets what they left, without an account. Made anew each time; nothing is kept."""
    return SavedMethodsLinkView(url=saved_url(id_of("customer_id", customer_id), at=clock.now()))


class Nothing(BaseModel):
    """Nothing more is to be said."""

    model_config = ConfigDict(extra="forbid")


def _forget(call: Call, ids: Mapping[str, Any], _sent: Nothing) -> Event:
    return forget(call, customer_id=ids["customer_id"], method_id=ids["method_id"])


registers(
    Register(
        plural="merchant-accounts",
        states=MERCHANT_ACCOUNT_LIFE.states,
        singular="merchant_account",
        view=MerchantAccountView,
        rows=lambda: MerchantAccount.objects.order_by("id"),
        permission=PERMISSION,
        tag=TAG,
    ),
)
_AT = "/merchant-accounts/{merchant_account_id}"
mount(
    Write(
        method="DELETE",
        path="/customers/{customer_id}/saved-methods/{method_id}",
        command=forget_saved_method,
        body=Nothing,
        give=_forget,
        tag=TAG,
    ),
    Write(path="/merchant-accounts", command=save_merchant_account, makes=_AT, tag=TAG),
    Write(method="PUT", path=_AT, command=save_merchant_account, name="change_merchant_account", tag=TAG),
    Write(path=f"{_AT}/retire", command=retire_merchant_account, tag=TAG),
    Write(path=f"{_AT}/restore", command=restore_merchant_account, tag=TAG),
)


# ── what is offered, and how people are reminded ─────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentMethodView:
    """A way to pay as it is offered. Empty lists narrow nothing; amounts are minor units of its only currency."""

    id: UUID
    code: str
    gateway: str
    name: str
    name_i18n: dict[str, str]
    instructions: str
    instructions_i18n: dict[str, str]
    ways: list[str]
    icon: str
    position: int
    channels: list[str]
    countries: list[str]
    currencies: list[str]
    groups: list[str]
    least: int | None
    most: int | None
    charge_rate: Decimal
    charge_amount: int
    tax_class: str
    expires_hours: int | None
    net_days: int | None
    net_days_by_group: dict[str, int]
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedMethodView:
    """A method that is offered for a sale. `charge` is what it adds, below zero what it takes off, in minor units before tax."""

    code: str
    gateway: str
    name: str
    instructions: str
    icon: str
    ways: list[str]
    charge: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderLevelView:
    """How customers are reminded of an invoice so many days after it was due."""

    id: UUID
    level: int
    days: int
    fee: int
    currency: str
    automatic: bool
    state: str


Amount = Annotated[int, Field(ge=0, le=10**15, description="What is to be paid, in minor units.")]


@read("/offered-payment-methods", permission=PERMISSION, tag=METHODS)
def list_offered_payment_methods(
    *, channel: str, country: str, currency: str, amount: Amount, group: str = "", language: str = "en"
) -> list[OfferedMethodView]:
    """The methods that are offered for a sale, in the shop's order; none, where the shop wrote no methods down.

    `channel` is its code, `country` that of delivery, `group` the customer's.
    """
    sale = Sale(channel=channel, country=country, currency=currency, amount=amount, group=group)
    return [
        OfferedMethodView(
            code=one.code, gateway=one.gateway, name=one.named(language), instructions=one.told(language), icon=one.icon,
            ways=list(one.ways), charge=one.charge(amount, currency),
        )
        for one in offered(methods(register_version()), sale)
    ]  # fmt: skip


registers(
    Register(
        plural="payment-methods",
        states=METHOD_LIFE.states,
        singular="payment_method",
        view=PaymentMethodView,
        rows=lambda: PaymentMethod.objects.order_by("id"),
        permission=PERMISSION,
        tag=METHODS,
    ),
    Register(
        plural="reminder-levels",
        states=METHOD_LIFE.states,
        singular="reminder_level",
        view=ReminderLevelView,
        rows=lambda: ReminderLevel.objects.order_by("id"),
        permission=PERMISSION,
        tag=REMINDERS,
    ),
)
_METHOD, _LEVEL = "/payment-methods/{payment_method_id}", "/reminder-levels/{reminder_level_id}"
mount(
    Write(path="/payment-methods", command=save_payment_method, makes=_METHOD, tag=METHODS),
    Write(method="PUT", path=_METHOD, command=save_payment_method, name="change_payment_method", tag=METHODS),
    Write(path=f"{_METHOD}/retire", command=retire_payment_method, tag=METHODS),
    Write(path=f"{_METHOD}/restore", command=restore_payment_method, tag=METHODS),
    Write(path="/reminder-levels", command=save_reminder_level, makes=_LEVEL, tag=REMINDERS),
    Write(method="PUT", path=_LEVEL, command=save_reminder_level, name="change_reminder_level", tag=REMINDERS),
    Write(path=f"{_LEVEL}/retire", command=retire_reminder_level, tag=REMINDERS),
    Write(path=f"{_LEVEL}/restore", command=restore_reminder_level, tag=REMINDERS),
)
