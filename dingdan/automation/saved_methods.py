"""What customers left with firms to pay with again: seen, and forgotten. The firms keep it; nothing of it is kept here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from dingdan.automation.pay_links import LASTS
from dingdan.kernel.errors import NotFound, NotPermitted
from dingdan.kernel.journal import Actor, Call
from dingdan.kernel.links import link_to
from dingdan.kernel.models import JournalEntry
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.ledgers.payments.commands import forget_saved_method
from dingdan.ledgers.payments.events import SavedMethodForgotten
from dingdan.ledgers.payments.ports import saving
from dingdan.masterdata.methods.queries import account_in_use

SAVED_LINK: Final = "saved methods"
FORGET: Final = forget_saved_method.name
MAY: Final = frozenset({FORGET})
"""What whoever holds a link to what they left may do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A method that a customer left with a firm: the firm's id for it, and what it is, for people (visa 4242)."""

    gateway: str
    id: str
    means: str
    expires_on: date | None


def firms_that_keep() -> dict[str, UUID]:
    """The firms that keep customers' methods and at which the shop has an account, by code, with the account."""
    accounts = {gateway: account_in_use(gateway) for gateway in sorted(saving)}
    return {gateway: account.id for gateway, account in accounts.items() if account}


def left_by(customer_id: UUID) -> list[Left]:
    """What a customer can pay with again, asked of the firms. Outside any transaction; a firm that is silent is a `Refusal`."""
    return [
        Left(gateway=gateway, id=one.id, means=one.means, expires_on=one.expires_on)
        for gateway, account_id in firms_that_keep().items()
        for one in saving[gateway].saved(account_id, customer_id)
    ]


def forget(call: Call, *, customer_id: UUID, method_id: str) -> SavedMethodForgotten:
    """Tell the firm that has it to keep a method no longer, and write down that it was told.

    Outside any transaction; the same call twice is done once. Refuses `NotPermitted`, and `NotFound` for what is none of the
    customer's.
    """
    if not call.actor.may(FORGET):
        raise NotPermitted(command=FORGET)
    told = JournalEntry.objects.filter(key=call.key, event__isnull=False).first()
    if told is not None:
        gateway = str((told.event or {}).get("gateway", ""))
        return forget_saved_method(call, customer_id=customer_id, gateway=gateway, method_id=method_id)
    for gateway, account_id in firms_that_keep().items():
        if saving[gateway].forget(account_id, customer_id, method_id):
            return forget_saved_method(call, customer_id=customer_id, gateway=gateway, method_id=method_id)
    raise NotFound(field="method_id", what="saved method", id=method_id[:60])


def saved_url(customer_id: UUID, *, at: datetime) -> str:
    """The address at which a customer sees what they left, and has it forgotten: good for half a year."""
    until = (at + LASTS).replace(microsecond=0)
    return settings.PUBLIC_URL + reverse("saved_methods", args=[link_to(SAVED_LINK, customer_id, until=until)])


def call_of_customer(customer_id: UUID, key: str) -> Call:
    """A call of whoever holds a customer's link, under the key of the form: sent twice, it is done once."""
    actor = Actor("customer", str(customer_id), MAY)
    return Call(tenant_id=current_tenant_id(), actor=actor, key=f"saved:{customer_id}:{key}")
