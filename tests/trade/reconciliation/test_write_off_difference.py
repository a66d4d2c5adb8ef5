"""What banks keep of a payment is given up, and no more."""

import pytest

from dingdan.ledgers.payments.steps.refusals import WriteOffAboveOpen
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.reconciliation.commands import save_tolerances, write_off_difference
from dingdan.trade.reconciliation.commands.matching import AboveTolerance, NothingMissing
from dingdan.trade.settlement.commands import IssueInvoice, issue_invoices
from tests import kit
from tests.conftest import Shop
from tests.trade.reconciliation.desk import draft, due, match, order, statement


def _invoiced(shop: Shop) -> OrderPlaced:
    placed = order(shop, 1000)
    issue_invoices.one(shop.call(), IssueInvoice(shipment_id=kit.ship(shop, placed)))
    return placed


def test_it_works(shop: Shop) -> None:
    save_tolerances(shop.call(), amounts={"GBP": 50})
    placed = _invoiced(shop)
    (one,) = statement(shop, draft(960))
    match(shop, one, placed)
    told = write_off_difference(shop.call(), line_id=one)
    assert (told.amount, due(placed)) == (40, (0, "written_off"))
    assert kit.breaches() == []


def test_more_than_the_shop_gives_up_is_refused(shop: Shop) -> None:
    placed = _invoiced(shop)
    (one,) = statement(shop, draft(960))
    match(shop, one, placed)
    with pytest.raises(AboveTolerance):
        write_off_difference(shop.call(), line_id=one)
    assert due(placed) == (40, "partly_paid")


def test_nothing_missing_is_refused(shop: Shop) -> None:
    (one,) = statement(shop, draft(1000))
    match(shop, one, order(shop, 1000))
    with pytest.raises(NothingMissing):
        write_off_difference(shop.call(), line_id=one)


def test_what_is_not_invoiced_is_refused(shop: Shop) -> None:
    save_tolerances(shop.call(), amounts={"GBP": 50})
    placed = order(shop, 1000)
    (one,) = statement(shop, draft(960))
    match(shop, one, placed)
    with pytest.raises(WriteOffAboveOpen):
        write_off_difference(shop.call(), line_id=one)
    assert due(placed) == (40, "partly_paid")
