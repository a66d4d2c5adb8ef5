"""What the list of orders is asked by, in which orders it is read, and the views that it comes with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from babel import Locale
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dingdan.insight.board.models import BoardRow
from dingdan.insight.board.queries import Wanted, order_counts, rows, to_be_sent
from dingdan.insight.board.rules import Counts
from dingdan.kernel import clock
from dingdan.kernel.errors import Refusal
from dingdan.kernel.money import parse
from dingdan.ledgers.inventory.lifecycle import FulfillmentStatus
from dingdan.ledgers.payments.lifecycle import PaymentStatus
from dingdan.masterdata.channels.queries import all_channels
from dingdan.masterdata.customers.queries import customer_by_number
from dingdan.trade.orders.lifecycle import ORDER_LIFE
from dingdan.web.backoffice import show
from dingdan.web.backoffice.arranged import Ready
from dingdan.web.backoffice.filters import Ask, Asked, Choices, asked_by, day_said
from dingdan.web.backoffice.keyset import OURS, Sort
from dingdan.web.backoffice.naming import named
from dingdan.web.backoffice.waiting import CASH, awaited
from dingdan.web.backoffice.words import word

KINDS: Final[Mapping[str, Sequence[str]]] = {
    "state": ORDER_LIFE.states,
    "payment_status": [str(one) for one in PaymentStatus],
    "fulfillment_status": [str(one) for one in FulfillmentStatus],
}
"""What is counted while it is written, so that nobody ever counts orders."""
CHANNEL: Final = "channel"
NOBODY: Final = UUID(int=0)

Wants = Callable[[HttpRequest, str], Mapping[str, Any] | None]


def counts_for(request: HttpRequest) -> Counts | None:
    """How many orders have each code under what else is chosen; None of a search or a day: nobody counts those."""
    kept = request.__dict__.setdefault("order_counts", {})
    asked = request.META.get("QUERY_STRING", "") if request.GET else ""
    if asked not in kept:
        kept[asked] = _counts(request)
    found: Counts | None = kept[asked]
    return found


def _counts(request: HttpRequest) -> Counts | None:
    if any(value and name not in (*KINDS, CHANNEL, *OURS, "p") for name, value in request.GET.items()):
        return None
    chosen = {name: request.GET[name] for name, codes in KINDS.items() if request.GET.get(name) in codes}
    return order_counts(chosen, channel_id=_channel(request.GET.get(CHANNEL, "")))


def _id(text: str) -> UUID | None:
    with suppress(ValueError):
        return UUID(text)
    return None


def _asked(name: str, label: Any, kind: str, wants: Wants, **more: Any) -> type[Asked]:
    """A filter by a part of what the board can be asked for."""

    def fit(request: HttpRequest, found: QuerySet[BoardRow], value: str) -> QuerySet[BoardRow] | None:
        parts = wants(request, value)
        return None if parts is None else found & rows(Wanted(**parts)).order_by()

    return asked_by(Ask(name, label, kind, fit, **more))


def _kind(name: str, label: Any) -> type[Asked]:
    def choices(request: HttpRequest) -> list[tuple[str, Any]]:
        counted = counts_for(request)
        found = getattr(counted, name) if counted else None
        return [
            (code, word(code) if found is None else f"{word(code)} ({show.count(found.get(code, 0))})") for code in KINDS[name]
        ]

    return _asked(name, label, "choice", lambda _request, code: {name: code}, choices=choices)


def _channels(_request: HttpRequest) -> list[tuple[str, Any]]:
    return [(one.code, named(one)) for one in all_channels()]


def _channel(code: str) -> UUID | None:
    return next((one.id for one in all_channels() if one.code == code), NOBODY) if code else None


def _awaited(request: HttpRequest) -> list[tuple[str, Any]]:
    late = ("late", pgettext_lazy("order", "Late"))
    return [late, ("today", _("To be sent today")), ("goods", _("Waits for goods")), ("cash", CASH)]


def _country(_request: HttpRequest, text: str) -> Mapping[str, Any] | None:
    code = text.upper()
    return {"country": code} if len(code) == 2 and code.isascii() and code.isalpha() else None


def _country_name(text: str) -> str:
    return str(Locale.parse(show.locale(), sep="-").territories.get(text.upper(), text))


def _currency(_request: HttpRequest, text: str) -> Mapping[str, Any] | None:
    return {"currency": text.upper()} if len(text) == 3 and text.isascii() and text.isalpha() else None


def _amount(name: str) -> Wants:
    """An amount in major units, of the currency that is asked for, else of the shop's first channel."""

    def wants(request: HttpRequest, text: str) -> Mapping[str, Any] | None:
        channels = all_channels()
        currency = request.GET.get("currency", "").upper() or (channels[0].currency if channels else "EUR")
        with suppress(Refusal):
            return {name: parse(text.replace(",", ""), currency).amount}
        return None

    return wants


