"""F13, F19: kill -9 of the worker at any moment, while webhooks and mails flow to a sink that remembers ids. Nothing is lost:
no webhook, no mail, no reaction, no job; and what comes twice comes under the same id."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller
from django.db import connection, connections

from dingdan.automation.choosing import ALSO
from dingdan.automation.consumers import CONSUMERS
from dingdan.automation.models import Notice
from dingdan.integrations.sandbox.firms import messaging
from dingdan.integrations.sandbox.firms.http import Answer, Request
from dingdan.integrations.sandbox.firms.sandbox import Sandbox
from dingdan.integrations.webhooks import lines
from dingdan.integrations.webhooks.models import Delivery, Endpoint
from dingdan.kernel import feed
from dingdan.kernel.tenancy import tenant_scope
from dingdan.masterdata.customers.commands import record_consent, save_customer
from dingdan.masterdata.customers.rules import CustomerDraft, Identity
from dingdan.trade.fulfillment.models import Shipment
from dingdan.trade.orders.models import Order
from tests import kit
from tests.automation.mailbox import Mailbox, free_port
from tests.conftest import ROOT, Shop
from tests.integrations.messaging.carriers import carriers, open_account
from tests.integrations.webhooks.receiver import Came, Hook, Receiver, hook, receiving
from tests.laws.size import sized

ROUNDS = sized(1, 20, 200)
PATIENCE = 300.0 + 10 * ROUNDS
SEED = 13
MOMENTS = (
    "before a webhook is answered", "after", "before a mail is taken", "after it", "before a message is taken", "after that",
    "any time",
)  # fmt: skip


@dataclass
class Worker:
    """The worker as it runs in a shop, in a process of its own that can be killed."""

    environ: dict[str, str]
    output: Path
    process: subprocess.Popen[bytes] | None = None
    killed: list[int] = field(default_factory=list)

    def start(self) -> None:
        with self.output.open("ab") as output:
            command = [sys.executable, "-m", "dingdan", "worker"]
            self.process = subprocess.Popen(command, cwd=ROOT, env=self.environ, stdout=output, stderr=output)

    def kill(self) -> None:
        """kill -9, once."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.killed.append(self.process.pid)

    def wait(self, seconds: float) -> bool:
        """Whether it has ended within so many seconds."""
        try:
            (self.process or pytest.fail("no worker was started")).wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            if not self.wait(60):
                self.kill()


@dataclass
class Executioner:
    """Kills the worker at the moment that was chosen, the first time that it comes."""

    worker: Worker
    moment: str = ""

    def at(self, before: str, after: str) -> None:
        """Something arrives and has not been answered yet."""
        if self.moment == before:
            self.moment = ""
            self.worker.kill()
        elif self.moment == after:
            self.moment = ""
            threading.Timer(random.random() * 0.01, self.worker.kill).start()


class Letters(Mailbox):
    """A mailbox at which the worker may be killed."""

    def __init__(self, executioner: Executioner) -> None:
        super().__init__()
        self.executioner = executioner

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - the library's name
        answer = await super().handle_DATA(server, session, envelope)
        self.executioner.at("before a mail is taken", "after it")
        return answer


