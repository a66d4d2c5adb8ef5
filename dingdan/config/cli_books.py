"""The bookkeeper's part of the command line: `dingdan export journal`, `report`, `close-day`, `fetch-bills`."""

import sys
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from dingdan.config import database

books = typer.Typer()
exports = typer.Typer(help="Take along what other programs read: `dingdan export journal`.", no_args_is_help=True)
books.add_typer(exports, name="export")
Json = Annotated[bool, typer.Option("--json", help="Answer with one line of JSON on standard output.")]
Day = Annotated[
    datetime | None, typer.Option(help="By the shop's clock, such as 2026-11-23. Default: yesterday.", formats=["%Y-%m-%d"])
]


@exports.command("journal")
def export_journal(
    *,
    since: Annotated[datetime, typer.Option("--from", help="The first day.", formats=["%Y-%m-%d"])],
    until: Annotated[datetime, typer.Option("--to", help="The last day; it is in it.", formats=["%Y-%m-%d"])],
    format_: Annotated[
        str, typer.Option("--format", help="csv, beancount, hledger, xero, quickbooks, kingdee or kingdee-csv.")
    ] = "csv",
    currency: Annotated[str, typer.Option(help="Only this one; some programs take one at a time.")] = "",
    by_day: Annotated[bool, typer.Option("--by-day", help="The postings of each day added up.")] = False,
    file: Annotated[Path | None, typer.Option(help="Where to. Default: standard output.")] = None,
) -> None:
    """Write the journal of some days for accountants. The same days give the same bytes.

    Example: `dingdan export journal --from 2026-11-01 --to 2026-11-30 --format beancount --file november.beancount`
    """
    from dingdan.config import cli

    with cli.up_to_date():
        from dingdan.config import closing
        from dingdan.kernel.errors import Refusal

        try:
            pieces = closing.journal(format_, since=since.date(), until=until.date(), currency=currency, by_day=by_day)
        except Refusal as refusal:
            cli.say(str(refusal))
            raise typer.Exit(cli.ASKED_WRONGLY) from None
        with file.open("wb") if file else nullcontext(sys.stdout.buffer) as target:
            for piece in pieces:
                target.write(piece)


@exports.command("register")
def export_register(
    register: Annotated[str, typer.Argument(help="products, prices, wordings … (a wrong name lists them all).")],
    file: Annotated[Path, typer.Argument(help="Where to: a name that ends in .csv or .xlsx.", dir_okay=False)],
) -> None:
    """Write a register as a table, as `dingdan import register` reads it in again.

    Example: `dingdan export register wordings wordings.xlsx`
    """
    from dingdan.config import cli

    with cli.up_to_date():
        from dingdan.automation.setup import default_tenant
        from dingdan.integrations.importers.registers import REGISTERS
        from dingdan.integrations.importers.registers.files import exported
        from dingdan.kernel.tenancy import tenant_scope

        form = file.suffix.lower().removeprefix(".")
        if register not in REGISTERS or form not in ("csv", "xlsx"):
            cli.say(f"Choose one of: {', '.join(REGISTERS)}; and a file that ends in .csv or .xlsx.")
            raise typer.Exit(cli.ASKED_WRONGLY)
        with tenant_scope(default_tenant().id), file.open("wb") as target:
            for piece in exported(REGISTERS[register](), form):
                target.write(piece)


