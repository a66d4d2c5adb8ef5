"""Bank statements and remittance lists as the command line takes them."""

from __future__ import annotations

from pathlib import Path

from dingdan.automation.setup import default_tenant
from dingdan.integrations.importers.cod_list import CodReport, import_cod_list
from dingdan.integrations.importers.progress import Watch
from dingdan.integrations.statements.importing import Imported, import_file
from dingdan.integrations.statements.reading import FORMATS, Asked
from dingdan.kernel.journal import SYSTEM, Actor, Call
from dingdan.kernel.models import Tenant
from dingdan.kernel.tenancy import tenant_scope
from dingdan.kernel.text import clean_code, one_of
from dingdan.trade.reconciliation import queries


def import_statement(file: Path, asked: tuple[str, str, str, str], watch: Watch, *, tenant: Tenant | None = None) -> Imported:
    """Import a file of statements into the shop. `asked`: format, account, currency, code of a mapping; all may be empty."""
    format_, account, currency, mapping = asked
    one_of(format_ or "auto", "format", FORMATS)
    shop = tenant or default_tenant()
    call = Call(tenant_id=shop.id, actor=Actor("import", "", SYSTEM.permissions))
    with tenant_scope(shop.id), file.open("rb") as opened, watch.task("bytes read", file.stat().st_size) as step:
        draft = queries.mapping(mapping) if mapping else None
        wanted = Asked(format=format_ or "auto", account=account, currency=currency, mapping=draft)
        read = 0

        def tell(_lines: int) -> None:
            nonlocal read
            step(opened.tell() - read)
            read = opened.tell()

        return import_file(opened, wanted, call=call, step=tell)


def import_cod(file: Path, *, carrier: str, currency: str, tenant: Tenant | None = None) -> CodReport:
    """Take a carrier's list of cash on delivery into the books of the shop. Raises `UnreadableFile`."""
    shop = tenant or default_tenant()
    call = Call(tenant_id=shop.id, actor=Actor("import", "", SYSTEM.permissions))
    with tenant_scope(shop.id):
        return import_cod_list(file, carrier=clean_code(carrier, "carrier", 32), currency=currency or shop.currency, call=call)
