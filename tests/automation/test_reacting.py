"""What comes in runs is reacted to at once, and each fact still stands for itself."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from dingdan.automation import notice_reactions, reactions, settling_reactions
from dingdan.automation.commands import QueueNotice, queue_notices
from dingdan.automation.models import Notice
from dingdan.automation.reacting import Asked, Together, Wishes, together
from dingdan.automation.reactions import StillFaulty, react, react_again
from dingdan.kernel import feed
from dingdan.kernel.command import BatchCommand
from dingdan.kernel.feed import FeedEntry
from dingdan.kernel.journal import Call
from dingdan.kernel.models import JournalEntry
from dingdan.ledgers.payments.commands import Told, Towards, record_authorization, request_authorization
from dingdan.ledgers.payments.events import AuthorizationRequested, Document
from dingdan.ledgers.payments.models import Attempt
from dingdan.ledgers.payments.ports import gateways
from dingdan.trade.fulfillment.events import ShipmentShipped
from dingdan.trade.orders.commands import place_orders
from dingdan.trade.orders.events import OrderPlaced
from tests import kit
from tests.conftest import Shop
from tests.laws.scene import GATEWAY, SilentGateway


def placed(shop: Shop, count: int) -> list[FeedEntry]:
    """The facts of so many orders."""
    kit.stock(shop, "MUG", 100)
    for _ in range(count):
        kit.place(shop, ("MUG", 1))
    feed.sequence(shop.tenant_id)
    return [entry for entry in feed.read(0) if isinstance(entry.event, OrderPlaced)]


def order_of(entry: FeedEntry) -> UUID:
    assert isinstance(entry.event, OrderPlaced)
    return entry.event.order_id


def parked(shop: Shop) -> list[dict[str, Any]]:
    """The reactions that are to be tried again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT args::text FROM procrastinate_jobs WHERE task_name = 'react_again' AND args ->> 'tenant_id' = %s ORDER BY id",
            [str(shop.tenant_id)],
        )
        return [json.loads(args) for (args,) in cursor.fetchall()]