@books.command()
def report(
    name: Annotated[str, typer.Argument(help="Such as sales-by-day; without one all of them are listed.")] = "",
    *,
    first: Annotated[datetime | None, typer.Option("--from", help="The first day.", formats=["%Y-%m-%d"])] = None,
    last: Annotated[datetime | None, typer.Option("--to", help="The last day; it is in it.", formats=["%Y-%m-%d"])] = None,
    period: Annotated[str, typer.Option(help="today, yesterday, 7-days, 28-days, last-month, this-year …")] = "",
    currency: Annotated[str, typer.Option(help="Default: the shop's own.")] = "",
    channel: Annotated[str, typer.Option(help="Code of a channel. Default: all.")] = "",
    format_: Annotated[str, typer.Option("--format", help="csv or xlsx.")] = "csv",
    file: Annotated[Path | None, typer.Option(help="Where to. Default: standard output.")] = None,
) -> None:
    """Write a report of the shop as a table for a spreadsheet. Without days: of the last four weeks.

    Example: `dingdan report sales-by-day --from 2026-11-01 --to 2026-11-30 --file november.csv`
    """
    from dingdan.config import cli

    with cli.up_to_date():
        from dingdan.config import reports
        from dingdan.kernel.errors import Refusal

        if not name:
            cli.out("\n".join(reports.names()))
            return
        said: dict[str, Any] = {"preset": period, "channel": channel}
        said |= {"first": first.date() if first else None, "last": last.date() if last else None}
        try:
            written = reports.report(name, form=format_, currency=currency.upper(), **said)
        except Refusal as refusal:
            cli.say(str(refusal))
            raise typer.Exit(cli.ASKED_WRONGLY) from None
        with file.open("wb") if file else nullcontext(sys.stdout.buffer) as target:
            target.write(written)


@books.command()
def close_day(
    *,
    day: Day = None,
    currency: Annotated[list[str] | None, typer.Option(help="Only these. Default: all that the shop uses.")] = None,
    counted: Annotated[
        str | None, typer.Option(help="What was counted in the cash boxes, such as 125.50; wants one --currency.")
    ] = None,
    note: Annotated[str, typer.Option(help="Why what is open may stay open; without it nothing may.")] = "",
    reopen: Annotated[bool, typer.Option("--reopen", help="Open the day again instead; wants a --note that says why.")] = False,
    as_json: Json = False,
) -> None:
    """Close a day: write down what it opened with, what moved, and what every account held in the end.

    What is open is told line by line and the exit code is 1, unless a note says why it may stay so.

    Example: `dingdan close-day --day 2026-11-23 --currency GBP --counted 125.50`
    """
    from dingdan.config import cli

    with cli.up_to_date():
        from dingdan.config import closing

        told = closing.close_day(
            day.date() if day else None, currencies=tuple(currency or ()), counted=counted, note=note, reopen=reopen
        )
    cli.out(database.as_json([one.as_dict() for one in told]) if as_json else "\n".join(one.line() for one in told))
    raise typer.Exit(cli.NO if any(one.problem for one in told) else 0)


@books.command()
def fetch_rates(*, as_json: Json = False) -> None:
    """Fetch the list of rates that DINGDAN_RATES_FROM names: eurofxref-daily.xml of the European Central Bank, or a table.

    Rates are for showing amounts in other currencies; nothing is charged or posted at one. The worker fetches the list every
    hour by itself. A list that was taken in changes nothing.

    Example: `DINGDAN_RATES_FROM=https://www.ecb.europa.eu/stats/eurofxref/eurofxref-daily.xml dingdan fetch-rates`
    """
    from dingdan.config import cli

    with cli.up_to_date():
        from dingdan.config import rates

        told = rates.fetch()
    cli.out(database.as_json(told.as_dict()) if as_json else told.line())
    raise typer.Exit(cli.NO if told.problem else 0)


@books.command()
def fetch_bills(
    *,
    day: Day = None,
    gateway: Annotated[str, typer.Option(help="Code of one gateway. Default: all that make bills.")] = "",
    as_json: Json = False,
) -> None:
    """Fetch the bills of gateways now and hold them against the books. The worker does it every hour by itself.

    A bill that is here is fetched again: its lines are kept once. Exit code 1 where one is not there, or differs.

    Example: `dingdan fetch-bills --day 2026-11-23`
    """
    from dingdan.config import cli

    with cli.up_to_date():
        from dingdan.config import closing

        told = closing.fetch_bills(day.date() if day else None, gateway=gateway)
    cli.out(database.as_json([one.as_dict() for one in told]) if as_json else "\n".join(one.line() for one in told))
    raise typer.Exit(cli.NO if any(one.problem for one in told) else 0)
