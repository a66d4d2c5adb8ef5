"""`dingdan up`, as a person starts it: one process tree that comes up, bears kills, and goes."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from dingdan.config import postgres

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 90  # far more than it takes: other tests share the machine


def free_port() -> int:
    """A port that nobody listens on, and that nobody is given by chance: outside the range of outgoing connections."""
    for port in random.sample(range(20_000, 30_000), 100):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    pytest.fail("no port is free")


class Up:
    """A running `dingdan up` on a data folder."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.output = folder, folder.with_suffix(".output")
        self.port = free_port()

    def start(self) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DINGDAN") and name != "DATABASE_URL"}
        environ = kept | {"DINGDAN_DATA": str(self.folder), "DINGDAN_PORT": str(self.port)}
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "dingdan", "up"], cwd=ROOT, env=environ, stdout=output, stderr=output
            )
        self.wait_for(f"ready: http://127.0.0.1:{self.port}/")

    def wait_for(self, text: str) -> None:
        until = time.monotonic() + SECONDS
        while text not in self.output.read_text():
            assert self.process.poll() is None, self.output.read_text()
            assert time.monotonic() < until, self.output.read_text()
            time.sleep(0.05)

    def get(self, path: str, **headers: str) -> httpx.Response:
        """The answer to GET; 503 where nobody answers."""
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}{path}", timeout=30, headers=headers)
        except httpx.TransportError:
            return httpx.Response(503, json={})

    def health(self) -> dict[str, Any]:
        found = self.get("/healthz").json()
        assert isinstance(found, dict)
        return found

    def children(self) -> dict[str, psutil.Process]:
        """The child of each name, and the keeper."""
        by_command = {"dingdan.config.web": "web", "worker": "worker", "dingdan.config.keeper": "keeper"}
        found = psutil.Process(self.process.pid).children()
        return {name: child for child in found for word, name in by_command.items() if word in child.cmdline()}

    def family(self) -> list[psutil.Process]:
        if self.process.poll() is not None:
            return []
        parent = psutil.Process(self.process.pid)
        return [parent, *parent.children(recursive=True)]

    def stop(self, number: signal.Signals = signal.SIGINT) -> None:
        family = self.family()
        self.process.send_signal(number)
        assert self.process.wait(timeout=SECONDS) == 0
        self.require_gone(family)

    def require_gone(self, family: list[psutil.Process], seconds: float = 0.5) -> None:
        _, alive = psutil.wait_procs(family, timeout=seconds)
        assert [process for process in alive if process.status() != psutil.STATUS_ZOMBIE] == []
        assert not postgres.is_alive(self.folder)


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    running = Up(tmp_path_factory.mktemp("up") / "var")
    try:
        running.start()
        yield running
    finally:
        for process in running.family():
            with suppress(psutil.NoSuchProcess):
                process.kill()
        running.process.wait()


def test_it_works(up: Up) -> None:
    assert up.health() == {"database": "ok", "migrations": "ok", "worker": "ok"}
    assert "Dingdan 訂單" in up.get("/").text
    assert set(up.children()) == {"web", "worker", "keeper"}


def test_what_it_writes_is_nobody_elses(up: Up) -> None:
    subprocess.run(
        [sys.executable, "-m", "dingdan", "backup"], cwd=ROOT, check=True, capture_output=True,
        env=os.environ | {"DINGDAN_DATA": str(up.folder), "DATABASE_URL": ""},
    )  # fmt: skip
    harmless = {"postgres.in-use", "postgres.starting", "postgres.kept"}
    seen = {path.name: path.stat().st_mode & 0o077 for path in up.folder.iterdir() if path.name not in harmless}

    assert seen == dict.fromkeys(seen, 0)
    assert {"postgres", "postgres.log", "secret-key", "backups"} <= set(seen)


def test_static_files_are_served(up: Up) -> None:
    answer = up.get("/static/admin/css/base.css")

    assert (answer.status_code, answer.headers["content-type"]) == (200, 'text/css; charset="utf-8"')
    assert len(answer.content) > 1000


def test_what_is_not_there_is_a_problem_for_programs_and_a_page_for_people(up: Up) -> None:
    problem, page = up.get("/no/such/page"), up.get("/no/such/page", accept="text/html")

    assert (problem.status_code, problem.headers["content-type"]) == (404, "application/problem+json")
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")


def test_a_foreign_host_name_is_refused_as_a_problem(up: Up) -> None:
    answer = up.get("/", host="evil.example")

    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")


def test_other_commands_work_beside_it(up: Up) -> None:
    environ = os.environ | {"DINGDAN_DATA": str(up.folder), "DATABASE_URL": ""}
    asked = subprocess.run(
        [sys.executable, "-m", "dingdan", "shell", "-Atc", "SELECT slug FROM kernel_tenant"],
        cwd=ROOT, env=environ, capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert asked.stdout == "shop\n"
    assert up.health()["database"] == "ok"


def test_a_worker_that_is_killed_comes_again(up: Up) -> None:
    old = up.children()["worker"]
    old.kill()
    up.wait_for("the worker ended with code -9")

    until = time.monotonic() + SECONDS
    while up.children().get("worker", old).pid == old.pid:
        assert time.monotonic() < until, "the worker did not come again"
        time.sleep(0.1)


def test_a_web_process_that_is_killed_comes_again(up: Up) -> None:
    workers = up.children()["web"].children()
    up.children()["web"].kill()
    up.wait_for("the web ended with code -9")
    psutil.wait_procs(workers, timeout=SECONDS)

    until = time.monotonic() + SECONDS
    while up.get("/healthz").status_code != 200:
        assert time.monotonic() < until, up.output.read_text()
        time.sleep(0.1)


def test_a_database_whose_keeper_is_killed_comes_again(up: Up) -> None:
    up.children()["keeper"].kill()
    up.wait_for("the database is gone")

    until = time.monotonic() + SECONDS
    while up.get("/healthz").status_code != 200:
        assert time.monotonic() < until, up.output.read_text()
        time.sleep(0.1)


def test_after_a_kill_of_everything_it_starts_again(up: Up) -> None:
    family = up.family()
    for process in family:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    up.process.wait()
    up.require_gone(family, seconds=20)
    up.start()

    assert up.health() == {"database": "ok", "migrations": "ok", "worker": "ok"}


def test_ctrl_c_stops_everything_and_nothing_is_left(up: Up) -> None:
    up.stop()

    assert up.output.read_text().splitlines()[-1] == "stopped"
    assert up.health() == {}


def test_it_starts_again_without_looking_at_the_tables(up: Up) -> None:
    up.start()
    assert "bringing the tables up to date" not in up.output.read_text()

    up.stop(signal.SIGTERM)
