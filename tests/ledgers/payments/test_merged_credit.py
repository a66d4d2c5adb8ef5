"""Customers who turn out to be one person have one store credit, whichever number it was given to."""

from datetime import timedelta
from uuid import UUID

import pytest

from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import MoneyReturned, apply_store_credit, grant_store_credit, request_refund
from dingdan.ledgers.payments.queries import credit_of, grants_of
from dingdan.ledgers.payments.steps.refusals import NotEnoughCredit
from dingdan.masterdata.customers.commands import merge_customers, save_customer
from dingdan.masterdata.customers.rules import CustomerDraft
from tests.kit import breaches
from tests.ledgers.payments.desk import NOON, Desk

DAY = timedelta(days=1)


def somebody(desk: Desk, number: str) -> UUID:
    """A customer of whom only the number is known."""
    return save_customer(desk.call(), customer=CustomerDraft(number=number)).customer_id


def grant(desk: Desk, customer: UUID, amount: int, currency: str = "GBP", *, days: int | None = None) -> UUID:
    """So much credit, for so many days or for good; the payable that it stands on."""
    until = NOON + days * DAY if days is not None else None
    told = grant_store_credit(desk.call(), customer_id=customer, money=Money(amount, currency), expires_at=until)
    return told.payable_id


def left(customer: UUID) -> int:
    """What the customer may spend in pounds."""
    return sum(one.due for one in credit_of(customer) if one.currency == "GBP")


@pytest.fixture
def people(desk: Desk) -> tuple[UUID, UUID]:
    """Somebody with 3.00, and the same person under another number with 4.00 for ten days and 1.00 for good, before the merge."""
    kept, merged = somebody(desk, "A"), somebody(desk, "B")
    grant(desk, kept, 3_00)
    grant(desk, merged, 4_00, days=10)
    grant(desk, merged, 1_00)
    grant(desk, merged, 9_00, "EUR")
    merge_customers(desk.call(), kept_id=kept, merged_id=merged)
    return kept, merged


@pytest.mark.parametrize("number", [0, 1])
def test_either_number_spends_all(desk: Desk, people: tuple[UUID, UUID], number: int) -> None:
    document = desk.claim(10_00)
    assert left(people[number]) == 8_00
    assert apply_store_credit(desk.call(), document=document, customer_id=people[number]).amount == 8_00
    assert desk.posted(4) == [
        ("store_credit_handed_on", "store_credit", "customer_payable", 5_00),
        ("store_credit_taken_over", "customer_payable", "store_credit", 5_00),
        ("store_credit_received", "store_credit", "customer_deposits", 8_00),
    ]
    assert (left(people[0]), left(people[1])) == (0, 0)
    assert [one.due for one in credit_of(people[0]) if one.currency == "EUR"] == [9_00]
    assert breaches() == []


def test_what_expires_expires_on_its_day_under_the_number_that_was_kept(desk: Desk, people: tuple[UUID, UUID]) -> None:
    kept, _merged = people
    apply_store_credit(desk.call(), document=desk.claim(1_00), customer_id=kept)
    pots = [one.payable_id for one in credit_of(kept)]
    assert [(one.left, one.expires_at) for one in grants_of(pots)] == [(3_00, NOON + 10 * DAY)]
    assert breaches() == []
    document, late = desk.claim(9_00), NOON + 11 * DAY
    with desk.nothing_changes(), pytest.raises(NotEnoughCredit):
        apply_store_credit(desk.call(at=late), document=document, customer_id=kept, money=Money(4_01, "GBP"))
    assert apply_store_credit(desk.call(at=late), document=document, customer_id=kept).amount == 4_00
    assert left(kept) == 0
    assert breaches() == []


def test_what_is_granted_to_the_old_number_stands_under_the_other(desk: Desk, people: tuple[UUID, UUID]) -> None:
    kept, merged = people
    told = grant_store_credit(desk.call(), customer_id=merged, money=Money(2_00, "GBP"))
    assert (told.party_id, told.left) == (kept, 5_00)
    assert left(kept) == 10_00


def test_what_goes_back_for_an_order_of_the_old_number_is_the_others_credit(desk: Desk, people: tuple[UUID, UUID]) -> None:
    kept, merged = people
    document = desk.claim(6_00, customer_id=merged)
    desk.pay(document, 6_00)
    request_refund(desk.call(), refund=MoneyReturned(document=document, method="store_credit"))
    assert [one.due for one in credit_of(kept) if one.due and one.currency == "GBP"] == [14_00]
    assert breaches() == []


def test_both_numbers_at_once_never_spend_more_than_there_is(desk: Desk, people: tuple[UUID, UUID]) -> None:
    documents = [desk.claim(3_00) for _ in range(8)]
    told = desk.together(
        *[
            lambda number=number, document=document: apply_store_credit(
                desk.call(), document=document, customer_id=people[number % 2], money=Money(3_00, "GBP")
            )
            for number, document in enumerate(documents)
        ]
    )
    assert sum(isinstance(one, NotEnoughCredit) for one in told) == 6
    assert (left(people[0]), left(people[1])) == (2_00, 2_00)
    assert breaches() == []
