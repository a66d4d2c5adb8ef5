"""What can be asked about accounts at payment firms, and about the methods that are offered."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from dingdan.kernel.ids import first_id
from dingdan.kernel.sealing import unseal
from dingdan.masterdata.methods.models import MerchantAccount, PaymentMethod, ReminderLevel
from dingdan.masterdata.methods.ports import HOLD_DAYS, Firm, firms
from dingdan.masterdata.methods.rules import MethodTerms, Sale, offered

PURPOSE: Final = "merchant account"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """An account with everything that its adapter needs. Its secrets show in no representation."""

    id: UUID
    gateway: str
    merchant: str
    mode: str
    settings: dict[str, str]
    secrets: dict[str, str]

    def __repr__(self) -> str:
        return f"Credentials({self.gateway} {self.merchant} {self.mode})"


def firm_of(gateway: str) -> Firm | None:
    """The firm that a gateway's code stands for; None for one that knows no accounts."""
    return firms.get(gateway)


def hold_days(gateway: str) -> int:
    """For how many days a gateway holds money before it is taken."""
    firm = firm_of(gateway)
    return firm.hold_days if firm else HOLD_DAYS


_at_hand: ContextVar[Credentials | None] = ContextVar("account at hand", default=None)


@contextmanager
def at_hand(account: Credentials) -> Iterator[None]:
    """Inside, `credentials` answers this account without a question: whoever read it knows that it is as it was."""
    token = _at_hand.set(account)
    try:
        yield
    finally:
        _at_hand.reset(token)


def account_in_use(gateway: str) -> MerchantAccount | None:
    """The account that begins payments at a firm."""
    return MerchantAccount.objects.filter(gateway=gateway, state="active").first()


def account_by_id(account_id: UUID) -> MerchantAccount | None:
    """An account, also a retired one."""
    return MerchantAccount.objects.filter(id=account_id).first()


def accounts_at(gateways: Collection[str], *, before: datetime | None = None) -> list[MerchantAccount]:
    """The accounts in use at these firms, by firm; those that were there before a moment, where one is given."""
    rows = MerchantAccount.objects.filter(gateway__in=gateways, state="active")
    return list((rows.filter(id__lt=first_id(before)) if before else rows).order_by("gateway", "id"))


def credentials(account_id: UUID) -> Credentials | None:
    """The account with its secrets opened, also a retired one. Raises `Unsealable` where the server's secret changed."""
    known = _at_hand.get()
    if known is not None and known.id == account_id:
        return known
    row = MerchantAccount.objects.filter(id=account_id).first()
    if row is None:
        return None
    return Credentials(
        id=row.id,
        gateway=row.gateway,
        merchant=row.merchant,
        mode=row.mode,
        settings=row.settings,
        secrets=opened(row.sealed),
    )


def opened(sealed: str) -> dict[str, str]:
    """The secrets in a seal."""
    secrets: dict[str, str] = json.loads(unseal(sealed, purpose=PURPOSE)) if sealed else {}
    return secrets


def payment_methods() -> tuple[MethodTerms, ...]:
    """Every method that is in use, in the shop's order. One statement; small enough to keep."""
    rows = PaymentMethod.objects.filter(state="active").order_by("position", "code")
    return tuple(terms_of_row(row) for row in rows)


def terms_of_row(row: PaymentMethod) -> MethodTerms:
    """A method as its row says it."""
    said: dict[str, Any] = {one.name: getattr(row, one.name) for one in fields(MethodTerms)}
    said |= {name: tuple(value) for name, value in said.items() if isinstance(value, list)}
    return MethodTerms(**said)


def methods_for(sale: Sale) -> list[MethodTerms]:
    """The methods that are offered for a sale, in the shop's order."""
    return offered(payment_methods(), sale)


def reminder_levels() -> list[ReminderLevel]:
    """The levels in use, the first one first."""
    return list(ReminderLevel.objects.filter(state="active").order_by("level"))


def gateways_in_use() -> set[str]:
    """The firms at which the shop has an account that begins payments."""
    return set(MerchantAccount.objects.filter(state="active").values_list("gateway", flat=True))
