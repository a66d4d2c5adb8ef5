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
from pglast.visitors import Visitor

_PLACEHOLDER = re.compile(r"%\(\w+\)s|%s")
_seen: dict[str, list[str]] = {}
_found: list[str] = []


def business_tables() -> frozenset[str]:
    from django.apps import apps

    from dingdan.kernel.tenancy import TenantModel

    return frozenset(model._meta.db_table for model in apps.get_models() if issubclass(model, TenantModel))


class _Names(Visitor):
    """Collects the tables of a statement by alias, the aliases whose tenant is compared, and the columns of inserts."""

    def __init__(self) -> None:
        self.tables: list[tuple[str, str]] = []
        self.compared: set[str] = set()
        self.unnamed = False
        self.inserted: list[tuple[str, set[str]]] = []

    def visit_RangeVar(self, _ancestors: Any, node: ast.RangeVar) -> None:  # noqa: N802 - the parser's names
        self.tables.append((node.relname, node.alias.aliasname if node.alias else node.relname))

    def visit_A_Expr(self, _ancestors: Any, node: ast.A_Expr) -> None:  # noqa: N802 - the parser's names
        sides = node.lexpr if isinstance(node.lexpr, tuple) else (node.lexpr,)
        for side in (*sides, node.rexpr):
            self._compare(side)

    def visit_RowExpr(self, _ancestors: Any, node: ast.RowExpr) -> None:  # noqa: N802 - the parser's names
        for reference in node.args or ():
            self._compare(reference)

    def _compare(self, reference: Any) -> None:
        if not isinstance(reference, ast.ColumnRef):
            return
        names = [field.sval for field in reference.fields if isinstance(field, ast.String)]
        if names and names[-1] == "tenant_id":
            if len(names) > 1:
                self.compared.add(names[-2])
            else:
                self.unnamed = True

    def visit_InsertStmt(self, _ancestors: Any, node: ast.InsertStmt) -> None:  # noqa: N802 - the parser's names
        self.inserted.append((node.relation.relname, {column.name for column in node.cols or ()}))


def unnamed_tables(sql: str, tables: frozenset[str]) -> list[str]:
    """The business tables of a statement whose tenant it does not name."""
    numbered = _PLACEHOLDER.sub("NULL", sql).replace("%%", "%")
    try:
        tree = parse_sql(numbered)
    except ParseError:
        return []
    names = _Names()
    names(tree)
    inserts = {table for table, columns in names.inserted if "tenant_id" in columns}
    touched = [(table, alias) for table, alias in names.tables if table in tables and table not in inserts]
    alone = len({alias for _table, alias in touched}) == 1
    return [table for table, alias in touched if alias not in names.compared and not (alone and names.unnamed)]


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
