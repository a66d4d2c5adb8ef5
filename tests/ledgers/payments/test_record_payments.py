import pytest

from dingdan.kernel.errors import KeyReused, NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import MoneyReceived, Towards, record_payments
from dingdan.ledgers.payments.events import Applied, Document, PaymentRecorded
from dingdan.ledgers.payments.models import Payment
from dingdan.ledgers.payments.queries import unapplied
from dingdan.ledgers.payments.steps.refusals import AmountNotPositive, ForeignCurrency, NotThisWay, ReferenceUsed, UnknownMethod
from tests.ledgers.payments.desk import Desk


def test_it_works(desk: Desk) -> None:
    customer = new_id()
    document = desk.claim(12_50, customer_id=customer)

    recorded = desk.pay(document, 12_50)

    owed = desk.owed(document)
    assert recorded == PaymentRecorded(
        payment_id=recorded.payment_id,
        method="bank_transfer",
        currency="GBP",
        amount=12_50,
        unapplied=0,
        applied=(
            Applied(
                document_kind="order", document_id=document.id, receivable_id=owed.id, amount=12_50, payment_status="paid"
            ),
        ),
    )  # fmt: skip
    assert (owed.payment_status, owed.due, owed.allocated) == ("paid", 0, 12_50)
    assert desk.posted() == [("bank_received", "bank", "customer_deposits", 12_50)]
    payment = desk.payment(recorded.payment_id)
    assert (payment.state, payment.captured, payment.applied, payment.unapplied) == ("captured", 12_50, 12_50, 0)
    assert payment.customer_id == customer


def test_cash_lies_in_the_cash_box(desk: Desk) -> None:
    desk.pay(desk.claim(5_00), 5_00, method="cash")
    assert desk.posted() == [("cash_received", "cash", "customer_deposits", 5_00)]


def test_a_part_leaves_the_rest_due(desk: Desk) -> None:
    document = desk.claim(10_00)
    desk.pay(document, 4_00)
    assert desk.counters(document) == ("partly_paid", 6_00, 4_00, 0)


def test_what_is_above_what_is_due_stays_unapplied(desk: Desk) -> None:
    document = desk.claim(10_00)
    recorded = desk.pay(document, 12_00)
    assert recorded.unapplied == 2_00
    assert desk.counters(document) == ("paid", 0, 10_00, 0)
    assert desk.posted() == [
        ("bank_received", "bank", "customer_deposits", 10_00),
        ("bank_unapplied", "bank", "unapplied_money", 2_00),
    ]
    assert [(one.id, one.unapplied) for one in unapplied()] == [(recorded.payment_id, 2_00)]


def test_one_payment_pays_several_documents_in_order(desk: Desk) -> None:
    first, second, third = desk.claim(3_00), desk.claim(4_00), desk.claim(5_00)
    towards = (Towards(document=first), Towards(document=second, amount=1_00), Towards(document=third))
    recorded = record_payments.one(desk.call(), MoneyReceived(method="cash", money=Money(6_00, "GBP"), towards=towards))
    assert [(one.document_id, one.amount, one.payment_status) for one in recorded.applied] == [
        (first.id, 3_00, "paid"),
        (second.id, 1_00, "partly_paid"),
        (third.id, 2_00, "partly_paid"),
    ]


def test_several_payments_pay_one_document(desk: Desk) -> None:
    document = desk.claim(9_00)
    desk.pay(document, 4_00)
    desk.pay(document, 5_00, method="cash")
    assert desk.counters(document) == ("paid", 0, 9_00, 0)
    assert [(one.gateway, one.shares[0].amount) for one in desk.payments(document)] == [("bank_transfer", 4_00), ("cash", 5_00)]


def test_money_for_a_document_that_owes_nothing_stays_linked_to_it(desk: Desk) -> None:
    document = desk.claim(7_00)
    desk.reclaim(document, 0)
    recorded = desk.pay(document, 7_00)
    assert (recorded.unapplied, recorded.applied) == (7_00, ())
    assert [(one.id, one.unapplied) for one in desk.payments(document)] == [(recorded.payment_id, 7_00)]


def test_money_for_nobody_is_kept(desk: Desk) -> None:
    recorded = record_payments.one(desk.call(), MoneyReceived(method="bank_transfer", money=Money(8_00, "GBP"), reference="B-1"))
    assert (recorded.unapplied, recorded.applied) == (8_00, ())


def test_many_in_one_batch_are_answered_each_on_its_own(desk: Desk) -> None:
    document, other = desk.claim(10_00), desk.claim(1_00)

    def money(amount: int, aim: Document, currency: str = "GBP") -> MoneyReceived:
        return MoneyReceived(method="bank_transfer", money=Money(amount, currency), towards=(Towards(document=aim),))

    outcomes = record_payments.many(
        [
            (desk.call(), money(6_00, document)),
            (desk.call(), money(6_00, document, "EUR")),
            (desk.call(), money(6_00, document)),
            (desk.call(), money(1_00, other)),
        ]
    )
    first, second, third, fourth = outcomes
    assert isinstance(second, ForeignCurrency)
    assert isinstance(first, PaymentRecorded)
    assert isinstance(third, PaymentRecorded)
    assert isinstance(fourth, PaymentRecorded)
    assert (first.unapplied, third.unapplied, fourth.unapplied) == (0, 2_00, 0)
    assert desk.counters(document) == ("paid", 0, 10_00, 0)
    assert Payment.objects.count() == 3


