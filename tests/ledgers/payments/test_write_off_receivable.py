import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import write_off_receivable
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.steps.refusals import ForeignCurrency, WriteOffAboveOpen
from tests.ledgers.payments.desk import Desk


def test_it_works(desk: Desk) -> None:
    document = desk.claim(10_00)
    desk.invoice(document, goods=10_00)
    desk.pay(document, 7_00)
    told = write_off_receivable(desk.call(), document=document)
    assert [(one.amount, one.payment_status) for one in told.applied] == [(3_00, "written_off")]
    assert desk.posted(3) == [("debt_written_off", "bad_debt", "accounts_receivable", 3_00)]
    assert (desk.owed(document).due, desk.owed(document).written_off) == (0, 3_00)


def test_a_part(desk: Desk) -> None:
    document = desk.claim(10_00)
    desk.invoice(document, goods=10_00)
    write_off_receivable(desk.call(), document=document, money=Money(4_00, "GBP"))
    assert (desk.owed(document).payment_status, desk.owed(document).due) == ("unpaid", 6_00)


def test_more_than_is_open_is_refused(desk: Desk) -> None:
    document = desk.claim(10_00)
    desk.invoice(document, goods=10_00)
    desk.pay(document, 7_00)
    with desk.nothing_changes(), pytest.raises(WriteOffAboveOpen) as refused:
        write_off_receivable(desk.call(), document=document, money=Money(3_01, "GBP"))
    assert refused.value.facts["left"] == Money(3_00, "GBP")


def test_what_is_not_invoiced_is_refused(desk: Desk) -> None:
    document = desk.claim(10_00)
    with desk.nothing_changes(), pytest.raises(WriteOffAboveOpen):
        write_off_receivable(desk.call(), document=document)


def test_foreign_money_is_refused(desk: Desk) -> None:
    document = desk.claim(10_00)
    desk.invoice(document, goods=10_00)
    with desk.nothing_changes(), pytest.raises(ForeignCurrency):
        write_off_receivable(desk.call(), document=document, money=Money(1, "EUR"))


def test_an_unknown_document_is_refused(desk: Desk) -> None:
    with desk.nothing_changes(), pytest.raises(NotFound):
        write_off_receivable(desk.call(), document=Document("order", new_id()))
