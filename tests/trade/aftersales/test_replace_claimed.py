"""The order that replaces what was claimed is named."""

from __future__ import annotations

from decimal import Decimal

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.trade.aftersales.commands import replace_claimed, resolve_claim
from dingdan.trade.aftersales.commands.claiming import NotReplacing
from dingdan.trade.aftersales.models import Claim
from dingdan.trade.aftersales.queries import replacement_of
from dingdan.trade.orders.commands import place_orders
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales import sold
from tests.trade.aftersales.test_inspect_return import bought


def test_it_works(shop: Shop) -> None:
    variant_id = kit.stock(shop, "A", 10)
    order = bought(shop, 3, price=1000)
    claim_id = sold.claim(shop, order, 2)
    resolve_claim(shop.call(), claim_id=claim_id, resolution="replacement")
    wanted = replacement_of(claim_id)
    assert (wanted.external_id, [(line.sku, line.quantity, line.unit_price) for line in wanted.lines]) == (
        "claim:K1001", [("A", 2, Decimal(0))],
    )  # fmt: skip
    second = place_orders.one(shop.call(), wanted)
    told = replace_claimed(shop.call(), claim_id=claim_id, follow_up_id=second.order_id)
    assert (told.follow_up_id, second.total, sold.owed(second).payment_status) == (second.order_id, 0, "nothing_due")
    assert Claim.objects.values_list("state", "follow_up_id").get() == ("resolved", second.order_id)
    assert kit.levels(variant_id) == (7, 2)
    assert sold.owed(order).amount == 3000
    assert kit.breaches() == []


def test_a_claim_that_waits_for_none_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    order = bought(shop, 3)
    claim_id, other = sold.claim(shop, order, 1), kit.place(shop, ("A", 1))
    with sold.nothing_changes(shop), pytest.raises(NotReplacing):
        replace_claimed(shop.call(), claim_id=claim_id, follow_up_id=other.order_id)
    resolve_claim(shop.call(), claim_id=claim_id, resolution="replacement")
    with sold.nothing_changes(shop), pytest.raises(NotReplacing):
        replace_claimed(shop.call(), claim_id=claim_id, follow_up_id=order.order_id)


def test_an_order_replaces_one_claim(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    order = bought(shop, 3)
    other = kit.place(shop, ("A", 1))
    first, second = sold.claim(shop, order, 1), sold.claim(shop, order, 1)
    for claim_id in (first, second):
        resolve_claim(shop.call(), claim_id=claim_id, resolution="replacement")
    replace_claimed(shop.call(), claim_id=first, follow_up_id=other.order_id)
    with sold.nothing_changes(shop), pytest.raises(NotReplacing):
        replace_claimed(shop.call(), claim_id=second, follow_up_id=other.order_id)


def test_unknown_things_are_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    claim_id = sold.claim(shop, bought(shop, 1), 1)
    with sold.nothing_changes(shop), pytest.raises(NotFound):
        replace_claimed(shop.call(), claim_id=new_id(), follow_up_id=new_id())
    with sold.nothing_changes(shop), pytest.raises(NotFound):
        replace_claimed(shop.call(), claim_id=claim_id, follow_up_id=new_id())
