"""Notices on their way to the merchant: written with what they tell, sent after it, tried again, and made to go wrong."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from dingdan.integrations.sandbox.firms.clock import Clock
from dingdan.integrations.sandbox.firms.faults import Faults
from dingdan.integrations.sandbox.firms.store import Json, Store

TIMEOUT: Final = 15.0
BEHIND_SECONDS: Final = 2.0
"""How much later a notice goes that is overtaken by those after it."""
PENDING: Final = ("waiting", "sending")


@dataclass(frozen=True, slots=True)
class Note:
    """A notice that is to be sent: what it tells, and how it goes wrong."""

    id: int
    firm: str
    topic: str
    url: str
    body: Json
    fault: str
    tries: int


@dataclass(frozen=True, slots=True)
class Message:
    """A notice as it goes over the wire."""

    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """How a firm sends: how a notice is signed, what counts as taken, and after how many seconds it tries again."""

    signed: Callable[[Note], Message]
    is_taken: Callable[[int, bytes], bool]
    pauses: tuple[float, ...]


def is_here(url: str) -> bool:
    """Whether an address is one of this machine's own."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


class Outbox:
    """The notices of all firms. What it writes belongs to the transaction in which it is written."""

    def __init__(self, store: Store, clock: Clock, faults: Faults) -> None:
        self._store, self._clock, self._faults = store, clock, faults
        self._sending = threading.Lock()
        self.mails: dict[str, Mail] = {}
        self.is_open = False  # whether addresses of other machines are sent to

    def add(self, firm: str, url: str, body: Json, *, topic: str, subject: str) -> None:
        """Write a notice down. Without an address there is nobody to tell."""
        if not url:
            return
        fault = self._faults.draw("notice", firm, topic)
        now = self._clock.now()
        due = now + (BEHIND_SECONDS if fault == "notice_out_of_order" else 0)
        state = "dropped" if fault == "notice_dropped" else "waiting"
        for one in (fault, "") if fault == "notice_twice" else (fault,):
            self._store.execute(
                "INSERT INTO note (firm, topic, subject, url, body, fault, at, due, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                firm, topic, subject, url, json.dumps(body, ensure_ascii=False), one, now, due, state,
            )  # fmt: skip

    def send_due(self, *, all_waiting: bool = False) -> int:
        """Send what is due, in order, and say how many went.

        `all_waiting` sends also what is due later because something overtakes it, and leaves what is tried again to its time.
        """
        sent = 0
        with self._sending:
            while (note := self._next(all_waiting=all_waiting)) is not None:
                self._send(note)
                sent += 1
        return sent

    def send_early(self) -> None:
        """Send what comes before the answer that it follows from.

        Waits for nobody who sends at the same time: whoever takes a notice may ask the firm something before it says so.
        """
        while self._has_early() and (note := self._next(early=True)) is not None:
            self._send(note)

    def _has_early(self) -> bool:
        return bool(self._store.execute("SELECT 1 FROM note WHERE state = 'waiting' AND fault = 'notice_before_answer' LIMIT 1"))

    def again(self, key: int) -> None:
        """Send a notice once more, whatever became of it."""
        self._store.execute("UPDATE note SET state = 'waiting', fault = '', due = ? WHERE id = ?", self._clock.now(), key)

    def latest(self, limit: int = 50) -> list[Json]:
        """The newest notices, and what became of them."""
        names = ("id", "firm", "topic", "subject", "url", "fault", "at", "tries", "state", "outcome")
        rows = self._store.execute(f"SELECT {', '.join(names)} FROM note ORDER BY id DESC LIMIT ?", limit)  # noqa: S608
        return [dict(zip(names, row, strict=True)) for row in rows]

    def _next(self, *, early: bool = False, all_waiting: bool = False) -> Note | None:
        until = self._clock.now() + (BEHIND_SECONDS if all_waiting else 0)
        with self._store.transaction():
            rows = self._store.execute(
                "SELECT id, firm, topic, url, body, fault, tries FROM note WHERE state = 'waiting' AND due <= ?"
                " AND (? = 0 OR fault = 'notice_before_answer') AND (? = 0 OR tries = 0 OR due <= ?)"
                " ORDER BY due, id LIMIT 1",
                until, int(early), int(all_waiting), self._clock.now(),
            )  # fmt: skip
            if not rows:
                return None
            key, firm, topic, url, body, fault, tries = rows[0]
            self._store.execute("UPDATE note SET state = 'sending' WHERE id = ?", key)
        return Note(key, firm, topic, url, json.loads(body), fault, tries)

    def _send(self, note: Note) -> None:
        mail = self.mails[note.firm]
        if self.is_open or is_here(note.url):
            status, answer = _posted(note.url, mail.signed(note))
            taken, outcome = mail.is_taken(status, answer), str(status) if status else answer.decode()
        else:
            taken, outcome = False, "not sent: the address is not on this machine"
        pause = mail.pauses[note.tries] if note.tries < len(mail.pauses) else None
        state = "sent" if taken else "given up" if pause is None else "waiting"
        # A fault meets a notice once: what is tried again goes as it should.
        self._store.execute(
            "UPDATE note SET state = ?, outcome = ?, tries = tries + 1, due = ?, fault = ? WHERE id = ?",
            state, outcome, self._clock.now() + (pause or 0), note.fault if taken else "", note.id,
        )  # fmt: skip

    def restart(self) -> None:
        """What was being sent when the process ended is sent again: a firm tells at least once."""
        self._store.execute("UPDATE note SET state = 'waiting' WHERE state = 'sending'")


def _posted(url: str, message: Message) -> tuple[int, bytes]:
    """Status and body of the answer; 0 and what went wrong where there is none."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT)
    try:
        connection.request("POST", parts.path + (f"?{parts.query}" if parts.query else ""), message.body, dict(message.headers))
        answer = connection.getresponse()
        return answer.status, answer.read(65_536)
    except (OSError, http.client.HTTPException) as fault:
        return 0, f"no answer: {type(fault).__name__}".encode()
    finally:
        connection.close()
