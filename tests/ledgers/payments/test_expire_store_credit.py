"""Credit that lasts until a day: what is spent is taken from what expires first, what is left is income."""

from datetime import timedelta
from uuid import UUID

import pytest

from dingdan.kernel.errors import Invalid
from dingdan.kernel.ids import new_id
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import (
    MoneyReturned,
    apply_store_credit,
    expire_store_credit,
    grant_store_credit,
    pay_payable,
    record_refunds,
)
from dingdan.ledgers.payments.queries import credit_of, credit_to_expire, grants_of, trial_balance
from dingdan.ledgers.payments.steps.refusals import NotEnoughCredit
from tests.ledgers.payments.desk import NOON, Desk

DAY = timedelta(days=1)


def grant(desk: Desk, customer: UUID, amount: int, days: int | None = None) -> UUID:
    """So much credit, for so many days or for good."""
    expires_at = NOON + days * DAY if days is not None else None
    told = grant_store_credit(desk.call(), customer_id=customer, money=Money(amount, "GBP"), expires_at=expires_at)
    return told.payable_id


def left(payable_id: UUID) -> list[int]:
    """What is left of the parts that expire, the next to expire first."""
    return [one.left for one in grants_of([payable_id])]


def breaches() -> list[str]:
    from tests.kit import breaches as told

    return told()


def test_it_works(desk: Desk) -> None:
    customer = new_id()
    payable_id = grant(desk, customer, 5_00, 10)
    grant(desk, customer, 2_00)
    assert credit_to_expire(NOON + 9 * DAY) == []
    assert credit_to_expire(NOON + 10 * DAY) == [payable_id]
    (lost,) = expire_store_credit(desk.call(at=NOON + 10 * DAY), payable_ids=(payable_id,)).credits
    assert (lost.payable_id, lost.party_id, lost.amount, lost.left) == (payable_id, customer, 5_00, 2_00)
    assert desk.posted(2) == [("store_credit_expired", "store_credit", "breakage", 5_00)]
    assert [(one.amount, one.paid, one.due) for one in credit_of(customer)] == [(7_00, 5_00, 2_00)]
    assert (left(payable_id), credit_to_expire(NOON + 99 * DAY)) == ([], [])
    assert breaches() == []


def test_nothing_expires_twice_or_before_its_time(desk: Desk) -> None:
    payable_id = grant(desk, new_id(), 5_00, 10)
    assert expire_store_credit(desk.call(at=NOON + 9 * DAY), payable_ids=(payable_id,)).credits == ()
    assert len(expire_store_credit(desk.call(at=NOON + 11 * DAY), payable_ids=(payable_id,)).credits) == 1
    assert expire_store_credit(desk.call(at=NOON + 12 * DAY), payable_ids=(payable_id,)).credits == ()


def test_what_expires_first_is_spent_first(desk: Desk) -> None:
    customer = new_id()
    payable_id = grant(desk, customer, 3_00)
    grant(desk, customer, 4_00, 20)
    grant(desk, customer, 2_00, 10)
    apply_store_credit(desk.call(), document=desk.claim(5_00), customer_id=customer)
    assert left(payable_id) == [1_00]
    apply_store_credit(desk.call(), document=desk.claim(2_00), customer_id=customer)
    assert (left(payable_id), [one.due for one in credit_of(customer)]) == ([], [2_00])
    assert breaches() == []


def test_what_has_expired_is_not_spent_even_before_the_schedule_sees_it(desk: Desk) -> None:
    customer = new_id()
    payable_id = grant(desk, customer, 5_00, 10)
    grant(desk, customer, 1_00)
    late, document = NOON + 11 * DAY, desk.claim(5_00)
    with desk.nothing_changes(), pytest.raises(NotEnoughCredit):
        apply_store_credit(desk.call(at=late), document=document, customer_id=customer, money=Money(1_01, "GBP"))
    assert apply_store_credit(desk.call(at=late), document=document, customer_id=customer).amount == 1_00
    assert (left(payable_id), [one.due for one in credit_of(customer)]) == ([], [0])
    assert {one.account: one.balance for one in trial_balance()}["breakage"] == 5_00
    assert breaches() == []


def test_what_is_paid_out_no_longer_expires(desk: Desk) -> None:
    payable_id = grant(desk, new_id(), 5_00, 10)
    pay_payable(desk.call(), payable_id=payable_id, method="bank_transfer", money=Money(2_00, "GBP"))
    (lost,) = expire_store_credit(desk.call(at=NOON + 11 * DAY), payable_ids=(payable_id,)).credits
    assert (lost.amount, lost.left) == (3_00, 0)
    assert breaches() == []


def test_what_comes_back_to_a_credit_stays_for_good(desk: Desk) -> None:
    customer, document = new_id(), desk.claim(5_00)
    payable_id = grant(desk, customer, 5_00, 10)
    apply_store_credit(desk.call(), document=document, customer_id=customer)
    record_refunds.one(desk.call(), MoneyReturned(document=document, money=Money(2_00, "GBP")))
    assert expire_store_credit(desk.call(at=NOON + 11 * DAY), payable_ids=(payable_id,)).credits == ()
    assert [one.due for one in credit_of(customer)] == [2_00]
    assert breaches() == []


def test_a_time_that_is_over_is_refused(desk: Desk) -> None:
    with desk.nothing_changes(), pytest.raises(Invalid):
        grant(desk, new_id(), 5_00, 0)


def test_spending_and_expiring_at_once_lose_nothing(desk: Desk) -> None:
    from tests import kit

    customer = new_id()
    payable_id = grant(desk, customer, 10_00, 10)
    documents = [desk.claim(90) for _ in range(8)]

    def act(index: int) -> object:
        if index % 4 == 3:
            return expire_store_credit(desk.call(at=NOON + 11 * DAY), payable_ids=(payable_id,))
        return apply_store_credit(desk.call(), document=documents[index], customer_id=customer)

    told = kit.in_threads(act, 8)
    spent = kit.kinds(told).count("PaymentRecorded")
    assert kit.kinds(told) == sorted(["CreditExpired"] * 2 + ["NotEnoughCredit"] * (6 - spent) + ["PaymentRecorded"] * spent)
    books = {one.account: one.balance for one in trial_balance()}
    assert (books["breakage"] + spent * 90, [one.due for one in credit_of(customer)]) == (10_00, [0])
    assert breaches() == []
