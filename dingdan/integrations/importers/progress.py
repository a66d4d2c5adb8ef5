"""How far an import is: a bar where somebody looks at a terminal, a plain line now and then where nobody does."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

Step = Callable[[int], None]
PAUSE_SECONDS: Final = 10.0


class Watch:
    """Tells people on a console how far it is."""

    def __init__(self, console: Console) -> None:
        self.console = console

    @contextmanager
    def task(self, title: str, total: int) -> Iterator[Step]:
        """A task of so many steps; call what is yielded with how many more are done."""
        if self.console.is_terminal:
            with _bar(self.console) as bar:
                task = bar.add_task(title, total=total)
                yield lambda count: bar.advance(task, count)
                bar.update(task, completed=total)
        else:
            yield _Lines(self.console, title, total)
            self.say(f"{title}: {total:,} of {total:,}")

    def say(self, text: str) -> None:
        """One line of text."""
        self.console.print(text, markup=False)


def _bar(console: Console) -> Progress:
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn()
    return Progress(*columns, console=console)


class _Lines:
    """A line every ten seconds."""

    def __init__(self, console: Console, title: str, total: int) -> None:
        self._console, self._title, self._total = console, title, total
        self._done, self._told_at = 0, time.monotonic()

    def __call__(self, count: int) -> None:
        self._done += count
        if time.monotonic() - self._told_at >= PAUSE_SECONDS:
            self._told_at = time.monotonic()
            self._console.print(f"{self._title}: {self._done:,} of {self._total:,}", markup=False)
