"""Books of a million orders: a pattern of a few hundred with their whole lives, multiplied by set-based SQL.

Every row of the pattern is copied so many times. A copy is the same row some hours later: ids keep their random part and move
in time (UUIDv7), so that what pointed to each other still does; times move with them, numbers go on where the pattern's ended.
What the pattern did to shared sums (stock, series of numbers) its copies do again. Two things are made by the program itself,
for it alone knows how: the journal, whose entries are chained by hash, and what an order is found by. Texts inside of events
keep the pattern's numbers; their ids are those of the copy.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.apps import apps
from django.db import connection, models, transaction

from benchmarks import found, journal, numbers, pattern
from benchmarks.house import House
from dingdan.insight.board.models import BoardCount, BoardRow
from dingdan.insight.rollups.upkeep import roll_buyers
from dingdan.kernel.ids import new_id
from dingdan.kernel.models import (
    EntrySubject,
    FeedCursor,
    FeedHead,
    FeedItem,
    FeedPending,
    JournalEntry,
    NumberSeries,
    RegisterVersion,
)
from dingdan.kernel.tenancy import TenantModel, tenant_scope
from dingdan.ledgers.inventory.models import Backlog, Balance, Holding
from dingdan.masterdata.customers.models import Customer

ORDERS: Final = int(os.environ.get("DINGDAN_BENCH_ORDERS", "1000000"))
PATTERN: Final = 500
YEARS: Final = timedelta(days=3 * 365)
AT_ONCE: Final = 50
"""Copies for a statement."""
BESIDE: Final = 3
"""Tables that are filled at once: the journal and what is searched by wait for Python, the others for PostgreSQL."""

Model = type[TenantModel]
Sums = dict[Model, dict[Any, tuple[int, ...]]]
SHARED: Final[dict[Model, tuple[str, ...]]] = {
    Balance: ("on_hand", "reserved"),
    Holding: ("on_hand", "allocated"),
    Backlog: ("owed",),
    NumberSeries: ("next",),
    FeedCursor: ("position",),
    BoardCount: ("orders",),
}
"""Sums that orders share."""
_ONCE: Final = (*SHARED, FeedHead, FeedItem, FeedPending, JournalEntry, RegisterVersion)
_NUMBERED: Final = (
    "number",
    "external_id",
    "external_number",
    "gateway_reference",
    "tracking_number",
    "email",
    "email_key",
    "phone",
)
_KEYS: Final = ("key", "message_id")
_LONG: Final = (BoardRow, EntrySubject)
"""What takes longest, and so begins first."""
Say = Callable[[str], None]


@dataclass(frozen=True)
class Growth:
    """A pattern that begins at an id, and how often and over which time it is copied."""

    tenant_id: UUID
    since: UUID
    marks: dict[Model, int]
    copies: int
    step: timedelta

    def later(self, copy: int) -> timedelta:
        """By how much the copy of that number (counted from 1) is later than the pattern: below zero, for all of it is past."""
        return self.step * (copy - 1 - self.copies)

    def slices(self) -> Iterator[tuple[int, int]]:
        """The first and the last of the copies that are made at once."""
        for first in range(1, self.copies + 1, AT_ONCE):
            yield first, min(first + AT_ONCE - 1, self.copies)


def grow(house: House, orders: int = ORDERS, *, pattern_of: int = PATTERN, say: Say = print) -> float:
    """Fill the books of the house with so many orders in all; returns how many seconds that took."""
    began = time.perf_counter()
    copies = max(0, orders // pattern_of - 1)
    with tenant_scope(house.tenant.id):
        regulars = pattern.prepare(house)
        since, marks, before = new_id(), _marks(), _sums()
        step = (YEARS / (copies + 1)) if copies else YEARS
        pattern.pattern(house, pattern_of, min(step, timedelta(days=30)), regulars)
        growth = Growth(house.tenant.id, since, marks, copies, timedelta(milliseconds=int(step / timedelta(milliseconds=1))))
        with _large_strides():
            for part, seconds in _parts(growth, before):
                say(f"{time.perf_counter() - began:7.0f} s  {part} ({seconds:.1f} s)")
    return time.perf_counter() - began


def _parts(growth: Growth, before: Sums) -> Iterator[tuple[str, float]]:
    """Do everything, some tables beside each other and the long ones first; yields what is done, and in how many seconds."""
    grown = sorted(_grown(growth), key=lambda model: model not in _LONG)
    work: list[tuple[str, Callable[[], None]]] = [("kernel_journalentry", partial(journal.copy, growth))]
    work += [(model._meta.db_table, partial(_copy, growth, model)) for model in grown]
    with ThreadPoolExecutor(BESIDE) as beside:
        asked = {beside.submit(copy_context().run, _timed, do): part for part, do in work}
        for done in as_completed(asked):
            yield asked[done], done.result()
    yield "shared sums", _timed(partial(_add, growth, before))
    yield "buyers", _timed(_count_buyers)
    yield "statistics", _timed(partial(_vacuum, grown))


def _count_buyers() -> None:
    """Copies of orders have the customers of the pattern, who bought more often now."""
    roll_buyers(Customer.objects.values_list("id", flat=True))


def _timed(do: Callable[[], None]) -> float:
    began = time.perf_counter()
    do()
    connection.close()
    return time.perf_counter() - began


@contextmanager
def _large_strides() -> Iterator[None]:
    """Let the server write the log for long between two checkpoints, and leave looking after tables to us, until all is there."""
    with connection.cursor() as cursor:
        for wish in ("SET max_wal_size = '16GB'", "SET checkpoint_timeout = '1h'", "SET autovacuum = off"):
            cursor.execute(f"ALTER SYSTEM {wish}")
        cursor.execute("SELECT pg_reload_conf()")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER SYSTEM RESET ALL")
            cursor.execute("SELECT pg_reload_conf()")


# ── what is copied ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def _all() -> Iterator[Model]:
    for model in apps.get_models():
        if issubclass(model, TenantModel) and model not in _ONCE:
            yield model


def _is_counted(model: Model) -> bool:
    return isinstance(model._meta.get_field("id"), models.BigAutoField)


def _marks() -> dict[Model, int]:
    """Where counted ids stand."""
    return {model: model.objects.aggregate(last=models.Max("id"))["last"] or 0 for model in _all() if _is_counted(model)}


def _sums() -> Sums:
    return {model: {row[0]: row[1:] for row in model.objects.values_list("id", *names)} for model, names in SHARED.items()}


def _grown(growth: Growth) -> list[Model]:
    """The tables in which the pattern left rows."""
    return [model for model in _all() if model.objects.filter(id__gt=growth.marks.get(model, growth.since)).exists()]


# ── copies ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────
def _copy(growth: Growth, model: Model) -> None:
    """All copies of the pattern's rows in one table, some copies a statement."""
    rows = model.objects.filter(id__gt=growth.marks.get(model, growth.since)).order_by("id")
    written = [field for field in model._meta.local_concrete_fields if not field.generated]
    columns = ", ".join(_column(field) for field in written)
    values = ", ".join(_value(field) for field in written)
    table = connection.ops.quote_name(model._meta.db_table)
    tokens = found.Tokens(growth) if model is BoardRow else None
    statement = f"""
        WITH row AS MATERIALIZED (
            SELECT {", ".join(part for field in written for part in _taken_apart(field))} FROM {table}
            WHERE tenant_id = %(tenant)s AND id BETWEEN %(from)s AND %(to)s ORDER BY id
        )
        INSERT INTO {table} ({columns}) SELECT {values}
        FROM (
            SELECT number, %(step)s * (number - 1 - %(copies)s) AS later
            FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS number
        ) AS copy
        CROSS JOIN row
        {tokens.join if tokens else ""}
        ORDER BY copy.number, row.id
    """
    params = {
        "tenant": growth.tenant_id, "step": growth.step // timedelta(milliseconds=1), "copies": growth.copies,
        "since": growth.since, "from": rows[0].id, "to": rows.reverse()[0].id, **_spans(rows, written),
    }  # fmt: skip
    with _without_indexes(table):
        for first, last in growth.slices():
            with loading() as cursor:
                if tokens:
                    tokens.write(cursor, range(first, last + 1))
                cursor.execute(statement, params | {"first": first, "last": last})
    if _is_counted(model):
        with connection.cursor() as cursor:
            sequence = f"pg_get_serial_sequence('{model._meta.db_table}', 'id')"
            cursor.execute(f"SELECT setval({sequence}, greatest(nextval({sequence}), %s))", [rows.reverse()[0].id])


