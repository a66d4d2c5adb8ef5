"""The browser, and the program as it is served: granian before our front before Django, on the database of the tests."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.running import free_port, wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Browser

STOP_SECONDS = 60


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where the pages are served while the module runs, from a thread of this process."""
    from granian.constants import HTTPModes, Interfaces
    from granian.server.embed import Server

    from dingdan.config.web import front
    from dingdan.web.live.door import PREFIX, LiveDoor

    port, doors, loop = free_port(), front(), asyncio.new_event_loop()
    server = Server(doors, port=port, interface=Interfaces.ASGINL, http=HTTPModes.http1, websockets=False, log_enabled=False)
    thread = threading.Thread(target=lambda: loop.run_until_complete(server.serve()), daemon=True)
    thread.start()
    wait_until(lambda: _listens(port), lambda: "the server does not answer")
    yield f"http://127.0.0.1:{port}"
    # The server waits for whoever still listens, so these are sent away first, as a signal does it elsewhere.
    live = doors.doors[PREFIX]
    assert isinstance(live, LiveDoor)
    loop.call_soon_threadsafe(live.hub.close)
    loop.call_soon_threadsafe(server.stop)
    thread.join(timeout=STOP_SECONDS)
    assert not thread.is_alive(), "the server does not stop"
    loop.close()
    doors.pool.shutdown()


def _listens(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="session")
def _chromium() -> Iterator[tuple[Browser, asyncio.AbstractEventLoop]]:
    """One chromium for all modules, and the event loop that playwright keeps in this thread."""
    from playwright.sync_api import expect, sync_playwright

    from tests.browser.visiting import CHROMIUM, FLAGS, MISSING, PATIENCE

    if not CHROMIUM:
        pytest.skip(MISSING)
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        loop = asyncio.get_running_loop()
        asyncio._set_running_loop(None)
        yield chromium, loop
        asyncio._set_running_loop(loop)
        chromium.close()


@pytest.fixture(scope="module")
def browser(_chromium: tuple[Browser, asyncio.AbstractEventLoop]) -> Iterator[Browser]:
    """The chromium, for a module. Only meanwhile its event loop is the one of this thread: Django would refuse to ask the
    database beside it, and no test could have a loop of its own."""
    chromium, loop = _chromium
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        asyncio._set_running_loop(loop)
        try:
            yield chromium
            for left in chromium.contexts:  # of tests that failed
                left.close()
        finally:
            asyncio._set_running_loop(None)
