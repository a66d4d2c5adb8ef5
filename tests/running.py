"""The program as it runs: real processes, which tests may kill."""

from __future__ import annotations

import os
import random
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout, suppress
from io import StringIO
from pathlib import Path
from typing import Any, ClassVar
from unittest import mock

import httpx
import psutil
import pytest

from dingdan.config import postgres

ROOT = Path(__file__).resolve().parents[1]
_NOTHING_SECRET = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # asked again and again, a client must not read all certificates
SECONDS = 120  # far more than it takes: other tests share the machine


def free_port() -> int:
    """A port that nobody listens on, and that nobody is given by chance: outside the range of outgoing connections."""
    for port in random.sample(range(20_000, 30_000), 100):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    pytest.fail("no port is free")


def dingdan(environ: dict[str, str], *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run one command of the command line to its end."""
    command = [sys.executable, "-m", "dingdan", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environ, check=check, capture_output=True, text=True)


def typed(*arguments: str | Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """What a command of the command line says and how it ends, in this process, whose Django has started already."""
    from dingdan.config.cli import main

    words = [str(one) for one in arguments]
    out, err, mask, code = StringIO(), StringIO(), os.umask(0o077), 0
    try:
        with mock.patch.dict(os.environ, environ), redirect_stdout(out), redirect_stderr(err):
            main(words)
    except SystemExit as end:
        code = int(end.code or 0)
    finally:
        os.umask(mask)
    return subprocess.CompletedProcess(words, code, out.getvalue(), err.getvalue())


def wait_until(is_so: Callable[[], bool], what: Callable[[], str], seconds: float = SECONDS) -> None:
    """Return when something is so; fails with what there is to say where it never is."""
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, what()
        time.sleep(0.05)


class Program:
    """A command with all that it starts, on a data folder and a port of its own."""

    command: ClassVar[tuple[str, ...]]

    def __init__(self, folder: Path, **environ: str) -> None:
        self.folder, self.port = folder, free_port()
        self.output = folder.with_name(f"{folder.name}-{self.port}.output")
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DINGDAN") and name != "DATABASE_URL"}
        self.environ = kept | {"DINGDAN_DATA": str(folder), "DINGDAN_PORT": str(self.port)} | environ
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Begin, and return when it is ready."""
        self.begin()
        self.wait_for(self.is_ready)

    def begin(self) -> None:
        """Begin, and return at once."""
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *self.command], cwd=ROOT, env=self.environ, stdout=output, stderr=output
            )

    def is_ready(self) -> bool:
        """Whether it does its work; as soon as it runs where nothing else can be told."""
        return True

    def wait_for(self, is_so: Callable[[], bool]) -> None:
        """Return when something is so; fails with what the program said where it ends first."""
        wait_until(lambda: self.running.poll() is not None or is_so(), self.output.read_text)
        assert self.running.poll() is None, self.output.read_text()

    @property
    def running(self) -> subprocess.Popen[bytes]:
        """The process that was started."""
        assert self.process is not None, "it was never started"
        return self.process

    def family(self) -> list[psutil.Process]:
        """The process with all that it started, and what those started."""
        if self.process is None or self.process.poll() is not None:
            return []
        parent = psutil.Process(self.process.pid)
        return [parent, *parent.children(recursive=True)]

    def kill(self) -> None:
        """End it and all that it started by `kill -9`, in no order, and return when they are gone."""
        for process in self.family():
            with suppress(psutil.NoSuchProcess):
                process.suspend()  # or one that lives a moment longer begins another in the place of one that is gone
        family = self.family()
        for process in random.sample(family, len(family)):
            with suppress(psutil.NoSuchProcess):
                process.kill()
        if self.process is not None:
            self.process.wait()
        self.require_gone(family, seconds=20)

    def stop(self, number: signal.Signals = signal.SIGINT) -> None:
        """Ask it to end; nothing of it stays."""
        family = self.family()
        self.running.send_signal(number)
        assert self.running.wait(timeout=SECONDS) == 0
        self.require_gone(family)

    def require_gone(self, family: list[psutil.Process], seconds: float = 0.5) -> None:
        """Fail where one of these processes lives."""
        _, alive = psutil.wait_procs(family, timeout=seconds)
        assert [process for process in alive if process.status() != psutil.STATUS_ZOMBIE] == []

    def get(self, path: str, **headers: str) -> httpx.Response:
        """The answer to GET; 503 where nobody answers."""
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}{path}", timeout=30, headers=headers, verify=_NOTHING_SECRET)
        except httpx.TransportError:
            return httpx.Response(503, json={})

    def health(self) -> dict[str, Any]:
        """What /healthz says; nothing where nobody answers."""
        found = self.get("/healthz").json()
        assert isinstance(found, dict)
        return found


class Web(Program):
    """The web process with its workers."""

    command = ("dingdan.config.web",)

    def is_ready(self) -> bool:
        return self.health().get("database") == "ok"

    def workers(self) -> list[psutil.Process]:
        """The processes that answer requests."""
        found = psutil.Process(self.running.pid).children()
        return [child for child in found if "resource_tracker" not in " ".join(child.cmdline())]


class Worker(Program):
    """A process that does the work that waits."""

    command = ("dingdan", "worker")


class Up(Program):
    """`dingdan up`, as a person starts it, with the database of its data folder."""

    command = ("dingdan", "up")

    def is_ready(self) -> bool:
        return f"ready: http://127.0.0.1:{self.port}/" in self.output.read_text()

    def says(self, text: str) -> None:
        """Return when it has said something."""
        self.wait_for(lambda: text in self.output.read_text())

    def children(self) -> dict[str, psutil.Process]:
        """The child of each name, and the keeper."""
        by_command = {"dingdan.config.web": "web", "worker": "worker", "dingdan.config.keeper": "keeper", "sandbox": "sandbox"}
        found = psutil.Process(self.running.pid).children()
        return {name: child for child in found for word, name in by_command.items() if word in child.cmdline()}

    def postmaster(self) -> psutil.Process:
        """The database's first process."""
        return psutil.Process(int((self.folder / "postgres/cluster/postmaster.pid").read_text().split()[0]))

    def require_gone(self, family: list[psutil.Process], seconds: float = 0.5) -> None:
        super().require_gone(family, seconds)
        assert not postgres.is_alive(self.folder)
