"""`dingdan up`, as a person starts it: one process tree that comes up, bears kills, and goes."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import httpx
import psutil
import pytest

from tests.running import ROOT, SECONDS, Up

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    running = Up(tmp_path_factory.mktemp("up") / "var", DINGDAN_SANDBOX="1")
    try:
        running.start()
        yield running
    finally:
        running.kill()


def test_it_works(up: Up) -> None:
    assert up.health() == {"database": "ok", "migrations": "ok", "worker": "ok"}
    assert "Dingdan 訂單" in up.get("/").text
    assert set(up.children()) == {"web", "worker", "keeper", "sandbox"}


def test_the_doubles_of_payment_firms_run_beside_it(up: Up) -> None:
    found = re.search(r"payment sandbox  (http://127\.0\.0\.1:\d+)/", up.output.read_text())
    assert found is not None
    assert httpx.get(f"{found[1]}/sandbox/health").json() == {"sandbox": "ok"}
    assert up.children()["web"].environ()["DINGDAN_SANDBOX_URL"] == found[1]


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
    up.says("the worker ended with code -9")

    up.wait_for(lambda: up.children().get("worker", old).pid != old.pid)


def test_a_web_process_that_is_killed_comes_again(up: Up) -> None:
    workers = up.children()["web"].children()
    up.children()["web"].kill()
    up.says("the web ended with code -9")
    psutil.wait_procs(workers, timeout=SECONDS)

    up.wait_for(lambda: up.get("/healthz").status_code == 200)


def test_a_database_whose_keeper_is_killed_comes_again(up: Up) -> None:
    up.children()["keeper"].kill()
    up.says("the database is gone")

    up.wait_for(lambda: up.get("/healthz").status_code == 200)


def test_after_a_kill_of_everything_it_starts_again_without_looking_at_the_tables(up: Up) -> None:
    up.kill()
    up.start()

    assert up.health() == {"database": "ok", "migrations": "ok", "worker": "ok"}
    assert "bringing the tables up to date" not in up.output.read_text()


def test_ctrl_c_stops_everything_and_nothing_is_left(up: Up) -> None:
    """SIGTERM goes the same way: see test_processes."""
    up.stop()

    assert up.output.read_text().splitlines()[-1] == "stopped"
    assert up.health() == {}
