"""What happens, in one order that never skips: the journal as a feed; and the mails that followed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from dingdan.automation.commands import retry_notice, skip_notice
from dingdan.automation.lifecycle import NOTICE_LIFE
from dingdan.automation.models import Notice
from dingdan.kernel import feed
from dingdan.web.api.reads import Limit, Position, read
from dingdan.web.api.registers import Register, registers
from dingdan.web.api.writes import Write, mount

TAG, MAILS = "Events", "Mails"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventView:
    """One entry of the journal at its position."""

    position: int
    entry: UUID
    event: str
    command: str
    actor: str
    at: datetime
    recorded_at: datetime
    quiet: bool
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsView:
    """Some of the feed. `next` is the position to go on from; it is where the asking began when nothing is new."""

    items: list[EventView]
    next: int


@read("/events", permission="journal.read", tag=TAG)
def list_events(
    *,
    after: Position = 0,
    limit: Limit = 50,
) -> EventsView:
    """Everything that happened in the shop behind a position, oldest first.

    Positions have no gaps and never change: keep `next`, ask again from there, and nothing is missed or seen twice.
    """
    items = [EventView(**feed.told(entry)) for entry in feed.read(after, limit)]
    return EventsView(items=items, next=items[-1].position if items else after)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeView:
    """A notice to a customer: about what, by which way, and how far it has come. `unknown`: it may have been sent, or not."""

    id: UUID
    kind: str
    order_id: UUID | None
    ticket_id: UUID | None
    wish_id: UUID | None
    about_id: UUID
    way: str
    reference: str
    language: str
    state: str
    queued_at: datetime
    sent_at: datetime | None
    attempts: int
    error: str


registers(
    Register(
        plural="notices",
        states=NOTICE_LIFE.states,
        singular="notice",
        view=NoticeView,
        rows=lambda: Notice.objects.order_by("-id"),
        permission="automation.read",
        tag=MAILS,
    )
)
mount(
    Write(path="/notices/{notice_id}/retry", command=retry_notice, tag=MAILS),
    Write(path="/notices/{notice_id}/skip", command=skip_notice, tag=MAILS),
)