def _customer(_request: HttpRequest, text: str) -> Mapping[str, Any]:
    known = _id(text)
    if known is None:
        found = customer_by_number(text)
        known = found.id if found else NOBODY
    return {"customer_id": known}


def _day(name: str, *, after: int = 0) -> Wants:
    def wants(_request: HttpRequest, text: str) -> Mapping[str, Any] | None:
        try:
            day = date.fromisoformat(text) + timedelta(days=after)
        except (ValueError, OverflowError):
            return None
        return {name: timezone.make_aware(datetime.combine(day, time()))}

    return wants


def _today(_request: HttpRequest, _value: str) -> Mapping[str, Any]:
    return {"placed_from": timezone.localtime(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)}


def _yes(_request: HttpRequest) -> list[tuple[str, Any]]:
    return [("1", _("Yes"))]


_YES: Final[dict[str, Choices]] = {"choices": _yes}

ASKS: Final = (
    _kind("state", _("State")),
    _kind("payment_status", _("Payment")),
    _kind("fulfillment_status", _("Fulfillment")),
    _asked("in_review", _("In review"), "tick", lambda _request, _value: {"in_review": True}, **_YES),
    _asked("late", pgettext_lazy("order", "Late"), "tick", lambda _request, _value: {"promised_before": clock.now()}, **_YES),
    _asked("waiting", _("Backordered"), "tick", lambda _request, _value: {"is_waiting": True}, **_YES),
    _asked("today", _("Placed today"), "tick", _today, **_YES),
    asked_by(Ask("waits", _("Waits"), "link", lambda _request, found, value: awaited(found, value), choices=_awaited)),
    _asked("placed_from", _("Placed from"), "date", _day("placed_from"), say=day_said),
    _asked("placed_to", _("Placed to"), "date", _day("placed_before", after=1), say=day_said),
    _asked("promised_to", _("Promised until"), "date", _day("promised_before", after=1), say=day_said),
    _asked(CHANNEL, _("Channel"), "choice", lambda _request, code: {"channel_id": _channel(code)}, choices=_channels),
    _asked("country", _("Country (two letters)"), "line", _country, say=_country_name),
    _asked("currency", _("Currency"), "line", _currency, say=str.upper),
    _asked("total_from", _("Total from"), "amount", _amount("total_from")),
    _asked("total_to", _("Total to"), "amount", _amount("total_to")),
    _asked("tag", _("Tag"), "line", lambda _request, value: {"tag": value}),
    _asked("sku", _("SKU"), "line", lambda _request, value: {"sku": value}),
    _asked("customer", _("Number of the customer"), "line", _customer),
)

SORTS: Final = {
    "newest": Sort(_("Newest first"), ("-placed_at", "-id")),
    "oldest": Sort(_("Oldest first"), ("placed_at", "id")),
    "largest": Sort(_("Largest first"), ("-total", "-id")),
    "promised": Sort(_("Promised first"), ("promised_at", "id"), only=to_be_sent()),
}

READY: Final = {
    "to_review": Ready(_("To review"), "in_review=1"),
    "to_pay": Ready(_("To be paid"), "state=placed&payment_status=unpaid"),
    "to_pack": Ready(_("To pack"), "state=placed&payment_status=paid&fulfillment_status=unfulfilled&sort=oldest"),
    "late": Ready(pgettext_lazy("order", "Late"), "late=1&sort=promised"),
    "backordered": Ready(_("Backordered"), "waiting=1"),
    "on_hold": Ready(_("On hold"), "state=on_hold"),
    "today": Ready(_("Today"), "today=1"),
}
