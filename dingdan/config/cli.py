"""The command line: `dingdan up`, `dingdan demo`, and what goes with them.

Exit codes: 0 done; 1 the answer is no (a law is broken, lines were not imported, a child failed); 2 asked wrongly (arguments,
environment, a taken port, a database that is not empty); 3 the database is not to be had; 130 interrupted.
"""

import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import psycopg
import typer
from rich.console import Console

from dingdan import __version__
from dingdan.config import cli_books, cli_imports, database, demo_shop, environment, firms, postgres, processes

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
app.add_typer(cli_imports.imports, name="import")
reviews = typer.Typer(help="The review desk: `dingdan review try`.", no_args_is_help=True)
app.add_typer(reviews, name="review")
app.add_typer(cli_books.books)
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
    note = environment.data_folder() / "demo-shop"
    with database.held(say) as url:
        if not database.looks_current(url) or (with_demo_shop and not note.exists()):
            with database.opened(say):
                _bring_up_to_date(url)
                if with_demo_shop and not note.exists():
                    demo_shop.load(say, note)
        if with_demo_shop:
            say(note.read_text().replace("{here}", f"http://127.0.0.1:{environment.port()}"))
        from dingdan.config.serving import serve

        serve(say, out, embedded=embedded, with_sandbox=with_demo_shop or firms.is_wanted())


def _bring_up_to_date(url: str) -> list[str]:
    missing = database.pending()
    if missing:
        say(f"bringing the tables up to date: {len(missing)} migrations …")
        missing = database.migrate(url)
    from dingdan.automation.setup import ensure_defaults, ensure_roles

    ensure_defaults()
    ensure_roles()
    from dingdan.config.people import note_addresses

    note_addresses()
    database.remember_current(url)
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
def sandbox(
    *,
    port: Annotated[int, typer.Option(envvar="DINGDAN_SANDBOX_PORT", min=1, max=65535, help="Where it listens.")] = firms.PORT,
    bind: Annotated[
        str, typer.Option(help="The address listened on. Another than this machine's own wants --open.")
    ] = "127.0.0.1",
    seed: Annotated[int | None, typer.Option(envvar="DINGDAN_SANDBOX_SEED", help="The same seed, the same faults.")] = None,
    fault: Annotated[
        list[str] | None, typer.Option(help="How often something goes wrong: timeout_after=0.1. May be repeated.")
    ] = None,
    is_open: Annotated[bool, typer.Option("--open", help="Listen to and send to other machines too. For trials only.")] = False,
) -> None:
    """Stand in for Stripe, WeChat Pay, Alipay and PayPal: their APIs and their pages, and no money. `demo` starts it by itself.

    What they remember is kept in DINGDAN_DATA/sandbox. docs/sandbox.md tells how to point an adapter there, and what can be made
    to go wrong. Prints `sandbox: http://…` when it serves, and ends with Ctrl-C.

    Example: `dingdan sandbox --seed 7 --fault timeout_after=0.1 --fault notice_dropped=0.05`
    """
    rates = fault or environment.names("DINGDAN_SANDBOX_FAULTS")
    firms.run(address=bind, port=port, seed=seed, rates=rates, is_open=is_open, out=out)


