"""The embedded PostgreSQL comes up, is shared, survives kills, and goes when nobody uses it."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest

from dingdan.config import keeper, postgres

QUICK = ("fsync=off", "shared_buffers=16MB")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose parents only its owner may enter, as a home usually is."""
    return tmp_path_factory.mktemp("pg") / "var"


@pytest.fixture(autouse=True)
def _nothing_runs_on(folder: Path) -> Iterator[None]:
    yield
    assert not postgres.is_alive(folder)
    assert not list(folder.glob("postgres/socket/.s*"))


def ask(url: str, question: str = "SELECT 1") -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(question).fetchone()
        assert row is not None
        return row[0]


def postmaster(folder: Path) -> psutil.Process:
    return psutil.Process(int((folder / "postgres/cluster/postmaster.pid").read_text().split()[0]))


def in_another_process(folder: Path, code: str = "time.sleep(600)") -> "subprocess.Popen[str]":
    """Another command that holds the server, says so, and does something with it."""
    program = (
        "import sys, time; from pathlib import Path; from dingdan.config import postgres\n"
        f"with postgres.running(Path({str(folder)!r}), settings={QUICK!r}) as url:\n"
        f"    print('up', flush=True)\n    {code}\n"
    )
    other = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None
    assert other.stdout.readline() == "up\n"
    other.stdout.close()
    return other


