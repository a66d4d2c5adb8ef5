"""Numbers that are taken ahead: nobody waits for them, none is given twice, and what is left over is used."""

from __future__ import annotations

import threading

import pytest
from django.db import IntegrityError, OperationalError, connections, transaction

from dingdan.kernel import clock, numbering
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.numbering import Ahead
from dingdan.kernel.tenancy import tenant_scope
from tests.conftest import Shop

SERIES = Ahead("trial", law="a_trial_is_numbered_once", first=7)


def taken(count: int) -> list[str]:
    with SERIES.numbers(count) as numbers:
        return list(numbers)


def test_it_works(shop: Shop) -> None:
    assert taken(2) == ["7", "8"]
    assert taken(1) == ["9"]


def test_what_was_not_used_is_used_next(shop: Shop) -> None:
    with SERIES.numbers(3) as numbers:
        assert next(numbers) == "7"
    assert taken(3) == ["8", "9", "10"]


def test_nothing_is_lost_when_nothing_came_of_it(shop: Shop) -> None:
    def fails() -> None:
        with SERIES.numbers(2) as numbers:
            raise LookupError(next(numbers))

    with pytest.raises(LookupError):
        fails()
    assert taken(2) == ["7", "8"]


def test_what_may_have_been_committed_is_not_given_again(shop: Shop) -> None:
    with pytest.raises(OperationalError), SERIES.numbers(2):
        raise OperationalError
    assert taken(1) == ["9"]


def test_another_law_broken_gives_the_numbers_back(shop: Shop) -> None:
    with pytest.raises(IntegrityError), SERIES.numbers(2):
        raise IntegrityError
    assert taken(1) == ["7"]


def test_nobody_waits_for_who_has_taken_his(shop: Shop) -> None:
    theirs: list[str] = []

    def other() -> None:
        with tenant_scope(shop.tenant_id):
            theirs.extend(taken(1))
        connections.close_all()

    with SERIES.numbers(1) as numbers, transaction.atomic():
        mine = list(numbers)
        thread = threading.Thread(target=other)
        thread.start()
        thread.join(timeout=20)
        assert not thread.is_alive()
    assert [*mine, *theirs] == ["7", "8"]


def test_two_shops_have_series_of_their_own(shop: Shop) -> None:
    assert taken(1) == ["7"]
    with tenant_scope(new_id()):
        assert taken(1) == ["7"]


@pytest.mark.parametrize(("given", "following"), [("41", "42"), ("3", "7"), ("X99", "7"), ("9" * 16, "7"), ("٤٢", "7")])
def test_a_series_goes_on_behind_what_came_from_elsewhere(shop: Shop, given: str, following: str) -> None:
    entry = Entry(shop.call(), "trial.go_behind", clock.now())
    numbering.pass_by(entry, SERIES, [given])
    assert taken(1) == [following]
