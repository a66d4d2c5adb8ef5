"""Webhooks: where events are sent, and what came of it."""

from __future__ import annotations

from django.contrib.admin import display
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from dingdan.integrations.webhooks.lifecycle import DELIVERY_LIFE, ENDPOINT_LIFE
from dingdan.integrations.webhooks.models import Attempt, Delivery, Endpoint, Place
from dingdan.kernel import clock
from dingdan.trade.orders.models import Order
from dingdan.web.backoffice import show
from dingdan.web.backoffice.base import Shown, badge, history, link, listed_badge, number
from dingdan.web.backoffice.filters import by_state
from dingdan.web.backoffice.pages import Cell, Facts, Page, Table
from dingdan.web.backoffice.words import word

DELIVERIES_SHOWN = 50


class Endpoints(Shown):
    """Who is told. Secrets are never read here, not even sealed."""

    many = _("Webhooks")
    permission = "webhooks.read"
    list_display = ("address", "types_shown", "last_taken", "failures_shown", "endpoint_state")
    asks = (by_state("state", _("State"), ENDPOINT_LIFE.states),)
    search_fields = ("url", "description")
    search_help_text = _("Address or description")
    ordering = ("-id",)
    sortable_by = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Endpoint]:
        found: QuerySet[Endpoint] = super().get_queryset(request)
        return found.defer("secret", "previous_secret")

    @display(description=_("Address"))
    def address(self, row: Endpoint) -> str:
        return row.url

    @display(description=_("Types of events"))
    def types_shown(self, row: Endpoint) -> str:
        return ", ".join(row.types[:3]) + (" …" if len(row.types) > 3 else "")

    @display(description=_("Last taken"))
    def last_taken(self, row: Endpoint) -> str:
        return show.moment(row.delivered_at)

    @display(description=_("Tries in vain"))
    def failures_shown(self, row: Endpoint) -> str:
        return show.count(row.failures) if row.failures else show.NOTHING

    @display(description=_("State"))
    def endpoint_state(self, row: Endpoint) -> str:
        return listed_badge(row.state)

    def page(self, row: Endpoint) -> Page:
        old = row.previous_expires_at
        facts = Facts(
            _("Webhook"),
            [
                (_("Address"), row.url),
                (_("Description"), row.description),
                (_("Types of events"), "\n".join(row.types)),
                (_("Paused because"), badge(row.paused_because)),
                (_("Made"), show.moment(row.created_at)),
                (_("Last taken"), show.moment(row.delivered_at) if row.delivered_at else ""),
                (_("Tries in vain"), show.count(row.failures) if row.failures else ""),
                (_("Fingerprint of the secret"), row.secret_fingerprint),
                (_("Old secret signs until"), show.moment(old) if old and old > clock.now() else ""),
            ],
        )
        return Page(row.url, [badge(row.state)], sections=[facts, _latest(row), history(row.id)])


def _latest(endpoint: Endpoint) -> Table:
    rows = Delivery.objects.filter(endpoint_id=endpoint.id).order_by("-position", "-id")[:DELIVERIES_SHOWN]
    return Table(
        _("Deliveries"),
        [_("Date"), _("Event"), _("State"), _("Tries"), _("Answer")],
        [
            [
                Cell(show.moment(row.recorded_at), url=link("delivery", row.id)),
                Cell(row.type),
                badge(row.state),
                number(show.count(row.attempts)),
                Cell(_answer(row.status, row.error)),
            ]
            for row in rows
        ],
        note=_("Only the last deliveries are shown.") if len(rows) == DELIVERIES_SHOWN else "",
    )


def _answer(status: int | None, error: str) -> str:
    """What was answered, and what that means, as far as anything was."""
    return " ".join(part for part in (str(status or ""), word(error)) if part) or show.NOTHING


class Deliveries(Shown):
    """What was sent, and what waits to be."""

    many = _("Deliveries of webhooks")
    permission = "webhooks.read"
    list_display = ("recorded", "event_type", "endpoint_shown", "delivery_state", "attempts_shown", "answer_shown")
    asks = (by_state("state", _("State"), DELIVERY_LIFE.states),)
    search_fields = ("type", "endpoint__url")
    search_help_text = _("Type of event, or address")
    ordering = ("-position", "-id")
    sortable_by = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        found: QuerySet[Delivery] = super().get_queryset(request)
        return found.select_related("endpoint").defer("endpoint__secret", "endpoint__previous_secret")

    @display(description=_("Date"))
    def recorded(self, row: Delivery) -> str:
        return show.moment(row.recorded_at)

    @display(description=_("Event"))
    def event_type(self, row: Delivery) -> str:
        return row.type

    @display(description=_("Address"))
    def endpoint_shown(self, row: Delivery) -> str:
        return row.endpoint.url

    @display(description=_("State"))
    def delivery_state(self, row: Delivery) -> str:
        return listed_badge(row.state)

    @display(description=_("Tries"))
    def attempts_shown(self, row: Delivery) -> str:
        return show.count(row.attempts)

    @display(description=_("Answer"))
    def answer_shown(self, row: Delivery) -> str:
        return _answer(row.status, row.error)

    def page(self, row: Delivery) -> Page:
        facts = Facts(
            _("Delivery"),
            [
                (_("Event"), row.type),
                (_("Address"), Cell(row.endpoint.url, url=link("endpoint", row.endpoint_id))),
                ("webhook-id", str(row.id)),
                (_("Position in the feed"), show.count(row.position)),
                (_("Recorded"), show.moment(row.recorded_at)),
                (_("Next try"), show.moment(row.due_at) if row.due_at else ""),
                (_("Finished"), show.moment(row.finished_at) if row.finished_at else ""),
            ],
        )
        return Page(row.type, [badge(row.state)], sections=[facts, _orders(row), _tries(row), history(row.id)])


def _orders(delivery: Delivery) -> Table:
    places = list(Place.objects.filter(delivery_id=delivery.id).order_by("id"))
    numbers = dict(Order.objects.filter(id__in=[place.order_id for place in places]).values_list("id", "number"))
    return Table(
        _("Orders"),
        [_("Order"), _("Sequence")],
        [
            [Cell(numbers.get(place.order_id, ""), url=link("order", place.order_id)), number(show.count(place.sequence))]
            for place in places
        ],
    )


def _tries(delivery: Delivery) -> Table:
    rows = Attempt.objects.filter(delivery_id=delivery.id).order_by("-number")
    return Table(
        _("Tries"),
        [_("No."), _("Date"), _("Answer"), _("Milliseconds")],
        [
            [
                Cell(show.count(row.number)),
                Cell(show.moment(row.at)),
                Cell(_answer(row.status, row.error)),
                number(show.count(row.duration_ms)),
            ]
            for row in rows
        ],
    )