@contextmanager
def loading() -> Iterator[Any]:
    """A transaction in which the database checks no key and keeps no history from being written: what is copied was checked."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SET LOCAL synchronous_commit = off")
        cursor.execute("SET LOCAL work_mem = '256MB'")
        yield cursor


_INDEXES: Final = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
WHERE indrelid = %s::regclass AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""


@contextmanager
def _without_indexes(table: str) -> Iterator[None]:
    """Many rows are written faster without the indexes that keep no law, which are made anew afterwards."""
    with connection.cursor() as cursor:
        cursor.execute(_INDEXES, [table])
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {name}")
        try:
            yield
        finally:
            cursor.execute("SET maintenance_work_mem = '1GB'")
            for _name, definition in indexes:
                cursor.execute(definition)


def _column(field: models.Field[Any, Any]) -> str:
    return connection.ops.quote_name(str(field.column))


def _is_id(field: models.Field[Any, Any]) -> bool:
    return field.db_type(connection) == "uuid" and field.attname != "tenant_id"


def _taken_apart(field: models.Field[Any, Any]) -> list[str]:
    """A column of the pattern, and the parts of it that copies put together anew: cut once for thousands of them."""
    column = _column(field)
    if _is_id(field):
        time = f"('x' || left({column}::text, 8) || substr({column}::text, 10, 4))::bit(48)::bigint"
        moves = f"{column} > %(since)s"
        return [
            column,
            f"CASE WHEN {moves} THEN {time} END AS {field.attname}_time",
            f"substr({column}::text, 15) AS {field.attname}_rest",
        ]
    if field.attname in _NUMBERED:
        parts = f"regexp_match({column}, '{numbers.LAST.pattern}')"
        return [
            column,
            f"({parts})[1] AS {field.attname}_before",
            f"({parts})[2]::bigint AS {field.attname}_number",
            f"({parts})[3] AS {field.attname}_behind",
        ]
    return [column]


def _value(field: models.Field[Any, Any]) -> str:
    """How a column of a copy is made of the pattern's."""
    name, column, kind = field.attname, f"row.{_column(field)}", field.db_type(connection) or ""
    if _is_id(field):  # a UUIDv7 of the pattern is moved in time; until the year 2527 its first digit is 0
        return f"coalesce(('0' || to_hex(row.{name}_time + copy.later) || row.{name}_rest)::uuid, {column})"
    if kind.startswith("timestamp"):
        return f"{column} + copy.later * interval '1 millisecond'"
    if kind == "date":
        return f"{column} + (copy.later / 86400000)::int"
    if name == "id":
        return f"{column} + copy.number * %(span_id)s"
    if name == "tokens" and field.model is BoardRow:
        return "found.tokens"
    if name in _KEYS:
        return f"{column} || ':' || copy.number"
    if name in _NUMBERED:  # a text whose last number goes on; a text without one stays
        further = f"row.{name}_before || (row.{name}_number + copy.number * %(span_{name})s) || row.{name}_behind"
        return f"coalesce({further}, {column})"
    return column


