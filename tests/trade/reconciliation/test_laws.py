"""The laws of statements notice when somebody goes around the desk."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from dingdan.kernel.tenancy import current_tenant_id
from dingdan.trade.reconciliation.queries import LAWS
from tests import kit
from tests.conftest import Shop
from tests.trade.reconciliation.desk import draft, match, order, statement


def _write(sql: str, **params: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(sql, {"tenant": current_tenant_id(), **params})
        cursor.execute("RESET session_replication_role")


def _broken() -> list[str]:
    told = [breach for law in LAWS for breach in law()]
    assert [breach for law in LAWS for breach in kit.told_since_the_beginning(law)] == told
    return told


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("UPDATE reconciliation_statement SET lines_count = 2 WHERE tenant_id = %(tenant)s", "counts 2 lines; there are 1"),
        (
            "UPDATE reconciliation_statement SET closing = 7 WHERE tenant_id = %(tenant)s",
            "opened with 0, moved 1000 and closed at 7",
        ),
        ("UPDATE reconciliation_linematch SET amount = 7 WHERE tenant_id = %(tenant)s", "1000 are matched, its matches say 7"),
        (
            "UPDATE payments_payment SET captured = 1500, requested = 1500 WHERE tenant_id = %(tenant)s",
            "its payment is of 1500 GBP",
        ),
    ],
)
def test_it_works(shop: Shop, sql: str, said: str) -> None:
    (one,) = statement(shop, draft(1000), opening=0, closing=1000)
    match(shop, one, order(shop))
    assert _broken() == []
    _write(sql)
    (told,) = _broken()
    assert said in told
