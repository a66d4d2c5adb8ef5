"""What the database refuses, and what the laws tell when somebody goes around it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from dingdan.kernel.ids import new_id
from dingdan.kernel.money import Money
from dingdan.kernel.tenancy import across_tenants
from dingdan.ledgers.payments.commands import (
    MoneyReturned,
    Opening,
    RequestCapture,
    Told,
    apply_store_credit,
    grant_store_credit,
    open_dispute,
    record_capture,
    record_refunds,
    request_capture,
)
from dingdan.ledgers.payments.models import Allocation, Attempt, Dispute, GiftCard, Payable, Payment, Posting, Receivable
from dingdan.ledgers.payments.queries import LAWS
from dingdan.ledgers.payments.queries.card_laws import (
    law_a_card_that_is_over_is_worth_nothing,
    law_a_gift_card_is_what_is_owed_on_it,
    law_a_payment_knows_its_disputes,
)
from dingdan.ledgers.payments.queries.laws import (
    law_a_payable_is_the_sum_of_its_postings,
    law_a_payment_is_the_sum_of_its_attempts,
    law_a_payment_is_the_sum_of_its_postings,
    law_a_receivable_is_the_sum_of_its_allocations,
    law_a_receivable_is_the_sum_of_its_postings,
    law_a_receivable_knows_its_invoices,
    law_allocations_stay_within_their_payment,
    law_an_allocation_knows_its_refunds,
    law_credit_that_expires_is_part_of_the_credit,
    law_debits_equal_credits,
    law_every_posting_follows_a_rule,
    law_expired_credit_is_in_the_books,
    law_money_keeps_its_currency,
    law_nothing_is_negative,
)
from tests import kit
from tests.ledgers.payments.desk import NOON, Desk


@pytest.fixture
def busy(desk: Desk) -> Desk:
    """A shop in which a little of everything has happened."""
    customer = new_id()
    document = desk.claim(10_00, customer_id=customer)
    held = desk.authorize(document, 6_00)
    asked = request_capture.one(desk.call(), RequestCapture(payment_id=held.payment_id, money=Money(5_00, "GBP")))
    record_capture.one(desk.call(), Told(attempt_id=asked.attempt_id))
    grant_store_credit(desk.call(), customer_id=customer, money=Money(3_00, "GBP"))
    grant_store_credit(desk.call(), customer_id=customer, money=Money(4_00, "GBP"), expires_at=NOON + timedelta(days=9))
    apply_store_credit(desk.call(), document=document, customer_id=customer)
    desk.pay(document, 4_00, method="cash")
    desk.invoice(document, goods=8_00, tax=2_00)
    record_refunds.one(desk.call(), MoneyReturned(document=document, money=Money(1_00, "GBP"), method="cash"))
    desk.card(2_00)
    open_dispute.one(
        desk.call(),
        Opening(gateway="silent", reference="dp_1", payment_id=held.payment_id, money=Money(1_00, "GBP"), fee=15_00),
    )
    return desk


CHANGES = [
    # going around the steps, in ways that no constraint can see
    (law_a_receivable_is_the_sum_of_its_postings, "UPDATE payments_receivable SET invoiced = invoiced + 1"),
    (law_a_receivable_knows_its_invoices, "UPDATE payments_receivable SET invoiced = invoiced + 1, credited = credited + 1"),
    (law_a_receivable_is_the_sum_of_its_allocations, "UPDATE payments_receivable SET authorized = authorized + 1"),
    (law_a_payment_is_the_sum_of_its_postings, "UPDATE payments_payment SET requested = requested + 1, captured = captured + 1"),
    (law_a_payment_is_the_sum_of_its_postings, "UPDATE payments_payment SET settled = 1"),
    (
        law_a_payment_is_the_sum_of_its_attempts,
        "UPDATE payments_payment SET capturing = capturing + 1",
    ),
    (law_a_payment_is_the_sum_of_its_attempts, "UPDATE payments_attempt SET state = 'declined' WHERE kind = 'capture'"),
    (law_allocations_stay_within_their_payment, "UPDATE payments_payment SET applied = applied - 1"),
    (law_an_allocation_knows_its_refunds, "UPDATE payments_allocation SET refunded = refunded + 1"),
    (law_a_payable_is_the_sum_of_its_postings, "UPDATE payments_payable SET amount = amount + 1"),
    (law_money_keeps_its_currency, "UPDATE payments_receivable SET currency = 'EUR'"),
    (law_every_posting_follows_a_rule, "UPDATE payments_posting SET rule = 'cash_banked'"),
    (law_debits_equal_credits, "UPDATE payments_posting SET debit_id = '00000000-0000-0000-0000-000000000000'"),
    (law_credit_that_expires_is_part_of_the_credit, "UPDATE payments_creditgrant SET amount = amount + 9999"),
    (law_expired_credit_is_in_the_books, "UPDATE payments_creditgrant SET used = amount, expired = amount"),
    (law_nothing_is_negative, "UPDATE payments_payment SET applied = captured + 1"),
    (law_nothing_is_negative, "UPDATE payments_payable SET paid = amount + 1"),
    (law_a_gift_card_is_what_is_owed_on_it, "UPDATE payments_giftcard SET face = face + 1"),
    (law_a_card_that_is_over_is_worth_nothing, "UPDATE payments_giftcard SET state = 'expired'"),
    (law_a_payment_knows_its_disputes, "UPDATE payments_dispute SET won = won + 1"),
]


@pytest.mark.parametrize(("law", "change"), CHANGES)
def test_a_law_tells_its_breach(busy: Desk, law: object, change: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        with across_tenants():
            _take_the_locks_off(cursor)
        where = " AND" if " WHERE " in change else " WHERE"
        cursor.execute(f"{change}{where} tenant_id = %s", [busy.id])
        assert cursor.rowcount > 0
        told = {one.__name__: sorted(one()) for one in LAWS}
        assert {one.__name__: sorted(kit.told_since_the_beginning(one)) for one in LAWS} == told
        transaction.set_rollback(True)
    assert told[law.__name__] != []  # type: ignore[attr-defined]
    assert all(sentence.strip() for breaches in told.values() for sentence in breaches)


def test_every_law_was_seen_to_fail() -> None:
    assert {law for law, _ in CHANGES} == set(LAWS)
    assert all(law.__doc__ for law in LAWS)


def _take_the_locks_off(cursor: object) -> None:
    """Drop what would refuse the change; rolled back with it."""
    cursor.execute("ALTER TABLE payments_posting DISABLE TRIGGER USER")  # type: ignore[attr-defined]
    cursor.execute(  # type: ignore[attr-defined]
        "SELECT conrelid::regclass::text, conname FROM pg_constraint"
        " WHERE contype IN ('c', 'f') AND conrelid::regclass::text LIKE 'payments_%%' AND conname NOT LIKE '%%not_null'"
    )
    for table, name in cursor.fetchall():  # type: ignore[attr-defined]
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')  # type: ignore[attr-defined]


REFUSED = [
    # Refunds count as uses, whose law is told first; the plainer one stands behind it.
    (Payment, "refunded = captured + 1", "payment_uses_never_exceed_captured"),
    (Payment, "refunding = captured - refunded + 1", "payment_uses_never_exceed_captured"),
    (Payment, "applied = captured + 1", "payment_uses_never_exceed_captured"),
    (Payment, "capturing = requested + 1", "capture"),
    (Payment, "settled = captured + 1", "payment_settled_never_exceeds_captured"),
    (Payment, "authorized = requested + 1", "authorized"),
    (Payment, "state = 'mislaid'", "payment_states_are_real"),
    (Receivable, "refunded = allocated + 1", "receivable_refunded_never_exceeds_allocated"),
    (Receivable, "credited = invoiced + 1", "receivable_relief_never_exceeds_invoiced"),
    (Receivable, "amount = -1", "receivable_amounts_are_never_negative"),
    (Receivable, "terms = 'someday'", "receivable_terms_are_real"),
    (Allocation, "refunded = amount - refunding + 1", "allocation_refunded_never_exceeds_amount"),
    (Allocation, "held = planned + 1", "allocation_held_never_exceeds_planned"),
    (Payable, "paid = amount + 1", "payable_paid_never_exceeds_amount"),
    (Attempt, "state = 'maybe'", "attempt_states_are_real"),
    (Attempt, "amount = 0", "attempt_amounts_are_positive"),
    (Payment, "disputed = captured - refunded - refunding + 1", "what_is_disputed_is_not_refunded_too"),
    (GiftCard, "code_digest = ''", "a_gift_card_in_use_has_a_code"),
    (GiftCard, "state = 'melted'", "gift_card_states_are_real"),
    (GiftCard, "origin = 'order'", "a_sold_card_has_its_line"),
    (Dispute, "fee = -1", "dispute_amounts_are_never_negative"),
    (Dispute, "state = 'won'", "a_dispute_is_over_when_all_is_decided"),
]


@pytest.mark.parametrize(("model", "change", "constraint"), REFUSED)
def test_the_database_refuses(busy: Desk, model: type[Payment], change: str, constraint: str) -> None:
    with busy.nothing_changes(), pytest.raises(IntegrityError, match=constraint), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {model._meta.db_table} SET {change} WHERE tenant_id = %s", [busy.id])


@pytest.mark.parametrize(
    ("statement", "word"),
    [
        ("UPDATE payments_posting SET amount = amount + 1 WHERE tenant_id = %s", "Cannot update or delete"),
        ("DELETE FROM payments_posting WHERE tenant_id = %s", "Cannot update or delete"),
        ("TRUNCATE payments_posting", "never truncated"),
    ],
)
def test_postings_are_history(busy: Desk, statement: str, word: str) -> None:
    count = Posting.objects.count()
    with across_tenants(), pytest.raises(DatabaseError, match=word), connection.cursor() as cursor:
        cursor.execute(statement, [busy.id] if "%s" in statement else None)
    assert Posting.objects.count() == count


@pytest.mark.parametrize(("column", "value"), [("amount", "0"), ("credit_id", "debit_id")])
def test_an_unbalanced_posting_cannot_be_written(busy: Desk, column: str, value: str) -> None:
    columns = ["tenant_id", "entry_id", "rule", "debit_id", "credit_id", "amount", "currency"]
    chosen = ", ".join(value if name == column else name for name in columns)
    with busy.nothing_changes(), pytest.raises(IntegrityError, match="posting"), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO payments_posting ({', '.join(columns)}) SELECT {chosen} FROM payments_posting AS old"
            " WHERE old.tenant_id = %s LIMIT 1",
            [busy.id],
        )
