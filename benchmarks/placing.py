"""Placing orders of two lines: one at a time, fifty at a time, and the least that any system must write for one."""

from __future__ import annotations

import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import psycopg
from django.db import connection

from dingdan.automation.setup import create_tenant
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import SYSTEM, Call
from dingdan.kernel.tenancy import tenant_scope
from dingdan.ledgers.inventory.commands import StockChange, receive_stock
from dingdan.masterdata.catalog.commands import save_products
from dingdan.masterdata.catalog.rules import ProductDraft, VariantDraft
from dingdan.masterdata.channels.queries import all_channels
from dingdan.trade.orders.commands import place_orders
from dingdan.trade.orders.rules import Person, PlaceOrder, WantedLine

ARTICLES = 200
BATCH = 50

_LEAST = """
CREATE TABLE least_stock (id int PRIMARY KEY, on_hand int NOT NULL, reserved int NOT NULL CHECK (reserved BETWEEN 0 AND on_hand));
CREATE TABLE least_order (id uuid PRIMARY KEY, number text UNIQUE, key text UNIQUE, contact jsonb, total bigint, at timestamptz);
CREATE TABLE least_line (id uuid PRIMARY KEY, order_id uuid REFERENCES least_order, article int, quantity int, price bigint);
CREATE TABLE least_hold (id uuid PRIMARY KEY, order_id uuid, article int, quantity int);
CREATE TABLE least_due (id uuid PRIMARY KEY, order_id uuid REFERENCES least_order, amount bigint);
CREATE TABLE least_event (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body jsonb);
INSERT INTO least_stock SELECT n, 1000000000, 0 FROM generate_series(0, 199) AS n;
"""


class Shop:
    """A shop with two hundred articles and no end of stock."""

    def __init__(self, url: str) -> None:
        self.tenant = create_tenant("bench", "Bench")
        self.url = url
        self.count = 0
        with psycopg.connect(url, autocommit=True) as raw:
            raw.execute(_LEAST)
        with tenant_scope(self.tenant.id):
            skus = [f"A{number}" for number in range(ARTICLES)]
            save_products.many(
                [(self.call(), ProductDraft(slug=sku.lower(), name=sku, variants=(VariantDraft(sku=sku),))) for sku in skus]
            )
            receive_stock(self.call(), lines=tuple(StockChange(sku, 10**8) for sku in skus))
            self.channel = all_channels()[0]

    def call(self) -> Call:
        return Call(tenant_id=self.tenant.id, actor=SYSTEM, key=str(new_id()))

    def wanted(self) -> PlaceOrder:
        self.count += 1
        skus = (f"A{self.count % 100}", f"A{100 + self.count * 7 % 100}")
        return PlaceOrder(
            channel_id=self.channel.id,
            currency=self.channel.currency,
            lines=tuple(WantedLine(sku=sku, quantity=1, unit_price=Decimal(2990)) for sku in skus),
            ship_to=Person(name="A", email="a@example.com", country="GB", address={"city": "London"}),
        )


def _rate(work: Callable[[], int], seconds: float) -> float:
    work()
    done, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        done += work()
    return done / (time.perf_counter() - start)


def one(shop: Shop, seconds: float) -> float:
    """One order per transaction, one after the other, through the command."""

    def work() -> int:
        place_orders.one(shop.call(), shop.wanted())
        return 1

    return _rate(work, seconds)


def fifty(shop: Shop, seconds: float) -> float:
    """Fifty orders per transaction, through the command."""

    def work() -> int:
        return len(place_orders.many([(shop.call(), shop.wanted()) for _ in range(BATCH)]))

    return _rate(work, seconds)


def least(shop: Shop, seconds: float) -> float:
    """The least that must be written for one order, one transaction each, over one connection."""
    with psycopg.connect(shop.url, prepare_threshold=0) as raw:

        def work() -> int:
            shop.count += 1
            order = new_id()
            articles = (shop.count % 100, 100 + shop.count * 7 % 100)
            with raw.transaction(), raw.cursor() as cursor:
                for article in articles:
                    cursor.execute("UPDATE least_stock SET reserved = reserved + 1 WHERE id = %s", [article])
                cursor.execute(
                    'INSERT INTO least_order VALUES (%s, %s, %s, \'{"name": "A"}\', 5980, now())', [order, str(order), str(order)]
                )
                for article in articles:
                    cursor.execute("INSERT INTO least_line VALUES (%s, %s, %s, 1, 2990)", [new_id(), order, article])
                    cursor.execute("INSERT INTO least_hold VALUES (%s, %s, %s, 1)", [new_id(), order, article])
                cursor.execute("INSERT INTO least_due VALUES (%s, %s, 5980)", [new_id(), order])
                cursor.execute("INSERT INTO least_event (body) VALUES ('{\"x\": 1}')")
            return 1

        return _rate(work, seconds)


WAYS: dict[str, Callable[[Shop, float], float]] = {"least": least, "one at a time": one, "fifty at a time": fifty}


def statements(shop: Shop) -> dict[str, float]:
    """Statements that reach the server for one order, BEGIN and COMMIT included: alone, and within fifty."""
    return {
        "statements, alone": _counted(lambda: place_orders.one(shop.call(), shop.wanted())),
        "statements, of fifty": _counted(lambda: place_orders.many([(shop.call(), shop.wanted()) for _ in range(BATCH)])) / BATCH,
    }


def _counted(work: Callable[[], Any]) -> float:
    count = 2  # BEGIN and COMMIT go past Django's wrappers

    def wrapper(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        nonlocal count
        count += 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        work()
    return float(count)
