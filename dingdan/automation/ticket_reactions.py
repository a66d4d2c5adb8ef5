"""What follows from what happens to tickets. `reactions` says when."""

from __future__ import annotations

from dingdan.automation import escalations
from dingdan.automation.commands import QueueNotice, queue_notices
from dingdan.automation.reacting import Asked, Wishes, entry_of, together
from dingdan.kernel.journal import Call
from dingdan.trade.tickets.events import TicketEscalated
from dingdan.trade.tickets.lifecycle import CameBy


@together(queue_notices)
def tell_opened(asked: Asked) -> Wishes:
    """Whoever wrote learns that it came in. Who is on the phone or in a chat knows."""
    for call, event in asked:
        if event.came_by not in (CameBy.PHONE, CameBy.CHAT):
            yield call, QueueNotice(kind="ticket_opened", ticket_id=event.ticket_id, about_id=event.message_id)


@together(queue_notices)
def tell_answered(asked: Asked) -> Wishes:
    """The customer gets the answer; one that settles the matter asks how it went."""
    for call, event in asked:
        kind = "ticket_solved" if event.state == "solved" else "ticket_answered"
        yield call, QueueNotice(kind=kind, ticket_id=event.ticket_id, about_id=event.message_id)


@together(queue_notices)
def tell_solved(asked: Asked) -> Wishes:
    """The customer learns that the matter is taken to be settled, and is asked how it went; who said so themselves knows."""
    return [
        (call, QueueNotice(kind="ticket_solved", ticket_id=event.ticket_id, about_id=entry_of(call)))
        for call, event in asked
        if not event.by_customer
    ]


def tell_escalated(call: Call, event: TicketEscalated) -> None:
    """Staff learns that a deadline has passed."""
    escalations.tell_later(call.tenant_id, entry_id=entry_of(call), event=event)
