"""The sender: a loop of the worker that claims what is due, sends it from threads, and writes down what came of it.

The loop alone speaks to the database, the threads alone to the network. Results that come in while it writes are written
together the next time. An endpoint gets more at once with everything that it takes, and one message at a time after one that it
did not: so it is never overrun, and one that hangs hangs one thread.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter, defaultdict, deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import close_old_connections

from dingdan.integrations.webhooks import outbox, outcomes
from dingdan.integrations.webhooks.client import TIMEOUT, Answer, Client
from dingdan.integrations.webhooks.lifecycle import Fault
from dingdan.integrations.webhooks.outbox import Message
from dingdan.integrations.webhooks.outcomes import Stopped, Tried
from dingdan.kernel import clock
from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import Actor, Call
from dingdan.kernel.tenancy import tenant_scope

AT_ONCE: Final = 128
AT_ONCE_TO_ONE: Final = 32
FIRST: Final = 4
"""How many messages are on their way at once: in all, to one endpoint at most, and to one that nothing is known of yet."""
POLL_SECONDS: Final = 1.0
SENDER: Final = Actor("system", "webhooks", frozenset({"webhooks.pause_failing_endpoint"}))

log = logging.getLogger(__name__)
_news = threading.Event()


def wake() -> None:
    """Tell the sender of this process that something may be due. Others look by themselves."""
    _news.set()


def follow(stop: threading.Event) -> None:
    """Send what is due until told to stop; what is in hand then is still written down."""
    sender = Sender()
    while not stop.is_set():
        try:
            close_old_connections()
            sender.turn()
            _news.wait(POLL_SECONDS)
        except Exception:
            log.exception("webhooks could not be sent; trying again")
            stop.wait(POLL_SECONDS)
    sender.finish()


class Sender:
    """Sends for all tenants, or for one."""

    def __init__(self, tenant_id: UUID | None = None) -> None:
        self.tenant_id = tenant_id
        self._client = Client(settings.WEBHOOKS_TO, at_once=AT_ONCE)
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhook")
        self._done: deque[Tried] = deque()
        self._busy: Counter[UUID] = Counter()
        self._most: dict[UUID, int] = {}

    def turn(self) -> int:
        """Write down what came back and take in hand what there is room for; return how much is in hand now."""
        _news.clear()
        self._record()
        self._claim()
        return self._busy.total()

    def drain(self) -> None:
        """Send until nothing is due."""
        while self.turn():
            _news.wait(POLL_SECONDS)
        self.finish()

    def finish(self) -> None:
        """Wait for what is in hand, write it down, and let go of threads and connections."""
        until = time.monotonic() + TIMEOUT
        while self._busy.total() and time.monotonic() < until:
            _news.wait(POLL_SECONDS)
            _news.clear()
            self._record()
        self._threads.shutdown(wait=False)
        self._client.close()

    def _claim(self) -> None:
        due = outbox.due_endpoints(self.tenant_id)
        for tenant_id, endpoint_id, failures in sorted(due, key=lambda one: self._busy[one[1]]):
            most = self._most.setdefault(endpoint_id, 1 if failures else FIRST)
            room = min(AT_ONCE - self._busy.total(), most - self._busy[endpoint_id])
            if room > 0:
                with tenant_scope(tenant_id):
                    for message in outbox.claim(endpoint_id, room):
                        self._busy[endpoint_id] += 1
                        self._threads.submit(self._send, message)

    def _send(self, message: Message) -> None:
        at = clock.now()
        try:
            answer = Answer(message.fault) if message.fault else self._post(message)
            self._done.append(Tried(message, answer, at))
        except Exception:
            log.exception("webhook %s could not be sent", message.delivery_id)
            self._done.append(Tried(message, Answer(Fault.BROKEN_ANSWER), at))
        finally:
            _news.set()

    def _post(self, message: Message) -> Answer:
        return self._client.post(message.url, headers=message.headers, body=message.body)

    def _record(self) -> None:
        came: dict[UUID, list[Tried]] = defaultdict(list)
        while self._done:
            tried = self._done.popleft()
            endpoint_id = tried.message.endpoint_id
            self._busy[endpoint_id] -= 1
            self._most[endpoint_id] = 1 if tried.answer.fault else min(AT_ONCE_TO_ONE, self._most[endpoint_id] + 1)
            came[tried.message.tenant_id].append(tried)
        for tenant_id, tries in came.items():
            with tenant_scope(tenant_id):
                _pause(tenant_id, outcomes.record(tries))


def _pause(tenant_id: UUID, stopped: Sequence[Stopped]) -> None:
    """Pause endpoints that take nothing any more; one that is paused by now needs no second one."""
    from dingdan.integrations.webhooks.commands import pause_failing_endpoint

    for endpoint_id, one in {one.endpoint_id: one for one in stopped}.items():
        call = Call(tenant_id=tenant_id, actor=SENDER, key=f"webhooks-stopped:{one.delivery_id}:{one.attempt}")
        with suppress(Refusal):
            pause_failing_endpoint(call, endpoint_id=endpoint_id, reason=one.reason)


def deliver(tenant_id: UUID | None = None) -> None:
    """Send what is due now, for one tenant or all, until nothing is: what the loop does, once."""
    Sender(tenant_id).drain()
