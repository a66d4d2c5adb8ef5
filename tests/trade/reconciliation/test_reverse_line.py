"""What the bank takes back is owed again."""

import pytest

from dingdan.kernel.lifecycle import NotInThisState
from dingdan.ledgers.payments.models import Payment
from dingdan.trade.reconciliation.commands import reverse_line
from dingdan.trade.reconciliation.commands.matching import NotReversed
from dingdan.trade.reconciliation.queries import lines_by_id, open_lines, reversible
from tests import kit
from tests.conftest import Shop
from tests.trade.reconciliation.desk import draft, due, line, match, order, statement


def test_it_works(shop: Shop) -> None:
    placed = order(shop)
    came, went = statement(shop, draft(1000, end_to_end="E1"), draft(-1000, end_to_end="E1", is_reversal=True))
    match(shop, came, placed)
    assert reversible(lines_by_id([went])[0]) == [came]
    told = reverse_line(shop.call(), line_id=went, reverses_id=came)
    assert (told.amount, [part.payment_status for part in told.released]) == (1000, ["unpaid"])
    assert (due(placed), line(came), line(went)) == ((1000, "unpaid"), ("reversed", 0), ("matched", 1000))
    assert list(Payment.objects.values_list("captured", "refunded", "unapplied")) == [(1000, 1000, 0)]
    assert (open_lines().count(), kit.breaches()) == (0, [])


def test_a_line_that_is_not_booked_is_refused(shop: Shop) -> None:
    came, went = statement(shop, draft(1000), draft(-1000))
    with pytest.raises(NotInThisState):
        reverse_line(shop.call(), line_id=went, reverses_id=came)
    assert (line(came), line(went)) == (("open", 0), ("open", 0))


def test_another_amount_is_refused(shop: Shop) -> None:
    placed = order(shop)
    came, went = statement(shop, draft(1000), draft(-999))
    match(shop, came, placed)
    with pytest.raises(NotReversed):
        reverse_line(shop.call(), line_id=went, reverses_id=came)
    assert (due(placed), line(went)) == ((0, "paid"), ("open", 0))
