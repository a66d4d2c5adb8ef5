"""The command line: `dingdan up`, `dingdan demo`, and what goes with them.

Exit codes: 0 done; 1 the answer is no (a law is broken, lines were not imported, a child failed); 2 asked wrongly (arguments,
environment, a taken port, a database that is not empty); 3 the database is not to be had; 130 interrupted.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import psycopg
import typer
from rich.console import Console

from dingdan import __version__
from dingdan.config import database, environment, postgres, processes

NO, ASKED_WRONGLY, NO_DATABASE = 1, 2, 3

app = typer.Typer(
    name="dingdan",
    help="Dingdan 訂單: takes an order, gets it paid, finds the goods, ships them, and sees the customer through returns.\n\n"
    "Start with `dingdan demo` (a shop full of orders) or `dingdan up` (your own). Everything is written below "
    "DINGDAN_DATA (default: var), served on DINGDAN_PORT (default: 8000), and kept in the PostgreSQL of DATABASE_URL (default: "
    "one of its own).",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
err = Console(stderr=True, highlight=False, soft_wrap=True)
Json = Annotated[bool, typer.Option("--json", help="Answer with one line of JSON on standard output.")]


def say(text: str) -> None:
    """Tell people, on standard error: standard output is for answers."""
    err.print(text, markup=False)


def out(text: str) -> None:
    """An answer, on standard output."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


@contextmanager
def up_to_date() -> Iterator[str]:
    """The database, open and with its tables as this program wants them."""
    with database.opened(say) as url:
        if missing := database.pending():
            say(f"{len(missing)} migrations are pending: run `dingdan migrate` first")
            raise typer.Exit(ASKED_WRONGLY)
        yield url


@app.callback(invoke_without_command=True)
def version(
    *,
    version: Annotated[bool, typer.Option("--version", help="Say which version this is.")] = False,
) -> None:
    if version:
        out(f"dingdan {__version__}")
        raise typer.Exit


@app.command()
def up() -> None:
    """Start everything: database, web and worker, in the foreground.

    Brings up the embedded PostgreSQL (unless DATABASE_URL names another), brings the tables up to date, and serves until
    Ctrl-C, which stops everything in order. Prints `ready: http://…` when it serves. Nothing is lost between two starts.

    Example: `DINGDAN_PORT=9000 dingdan up`
    """
    _serve()


@app.command()
def demo() -> None:
    """Start everything with a demo shop in it: the quickest way to look around.

    The first start loads a real wholesaler's first weeks and makes an owner who may sign in; later starts find both there.
    It keeps to DINGDAN_DATA: delete that folder to begin anew.
    """
    _serve(with_demo_shop=True)


def _serve(*, with_demo_shop: bool = False) -> None:
    processes.require_free_port(environment.bind(), environment.port())
    embedded = not environment.text("DATABASE_URL")
    with database.opened(say) as url:
        _bring_up_to_date(url)
        if with_demo_shop:
            from dingdan.automation import demo as shop

            shop.load(say)
        from dingdan.config.serving import serve

        serve(say, out, embedded=embedded)


def _bring_up_to_date(url: str) -> list[str]:
    missing = database.pending()
    if missing:
        say(f"bringing the tables up to date: {len(missing)} migrations …")
        missing = database.migrate(url)
    if (Path(__file__).parents[1] / "automation" / "setup.py").exists():
        from dingdan.automation.setup import ensure_defaults

        ensure_defaults()
    return missing


@app.command()
def migrate(*, as_json: Json = False) -> None:
    """Bring the tables up to date, and make the first shop, channel and node where there are none.

    Safe to run at any time, also twice at once. `up` and `demo` do it by themselves.
    """
    with database.opened(say) as url:
        done = _bring_up_to_date(url)
    if as_json:
        out(database.as_json({"migrated": done}))
    else:
        say(f"{len(done)} migrations done" if done else "nothing to do")


@app.command()
def worker() -> None:
    """Do the work that waits: reactions, mails, schedules. `up` starts one by itself.

    Run more of them, also on other machines with the same DATABASE_URL, to work on more at once.
    """
    processes.end_with_parent()
    with up_to_date():
        from dingdan.automation.worker import run

        run()


@app.command()
def audit(*, as_json: Json = False) -> None:
    """Replay all laws over all data: balances, reservations, ledgers, states.

    Silence and exit code 0 when all laws hold; one line per breach and exit code 1 when not.
    """
    with up_to_date():
        from dingdan.automation.audit import audit as breaches

        found = 0
        lines = []
        for line in breaches():
            found += 1
            if as_json:
                lines.append(line)
            else:
                out(line)
    if as_json:
        out(database.as_json({"breaches": lines}))
    raise typer.Exit(NO if found else 0)


@app.command()
def backup(
    file: Annotated[Path | None, typer.Argument(help="Where to. Default: a new file under DINGDAN_DATA/backups.")] = None,
    *,
    as_json: Json = False,
) -> None:
    """Write the whole database into one file, while everything goes on running.

    The file is PostgreSQL's own custom format: `dingdan restore` reads it, and so does pg_restore.
    """
    with database.opened(say) as url:
        written = database.backup(url, file)
    size = written.stat().st_size
    out(database.as_json({"file": str(written), "bytes": size}) if as_json else str(written))


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file that `dingdan backup` wrote.", exists=True, dir_okay=False)],
    *,
    force: Annotated[bool, typer.Option("--force", help="Replace what is there. It is lost.")] = False,
) -> None:
    """Bring a backup back, all or nothing. Stop `dingdan up` first.

    A database that already holds tables is refused (exit code 2) unless you say --force.
    """
    with database.opened(say) as url:
        database.restore(url, file, force=force)
    say(f"restored from {file}")


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def shell(context: typer.Context) -> None:
    """Open psql on the database; further arguments go to psql.

    Example: `dingdan shell -c "SELECT count(*) FROM orders_order"`
    """
    with database.opened(say) as url:
        code = database.shell(url, context.args)
    raise typer.Exit(code)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; faults that have a remedy are one sentence, not a traceback."""
    try:
        app(arguments)
    except (environment.Misconfigured, processes.PortTaken, database.NotEmpty) as fault:
        say(str(fault))
        sys.exit(ASKED_WRONGLY)
    except (postgres.DatabaseUnavailable, psycopg.OperationalError) as fault:
        say(f"the database is not to be had: {fault}")
        sys.exit(NO_DATABASE)
