"""Something was wrong with goods: as much can be claimed as left and is neither back nor claimed."""

from __future__ import annotations

import pytest

from dingdan.kernel.errors import Invalid, NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.text import UnknownChoice
from dingdan.masterdata.policies.commands import save_return_reason
from dingdan.masterdata.policies.rules import ReturnReasonDraft
from dingdan.trade.aftersales import queries
from dingdan.trade.aftersales.commands import ClaimedUnits, deny_claim, file_claim, resolve_claim
from dingdan.trade.aftersales.models import Claim, ClaimLine
from dingdan.trade.aftersales.rules import ClaimAboveShipped, NotReturnable, ReturnAboveShipped
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales import sold
from tests.trade.aftersales.test_authorize_return import ask, shipped


def test_it_works(shop: Shop) -> None:
    order = shipped(shop)
    lines = (ClaimedUnits(line_id=order.lines[0].line_id, quantity=2, reason="missing"),)
    filed = file_claim(shop.call(), order_id=order.order_id, lines=lines, note="The box was\nempty.")
    assert (filed.number, [(line.quantity, line.reason, line.refund) for line in filed.lines]) == ("K1001", [(2, "missing", 0)])
    claim = Claim.objects.get()
    assert (claim.id, claim.state, claim.resolution, claim.note) == (filed.claim_id, "filed", "", "The box was\nempty.")
    assert [(one.returnable, one.claimable) for one in queries.options(order.order_id)] == [(1, 1)]
    assert sold.owed(order).amount == 750
    assert kit.breaches() == []


def test_a_reason_of_the_shops_own_is_kept_by_its_id(shop: Shop) -> None:
    order = shipped(shop)
    reason_id = save_return_reason(shop.call(), reason=ReturnReasonDraft(code="leaking", name="Leaking")).return_reason_id
    sold.claim(shop, order, 1, "leaking")
    assert ClaimLine.objects.values_list("reason", "why_id").get() == ("leaking", reason_id)
    with sold.nothing_changes(shop), pytest.raises(UnknownChoice):
        sold.claim(shop, order, 1, "damaged")


def test_more_than_left_is_refused(shop: Shop) -> None:
    order = shipped(shop)
    sold.claim(shop, order, 2)
    with sold.nothing_changes(shop), pytest.raises(ClaimAboveShipped) as refused:
        sold.claim(shop, order, 2)
    assert refused.value.facts == {"name": "Article A", "left": 1, "asked": 2}


def test_what_is_on_its_way_back_or_back_is_not_claimed(shop: Shop) -> None:
    order = shipped(shop)
    ask(shop, order, 1)
    sold.come_back(shop, order, 1)
    with sold.nothing_changes(shop), pytest.raises(ClaimAboveShipped):
        sold.claim(shop, order, 2)
    sold.claim(shop, order, 1)


def test_what_is_claimed_does_not_come_back_before_it_is_answered(shop: Shop) -> None:
    order = shipped(shop)
    claim_id = sold.claim(shop, order, 2)
    with sold.nothing_changes(shop), pytest.raises(ReturnAboveShipped):
        ask(shop, order, 2)
    deny_claim(shop.call(), claim_id=claim_id, reason="As described")
    ask(shop, order, 3)


def test_what_was_replaced_may_come_back_but_is_claimed_once(shop: Shop) -> None:
    order = shipped(shop)
    resolve_claim(shop.call(), claim_id=sold.claim(shop, order, 3), resolution="replacement")
    with sold.nothing_changes(shop), pytest.raises(ClaimAboveShipped):
        sold.claim(shop, order, 1)
    ask(shop, order, 3)


def test_what_did_not_leave_is_not_claimed(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    order = kit.place(shop, ("A", 3))
    with sold.nothing_changes(shop), pytest.raises(ClaimAboveShipped):
        sold.claim(shop, order, 1)


def test_of_a_service_nothing_is_claimed(shop: Shop) -> None:
    sold.service(shop, "ENGRAVING")
    order = kit.place(shop, ("ENGRAVING", 1))
    with sold.nothing_changes(shop), pytest.raises(NotReturnable):
        sold.claim(shop, order, 1)


def test_lines_are_named_once_and_exist(shop: Shop) -> None:
    order = shipped(shop)
    line = ClaimedUnits(line_id=order.lines[0].line_id, quantity=1, reason="damaged")
    for lines in ((), (line, line)):
        with sold.nothing_changes(shop), pytest.raises(Invalid):
            file_claim(shop.call(), order_id=order.order_id, lines=lines)
    strange = (ClaimedUnits(line_id=new_id(), quantity=1, reason="damaged"),)
    with sold.nothing_changes(shop), pytest.raises(NotFound):
        file_claim(shop.call(), order_id=order.order_id, lines=strange)
    with sold.nothing_changes(shop), pytest.raises(NotFound):
        file_claim(shop.call(), order_id=new_id(), lines=(line,))


def test_claims_and_returns_at_once_never_take_more_than_left(shop: Shop) -> None:
    order = shipped(shop)
    told = kit.in_threads(lambda index: (sold.claim if index % 2 else ask)(shop, order, 1), 8)
    names = kit.kinds(told)
    assert names.count("ReturnAuthorized") + names.count("UUID") == 3
    assert names.count("ClaimAboveShipped") + names.count("ReturnAboveShipped") == 5
    assert kit.breaches() == []
