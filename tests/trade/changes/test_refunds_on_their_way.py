"""A refund that was asked for and is not needed any more stays with the order, or is asked for again when it was too late."""

from __future__ import annotations

import pytest

from dingdan.automation import gateways as asking
from dingdan.automation.consumers import drain
from dingdan.automation.models import Notice
from dingdan.automation.notices import letter_of
from dingdan.integrations.sandbox.gateway import SandboxGateway
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import (
    MoneyReturned,
    RequestCapture,
    Told,
    Towards,
    record_refund,
    request_authorization,
    request_capture,
    request_refund,
    send_refund,
)
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.models import Attempt, Posting
from dingdan.ledgers.payments.ports import GatewayRequest, GatewayResult, gateways
from dingdan.trade.aftersales.commands import refund_order
from dingdan.trade.changes.commands import UndoChange, undo_changes
from dingdan.trade.changes.events import OrderChanged
from dingdan.trade.changes.queries import preview_undo
from dingdan.trade.changes.rules import AddNote, AddSurcharge, SetQuantity, WorldMoved
from dingdan.trade.orders.events import OrderPlaced
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales import sold
from tests.trade.changes.changing import change, line_id, seen, undo


class Counting(SandboxGateway):
    """The sandbox, which counts how often it is asked to give back."""

    refunds = 0

    def refund(self, request: GatewayRequest) -> GatewayResult:
        self.refunds += 1
        return super().refund(request)


def _lowered(shop: Shop, *, refund_to: str = "") -> tuple[OrderPlaced, OrderChanged]:
    """An order that was paid with 7.50 and is now owed 2.50; the rest is asked to go back."""
    kit.stock(shop, "TEA", 10)
    order = kit.place(shop, ("TEA", 3))
    kit.pay(shop, order)
    changed = change(shop, order, SetQuantity(line_id=line_id(order), quantity=1), refund_to=refund_to)
    refund_order(shop.call(), order_id=order.order_id, reason="changed")
    return order, changed


def _refunds(order: OrderPlaced) -> list[tuple[str, int]]:
    rows = Attempt.objects.filter(kind="refund", allocation__receivable__document_id=order.order_id).order_by("id")
    return list(rows.values_list("state", "amount"))


def _money(order: OrderPlaced) -> tuple[int, int, int]:
    owed = sold.owed(order)
    return owed.amount, owed.due, owed.refunded


def test_it_works(shop: Shop) -> None:
    order, changed = _lowered(shop)
    posted = Posting.objects.count()
    shown = preview_undo(changed.change_id)
    assert (shown.refund_withdrawn, shown.refund_missed, shown.due) == (500, 0, 0)
    undone = undo(shop, changed)
    assert (undone.refund_withdrawn, undone.refund_missed, undone.due, undone.refunds) == (500, 0, 0, ())
    assert (_refunds(order), _money(order), Posting.objects.count()) == ([("withdrawn", 500)], (750, 0, 0), posted)


def test_a_change_that_asks_for_more_keeps_as_much_as_it_needs(shop: Shop) -> None:
    order, _changed = _lowered(shop)
    told = seen(shop, order, AddSurcharge(name="Wrap", amount=120))
    assert (told.refund_withdrawn, told.due, told.refund_due) == (120, 0, 380)
    assert [(one.gateway, one.amount) for one in told.refunds] == [("cash", 380)]
    assert _refunds(order) == [("withdrawn", 500), ("requested", 380)]
    seen(shop, order, AddSurcharge(name="Wrap", amount=400))
    assert _refunds(order) == [("withdrawn", 500), ("withdrawn", 380)]
    assert _money(order) == (770, 20, 0)


def test_money_that_was_kept_is_used_first(shop: Shop) -> None:
    kit.stock(shop, "TEA", 10)
    order = kit.place(shop, ("TEA", 3))
    kit.pay(shop, order)
    change(shop, order, SetQuantity(line_id=line_id(order), quantity=1))
    refund_order(shop.call(), order_id=order.order_id, amount=300)
    told = seen(shop, order, AddSurcharge(name="Wrap", amount=200))
    assert (told.refund_withdrawn, _refunds(order)) == (0, [("requested", 300)])


def test_a_refund_of_what_was_never_too_much_goes_on(shop: Shop) -> None:
    kit.stock(shop, "TEA", 10)
    order = kit.place(shop, ("TEA", 3))
    kit.pay(shop, order)
    money = MoneyReturned(document=Document("order", order.order_id), money=Money(200, "GBP"))
    request_refund(shop.call(), refund=money)
    told = seen(shop, order, AddSurcharge(name="Wrap", amount=10))
    assert (told.refund_withdrawn, told.refund_missed, told.due) == (0, 200, 210)
    assert _refunds(order) == [("requested", 200)]


def test_a_change_that_moves_no_money_leaves_it_alone(shop: Shop) -> None:
    order, _changed = _lowered(shop)
    assert seen(shop, order, AddNote(text="x")).refund_withdrawn == 0
    assert _refunds(order) == [("requested", 500)]