def _spans(rows: models.QuerySet[Any], written: Sequence[models.Field[Any, Any]]) -> dict[str, int]:
    """How many numbers the pattern uses in every numbered column."""
    names = [field.attname for field in written if field.attname in _NUMBERED or isinstance(field, models.BigAutoField)]
    return {f"span_{name}": numbers.span(rows.values_list(name, flat=True)) for name in names}


# ── what is shared ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def _add(growth: Growth, before: Sums) -> None:
    """What the pattern did to shared sums, its copies do, too."""
    for model, rows in _sums().items():
        if rows.keys() != before[model].keys() and model._meta.related_objects:
            raise RuntimeError(f"the pattern made rows of {model.__name__}, which are to be shared: `prepare` must make them")
        for id_, sums in rows.items():
            did = [after - was for after, was in zip(sums, before[model].get(id_, (0,) * len(sums)), strict=True)]
            if any(did):
                more = {name: models.F(name) + growth.copies * by for name, by in zip(SHARED[model], did, strict=True)}
                model.objects.filter(id=id_).update(**more)


def _vacuum(grown: Sequence[Model]) -> None:
    with connection.cursor() as cursor:
        written: list[Model] = [*grown, JournalEntry, FeedItem, *SHARED]
        for model in written:
            cursor.execute(f"VACUUM (ANALYZE) {connection.ops.quote_name(model._meta.db_table)}")
