"""The one function that writes many rows: one statement for rows of several tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.db import connection, models

from dingdan.kernel.canonical import json_text
from dingdan.kernel.postgresql.cursors import ready_cursor
from dingdan.kernel.tenancy import current_tenant_id

Rows = tuple[type[models.Model], Sequence[Mapping[str, Any]]]

# An explicit cast to varchar(n) would cut a long value silently; text is checked on assignment instead.
_AS_TEXT = ("varchar", "char", "text")


@cache
def _columns(model: type[models.Model]) -> dict[str, tuple[str, str, models.Field[Any, Any]]]:
    """Name in code → (column, type to cast to, field) for every column that can be written."""
    found = {}
    for field in model._meta.local_concrete_fields:
        if field.generated or field.attname == "tenant_id":
            continue
        kind = field.db_type(connection) or ""
        cast = "text" if kind.startswith(_AS_TEXT) else kind
        found[field.attname] = (connection.ops.quote_name(str(field.column)), cast, field)
    return found


def _values(field: models.Field[Any, Any], rows: Sequence[Mapping[str, Any]]) -> list[Any]:
    if field.attname in rows[0]:
        values = [row[field.attname] for row in rows]
    elif callable(field.default):
        values = [field.get_default() for _row in rows]
    else:
        values = [field.get_default()] * len(rows)
    if isinstance(field, models.JSONField):
        return [value if value is None or isinstance(value, str) else json_text(value) for value in values]
    return values


@cache
def _written(model: type[models.Model], given: tuple[str, ...]) -> tuple[str, ...]:
    """The columns to write: those given, and those whose default the program knows."""
    names = []
    for name, (_, _, field) in _columns(model).items():
        if name in given:
            names.append(name)
        elif isinstance(field, models.BigAutoField) or field.db_default is not models.NOT_PROVIDED:
            continue
        elif field.has_default() or field.null or field.blank:
            names.append(name)
        else:
            raise ValueError(f"{model.__name__} needs {name}")
    unknown = set(given) - set(names)
    if unknown:
        raise ValueError(f"{model.__name__} has no column {', '.join(sorted(unknown))}")
    return tuple(names)


@cache
def _insertion(into: tuple[tuple[type[models.Model], tuple[str, ...]], ...], *, skip_existing: bool) -> str:
    """The statement that writes these columns of these tables."""
    after = " ON CONFLICT DO NOTHING" if skip_existing else ""
    parts = []
    for model, names in into:
        columns = [_columns(model)[name] for name in names]
        written = ", ".join(column for column, _kind, _field in columns)
        arrays = ", ".join(f"%s::{kind}[]" for _column, kind, _field in columns)
        table = connection.ops.quote_name(model._meta.db_table)
        parts.append(f"INSERT INTO {table} (tenant_id, {written}) SELECT %s::uuid, * FROM unnest({arrays}){after}")  # noqa: S608 - names only
    *others, last = parts
    named = [f"written_{number} AS ({part})" for number, part in enumerate(others)]
    return f"WITH {', '.join(named)} {last}" if named else last


def insert(*groups: Rows, skip_existing: bool = False) -> None:
    """Insert rows of one or several tables in one statement, for the tenant in scope.

    Rows are mappings from attribute name (`order_id`, not `order`) to value; all rows of a group have the same keys as
    its first. A JSON column takes any JSON-able value, or text that already is JSON. Foreign keys between the groups
    are checked at the end of the statement, so their order does not matter. With `skip_existing`, rows that are already
    there (by any unique key) are left as they are.
    """
    filled = [(model, rows, _written(model, tuple(rows[0]))) for model, rows in groups if rows]
    if not filled:
        return
    tenant_id, params = current_tenant_id(), list[Any]()
    for model, rows, names in filled:
        columns = _columns(model)
        params += [tenant_id, *(_values(columns[name][2], rows) for name in names)]
    statement = _insertion(tuple((model, names) for model, _rows, names in filled), skip_existing=skip_existing)
    with ready_cursor() as cursor:
        cursor.execute(statement, params)


@contextmanager
def whole_tables() -> Iterator[None]:
    """Let questions inside read tables from end to end, which those of commands and pages are kept from."""
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = on")
        cursor.execute("SET work_mem = '128MB'")
        try:
            yield
        finally:
            cursor.execute("RESET enable_seqscan")
            cursor.execute("RESET work_mem")
