"""/healthz tells what is wrong, and whose turn it is."""

import json
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import RequestFactory

from dingdan.config import database
from dingdan.config.health import healthz


def ask() -> tuple[int, dict[str, str]]:
    answer = healthz(RequestFactory().get("/healthz"))
    return answer.status_code, json.loads(answer.content)


@pytest.fixture
def worker() -> Iterator[None]:
    """A worker that was heard of just now."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id")
        number = cursor.fetchone()
    yield
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_workers WHERE id = %s", number)


@pytest.mark.usefixtures("worker")
def test_it_works() -> None:
    assert ask() == (200, {"database": "ok", "migrations": "ok", "worker": "ok"})


@pytest.mark.usefixtures("worker")
def test_a_worker_that_fell_silent_is_told() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '90 seconds'")
    status, parts = ask()

    assert (status, parts["database"]) == (503, "ok")
    assert parts["worker"].startswith("none has been heard of for 90 s")


def test_no_worker_is_told() -> None:
    assert ask() == (503, {"database": "ok", "migrations": "ok", "worker": "none has ever been at work: run `dingdan worker`"})


@pytest.mark.usefixtures("worker")
def test_pending_migrations_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_on_disk", lambda: frozenset({("kernel", "0001_initial"), ("kernel", "9999_tomorrow")}))
    status, parts = ask()

    assert (status, parts["migrations"]) == (503, "1 pending, first kernel.9999_tomorrow: run `dingdan migrate`")


def test_another_method_is_refused() -> None:
    assert healthz(RequestFactory().post("/healthz")).status_code == 405
