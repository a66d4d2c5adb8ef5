"""`dingdan import …`: what you have elsewhere, and what banks and carriers send."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from dingdan.config import database, environment

imports = typer.Typer(help="Bring over what you have elsewhere: `dingdan import orders FILE`.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="Answer with one line of JSON on standard output.")]


@imports.command("orders")
def import_orders(
    file: Annotated[Path, typer.Argument(help="The file, or (olist) the folder of tables; .gz is read as it is.", exists=True)],
    *,
    format_: Annotated[str, typer.Option("--format", help="csv (also XLSX), online-retail or olist.")] = "csv",
    mapping: Annotated[Path | None, typer.Option(help="For csv: which column is what (TOML or JSON).", exists=True)] = None,
    create_products: Annotated[
        bool, typer.Option("--create-products", help="For csv: write articles down that are not in the catalog.")
    ] = False,
    until: Annotated[datetime | None, typer.Option(help="For online-retail: the last day.", formats=["%Y-%m-%d"])] = None,
    channel: Annotated[str, typer.Option(help="Code of the channel. Default: web; olist makes one of its own.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what would happen; write nothing.")] = False,
    exceptions: Annotated[
        Path | None, typer.Option(help="Where to list what was not taken. Default: under DINGDAN_DATA/imports.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Bring over orders from elsewhere, with their own times. They send no mails and meet no deadlines.

    Run it again after it was interrupted: what is there is not brought over twice. Nothing is dropped in silence: what
    cannot be taken is listed with its line and the reason, and the exit code is 1.

    Example: `dingdan import orders online_retail.csv.gz --format online-retail`
    """
    from dingdan.config import cli

    with cli.up_to_date():
        from dingdan.automation.setup import default_tenant
        from dingdan.integrations.importers.running import ImportRequest, UnreadableFile, run
        from dingdan.kernel.tenancy import tenant_scope

        request = ImportRequest(
            file=file, format=format_, mapping=mapping, create_products=create_products, until=until.date() if until else None,
            channel=channel, dry_run=dry_run,
            exceptions=exceptions or environment.data_folder() / "imports" / f"{file.resolve().name}.exceptions.csv",
        )  # fmt: skip
        tenant = default_tenant()
        try:
            with tenant_scope(tenant.id):
                report = run(tenant, request, cli.err)
        except UnreadableFile as fault:
            cli.say(str(fault))
            raise typer.Exit(cli.ASKED_WRONGLY) from fault
    if as_json:
        cli.out(database.as_json(report.as_dict()))
    else:
        cli.say(str(report))
    raise typer.Exit(0 if report.complete else cli.NO)


