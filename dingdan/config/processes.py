"""The process tree of `dingdan up`: children in order, started again when they die, stopped in order."""

import ctypes
import errno
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any

PARENT = "DINGDAN_PARENT"
STOP_SECONDS = 25.0
LONGEST_PAUSE_SECONDS = 30.0
HEALTHY_SECONDS = 60.0


class PortTaken(Exception):
    """The port cannot be listened on; the text says why and what to do."""


def end_with_parent(parent: int | None = None) -> None:
    """Have this process told to stop when the process that started it is gone, however it went (Linux)."""
    expected = parent if parent is not None else int(os.environ.get(PARENT, "0"))
    if expected == 0 or sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(1, signal.SIGTERM, 0, 0, 0)  # PR_SET_PDEATHSIG
    if os.getppid() != expected:
        sys.exit("the process that started this one is gone")


def require_free_port(address: str, port: int, *, variable: str = "DINGDAN_PORT") -> None:
    """Refuse a port that somebody else listens on, before anything is started; `variable` is where another is said."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
            probe.listen()
        except OSError as fault:
            why = {
                errno.EADDRINUSE: f"port {port} on {address} is taken by another program",
                errno.EACCES: f"port {port} on {address} may not be used by this user",
                errno.EADDRNOTAVAIL: f"this machine has no address {address}",
            }.get(fault.errno or 0, f"port {port} on {address} cannot be used: {fault.strerror}")
            raise PortTaken(f"{why}. Choose another: {variable}={port + 1} dingdan up") from None


def health(address: str, port: int) -> tuple[int, dict[str, Any]]:
    """Status and body of /healthz; (0, {}) where nobody answers yet."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address, address)  # noqa: S104 (asked, not listened on)
    connection = HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": "localhost"})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    except (OSError, HTTPException, ValueError):
        return 0, {}
    finally:
        connection.close()


@dataclass
class Child:
    """A program that is kept running."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_again_at: float = 0.0
    deaths: int = 0

    def start(self) -> None:
        # A session of its own: Ctrl-C reaches only the parent, which stops its children in order.
        environ = os.environ | {PARENT: str(os.getpid())}
        self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, start_new_session=True, env=environ)
        self.started_at = time.monotonic()

    def tend(self, say: Callable[[str], None]) -> None:
        """Notice that it died, and start it again after a pause that grows."""
        now = time.monotonic()
        if self.process is not None and (code := self.process.poll()) is not None:
            self.deaths = 1 if now - self.started_at > HEALTHY_SECONDS else self.deaths + 1
            pause = min(LONGEST_PAUSE_SECONDS, 0.5 * 2 ** (self.deaths - 1))
            say(f"the {self.name} ended with code {code}; it starts again in {pause:g} s")
            self.process, self.start_again_at = None, now + pause
        if self.process is None and now >= self.start_again_at:
            self.start()

    def stop(self, is_impatient: Callable[[], bool]) -> None:
        """Ask it to end, and end it when it does not, or when whoever waits loses patience."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        until = time.monotonic() + STOP_SECONDS
        while self.process.poll() is None:
            if is_impatient() or time.monotonic() > until:
                self.process.kill()
            time.sleep(0.02)


@dataclass
class Tree:
    """Children in the order in which they are stopped; runs until Ctrl-C or SIGTERM, and a second one ends them at once."""

    children: Sequence[Child]
    say: Callable[[str], None]
    tend: Callable[[], None]
    signals: int = 0  # no threading.Event: a signal handler that sets one may wait for itself

    def run(self) -> None:
        """Keep the children running, calling `tend` ten times a second, until told to stop; then stop them in order."""
        watched = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        previous = {number: signal.signal(number, self._on_signal) for number in watched}
        try:
            while self.signals == 0:
                for child in self.children:
                    child.tend(self.say)
                self.tend()
                time.sleep(0.1)
        finally:
            for child in self.children:
                child.stop(lambda: self.signals > 1)
            for number, action in previous.items():
                signal.signal(number, action)

    def _on_signal(self, *_: object) -> None:
        self.signals += 1
