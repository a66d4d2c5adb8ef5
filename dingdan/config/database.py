"""The database as the command line sees it: opening it, bringing its tables up to date, saving it and bringing it back."""

import gc
import json
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from functools import cache
from hashlib import sha256
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from dingdan.config import environment, postgres, tables

Say = Callable[[str], None]
MIGRATING = 4_031_967_201  # any number: who migrates holds this lock


class NotEmpty(Exception):
    """The database to be restored into holds tables."""


@contextmanager
def held(say: Say | None = None) -> Iterator[str]:
    """Hold the database (the embedded one where DATABASE_URL is not set); yields its URL. Django is not started."""
    if environment.text("DATABASE_URL"):
        url = environment.database_url()
        environment.database(url)
        psycopg.connect(url, connect_timeout=10).close()
        yield url
        return
    with postgres.running(environment.data_folder(), say=say) as url:
        os.environ["DATABASE_URL"] = url  # for Django here, and for the children
        try:
            yield url
        finally:
            os.environ.pop("DATABASE_URL", None)


@contextmanager
def opened(say: Say | None = None) -> Iterator[str]:
    """Hold the database and start Django on it; yields its URL."""
    with held(say) as url:
        try:
            start_django()
            yield url
        finally:
            _close_connections()


def start_django() -> None:
    """Django, ready to be used; a second time does nothing."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dingdan.config.settings")
    os.umask(0o077)  # mails, reports and papers name people: they are nobody else's on this machine
    with uncollected():
        import django

        django.setup()


@contextmanager
def uncollected() -> Iterator[None]:
    """Load a lot that stays: the collector of garbage need not look at it again and again. A tenth of the start is saved."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _close_connections() -> None:
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]


# ── migrations ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@cache
def _on_disk() -> frozenset[tuple[str, str]]:
    """App and name of each migration there is, as Django finds them; none of them is loaded."""
    from django.apps import apps
    from django.db.migrations.loader import MigrationLoader

    found = set()
    for app in apps.get_app_configs():
        package, _is_said = MigrationLoader.migrations_module(app.label)
        with suppress(ModuleNotFoundError):
            folders = getattr(import_module(package), "__path__", ()) if package else ()
            names = (name for _finder, name, is_package in iter_modules(folders) if not is_package)
            found |= {(app.label, name) for name in names if name[0] not in "_~"}
    return frozenset(found)


def pending() -> list[str]:
    """Migrations of this version of the program that the database has not seen, as app.name, sorted."""
    from django.db import ProgrammingError, connection

    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT app, name FROM django_migrations")
            done = set(cursor.fetchall())
    except ProgrammingError:
        done = set()
    return sorted(f"{app}.{name}" for app, name in _on_disk() - done)


def migrate(url: str) -> list[str]:
    """Bring the tables up to date; what was done. Of several that migrate at once the others wait and find nothing to do.

    An empty database is given the tables of `tables.sql`; the migrations made since then follow.
    """
    if not (missing := pending()):
        return []
    from django.core.management import call_command

    with closing(psycopg.connect(url, autocommit=True)) as guard:
        guard.execute("SELECT pg_advisory_lock(%s)", [MIGRATING])
        if pending():
            tables.lay(url)
            call_command("migrate", verbosity=0, interactive=False)
    return missing


def looks_current(url: str) -> bool:
    """Whether nothing has changed since `remember_current`: told in milliseconds, without Django. If in doubt, no."""
    try:
        return _memory().read_text() == _fingerprint(url)
    except (OSError, psycopg.Error):
        return False


def remember_current(url: str) -> None:
    """Note that this program's tables and first rows are all there, so that the next start need not look."""
    _memory().parent.mkdir(mode=0o711, parents=True, exist_ok=True)
    _memory().write_text(_fingerprint(url))


def _memory() -> Path:
    return environment.data_folder() / "tables-are-current"


