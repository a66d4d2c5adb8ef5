"""Webhooks to a receiver on this machine, in a process of its own: how fast they are written down, and how fast delivered."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from ipaddress import ip_network

from django.test import override_settings

from benchmarks.figures import Figure
from benchmarks.house import House
from benchmarks.placing import BATCH, wanted
from dingdan.integrations.webhooks import sending
from dingdan.integrations.webhooks.collecting import CONSUMER, collect
from dingdan.integrations.webhooks.commands import create_endpoint, retire_endpoint
from dingdan.integrations.webhooks.models import Delivery
from dingdan.integrations.webhooks.rules import EndpointDraft
from dingdan.integrations.webhooks.signing import secret_of
from dingdan.kernel import feed
from dingdan.kernel.tenancy import tenant_scope
from dingdan.trade.orders.commands import place_orders

COUNT = 2_000


def figures(house: House) -> Iterator[Figure]:
    """Per second: entries written down for one endpoint, and messages that it took."""
    with tenant_scope(house.tenant.id), _receiver() as port, override_settings(WEBHOOKS_TO=[ip_network("127.0.0.0/8")]):
        draft = EndpointDraft(url=f"http://127.0.0.1:{port}/", types=("orders.*",))
        endpoint_id = create_endpoint(house.call(), endpoint=draft, secret=secret_of(bytes(32))).endpoint_id
        for first in range(0, COUNT, BATCH):
            place_orders.many([(house.call(), wanted(first + number)) for number in range(BATCH)])
        feed.sequence(house.tenant.id)
        collected = _timed(lambda: _collect(house))
        delivered = _timed(lambda: sending.deliver(house.tenant.id))
        left = Delivery.objects.filter(endpoint_id=endpoint_id).exclude(state="delivered").count()
        if left:
            raise RuntimeError(f"{left} were not delivered")
        retire_endpoint(house.call(), endpoint_id=endpoint_id)
    yield Figure(name="W1", what="webhooks written down for one endpoint", unit="a second", value=COUNT / collected)
    yield Figure(name="W2", what="webhooks delivered to a receiver on this machine", unit="a second", value=COUNT / delivered)


def _collect(house: House) -> None:
    while feed.consume(house.tenant.id, CONSUMER, partial(collect, house.tenant.id)):
        pass


def _timed(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


@contextmanager
def _receiver() -> Iterator[int]:
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.receiver"], stdout=subprocess.PIPE, text=True)
    try:
        yield int((process.stdout or sys.stdin).readline())
    finally:
        process.terminate()
        process.wait()
