"""The laws of the desk notice when somebody goes around it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from dingdan.kernel.laws import Since, asked_since
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.trade.review.queries import LAWS
from tests import kit
from tests.conftest import Shop
from tests.trade.review.desk import let_pass, rule, waiting


def _write(sql: str, **params: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(sql, {"tenant": current_tenant_id(), **params})
        cursor.execute("RESET session_replication_role")


def _broken() -> list[str]:
    """What the laws tell, which is the same behind a checkpoint from before anything happened."""
    told = [breach for law in LAWS for breach in law()]
    assert [breach for law in LAWS for breach in kit.told_since_the_beginning(law)] == told
    return told


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("DELETE FROM review_finding WHERE tenant_id = %(tenant)s", "order 1001 waits for a review, and nothing says why"),
        (
            "UPDATE review_review SET state = 'rejected', decided_at = opened_at WHERE tenant_id = %(tenant)s",
            "order 1001 is rejected, and nobody decided so",
        ),
        (
            "UPDATE orders_order SET in_review = false WHERE tenant_id = %(tenant)s",
            "order 1001 is placed, in review: False; its review is waiting",
        ),
        (
            "UPDATE fulfillment_shipment SET state = 'planned' WHERE tenant_id = %(tenant)s",
            "order 1001 is in review, and its shipment S1001 is planned",
        ),
    ],
)
def test_what_waits(shop: Shop, sql: str, said: str) -> None:
    from dingdan.trade.review.commands import ReviewAgain, review_again

    kit.stock(shop, "TEA", 20)
    order = kit.place(shop, ("TEA", 5))
    kit.plan(shop, order)
    rule(shop)
    review_again.one(shop.call(), ReviewAgain(order.order_id))
    assert _broken() == []
    _write(sql)
    assert said in _broken()


def test_what_passed_with_too_few_people(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    rule(shop, approvals=2)
    order = waiting(shop)
    let_pass(shop, order, by="1")
    let_pass(shop, order, by="2")
    assert _broken() == []
    _write("DELETE FROM review_decision WHERE tenant_id = %(tenant)s AND actor_id = '2'")
    assert _broken() == ["order 1001 passed, which takes 2 people; 1 decided so"]


def test_money_that_waits_for_nothing(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    kit.place(shop, ("TEA", 5))
    _write("UPDATE payments_receivable SET waits = true WHERE tenant_id = %(tenant)s")
    assert _broken() == ["order 1001 is not in review, and its money waits all the same"]


def test_only_what_was_touched_is_asked_about(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    rule(shop)
    waiting(shop)
    _write("DELETE FROM review_finding WHERE tenant_id = %(tenant)s")
    nothing = Since(marks={}, touched={kind: [] for kind in ("document",)})
    with asked_since(nothing):
        assert [breach for law in LAWS for breach in law()] == []
    assert len(_broken()) == 1
