"""The ground that every test stands on: real PostgreSQL, real commits, a new tenant for every test.

Nothing is rolled back and nothing is truncated. One server runs for the whole session (the embedded one, or the one that
DATABASE_URL names); a migrated template database is kept there under a name made from the migrations, and every pytest
process works on its own copy of it. Tests do not disturb each other because each has a tenant of its own (`shop`).
"""

from __future__ import annotations

import gc
import hashlib
import os
import re
import secrets
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, LiteralString
from uuid import UUID

import hypothesis
import psycopg
import pytest
from psycopg import sql

from dingdan.config import environment, postgres
from dingdan.kernel.journal import SYSTEM, Actor, Call

if TYPE_CHECKING:
    from dingdan.kernel.models import Tenant

pytest_plugins = ["tests.tenant_statements", "tests.browser.fixtures"]

# How long anything takes is no law.
hypothesis.settings.register_profile("untimed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("untimed")

ROOT = Path(__file__).resolve().parents[1]
LONGEST = ROOT / "tests" / "longest.txt"
TEST_DATA = Path(os.environ.get("DINGDAN_TEST_DATA", ROOT / "var" / "test")).absolute()
# Tests kill processes, never the machine: what the operating system has, it keeps.
SERVER_SETTINGS = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_wal_size=2GB", "max_connections=300")
SERVER = "DINGDAN_TEST_SERVER"

_open = ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    """Bring up the server (once, in the controlling process), make this process's database, and start Django where tests run."""
    os.environ["DINGDAN_DATA"] = str(TEST_DATA / "data")
    os.environ["DJANGO_SETTINGS_MODULE"] = "dingdan.config.settings"
    os.environ.setdefault("DINGDAN_SECRET_KEY", "only-for-tests")
    os.environ.setdefault("DINGDAN_CHECKOUT_SECONDS", "0")  # tests type faster than people; what people meet has a test
    if SERVER not in os.environ:
        url = environment.text("DATABASE_URL") or _open.enter_context(
            postgres.running(TEST_DATA, settings=SERVER_SETTINGS, say=print)
        )
        os.environ[SERVER] = url
    name = _open.enter_context(_copied())
    if "PYTEST_XDIST_WORKER" in os.environ or not config.getoption("numprocesses", None):
        _start_django(_at(name))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """What is loaded stays: the collector of garbage need not look at it again and again. A quarter of collecting is saved."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Give the database back, and the server when this process brought it up."""
    _open.close()


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Two: the smallest machine we promise to be tested on has two cores."""
    return 2


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest first: several processes, which take a file each, then end at about the same time.

    Files in longest.txt as they were measured, then those with slow tests, then those with many.
    """
    measured = {ROOT / name: place for place, name in enumerate(LONGEST.read_text().split())}
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    tests = Counter(item.path for item in items)
    items.sort(key=lambda item: (measured.get(item.path, len(measured)), item.path not in slow, -tests[item.path]))


@pytest.fixture(scope="session")
def database_url() -> str:
    """URL of this process's own database, for tests that start programs."""
    return os.environ["DATABASE_URL"]


@contextmanager
def empty_tables() -> Iterator[str]:
    """URL of another database, with tables and nothing in them, while the block runs."""
    with _copied() as name:
        yield _at(name)


@pytest.fixture
def empty_database() -> Iterator[str]:
    """URL of another database without a shop in it, for programs that look after every shop there is."""
    with empty_tables() as url:
        yield url


@pytest.fixture
def own_database(empty_database: str) -> Iterator[str]:
    """URL of a database of the test's own, on which Django is, too, until it is over: for what looks after every shop.

    Ask for it before `shop`, which is then made there.
    """
    from django.db import connection

    usual = connection.settings_dict["NAME"]
    try:
        _turn_to(psycopg.conninfo.conninfo_to_dict(empty_database)["dbname"])
        yield empty_database
    finally:
        _turn_to(usual)


@dataclass(frozen=True, slots=True)
class Shop:
    """A tenant of the test's own, in whose scope the test runs."""

    tenant: Tenant
    actor: Actor

    @property
    def tenant_id(self) -> UUID:
        return self.tenant.id

    def call(self, key: str | None = None, *, at: datetime | None = None, quiet: bool = False) -> Call:
        """What a door hands to a command: this shop, an actor who may do everything, a key of its own."""
        return Call(tenant_id=self.tenant.id, actor=self.actor, key=key or secrets.token_hex(12), at=at, quiet=quiet)


@pytest.fixture
def shop() -> Iterator[Shop]:
    """A new tenant with one channel (`web`) and one node (`main`), in whose scope the test runs."""
    from dingdan.automation.setup import create_tenant
    from dingdan.kernel.tenancy import tenant_scope

    tenant = create_tenant(f"shop-{secrets.token_hex(6)}", "A shop")
    with tenant_scope(tenant.id):
        yield Shop(tenant, SYSTEM)


@pytest.fixture(autouse=True)
def _in_english() -> None:
    """Every test begins in English, whatever language the one before it spoke."""
    from django.utils import translation

    translation.activate("en")


@pytest.fixture(autouse=True)
def _no_open_transaction() -> Iterator[None]:
    """A test must not leave a transaction open: the next one would seem to commit, and would not."""
    from django.db import connection

    yield
    assert not connection.in_atomic_block, "the test left a transaction open"


def _at(name: str) -> str:
    """The server's URL with another database in it."""
    return re.sub(r"^(postgres(?:ql)?://[^/]*/)[^?]*", lambda found: found[1] + name, os.environ[SERVER])


@contextmanager
def _copied() -> Iterator[str]:
    """A fresh copy of the migrated template, dropped at the end; yields its name."""
    template, name = _template_name(), f"dingdan_test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{secrets.token_hex(4)}"
    with psycopg.connect(os.environ[SERVER], autocommit=True) as server:
        # Held to the end of this block: whoever wants the same template waits here.
        server.execute("SELECT pg_advisory_lock(hashtext('dingdan tests'))")
        if not _names(server, "datname = %s", template):
            _migrate(server, template)
        for left in _names(
            server, "datname LIKE 'dingdan_test_%%' AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datname = d.datname)"
        ):
            _drop(server, left)
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
        user = psycopg.connect(_at(name))  # so that others see that somebody uses this database
    try:
        yield name
    finally:
        user.close()
        with psycopg.connect(os.environ[SERVER], autocommit=True) as server:
            _drop(server, name)


def _template_name() -> str:
    """A name made from everything that shapes the tables: another migration is another template."""
    digest = hashlib.sha256()
    program = ROOT / "dingdan"
    shaping = [*program.rglob("migrations/*.py"), *program.glob("kernel/postgresql/*.py"), *program.glob("config/tables.*")]
    for file in sorted([*shaping, ROOT / "requirements" / "base.txt"]):
        if file.exists():
            digest.update(file.relative_to(ROOT).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return f"dingdan_template_{digest.hexdigest()[:16]}"


def _migrate(server: psycopg.Connection, name: str) -> None:
    """Make the template under another name first, so that a making that was cut short is never used."""
    draft = f"{name}_draft"
    for old in _names(server, "datname LIKE 'dingdan_template_%%'"):
        _drop(server, old)
    server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(draft)))
    code = "from dingdan.config import database; database.start_django(); database.migrate(sys.argv[1])"
    environ = os.environ | {"DATABASE_URL": _at(draft)}
    made = subprocess.run([sys.executable, "-c", f"import sys; {code}", _at(draft)], env=environ, cwd=ROOT, check=False)
    if made.returncode != 0:
        pytest.exit("the migrations do not run: see above", returncode=3)
    with psycopg.connect(_at(draft)) as made_of:  # tests that need no real account say 5 or 7: no real one may have that number
        made_of.execute("ALTER SEQUENCE auth_user_id_seq RESTART 1000000")
    server.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(draft), sql.Identifier(name)))


