"""A ticket as whoever wrote it sees it: what was said, with its files, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile

from dingdan.kernel.errors import Refusal
from dingdan.kernel.files import SHOWN, TooManyFiles, media_type_of
from dingdan.kernel.journal import Call, Event
from dingdan.trade.tickets import queries
from dingdan.trade.tickets.commands import rate_ticket, solve_ticket
from dingdan.trade.tickets.lifecycle import OVER, TICKET_LIFE, MessageKind
from dingdan.trade.tickets.models import Attachment, Ticket
from dingdan.web.storefront.own.words import when
from dingdan.web.storefront.reader import Reader

MOST_FILES: Final = 5
"""Files with one message: more do not go through a request."""


@dataclass(frozen=True, slots=True)
class Ways:
    """Where the files of a ticket are, and where its forms are sent."""

    file: Callable[[UUID], str]
    rating: str
    settled: str


def talk_told(reader: Reader, row: Ticket, ways: Ways) -> dict[str, Any]:
    """A ticket with what was said in it, as a page shows it; what staff says among itself is left out."""
    said = [
        {
            "is_mine": one.message.kind == MessageKind.CUSTOMER, "text": one.message.text, "id": one.message.id,
            "at": when(reader, one.message.written_at), "iso": one.message.written_at.isoformat(),
            "files": [_file(file, ways) for file in one.files if file.erased_at is None],
        }
        for one in queries.conversation(row.id, with_notes=False)
        if one.message.erased_at is None
    ]  # fmt: skip
    is_over = row.state in OVER
    return {
        "id": row.id, "number": row.number, "title": row.title, "said": said, "is_over": is_over,
        "may_rate": is_over and row.solved_at is not None, "rating": row.rating, "word": row.rating_word,
        "rate": ways.rating, "settle": ways.settled if TICKET_LIFE.may("settle", row.state) else "",
    }  # fmt: skip


def _file(file: Attachment, ways: Ways) -> dict[str, Any]:
    return {"name": file.name, "url": ways.file(file.id), "is_picture": file.media_type in SHOWN}


def sent_files(sent: Sequence[UploadedFile[Any]]) -> list[tuple[str, bytes]]:
    """The files that came along. Refuses all of them where one cannot be kept, before anything is written."""
    chosen = [one for one in sent if one.name]
    if len(chosen) > MOST_FILES:
        raise TooManyFiles(field="files", most=MOST_FILES)
    found = [(str(one.name), one.read()) for one in chosen]
    for _name, content in found:
        media_type_of(content, field="files")
    return found


def rated(call: Call, ticket_id: UUID, *, rating: str, word: str) -> Event:
    """Say how it went, from 1 to 5. Refuses as `rate_ticket` does."""
    chosen = int(rating) if rating in ("1", "2", "3", "4", "5") else 0
    return rate_ticket(call, ticket_id=ticket_id, rating=chosen, word=word)


def settled(call: Call, row: Ticket) -> Refusal | None:
    """Say that it is settled; why not. Where it is over already, nothing is left to say."""
    if row.state in OVER:
        return None
    try:
        solve_ticket(call, ticket_id=row.id)
    except Refusal as refusal:
        return refusal
    return None
