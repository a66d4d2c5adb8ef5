"""Jobs in the same PostgreSQL, deferred in the same transaction, by procrastinate.

Its NOTIFY on insert is switched off (kernel migration 0002): NOTIFY takes a global lock at commit. The worker is woken
after commit by `feed.wake`, and polls as a fallback.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.tasks import Task

F = TypeVar("F", bound=Callable[..., Any])

PATIENT = RetryStrategy(max_attempts=12, exponential_wait=2)
"""Twelve tries over about an hour."""


def job(
    name: str, *, queue: str = "default", retry: RetryStrategy = PATIENT
) -> "Callable[[Callable[..., None]], Task[..., None, Any]]":
    """Declare a job: a function of JSON-able keyword arguments that bears being run more than once."""

    def declare(function: Callable[..., None]) -> "Task[..., None, Any]":
        return app.task(name=name, queue=queue, retry=retry)(function)

    return declare
