"""How the shop is paid: its accounts at payment firms."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from dingdan.masterdata.methods.commands import restore_merchant_account, retire_merchant_account, save_merchant_account
from dingdan.masterdata.methods.lifecycle import MERCHANT_ACCOUNT_LIFE
from dingdan.masterdata.methods.models import MerchantAccount
from dingdan.masterdata.methods.ports import firms
from dingdan.web.api.reads import read
from dingdan.web.api.registers import Register, registers
from dingdan.web.api.writes import Write, mount

TAG, PERMISSION = "Merchant accounts", "methods.read"


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
    Write(path="/merchant-accounts", command=save_merchant_account, makes=_AT, tag=TAG),
    Write(method="PUT", path=_AT, command=save_merchant_account, name="change_merchant_account", tag=TAG),
    Write(path=f"{_AT}/retire", command=retire_merchant_account, tag=TAG),
    Write(path=f"{_AT}/restore", command=restore_merchant_account, tag=TAG),
)