def wait_until_gone(folder: Path, seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while postgres.is_alive(folder) or postgres._is_locked(folder / "postgres.kept"):
        assert time.monotonic() < until, "the server did not stop"
        time.sleep(0.02)


def test_it_works(folder: Path) -> None:
    with postgres.running(folder, settings=QUICK) as url:
        assert ask(url, "SELECT current_database() || ' ' || current_setting('server_encoding')") == "dingdan UTF8"
        assert ask(url, "SHOW listen_addresses") == ""
        assert ask(url, "SELECT datcollate FROM pg_database WHERE datname = 'dingdan'") == "C.UTF-8"
        assert ask(url, "SHOW shared_buffers") == "16MB"

    assert not postgres.answers(url)


def test_data_is_kept(folder: Path) -> None:
    with postgres.running(folder, settings=QUICK) as url, psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 訂單 FROM (VALUES ('a')) v (訂單)")

    with postgres.running(folder, settings=QUICK) as url:
        assert ask(url, "SELECT 訂單 FROM kept") == "a"


def test_nobody_else_may_enter(folder: Path) -> None:
    with postgres.running(folder, settings=QUICK):
        assert {(folder / "postgres" / name).stat().st_mode & 0o777 for name in (".", "cluster", "socket")} == {0o700}


def test_a_second_user_finds_the_server_running(folder: Path) -> None:
    with postgres.running(folder, settings=QUICK) as first:
        pid = postmaster(folder).pid
        with postgres.running(folder, settings=QUICK) as second:
            assert second == first
        assert postmaster(folder).pid == pid
        assert ask(first) == 1


def test_whoever_started_it_may_leave_first(folder: Path) -> None:
    other = None
    with postgres.running(folder, settings=QUICK):
        pid = postmaster(folder).pid
        other = in_another_process(folder)
    assert postmaster(folder).pid == pid

    other.terminate()
    other.wait()
    wait_until_gone(folder)


def test_it_comes_up_again_when_the_postmaster_is_killed(folder: Path) -> None:
    with postgres.running(folder, settings=QUICK) as url:
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE committed AS SELECT 7 AS n")
        old = postmaster(folder)
        old.kill()
        postgres.ensure(folder)

        assert postmaster(folder).pid != old.pid
        assert ask(url, "SELECT n FROM committed") == 7


def test_it_stops_in_order_when_its_users_are_killed(folder: Path) -> None:
    other = in_another_process(folder)
    other.kill()
    other.wait()
    wait_until_gone(folder)

    assert "database system is shut down" in (folder / "postgres.log").read_text().splitlines()[-1]


def test_it_starts_after_everything_was_killed(folder: Path) -> None:
    other = in_another_process(folder)
    server = postmaster(folder)
    family = [other.pid, server.ppid(), server.pid, *(child.pid for child in server.children())]
    for number in (signal.SIGSTOP, signal.SIGKILL):  # first all stand still, or who is left stops the server in order
        for pid in family:
            with suppress(ProcessLookupError):
                os.kill(pid, number)
    other.wait()
    assert (folder / "postgres/cluster/postmaster.pid").exists()

    with postgres.running(folder, settings=QUICK) as url:
        assert ask(url) == 1


def test_a_number_left_behind_that_is_now_another_programs_does_not_matter(folder: Path) -> None:
    note = folder / "postgres/cluster/postmaster.pid"
    note.write_text(f"{os.getpid()}\n{note.parent}\n1700000000\n5432\n{folder}/postgres/socket\n\n  1 2\nready\n")
    assert not postgres.is_alive(folder)

    with postgres.running(folder, settings=QUICK) as url:
        assert ask(url) == 1


def test_a_server_that_cannot_start_says_why(folder: Path) -> None:
    with (
        pytest.raises(postgres.DatabaseUnavailable, match="no_such_setting"),
        postgres.running(folder, settings=["no_such_setting=1"]),
    ):
        pytest.fail("it cannot have come up")

    assert not postgres._is_locked(folder / "postgres.kept")


def test_a_making_that_was_cut_short_is_begun_again(folder: Path, tmp_path: Path) -> None:
    draft = tmp_path / "postgres" / "cluster.draft"
    draft.mkdir(parents=True)
    (draft / "PG_VERSION").write_text("18\n")
    if os.geteuid() == 0:
        for path in (draft.parent, draft, draft / "PG_VERSION"):
            os.chown(path, keeper._owner(folder / "postgres").pw_uid, -1)

    with postgres.running(tmp_path, settings=QUICK) as url:
        assert ask(url) == 1


@pytest.mark.parametrize("name", ["訂單 with space, and comma", "long" * 30])
def test_any_folder_will_do(tmp_path: Path, name: str) -> None:
    with postgres.running(tmp_path / name, settings=QUICK) as url:
        assert ask(url) == 1
        sockets = Path(str(ask(url, "SHOW unix_socket_directories")))
        assert sockets.stat().st_mode & 0o777 == 0o700

    assert not sockets.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")
class TestAsRoot:
    def test_the_server_runs_as_a_user_of_its_own(self, folder: Path) -> None:
        with postgres.running(folder, settings=QUICK):
            server = postmaster(folder)
            assert server.username() == keeper.SYSTEM_USER
            assert server.uids().real == (folder / "postgres").stat().st_uid

    def test_a_closed_parent_stays_closed(self, tmp_path: Path) -> None:
        closed = tmp_path / "closed"
        closed.mkdir(mode=0o700)
        before = {path: path.stat().st_mode for path in closed.parents}

        with postgres.running(closed / "var", settings=QUICK) as url:
            assert ask(url) == 1
            status = Path(f"/proc/{postmaster(closed / 'var').pid}/status").read_text()

        assert {path: path.stat().st_mode for path in closed.parents} == before
        assert closed.stat().st_mode & 0o777 == 0o700
        assert f"CapEff:\t{1 << keeper.CAP_DAC_READ_SEARCH:016x}" in status

    def test_an_open_parent_needs_no_capability(self) -> None:
        if not all(path.stat().st_mode & 0o001 for path in Path(postgres.program("postgres")).parents):
            pytest.skip("the programs themselves lie below a closed folder")
        with tempfile.TemporaryDirectory() as name:
            Path(name).chmod(0o711)
            with postgres.running(Path(name), settings=QUICK) as url:
                assert ask(url) == 1
                status = Path(f"/proc/{postmaster(Path(name)).pid}/status").read_text()

        assert "CapEff:\t0000000000000000" in status

    def test_files_of_an_ordinary_user_stay_that_users(self, tmp_path: Path) -> None:
        home = tmp_path / "postgres"
        home.mkdir(mode=0o700)
        os.chown(home, 65534, 65534)

        with postgres.running(tmp_path, settings=QUICK) as url:
            assert ask(url) == 1
            assert postmaster(tmp_path).uids().real == 65534