@imports.command("gift-cards")
def import_gift_cards(
    file: Annotated[Path, typer.Argument(help="A table: code, balance and perhaps expires.", exists=True)],
    *,
    currency: Annotated[str, typer.Option(help="Of the balances. Default: the shop's.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what is wrong with the table; write nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Bring over gift cards of a former system, with the codes that they have. Of a code only a digest is kept.

    Run it again after it was interrupted: what is there is not brought over twice. What cannot be taken is named by its line,
    and the exit code is 1. The money on the cards stands in the account brought_over until your accountant's opening entry.

    Example: `dingdan import gift-cards cards.csv`
    """
    from dingdan.config import cli

    with cli.up_to_date():
        from dingdan.automation.setup import default_tenant
        from dingdan.integrations.importers.findings import UnreadableFile
        from dingdan.integrations.importers.gift_cards import bring_over
        from dingdan.kernel.tenancy import tenant_scope

        tenant = default_tenant()
        try:
            with tenant_scope(tenant.id):
                report = bring_over(file, tenant, currency=currency.upper(), dry_run=dry_run)
        except UnreadableFile as fault:
            cli.say(str(fault))
            raise typer.Exit(cli.ASKED_WRONGLY) from fault
    if as_json:
        cli.out(database.as_json(report.as_dict()))
    else:
        cli.say(str(report))
    raise typer.Exit(0 if report.complete else cli.NO)


@imports.command("register")
def import_register(
    register: Annotated[str, typer.Argument(help="products, prices, customers, channels … (a wrong name lists them all).")],
    file: Annotated[Path, typer.Argument(help="CSV or XLSX, as the back office exports it.", exists=True, dir_okay=False)],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what would change; write nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Write the rows of a table into a register: new ones are made, those that differ are changed, the others left alone.

    Headers in English and Chinese are understood. What cannot be taken is named by its line, and the exit code is 1.

    Example: `dingdan import register products goods.xlsx --dry-run`
    """
    from dingdan.config import cli

    with cli.up_to_date():
        from dingdan.automation.setup import default_tenant
        from dingdan.integrations.importers.findings import UnreadableFile
        from dingdan.integrations.importers.progress import Watch
        from dingdan.integrations.importers.registers import REGISTERS
        from dingdan.integrations.importers.registers.bringing import bring
        from dingdan.kernel.tenancy import tenant_scope

        if register not in REGISTERS:
            cli.say(f"There is no register {register}. Choose one of: {', '.join(REGISTERS)}.")
            raise typer.Exit(cli.ASKED_WRONGLY)
        tenant = default_tenant()
        try:
            with tenant_scope(tenant.id), Watch(cli.err).task(register, 0) as step:
                report = bring(file, register, tenant, dry_run=dry_run, step=step)
        except UnreadableFile as fault:
            cli.say(str(fault))
            raise typer.Exit(cli.ASKED_WRONGLY) from fault
    if as_json:
        cli.out(database.as_json(report.as_dict()))
    else:
        cli.say(str(report))
    raise typer.Exit(0 if report.complete else cli.NO)


@imports.command("statement")
def import_statement(
    file: Annotated[
        Path, typer.Argument(help="camt.052, camt.053, camt.054, MT940 or CSV; also zipped.", exists=True, dir_okay=False)
    ],
    *,
    account: Annotated[str, typer.Option(help="For a table that does not say it: whose account, as IBAN or number.")] = "",
    currency: Annotated[str, typer.Option(help="For a table that does not say it.")] = "",
    format_: Annotated[str, typer.Option("--format", help="auto, camt, mt940 or csv.")] = "auto",
    mapping: Annotated[str, typer.Option(help="For a table: code of a saved mapping. Default: guessed from the header.")] = "",
    as_json: Json = False,
) -> None:
    """Bring in a bank statement: payments that are certain are booked, the others get proposals.

    A file, or a line, that comes twice is taken once. Run it again after it was interrupted: it goes on where it stopped.

    Example: `dingdan import statement camt053.zip`
    """
    from dingdan.config import cli

    with cli.up_to_date():
        from dingdan.config import statements
        from dingdan.integrations.importers.progress import Watch

        told = statements.import_statement(file, (format_, account, currency, mapping), Watch(cli.err))
    cli.out(database.as_json(told.as_dict()) if as_json else "\n".join(told.lines_for_people()))


@imports.command("cod")
def import_cod(
    file: Annotated[Path, typer.Argument(help="The carrier's list, as CSV or XLSX.", exists=True, dir_okay=False)],
    *,
    carrier: Annotated[str, typer.Option(help="The carrier's code, such as sf-express.")],
    currency: Annotated[str, typer.Option(help="Of all amounts. Default: the shop's.")] = "",
    as_json: Json = False,
) -> None:
    """Bring in what a carrier collected on delivery, kept as its fee, and passed on.

    Columns: tracking number or order, collected, and perhaps fee and paid out. What does not fit is in the exception queue.

    Example: `dingdan import cod remittance.xlsx --carrier sf-express`
    """
    from dingdan.config import cli

    with cli.up_to_date():
        from dingdan.config import statements
        from dingdan.integrations.importers.findings import UnreadableFile

        try:
            told = statements.import_cod(file, carrier=carrier, currency=currency)
        except UnreadableFile as fault:
            cli.say(str(fault))
            raise typer.Exit(cli.ASKED_WRONGLY) from fault
    cli.out(database.as_json(told.as_dict()) if as_json else "\n".join(told.lines()))
    raise typer.Exit(cli.NO if told.unreadable else 0)
