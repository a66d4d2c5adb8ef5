"""What the laws share: chance that can be repeated, figures that are told at the end, ties that are counted."""

from __future__ import annotations

import os
import random
import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.laws.size import SIZE, sized
from tests.running import Web

SEED = int(os.environ.get("DINGDAN_SEED") or secrets.randbelow(2**32))


@pytest.fixture(scope="session")
def server(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """The real server with several processes, on the database of the tests."""
    processes = str(sized(2, 4, 4))
    running = Web(tmp_path_factory.mktemp("server") / "var", DATABASE_URL=database_url, DINGDAN_WEB_PROCESSES=processes)
    try:
        running.start()
        yield running
    finally:
        running.kill()


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Tells a line that is printed at the end of the run, whatever becomes of the test."""
    return lambda line: request.node.user_properties.append(("figure", line))


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> random.Random:
    """Chance that can be repeated: the seed is printed."""
    print(f"to repeat: make torture ARGS='-k {request.node.originalname}' DINGDAN_SEED={SEED}")
    return random.Random(f"{SEED}:{request.node.name}")


@pytest.fixture
def retried(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    """How often the database broke a tie, by its code: 40P01 is a deadlock."""
    from dingdan.kernel import command

    seen: Counter[str] = Counter()
    original = command._sqlstate

    def noted(error: Exception) -> str:
        state = original(error)
        seen[state] += 1
        return state

    monkeypatch.setattr(command, "_sqlstate", noted)
    yield seen
    print(f"ties that the database broke: {dict(seen)}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures that were told, and of every law how many tests held and how long they took."""
    told = [report for name in ("passed", "failed", "error") for report in terminalreporter.stats.get(name, ())]
    reports = [report for report in told if isinstance(report, pytest.TestReport)]  # a file that cannot be read has another
    terminalreporter.section(f"figures at size {SIZE}, seed {SEED}")
    for report in reports:
        for name, line in report.user_properties:
            if name == "figure" and report.when == "call":
                terminalreporter.write_line(str(line))
    laws: dict[str, list[pytest.TestReport]] = {}
    for report in reports:
        laws.setdefault(Path(report.fspath).stem.removeprefix("test_"), []).append(report)
    for law, those in sorted(laws.items()):
        held = sum(report.passed for report in those)
        terminalreporter.write_line(f"{law}: {held} of {len(those)} held, {sum(report.duration for report in those):.0f} s")