@contextmanager
def mails(executioner: Executioner) -> Iterator[tuple[Letters, int]]:
    letters = Letters(executioner)
    controller = Controller(letters, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield letters, controller.port
    finally:
        controller.stop()


@contextmanager
def messages(shop: Shop, executioner: Executioner) -> Iterator[Sandbox]:
    """Firms that carry messages, at which the worker may be killed; the shop has an account at each."""
    with carriers() as sandbox, mock.patch.object(messaging, "SHOWN", 10**6):  # all, however many came
        answer = sandbox._server.answer

        def answered(request: Request) -> Answer:
            told = answer(request)
            if request.method == "POST":
                executioner.at("before a message is taken", "after that")
            return told

        sandbox._server.answer = answered
        for firm in ("twilio", "line", "wechat"):
            open_account(shop, sandbox, firm)
        yield sandbox


def somebody(shop: Shop) -> UUID:
    """A customer who wants to hear of orders in every way."""
    known = (Identity(source="line", external_id="U" + "1" * 32), Identity(source="wechat", external_id="o" + "1" * 27))
    id_ = save_customer(shop.call(), customer=CustomerDraft(identities=known)).customer_id
    for purpose, _name, _told in ALSO.values():
        record_consent(shop.call(), customer_id=id_, purpose=purpose, granted=True)
    return id_


@contextmanager
def a_shop_that_sells(shop: Shop) -> Iterator[Callable[[], int]]:
    """Orders come in and are paid all the time, until the question how many there were."""
    stop, sold, who = threading.Event(), [0], somebody(shop)

    def sell() -> None:
        with tenant_scope(shop.tenant_id):
            while not stop.is_set():
                kit.pay(shop, kit.place(shop, ("MUG", 1), customer_id=who))
                sold[0] += 1
                stop.wait(0.3)
        connections.close_all()

    seller = threading.Thread(target=sell)
    seller.start()

    def close() -> int:
        stop.set()
        seller.join(timeout=180)
        return sold[0]

    try:
        yield close
    finally:
        close()


@pytest.mark.slow
def test_nothing_is_lost_when_the_worker_is_killed(own_database: str, shop: Shop, tmp_path: Path) -> None:
    kit.stock(shop, "MUG", 100_000)
    environ = os.environ | {"DATABASE_URL": own_database, "DINGDAN_WEBHOOKS_TO": "127.0.0.0/8", "DINGDAN_LOG_LEVEL": "WARNING"}
    worker = Worker(environ, tmp_path / "worker.output")
    executioner = Executioner(worker)
    with (
        receiving() as receiver,
        mails(executioner) as (letters, port),
        messages(shop, executioner) as sandbox,
    ):
        worker.environ["DINGDAN_SANDBOX_URL"] = sandbox.address
        worker.environ["EMAIL_URL"] = f"smtp://127.0.0.1:{port}"

        def answer(_came: Came) -> int:
            executioner.at("before a webhook is answered", "after")
            return 204

        receiver.answer = answer
        one = hook(shop, receiver.url)
        try:
            with a_shop_that_sells(shop) as close:
                _kill_again_and_again(worker, executioner, receiver)
                sold = close()
            _let_a_minute_pass()
            worker.start()
            _wait_until_all_is_done(shop, worker)
        finally:
            worker.stop()
        assert len(worker.killed) == ROUNDS
        _every_webhook_came(shop, receiver, one)
        _every_mail_came(letters)
        _every_message_came_once(sandbox)
    _everything_followed(shop, sold)


def _kill_again_and_again(worker: Worker, executioner: Executioner, receiver: Receiver) -> None:
    chance = random.Random(SEED)
    for number in range(ROUNDS):
        moment, seen = MOMENTS[number % len(MOMENTS)], len(receiver.came)
        worker.start()
        until = time.monotonic() + 180
        while len(receiver.came) == seen:  # until it is at work
            assert time.monotonic() < until, worker.output.read_text()[-2000:]
            time.sleep(0.01)
        time.sleep(chance.random())
        if moment == "any time":
            worker.kill()
        else:
            executioner.moment = moment
        if not worker.wait(20):  # that moment did not come
            executioner.moment = ""
            worker.kill()
            worker.wait(20)


def _let_a_minute_pass() -> None:
    """What is left to a dead worker is believed to be its own for a while: that while is over."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '1 minute'")
    Delivery.objects.filter(lease__isnull=False).update(due_at=feed.read(0)[0].recorded_at)


def _wait_until_all_is_done(shop: Shop, worker: Worker) -> None:
    until, quiet = time.monotonic() + PATIENCE, 0
    while quiet < 5:  # what is done may still have consequences
        assert time.monotonic() < until, (_left(shop), worker.output.read_text()[-2000:])
        quiet = 0 if any(_left(shop).values()) else quiet + 1
        time.sleep(0.2)


def _left(shop: Shop) -> dict[str, Any]:
    """What is still to be done, by what it is."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT task_name, status FROM procrastinate_jobs WHERE args ->> 'tenant_id' = %s AND status <> 'succeeded'",
            [str(shop.tenant_id)],
        )
        jobs = Counter(cursor.fetchall())
    end = feed.end()
    return {
        "pending": shop.tenant_id in feed.tenants_with_pending(),
        "cursors": [name for name in CONSUMERS if feed.cursor_of(name) < end],
        "deliveries": Delivery.objects.filter(state="waiting").count(),
        "notices": Notice.objects.filter(state="queued").count(),
        "jobs": dict(jobs),
    }


def _every_webhook_came(shop: Shop, receiver: Receiver, one: Hook) -> None:
    assert set(Delivery.objects.values_list("state", flat=True)) == {"delivered"}
    since = feed.positions([Endpoint.objects.get().entry_id])[Endpoint.objects.get().entry_id]
    entries, after = set[str](), since
    while some := feed.read(after):
        entries |= {str(entry.id) for entry in some}
        after = some[-1].position
    told = defaultdict(set)
    for came in receiver.took:
        told[came.told["data"]["entry"]].add((came.id, came.body))
        assert one.is_signed(came)
    assert set(told) == entries
    assert [entry for entry, messages in told.items() if len(messages) != 1] == []  # twice only under the same id
    assert len({next(iter(messages))[0] for messages in told.values()}) == len(entries)
    order: dict[str, list[int]] = defaultdict(list)
    for came in {came.id: came for came in reversed(receiver.took)}.values():
        for order_id, sequence in came.orders.items():
            order[order_id].insert(0, sequence)
    assert [numbers for numbers in order.values() if numbers != list(range(1, len(numbers) + 1))] == []
    assert lines.stuck() == []


def _every_mail_came(letters: Letters) -> None:
    came = Counter(str(letter["Message-ID"]) for letter in letters.letters)
    notices = dict(Notice.objects.filter(way="mail").values_list("message_id", "state"))
    assert set(notices.values()) == {"sent"}
    assert set(notices) <= set(came)


def _every_message_came_once(sandbox: Sandbox) -> None:
    """LINE keeps keys: each came once, and is known to. The others keep none: none came twice, and what nobody knows says so."""
    came = Counter((one["firm"], one["text"]) for one in sandbox.messages())
    assert [one for one, times in came.items() if times != 1] == []
    states = Counter(Notice.objects.exclude(way="mail").values_list("way", "state"))
    assert set(states) <= {("line", "sent"), *((way, state) for way in ("sms", "wechat") for state in ("sent", "unknown"))}
    by_firm = Counter(firm for firm, _text in came.elements())
    assert by_firm["line"] == states["line", "sent"] == Notice.objects.filter(way="mail").count()
    for way, firm in (("sms", "twilio"), ("wechat", "wechat")):
        assert states[way, "sent"] <= by_firm[firm] <= states[way, "sent"] + states[way, "unknown"]


def _everything_followed(shop: Shop, sold: int) -> None:
    assert Order.objects.count() == sold > 0
    assert Shipment.objects.count() == sold
    assert Counter(Notice.objects.filter(way="mail").values_list("kind", flat=True)) == {
        "order_confirmed": sold,
        "payment_received": sold,
    }
    assert kit.breaches() == []
