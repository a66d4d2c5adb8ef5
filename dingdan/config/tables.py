"""The tables as the migrations leave them, in one file: an empty database gets them in a second instead of half a minute.

`tables.sql` is made by `make tables`, never by hand. It says which migrations it holds, and notes them as done, so that those
made since then follow as in every other database: an old file costs time and nothing else. tests/config/test_tables.py proves
that a database begun with it is the same as one that all migrations were run on, one after the other (decision 0041).
"""

import re
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from dingdan.config import postgres

FILE = Path(__file__).with_name("tables.sql")

_IS_EMPTY = """
SELECT current_schema() = 'public' AND NOT EXISTS (SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace)
       AND NOT EXISTS (SELECT FROM pg_proc WHERE pronamespace = 'public'::regnamespace)
"""
_HEAD = """\
-- The tables of Dingdan, made by `make tables` from the migrations that are noted at the end. Not to be edited.
SET LOCAL search_path = '';
SET LOCAL check_function_bodies = false;

"""
_NOTED = """

INSERT INTO public.django_migrations (app, name, applied)
SELECT app, name, now() FROM (VALUES
{}
) AS done (app, name);
"""
# What PostgreSQL makes of `state IN ('open', 'closed')`. Written like this and read again, it would be something else in words.
_ONE_OF = re.compile(r"\((\w+)\)::text = ANY \(\(ARRAY\[((?:'[^']*'::character varying(?:, )?)+)\]\)::text\[\]\)")
_TITLE = re.compile(r"\n*^--\n-- Name: .*\n--\n+", re.MULTILINE)
_SETTING = re.compile(r"^SET default_\w+ = .*;\n+", re.MULTILINE)


def lay(url: str) -> bool:
    """Make the tables where the database is empty, all or nothing; whether it was."""
    with closing(psycopg.connect(url)) as connection, connection:
        if connection.execute(_IS_EMPTY).fetchone() != (True,):
            return False
        connection.execute(FILE.read_bytes())
    return True


def drawn(url: str) -> str:
    """What the file says of a database: tables and all that belongs to them, and which migrations made them. No rows."""
    command = [postgres.program("pg_dump"), f"--dbname={url}", "--schema-only", "--no-owner"]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    tables = told[told.index("\n--\n-- Name: ") : told.rindex("\n--\n-- PostgreSQL database dump complete")]
    tables = _SETTING.sub("", _TITLE.sub("\n\n", tables)).strip()
    with closing(psycopg.connect(url)) as connection:
        done = connection.execute("SELECT app, name FROM public.django_migrations ORDER BY id").fetchall()
    return _HEAD + _ONE_OF.sub(_in_short, tables) + _NOTED.format(",\n".join(f"    ('{app}', '{name}')" for app, name in done))


def noted() -> set[tuple[str, str]]:
    """App and name of each migration that the file holds."""
    return set(re.findall(r"^    \('(\w+)', '(\w+)'\)", FILE.read_text().rpartition("(VALUES")[2], re.MULTILINE))


def _in_short(found: re.Match[str]) -> str:
    return f"{found[1]} IN ({found[2].replace('::character varying', '')})"


@contextmanager
def _empty(url: str) -> Iterator[str]:
    """URL of an empty database beside that one, while the block runs."""
    name = "dingdan_tables"
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    with closing(psycopg.connect(url, autocommit=True)) as server:
        server.execute(drop)
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        try:
            yield re.sub(r"^(postgres(?:ql)?://[^/]*/)[^?]*", lambda found: found[1] + name, url)
        finally:
            server.execute(drop)


def main() -> None:
    """Write the file anew: run all migrations, one after the other, on an empty database."""
    import os

    from dingdan.config import database

    with database.held() as held, _empty(held) as url:
        os.environ["DATABASE_URL"] = url
        database.start_django()
        from django.core.management import call_command

        call_command("migrate", verbosity=0, interactive=False)
        FILE.write_text(drawn(url))


if __name__ == "__main__":
    main()