def _names(server: psycopg.Connection, condition: LiteralString, *parameters: str) -> list[str]:
    return [name for (name,) in server.execute(f"SELECT datname FROM pg_database d WHERE {condition}", parameters).fetchall()]


def _drop(server: psycopg.Connection, name: str) -> None:
    server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _start_django(url: str) -> None:
    os.environ["DATABASE_URL"] = url
    import django
    from django.conf import settings

    from tests import tenant_statements

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    options = settings.DATABASES["default"]["OPTIONS"]
    options["pool"]["max_size"] = 60  # races open many at once
    options["options"] += " -c lock_timeout=60s"  # and twenty in a row may wait long on a busy machine
    django.setup()
    _open.callback(_close_connections)
    tenant_statements.start()
    _share_middleware()


def _share_middleware() -> None:
    """Let all test clients go through the same middleware: made for each of them, it would list all static files each time."""
    from django.conf import settings
    from django.core.handlers.base import BaseHandler
    from django.test.client import ClientHandler

    made: dict[tuple[str, ...], dict[str, object]] = {}

    def load(handler: BaseHandler, is_async: bool = False) -> None:
        names = tuple(settings.MIDDLEWARE)
        if names not in made:
            first = BaseHandler()
            first.load_middleware()
            made[names] = vars(first)
        vars(handler).update(made[names])

    ClientHandler.load_middleware = load  # type: ignore[method-assign, assignment]


def _turn_to(name: object) -> None:
    """Let every thread's next connection be to that database of the server."""
    from django.db import connection

    _close_connections()
    connection.settings_dict["NAME"] = name


def _close_connections() -> None:
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()
