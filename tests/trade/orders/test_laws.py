"""Each law of the orders fires when it is broken."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.db import connection

from dingdan.trade.orders import queries
from tests import kit
from tests.conftest import Shop
from tests.masterdata.promotions.promoting import promote

BREAKS: dict[Callable[[], Iterator[str]], str] = {
    queries.law_an_order_is_the_sum_of_its_lines: "UPDATE orders_orderline SET goods = goods + 1, total = total + 1",
    queries.law_every_order_awaits_its_money: "UPDATE payments_receivable SET currency = 'USD'",
    queries.law_every_goods_line_is_owed: "UPDATE orders_orderline SET canceled = 1",
    queries.law_a_canceled_order_holds_nothing: "UPDATE orders_order SET state = 'canceled'",
    queries.law_promotions_are_used_by_orders_that_stand: "UPDATE promotions_promotionuse SET given_back_at = now()",
    queries.law_lines_bear_what_promotions_took_off: "UPDATE promotions_promotionshare SET amount = amount + 1",
}


@pytest.mark.parametrize("law", BREAKS, ids=lambda law: law.__name__)
def test_a_broken_law_is_found(shop: Shop, law: Callable[[], Iterator[str]]) -> None:
    kit.stock(shop, "A", 5)
    kit.price(shop, "A", 250)
    promote(shop)
    kit.place(shop, ("A", 2), price=None)
    assert list(law()) == []
    with connection.cursor() as cursor:
        cursor.execute(f"{BREAKS[law]} WHERE tenant_id = %s", [shop.tenant_id])
    assert len(told := list(law())) == 1
    assert kit.told_since_the_beginning(law) == told


def test_every_law_is_tried() -> None:
    assert set(BREAKS) == set(queries.LAWS)
