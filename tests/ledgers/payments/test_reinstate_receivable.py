import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import reinstate_receivable, write_off_receivable
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.steps.refusals import ForeignCurrency, ReinstateAboveWrittenOff
from tests.ledgers.payments.desk import Desk


def test_it_works(desk: Desk) -> None:
    document = desk.claim(10_00)
    desk.invoice(document, goods=10_00)
    write_off_receivable(desk.call(), document=document)
    told = reinstate_receivable(desk.call(), document=document, money=Money(4_00, "GBP"))
    assert [(one.amount, one.payment_status) for one in told.applied] == [(4_00, "unpaid")]
    assert desk.posted(2) == [("debt_reinstated", "accounts_receivable", "bad_debt", 4_00)]
    desk.pay(document, 4_00)
    assert (desk.owed(document).payment_status, desk.owed(document).due) == ("written_off", 0)


def test_more_than_was_written_off_is_refused(desk: Desk) -> None:
    document = desk.claim(10_00)
    desk.invoice(document, goods=10_00)
    with desk.nothing_changes(), pytest.raises(ReinstateAboveWrittenOff):
        reinstate_receivable(desk.call(), document=document)


def test_foreign_money_is_refused(desk: Desk) -> None:
    document = desk.claim(10_00)
    desk.invoice(document, goods=10_00)
    write_off_receivable(desk.call(), document=document)
    with desk.nothing_changes(), pytest.raises(ForeignCurrency):
        reinstate_receivable(desk.call(), document=document, money=Money(1, "EUR"))


def test_an_unknown_document_is_refused(desk: Desk) -> None:
    with desk.nothing_changes(), pytest.raises(NotFound):
        reinstate_receivable(desk.call(), document=Document("order", new_id()))