def test_the_same_key_pays_once(desk: Desk) -> None:
    document = desk.claim(5_00)
    intent = MoneyReceived(method="cash", money=Money(5_00, "GBP"), towards=(Towards(document=document),))
    first = record_payments.one(desk.call(key="receipt 7"), intent)
    with desk.nothing_changes():
        assert record_payments.one(desk.call(key="receipt 7"), intent) == first
    other = MoneyReceived(method="cash", money=Money(6_00, "GBP"), towards=(Towards(document=document),))
    with desk.nothing_changes(), pytest.raises(KeyReused):
        record_payments.one(desk.call(key="receipt 7"), other)


def test_a_bank_reference_is_recorded_once(desk: Desk) -> None:
    intent = MoneyReceived(method="bank_transfer", money=Money(5_00, "GBP"), reference="2026-11-23/0001")
    record_payments.one(desk.call(), intent)
    with desk.nothing_changes(), pytest.raises(ReferenceUsed) as refused:
        record_payments.one(desk.call(), intent)
    assert refused.value.detail == "bank_transfer 2026-11-23/0001 is already recorded."


def test_a_bank_reference_twice_in_one_batch_is_recorded_once(desk: Desk) -> None:
    intent = MoneyReceived(method="bank_transfer", money=Money(5_00, "GBP"), reference="X")
    first, second = record_payments.many([(desk.call(), intent), (desk.call(), intent)])
    assert isinstance(first, PaymentRecorded)
    assert isinstance(second, ReferenceUsed)


def test_a_bank_reference_in_two_transactions_at_once_is_recorded_once(desk: Desk) -> None:
    intent = MoneyReceived(method="bank_transfer", money=Money(5_00, "GBP"), reference="race")
    told = desk.together(*[lambda: record_payments.one(desk.call(), intent)] * 8)
    assert sum(isinstance(one, PaymentRecorded) for one in told) == 1
    assert sum(isinstance(one, ReferenceUsed) for one in told) == 7


def test_foreign_currency_is_refused(desk: Desk) -> None:
    document = desk.claim(5_00)
    with desk.nothing_changes(), pytest.raises(ForeignCurrency) as refused:
        desk.pay(document, 5_00, currency="EUR")
    assert (refused.value.field, refused.value.detail) == ("currency", "This is in EUR, what it is for is in GBP.")


@pytest.mark.parametrize("amount", [0, -1])
def test_no_money_is_refused(desk: Desk, amount: int) -> None:
    document = desk.claim(5_00)
    with desk.nothing_changes(), pytest.raises(AmountNotPositive):
        desk.pay(document, amount)


def test_a_part_below_nothing_is_refused(desk: Desk) -> None:
    document = desk.claim(5_00)
    towards = (Towards(document=document, amount=-1),)
    with desk.nothing_changes(), pytest.raises(AmountNotPositive):
        record_payments.one(desk.call(), MoneyReceived(method="cash", money=Money(5_00, "GBP"), towards=towards))


def test_an_unknown_document_is_refused(desk: Desk) -> None:
    with desk.nothing_changes(), pytest.raises(NotFound):
        desk.pay(Document("order", new_id()), 5_00)


def test_a_document_of_another_kind_is_another_document(desk: Desk) -> None:
    document = desk.claim(5_00)
    with desk.nothing_changes(), pytest.raises(NotFound):
        desk.pay(Document("quote", document.id), 5_00)


def test_a_strangers_document_is_not_here(desk: Desk) -> None:
    from dingdan.kernel.models import Tenant
    from dingdan.kernel.tenancy import tenant_scope

    stranger = Desk()
    Tenant.objects.create(id=stranger.id, slug=f"shop-{stranger.id.hex}", name="Other", currency="GBP")
    with tenant_scope(stranger.id):
        document = stranger.claim(5_00)
    with desk.nothing_changes(), pytest.raises(NotFound):
        desk.pay(document, 5_00)


def test_an_unknown_method_is_refused(desk: Desk) -> None:
    document = desk.claim(5_00)
    with desk.nothing_changes(), pytest.raises(UnknownMethod):
        desk.pay(document, 5_00, method="shells")


@pytest.mark.parametrize("method", ["on_account", "cash_on_delivery", "store_credit", "silent"])
def test_a_method_that_is_not_by_hand_is_refused(desk: Desk, method: str) -> None:
    document = desk.claim(5_00)
    with desk.nothing_changes(), pytest.raises(NotThisWay):
        desk.pay(document, 5_00, method=method)
