"""The doubles together: one port, the firms behind it, and the thread that lets time pass."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from ipaddress import ip_address
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from dingdan.integrations.sandbox.firms.alipay import Alipay
from dingdan.integrations.sandbox.firms.faults import SLOWNESS
from dingdan.integrations.sandbox.firms.http import Answer, Request, Reset, Server, Silence, as_json
from dingdan.integrations.sandbox.firms.messaging import Carrier, Line, Twilio, WeChat
from dingdan.integrations.sandbox.firms.notices import is_here
from dingdan.integrations.sandbox.firms.office import Office
from dingdan.integrations.sandbox.firms.paypal import PayPal
from dingdan.integrations.sandbox.firms.push import Push
from dingdan.integrations.sandbox.firms.store import Json, Store
from dingdan.integrations.sandbox.firms.stripe import Stripe
from dingdan.integrations.sandbox.firms.wechatpay import WeChatPay
from dingdan.integrations.sandbox.firms.world import Firm, new_world

TICK_SECONDS: Final = 0.25
REMEMBERED: Final = 1_000
"""How far back what was asked is remembered."""
FIRMS: Final = (Stripe, WeChatPay, Alipay, PayPal, Twilio, Line, WeChat, Push)


class NotHere(Exception):
    """An address that other machines reach, and nobody said that they may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where the sandbox listens and what it remembers in. Port 0 is any free one; no file is memory alone."""

    address: str = "127.0.0.1"
    port: int = 0
    file: Path | None = None
    is_open: bool = False
    passes_time: bool = True


class Sandbox:
    """Payment firms, and firms that carry messages, behind one port."""

    def __init__(self, settings: Settings) -> None:
        if not settings.is_open and not ip_address(settings.address).is_loopback:
            raise NotHere(f"{settings.address} is reached from other machines: the sandbox keeps to this one unless told --open")
        self.settings = settings
        self.world = new_world(Store(settings.file))
        self.world.outbox.is_open = settings.is_open
        self.firms: dict[str, Firm] = {made.name: made for made in (firm(self.world) for firm in FIRMS)}
        self.world.outbox.mails = {name: firm.mail for name, firm in self.firms.items()}
        self.world.outbox.restart()
        self._office = Office(self)
        self._server = Server((settings.address, settings.port), self.answer)
        host = f"[{settings.address}]" if ":" in settings.address else settings.address
        self.world.address = f"http://{host}:{self._server.server_address[1]}"
        self._stopped = threading.Event()
        self._threads = [threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)]
        if settings.passes_time:
            self._threads.append(threading.Thread(target=self._pass_time, daemon=True))

    @property
    def address(self) -> str:
        """Where it is reached: `http://127.0.0.1:8190`."""
        return self.world.address

    def start(self) -> None:
        """Listen, and let time pass."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Listen no more; what is remembered is written."""
        self._stopped.set()
        self._server.shutdown()
        for thread in self._threads:
            thread.join()
        self.close()

    def close(self) -> None:
        """Let go of port and file."""
        self._server.server_close()
        self.world.store.close()

    def messages(self) -> list[Json]:
        """What every firm was to send, the newest first of each."""
        carriers = [firm for firm in self.firms.values() if isinstance(firm, Carrier)]
        return [one | {"firm": firm.name} for firm in carriers for one in firm.messages()]

    def phone(self, key: str, name: str = "") -> Json:
        """A phone at the push service that listens to a server's key; how a browser would name it to the shop."""
        (push,) = (firm for firm in self.firms.values() if isinstance(firm, Push))
        return push.subscribe(key, name)

    def settle(self) -> int:
        """Do what is due and send what waits, until nothing does; how many notices went."""
        sent = 0
        while True:
            for firm in self.firms.values():
                with self.world.store.transaction():
                    firm.pass_time()
            went = self.world.outbox.send_due(all_waiting=True)
            sent += went
            if not went:
                return sent

    def _pass_time(self) -> None:
        while not self._stopped.wait(TICK_SECONDS):
            try:
                for firm in self.firms.values():
                    with self.world.store.transaction():
                        firm.pass_time()
                self.world.outbox.send_due()
            except Exception:  # noqa: BLE001 - what one firm cannot do must not stop time for all
                traceback.print_exc()

    # ── requests ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def answer(self, request: Request) -> Answer:
        """The answer to a request, or none: as a firm gives it, or as its faults have it."""
        if not self._is_meant_for_us(request):
            return as_json({"error": "this name or this page is not the sandbox's own"}, 403)
        office = self._office.answer(request)
        if office is not None:
            return office
        firm, below = self._whose(request)
        if firm is None:
            return as_json({"error": "no firm has such a path", "firms": [f"/{name}/" for name in self.firms]}, 404)
        page = self._page(firm, below)
        return page if page is not None else self._api(firm, below)

    def _is_meant_for_us(self, request: Request) -> bool:
        """No other site may click here, and no other name may lead here, while this is for one machine."""
        host, origin = request.headers.get("host", ""), request.headers.get("origin", "")
        if origin not in ("", "null") and urlsplit(origin).netloc != host and request.method != "GET":
            # Shops send buyers to a firm by forms of their own; only the back room is nobody's business.
            is_back_room = request.path == "/" or request.path.startswith("/sandbox")
            return is_here(origin) or (self.settings.is_open and not is_back_room)
        return self.settings.is_open or not host or is_here(f"http://{host}")

    def _whose(self, request: Request) -> tuple[Firm | None, Request]:
        name, _, rest = request.path.lstrip("/").partition("/")
        if name in self.firms:
            return self.firms[name], replace(request, path=f"/{rest}")
        return next((firm for firm in self.firms.values() if firm.knows(request.path)), None), request

    def _page(self, firm: Firm, request: Request) -> Answer | None:
        with self.world.store.transaction():
            page = firm.page(request)
        if page is not None and request.method == "POST":
            self.world.outbox.send_early()
        return page

    def _api(self, firm: Firm, request: Request) -> Answer:
        fault = self.world.faults.draw("answer", firm.name, request.path)
        answer = {"error_500": firm.refuse(500), "error_429": firm.refuse(429)}.get(fault)
        if answer is None and fault not in ("timeout_before", "reset_before"):
            answer = self._answered(firm, request)
        self._remember(firm, request, fault, answer.status if answer else 0)
        self.world.outbox.send_early()
        if answer is None or fault in ("timeout_after", "reset_after"):
            raise Reset if fault.startswith("reset") else Silence(self.world.faults.silence)
        if fault == "slow":
            time.sleep(self.world.faults.silence * SLOWNESS)
        if fault == "error_500_after":
            return firm.refuse(500)
        return firm.spoil(answer) if fault == "answer_bad_signature" else answer

    def _answered(self, firm: Firm, request: Request) -> Answer:
        """What the firm says; where it knows no answer at all, that it is ill, and nothing has happened."""
        try:
            with self.world.store.transaction():
                return firm.answer(request)
        except Exception:  # noqa: BLE001 - a server answers, whatever it is asked
            traceback.print_exc()
            return firm.refuse(500)

    def _remember(self, firm: Firm, request: Request, fault: str, status: int) -> None:
        number = self.world.store.count("requests")
        kept: Json = {"id": str(number), "firm": firm.name, "method": request.method, "path": request.path}
        self.world.store.put("request", kept | {"fault": fault, "status": status}, at=self.world.clock.now())
        if number % 500 == 0:
            self.world.store.execute(
                "DELETE FROM thing WHERE kind = 'request' AND seq <= (SELECT max(seq) FROM thing WHERE kind = 'request') - ?",
                REMEMBERED,
            )


@contextmanager
def running_sandbox(settings: Settings | None = None) -> Iterator[Sandbox]:
    """A sandbox in this process, on a port of its own, for as long as the block runs.

    Time does not pass by itself and nothing is sent by itself: `settle()` does both, so a test need not wait.
    """
    sandbox = Sandbox(settings or Settings(passes_time=False))
    sandbox.start()
    try:
        yield sandbox
    finally:
        sandbox.stop()
