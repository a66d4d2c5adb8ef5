"""The jobs of a worker that died are done by others; what runs by the clock waits for its next time."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from dingdan.automation.jobs import DEAD_AFTER_SECONDS, take_up_jobs
from tests.running import SECONDS, Worker, wait_until

DOING = """
WITH worker AS (INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s * interval '1 second') RETURNING id)
INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, worker_id, queueing_lock)
SELECT 'default', 'not_to_be_done', '{}', 'doing', worker.id, %s FROM worker RETURNING id
"""


def doing(silent_seconds: int, queueing_lock: str | None = None) -> int:
    """A job that a worker has in hand which was last heard of so many seconds ago."""
    with connection.cursor() as cursor:
        cursor.execute(DOING, [silent_seconds, queueing_lock])
        return int(cursor.fetchone()[0])


def take_up() -> None:
    """What every worker does four times a minute."""
    context = JobContext(
        app=app, job=Job(id=0, queue="default", lock=None, queueing_lock=None, task_name=""), start_timestamp=0,
        abort_reason=lambda: None,
    )  # fmt: skip
    async_to_sync(take_up_jobs.func)(context, 0)


def state(job_id: int) -> str | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status FROM procrastinate_jobs WHERE id = %s", [job_id])
        row = cursor.fetchone()
        return str(row[0]) if row else None


@pytest.fixture(autouse=True)
def _nothing_stays() -> Iterator[None]:
    yield
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'not_to_be_done'")
        cursor.execute("DELETE FROM procrastinate_workers")


def test_it_works() -> None:
    lost = doing(DEAD_AFTER_SECONDS + 1)
    take_up()
    assert state(lost) == "todo"


def test_what_a_living_worker_has_in_hand_stays_there() -> None:
    held = doing(DEAD_AFTER_SECONDS - 5)
    take_up()
    assert state(held) == "doing"


def test_what_runs_by_the_clock_is_not_done_late() -> None:
    lost = doing(DEAD_AFTER_SECONDS + 1, queueing_lock="not_to_be_done")
    take_up()
    assert state(lost) is None


BREAKS_OFF = """
ALTER FUNCTION procrastinate_finish_job_v1 RENAME TO finish;
CREATE FUNCTION procrastinate_finish_job_v1(job_id bigint, end_status procrastinate_job_status, delete_job boolean)
RETURNS void LANGUAGE plpgsql AS $$ BEGIN
    IF NOT EXISTS (SELECT FROM procrastinate_jobs WHERE id = job_id AND task_name = 'ask_gateway') THEN
        PERFORM finish(job_id, end_status, delete_job);
    ELSE
        PERFORM pg_terminate_backend(pg_backend_pid()), pg_sleep(1);
    END IF;
END $$
"""
MENDED = "DROP FUNCTION procrastinate_finish_job_v1; ALTER FUNCTION finish RENAME TO procrastinate_finish_job_v1"
LEFT = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'ask_gateway'"


def ask(database_url: str, statement: str) -> Any:
    with psycopg.connect(database_url, autocommit=True) as database:
        cursor = database.execute(statement)
        return cursor.fetchone() if cursor.description else None


@pytest.mark.slow
def test_a_job_whose_end_could_not_be_written_down_is_not_lost(empty_database: str, tmp_path: Path) -> None:
    """The database breaks off just then: the worker ends, so that its job is free, and the next one does it."""
    ask(empty_database, BREAKS_OFF)
    ask(
        empty_database,
        "INSERT INTO procrastinate_jobs (queue_name, task_name, args) SELECT 'default', 'ask_gateway',"
        " jsonb_build_object('tenant_id', gen_random_uuid(), 'attempt_id', gen_random_uuid())",
    )
    worker = Worker(tmp_path / "var", DATABASE_URL=empty_database)
    worker.start()
    assert worker.running.wait(timeout=SECONDS) == 1
    assert ask(empty_database, LEFT) == (1,)
    ask(empty_database, MENDED)
    worker.start()
    wait_until(lambda: ask(empty_database, LEFT) == (0,), worker.output.read_text)
    worker.stop(signal.SIGTERM)
