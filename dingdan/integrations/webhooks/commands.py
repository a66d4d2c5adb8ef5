"""What can be done with endpoints and deliveries. That something is delivered is no command: see docs/webhooks.md."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from dingdan.integrations.webhooks import lines
from dingdan.integrations.webhooks.collecting import CONSUMER
from dingdan.integrations.webhooks.events import (
    DeliveriesReplayed,
    DeliveryReplayed,
    EndpointChanged,
    EndpointCreated,
    EndpointPaused,
    EndpointPinged,
    EndpointResumed,
    EndpointRetired,
    SecretRotated,
)
from dingdan.integrations.webhooks.guard import Guard, literal
from dingdan.integrations.webhooks.lifecycle import DELIVERY_LIFE, ENDPOINT_LIFE, PauseReason
from dingdan.integrations.webhooks.messages import sealed
from dingdan.integrations.webhooks.models import Delivery, Endpoint, Place
from dingdan.integrations.webhooks.rules import (
    LONGEST_OVERLAP,
    MOST_ENDPOINTS,
    MOST_REPLAYED,
    AddressNotAllowed,
    EndpointDraft,
    OverlapNotUsable,
    PeriodNotUsable,
    TooManyEndpoints,
    TooManyToReplay,
    UrlNotEncrypted,
    cleaned,
    delivery_id,
    target_of,
)
from dingdan.integrations.webhooks.signing import fingerprint
from dingdan.kernel import feed
from dingdan.kernel.command import command
from dingdan.kernel.errors import Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.register import locked, put
from dingdan.kernel.text import one_of

FINISHED = tuple(state for state in DELIVERY_LIFE.states if state != DELIVERY_LIFE.initial)


class EndpointWasRetired(Refusal):
    """Nothing is sent to a retired endpoint again."""

    sentence = _("This endpoint was retired; nothing is sent there again.")
    remedy = _("Make a new endpoint with the same address.")


@command
def create_endpoint(entry: Entry, *, endpoint: EndpointDraft, secret: str) -> EndpointCreated:
    """Let events be sent to an address, from now on. Whoever asks made the secret and shows it once; it is kept sealed.

    Refuses addresses that cannot be sent to, types of events that do not exist, and more endpoints than are sensible.
    """
    values = cleaned(endpoint)
    _may_lie_there(values["url"])
    in_use = Endpoint.objects.exclude(state="retired").count()
    if in_use >= MOST_ENDPOINTS:
        raise TooManyEndpoints(most=MOST_ENDPOINTS)
    if not in_use:  # nobody listened until now: what came before need not even be looked at
        feed.move_cursor(CONSUMER, feed.end())
    mark = fingerprint(secret)
    row = Endpoint.objects.create(
        id=new_id(), **values, secret=sealed(secret), secret_fingerprint=mark, entry_id=entry.id, created_at=entry.at
    )
    entry.about("endpoint", row.id)
    return EndpointCreated(endpoint_id=row.id, types=tuple(row.types), secret_fingerprint=mark)


@command
def change_endpoint(entry: Entry, *, endpoint_id: UUID, endpoint: EndpointDraft) -> EndpointChanged:
    """Give an endpoint another address, or let it be told of other types of events. What waits goes to the new address.

    Refuses what `create_endpoint` refuses, and an endpoint that was retired.
    """
    values = cleaned(endpoint)
    _may_lie_there(values["url"])
    row = _in_use(entry, endpoint_id)
    saved = put(entry, row, values, model=Endpoint, veiled=("url",))  # an address may hold a token
    return EndpointChanged(endpoint_id=endpoint_id, changes=saved.changes)


@command
def rotate_secret(entry: Entry, *, endpoint_id: UUID, secret: str, overlap_hours: int = 24) -> SecretRotated:
    """Give an endpoint a new secret. For the hours of the overlap both sign, so that receivers need not change at once."""
    row = _in_use(entry, endpoint_id)
    if not 0 <= overlap_hours <= LONGEST_OVERLAP:
        raise OverlapNotUsable(field="overlap_hours", most=LONGEST_OVERLAP)
    until = entry.at + timedelta(hours=overlap_hours)
    mark = fingerprint(secret)
    Endpoint.objects.filter(id=endpoint_id).update(
        secret=sealed(secret), secret_fingerprint=mark, previous_secret=row.secret, previous_expires_at=until
    )
    return SecretRotated(endpoint_id=endpoint_id, secret_fingerprint=mark, previous_expires_at=until)


@command
def pause_endpoint(entry: Entry, *, endpoint_id: UUID) -> EndpointPaused:
    """Send nothing to an endpoint for now. What happens meanwhile is kept for it."""
    return _pause(entry, endpoint_id, PauseReason.ASKED)


@command
def pause_failing_endpoint(entry: Entry, *, endpoint_id: UUID, reason: str) -> EndpointPaused:
    """Send nothing to an endpoint that takes nothing any more. What happens meanwhile is kept for it."""
    return _pause(entry, endpoint_id, one_of(reason, "reason", (PauseReason.FAILING, PauseReason.GONE)))


@command
def resume_endpoint(entry: Entry, *, endpoint_id: UUID) -> EndpointResumed:
    """Go on where a paused endpoint stopped: what waits is sent in its order, each with as many tries as a new one."""
    _turned(entry, endpoint_id, "resume", paused_because="", failures=0, down_at=None)
    _begin_anew(Delivery.objects.filter(endpoint_id=endpoint_id), entry.at)
    return EndpointResumed(endpoint_id=endpoint_id)


@command
def retire_endpoint(entry: Entry, *, endpoint_id: UUID) -> EndpointRetired:
    """Send nothing to an endpoint again, for good. What waits for it is given up; the log of deliveries stays for a month."""
    _turned(entry, endpoint_id, "retire", paused_because="")
    waiting = Delivery.objects.filter(endpoint_id=endpoint_id, state=DELIVERY_LIFE.initial)
    state = DELIVERY_LIFE.turn("give_up", DELIVERY_LIFE.initial)
    count = waiting.update(state=state, finished_at=entry.at, due_at=None, lease=None)
    Place.objects.filter(endpoint_id=endpoint_id, is_open=True).update(is_open=False)
    return EndpointRetired(endpoint_id=endpoint_id, given_up=count)


@command
def ping_endpoint(entry: Entry, *, endpoint_id: UUID) -> EndpointPinged:
    """Send a test to an endpoint: the event of this very command, the way that all events go, whatever types it wants."""
    row = locked(entry, Endpoint, endpoint_id)
    ENDPOINT_LIFE.turn("ping", row.state)
    return EndpointPinged(endpoint_id=endpoint_id, delivery_id=delivery_id(endpoint_id, entry.id))


@command
def replay_delivery(entry: Entry, *, delivery_id: UUID) -> DeliveryReplayed:
    """Send a delivery again under the same id, as if it were new; one that waits for its next try is tried now."""
    row = Delivery.objects.filter(id=delivery_id).first()
    if row is not None:
        _in_use(entry, row.endpoint_id)
    row = locked(entry, Delivery, delivery_id)
    if row.state == DELIVERY_LIFE.initial:
        _begin_anew(Delivery.objects.filter(id=row.id), entry.at)
    else:
        _replay(Delivery.objects.filter(id=row.id), entry.at)
    return DeliveryReplayed(delivery_id=delivery_id, endpoint_id=row.endpoint_id)


@command
def replay_deliveries(
    entry: Entry, *, endpoint_id: UUID, since: datetime, until: datetime | None = None, states: tuple[str, ...] = FINISHED
) -> DeliveriesReplayed:
    """Send what was recorded in a time to an endpoint again, oldest first for each order, each under the same id.

    `states` says which of what came to its end: delivered, given up, or both. Refuses more than is sensible at once.
    """
    _in_use(entry, endpoint_id)
    until = until or entry.at
    if until < since:
        raise PeriodNotUsable(field="until")
    wanted = tuple(sorted({one_of(state, "states", FINISHED) for state in states}))
    rows = Delivery.objects.filter(endpoint_id=endpoint_id, state__in=wanted, recorded_at__gte=since, recorded_at__lt=until)
    if rows[: MOST_REPLAYED + 1].count() > MOST_REPLAYED:
        raise TooManyToReplay(field="until", most=MOST_REPLAYED)
    count = _replay(rows, entry.at)
    return DeliveriesReplayed(endpoint_id=endpoint_id, since=since, until=until, states=wanted, count=count)


def _may_lie_there(url: str) -> None:
    """Refuse at once what the sender would never connect to. What a name means is looked at each time that it is sent to."""
    target, allowed = target_of(url), settings.WEBHOOKS_TO
    if target.scheme == "http" and not allowed:
        raise UrlNotEncrypted(field="url")
    address = literal(target.host)
    if address is not None and not Guard(allowed, only=target.scheme == "http").may_reach(address):
        raise AddressNotAllowed(field="url")


def _in_use(entry: Entry, endpoint_id: UUID) -> Endpoint:
    """The endpoint, locked, unless it was retired."""
    row = locked(entry, Endpoint, endpoint_id)
    if row.state == "retired":
        raise EndpointWasRetired(field="endpoint_id")
    return row


def _turned(entry: Entry, endpoint_id: UUID, turn: str, **values: object) -> Endpoint:
    """The endpoint, locked and turned."""
    row = locked(entry, Endpoint, endpoint_id)
    return put(entry, row, {"state": ENDPOINT_LIFE.turn(turn, row.state), **values}, model=Endpoint).row


def _pause(entry: Entry, endpoint_id: UUID, reason: str) -> EndpointPaused:
    _turned(entry, endpoint_id, "pause", paused_because=reason)
    return EndpointPaused(endpoint_id=endpoint_id, reason=reason)


def _begin_anew(rows: QuerySet[Delivery], at: datetime) -> None:
    """Try deliveries now that wait for their next try, with as many tries as new ones. What is in hand is left alone."""
    rows.filter(due_at__isnull=False, lease__isnull=True).update(due_at=at, step=0, strikes=0, first_tried_at=None)


def _replay(rows: QuerySet[Delivery], at: datetime) -> int:
    """Put finished deliveries, whose endpoint is locked, back into their lines."""
    ids = list(rows.values_list("id", flat=True))
    state = DELIVERY_LIFE.initial
    Delivery.objects.filter(id__in=ids).update(state=state, finished_at=None, due_at=None, step=0, strikes=0, first_tried_at=None)
    Place.objects.filter(delivery_id__in=ids).update(is_open=True)
    lines.let_go(ids, at)
    return len(ids)
