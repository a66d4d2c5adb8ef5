"""What a document's money looks like: the database's word, and the same word in the rules."""

import itertools
from typing import Any

import pytest
from django.db import connection

from dingdan.kernel.ids import new_id
from dingdan.kernel.rows import insert
from dingdan.ledgers.payments.lifecycle import PaymentStatus
from dingdan.ledgers.payments.models import Receivable
from dingdan.ledgers.payments.rules import Owed, fill
from tests.ledgers.payments.desk import Desk


@pytest.mark.parametrize(
    ("counters", "status"),
    [
        # amount, written off, authorized, allocated, refunded
        ((0, 0, 0, 0, 0), "nothing_due"),
        ((10, 0, 0, 0, 0), "unpaid"),
        ((10, 0, 9, 0, 0), "unpaid"),
        ((10, 0, 10, 0, 0), "authorized"),
        ((10, 0, 0, 4, 0), "partly_paid"),
        ((10, 0, 6, 4, 0), "partly_paid"),
        ((10, 0, 0, 10, 0), "paid"),
        ((10, 0, 0, 11, 0), "overpaid"),
        ((0, 0, 0, 10, 0), "overpaid"),
        ((7, 0, 0, 10, 3), "partly_refunded"),
        ((10, 0, 0, 10, 3), "partly_paid"),
        ((10, 0, 0, 10, 10), "unpaid"),
        ((0, 0, 0, 10, 10), "refunded"),
        ((10, 3, 0, 7, 0), "written_off"),
        ((10, 10, 0, 0, 0), "written_off"),
        ((10, 3, 0, 8, 0), "overpaid"),
    ],
)
def test_the_words(counters: tuple[int, int, int, int, int], status: str) -> None:
    amount, written_off, authorized, allocated, refunded = counters
    owed = Owed(
        id=new_id(), document_kind="order", document_id=new_id(), customer_id=None, currency="GBP", amount=amount,
        invoiced=written_off, written_off=written_off, authorized=authorized, allocated=allocated, refunded=refunded,
    )  # fmt: skip
    assert owed.status == status


def test_the_database_says_the_same_of_every_combination(desk: Desk) -> None:
    rows: list[dict[str, Any]] = [
        {
            "id": new_id(), "document_kind": "sample", "document_id": new_id(), "currency": "GBP", "amount": amount,
            "invoiced": invoiced, "credited": credited, "written_off": written_off, "authorized": authorized,
            "allocated": allocated, "refunded": refunded,
        }
        for amount, invoiced, credited, written_off, authorized, allocated, refunded in itertools.product(range(3), repeat=7)
        if refunded <= allocated and credited + written_off <= invoiced
    ]  # fmt: skip
    insert((Receivable, rows))
    found = Receivable.objects.filter(document_kind="sample")
    owed = {row["id"]: Owed(**{"customer_id": None, **row}) for row in rows}
    assert len(owed) == found.count() == 540
    for row in found:
        one = owed[row.id]
        assert (row.payment_status, row.due, row.settled) == (one.status, one.due, one.settled)
    assert {row.payment_status for row in found} == {status.value for status in PaymentStatus}
    # These rows have no postings behind them, which the laws would tell.
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM payments_receivable WHERE tenant_id = %s", [desk.id])


def test_fill() -> None:
    assert fill(10, [4, 0, 3, 9]) == [4, 0, 3, 3]
    assert fill(3, [4, 2]) == [3, 0]
    assert fill(10, [4, 2]) == [4, 2]
    assert fill(0, [4]) == [0]
    assert fill(5, []) == []
    assert fill(5, [-1, 5]) == [0, 5]
