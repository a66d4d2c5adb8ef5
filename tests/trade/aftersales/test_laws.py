"""Each law of what happens after the sale fires when it is broken."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.db import connection

from dingdan.trade.aftersales.commands import (
    CancelOrder,
    ReturnWanted,
    attach_to_claim,
    authorize_return,
    cancel_orders,
    give_allowance,
    resolve_claim,
)
from dingdan.trade.aftersales.queries import laws
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales import sold
from tests.trade.tickets.desk import PNG

BREAKS: dict[Callable[[], Iterator[str]], tuple[str, ...]] = {
    laws.law_what_came_back_was_moved_back: ("UPDATE inventory_demand SET returned = returned - 1 WHERE returned > 0 AND",),
    laws.law_inspected_goods_went_somewhere: ("UPDATE aftersales_returnpiece SET restocked = 0 WHERE",),
    laws.law_graded_goods_went_where_their_grade_goes: (
        "ALTER TABLE aftersales_grading DISABLE TRIGGER USER",
        "UPDATE aftersales_grading SET goes_to = 'scrap' WHERE",
        "ALTER TABLE aftersales_grading ENABLE TRIGGER USER",
    ),
    laws.law_what_does_not_come_back_gives_nothing_back: (
        "UPDATE aftersales_return SET state = 'canceled' WHERE refund_at = 'inspection' AND",
    ),
    laws.law_parts_of_kits_are_weighed: (
        "ALTER TABLE aftersales_componentweight DISABLE TRIGGER USER",
        "DELETE FROM aftersales_componentweight WHERE",
        "ALTER TABLE aftersales_componentweight ENABLE TRIGGER USER",
    ),
    laws.law_nothing_is_claimed_twice: ("UPDATE aftersales_claimline SET quantity = quantity + 9 WHERE",),
    laws.law_only_a_resolved_claim_gives_something_back: ("UPDATE aftersales_claimline SET settled = 0 WHERE",),
    laws.law_canceled_lines_let_go_of_their_goods: ("UPDATE orders_orderline SET canceled = 0 WHERE canceled > 0 AND",),
    laws.law_owed_is_what_was_kept: ("UPDATE aftersales_returnline SET refund = refund + 1 WHERE",),
    laws.law_an_allowance_is_the_sum_of_its_lines: (
        "ALTER TABLE aftersales_allowance DISABLE TRIGGER USER",
        "UPDATE aftersales_allowance SET total = total + 1 WHERE",
        "ALTER TABLE aftersales_allowance ENABLE TRIGGER USER",
    ),
    laws.law_a_photo_is_what_was_attached: ("UPDATE aftersales_attachment SET content = content || '\\x00'::bytea WHERE",),
}


@pytest.mark.parametrize("law", BREAKS, ids=lambda law: law.__name__)
def test_a_broken_law_is_found(shop: Shop, law: Callable[[], Iterator[str]]) -> None:
    kit.stock(shop, "A", 9)
    order = kit.place(shop, ("A", 4))
    kit.ship(shop, order)
    claim_id = sold.claim(shop, order, 1)
    attach_to_claim(shop.call(), claim_id=claim_id, name="a.png", content=PNG)
    resolve_claim(shop.call(), claim_id=claim_id, resolution="refund")
    sold.come_back(shop, order, 1)
    sold.graded(shop, sold.back(shop, order, 1), A=1)
    give_allowance(shop.call(), order_id=order.order_id, amount=10)
    sold.kit_of(shop, "SET", A=1)
    part = kit.place(shop, ("SET", 1))
    kit.ship(shop, part)
    alone = ReturnWanted(line_id=part.lines[0].line_id, quantity=1, component="A")
    authorize_return(shop.call(), order_id=part.order_id, lines=(alone,))
    cancel_orders.one(shop.call(), CancelOrder(order_id=kit.place(shop, ("A", 1)).order_id))
    assert list(law()) == []
    with connection.cursor() as cursor:
        for statement in BREAKS[law]:
            named = statement.endswith(("WHERE", "AND"))
            cursor.execute(f"{statement} tenant_id = %s" if named else statement, [shop.tenant_id] if named else None)
    assert (told := sorted(law())) != []
    assert sorted(kit.told_since_the_beginning(law)) == told


def test_every_law_is_tried() -> None:
    assert set(BREAKS) == set(laws.LAWS)
