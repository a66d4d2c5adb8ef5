"""Shoppers who look at products, while others buy: how many pages a second, and that none of them says what was."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Final

from django.db import connections

from benchmarks import load
from benchmarks.figures import SECONDS, Figure
from benchmarks.house import House
from benchmarks.placing import wanted
from dingdan.kernel.tenancy import tenant_scope
from dingdan.masterdata.catalog.models import Product
from dingdan.masterdata.shop.commands import save_storefront
from dingdan.masterdata.shop.rules import StorefrontDraft
from dingdan.trade.orders.commands import place_orders

GOAL: Final = 1_000
WARMING: Final = 25.0
_SCRIPT: Final = """
local slugs = {{{slugs}}}
function init(arguments) math.randomseed(os.time()) end
wrk.headers["Accept-Encoding"] = "gzip, deflate, br"
function request() return wrk.format("GET", "/shop/p/" .. slugs[math.random(1, #slugs)] .. "/") end
"""


def figures(house: House) -> Iterator[Figure]:
    """S1, S2: product pages a second, all articles alike: of a quiet shop, and of one that takes orders meanwhile."""
    load.require_wrk()
    with tenant_scope(house.tenant.id):
        save_storefront(house.call(), storefront=StorefrontDraft(code="web"))
        slugs = list(Product.objects.order_by("id").values_list("slug", flat=True))
    with house.serving() as web:
        _looked(web.address, slugs, seconds=WARMING)  # every page is written once in every process
        quiet = _looked(web.address, slugs, seconds=SECONDS)
        ended, placed = Event(), list[int]()
        buyer = Thread(target=_buy, args=(house, ended, placed))
        buyer.start()
        busy = _looked(web.address, slugs, seconds=SECONDS)
        ended.set()
        buyer.join()
    yield Figure(name="S1", what="product pages of a quiet shop", unit="a second", value=quiet, goal=f">= {GOAL}")
    what = f"product pages while {len(placed) / SECONDS:.0f} orders a second are placed"
    yield Figure(name="S2", what=what, unit="a second", value=busy, goal=f">= {GOAL}")


def _looked(address: str, slugs: list[str], *, seconds: float) -> float:
    """Pages a second that 64 shoppers get, each looking at the next one when the last has come. Raises where any is no page."""
    script = _SCRIPT.format(slugs=", ".join(f'"{slug}"' for slug in slugs))
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        Path(file.name).write_text(script)
        command = ["wrk", "-t1", "-c64", f"-d{seconds:.0f}s", "-s", file.name, address]
        said = subprocess.run(command, check=True, capture_output=True, text=True)
    found = re.search(r"Requests/sec:\s+([0-9.]+)", said.stdout)
    if found is None or "Non-2xx" in said.stdout:
        raise RuntimeError(f"not every answer was a page:\n{said.stdout}{said.stderr}")
    return float(found[1])


def _buy(house: House, ended: Event, placed: list[int]) -> None:
    """Place an order after the other, until it is enough."""
    try:
        with tenant_scope(house.tenant.id):
            while not ended.is_set():
                place_orders.one(house.call(), wanted(len(placed)))
                placed.append(1)
    finally:
        connections.close_all()
