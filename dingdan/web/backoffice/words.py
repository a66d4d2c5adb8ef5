"""Words for the codes of the house. They are made from the codes themselves, so that a new state has its word at once; the
catalogs of translations list every one (see `dingdan.config.languages`)."""

from __future__ import annotations

import re
from typing import Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

ACTORS: Final = ("system", "staff", "customer", "api_key", "rule", "import")
REASONS: Final = (
    "receive",
    "issue",
    "return",
    "adjust",
    "transfer",
    "count",
    "scrap",
    "order",
    "revoked",
    "marketing_email",
    "marketing_sms",
    "marketing_phone",
    "marketing_post",
    "notices",
    "forgotten",
    "activate",
    "pause",
    "retire",
    "restore",
    "in_review",
    # of corrections of stock, and what is the matter with an article's
    "damage",
    "lost",
    "found",
    "theft",
    "sample",
    "own_use",
    "correction",
    "taken_back",
    "low",
    "sold_out",
    "backordered",
    "below_zero",
    "incoming",
    "transfer",
    "supply",
    "cart",
    "move",
    # when reports go out by mail, and why one did not
    "daily",
    "weekly",
    "monthly",
    "may_not_see_it",
    "no_address",
    # of counts whose goods could not be taken off
    "not_there",
    "reserved_stock",
)
CHANGED: Final = (
    *("approvals", "automatic", "base", "charge_amount", "charge_rate", "digest", "groups", "hint", "holds_money", "icon"),
    *("instructions", "max_amount", "merchant", "min_amount", "net_days", "net_days_by_group", "part", "permissions", "purpose"),
    *("refund_at", "restocking_fee", "restocking_rate", "scopes", "sealed", "sends_ahead", "settings", "shipping_fee"),
    *("shipping_paid_by", "signs", "valid_on", "window_days"),
)
"""What is told of a change where no column of a register has that name."""
TONES: Final[dict[str, frozenset[str]]] = {
    "success": frozenset(
        [
            "regular",
            "paid",
            "delivered",
            "sent",
            "captured",
            "succeeded",
            "active",
            "partly_refunded",
            "inspected",
            "applied",
            "passed",
            "trusted",
            "changed",
            "finished",
            "solved",
            "resolved",
            "won",
            "told",
        ]
    ),
    "info": frozenset(["placed", "shipped", "authorized", "packed", "picking", "received", "partly_shipped", "partly_returned"]),
    "warning": frozenset(
        [
            "unpaid",
            "partly_paid",
            "unfulfilled",
            "queued",
            "on_hold",
            "requested",
            "unknown",
            "planned",
            "overpaid",
            "paused",
            "waiting",
            "open",
            "waiting_for_us",
            "high",
            "filed",
            "replacing",
            "lapsed",
            "gone_quiet",
        ]
    ),
    "danger": frozenset(
        [
            "refused",
            "denied",
            "failed",
            "declined",
            "written_off",
            "suspended",
            "abandoned",
            "given_up",
            "rejected",
            "blocked",
            "reopened",
            "urgent",
            "lost",
        ]
    ),
}


def spelled(code: str) -> str:
    """The English words of a code or of an event's name: ``partly_paid`` is “Partly paid”, ``OrderPlaced`` “Order placed”."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", code).replace("_", " ").lower()
    return words[:1].upper() + words[1:]


def word(code: str) -> str:
    """What people call a state, kind or event, in the active language."""
    return gettext(spelled(code)) if code else ""


def moment(code: str) -> str:
    """What people call a moment whose code is the word of a state or of a place elsewhere."""
    return str(_MOMENTS[code]) if code in _MOMENTS else word(code)


_MOMENTS: Final[dict[str, Any]] = {
    "scan": _("As soon as the parcel is on its way"), "inspection": _("Once it was looked at"),
    "delivered": _("The day of delivery"), "shipped": _("The day it was shipped"), "placed": _("The day it was ordered"),
}  # fmt: skip


def way(code: str) -> str:
    """What people call a way by which customers are told: LINE is no line."""
    return str(_WAYS[code]) if code in _WAYS else word(code)


_WAYS: Final[dict[str, Any]] = {"sms": _("SMS"), "line": "LINE", "wechat": _("WeChat"), "push": _("Push")}


def tone(code: str) -> str:
    """How a state is to be taken: success, info, warning, danger; empty when it is over or says nothing."""
    return next((name for name, codes in TONES.items() if code in codes), "")
