"""What is told beside each other: in order within a lane, and never lost in silence."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from dingdan.integrations.importers.lanes import Lane, Stopped
from dingdan.kernel.models import JournalEntry
from dingdan.kernel.tenancy import current_tenant_id
from tests.conftest import Shop


def _wait(event: threading.Event) -> None:
    assert event.wait(10)


@pytest.fixture
def lane(shop: Shop) -> Iterator[Lane]:
    lane = Lane(shop.tenant_id, "tried")
    yield lane
    lane.close()


def test_it_works(lane: Lane, shop: Shop) -> None:
    done: list[object] = []
    places = [lane.put(lambda number=number: done.append(number)) for number in range(20)]  # type: ignore[misc]
    lane.put(lambda: done.append((current_tenant_id(), JournalEntry.objects.exists())))
    lane.wait()
    assert (places, done) == (list(range(1, 21)), [*range(20), (shop.tenant_id, True)])


def test_waiting_for_a_place_does_not_wait_for_what_comes_after(lane: Lane) -> None:
    go = threading.Event()
    first = lane.put(lambda: None)
    lane.put(lambda: _wait(go))
    lane.wait(first)
    assert not go.is_set()
    go.set()
    lane.wait()


def test_a_fault_is_raised_to_whoever_uses_the_lane_next(lane: Lane) -> None:
    done = []

    def fall() -> None:
        raise ZeroDivisionError

    lane.put(fall)
    with pytest.raises(ZeroDivisionError):
        lane.wait()
    with pytest.raises(ZeroDivisionError):
        lane.put(lambda: done.append(1))
    assert done == []


def test_nothing_is_done_after_it_is_closed(shop: Shop) -> None:
    lane, go, done = Lane(shop.tenant_id, "tried"), threading.Event(), []
    lane.put(lambda: _wait(go))
    lane.put(lambda: done.append(1))
    closing = threading.Thread(target=lane.close)
    closing.start()
    go.set()
    closing.join()
    assert done == []
    with pytest.raises(Stopped):
        lane.put(lambda: done.append(2))
