"""The worker: hands the feed to its consumers, sends webhooks, and runs jobs and schedules, in one process."""

from __future__ import annotations

import asyncio
import sys
import threading
from typing import Any

from procrastinate.contrib.django import app

from dingdan.automation import consumers, jobs
from dingdan.integrations.webhooks import client, sending

JOBS_AT_ONCE = 4


def run() -> None:
    """Work until SIGINT or SIGTERM. Jobs in hand are finished first.

    Ends by itself, with an exit code, where a job has ended and nobody could write that down because the database broke off: as
    long as this worker lived, the job would be taken to be in its hands.
    """
    stop = threading.Event()
    feed = threading.Thread(target=consumers.follow, args=[stop], name="feed", daemon=True)
    webhooks = threading.Thread(target=sending.follow, args=[stop], name="webhooks", daemon=True)
    feed.start()
    webhooks.start()
    try:
        asyncio.run(_run_jobs())
    except asyncio.CancelledError:
        sys.exit("a job has ended that could not be put away: it will be done again by whoever works next")
    finally:
        stop.set()
        sending.wake()
        feed.join(timeout=consumers.POLL_SECONDS + 5)
        webhooks.join(timeout=client.TIMEOUT + 5)


async def _run_jobs() -> None:
    work = asyncio.current_task()

    def end(loop: asyncio.AbstractEventLoop, fault: dict[str, Any]) -> None:
        loop.default_exception_handler(fault)
        if work is not None:
            work.cancel()

    asyncio.get_running_loop().set_exception_handler(end)  # the library does not look at what becomes of a job once it has run
    worker_app = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
    async with worker_app.open_async():
        await worker_app.run_worker_async(
            name="dingdan",
            concurrency=JOBS_AT_ONCE,
            listen_notify=False,
            fetch_job_polling_interval=1.0,
            delete_jobs="successful",
            shutdown_graceful_timeout=20,
        )


__all__ = ["jobs", "run"]