def _fingerprint(url: str) -> str:
    house = Path(__file__).parents[1]
    program = [path.relative_to(house).as_posix() for path in sorted(house.glob("**/migrations/*.py"))]
    program.append((house / "masterdata/staff/rules.py").read_text())  # the ready roles that shops are given
    libraries = [f"{name} {version(name)}" for name in ("django", "procrastinate", "django-pgtrigger")]
    with psycopg.connect(url) as connection:
        seen = connection.execute("SELECT count(*), max(id), max(applied)::text FROM django_migrations").fetchone()
    return sha256(repr((program, libraries, url, seen)).encode()).hexdigest()


# ── backup and restore ───────────────────────────────────────────────────────────────────────────────────────────────────


def backup(url: str, file: Path | None = None) -> Path:
    """Write the whole database into one file that `restore` and pg_restore read; where it lies. Never half a file."""
    if file is None:
        file = environment.data_folder() / "backups" / f"dingdan-{datetime.now().astimezone():%Y%m%d-%H%M%S}.dump"
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.part")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        _run("pg_dump", url, ["--format=custom", "--no-owner", "--no-privileges"], stdout=out)
        os.fsync(out.fileno())
    draft.rename(file)
    return file


def restore(url: str, file: Path, *, force: bool = False) -> None:
    """Bring back a file that `backup` wrote, all or nothing. A database that holds tables is refused without `force`."""
    with psycopg.connect(url) as connection:
        count = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    if count and count[0] and not force:
        raise NotEmpty(f"the database holds {count[0]} tables: --force replaces them all with what is in {file.name}")
    reader = subprocess.Popen(
        [postgres.program("pg_restore"), "--file=-", "--no-owner", "--no-privileges", str(file)], stdout=subprocess.PIPE
    )
    arguments, environ = _client(url)
    first = "DROP SCHEMA public CASCADE; CREATE SCHEMA public"
    command = [
        postgres.program("psql"),
        *arguments,
        "-qX",
        "-v",
        "ON_ERROR_STOP=1",
        "-1",
        "-o",
        os.devnull,
        "-c",
        first,
        "-f",
        "-",
    ]
    writer = subprocess.Popen(command, stdin=subprocess.PIPE, env=environ)
    with reader, writer:
        _pour(reader, writer)
        if reader.wait() != 0:
            writer.kill()
    if reader.returncode != 0 or writer.returncode != 0:
        raise subprocess.CalledProcessError(reader.returncode or writer.returncode, "pg_restore")


def _pour(reader: "subprocess.Popen[bytes]", writer: "subprocess.Popen[bytes]") -> None:
    """Copy, leaving out the one setting that servers older than the program do not know."""
    source, target = reader.stdout, writer.stdin
    if source is None or target is None:
        return
    try:
        for number, line in enumerate(source):
            if number > 60:
                target.write(line)
                break
            if not line.startswith(b"SET transaction_timeout"):
                target.write(line)
        while chunk := source.read(1 << 20):
            target.write(chunk)
        if reader.wait() == 0:
            target.close()
    except BrokenPipeError:
        reader.kill()


def shell(url: str, arguments: list[str]) -> int:
    """PostgreSQL's own psql on this database; its exit code."""
    address, environ = _client(url)
    os.umask(0o077)  # what it writes may name people
    return subprocess.run([postgres.program("psql"), *address, *arguments], env=environ, check=False).returncode


def _run(name: str, url: str, arguments: list[str], **rest: Any) -> None:
    address, environ = _client(url)
    subprocess.run([postgres.program(name), *address, *arguments], env=environ, check=True, **rest)


def _client(url: str) -> tuple[list[str], dict[str, str]]:
    """Arguments and environment for PostgreSQL's programs; the password goes where other users cannot read it."""
    parts = conninfo_to_dict(url)
    password = str(parts.pop("password", "") or "")
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return [f"--dbname={make_conninfo('', **parts)}"], environ | ({"PGPASSWORD": password} if password else {})


def as_json(value: object) -> str:
    """One line for machines."""
    return json.dumps(value, ensure_ascii=False, default=str)
