"""A database that began with `tables.sql` is the same as one that all migrations were run on."""

import os
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db.migrations.loader import MigrationLoader
from psycopg import sql

from dingdan.config import database, tables

ROOT = Path(__file__).parents[2]
MOST_TO_FOLLOW = 25  # an eighth of all: three seconds or four
ALL_MIGRATIONS = """
import django
from django.core.management import call_command
from django.db.migrations.state import ProjectState
django.setup()
ProjectState._find_reload_model = lambda self, app_label, model_name, delay=False: {(app_label, model_name)}
call_command("migrate", verbosity=0)
"""
# With every change of a model Django makes those beside it anew as well, which is five sixths of the work. The tables do not
# need it: `make tables` runs the migrations without this, so that the file is held against the very same statements.


@pytest.fixture
def blank(database_url: str) -> Iterator[str]:
    """URL of a database with nothing in it."""
    name = f"dingdan_blank_{secrets.token_hex(4)}"
    with psycopg.connect(database_url, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        yield re.sub(r"^(postgres(?:ql)?://[^/]*/)[^?]*", lambda found: found[1] + name, database_url)
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def rows(url: str) -> dict[str, list[Any]]:
    """What stands in every table that holds anything, whatever its number and the hour."""
    with psycopg.connect(url) as connection:
        names = [name for (name,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        found = {
            name: connection.execute(
                sql.SQL("SELECT (to_jsonb(row) - 'id' - 'applied' - 'content_type_id')::text FROM {} AS row ORDER BY 1").format(
                    sql.Identifier(name)
                )
            ).fetchall()
            for name in names
        }
    return {name: held for name, held in found.items() if held}


@pytest.mark.slow
def test_it_is_what_all_migrations_make(blank: str, empty_database: str) -> None:
    subprocess.run([sys.executable, "-c", ALL_MIGRATIONS], env=os.environ | {"DATABASE_URL": blank}, cwd=ROOT, check=True)

    by_migrations, by_file = tables.drawn(blank), tables.drawn(empty_database)
    parts = [text.partition("\nINSERT INTO public.django_migrations") for text in (by_migrations, by_file)]
    assert parts[0][0].split("\n\n") == parts[1][0].split("\n\n")
    assert sorted(parts[0][2].replace(",", "").split("\n")) == sorted(parts[1][2].replace(",", "").split("\n"))
    assert rows(blank) == rows(empty_database)
    assert set(rows(blank)) == {"auth_permission", "django_content_type", "django_migrations"}


def test_what_is_drawn_from_it_is_the_file(blank: str) -> None:
    assert tables.lay(blank)

    assert tables.drawn(blank) == tables.FILE.read_text()


def test_a_database_that_holds_anything_is_left_alone(blank: str) -> None:
    with psycopg.connect(blank, autocommit=True) as connection:
        connection.execute("CREATE VIEW mine AS SELECT 1 AS one")
        assert not tables.lay(blank)
        held = connection.execute("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace").fetchall()

    assert held == [("mine",)]


def test_a_database_whose_tables_go_elsewhere_is_left_alone(blank: str) -> None:
    with psycopg.connect(blank, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA mine")

    assert not tables.lay(f"{blank}{'&' if '?' in blank else '?'}options=-csearch_path%3Dmine")


def test_half_a_file_leaves_nothing(blank: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "tables.sql"
    broken.write_text(tables.FILE.read_text() + "SELECT no_such_column;")
    with monkeypatch.context() as patch:
        patch.setattr(tables, "FILE", broken)
        with pytest.raises(psycopg.errors.UndefinedColumn):
            tables.lay(blank)

    assert tables.lay(blank)


def test_migrations_are_found_without_being_loaded() -> None:
    assert database._on_disk() == set(MigrationLoader(None).disk_migrations)


def test_few_migrations_follow_the_file() -> None:
    on_disk = set(MigrationLoader(None).disk_migrations)

    assert tables.noted() <= on_disk
    assert len(on_disk - tables.noted()) <= MOST_TO_FOLLOW, "run `make tables`"
