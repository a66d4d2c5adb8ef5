"""What can be asked about accounts at payment firms."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from dingdan.kernel.sealing import unseal
from dingdan.masterdata.methods.models import MerchantAccount
from dingdan.masterdata.methods.ports import Firm, firms

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
