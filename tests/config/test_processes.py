"""The process tree: children live, die, come again, and stop in order."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from dingdan.config import processes

CHILD = """
import os, signal, sys, time
from dingdan.config.processes import end_with_parent
name, stubborn, log = sys.argv[1], sys.argv[2] == "stubborn", sys.argv[3]
def write(what):
    with open(log, "a") as file:
        file.write(f"{name} {what} {os.getpid()}\\n")
def stop(*_):
    write("stops")
    if not stubborn:
        sys.exit()
signal.signal(signal.SIGTERM, stop)
signal.signal(signal.SIGINT, stop)
end_with_parent()
write("starts")
while True:
    time.sleep(0.05)
"""
PARENT = """
import sys
from dingdan.config.processes import Child, Tree
child, log, kinds = sys.argv[1], sys.argv[2], sys.argv[3:]
children = [Child(f"{kind}-{number}", [sys.executable, "-c", child, str(number), kind, log]) for number, kind in enumerate(kinds)]
Tree(children, lambda text: print(text, flush=True), lambda: None).run()
"""


def lives(pid: int) -> bool:
    """Whether a process runs; whoever is dead and not yet buried does not."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


class Family:
    """A tree in a process of its own, and what its children wrote."""

    def __init__(self, folder: Path, *kinds: str) -> None:
        self.log = folder / "log"
        self.log.touch()
        command = [sys.executable, "-c", PARENT, CHILD, str(self.log), *kinds]
        self.parent = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.wait_for("starts", len(kinds))

    def lines(self, what: str = "") -> list[list[str]]:
        return [line.split() for line in self.log.read_text().splitlines() if what in line]

    def wait_for(self, what: str, count: int) -> None:
        until = time.monotonic() + 20
        while len(self.lines(what)) < count:
            assert time.monotonic() < until, f"{count} × {what!r} did not come: {self.lines()}"
            time.sleep(0.01)

    def end(self) -> str:
        output, _ = self.parent.communicate(timeout=20)
        assert not [line for line in self.lines("starts") if lives(int(line[2]))]
        return output


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_works(tmp_path: Path, number: signal.Signals) -> None:
    family = Family(tmp_path, "polite", "polite", "polite")
    family.parent.send_signal(number)

    assert family.end() == ""
    assert family.parent.returncode == 0
    assert [line[0] for line in family.lines("stops")] == ["0", "1", "2"]


def test_ctrl_c_in_the_terminal_reaches_only_the_parent(tmp_path: Path) -> None:
    family = Family(tmp_path, "polite", "polite")

    assert {os.getpgid(int(line[2])) for line in family.lines("starts")}.isdisjoint({os.getpgid(family.parent.pid)})
    family.parent.terminate()
    family.end()


def test_a_child_that_dies_is_started_again_and_reported(tmp_path: Path) -> None:
    family = Family(tmp_path, "polite", "polite")
    os.kill(int(family.lines("starts")[0][2]), signal.SIGKILL)
    family.wait_for("starts", 3)
    family.parent.terminate()

    assert "ended with code -9; it starts again in 0.5 s" in family.end()


def test_a_second_signal_ends_at_once_what_does_not_stop(tmp_path: Path) -> None:
    family = Family(tmp_path, "stubborn", "polite")
    family.parent.terminate()
    family.wait_for("stops", 1)
    begun = time.monotonic()
    family.parent.terminate()
    family.end()

    assert time.monotonic() - begun < processes.STOP_SECONDS / 2


def test_children_do_not_outlive_a_parent_that_was_killed(tmp_path: Path) -> None:
    family = Family(tmp_path, "polite", "polite")
    family.parent.kill()
    family.wait_for("stops", 2)
    time.sleep(0.2)

    family.end()
    assert family.parent.returncode == -signal.SIGKILL


def test_a_child_whose_parent_is_already_gone_does_not_start(tmp_path: Path) -> None:
    environ = os.environ | {processes.PARENT: "1"}
    child = subprocess.run(
        [sys.executable, "-c", CHILD, "0", "polite", str(tmp_path / "log")], env=environ, check=False, capture_output=True
    )

    assert child.returncode == 1
    assert not (tmp_path / "log").exists()


def test_a_free_port_is_free() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
    processes.require_free_port("127.0.0.1", port)

    assert processes.health("127.0.0.1", port) == (0, {})


def test_a_taken_port_is_refused_with_a_remedy() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(processes.PortTaken, match=rf"port {port} on 127.0.0.1 is taken .* DINGDAN_PORT="):
            processes.require_free_port("127.0.0.1", port)
