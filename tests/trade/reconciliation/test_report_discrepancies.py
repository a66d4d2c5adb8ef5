"""What differs is in the queue once, however often it is found."""

from typing import Any

import pytest

from dingdan.kernel.text import TextMissing, UnknownChoice
from dingdan.trade.reconciliation.commands import DiscrepancyFound, report_discrepancies, resolve_discrepancy
from dingdan.trade.reconciliation.models import Discrepancy
from tests.conftest import Shop

_FOUND = {"kind": "no_such_payment", "source": "sandbox", "reference": "ch_1", "currency": "EUR", "amount": 500}


def _found(**changes: object) -> DiscrepancyFound:
    return DiscrepancyFound(**(_FOUND | changes))  # type: ignore[arg-type]


def _rows() -> list[tuple[str, str, int, int | None]]:
    return list(Discrepancy.objects.order_by("reference", "id").values_list("reference", "state", "seen", "amount"))


def test_it_works(shop: Shop) -> None:
    reports = [_found(), _found(reference="ch_2"), _found(), _found(kind="amount_differs")]
    told: list[Any] = report_discrepancies.many([(shop.call(), one) for one in reports])
    assert [(one.seen, one.state, one.amount) for one in told] == [
        (1, "open", 500), (1, "open", 500), (2, "open", 500), (1, "open", 500)
    ]  # fmt: skip
    assert told[0].discrepancy_id == told[2].discrepancy_id
    report_discrepancies.one(shop.call(), _found(amount=700))
    assert _rows() == [("ch_1", "open", 3, 700), ("ch_1", "open", 1, 500), ("ch_2", "open", 1, 500)]


def test_what_people_ignore_stays_ignored_while_the_same_is_said(shop: Shop) -> None:
    first = report_discrepancies.one(shop.call(), _found())
    resolve_discrepancy(shop.call(), discrepancy_id=first.discrepancy_id, resolution="ignored", note="A test payment")
    again = report_discrepancies.one(shop.call(), _found())
    assert (again.discrepancy_id, again.state, again.seen) == (first.discrepancy_id, "resolved", 2)
    other = report_discrepancies.one(shop.call(), _found(amount=501))
    assert (other.state, other.seen) == ("open", 1)


def test_what_was_booked_and_is_found_again_is_open_again(shop: Shop) -> None:
    first = report_discrepancies.one(shop.call(), _found())
    resolve_discrepancy(shop.call(), discrepancy_id=first.discrepancy_id, resolution="booked")
    again = report_discrepancies.one(shop.call(), _found())
    assert (again.discrepancy_id == first.discrepancy_id, again.state, again.seen) == (False, "open", 1)


def test_what_cannot_be_is_refused_and_its_neighbors_are_not(shop: Shop) -> None:
    told = report_discrepancies.many([(shop.call(), one) for one in (_found(kind="odd"), _found(), _found(reference=""))])
    assert [type(one) for one in told] == [UnknownChoice, type(told[1]), TextMissing]
    assert _rows() == [("ch_1", "open", 1, 500)]


def test_one_is_refused_alone(shop: Shop) -> None:
    with pytest.raises(UnknownChoice):
        report_discrepancies.one(shop.call(), _found(kind="odd"))
    assert _rows() == []
