"""F11 for tickets: any two commands on the same ticket, one inside the other at each of its statements.

What comes of it is what one of the two orders would have given, as for orders and their money.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from dingdan.trade.tickets import queries
from dingdan.trade.tickets.commands import (
    AssignTicket,
    CloseTicket,
    EraseTicket,
    EscalateTicket,
    answer_ticket,
    assign_tickets,
    attach_file,
    change_ticket,
    close_tickets,
    erase_tickets,
    escalate_tickets,
    merge_tickets,
    note_ticket,
    rate_ticket,
    reopen_ticket,
    reply_ticket,
    solve_ticket,
    tag_ticket,
)
from dingdan.trade.tickets.events import TicketOpened
from dingdan.trade.tickets.models import Attachment, Message, Ticket, TicketTag
from tests import kit
from tests.conftest import Shop
from tests.laws.interleaving import Pair, places, tell
from tests.laws.size import sized
from tests.trade.tickets.desk import HOUR, MONDAY, PDF, member, opened

LATER = MONDAY + 5 * HOUR


@dataclass(frozen=True, slots=True)
class Desk:
    """Two tickets of one person, the first overdue and with nine files on its message, a third that is solved; two accounts."""

    shop: Shop
    first: TicketOpened
    double: TicketOpened
    solved: TicketOpened
    amy: int
    bo: int

    @property
    def ids(self) -> list[UUID]:
        return [self.first.ticket_id, self.double.ticket_id, self.solved.ticket_id]

    def standing(self) -> list[tuple[Any, ...]]:
        """How everything stands, told without ids."""
        columns = (
            "state",
            "owner_id",
            "priority",
            "topic",
            "level",
            "due_at",
            "solve_by_at",
            "answered_at",
            "solved_at",
            "rating",
        )
        more = ("messages_count", "files_count", "title", "erased_at")
        rows = [Ticket.objects.values_list(*columns, *more).get(id=id_) for id_ in self.ids]
        said = [Counter(Message.objects.filter(ticket_id=id_).values_list("kind", "text")) for id_ in self.ids]
        files = [Attachment.objects.filter(message__ticket_id=id_, content__isnull=False).count() for id_ in self.ids]
        tags = [sorted(TicketTag.objects.filter(ticket_id=id_).values_list("tag", flat=True)) for id_ in self.ids]
        return list(zip(rows, said, files, tags, strict=True))


def desk(shop: Shop, staff: tuple[int, int]) -> Desk:
    made = Desk(shop, opened(shop), opened(shop, "Again!"), opened(shop, "Done."), *staff)
    first = attach_file(
        shop.call(at=MONDAY), ticket_id=made.first.ticket_id, message_id=made.first.message_id, name="1.pdf", content=PDF
    )
    _copy(first.attachment_id, 8)
    solve_ticket(shop.call(at=MONDAY + HOUR), ticket_id=made.solved.ticket_id)
    return made


def _copy(attachment_id: UUID, times: int) -> None:
    """Hang a file on its message so many times more: one statement, where each is a command."""
    one = Attachment.objects.select_related("message").get(id=attachment_id)
    columns = {name: getattr(one, name) for name in ("name", "media_type", "size", "digest", "content", "attached_at")}
    Attachment.objects.bulk_create([Attachment(message_id=one.message_id, **columns) for _ in range(times)])
    Ticket.objects.filter(id=one.message.ticket_id).update(files_count=times + 1)


def _attach(on: Desk) -> Any:
    first = on.first
    return attach_file(on.shop.call(at=LATER), ticket_id=first.ticket_id, message_id=first.message_id, name="x", content=PDF)


def _one(command: Callable[..., Any], **arguments: Any) -> Callable[[Desk], Any]:
    return lambda on: command(on.shop.call(at=LATER), ticket_id=on.first.ticket_id, **arguments)


ACTS: dict[str, Callable[[Desk], Any]] = {
    "answer": _one(answer_ticket, text="A photo?"),
    "answer and solve": _one(answer_ticket, text="Done.", then="solve"),
    "reply": _one(reply_ticket, text="And?"),
    "note": _one(note_ticket, text="Hm."),
    "attach": _attach,
    "solve": _one(solve_ticket),
    "change": _one(change_ticket, topic="complaint"),
    "tag": _one(tag_ticket, add=("vip",)),
    "take, says Amy": lambda on: _take(on, on.amy),
    "take, says Bo": lambda on: _take(on, on.bo),
    "close": lambda on: close_tickets.one(on.shop.call(at=LATER), CloseTicket(ticket_id=on.first.ticket_id)),
    "escalate": lambda on: escalate_tickets.one(on.shop.call(at=LATER), EscalateTicket(ticket_id=on.first.ticket_id)),
    "erase": lambda on: erase_tickets.one(on.shop.call(at=LATER), EraseTicket(ticket_id=on.first.ticket_id)),
    "merge": lambda on: merge_tickets(on.shop.call(at=LATER), kept_id=on.double.ticket_id, merged_id=on.first.ticket_id),
    "merge the other way": lambda on: merge_tickets(
        on.shop.call(at=LATER), kept_id=on.first.ticket_id, merged_id=on.double.ticket_id
    ),
    "reopen the solved": lambda on: reopen_ticket(on.shop.call(at=LATER), ticket_id=on.solved.ticket_id),
    "rate the solved": lambda on: rate_ticket(on.shop.call(at=LATER), ticket_id=on.solved.ticket_id, rating=4),
    "close all": lambda on: [close_tickets.many([(on.shop.call(at=LATER), CloseTicket(ticket_id=id_)) for id_ in on.ids])],
}
"""Everything that can be done with a ticket, by its name."""
INNER_ACTS = sized(1, len(ACTS), len(ACTS))
PLACES = sized(1, 100, 100)


def _take(on: Desk, who: int) -> Any:
    wish = AssignTicket(ticket_id=on.first.ticket_id, owner_id=who, only_if_free=True)
    return assign_tickets.one(on.shop.call(at=LATER), wish)


@pytest.fixture
def pair(database_url: str) -> Iterator[Pair]:
    """Two callers."""
    made = Pair(database_url)
    yield made
    made.close()


def _in_turn(shop: Shop, staff: tuple[int, int], *names: str) -> tuple[dict[str, str], Any, list[list[str]]]:
    on = desk(shop, staff)
    told = [tell(partial(ACTS[name], on), shop.tenant_id) for name in names]
    return dict(zip(names, [one.kind for one in told], strict=True)), on.standing(), [one.statements for one in told]


def _unlawful(
    pair: Pair, shop: Shop, staff: tuple[int, int], names: tuple[str, str], chance: random.Random
) -> tuple[int, list[str]]:
    """Let one act come inside the other at some of its places; how often they met, and what came of it unlawfully."""
    outer, inner = names
    one, other = _in_turn(shop, staff, outer, inner), _in_turn(shop, staff, inner, outer)
    where, wrong = places(one[2][0], one[2][1]), list[str]()
    chosen = chance.sample(where, min(PLACES, len(where)))
    for place in chosen:
        on = desk(shop, staff)
        told = pair.meet(partial(ACTS[outer], on), partial(ACTS[inner], on), after=place)
        came = ({outer: told[0].kind, inner: told[1].kind}, on.standing())
        if came not in (one[:2], other[:2]):
            wrong.append(f"{inner} in {outer} behind {told[0].statements[place - 1][:90]}: {came}, not {one[:2]} or {other[:2]}")
    return len(chosen), wrong


@pytest.mark.parametrize("outer", ACTS)
def test_whoever_comes_between_comes_before_or_after(
    pair: Pair, outer: str, chance: random.Random, *, shop: Shop, retried: Counter[str], figure: Callable[[str], None]
) -> None:
    staff, met, unlawful = (member(shop), member(shop)), 0, list[str]()
    for inner in chance.sample([name for name in ACTS if name != outer], min(INNER_ACTS, len(ACTS) - 1)):
        count, wrong = _unlawful(pair, shop, staff, (outer, inner), chance)
        met, unlawful = met + count, unlawful + wrong
    figure(f"F11 tickets, {outer}: met others {met} times, {len(unlawful)} times unlawfully")
    assert unlawful == [], "\n\n".join(unlawful)
    assert kit.breaches() == []
    assert not retried


def test_a_missing_lock_would_be_noticed(shop: Shop, pair: Pair, chance: random.Random, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.laws.test_f11_tickets.PLACES", 100)
    monkeypatch.setattr(queries, "lock_tickets", lambda ids: {row.id: row for row in Ticket.objects.filter(id__in=list(ids))})
    _met, unlawful = _unlawful(pair, shop, (member(shop), member(shop)), ("take, says Amy", "take, says Bo"), chance)
    assert unlawful != []
