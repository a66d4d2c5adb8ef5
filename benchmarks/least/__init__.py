"""The least: one order of two lines as a pgbench script, one transaction each. What the product's figures are divided by."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Final

from psycopg.conninfo import conninfo_to_dict

from dingdan.config import postgres

HERE: Final = Path(__file__).parent
CLIENTS, THREADS = 16, 2


def prepare(url: str) -> None:
    """Make the tables."""
    _run("psql", url, "-qX", "-v", "ON_ERROR_STOP=1", "-f", str(HERE / "schema.sql"))


def rate(url: str, script: str, seconds: float) -> float:
    """Transactions per second of `spread` (over two hundred articles) or `hot` (everybody wants the same two)."""
    said = _run(
        "pgbench", url, "-n", "-f", str(HERE / f"{script}.sql"), "-c", str(CLIENTS), "-j", str(THREADS), "-T", f"{seconds:.0f}",
        "-M", "prepared",
    )  # fmt: skip
    found = re.search(r"^tps = ([0-9.]+)", said, re.MULTILINE)
    if found is None:
        raise RuntimeError(f"pgbench said no rate:\n{said}")
    return float(found[1])


def _run(program: str, url: str, *arguments: str) -> str:
    parts = {key: str(value) for key, value in conninfo_to_dict(url).items()}
    environ = os.environ | {f"PG{key.upper()}": parts[key] for key in ("host", "port", "user") if key in parts}
    environ["PGDATABASE"] = parts["dbname"]
    done = subprocess.run(
        [postgres.program(program), *arguments], env=environ, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    return done.stdout
