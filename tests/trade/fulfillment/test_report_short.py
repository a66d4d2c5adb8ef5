"""What cannot be found leaves the stock, and whoever waits for it is answered anew."""

from __future__ import annotations

import pytest

from dingdan.kernel.errors import Invalid
from dingdan.ledgers.inventory.commands import FillBackorders, fill_backorders
from dingdan.ledgers.inventory.models import Backlog, Balance, Demand, Holding
from dingdan.ledgers.inventory.queries.laws import LAWS
from dingdan.trade.fulfillment.commands import NotSoMany, PlanShipments, pick_pieces, plan_shipments, report_short
from dingdan.trade.fulfillment.models import Errand, Shipment, Wave
from dingdan.trade.fulfillment.queries import law_what_is_planned_is_reserved
from tests import kit
from tests.conftest import Shop
from tests.trade.fulfillment.rounds import call_of, planned, walk


def books_agree() -> bool:
    return not [told for law in (*LAWS, law_what_is_planned_is_reserved) for told in law()]


def test_it_works(shop: Shop) -> None:
    variant = kit.stock(shop, "A", 3)
    order = kit.place(shop, ("A", 3))
    shipment = kit.plan(shop, order).shipments[0].shipment_id
    (errand,) = walk(shop, shipment)
    pick_pieces(call_of(shop, "7"), errand_id=errand.id)
    told = report_short(call_of(shop, "7"), errand_id=errand.id, reason="missing")
    assert ([(line.variant_id, line.quantity) for line in told.lines], told.is_gone) == ([(variant, 2)], False)
    balance = Balance.objects.get()
    assert (balance.on_hand, balance.reserved) == (1, 1)
    assert (Backlog.objects.get(id=variant).owed, Demand.objects.get().pegged) == (2, 1)
    assert list(Errand.objects.values_list("planned", "picked", "missing")) == [(1, 1, 2)]
    assert (Wave.objects.get().state, Shipment.objects.get().gathered_at is None) == ("ended", False)
    assert books_agree()


def test_other_stock_answers_the_rest(shop: Shop) -> None:
    variant = kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 2))
    (errand,) = walk(shop, kit.plan(shop, order).shipments[0].shipment_id)
    told = report_short(call_of(shop, "7"), errand_id=errand.id, reason="damaged")
    assert told.is_gone
    assert Holding.objects.get(location__kind="damaged").on_hand == 2
    fill_backorders.one(shop.call(), FillBackorders((variant,)))
    plan_shipments.one(shop.call(), PlanShipments(order.order_id))
    assert list(Shipment.objects.order_by("id").values_list("state", flat=True)) == ["canceled", "planned"]
    assert (Balance.objects.get().on_hand, Balance.objects.get().reserved) == (3, 2)
    assert books_agree()


def test_nothing_left_to_take_and_no_reason_are_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 3)
    (errand,) = walk(shop, planned(shop, ("A", 1)))
    with pytest.raises(Invalid):
        report_short(call_of(shop, "7"), errand_id=errand.id, reason="lazy")
    pick_pieces(call_of(shop, "7"), errand_id=errand.id)
    with pytest.raises(NotSoMany):
        report_short(call_of(shop, "7"), errand_id=errand.id, reason="missing")
    assert Balance.objects.get().on_hand == 3