@pytest.fixture
def batches(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """The batch commands that were given, with how much was asked of each."""
    given: list[tuple[str, int]] = []
    original = BatchCommand.many

    def many(self: Any, calls: Any, **how: Any) -> Any:
        calls = list(calls)
        given.append((self.name, len(calls)))
        return original(self, calls, **how)

    monkeypatch.setattr(BatchCommand, "many", many)
    return given


def only(monkeypatch: pytest.MonkeyPatch, *reaction: Any) -> None:
    """Let nothing else follow from an order."""
    on: Mapping[Any, Any] = {OrderPlaced: reaction}
    monkeypatch.setattr(reactions, "ON", on)


def test_it_works(shop: Shop, batches: list[tuple[str, int]]) -> None:
    entries = placed(shop, 3)
    batches.clear()
    react(shop.tenant_id, entries)
    idle = [("fulfillment.plan_shipments", 0), ("inventory.fill_backorders", 0)]  # nothing is paid for yet, nobody waits
    assert batches == [("review.review_orders", 0), *idle, ("automation.queue_notices", 3)]
    assert set(Notice.objects.values_list("order_id", flat=True)) == set(map(order_of, entries))
    react(shop.tenant_id, entries)  # a repeat is harmless
    assert (Notice.objects.count(), parked(shop)) == (3, [])


def test_a_long_run_is_cut(shop: Shop, batches: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reactions, "LONGEST_RUN", 2)
    entries = placed(shop, 3)
    batches.clear()
    react(shop.tenant_id, entries)
    assert [size for name, size in batches if name == "automation.queue_notices"] == [2, 1]


def test_a_refusal_is_fine(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    @together(queue_notices)
    def tell_twice(asked: Asked) -> Wishes:
        return [(call, QueueNotice(kind="order_confirmed", order_id=event.order_id)) for call, event in asked]

    entries = placed(shop, 2)
    react(shop.tenant_id, entries)
    only(monkeypatch, tell_twice)
    react(shop.tenant_id, entries)
    assert (Notice.objects.count(), parked(shop)) == (2, [])


def test_a_fault_parks_its_own_fact_alone(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    entries = placed(shop, 3)
    bad: list[UUID] = [order_of(entries[1])]
    original = queue_notices.function

    def breaks(batch: Any) -> None:
        if any(item.intent.order_id in bad for item in batch.items):
            raise ZeroDivisionError
        original(batch)

    monkeypatch.setattr(queue_notices._run, "work", breaks)
    only(monkeypatch, notice_reactions.tell_placed)
    react(shop.tenant_id, entries)
    told = set(Notice.objects.values_list("order_id", flat=True))
    assert told == {order_of(entries[0]), order_of(entries[2])}
    (job,) = parked(shop)
    assert (job["position"], job["reaction"]) == (entries[1].position, "tell_placed")

    with pytest.raises(StillFaulty):  # so that it is tried once more
        react_again(**job)
    bad.clear()
    react_again(**job)
    assert Notice.objects.count() == 3


@pytest.mark.parametrize("alone", [False, True])
def test_a_mistake_in_a_reaction_parks_its_own_fact_alone(shop: Shop, monkeypatch: pytest.MonkeyPatch, alone: bool) -> None:
    entries = placed(shop, 3)

    def mistaken(asked: Asked) -> Iterator[tuple[Call, QueueNotice]]:
        for call, event in asked:
            if event == entries[2].event:
                raise LookupError
            yield call, QueueNotice(kind="order_confirmed", order_id=event.order_id)

    def mistaken_alone(call: Call, event: OrderPlaced) -> None:
        for part, wish in mistaken([(call, event)]):
            queue_notices.one(part, wish)

    only(monkeypatch, mistaken_alone if alone else Together(queue_notices, mistaken, "mistaken"))
    react(shop.tenant_id, entries)
    assert Notice.objects.count() == 2
    assert [job["position"] for job in parked(shop)] == [entries[2].position]


def test_what_was_brought_over_has_no_consequences(shop: Shop, batches: list[tuple[str, int]]) -> None:
    kit.stock(shop, "MUG", 9)
    place_orders.one(shop.call(quiet=True), kit.wanted(shop, ("MUG", 1)))
    feed.sequence(shop.tenant_id)
    batches.clear()
    react(shop.tenant_id, [entry for entry in feed.read(0) if isinstance(entry.event, OrderPlaced)])
    assert (batches, Notice.objects.count()) == ([], 0)


def test_what_is_held_for_shipped_orders_is_asked_for_at_once(
    shop: Shop, batches: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(gateways, GATEWAY, SilentGateway())
    kit.stock(shop, "MUG", 100)
    held = []
    for _ in range(3):
        order = kit.place(shop, ("MUG", 1))
        towards = (Towards(document=Document("order", order.order_id)),)
        asked = request_authorization(shop.call(), gateway=GATEWAY, currency="GBP", towards=towards)
        record_authorization.one(shop.call(), Told(attempt_id=asked.attempt_id))
        kit.ship(shop, order)
        held.append(asked.payment_id)
    feed.sequence(shop.tenant_id)
    shipped = [entry for entry in feed.read(0) if isinstance(entry.event, ShipmentShipped)]
    monkeypatch.setattr(reactions, "ON", {ShipmentShipped: (settling_reactions.capture_shipped,)})
    batches.clear()
    for _ in range(2):  # a repeat is harmless
        react(shop.tenant_id, shipped)
    assert batches == [("payments.request_capture", 3)] * 2
    asked_for = Attempt.objects.filter(kind="capture").order_by("payment_id").values_list("payment_id", flat=True)
    assert list(asked_for) == sorted(held)
    keys = [f"{entry.id}:capture_shipped:{payment_id}" for entry, payment_id in zip(shipped, held, strict=True)]
    assert JournalEntry.objects.filter(key__in=keys, event_kind="CaptureRequested").count() == 3


def test_gateways_are_asked_by_a_job_each(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(gateways, GATEWAY, SilentGateway())
    kit.stock(shop, "MUG", 100)
    attempts = []
    for _ in range(2):
        towards = (Towards(document=Document("order", kit.place(shop, ("MUG", 1)).order_id)),)
        asked = request_authorization(shop.call(), gateway=GATEWAY, currency="GBP", towards=towards)
        attempts.append(str(asked.attempt_id))
    feed.sequence(shop.tenant_id)
    react(shop.tenant_id, [entry for entry in feed.read(0) if isinstance(entry.event, AuthorizationRequested)])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT args ->> 'attempt_id' FROM procrastinate_jobs WHERE task_name = 'ask_gateway' AND args ->> 'tenant_id' = %s",
            [str(shop.tenant_id)],
        )
        assert sorted(attempt_id for (attempt_id,) in cursor.fetchall()) == sorted(attempts)
