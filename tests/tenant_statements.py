"""F28: every statement that touches a business table names its tenant.

Each SQL text that the suite runs is parsed once with PostgreSQL's own parser. A range table entry over a business table must
have its `tenant_id` compared in the statement, with a parameter or with the tenant of a table that is; an INSERT must write
it. Questions marked by `across_tenants()` are exempt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pglast import ast, parse_sql
from pglast.parser import ParseError

_PLACEHOLDER = re.compile(r"%\(\w+\)s|%s")
_seen: dict[str, list[str]] = {}
_found: list[str] = []


def business_tables() -> frozenset[str]:
    from django.apps import apps

    from dingdan.kernel.tenancy import TenantModel

    return frozenset(model._meta.db_table for model in apps.get_models() if issubclass(model, TenantModel))


_SCOPES = (ast.SelectStmt, ast.UpdateStmt, ast.DeleteStmt, ast.InsertStmt)


class _Scope:
    """One SELECT, UPDATE, DELETE or INSERT: the tables it touches by alias, and the aliases whose tenant it compares."""

    def __init__(self) -> None:
        self.tables: list[tuple[str, str]] = []
        self.compared: set[str] = set()
        self.unqualified = False
        self.written: set[str] = set()

    def forgotten(self, tables: frozenset[str]) -> list[str]:
        touched = [(table, alias) for table, alias in self.tables if table in tables and table not in self.written]
        alone = len(touched) == 1
        return [table for table, alias in touched if alias not in self.compared and not (alone and self.unqualified)]


def _children(node: Any) -> Iterator[Any]:
    if isinstance(node, tuple):
        yield from node
    elif isinstance(node, ast.Node):
        for name in node:
            yield getattr(node, name)


def _walk(node: Any, scope: _Scope, scopes: list[_Scope]) -> None:
    if isinstance(node, _SCOPES):
        scope = _Scope()
        scopes.append(scope)
        if isinstance(node, ast.InsertStmt) and any(column.name == "tenant_id" for column in node.cols or ()):
            scope.written.add(str(node.relation.relname if node.relation else ""))
    elif isinstance(node, ast.RangeVar):
        scope.tables.append((str(node.relname), str(node.alias.aliasname if node.alias else node.relname)))
    elif isinstance(node, ast.ColumnRef):
        names = [str(field.sval) for field in node.fields or () if isinstance(field, ast.String)]
        if names and names[-1] == "tenant_id":
            if len(names) > 1:
                scope.compared.add(names[-2])
            else:
                scope.unqualified = True
    for child in _children(node):
        # What is only selected or returned compares nothing.
        if not (isinstance(node, ast.SelectStmt) and child is node.targetList) or child is None:
            _walk(child, scope, scopes)
        else:
            for column in child:
                _subqueries(column, scopes)


def _subqueries(node: Any, scopes: list[_Scope]) -> None:
    if isinstance(node, _SCOPES):
        _walk(node, _Scope(), scopes)
        return
    for child in _children(node):
        _subqueries(child, scopes)


def unnamed_tables(sql: str, tables: frozenset[str]) -> list[str]:
    """The business tables of a statement whose tenant it does not name."""
    numbered = _PLACEHOLDER.sub("NULL", sql).replace("%%", "%")
    try:
        tree = parse_sql(numbered)
    except ParseError:
        return []
    scopes: list[_Scope] = []
    for statement in tree:
        _walk(statement.stmt, _Scope(), scopes)
    return [table for scope in scopes for table in scope.forgotten(tables)]


def watch() -> Callable[..., Any]:
    """A wrapper for `connection.execute_wrapper` that notes every statement that forgets the tenant."""
    from dingdan.kernel import tenancy

    tables = business_tables()

    def wrapper(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
        text = sql if isinstance(sql, str) else str(sql)
        if not tenancy._across.get():
            if text not in _seen:
                _seen[text] = unnamed_tables(text, tables)
            if _seen[text]:
                _found.append(f"{', '.join(_seen[text])}: {text}")
        return execute(sql, params, many, context)

    return wrapper


def _watch_connection(connection: Any, **_kwargs: Any) -> None:
    # Django keeps the object when it connects anew, as after every request that a server answers.
    if not getattr(connection, "tells_of_tenants", False):
        connection.tells_of_tenants = True
        connection.execute_wrappers.append(watch())


def start() -> None:
    """Watch every connection that Django opens from now on."""
    from django.db.backends.signals import connection_created

    connection_created.connect(_watch_connection, dispatch_uid="tenant-statements", weak=False)


@pytest.fixture(autouse=True)
def every_statement_names_its_tenant() -> Iterator[None]:
    """Fail the test in whose time a statement forgot the tenant."""
    _found.clear()
    yield
    assert not _found, "these statements do not name their tenant:\n" + "\n".join(_found[:5])


def count_seen() -> int:
    """How many different statements were looked at so far."""
    return len(_seen)
