"""The worker: hands the feed to its consumers and runs jobs and schedules, in one process."""

from __future__ import annotations

import asyncio
import threading

from procrastinate.contrib.django import app

from dingdan.automation import consumers, jobs

JOBS_AT_ONCE = 4


def run() -> None:
    """Work until SIGINT or SIGTERM. Jobs in hand are finished first."""
    stop = threading.Event()
    feed = threading.Thread(target=consumers.follow, args=[stop], name="feed", daemon=True)
    feed.start()
    try:
        asyncio.run(_run_jobs())
    finally:
        stop.set()
        feed.join(timeout=consumers.POLL_SECONDS + 5)


async def _run_jobs() -> None:
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
