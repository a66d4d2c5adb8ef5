"""A refund that the payer's bank sent back is decided about at the desk."""

from __future__ import annotations

from uuid import UUID

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import (
    MoneyReturned,
    Told,
    Towards,
    record_capture,
    record_refund,
    record_refunds,
    release_allocation,
    request_charge,
    request_refund,
)
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.models import Attempt, Payment, Posting
from dingdan.ledgers.payments.ports import gateways
from dingdan.ledgers.payments.steps.refusals import NotThisWay
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.reconciliation.commands import DiscrepancyFound, report_discrepancies, resolve_discrepancy, return_refund
from dingdan.trade.reconciliation.commands.differing import NoRefundSentBack
from dingdan.trade.reconciliation.models import Discrepancy
from dingdan.trade.settlement.commands import IssueInvoice, issue_invoices
from tests import kit
from tests.conftest import Shop
from tests.ledgers.payments.desk import SilentGateway
from tests.trade.reconciliation.desk import order


@pytest.fixture(autouse=True)
def _card(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(gateways, "silent", SilentGateway())


def paid(shop: Shop, amount: int = 1000) -> tuple[OrderPlaced, UUID]:
    """An order that was paid by card, and its payment."""
    placed = order(shop, amount)
    towards = (Towards(document=Document("order", placed.order_id)),)
    asked = request_charge(shop.call(), gateway="silent", currency="GBP", towards=towards)
    record_capture.one(shop.call(), Told(attempt_id=asked.attempt_id))
    return placed, asked.payment_id


def given_back(shop: Shop, placed: OrderPlaced, amount: int = 300) -> UUID:
    """A part goes back to the card, says the gateway; its attempt."""
    refund = MoneyReturned(document=Document("order", placed.order_id), money=Money(amount, "GBP"))
    (one,) = request_refund(shop.call(), refund=refund).refunds
    record_refund.one(shop.call(), Told(attempt_id=one.attempt_id))
    return one.attempt_id


def found(shop: Shop, attempt_id: UUID | None, kind: str = "refund_returned") -> UUID:
    """What the exception queue says of it."""
    one = DiscrepancyFound(kind=kind, source="silent", reference="re-1", attempt_id=attempt_id)
    return report_discrepancies.one(shop.call(), one).discrepancy_id


def posted() -> list[tuple[str, int]]:
    """Rule and amount of every posting, in order."""
    return list(Posting.objects.order_by("id").values_list("rule", "amount"))


def unchanged(shop: Shop, attempt_id: UUID) -> None:
    """Assert that the refund counts as done and its discrepancy waits."""
    assert Attempt.objects.get(id=attempt_id).state == "succeeded"
    assert Payment.objects.get().refunded == 300
    assert kit.breaches() == []


@pytest.mark.parametrize("kind", ["refund_returned", "missing_at_gateway"])
def test_it_works(shop: Shop, kind: str) -> None:
    placed, payment_id = paid(shop)
    attempt_id = given_back(shop, placed)
    told = return_refund(shop.call(), discrepancy_id=found(shop, attempt_id, kind), note="His card is gone.")
    assert (told.payment_id, told.method, told.amount, told.again) == (payment_id, "silent", 300, ())
    assert [(one.document_id, one.amount, one.payment_status) for one in told.applied] == [(placed.order_id, 300, "paid")]
    assert Attempt.objects.get(id=attempt_id).state == "returned"
    row = Payment.objects.get()
    assert (row.captured, row.applied, row.refunding, row.refunded) == (1000, 1000, 0, 0)
    assert posted()[-1:] == [("gateway_refund_returned", 300)]
    settled = Discrepancy.objects.get()
    assert (settled.state, settled.resolution, settled.note) == ("resolved", "booked", "His card is gone.")
    assert kit.breaches() == []


def test_it_goes_back_in_another_way(shop: Shop) -> None:
    placed, _payment = paid(shop)
    attempt_id = given_back(shop, placed)
    told = return_refund(shop.call(), discrepancy_id=found(shop, attempt_id), again_by="bank_transfer")
    (again,) = told.again
    asked = Attempt.objects.get(id=again)
    assert (told.again_by, asked.gateway, asked.amount, asked.state) == ("bank_transfer", "bank_transfer", 300, "requested")
    record_refund.one(shop.call(), Told(attempt_id=again))
    row = Payment.objects.get()
    assert (row.captured, row.applied, row.refunding, row.refunded) == (1000, 700, 0, 300)
    assert posted()[-2:] == [("gateway_refund_returned", 300), ("bank_refunded", 300)]
    assert kit.breaches() == []


def test_an_invoice_that_was_opened_again_is_covered_again(shop: Shop) -> None:
    placed, _payment = paid(shop)
    issue_invoices.one(shop.call(), IssueInvoice(shipment_id=kit.ship(shop, placed)))
    attempt_id = given_back(shop, placed)
    return_refund(shop.call(), discrepancy_id=found(shop, attempt_id))
    assert posted()[-2:] == [("gateway_refund_returned", 300), ("deposit_settled", 300)]
    assert kit.breaches() == []


def test_money_of_nobody_is_nobodys_again(shop: Shop) -> None:
    placed, payment_id = paid(shop)
    release_allocation(shop.call(), payment_id=payment_id, document=Document("order", placed.order_id), money=Money(1000, "GBP"))
    refund = MoneyReturned(payment_id=payment_id, money=Money(300, "GBP"))
    (one,) = request_refund(shop.call(), refund=refund).refunds
    record_refund.one(shop.call(), Told(attempt_id=one.attempt_id))
    told = return_refund(shop.call(), discrepancy_id=found(shop, one.attempt_id))
    assert told.applied == ()
    assert posted()[-1] == ("gateway_unapplied_refund_returned", 300)
    assert Payment.objects.get().unapplied == 1000
    assert kit.breaches() == []


def test_twice_is_refused(shop: Shop) -> None:
    placed, _payment = paid(shop)
    attempt_id = given_back(shop, placed)
    one = found(shop, attempt_id)
    return_refund(shop.call(), discrepancy_id=one)
    with pytest.raises(NotInThisState):
        return_refund(shop.call(), discrepancy_id=one)
    with pytest.raises(NotInThisState):  # told once more, it is another discrepancy of the same refund
        return_refund(shop.call(), discrepancy_id=found(shop, attempt_id))
    assert Payment.objects.get().refunded == 0
    assert Discrepancy.objects.filter(state="open").count() == 1
    assert kit.breaches() == []


def test_what_is_settled_is_refused(shop: Shop) -> None:
    placed, _payment = paid(shop)
    attempt_id = given_back(shop, placed)
    one = found(shop, attempt_id)
    resolve_discrepancy(shop.call(), discrepancy_id=one, resolution="ignored", note="It arrived after all.")
    with pytest.raises(NotInThisState):
        return_refund(shop.call(), discrepancy_id=one)
    unchanged(shop, attempt_id)


def test_another_kind_is_refused(shop: Shop) -> None:
    placed, _payment = paid(shop)
    attempt_id = given_back(shop, placed)
    for one in (found(shop, attempt_id, "overpaid"), found(shop, None)):
        with pytest.raises(NoRefundSentBack):
            return_refund(shop.call(), discrepancy_id=one)
    unchanged(shop, attempt_id)


def test_the_same_gateway_is_refused(shop: Shop) -> None:
    placed, _payment = paid(shop)
    attempt_id = given_back(shop, placed)
    with pytest.raises(NotThisWay):
        return_refund(shop.call(), discrepancy_id=found(shop, attempt_id), again_by="silent")
    unchanged(shop, attempt_id)


def test_cash_never_comes_back_by_a_bank(shop: Shop) -> None:
    placed, _payment = paid(shop)
    refund = MoneyReturned(document=Document("order", placed.order_id), money=Money(300, "GBP"), method="cash")
    (one,) = record_refunds.one(shop.call(), refund).refunds
    with pytest.raises(NotThisWay):
        return_refund(shop.call(), discrepancy_id=found(shop, one.attempt_id))
    unchanged(shop, one.attempt_id)


def test_a_payment_is_no_refund(shop: Shop) -> None:
    placed, payment_id = paid(shop)
    given_back(shop, placed)
    capture = Attempt.objects.get(payment_id=payment_id, kind="capture")
    with pytest.raises(NotFound):
        return_refund(shop.call(), discrepancy_id=found(shop, capture.id, "missing_at_gateway"))
    assert Payment.objects.get().captured == 1000


def test_an_unknown_one_is_refused(shop: Shop) -> None:
    with pytest.raises(NotFound):
        return_refund(shop.call(), discrepancy_id=new_id())
