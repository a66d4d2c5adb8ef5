"""F28: the watcher of every statement of the suite sees what it must, and lets pass what is right."""

from __future__ import annotations

import pytest

from tests import tenant_statements

TABLES = frozenset({"shop_order", "shop_line"})

GOOD = [
    "SELECT * FROM shop_order WHERE tenant_id = %s",
    "SELECT * FROM shop_order o JOIN shop_line l ON l.tenant_id = o.tenant_id AND l.order_id = o.id WHERE o.tenant_id = %s",
    "SELECT id FROM (SELECT id FROM shop_order WHERE tenant_id = %(t)s UNION SELECT id FROM shop_line WHERE tenant_id = %(t)s) x",
    "INSERT INTO shop_order (tenant_id, id) VALUES (%s, %s)",
    "UPDATE shop_order SET x = 1 WHERE tenant_id = %s AND id = %s",
    "WITH gone AS (DELETE FROM shop_line WHERE tenant_id = %(t)s RETURNING id) SELECT * FROM gone",
    "SELECT * FROM elsewhere",
    "SELECT pg_notify('x', '')",
]
BAD = [
    "SELECT * FROM shop_order WHERE id = %s",
    "SELECT tenant_id FROM shop_order WHERE id = %s",
    "SELECT * FROM shop_order o JOIN shop_line l ON l.order_id = o.id WHERE o.tenant_id = %s",
    "INSERT INTO shop_order (id) VALUES (%s)",
    "UPDATE shop_order SET x = 1 WHERE id = %s",
    "DELETE FROM shop_order WHERE id IN (SELECT id FROM shop_line WHERE tenant_id = %s)",
    "SELECT (SELECT count(*) FROM shop_line) FROM shop_order WHERE tenant_id = %s",
]


@pytest.mark.parametrize("sql", GOOD)
def test_a_statement_that_names_its_tenant_passes(sql: str) -> None:
    assert tenant_statements.unnamed_tables(sql, TABLES) == []


@pytest.mark.parametrize("sql", BAD)
def test_a_statement_that_forgets_it_is_found(sql: str) -> None:
    assert tenant_statements.unnamed_tables(sql, TABLES) != []


def test_a_forgotten_tenant_is_seen_at_the_connection() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM orders_order WHERE number = %s", ["1001"])
    assert [found.split(":")[0] for found in tenant_statements._found] == ["orders_order"]
    tenant_statements._found.clear()
