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
from concurrent.futures import Future, ThreadPoolExecutor
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
from dingdan.kernel.ids import new_id
from dingdan.kernel.models import FeedCursor, FeedHead, FeedItem, FeedPending, JournalEntry, NumberSeries, RegisterVersion
from dingdan.kernel.tenancy import TenantModel, tenant_scope
from dingdan.ledgers.inventory.models import Backlog, Balance, Holding

ORDERS: Final = int(os.environ.get("DINGDAN_BENCH_ORDERS", "1000000"))
PATTERN: Final = 500
YEARS: Final = timedelta(days=3 * 365)
AT_ONCE: Final = 50
"""Copies for a statement."""

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
        with ThreadPoolExecutor(1) as beside:
            written = beside.submit(copy_context().run, _journal, growth)
            for part, seconds in _parts(growth, before, written):
                say(f"{time.perf_counter() - began:7.0f} s  {part} ({seconds:.1f} s)")
    return time.perf_counter() - began


def _journal(growth: Growth) -> None:
    """The journal, beside everything else: its chain takes a processor of its own."""
    journal.copy(growth)
    connection.close()


def _parts(growth: Growth, before: Sums, written: Future[None]) -> Iterator[tuple[str, float]]:
    grown = _grown(growth)
    work: list[tuple[str, Callable[[], Any]]] = [(model._meta.db_table, partial(_copy, growth, model)) for model in grown]
    work.append(("the rest of the journal", written.result))
    work.append(("shared sums", partial(_add, growth, before)))
    work.append(("statistics", partial(_vacuum, grown)))
    for part, do in work:
        began = time.perf_counter()
        do()
        yield part, time.perf_counter() - began


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
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in written)
    values = ", ".join(_value(field) for field in written)
    table = connection.ops.quote_name(model._meta.db_table)
    tokens = found.Tokens(growth) if model is BoardRow else None
    statement = f"""
        INSERT INTO {table} ({columns}) SELECT {values}
        FROM {table} AS row
        CROSS JOIN (
            SELECT number, %(step)s * (number - 1 - %(copies)s) AS later
            FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS number
        ) AS copy
        {tokens.join if tokens else ""}
        WHERE row.tenant_id = %(tenant)s AND row.id BETWEEN %(from)s AND %(to)s
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


def _value(field: models.Field[Any, Any]) -> str:
    """How a column of a copy is made of the pattern's."""
    column = f"row.{connection.ops.quote_name(str(field.column))}"
    kind = field.db_type(connection) or ""
    if field.attname == "tenant_id":
        return column
    if kind == "uuid":
        return _later_id(column)
    if kind.startswith("timestamp"):
        return f"{column} + copy.later * interval '1 millisecond'"
    if kind == "date":
        return f"{column} + (copy.later / 86400000)::int"
    if field.attname == "id":
        return f"{column} + copy.number * %(span_id)s"
    if field.attname == "tokens":
        return "found.tokens"
    if field.attname in _KEYS:
        return f"{column} || ':' || copy.number"
    return _next_number(column, field.attname) if field.attname in _NUMBERED else column


def _later_id(column: str) -> str:
    """A UUIDv7 of the pattern, moved in time; any other id stays as it is."""
    moved = f"('x' || left({column}::text, 8) || substr({column}::text, 10, 4))::bit(48)::bigint + copy.later"
    later = f"(lpad(to_hex({moved}), 12, '0') || substr({column}::text, 15))::uuid"
    return f"CASE WHEN {column} > %(since)s THEN {later} ELSE {column} END"


def _next_number(column: str, name: str) -> str:
    """A text whose last number goes on; a text without one stays."""
    found = f"regexp_match({column}, '{numbers.LAST.pattern}')"
    text = f"part[1] || (part[2]::bigint + copy.number * %(span_{name})s) || part[3]"
    return f"coalesce((SELECT {text} FROM (SELECT {found} AS part) AS found), {column})"


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
