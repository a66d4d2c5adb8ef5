"""Who may be given what."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import Actor

EVERYTHING: Final = "*"
MOST_PERMISSIONS: Final = 500
_PERMISSION: Final = re.compile(r"\*|[a-z][a-z_]*\.(?:\*|[a-z][a-z_0-9]*\*?)", re.ASCII)

_DESK_READS: Final = (
    "catalog.read",
    "channels.read",
    "inventory.read",
    "fulfillment.read",
    "orders.read",
    "policies.read",
    "pricing.read",
)
#: Everybody keeps views of the lists that they may look at, and takes these along as files.
_VIEWS: Final = "views.*"

#: The roles that a new shop starts with. Whoever works with orders may look at what the work is about.
USUAL_ROLES: Final[Mapping[str, tuple[str, ...]]] = {
    "owner": (EVERYTHING,),
    "sales": (
        *("orders.*", "fulfillment.plan_shipments", "aftersales.*", "changes.*", "customers.*", "tickets.*"),
        *(*_DESK_READS, "payments.read", "settlement.read", "shop.read", "automation.*", "review.read"),
        *("payments.link", "dunning.read", "methods.read", "reports.read", "rates.read", _VIEWS),
    ),
    "warehouse": (
        *("fulfillment.*", "inventory.*", "aftersales.receive_return", "aftersales.inspect_return", "aftersales.grade_return"),
        "aftersales.attach_to_return",
        *(*_DESK_READS, "aftersales.read", _VIEWS),
    ),
    "accounting": (
        *("payments.*", "settlement.*", "reconciliation.*", "dunning.*", "closing.*", "rates.*"),
        *(*_DESK_READS, "aftersales.read", "customers.read", "shop.read", "methods.read", "reports.read", _VIEWS),
    ),
    "review": (
        *("review.read", "review.pass_orders", "review.reject_orders", "review.question_order", "review.assign_reviews"),
        *("review.review_again", "customers.read", "payments.read", "aftersales.read", *_DESK_READS),
        _VIEWS,
    ),
    "catalog": ("catalog.*", "pricing.*", "channels.*", "inventory.read", "sellers.read", _VIEWS),
}


class PermissionNotUsable(Refusal):
    """A permission is a command's name or a pattern of names."""

    status = 422
    sentence = _("“{permission}” is not a permission.")
    remedy = _("Give names of commands such as orders.place_order, or patterns such as orders.* or *.")


class TooManyPermissions(Refusal):
    """More names than there are commands."""

    status = 422
    sentence = _("{count} permissions are too many; {most} is the most.")
    remedy = _("Use patterns such as orders.*.")


class MayNotGrant(Refusal):
    """Nobody gives away what they may not do themselves."""

    status = 403
    sentence = _("This account may not {permission} itself, so it cannot let others do it.")
    remedy = _("Leave {permission} out, or ask the owner.")


class LastOwner(Refusal):
    """A shop needs somebody who may do everything."""

    sentence = _("This is the last member who may do everything.")
    remedy = _("Make somebody else an owner first.")


class ExpiryNotUsable(Refusal):
    """A key that has expired before it was made."""

    status = 422
    sentence = _("The key would have expired before it was made.")
    remedy = _("Give a time in the future, or none.")


class KeyRevoked(Refusal):
    """The key was revoked before."""

    sentence = _("The key {prefix} was revoked before.")
    remedy = _("Nothing needs to be done.")


class TokenNotUsable(Refusal):
    """Prefix or digest are not those of a token."""

    status = 422
    sentence = _("This is not the prefix and digest of a token.")
    remedy = _("Make the token with the program's own function.")


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleDraft:
    """A role as it shall be. ``id`` names one whose name is to change; else the name tells which it is."""

    name: str
    permissions: tuple[str, ...]
    id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeyDraft:
    """A key for a program: what it is for, prefix and digest of its token, what it may do, and until when (None: for good)."""

    name: str
    prefix: str
    digest: str
    scopes: tuple[str, ...]
    expires_at: datetime | None = None


def granted(permissions: Iterable[str], field: str, *, by: Actor) -> list[str]:
    """The permissions in order, each once. Refuses what is none, and what the giver may not do (:class:`MayNotGrant`)."""
    names = sorted(set(permissions))
    if len(names) > MOST_PERMISSIONS:
        raise TooManyPermissions(field=field, count=len(names), most=MOST_PERMISSIONS)
    for name in names:
        if not _PERMISSION.fullmatch(name):
            raise PermissionNotUsable(field=field, permission=name[:80])
        # A pattern is granted by one that covers it: `orders.*` by itself or `*`, never by the names of single commands.
        if not by.may(name):
            raise MayNotGrant(field=field, permission=name)
    return names
