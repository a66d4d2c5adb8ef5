"""A desk at which customers complain: the shortest way to a ticket in any state."""

from __future__ import annotations

import secrets
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from dingdan.kernel.journal import Actor, Call
from dingdan.masterdata.staff.commands import save_membership, save_role
from dingdan.masterdata.staff.rules import RoleDraft
from dingdan.trade.tickets.commands import open_ticket, save_topic, save_working_hours
from dingdan.trade.tickets.events import TicketOpened
from dingdan.trade.tickets.models import Ticket
from dingdan.trade.tickets.rules import ContactDraft, HoursDraft, TicketDraft, TopicDraft
from tests.conftest import Shop

MONDAY = datetime(2026, 3, 2, 10, tzinfo=UTC)
"""Ten o'clock on a Monday, in London."""
HOUR = timedelta(hours=1)
ANN = ContactDraft(name="Ann Lee", email="ann@example.com", phone="+442079460000")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")


PNG = b"".join(
    (
        b"\x89PNG\r\n\x1a\n",
        _chunk(b"IHDR", bytes.fromhex("00000001000000010802000000")),
        _chunk(b"IDAT", zlib.compress(b"\0\xff\0\0")),
        _chunk(b"IEND", b""),
    )
)
"""One red dot."""
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
GIF = b"GIF89a" + bytes(20) + b"\x3b"
JPEG = b"\xff\xd8\xff\xe0" + bytes(30) + b"\xff\xd9"

TABLES = [
    "tickets_ticket",
    "tickets_ticketcontact",
    "tickets_message",
    "tickets_attachment",
    "tickets_tickettag",
    "tickets_topic",
    "tickets_answertemplate",
    "tickets_workinghours",
    "kernel_journalentry",
    "kernel_numberseries",
]


def opened(
    shop: Shop, text: str = "The cup is broken.", *, at: datetime = MONDAY, topic: str = "damaged", **changes: Any
) -> TicketOpened:
    """A ticket that Ann has just opened: to be answered in 4 hours of work and solved in 27, unless the topic says otherwise."""
    draft = TicketDraft(topic=topic, text=text, **({"contact": ANN} | changes))
    return open_ticket(shop.call(at=at), ticket=draft)


def row(told: TicketOpened | UUID) -> Ticket:
    """The ticket as it is now."""
    return Ticket.objects.get(id=told if isinstance(told, UUID) else told.ticket_id)


def member(shop: Shop) -> int:
    """An account that works in the shop."""
    role = save_role(shop.call(), role=RoleDraft(name=f"role {secrets.token_hex(4)}", permissions=("tickets.*",)))
    user_id = secrets.randbelow(10**9) + 1
    save_membership(shop.call(), user_id=user_id, role_ids=(role.role_id,))
    return user_id


def topic(shop: Shop, code: str = "damaged", **changes: Any) -> None:
    """The shop's own terms for a topic."""
    terms: dict[str, Any] = {"name": code, "answer_minutes": 240, "solution_minutes": 1620, "priority": "high"} | changes
    save_topic(shop.call(), topic=TopicDraft(code=code, **terms))


def always_at_work(shop: Shop) -> None:
    """The shop works day and night."""
    week: dict[str, Any] = dict.fromkeys(DAYS, (("00:00", "24:00"),))
    save_working_hours(shop.call(), hours=HoursDraft(**week))


DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def customer(shop: Shop, told: TicketOpened) -> Call:
    """A call by whoever holds the link of a ticket."""
    actor = Actor("customer", str(told.ticket_id), frozenset({"tickets.*"}))
    return Call(tenant_id=shop.tenant_id, actor=actor)


@contextmanager
def nothing_changes(shop: Shop) -> Iterator[None]:
    """Fail when anything of the shop's tickets is different afterwards."""
    before = _everything(shop)
    yield
    assert _everything(shop) == before


def _everything(shop: Shop) -> dict[str, Any]:
    with connection.cursor() as cursor:
        found = {}
        for table in TABLES:
            cursor.execute(
                f"SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t.id), '')) FROM {table} AS t WHERE t.tenant_id = %s",
                [shop.tenant_id],
            )
            found[table] = cursor.fetchone()
    return found
