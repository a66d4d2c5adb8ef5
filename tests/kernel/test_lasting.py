import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from dingdan.kernel.lasting import lasting


class Line:
    def __init__(self) -> None:
        self.is_open = True

    def close(self) -> None:
        self.is_open = False


def test_all_who_ask_first_at_the_same_moment_are_given_the_same() -> None:
    made, both = [], threading.Barrier(2)

    @lasting
    def line() -> Line:
        made.append(Line())
        again.wait(0.05)  # long enough for the other to ask as well
        return made[-1]

    def asked() -> Line:
        both.wait()
        return line()

    again = threading.Event()
    with ThreadPoolExecutor(2) as threads:
        first, second = threads.map(lambda _each: asked(), range(2))

    assert first is second
    assert made == [first]
    assert line() is first


def test_it_is_closed_and_made_anew() -> None:
    @lasting
    def line() -> Line:
        """The line to somebody."""
        return Line()

    assert line.__doc__ == "The line to somebody."
    line.close()  # nothing was made yet
    first = line()
    states = [first.is_open]
    line.close()
    states.append(first.is_open)
    assert states == [True, False]
    assert line() is not first
    assert line().is_open


def test_what_could_not_be_made_is_tried_again() -> None:
    faults = [OSError("no")]

    @lasting
    def line() -> Line:
        if faults:
            raise faults.pop()
        return Line()

    with pytest.raises(OSError, match="no"):
        line()
    assert line().is_open


def test_it_is_closed_when_the_process_ends() -> None:
    code = """
from dingdan.kernel.lasting import lasting
class Line:
    def close(self): print("closed")
@lasting
def line(): return Line()
@lasting
def never_asked_for(): raise SystemExit("made")
line()
print("open")
"""
    ended = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)

    assert ended.stdout.split() == ["open", "closed"]
