"""Who may be given what."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import Actor, Ceiling
from dingdan.kernel.money import CURRENCIES, LARGEST_AMOUNT

EVERYTHING: Final = "*"
MOST_PERMISSIONS: Final = 500
_PERMISSION: Final = re.compile(r"\*|\*\.read|[a-z][a-z_]*\.(?:\*|[a-z][a-z_0-9]*\*?)", re.ASCII)

_DESK_READS: Final = (
    "catalog.read",
    "channels.read",
    "inventory.read",
    "fulfillment.read",
    "orders.read",
    "policies.read",
    "pricing.read",
    "promotions.read",
)
#: Everybody keeps views of the lists that they may look at, and takes these along as files.
_VIEWS: Final = "views.*"

#: The roles that a new shop starts with. Whoever works with orders may look at what the work is about.
USUAL_ROLES: Final[Mapping[str, tuple[str, ...]]] = {
    "owner": (EVERYTHING,),
    "sales": (
        *("orders.*", "fulfillment.plan_shipments", "aftersales.*", "changes.*", "customers.*", "tickets.*", "wishes.*"),
        *(*_DESK_READS, "payments.read", "settlement.read", "shop.read", "automation.*", "review.read"),
        *("payments.link", "dunning.read", "methods.read", "reports.read", "rates.read", _VIEWS),
        "messengers.read",
        "wording.read",
    ),
    "warehouse": (
        *("fulfillment.*", "inventory.*", "counting.*", "aftersales.receive_return", "aftersales.inspect_return"),
        *("aftersales.grade_return", "aftersales.note_arrival", "aftersales.examine_pieces", "aftersales.undo_examination"),
        *("aftersales.finish_examination", "aftersales.attach_to_return", "aftersales.park_parcel"),
        "aftersales.attach_to_parcel",
        *(*_DESK_READS, "aftersales.read", _VIEWS),
    ),
    "accounting": (
        *("payments.*", "settlement.*", "reconciliation.*", "dunning.*", "closing.*", "rates.*", "counting.read"),
        "inventory.set_costs",
        *(*_DESK_READS, "aftersales.read", "customers.read", "shop.read", "methods.read", "reports.read", _VIEWS),
    ),
    "review": (
        *("review.read", "review.pass_orders", "review.reject_orders", "review.question_order", "review.assign_reviews"),
        *("review.review_again", "customers.read", "payments.read", "aftersales.read", *_DESK_READS),
        _VIEWS,
    ),
    "aftersales": (
        *("aftersales.*", "tickets.*", "orders.hold_order", "orders.resume_order", "orders.note_order", "orders.tag_order"),
        "wishes.read",
        *("customers.read", "payments.read", "settlement.read", "automation.read", "review.read", *_DESK_READS),
        _VIEWS,
    ),
    "reader": ("*.read", _VIEWS),
    "catalog": ("catalog.*", "pricing.*", "promotions.*", "channels.*", "inventory.read", "sellers.read", _VIEWS),
}


def new_since(name: str, permissions: Iterable[str], usual: Iterable[str]) -> list[str]:
    """What the ready role of a name came to allow after a role of that name was last written, and the role does not."""
    known = (Actor("staff", "", frozenset(permissions)), Actor("staff", "", frozenset(usual)))
    return [one for one in USUAL_ROLES.get(name, ()) if not any(actor.may(one) for actor in known)]


#: What can be bounded by an amount, and by which commands it is done.
LIMITED: Final[Mapping[str, tuple[str, ...]]] = {
    "refund": (
        *("payments.request_refund", "payments.record_refunds", "aftersales.refund_order", "aftersales.take_credit"),
        *("aftersales.cancel_orders", "changes.change_orders", "changes.undo_changes"),
    ),
    "discount": ("aftersales.give_allowance", "changes.change_orders", "orders.place_orders"),
    "credit": (
        *("aftersales.give_goodwill", "payments.grant_goodwill", "payments.grant_store_credit", "payments.issue_gift_cards"),
    ),
    "write_off": ("payments.write_off_receivable",),
}
MOST_LIMITS: Final = 200
ACT, DAY = "act", "day"
#: What a limit counts: one act, or all that one person or key does on a day of the shop's clock.
PERIODS: Final = (ACT, DAY)


class LimitNotUsable(Refusal):
    """What cannot be bounded, twice the same bound, or an amount below zero."""

    status = 422
    sentence = _("“{what}” cannot be limited in {currency} to {amount}.")
    remedy = _("Limit one of {known}, each once per currency and period, to an amount of zero or more in minor units.")


class OverLimit(Refusal):
    """The amount is more than the roles of whoever asks let them do at once."""

    status = 403
    sentence = _("{asked} is more than this account may do at once here: {most}.")
    remedy = _("Ask somebody with one of these roles: {roles}.")


class OverDailyLimit(Refusal):
    """Together with what was done today it is more than the roles of whoever asks let them do in a day."""

    status = 403
    sentence = _("{asked} is more than is left of what this account may do in a day here: today {left} of {most}.")
    remedy = _("Ask somebody with one of these roles: {roles}; or go on tomorrow.")


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
class LimitDraft:
    """So much (minor units) of something (`refund`, `discount`, `credit`, `write_off`) in one currency: `per` act, or per day.

    Once one currency is named, nothing is allowed in others. What is bounded per day is bounded so in one act, too.
    """

    what: str
    currency: str
    amount: int
    per: str = ACT


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleDraft:
    """A role as it shall be. ``id`` names one whose name is to change; else the name tells which it is.

    Whoever has it may do what it permits up to its limits; another role may allow more. With ``second_factor`` they must have
    one.
    """

    name: str
    permissions: tuple[str, ...]
    limits: tuple[LimitDraft, ...] = ()
    second_factor: bool = False
    id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeyDraft:
    """A key for a program: what it is for, prefix and digest of its token, what it may do, and until when (None: for good)."""

    name: str
    prefix: str
    digest: str
    scopes: tuple[str, ...]
    expires_at: datetime | None = None
    limits: tuple[LimitDraft, ...] = ()


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


Bounds = Sequence[Mapping[str, Any]]
Grant = tuple[Collection[str], Bounds]
"""Permissions, and the bounds under which they are given."""


def ceilings_of(grants: Sequence[Grant]) -> frozenset[Ceiling]:
    """What several grants together do not let anybody exceed: by each command, the largest of the bounds under which it is given.

    A grant that gives the command and bounds nothing gives it without end.
    """
    if not any(limits for _permissions, limits in grants):
        return frozenset()
    found: set[Ceiling] = set()
    for what, commands in LIMITED.items():
        for command in commands:
            giving = [limits for permissions, limits in grants if Actor("staff", "", frozenset(permissions)).may(command)]
            for per in PERIODS:
                bounds = [_bounds(limits, what, per) for limits in giving]
                if bounds and all(bounds):
                    for currency in set().union(*bounds):
                        most = max(one.get(currency, 0) for one in bounds)
                        found.add(Ceiling(what, command, currency, most, per))
    return frozenset(found)


def _bounds(limits: Bounds, what: str, per: str) -> dict[str, int]:
    """By currency: what limits allow in one act, or in a day. Nothing in one act is more than what they allow in a day."""
    daily = {one["currency"]: int(one["amount"]) for one in limits if one["what"] == what and one.get("per") == DAY}
    if per == DAY:
        return daily
    once = {one["currency"]: int(one["amount"]) for one in limits if one["what"] == what and one.get("per") != DAY}
    if not (once and daily):
        return once or daily
    return {currency: min(once[currency], daily[currency]) for currency in once.keys() & daily.keys()} or dict.fromkeys(daily, 0)


def bounded(limits: Sequence[LimitDraft], permissions: Collection[str], field: str, *, by: Actor) -> list[dict[str, Any]]:
    """The limits as they are kept. Refuses what cannot be one, and (:class:`MayNotGrant`) more than the giver may do at once."""
    seen = {(one.what, one.currency, one.per) for one in limits}
    for wish in limits:
        known = wish.what in LIMITED and wish.per in PERIODS and wish.currency in CURRENCIES
        if not known or not 0 <= wish.amount <= LARGEST_AMOUNT:
            raise _not_usable(wish, field)
    if len(seen) < len(limits) or len(limits) > MOST_LIMITS:
        raise _not_usable(limits[0], field)
    kept: list[dict[str, Any]] = [
        {"what": one.what, "currency": one.currency, "amount": one.amount} | ({"per": DAY} if one.per == DAY else {})
        for one in limits
    ]
    kept.sort(key=lambda one: (one["what"], one["currency"], one.get("per", ACT)))
    given = Actor("staff", "", frozenset(permissions), ceilings_of([(permissions, kept)]))
    for own in by.ceilings:
        if given.may(own.command) and given.most(own.what, own.command, own.currency, own.per) is None:
            raise MayNotGrant(field=field, permission=own.command)
    for one in given.ceilings:
        most = by.most(one.what, one.command, one.currency, one.per)
        if most is not None and one.most > most:
            raise MayNotGrant(field=field, permission=one.command)
    return kept


def _not_usable(one: LimitDraft, field: str) -> LimitNotUsable:
    return LimitNotUsable(field=field, what=one.what[:40], currency=one.currency[:3], amount=one.amount, known=", ".join(LIMITED))
