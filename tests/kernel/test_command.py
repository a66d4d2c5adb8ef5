"""The promises of the write path, on a command that does next to nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, connections, transaction

from dingdan.kernel import feed, intake
from dingdan.kernel.command import Batch, Short, batch_command, command, every
from dingdan.kernel.errors import Failed, KeyReused, NotPermitted, Refusal, StillRunning
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Actor, Call, Entry, Event
from dingdan.kernel.models import EntrySubject, FeedPending, JournalEntry
from tests import kit
from tests.conftest import Shop


@dataclass(frozen=True, slots=True, kw_only=True)
class BellRung(Event):
    bell_id: UUID
    times: int


class NoBell(Refusal):
    sentence = "There is no bell."


@command
def ring_bell(entry: Entry, *, bell_id: UUID, times: int) -> BellRung:
    """Ring it."""
    if times == 0:
        raise NoBell
    if times < 0:
        raise ZeroDivisionError
    entry.about("bell", bell_id)
    return BellRung(bell_id=bell_id, times=times)


tries: list[bool] = []


@batch_command(BellRung)
def ring_bells(batch: Batch[int]) -> None:
    """Ring many. 13 is a fault, 0 is refused, 99 is short at first."""
    tries.append(batch.careful)
    for item in batch.items:
        if item.intent == 13:
            raise ZeroDivisionError
        if item.intent == 99 and not batch.careful:
            raise Short
        if item.intent == 0:
            item.refuse(NoBell())
        else:
            item.accept(BellRung(bell_id=new_id(), times=item.intent))


@pytest.fixture(autouse=True)
def _leave_no_commands_behind() -> Any:
    yield
    tries.clear()


def _in_threads(work: Callable[[int], Any], count: int) -> list[Any]:
    outcomes: list[Any] = [None] * count
    barrier = threading.Barrier(count)

    def run(index: int) -> None:
        barrier.wait()
        try:
            outcomes[index] = work(index)
        except Exception as error:  # noqa: BLE001 - an outcome to be looked at
            outcomes[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[index]) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return outcomes


def test_it_works(shop: Shop) -> None:
    bell_id = new_id()
    event = ring_bell(shop.call(), bell_id=bell_id, times=2)
    assert event == BellRung(bell_id=bell_id, times=2)
    entry = JournalEntry.objects.get(command="kernel.ring_bell")
    assert (entry.event_kind, entry.event) == ("BellRung", {"bell_id": str(bell_id), "times": 2})
    assert list(EntrySubject.objects.filter(entry=entry).values_list("kind", "subject_id")) == [("bell", bell_id)]
    assert FeedPending.objects.filter(entry=entry).count() == 1
    assert every["kernel.ring_bell"] is ring_bell


def test_same_key_same_answer(shop: Shop) -> None:
    bell_id = new_id()
    first = ring_bell(shop.call("k"), bell_id=bell_id, times=2)
    assert ring_bell(shop.call("k"), bell_id=bell_id, times=2) == first
    assert JournalEntry.objects.filter(key="k").count() == 1


def test_same_key_other_arguments_is_refused(shop: Shop) -> None:
    bell_id = new_id()
    ring_bell(shop.call("k"), bell_id=bell_id, times=2)
    with pytest.raises(KeyReused):
        ring_bell(shop.call("k"), bell_id=bell_id, times=3)
    assert JournalEntry.objects.values_list("event__times", flat=True).get(key="k") == 2


def test_a_refusal_writes_nothing_and_leaves_its_key_free(shop: Shop) -> None:
    with pytest.raises(NoBell):
        ring_bell(shop.call("k"), bell_id=new_id(), times=0)
    assert not JournalEntry.objects.filter(key="k").exists()
    assert ring_bell(shop.call("k"), bell_id=new_id(), times=1).times == 1


def test_a_fault_is_not_swallowed_and_writes_nothing(shop: Shop) -> None:
    with pytest.raises(ZeroDivisionError):
        ring_bell(shop.call("k"), bell_id=new_id(), times=-1)
    assert not JournalEntry.objects.filter(key="k").exists()


def test_who_may_not_is_refused(shop: Shop) -> None:
    stranger = Call(tenant_id=shop.tenant_id, actor=Actor("staff", "7", frozenset({"orders.*"})), key="k")
    with pytest.raises(NotPermitted):
        ring_bell(stranger, bell_id=new_id(), times=1)
    assert not JournalEntry.objects.filter(key="k").exists()


def test_a_command_never_calls_another(shop: Shop) -> None:
    with transaction.atomic(), pytest.raises(RuntimeError):
        ring_bell(shop.call("k"), bell_id=new_id(), times=1)


def test_a_batch_answers_each_on_its_own(shop: Shop) -> None:
    outcomes = ring_bells.many([(shop.call("a"), 1), (shop.call("b"), 0), (shop.call("c"), 3)])
    assert [type(outcome) for outcome in outcomes] == [BellRung, NoBell, BellRung]
    assert set(JournalEntry.objects.filter(command="kernel.ring_bells").values_list("key", flat=True)) == {"a", "c"}
    assert len(tries) == 1


def test_equal_keys_in_a_batch_are_one(shop: Shop) -> None:
    first, again, other = ring_bells.many([(shop.call("a"), 1), (shop.call("a"), 1), (shop.call("a"), 2)])
    assert first == again
    assert isinstance(other, KeyReused)
    assert JournalEntry.objects.filter(key="a").count() == 1


def test_a_fault_never_takes_its_neighbors_down(shop: Shop) -> None:
    one, bad, three = ring_bells.many([(shop.call("a"), 1), (shop.call("b"), 13), (shop.call("c"), 3)])
    assert (type(one), type(bad), type(three)) == (BellRung, Failed, BellRung)
    assert not JournalEntry.objects.filter(key="b").exists()


def test_a_short_batch_runs_again_the_careful_way(shop: Shop) -> None:
    assert ring_bells.one(shop.call("a"), 99).times == 99
    assert tries == [False, True]


def test_a_batch_replays_what_was_done_before(shop: Shop) -> None:
    first = ring_bells.one(shop.call("a"), 5)
    replayed, new = ring_bells.many([(shop.call("a"), 5), (shop.call("b"), 6)])
    assert replayed == first
    assert isinstance(new, BellRung)


def test_ten_at_once_with_one_key_are_one(shop: Shop) -> None:
    bell_id = new_id()
    outcomes = _in_threads(lambda _index: ring_bell(shop.call("k"), bell_id=bell_id, times=2), 10)
    assert outcomes == [BellRung(bell_id=bell_id, times=2)] * 10
    assert JournalEntry.objects.filter(key="k").count() == 1


@contextmanager
def _somebody_works_under(key: str, shop: Shop) -> Iterator[None]:
    """As long as the block runs, and then it has not been done."""
    held, release = threading.Event(), threading.Event()

    def hold(_index: int) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO kernel_journalentry (tenant_id, id, command, key, fingerprint, actor_kind, actor_id, at, quiet)"
                " VALUES (%s, gen_random_uuid(), 'x', %s, 'x', 'system', '', now(), false)",
                [shop.tenant_id, key],
            )
            held.set()
            release.wait(timeout=60)
            transaction.set_rollback(True)

    holder = threading.Thread(target=_in_threads, args=[hold, 1])
    holder.start()
    held.wait(timeout=10)
    try:
        yield
    finally:
        release.set()
        holder.join()


def test_a_duplicate_waits_for_the_first_and_then_gives_up(shop: Shop) -> None:
    """The first one runs on longer than anybody should wait."""
    with _somebody_works_under("k", shop), kit.patience(200), pytest.raises(StillRunning) as refused:
        ring_bell(shop.call("k"), bell_id=new_id(), times=2)
    assert refused.value.retry_after_seconds == 2


def test_the_impatient_are_told_at_once_and_their_neighbors_are_answered(shop: Shop) -> None:
    with _somebody_works_under("b", shop):
        one, held, three = ring_bells.many([(shop.call("a"), 1), (shop.call("b"), 2), (shop.call("c"), 3)], patient=False)
    assert (type(one), type(held), type(three)) == (BellRung, StillRunning, BellRung)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('lock_timeout')")
        assert cursor.fetchone() == ("1min",)  # as before


def _wait_until_somebody_waits() -> None:
    waiting = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')"
    with connection.cursor() as cursor:
        cursor.execute(waiting)
        while cursor.fetchone() != (True,):
            cursor.execute(waiting)


def test_who_waits_for_his_own_first_request_keeps_nobody_else_waiting(shop: Shop) -> None:
    waits: list[Any] = []
    with _somebody_works_under("k", shop):
        repeats = threading.Thread(
            target=lambda: waits.extend(_in_threads(lambda _index: intake.submit(ring_bells, shop.call("k"), 7), 1))
        )
        repeats.start()
        _wait_until_somebody_waits()
        assert intake.submit(ring_bells, shop.call("other"), 3).times == 3
        assert waits == []
    repeats.join()
    assert [told.times for told in waits] == [7]


def test_the_intake_gathers_who_arrives_together(shop: Shop) -> None:
    outcomes = _in_threads(lambda index: intake.submit(ring_bells, shop.call(f"k{index}"), index), 12)
    assert isinstance(outcomes[0], NoBell)
    assert [outcome.times for outcome in outcomes[1:]] == list(range(1, 12))
    assert len(tries) < 12


def test_the_intake_keeps_a_fault_to_its_own_call(shop: Shop) -> None:
    outcomes = _in_threads(lambda index: intake.submit(ring_bells, shop.call(f"k{index}"), [1, 13, 2, 3][index]), 4)
    assert isinstance(outcomes[1], ZeroDivisionError)
    assert [outcomes[index].times for index in (0, 2, 3)] == [1, 2, 3]


def test_the_feed_gives_positions_without_gaps_and_a_chain(shop: Shop) -> None:
    before = len(feed.read(0)) + feed.sequence(shop.tenant_id)
    ring_bells.many([(shop.call(), number) for number in range(1, 6)])
    assert feed.sequence(shop.tenant_id) == 5
    entries = feed.read(before)
    assert [entry.position for entry in entries] == list(range(before + 1, before + 6))
    assert [entry.event.times for entry in entries if isinstance(entry.event, BellRung)] == [1, 2, 3, 4, 5]
    assert feed.sequence(shop.tenant_id) == 0


def test_a_consumer_sees_every_entry_once(shop: Shop) -> None:
    ring_bells.many([(shop.call(), number) for number in range(1, 4)])
    feed.sequence(shop.tenant_id)
    seen: list[int] = []
    while feed.consume(shop.tenant_id, "ear", lambda entries: seen.extend(entry.position for entry in entries), limit=2):
        pass
    assert seen == list(range(1, len(seen) + 1))
    assert feed.cursor_of("ear") == len(seen)


def test_a_consumer_that_fails_sees_its_entries_again(shop: Shop) -> None:
    ring_bell(shop.call(), bell_id=new_id(), times=1)
    feed.sequence(shop.tenant_id)

    def fail(_entries: Any) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        feed.consume(shop.tenant_id, "ear", fail)
    assert feed.cursor_of("ear") == 0
