"""The command line: help that teaches, exit codes that scripts can trust.

What stands in front of Django, and one command that starts it, are tried as real programs; the others are typed in this process.
"""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dingdan.config.cli import app
from tests.conftest import Shop
from tests.running import typed

COMMANDS = [
    *("up", "demo", "migrate", "import", "audit", "worker", "create-user", "create-api-key", "set-shop", "backup", "restore"),
    *("renew-board", "renew-rollups", "report", "shell", "review", "sandbox"),
]
ROOT = Path(__file__).resolve().parents[2]


def dingdan(*arguments: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "dingdan", *arguments]
    # A narrow terminal would break the lines that are looked for.
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | {"COLUMNS": "200"} | environ, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_teaches(command: str) -> None:
    answer = CliRunner().invoke(app, [command, "--help"], prog_name="dingdan")

    assert answer.exit_code == 0
    assert f"dingdan {command}" in answer.stdout
    assert len(answer.stdout.splitlines()) > 5


def test_asked_wrongly_is_2() -> None:
    assert dingdan("no-such-command").returncode == 2
    assert dingdan("restore", "/no/such/file").returncode == 2


def test_a_broken_environment_is_2_and_names_the_variable(tmp_path: Path) -> None:
    answer = dingdan("up", DINGDAN_PORT="eighty", DINGDAN_DATA=str(tmp_path / "var"))

    assert (answer.returncode, answer.stdout) == (2, "")
    assert answer.stderr == "DINGDAN_PORT=eighty: a whole number from 1 to 65535 is expected\n"


def test_a_taken_port_is_2_before_anything_is_started(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        answer = dingdan("up", DINGDAN_PORT=port, DINGDAN_DATA=str(tmp_path / "var"), DATABASE_URL="")

    assert (answer.returncode, answer.stdout) == (2, "")
    assert answer.stderr.startswith(f"port {port} on 127.0.0.1 is taken by another program.")
    assert not (tmp_path / "var").exists()


def test_a_database_that_is_not_to_be_had_is_3() -> None:
    answer = dingdan("audit", DATABASE_URL="postgresql://127.0.0.1:1/none")

    assert (answer.returncode, answer.stdout) == (3, "")
    assert "the database is not to be had" in answer.stderr


def test_an_audit_keeps_a_checkpoint_and_the_next_one_says_what_it_left_out(own_database: str, shop: Shop) -> None:
    first = typed("audit", "--since-checkpoint", DATABASE_URL=own_database)
    assert first.returncode == 1
    assert "no audit in full has found nothing yet" in first.stdout
    assert typed("audit", "--processes", "1", DATABASE_URL=own_database).returncode == 0
    second = typed("audit", "--since-checkpoint", DATABASE_URL=own_database)
    assert (second.returncode, second.stdout) == (0, "")
    assert "Not looked at again" in second.stderr


def test_the_board_is_made_anew(own_database: str) -> None:
    answer = dingdan("renew-board", "--json", DATABASE_URL=own_database)
    assert (answer.returncode, json.loads(answer.stdout)) == (0, {"rows": 0, "wrong_counts": 0})


def test_the_rollups_are_made_anew(own_database: str) -> None:
    answer = typed("renew-rollups", "--json", DATABASE_URL=own_database)
    assert (answer.returncode, json.loads(answer.stdout)) == (0, {"orders": 0})


def test_a_report_is_written(own_database: str, shop: Shop) -> None:
    listed = typed("report", DATABASE_URL=own_database)
    assert (listed.returncode, listed.stdout.split()[0]) == (0, "sales-by-day")
    refused = typed("report", "nothing", DATABASE_URL=own_database)
    assert (refused.returncode, refused.stdout) == (2, "")


def test_psql_speaks_to_the_same_database(database_url: str) -> None:
    answer = dingdan("shell", "-Atc", "SELECT count(*) FROM django_migrations WHERE app = 'kernel'", DATABASE_URL=database_url)

    assert answer.returncode == 0
    assert int(answer.stdout) >= 1


def test_a_backup_comes_back_and_is_not_poured_over_other_data(database_url: str, tmp_path: Path) -> None:
    import psycopg

    written = dingdan("backup", str(tmp_path / "a.dump"), "--json", DATABASE_URL=database_url)
    told = json.loads(written.stdout)
    assert (told["file"], told["bytes"]) == (str(tmp_path / "a.dump"), (tmp_path / "a.dump").stat().st_size)
    assert (tmp_path / "a.dump").stat().st_mode & 0o777 == 0o600

    with psycopg.connect(database_url, autocommit=True) as connection:
        other = f"restored_{os.getpid()}"
        connection.execute(f"CREATE DATABASE {other}")
        try:
            url = database_url.replace(str(connection.info.dbname), other)
            with psycopg.connect(url, autocommit=True) as somebody_elses:
                somebody_elses.execute("CREATE TABLE kept (what text)")
            refused = dingdan("restore", str(tmp_path / "a.dump"), DATABASE_URL=url)
            assert (refused.returncode, "--force" in refused.stderr) == (2, True)
            assert dingdan("restore", str(tmp_path / "a.dump"), "--force", DATABASE_URL=url).returncode == 0
            again = dingdan("migrate", "--json", DATABASE_URL=url)
            assert again.stderr == ""
            assert json.loads(again.stdout) == {"migrated": []}
        finally:
            connection.execute(f"DROP DATABASE {other} WITH (FORCE)")