@app.command()
def audit(
    *,
    since_checkpoint: Annotated[
        bool, typer.Option("--since-checkpoint", help="Only what happened since the last audit in full that found nothing.")
    ] = False,
    processes: Annotated[
        int | None, typer.Option("--processes", min=1, help="How many work at once; as processors if not said.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Replay all laws over all data: balances, reservations, ledgers, states.

    Silence and exit code 0 when all laws hold; one line per breach and exit code 1 when not. An audit that finds nothing keeps
    a checkpoint. From there `--since-checkpoint` takes seconds: it replays the laws over what happened since, and says on
    standard error what it did not look at again.
    """
    with up_to_date():
        from dingdan.config import auditing

        said = auditing.since_checkpoint(say) if since_checkpoint else auditing.in_full(err, processes)
        lines = []
        for line in said:
            lines.append(line)
            if not as_json:
                out(line)
    if as_json:
        out(database.as_json({"breaches": lines}))
    raise typer.Exit(NO if lines else 0)


@app.command()
def renew_board(
    *,
    counts_only: Annotated[bool, typer.Option("--counts-only", help="Leave the rows; only count them anew: seconds.")] = False,
    as_json: Json = False,
) -> None:
    """Make the board anew: the list of orders, what they are found by, and how many there are of a kind.

    The board follows the books by itself. This is for when `dingdan audit` says that its counts are wrong, or a row looks old.
    Safe while the shop runs: rows are written some hundreds at a time, and whoever wants to write them waits that long.

    Example: `dingdan renew-board --counts-only`
    """
    with up_to_date():
        from dingdan.config import board

        done = board.renew(err, counts_only=counts_only)
    if as_json:
        out(database.as_json(done))
    else:
        say(f"{done['rows']} rows written, {done['wrong_counts']} counts mended")


@app.command()
def renew_rollups(*, as_json: Json = False) -> None:
    """Make the sums by day anew, from which the first page and all reports are read.

    They follow the books by themselves. This is for when `dingdan audit` says that one of them is wrong. Safe while the shop
    runs: orders are counted some hundreds at a time, and money and tax in one go at the end.

    Example: `dingdan renew-rollups`
    """
    with up_to_date():
        from dingdan.config import rollups

        done = rollups.renew(err)
    if as_json:
        out(database.as_json(done))
    else:
        say(f"{done['orders']} orders counted anew")


@app.command()
def create_user(
    email: Annotated[str, typer.Argument(help="The address to sign in with.")],
    *,
    role: Annotated[list[str] | None, typer.Option(help="owner, sales, warehouse, accounting, catalog, or one of yours.")] = None,
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")] = False,
    generate: Annotated[bool, typer.Option("--generate", help="Make a password and print it.")] = False,
) -> None:
    """Let a person sign in. Asks for a password unless told where it comes from.

    The same address again sets a new password and new roles: this is also the way back in for an owner who forgot it.

    Example: `dingdan create-user amy@example.org --role sales --role warehouse`
    """
    if generate:
        password = secrets.token_urlsafe(12)
    elif password_stdin:
        password = sys.stdin.readline().rstrip("\n")
    else:
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    with up_to_date():
        from dingdan.config import people

        made = people.create_user(email, password=password, roles=tuple(role or ["owner"]))
    say(f"{email} may sign in" if made else f"{email} has a new password and roles")
    if generate:
        out(password)


@app.command()
def create_api_key(
    name: Annotated[str, typer.Argument(help="What the key is for, for example: till")],
    *,
    scope: Annotated[list[str] | None, typer.Option(help="What it may do: orders.place_order, orders.*, or * (default).")] = None,
    days: Annotated[int | None, typer.Option(help="For how long; for good when not given.", min=1, max=3650)] = None,
    as_json: Json = False,
) -> None:
    """Give a program a key for the API. It is printed once and never again: only a digest of it is kept.

    Example: `curl -H "Authorization: Bearer $(dingdan create-api-key till)" http://127.0.0.1:8000/api/v1/orders`
    """
    with up_to_date():
        from dingdan.config import people

        token = people.create_api_key(name, scopes=tuple(scope or ["*"]), days=days)
    out(database.as_json({"name": name, "token": token}) if as_json else token)


Said = str | None


@app.command()
def set_shop(
    *,
    name: Annotated[Said, typer.Option(help="What customers call the shop.")] = None,
    legal_name: Annotated[Said, typer.Option(help="Who it is by law.")] = None,
    country: Annotated[Said, typer.Option(help="Two letters, such as TW.")] = None,
    street: Annotated[Said, typer.Option(help="Street and number.")] = None,
    postal_code: Annotated[Said, typer.Option()] = None,
    city: Annotated[Said, typer.Option()] = None,
    district: Annotated[Said, typer.Option(help="Part of the city, where addresses have it.")] = None,
    region: Annotated[Said, typer.Option(help="Province, state, or city above the district (TW, CN).")] = None,
    email: Annotated[Said, typer.Option(help="Where customers write to; answers to mails go there.")] = None,
    phone: Annotated[Said, typer.Option()] = None,
    website: Annotated[Said, typer.Option()] = None,
    tax_number: Annotated[Said, typer.Option(help="What the tax office calls the shop.")] = None,
    vat_number: Annotated[Said, typer.Option(help="VAT number of the EU or the UK; its digits are checked.")] = None,
    registration_number: Annotated[Said, typer.Option(help="Of the company, in its register.")] = None,
    iban: Annotated[Said, typer.Option(help="Where to pay; its digits are checked.")] = None,
    account_number: Annotated[Said, typer.Option(help="Where to pay, where there are no IBANs.")] = None,
    bank_code: Annotated[Said, typer.Option(help="Sort code, routing number, code of the bank.")] = None,
    bic: Annotated[Said, typer.Option(help="The bank's BIC (SWIFT code).")] = None,
    bank_name: Annotated[Said, typer.Option()] = None,
    bank_holder: Annotated[Said, typer.Option(help="Whose account it is, if not the shop's.")] = None,
    footer: Annotated[Said, typer.Option(help="A line at the foot of invoices.")] = None,
    language: Annotated[Said, typer.Option(help="en, zh-Hant, zh-Hans …")] = None,
    time_zone: Annotated[Said, typer.Option(help="Such as Asia/Taipei.")] = None,
    currency: Annotated[Said, typer.Option(help="Such as TWD; only until something is in the books.")] = None,
    as_json: Json = False,
) -> None:
    """Say who the shop is: what stands on invoices and in mails, and where money is sent. Then tell how it is now.

    What is not given stays; `""` empties it. Channels go along in currency, language and time zone where they had the shop's.

    Example: `dingdan set-shop --legal-name "Amy Wong Ceramics Ltd" --iban "GB82 WEST 1234 5698 7654 32"`
    """
    given = {name: text for name, text in locals().items() if isinstance(text, str)}
    with up_to_date():
        from dingdan.config import shop

        changed = shop.set_shop(given) if given else ()
        facts = shop.shop_facts()
    if given:
        say(f"changed: {', '.join(changed)}" if changed else "nothing to change")
    out(database.as_json(facts) if as_json else "\n".join(f"{name}: {text}" for name, text in facts.items()))


@app.command()
def ticket_report(
    *,
    by: Annotated[str, typer.Option(help="topic, owner or week.")] = "topic",
    weeks: Annotated[int, typer.Option(help="Of how many weeks back tickets are counted.", min=1, max=520)] = 12,
    as_json: Json = False,
) -> None:
    """Tell how well tickets are looked after, as a table for a spreadsheet (CSV): times, lateness, satisfaction.

    Example: `dingdan ticket-report --by week > tickets.csv`
    """
    with up_to_date():
        from dingdan.config import tickets

        table, rows = tickets.ticket_report(by, weeks=weeks)
    out(database.as_json({"rows": rows}) if as_json else table.rstrip())


@reviews.command("try")
def try_rules(
    *,
    rule: Annotated[list[str] | None, typer.Option(help="Code of a rule, paused or not. Default: those that are active.")] = None,
    orders: Annotated[int, typer.Option(help="On how many of the last orders.", min=1, max=10_000)] = 1000,
    as_json: Json = False,
) -> None:
    """Say what rules of the review would have done with past orders. Nothing is written.

    Make a rule (it is paused), try it, and activate it when it does what you want.

    Example: `dingdan review try --rule large --rule twice --orders 10000`
    """
    with up_to_date():
        from dingdan.config import trying
        from dingdan.integrations.importers.progress import Watch

        with Watch(err).task("orders looked at", orders) as step:
            told = trying.try_rules(rule or (), orders, step=step)
    out(database.as_json(told.as_dict()) if as_json else "\n".join(told.lines()))


@app.command()
def change_orders(
    kind: Annotated[str, typer.Argument(help="Such as replace_article, remove_article, cancel, hold_order, give_discount.")],
    values: Annotated[list[str] | None, typer.Argument(help="What goes with it, as NAME=VALUE.")] = None,
    *,
    orders: Annotated[list[str] | None, typer.Option(help="Numbers of orders, with commas between them.")] = None,
    filter: Annotated[list[str] | None, typer.Option(help="NAME=VALUE, as in the list of orders; several must all fit.")] = None,  # noqa: A002
    dry_run: Annotated[bool, typer.Option("--dry-run/--do", help="Only say what would come of it, or do it.")] = True,
    csv: Annotated[Path | None, typer.Option(help="Write what became of each order into this file.")] = None,
    as_json: Json = False,
) -> None:
    """Change up to 10,000 orders alike. Without --do nothing is changed: it says what would come of it, order by order.

    Kinds and what goes with them are those of the API (`POST /api/v1/orders/{order_id}/changes`), amounts in minor units. A
    filter is q, state, payment_status, fulfillment_status, channel, customer, sku, tag, placed_from or placed_before. Ctrl-C
    stops it; what was done stays done.

    Example: `dingdan change-orders replace_article old_sku=TEA sku=TEA-2 --filter sku=TEA --filter state=placed --do`
    """
    with up_to_date():
        from dingdan.config import changing
        from dingdan.integrations.importers.progress import Watch
        from dingdan.kernel.errors import Refusal

        try:
            what = changing.asked(kind, values or (), orders=orders or (), filters=filter or ())
            with Watch(err).task("orders", len(what.order_ids)) as step:
                done = changing.change_many(what, is_dry=dry_run, step=step)
        except (changing.AskedWrongly, Refusal) as wrong:
            say(str(wrong))
            raise typer.Exit(ASKED_WRONGLY) from None
        if csv:
            with csv.open("w", encoding="utf-8", newline="") as file:
                done.write(file)
        out(database.as_json(done.as_dict()) if as_json else "\n".join(done.lines()))
    raise typer.Exit(NO if done.refused else 0)


@app.command()
def backup(
    file: Annotated[Path | None, typer.Argument(help="Where to. Default: a new file under DINGDAN_DATA/backups.")] = None,
    *,
    as_json: Json = False,
) -> None:
    """Write the whole database into one file, while everything goes on running.

    The file is PostgreSQL's own custom format: `dingdan restore` reads it, and so does pg_restore.
    """
    with database.held(say) as url:
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
    with database.held(say) as url:
        database.restore(url, file, force=force)
    say(f"restored from {file}")


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def shell(context: typer.Context) -> None:
    """Open psql on the database; further arguments go to psql.

    Example: `dingdan shell -c "SELECT count(*) FROM orders_order"`
    """
    with database.held(say) as url:
        code = database.shell(url, context.args)
    raise typer.Exit(code)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; faults that have a remedy are one sentence, not a traceback."""
    try:
        app(arguments)
    except (environment.Misconfigured, processes.PortTaken, database.NotEmpty) as fault:
        _end(str(fault), ASKED_WRONGLY)
    except (postgres.DatabaseUnavailable, psycopg.OperationalError) as fault:
        _end(f"the database is not to be had: {fault}", NO_DATABASE)
    except subprocess.CalledProcessError as fault:
        _end(f"{Path(str(fault.cmd[0] if isinstance(fault.cmd, list) else fault.cmd)).name} failed", NO)
    except Exception as fault:
        if not hasattr(fault, "advice"):
            raise
        _end(str(fault), NO)  # a refusal: its class is known only once Django runs


def _end(text: str, code: int) -> NoReturn:
    say(text)
    sys.exit(code)