def test_what_a_person_gave_back_before_it_was_withdrawn_is_told_afterwards(shop: Shop) -> None:
    order, changed = _lowered(shop)
    undo(shop, changed)
    record_refund.one(shop.call(), Told(attempt_id=Attempt.objects.get(kind="refund").id))
    assert (_refunds(order), _money(order), kit.breaches()) == ([("succeeded", 500)], (750, 500, 500), [])


def test_a_refund_that_is_sent_is_asked_for_again(shop: Shop) -> None:
    order, changed = _lowered(shop)
    shown = preview_undo(changed.change_id)
    refund = Attempt.objects.get(kind="refund")
    send_refund(shop.call(), attempt_id=refund.id)
    (refused,) = undo_changes.many([(shop.call(), UndoChange(change_id=changed.change_id, fingerprint=shown.fingerprint))])
    assert isinstance(refused, WorldMoved)
    undone = undo(shop, changed)
    assert (undone.refund_withdrawn, undone.refund_missed, undone.due) == (0, 500, 500)
    drain(shop.tenant_id)
    notice = Notice.objects.filter(kind="order_changed").latest("id")
    letter = letter_of(notice)
    assert letter is not None
    assert any("£5.00 is on its way back to you, from before" in text for text in letter.paragraphs)
    record_refund.one(shop.call(), Told(attempt_id=refund.id))
    assert (_refunds(order), _money(order), kit.breaches()) == ([("succeeded", 500)], (750, 500, 500), [])


def test_what_is_back_already_is_asked_for_again(shop: Shop) -> None:
    order, changed = _lowered(shop)
    record_refund.one(shop.call(), Told(attempt_id=Attempt.objects.get(kind="refund").id))
    undone = undo(shop, changed)
    assert (undone.refund_withdrawn, undone.refund_missed, undone.due) == (0, 0, 500)
    assert _money(order) == (750, 500, 500)


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Counting:
    """The sandbox gateway, counted."""
    made = Counting()
    monkeypatch.setitem(gateways, "sandbox", made)
    return made


def _by_gateway(shop: Shop) -> tuple[OrderPlaced, OrderChanged]:
    """An order that was paid through a gateway and lowered; its refund is asked for and nobody has worked yet."""
    kit.stock(shop, "TEA", 10)
    order = kit.place(shop, ("TEA", 3))
    towards = (Towards(document=Document("order", order.order_id)),)
    held = request_authorization(shop.call(), gateway="sandbox", currency="GBP", towards=towards)
    asking.ask_gateway(tenant_id=str(shop.tenant_id), attempt_id=str(held.attempt_id))
    taken = request_capture.one(shop.call(), RequestCapture(payment_id=held.payment_id))
    asking.ask_gateway(tenant_id=str(shop.tenant_id), attempt_id=str(taken.attempt_id))
    changed = change(shop, order, SetQuantity(line_id=line_id(order), quantity=1))
    refund_order(shop.call(), order_id=order.order_id, reason="changed")
    return order, changed


def test_a_job_that_wakes_up_late_sends_nothing(shop: Shop, gateway: Counting) -> None:
    order, changed = _by_gateway(shop)
    refund = Attempt.objects.get(kind="refund")
    undo(shop, changed)
    for _ in range(2):
        asking.ask_gateway(tenant_id=str(shop.tenant_id), attempt_id=str(refund.id))
    assert asking._send(shop.tenant_id, refund.id) is False  # when it was read before it was withdrawn
    assert (gateway.refunds, _refunds(order), _money(order)) == (0, [("withdrawn", 500)], (750, 0, 0))


def test_a_job_that_was_faster_is_not_called_back(shop: Shop, gateway: Counting) -> None:
    order, changed = _by_gateway(shop)
    refund = Attempt.objects.get(kind="refund")
    for _ in range(2):
        asking.ask_gateway(tenant_id=str(shop.tenant_id), attempt_id=str(refund.id))
    undo(shop, changed)
    assert (gateway.refunds, _refunds(order), _money(order)) == (1, [("succeeded", 500)], (750, 500, 500))


def test_a_job_that_died_behind_the_mark_is_done_again(shop: Shop, gateway: Counting) -> None:
    order, _changed = _by_gateway(shop)
    refund = Attempt.objects.get(kind="refund")
    send_refund(shop.call(), attempt_id=refund.id)
    with pytest.raises(NotInThisState):
        send_refund(shop.call(), attempt_id=refund.id)
    asking.ask_gateway(tenant_id=str(shop.tenant_id), attempt_id=str(refund.id))
    assert (gateway.refunds, _refunds(order), kit.breaches()) == (1, [("succeeded", 500)], [])


def test_what_is_promised_anew_is_asked_of_the_gateway(shop: Shop, gateway: Counting) -> None:
    order, _changed = _by_gateway(shop)
    told = change(shop, order, AddSurcharge(name="Wrap", amount=120))
    drain(shop.tenant_id)
    (again,) = told.refunds
    asking.ask_gateway(tenant_id=str(shop.tenant_id), attempt_id=str(again.attempt_id))
    assert (gateway.refunds, _refunds(order)) == (1, [("withdrawn", 500), ("succeeded", 380)])
    assert (_money(order), kit.breaches()) == ((370, 0, 380), [])
