"""The embedded PostgreSQL: comes up by itself in the data folder, and goes when nobody uses it any more.

Who wants the database calls `running(folder)`. It takes a shared lock on the folder and, where no server answers, starts a
keeper (see `keeper`): a process with its own session whose direct child is `postgres`. The keeper starts postgres again when
it dies, and stops it in order as soon as nobody holds the lock. So several commands may work on one folder at once, in any
order, and even after a `kill -9` of all of them the server is shut down properly.

The server speaks only over a Unix socket, in a folder that nobody but its user may enter.
"""

import atexit
import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import psycopg

from dingdan.config.keeper import ROLE, DatabaseUnavailable, lock_file, program

__all__ = ["ROLE", "DatabaseUnavailable", "address", "answers", "ensure", "is_alive", "program", "running"]

PATIENCE_SECONDS = 5.0
LEAVING_SECONDS = 2.0
KEEPER = "dingdan.config.keeper"
_keepers: list[subprocess.Popen[bytes]] = []


def address(folder: Path, database: str = ROLE) -> str | None:
    """URL of the server that says it runs on this data folder, or None. It may be dead: see `running`."""
    with suppress(OSError, IndexError, ValueError):
        lines = (folder / "postgres" / "cluster" / "postmaster.pid").read_text().splitlines()
        if lines[4]:
            return f"postgresql:///{database}?host={quote(lines[4], safe='')}&port={int(lines[3])}&user={ROLE}"
    return None


@contextmanager
def running(folder: Path, *, settings: Sequence[str] = (), say: Callable[[str], None] | None = None) -> Iterator[str]:
    """Hold the embedded server of a data folder; yields its URL. `settings` are `name=value`, used where it is started."""
    folder = folder.absolute()
    folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    in_use = lock_file(folder / "postgres.in-use")
    try:
        fcntl.flock(in_use, fcntl.LOCK_SH)
        ensure(folder, settings=settings, say=say)
        yield _with_database(folder)
    finally:
        _leave(folder, in_use)


def ensure(folder: Path, *, settings: Sequence[str] = (), say: Callable[[str], None] | None = None) -> None:
    """Return when the server of this folder answers, after as long as its recovery takes; it is started where it has to be."""
    keeper: subprocess.Popen[bytes] | None = None
    silent_until = time.monotonic() + PATIENCE_SECONDS
    with os.fdopen(lock_file(folder / "postgres.starting")) as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        while not answers(address(folder, "postgres")):
            if keeper is None and not _is_locked(folder / "postgres.kept") and not is_alive(folder):
                (folder / "postgres" / "cluster" / "postmaster.pid").unlink(missing_ok=True)
                keeper = _start_keeper(folder, settings)
            elif keeper is not None and keeper.poll() is not None:
                raise DatabaseUnavailable(f"PostgreSQL does not start on {folder}:\n{_tail(folder / 'postgres.log')}")
            if say is not None and time.monotonic() > silent_until:
                say("waiting for the database (recovery after a crash takes as long as it takes) …")
                silent_until = float("inf")
            time.sleep(0.03)


def answers(url: str | None) -> bool:
    """Whether a server takes connections at this URL."""
    with suppress(psycopg.Error):
        if url is not None:
            psycopg.connect(url, connect_timeout=5).close()
            return True
    return False


def _with_database(folder: Path) -> str:
    url = address(folder)
    if url is None:
        raise DatabaseUnavailable(f"PostgreSQL on {folder} went away while it was started")
    if not answers(url):
        with (
            closing(psycopg.connect(str(address(folder, "postgres")), autocommit=True)) as connection,
            suppress(psycopg.errors.DuplicateDatabase),
        ):
            connection.execute(f"CREATE DATABASE {ROLE}")
    return url


def _leave(folder: Path, in_use: int) -> None:
    """Let go of the server; whoever leaves last waits until it is down, however long its last writing takes."""
    last = False
    with suppress(OSError):
        fcntl.flock(in_use, fcntl.LOCK_EX | fcntl.LOCK_NB)
        last = True
    os.close(in_use)
    until = time.monotonic() + LEAVING_SECONDS
    while last and _is_locked(folder / "postgres.kept"):
        # While the keeper stops the server nobody can share the lock. If somebody can after a while, it is wanted again.
        if time.monotonic() > until and not _is_locked(folder / "postgres.in-use", shared=True):
            return
        time.sleep(0.02)


def _start_keeper(folder: Path, settings: Sequence[str]) -> subprocess.Popen[bytes]:
    log = os.open(folder / "postgres.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
    owner = folder.stat()
    if os.geteuid() == 0:
        os.fchown(log, owner.st_uid, owner.st_gid)
    command = [sys.executable, "-m", KEEPER, str(folder), *settings]
    try:
        environ = _plain_environment()
        keeper = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, cwd="/", env=environ
        )
    finally:
        os.close(log)
    _keepers.append(keeper)
    return keeper


@atexit.register
def _let_keepers_be() -> None:
    """They may outlive us; Python would warn of each."""
    for keeper in _keepers:
        if keeper.poll() is None:
            keeper.returncode = 0


def _plain_environment() -> dict[str, str]:
    # The keeper starts in "/", so our own package must still be found, and PGHOST and the like must not lead anybody astray.
    here = str(Path(__file__).resolve().parents[2])
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"PYTHONPATH": os.pathsep.join(filter(None, [here, kept.get("PYTHONPATH")]))}


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-12:])


def _is_locked(path: Path, *, shared: bool = False) -> bool:
    """Whether somebody holds a lock on this file; with `shared`, one that cannot be shared."""
    with os.fdopen(lock_file(path)) as file:
        try:
            fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def is_alive(folder: Path) -> bool:
    """Whether the postmaster of this folder lives. The number it left behind may belong to another program by now."""
    import psutil

    cluster = folder / "postgres" / "cluster"
    try:
        process = psutil.Process(int((cluster / "postmaster.pid").read_text().split(maxsplit=1)[0]))
        if process.name() != "postgres" or process.status() == psutil.STATUS_ZOMBIE:
            return False
        return process.uids().real == cluster.stat().st_uid and Path(process.cwd()) == cluster.resolve()
    except (OSError, ValueError, IndexError, psutil.Error):
        return False
