"""Goods may come back: as much as is with the customer and not on its way already."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from dingdan.kernel import clock
from dingdan.kernel.errors import Invalid, NotFound, NotPermitted
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Actor
from dingdan.kernel.quantity import QuantityOutOfRange
from dingdan.kernel.text import UnknownChoice
from dingdan.ledgers.inventory.commands import save_node
from dingdan.masterdata.policies.commands import save_return_reason
from dingdan.masterdata.policies.models import ReturnRule
from dingdan.masterdata.policies.rules import ReturnReasonDraft
from dingdan.trade.aftersales import queries
from dingdan.trade.aftersales.commands import ReturnWanted, authorize_return, cancel_return
from dingdan.trade.aftersales.events import ReturnAuthorized
from dingdan.trade.aftersales.models import Return, ReturnLine
from dingdan.trade.aftersales.queries import LineOptions
from dingdan.trade.aftersales.rules import AgainstTheRules, MayNotOverride, NothingToReturn, NotReturnable, ReturnAboveShipped
from dingdan.trade.orders.events import OrderPlaced
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales import sold


def shipped(shop: Shop, quantity: int = 3) -> OrderPlaced:
    """An order whose goods have left."""
    kit.stock(shop, "A", 10)
    order = kit.place(shop, ("A", quantity))
    kit.ship(shop, order)
    return order


def ask(shop: Shop, order: OrderPlaced, quantity: int, reason: str = "unwanted") -> ReturnAuthorized:
    """Let units of the first line come back."""
    wanted = ReturnWanted(line_id=order.lines[0].line_id, quantity=quantity, reason=reason)
    return authorize_return(shop.call(), order_id=order.order_id, lines=(wanted,))


def test_it_works(shop: Shop) -> None:
    order = shipped(shop)
    authorized = ask(shop, order, 2)
    assert (authorized.number, authorized.wanted) == ("R1001", ())
    assert [(line.order_line_id, line.quantity, line.reason) for line in authorized.lines] == [
        (order.lines[0].line_id, 2, "unwanted")
    ]
    rma = Return.objects.get()
    assert (rma.state, rma.node.code, rma.order_id) == ("authorized", "main", order.order_id)
    assert [(piece.quantity, piece.received) for piece in sold.pieces_of(rma.id)] == [(2, 0)]
    line_id = order.lines[0].line_id
    assert queries.options(order.order_id) == [LineOptions(line_id=line_id, cancelable=0, returnable=1, left=750, claimable=1)]
    assert queries.proposed_refunds(rma.id) == {authorized.lines[0].return_line_id: 500}
    assert sold.owed(order).amount == 750
    assert kit.breaches() == []


def test_a_kit_comes_back_in_pieces(shop: Shop) -> None:
    kit.stock(shop, "CUP", 10)
    kit.stock(shop, "PLATE", 10)
    sold.kit_of(shop, "SET", CUP=2, PLATE=1)
    order = kit.place(shop, ("SET", 3))
    kit.ship(shop, order)
    authorized = ask(shop, order, 2)
    pieces = sold.pieces_of(authorized.return_id)
    assert {(piece.demand.variant.sku, piece.quantity) for piece in pieces} == {("CUP", 4), ("PLATE", 2)}


def test_to_another_node(shop: Shop) -> None:
    order = shipped(shop)
    desk = save_node(shop.call(), code="returns", name="Returns", country="GB").node_id
    wanted = ReturnWanted(line_id=order.lines[0].line_id, quantity=1)
    assert authorize_return(shop.call(), order_id=order.order_id, lines=(wanted,), node_id=desk).node_id == desk


def test_more_than_was_shipped_is_refused(shop: Shop) -> None:
    order = shipped(shop)
    with sold.nothing_changes(shop), pytest.raises(ReturnAboveShipped) as refused:
        ask(shop, order, 4)
    assert refused.value.facts == {"name": "Article A", "left": 3, "asked": 4}


def test_what_is_on_its_way_back_counts(shop: Shop) -> None:
    order = shipped(shop)
    first = ask(shop, order, 2)
    with sold.nothing_changes(shop), pytest.raises(ReturnAboveShipped):
        ask(shop, order, 2)
    cancel_return(shop.call(), return_id=first.return_id)
    assert ask(shop, order, 3).number == "R1002"


def test_what_has_come_back_counts(shop: Shop) -> None:
    order = shipped(shop)
    sold.come_back(shop, order, 2)
    with sold.nothing_changes(shop), pytest.raises(ReturnAboveShipped):
        ask(shop, order, 2)
    assert sold.come_back(shop, order, 1).owed == 0


def test_what_has_not_left_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    order = kit.place(shop, ("A", 3))
    with sold.nothing_changes(shop), pytest.raises(ReturnAboveShipped):
        ask(shop, order, 1)


def test_a_service_is_refused(shop: Shop) -> None:
    sold.service(shop, "ENGRAVING")
    order = kit.place(shop, ("ENGRAVING", 1))
    with sold.nothing_changes(shop), pytest.raises(NotReturnable):
        ask(shop, order, 1)


@pytest.mark.parametrize("quantity", [0, -2, 10**12])
def test_no_quantity_is_refused(shop: Shop, quantity: int) -> None:
    order = shipped(shop)
    with sold.nothing_changes(shop), pytest.raises(QuantityOutOfRange):
        ask(shop, order, quantity)


def test_no_reason_of_ours_is_refused(shop: Shop) -> None:
    order = shipped(shop)
    with sold.nothing_changes(shop), pytest.raises(UnknownChoice):
        ask(shop, order, 1, reason="bored")


def test_no_lines_are_refused(shop: Shop) -> None:
    order = shipped(shop)
    with sold.nothing_changes(shop), pytest.raises(NothingToReturn):
        authorize_return(shop.call(), order_id=order.order_id, lines=())


def test_a_line_named_twice_is_refused(shop: Shop) -> None:
    order = shipped(shop)
    wanted = ReturnWanted(line_id=order.lines[0].line_id, quantity=1)
    with sold.nothing_changes(shop), pytest.raises(Invalid):
        authorize_return(shop.call(), order_id=order.order_id, lines=(wanted, wanted))


def test_what_is_not_there_is_refused(shop: Shop) -> None:
    order = shipped(shop)
    wanted = ReturnWanted(line_id=order.lines[0].line_id, quantity=1)
    with sold.nothing_changes(shop):
        with pytest.raises(NotFound):
            authorize_return(shop.call(), order_id=new_id(), lines=(wanted,))
        with pytest.raises(NotFound):
            authorize_return(shop.call(), order_id=order.order_id, lines=(replace(wanted, line_id=new_id()),))
        with pytest.raises(NotFound):
            authorize_return(shop.call(), order_id=order.order_id, lines=(wanted,), node_id=new_id())


def test_whoever_may_not_is_refused(shop: Shop) -> None:
    order = shipped(shop)
    wanted = ReturnWanted(line_id=order.lines[0].line_id, quantity=1)
    stranger = replace(shop.call(), actor=Actor("staff", "1", frozenset({"aftersales.cancel_orders"})))
    with sold.nothing_changes(shop), pytest.raises(NotPermitted):
        authorize_return(stranger, order_id=order.order_id, lines=(wanted,))


def test_four_at_once_never_authorize_too_much(shop: Shop) -> None:
    order = shipped(shop, 5)
    outcomes = kit.in_threads(lambda _index: ask(shop, order, 2), 4)
    assert kit.kinds(outcomes) == ["ReturnAboveShipped", "ReturnAboveShipped", "ReturnAuthorized", "ReturnAuthorized"]
    assert sum(line.quantity for line in ReturnLine.objects.all()) == 4
    assert kit.breaches() == []


# ── the shop's own rules ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_rule_is_kept_with_what_it_said(shop: Shop) -> None:
    order = shipped(shop)
    sold.rule(shop, restocking_rate=Decimal("0.1"), restocking_fee=5, shipping_fee=395, grades_count=False, refund_at="scan")
    authorized = ask(shop, order, 2)
    (line,), rule = ReturnLine.objects.all(), ReturnRule.objects.get()
    assert (line.rule_id, line.restocking_rate, line.restocking_each, line.grades_count) == (rule.id, Decimal("0.1"), 5, False)
    assert [(one.rule_id, one.overridden) for one in authorized.lines] == [(rule.id, False)]
    rma = Return.objects.get()
    assert (rma.shipping_fee, rma.refund_at) == (395, "scan")


def test_a_reason_of_the_shops_own_is_kept_by_its_id(shop: Shop) -> None:
    order = shipped(shop)
    draft = ReturnReasonDraft(code="too-loud", name="Too loud")
    reason_id = save_return_reason(shop.call(), reason=draft).return_reason_id
    ask(shop, order, 1, reason="too-loud")
    assert ReturnLine.objects.values_list("reason", "why_id").get() == ("too-loud", reason_id)
    with sold.nothing_changes(shop), pytest.raises(UnknownChoice):
        ask(shop, order, 1, reason="unwanted")
    ask(shop, order, 1, reason="other")


def test_a_final_sale_does_not_come_back(shop: Shop) -> None:
    order = shipped(shop)
    sold.rule(shop, code="sale", skus=("A",), allows=False)
    with sold.nothing_changes(shop), pytest.raises(AgainstTheRules) as refused:
        ask(shop, order, 1)
    assert refused.value.facts["rule"] == "sale"
    assert refused.value.detail == "Article A: This was a final sale and does not come back. (rule sale)"


def test_after_the_window_it_does_not_come_back(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    order = kit.place(shop, ("A", 1))
    kit.deliver(shop, order)
    sold.rule(shop, window_days=14)
    lines = (ReturnWanted(line_id=order.lines[0].line_id, quantity=1),)
    late = clock.now() + timedelta(days=16)
    with sold.nothing_changes(shop), pytest.raises(AgainstTheRules):
        authorize_return(shop.call(at=late), order_id=order.order_id, lines=lines)
    authorize_return(shop.call(at=clock.now() + timedelta(days=13)), order_id=order.order_id, lines=lines)


def test_in_the_wrong_condition_it_does_not_come_back(shop: Shop) -> None:
    order = shipped(shop)
    sold.rule(shop, conditions=("unopened",))
    line_id = order.lines[0].line_id
    used = (ReturnWanted(line_id=line_id, quantity=1, condition="used"),)
    with sold.nothing_changes(shop), pytest.raises(AgainstTheRules):
        authorize_return(shop.call(), order_id=order.order_id, lines=used)
    unknown = (ReturnWanted(line_id=line_id, quantity=1, condition="eaten"),)
    with sold.nothing_changes(shop), pytest.raises(UnknownChoice):
        authorize_return(shop.call(), order_id=order.order_id, lines=unknown)


def test_staff_may_override_with_a_reason_and_a_permission(shop: Shop) -> None:
    order = shipped(shop)
    sold.rule(shop, allows=False)
    lines = (ReturnWanted(line_id=order.lines[0].line_id, quantity=1, override="Regular customer"),)
    sales = replace(shop.call(), actor=Actor("staff", "7", frozenset({"aftersales.*"})))
    with sold.nothing_changes(shop), pytest.raises(MayNotOverride):
        authorize_return(sales, order_id=order.order_id, lines=lines)
    head = replace(shop.call(), actor=Actor("staff", "8", frozenset({"aftersales.*", "policies.override"})))
    told = authorize_return(head, order_id=order.order_id, lines=lines)
    assert [line.overridden for line in told.lines] == [True]
    assert ReturnLine.objects.get().override == "Regular customer"


def test_what_may_come_back_is_told_with_its_cost(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    kit.stock(shop, "B", 10)
    order = kit.place(shop, ("A", 2), ("B", 1), price=1000)
    kit.deliver(shop, order)
    sold.rule(shop, code="sale", position=1, skus=("B",), allows=False)
    sold.rule(shop, restocking_rate=Decimal("0.15"), shipping_fee=395)
    offer = queries.return_offer(order.order_id, at=clock.now(), reason="unwanted")
    assert [(one.sku, one.verdict.eligible, one.verdict.why, one.verdict.rule, one.verdict.units) for one in offer.lines] == [
        ("A", True, "allowed", "house", 2), ("B", False, "final_sale", "sale", 1),
    ]  # fmt: skip
    assert (offer.lines[0].verdict.restocking_fee, offer.shipping_fee, offer.refund) == (300, 395, 1305)
    ask(shop, order, 2)
    told = queries.return_offer(order.order_id, at=clock.now()).lines[0].verdict
    assert (told.eligible, told.why, told.units, told.refund) == (False, "nothing_left", 0, 0)
