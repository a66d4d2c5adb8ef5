"""A thousand browsers listen to one web process, each signed in by itself, while orders come in."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from statistics import mean
from typing import Any, Final
from urllib.request import Request, urlopen

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore

from benchmarks import load
from benchmarks.figures import SECONDS, Figure
from benchmarks.house import House, Web
from dingdan.automation.consumers import CONSUMERS as READERS
from dingdan.kernel import feed
from dingdan.kernel.models import FeedPending
from dingdan.kernel.tail import end
from dingdan.kernel.tenancy import tenant_scope
from dingdan.web.shared.following import CONSUMERS

BROWSERS: Final = 1000
PER_SECOND: Final = 5
CLIENTS: Final = 32


def figures(house: House) -> Iterator[Figure]:
    """From the answer to an order until a browser hears of it; memory of a connection; and what it costs the intake."""
    load.require_wrk()
    cookies = _signed_in(house)
    with tenant_scope(house.tenant.id), _followed(house), house.serving(processes=1) as web:
        load.closed_loop(web.address, house.token, clients=CLIENTS, seconds=3, run="warm")
        alone = load.closed_loop(web.address, house.token, clients=CLIENTS, seconds=SECONDS, run="alone").rate
        _settle()
        before = web.memory()
        with _listeners(web, cookies) as listeners:
            each = (web.memory() - before) * 1024 / BROWSERS
            idle = _share(web)
            placed = _placed(web, house, seconds=SECONDS)
            _settle()
            crowded = load.closed_loop(web.address, house.token, clients=CLIENTS, seconds=SECONDS, run="crowded").rate
            said = _asked(listeners)
    late = sorted(1000 * (at - placed[order]) for order, times in said["heard"].items() if order in placed for at in times)
    missed = len(placed) * BROWSERS - len(late)
    if missed or said["left"] != BROWSERS:
        raise RuntimeError(f"{missed} messages were missed, {said['left']} of {BROWSERS} lines are left")
    again = f"{PER_SECOND} orders a second, {BROWSERS} browsers at one process"
    yield Figure(name="L1", what=f"from an order's answer to a browser, p50: {again}", unit="ms", value=late[len(late) // 2])
    yield Figure(name="L2", what="the same, p95", unit="ms", value=late[len(late) * 95 // 100], goal="1000")
    yield Figure(name="L3", what="memory of a connection", unit="KiB", value=each, goal="64")
    yield Figure(name="L4", what="processor of the web process while nothing happens", unit="% of one", value=idle)
    yield Figure(
        name="L5", what="orders while they all listen, beside nobody", unit="orders/s", value=crowded, baseline=alone, goal="0.8"
    )


def _signed_in(house: House) -> list[str]:
    """A session for each browser, of one account that may do everything."""
    from dingdan.config.people import create_user

    create_user("bench@example.org", password=secrets.token_hex(8), roles=("owner",), tenant=house.tenant)
    user = User.objects.get(username="bench@example.org")
    cookies = []
    for _ in range(BROWSERS):
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        cookies.append(f"{settings.SESSION_COOKIE_NAME}={session.session_key}")
    return cookies


def _placed(web: Web, house: House, *, seconds: float) -> dict[str, float]:
    """Orders at a steady rate: when the answer to each was there."""
    found, began = {}, time.monotonic()
    for number in range(int(PER_SECOND * seconds)):
        time.sleep(max(0.0, began + number / PER_SECOND - time.monotonic()))
        body = json.dumps(load.ORDER | {"lines": [{"sku": f"A{1 + number % 100}", "quantity": 1}]}).encode()
        headers = {"Authorization": f"Bearer {house.token}", "Content-Type": "application/json"}
        with urlopen(Request(f"{web.address}/api/v1/orders", body, headers)) as answer:  # noqa: S310 - our own address
            found[str(json.load(answer)["order_id"])] = time.monotonic()
    return found


def _settle() -> None:
    """Wait until everything was told."""
    while FeedPending.objects.exists() or end(after=CONSUMERS) < feed.end():
        time.sleep(0.2)
    time.sleep(2)


def _share(web: Web) -> float:
    """Percent of one processor, over several checks of who listens."""
    spent, began = [], web.cpu_seconds()
    for _ in range(3):
        time.sleep(2)
        now = web.cpu_seconds()
        spent.append((now - began) / 2)
        began = now
    return 100 * mean(spent)


@contextmanager
def _followed(house: House) -> Iterator[None]:
    """The feed gets its positions and what pages are read from follows it, as in a worker; reactions do not, nor cost they."""
    over = threading.Event()

    def follow() -> None:
        while not over.wait(0.02):
            feed.sequence(house.tenant.id)
            for name in CONSUMERS:
                while feed.consume(house.tenant.id, name, partial(READERS[name].take, house.tenant.id)):
                    pass

    thread = threading.Thread(target=follow)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@contextmanager
def _listeners(web: Web, cookies: list[str]) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "benchmarks.listeners"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        print(json.dumps({"port": int(web.address.rpartition(":")[2]), "cookies": cookies}), file=process.stdin, flush=True)
        if process.stdout is None or process.stdout.readline() != "ready\n":
            raise RuntimeError("the browsers were not let in")
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)


def _asked(listeners: subprocess.Popen[str]) -> dict[str, Any]:
    print(file=listeners.stdin, flush=True)
    said: dict[str, Any] = json.loads(listeners.stdout.readline() if listeners.stdout else "{}")
    return said
