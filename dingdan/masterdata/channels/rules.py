"""What a channel must look like to be written down."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Refusal
from dingdan.kernel.money import exponent
from dingdan.kernel.text import clean_code, clean_language, clean_text, clean_time_zone, one_of

MOST_HANDLING_HOURS: Final = 24 * 365


class ChannelKind(StrEnum):
    """How orders of a channel come about."""

    STOREFRONT = "storefront"
    MARKETPLACE = "marketplace"
    TILL = "till"
    STAFF = "staff"
    WHOLESALE = "wholesale"
    API = "api"


class LateMoney(StrEnum):
    """What becomes of money that comes for an order which is canceled by then.

    refund   it goes back
    revive   the order goes on, if its goods are still there; otherwise the money goes back
    """

    REFUND = "refund"
    REVIVE = "revive"


class PromiseNotUsable(Refusal):
    """Handling time or deadline is out of bounds."""

    status = 422
    sentence = _("“{value}” is not a whole number from {least} to {most}.")
    remedy = _("Give whole hours from {least} to {most}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelDraft:
    """A channel as it shall be. ``id`` names one whose code is to change; else the code tells which it is.

    ``handling_hours``: from a paid order to the carrier. ``ship_by_hour``: what is ordered before this hour leaves that day.
    ``self_service_hours``: how long customers may change an order themselves, at most until it is picked. ``late_money``: what
    becomes of money for an order that is canceled by then.
    """

    code: str
    name: str
    currency: str
    kind: str = ChannelKind.STOREFRONT.value
    language: str = "en"
    prices_include_tax: bool = True
    default_node_id: UUID | None = None
    handling_hours: int = 24
    ship_by_hour: int | None = None
    self_service_hours: int | None = None
    time_zone: str = "UTC"
    late_money: str = LateMoney.REFUND.value
    id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Orders of which channels wait for the review, and of which of them the money waits too."""

    everywhere: bool = False
    channels: frozenset[UUID] = frozenset()
    money_everywhere: bool = False
    money: frozenset[UUID] = frozenset()

    def stops(self, channel_id: UUID) -> bool:
        """Whether an order of that channel waits."""
        return self.everywhere or channel_id in self.channels

    def stops_money(self, channel_id: UUID) -> bool:
        """Whether nothing is captured for an order of that channel while it waits."""
        return self.money_everywhere or channel_id in self.money


def clean_channel(draft: ChannelDraft) -> ChannelDraft:
    """The channel with every text cleaned. Refuses what cannot be, naming field and remedy."""
    exponent(draft.currency)
    return replace(
        draft,
        code=clean_code(draft.code, "code"),
        name=clean_text(draft.name, "name", 200),
        kind=one_of(draft.kind, "kind", ChannelKind),
        language=clean_language(draft.language, "language"),
        handling_hours=_hours(draft.handling_hours, "handling_hours", MOST_HANDLING_HOURS),
        ship_by_hour=None if draft.ship_by_hour is None else _hours(draft.ship_by_hour, "ship_by_hour", 23),
        self_service_hours=None
        if draft.self_service_hours is None
        else _hours(draft.self_service_hours, "self_service_hours", MOST_HANDLING_HOURS),
        time_zone=clean_time_zone(draft.time_zone, "time_zone"),
        late_money=one_of(draft.late_money, "late_money", LateMoney),
    )


def _hours(value: int, field: str, most: int) -> int:
    if type(value) is int and 0 <= value <= most:
        return value
    raise PromiseNotUsable(field=field, value=str(value)[:40], least=0, most=most)
