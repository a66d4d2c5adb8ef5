"""`dingdan audit` for people: every shop in turn, with a bar that shows how far it has come."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rich.console import Console
from rich.progress import Progress

from dingdan.automation import audit


def in_full(console: Console, processes: int | None) -> Iterator[str]:
    """Replay all laws over all data, in several processes."""
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        for tenant in audit.tenants():
            task = progress.add_task(tenant.slug)
            yield from audit.prove(
                tenant,
                processes=processes or audit.processors(),
                tell=lambda done, of, task=task: progress.update(task, completed=done, total=of),  # type: ignore[misc]
            )


def since_checkpoint(say: Callable[[str], None]) -> Iterator[str]:
    """Replay all laws over what happened since; say what was not looked at again."""
    for tenant in audit.tenants():
        yield from audit.audit_since_checkpoint(tenant)
        say(audit.left_out(tenant))
