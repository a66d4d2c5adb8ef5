"""A mail server for tests: takes what it is told to take, and remembers it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from uuid import UUID

from aiosmtpd.controller import Controller
from django.db import connection
from django.test import override_settings

from dingdan.automation.models import Notice
from dingdan.automation.sending import send_notice


@dataclass
class Mailbox:
    """What came in, and what the server answers instead of taking a mail (empty: it takes it)."""

    letters: list[EmailMessage] = field(default_factory=list)
    answer_to_recipient: str = ""
    answer_to_data: str = ""

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if self.answer_to_recipient:
            return self.answer_to_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - the library's name
        if self.answer_to_data:
            return self.answer_to_data
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def mail_settings(port: int) -> Iterator[None]:
    """Let mails go over SMTP to a port of this machine."""
    with override_settings(
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="127.0.0.1", EMAIL_PORT=port, EMAIL_TIMEOUT=5
    ):
        yield


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    """A real SMTP server that mails go to while the block runs."""
    mailbox = Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        with mail_settings(controller.port):
            yield mailbox
    finally:
        controller.stop()


def send(notice_id: UUID) -> Notice:
    """Do the job that sends a notice; the notice afterwards."""
    notice = Notice.objects.get(id=notice_id)
    send_notice(tenant_id=str(notice.tenant_id), notice_id=str(notice_id))
    return Notice.objects.get(id=notice_id)


def waiting_jobs(notice_id: UUID) -> list[tuple[str, str]]:
    """Task and queue of the jobs that wait to send a notice."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT task_name, queue_name FROM procrastinate_jobs WHERE args ->> 'notice_id' = %s AND status = 'todo'",
            [str(notice_id)],
        )
        return list(cursor.fetchall())
