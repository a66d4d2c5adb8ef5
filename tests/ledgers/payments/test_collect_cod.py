import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import CodCollected, collect_cod
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.steps.refusals import AmountNotPositive, ForeignCurrency, ReferenceUsed
from tests.ledgers.payments.desk import Desk


def _collected(document: Document, amount: int, currency: str = "GBP", reference: str = "") -> CodCollected:
    return CodCollected(document=document, money=Money(amount, currency), reference=reference)


def test_it_works(desk: Desk) -> None:
    document = desk.claim(30_00)
    recorded = collect_cod.one(desk.call(), _collected(document, 30_00, reference="PARCEL-1"))
    assert (recorded.method, recorded.amount, recorded.applied[0].payment_status) == ("cash_on_delivery", 30_00, "paid")
    assert desk.posted() == [("carrier_received", "carrier_receivable", "customer_deposits", 30_00)]
    assert desk.payment(recorded.payment_id).settled == 0


def test_what_is_collected_above_what_is_due_stays_unapplied(desk: Desk) -> None:
    document = desk.claim(30_00)
    recorded = collect_cod.one(desk.call(), _collected(document, 31_00))
    assert recorded.unapplied == 1_00
    assert desk.posted()[1] == ("carrier_unapplied", "carrier_receivable", "unapplied_money", 1_00)


def test_a_foreign_currency_is_refused(desk: Desk) -> None:
    document = desk.claim(30_00)
    with desk.nothing_changes(), pytest.raises(ForeignCurrency):
        collect_cod.one(desk.call(), _collected(document, 30_00, "USD"))


def test_nothing_is_refused(desk: Desk) -> None:
    document = desk.claim(30_00)
    with desk.nothing_changes(), pytest.raises(AmountNotPositive):
        collect_cod.one(desk.call(), _collected(document, 0))


def test_a_parcel_is_collected_once(desk: Desk) -> None:
    document = desk.claim(30_00)
    collect_cod.one(desk.call(), _collected(document, 10_00, reference="PARCEL-1"))
    with desk.nothing_changes(), pytest.raises(ReferenceUsed):
        collect_cod.one(desk.call(), _collected(document, 10_00, reference="PARCEL-1"))


def test_an_unknown_document_is_refused(desk: Desk) -> None:
    with desk.nothing_changes(), pytest.raises(NotFound):
        collect_cod.one(desk.call(), _collected(Document("order", new_id()), 10_00))
