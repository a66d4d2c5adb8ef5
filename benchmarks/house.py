"""The house to be measured: a database with its usual durability, a shop, and the web processes, all on loopback."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psutil
import psycopg

from dingdan.config import postgres
from dingdan.config.processes import health

if TYPE_CHECKING:
    from dingdan.kernel.journal import Call
    from dingdan.kernel.models import Tenant

ARTICLES: Final = 200
PLENTY: Final = 10**8
PROCESSES: Final = 2
ADDRESS: Final = "127.0.0.1"


@dataclass(frozen=True)
class House:
    """A database with a shop in it."""

    url: str
    data: Path
    tenant: Tenant
    token: str

    def call(self) -> Call:
        from dingdan.kernel.ids import new_id
        from dingdan.kernel.journal import SYSTEM, Call

        return Call(tenant_id=self.tenant.id, actor=SYSTEM, key=str(new_id()))

    @contextmanager
    def serving(self, processes: int = PROCESSES) -> Iterator[Web]:
        """So many web processes, until the end of the block."""
        port = free_port()
        environ = os.environ | {
            "DATABASE_URL": self.url,
            "DINGDAN_PORT": str(port),
            "DINGDAN_WEB_PROCESSES": str(processes),
            "DINGDAN_LOG_LEVEL": "WARNING",
        }
        process = subprocess.Popen([sys.executable, "-m", "dingdan.config.web"], env=environ, stdin=subprocess.DEVNULL)
        try:
            _wait(port, process)
            yield Web(f"http://{ADDRESS}:{port}", process)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)

    def copied(self, name: str) -> House:
        """The same house as it is now, in another database of the same server."""
        from django.db import connection, connections

        connection.close()
        connections["default"].close_pool()  # type: ignore[attr-defined] # a database is copied while nobody uses it
        here = psycopg.conninfo.conninfo_to_dict(self.url)
        with psycopg.connect(self.url, dbname="postgres", autocommit=True) as server:
            server.execute(f"CREATE DATABASE {name} TEMPLATE {here['dbname']}".encode())
        return replace(self, url=self.url.replace(f"/{here['dbname']}?", f"/{name}?"))


@dataclass(frozen=True)
class Web:
    """The web processes and where they answer."""

    address: str
    process: subprocess.Popen[bytes]

    def memory(self) -> float:
        """Resident MiB of the largest of them."""
        family = [psutil.Process(self.process.pid), *psutil.Process(self.process.pid).children(recursive=True)]
        return float(max(one.memory_info().rss for one in family)) / 2**20

    def cpu_seconds(self) -> float:
        """Processor time of all of them so far."""
        family = [psutil.Process(self.process.pid), *psutil.Process(self.process.pid).children(recursive=True)]
        return float(sum(sum(one.cpu_times()[:2]) for one in family))


@contextmanager
def opened() -> Iterator[House]:
    """A house in a folder of its own, which is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="dingdan-bench-") as folder:
        data = Path(folder)
        data.chmod(0o755)
        with postgres.running(data / "db", say=print) as url:
            os.environ |= {
                "DATABASE_URL": url, "DINGDAN_DATA": str(data), "DJANGO_SETTINGS_MODULE": "dingdan.config.settings",
                "DINGDAN_SECRET_KEY": secrets.token_hex(16),
            }  # fmt: skip
            import django
            from django.core.management import call_command

            django.setup()
            call_command("migrate", verbosity=0)
            yield _furnished(url, data)


def _furnished(url: str, data: Path) -> House:
    """A shop that sells two hundred articles."""
    from dingdan.automation.setup import ensure_defaults
    from dingdan.config.people import create_api_key

    tenant = ensure_defaults()
    house = House(url, data, tenant, create_api_key("bench", scopes=("*",)))
    furnish(house)
    return house


def furnish(house: House) -> None:
    """Put two hundred articles into the shop, with prices, tax and shipping."""
    from dingdan.kernel.tenancy import tenant_scope
    from dingdan.ledgers.inventory.commands import ReceiveStock, StockChange, receive_stock
    from dingdan.masterdata.catalog.commands import save_products
    from dingdan.masterdata.catalog.queries import variants_by_sku
    from dingdan.masterdata.catalog.rules import ProductDraft, VariantDraft
    from dingdan.masterdata.pricing.commands import save_price_list, save_shipping_method, save_tax_rate, set_prices
    from dingdan.masterdata.pricing.rules import PriceDraft, PriceListDraft, ShippingMethodDraft, ShippingRateDraft, TaxRateDraft

    tenant = house.tenant
    with tenant_scope(tenant.id):
        skus = [f"A{number}" for number in range(1, ARTICLES + 1)]
        drafts = [
            ProductDraft(slug=sku.lower(), name=sku, variants=(VariantDraft(sku=sku, name=f"Article {sku}"),)) for sku in skus
        ]
        save_products.many([(house.call(), draft) for draft in drafts])
        receive_stock.one(house.call(), ReceiveStock(lines=tuple(StockChange(sku, PLENTY) for sku in skus)))
        listed = save_price_list(house.call(), price_list=PriceListDraft(code="bench", name="Bench", currency=tenant.currency))
        prices = tuple(PriceDraft(variant_id=one.id, unit_price=Decimal(2990)) for one in variants_by_sku(skus).values())
        set_prices(house.call(), price_list_id=listed.price_list_id, prices=prices)
        save_tax_rate(house.call(), tax_rate=TaxRateDraft(country="GB", rate=Decimal("0.2"), name="VAT"))
        rates = (ShippingRateDraft(currency=tenant.currency, price=495),)
        save_shipping_method(
            house.call(), method=ShippingMethodDraft(code="parcel", name="Parcel", countries=("GB",), rates=rates)
        )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((ADDRESS, 0))
        return int(probe.getsockname()[1])


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 180
    while health(ADDRESS, port)[0] == 0:
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError("the web process does not come up")
        time.sleep(0.1)
