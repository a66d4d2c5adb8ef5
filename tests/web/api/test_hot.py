"""The hot door grants what the operation would grant, in the same words, and leaves everything else to the operation."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection

from dingdan.kernel import clock
from dingdan.kernel.command import BatchCommand
from dingdan.kernel.errors import Failed
from dingdan.kernel.models import JournalEntry
from dingdan.kernel.tenancy import tenant_scope
from dingdan.masterdata.staff.commands import revoke_api_key
from dingdan.masterdata.staff.models import ApiKey
from dingdan.trade.orders.commands import place_orders
from dingdan.trade.orders.models import Order
from dingdan.web.api.hot import LONGEST_READ_AHEAD, PATH, HotDoor
from dingdan.web.shared.bare import Answer
from tests import kit
from tests.conftest import Shop
from tests.web.api.client import Caller, token_for
from tests.web.api.wishes import wish


class Visitor:
    """A program at the hot door."""

    def __init__(self, shop: Shop, *scopes: str, **draft: Any) -> None:
        self.token = token_for(shop, *scopes, **draft)
        self.operation = Caller(shop, token=self.token)
        self.operation.get("/channels")  # the operation notes the first use of a key, and until then the door grants nothing
        self.door = HotDoor()

    def scope(self, *, key: str | None = None, **changes: Any) -> dict[str, Any]:
        said = [
            (b"host", b"localhost"),
            (b"content-type", b"application/json"),
            (b"authorization", b"Bearer " + self.token.encode()),
        ]
        said += [(b"idempotency-key", key.encode())] if key is not None else []
        headers = [header for header in said if header[0] not in dict(changes.get("more", []))] + changes.pop("more", [])
        return {"method": "POST", "path": PATH, "raw_path": PATH.encode(), "query_string": b"", "headers": headers, **changes}

    def ask(self, *bodies: Any, key: str | None = None, **changes: Any) -> list[Answer | None]:
        """What comes of bodies that are sent at once."""

        async def together() -> list[Answer | None]:
            sent = [body if isinstance(body, bytes) else json.dumps(body).encode() for body in bodies]
            return list(await asyncio.gather(*(self.door(self.scope(key=key, **dict(changes)), one) for one in sent)))

        return asyncio.run(together())


@pytest.fixture
def visitor(shop: Shop) -> Visitor:
    return Visitor(shop)


def test_it_works(shop: Shop, visitor: Visitor) -> None:
    variant_id = kit.stock(shop, "MUG", 9)
    (answer,) = visitor.ask(wish(("MUG", 2)))
    assert answer is not None
    status, headers, body = answer
    facts = json.loads(body)
    assert (status, facts["event"], facts["total"]) == (201, "OrderPlaced", 500)
    assert dict(headers)[b"location"] == f"/api/v1/orders/{facts['order_id']}".encode()
    assert visitor.operation.get(f"/orders/{facts['order_id']}")["number"] == facts["number"]
    assert kit.levels(variant_id) == (9, 2)


def test_its_answer_is_the_operations(shop: Shop, visitor: Visitor) -> None:
    kit.stock(shop, "MUG", 9)
    (hot,) = visitor.ask(wish(("MUG", 1)), key="one")
    assert hot is not None
    again = visitor.operation.post("/orders", wish(("MUG", 1)), key="one")
    assert (again.status, again.body) == (hot[0], hot[2])
    for name, value in hot[1]:
        if name != b"content-length":
            assert again.headers[name.decode()] == value.decode()
    first = visitor.operation.post("/orders", wish(("MUG", 1)), key="two")
    (repeat,) = visitor.ask(wish(("MUG", 1)), key="two")
    assert repeat is not None
    assert (first.status, first.body) == (repeat[0], repeat[2])
    assert Order.objects.count() == 2
    assert visitor.ask(wish(("MUG", 3)), key="two") == [None]
    assert Order.objects.count() == 2


def test_the_last_units_go_to_the_first_who_ask(shop: Shop, visitor: Visitor) -> None:
    variant_id = kit.stock(shop, "MUG", 3)
    answers = visitor.ask(*[wish(("MUG", 1))] * 8)
    assert [answer is not None for answer in answers] == [True] * 3 + [False] * 5
    assert kit.levels(variant_id) == (3, 3)
    assert kit.breaches() == []


def test_those_who_come_together_are_placed_together(shop: Shop, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    kit.stock(shop, "MUG", 100)
    sizes: list[int] = []
    original = BatchCommand.many

    def many(self: Any, calls: Any, **how: Any) -> Any:
        sizes.append(len(list(calls)))
        return original(self, calls, **how)

    monkeypatch.setattr(BatchCommand, "many", many)
    assert None not in visitor.ask(*[wish(("MUG", 1))] * 90)
    assert (sum(sizes), len(sizes) <= 3, max(sizes)) == (90, True, 64)
    assert len(set(Order.objects.values_list("number", flat=True))) == 90


REFUSED: list[Any] = [
    b"",
    b"{",
    b"[]",
    b"\xff",
    b"[" * 10_000,
    wish(),
    wish(("NONE", 1)),
    wish(("MUG", 0)),
    wish(("MUG", 10)),
    wish(("MUG", 10**12)),
    wish(("MUG", 1), currency="USD"),
    wish(("MUG", 1), accepted_total=1),
    wish(("MUG", 1), channel="nowhere"),
    wish(("MUG", 1), customer="nobody"),
    wish(("MUG", 1), payment_method="shells"),
    wish(("MUG", 1), customer_note="\x00"),
    wish(("MUG", 1), ship_to={"name": "A", "address": {"country_code": "GB", "city": "X", "postal_code": "?"}}),
    wish(("MUG", 1)) | {"unknown": 1},
]


def test_what_is_refused_is_left_to_the_operation(shop: Shop, visitor: Visitor) -> None:
    variant_id = kit.stock(shop, "MUG", 9)
    before = JournalEntry.objects.count()
    for body in REFUSED:
        assert visitor.ask(body) == [None], str(body)[:100]
        assert (JournalEntry.objects.count(), kit.levels(variant_id)) == (before, (9, 0)), str(body)[:100]


OUT_OF_THE_ORDINARY: list[dict[str, Any]] = [
    {"method": "PUT"},
    {"query_string": b"a=b"},
    {"raw_path": b"/api/v1/%6frders"},
    {"more": [(b"host", b"evil.example")]},
    {"more": [(b"content-type", b"text/plain")]},
    {"more": [(b"authorization", b"Basic YTpi")]},
    {"more": [(b"authorization", b"Bearer dd_wrong")]},
    {"more": [(b"idempotency-key", b"a"), (b"idempotency-key", b"b")]},
    {"more": [(b"idempotency-key", b"x" * 101)]},
    {"more": [(b"idempotency-key", b"")]},
]


def test_what_is_out_of_the_ordinary_is_left_to_the_operation(shop: Shop, visitor: Visitor) -> None:
    kit.stock(shop, "MUG", 9)
    for changes in OUT_OF_THE_ORDINARY:
        assert visitor.ask(wish(("MUG", 1)), **changes) == [None], changes
        assert Order.objects.count() == 0, changes


def test_a_customer_is_looked_up(shop: Shop, visitor: Visitor) -> None:
    kit.stock(shop, "MUG", 9)
    regular = visitor.operation.post("/customers", {"number": "C-7"}).json
    body = wish(("MUG", 1), customer="C-7")
    for _ in range(2):  # the second time everything else about the bearer is known
        ((status, _headers, told),) = [answer for answer in visitor.ask(body) if answer is not None]
        assert (status, json.loads(told)["customer_id"]) == (201, regular["customer_id"])
    assert visitor.ask(wish(("MUG", 1), customer="C-8")) == [None]
    assert Order.objects.count() == 2


def test_a_long_body_is_read_in_its_turn(shop: Shop, visitor: Visitor) -> None:
    kit.stock(shop, "MUG", 999)
    assert visitor.ask(wish(("MUG", 1))) != [None]
    body = wish(*[("MUG", 1)] * 900)
    assert len(json.dumps(body)) > LONGEST_READ_AHEAD
    assert visitor.ask(body) != [None]


def test_who_may_not_is_left_to_the_operation(shop: Shop) -> None:
    kit.stock(shop, "MUG", 9)
    assert Visitor(shop, "orders.read", "channels.read").ask(wish(("MUG", 1))) == [None]
    assert Order.objects.count() == 0


def test_the_first_use_of_a_key_is_noted_by_the_operation(shop: Shop, visitor: Visitor) -> None:
    kit.stock(shop, "MUG", 9)
    visitor.token = token_for(shop)
    assert visitor.ask(wish(("MUG", 1))) == [None]
    assert Order.objects.count() == 0


def test_a_revoked_key_opens_nothing_from_then_on(shop: Shop, visitor: Visitor) -> None:
    kit.stock(shop, "MUG", 9)
    assert visitor.ask(wish(("MUG", 1))) != [None]
    revoke_api_key(shop.call(), api_key_id=ApiKey.objects.get().id)
    assert visitor.ask(wish(("MUG", 1))) == [None]
    assert Order.objects.count() == 1


def test_a_key_whose_time_is_over_opens_nothing(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    kit.stock(shop, "MUG", 9)
    now = clock.now()
    visitor = Visitor(shop, expires_at=now + timedelta(minutes=30))
    assert visitor.ask(wish(("MUG", 1))) != [None]
    monkeypatch.setattr("dingdan.web.api.hot.clock.now", lambda: now + timedelta(minutes=31))
    assert visitor.ask(wish(("MUG", 1))) == [None]
    assert Order.objects.count() == 1


def test_a_changed_price_is_never_missed(shop: Shop, visitor: Visitor) -> None:
    kit.stock(shop, "MUG", 9)
    kit.price(shop, "MUG", 300)
    body = wish()
    body["lines"] = [{"sku": "MUG", "quantity": 1}]
    totals = []
    for price in (300, 450):
        kit.price(shop, "MUG", price)
        answers = visitor.ask(body), visitor.ask(body)  # the first one after a change may be left to the operation
        totals += [json.loads(answer[2])["total"] for (answer,) in answers if answer is not None]
    assert set(totals) == {300, 450}
    assert totals == sorted(totals)


def test_registers_that_change_while_a_batch_is_understood_are_read_again(
    shop: Shop, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    kit.stock(shop, "MUG", 9)
    assert visitor.ask(wish(("MUG", 1))) != [None]
    original = place_orders.many

    def late(calls: Any, **how: Any) -> Any:
        monkeypatch.undo()
        with tenant_scope(shop.tenant_id):
            kit.price(shop, "MUG", 999)
        return original(calls, **how)

    monkeypatch.setattr("dingdan.web.api.hot.place_orders.many", late)
    assert visitor.ask(wish(("MUG", 1))) == [None]
    assert Order.objects.count() == 1


def test_a_database_that_breaks_off_is_not_asked_again(shop: Shop, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """The order may have been placed: only whoever has a key may ask again, under the same one."""
    kit.stock(shop, "MUG", 9)
    fault = OperationalError("the line broke at the commit")
    monkeypatch.setattr("dingdan.web.api.hot.place_orders.many", lambda calls, **_how: [Failed(fault) for _ in calls])
    ((status, headers, body),) = [answer for answer in visitor.ask(wish(("MUG", 1))) if answer is not None]
    told = dict(headers)
    assert (status, json.loads(body)["code"], told[b"retry-after"]) == (503, "database_silent", b"5")
    assert (told[b"content-type"], told[b"content-length"]) == (b"application/problem+json", str(len(body)).encode())


def test_a_database_that_broke_off_is_found_again(shop: Shop, visitor: Visitor) -> None:
    kit.stock(shop, "MUG", 9)
    assert visitor.ask(wish(("MUG", 1))) != [None]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [visitor.door._gathering._thread.submit(_backend).result()])
    ((status, _headers, _body),) = [answer for answer in visitor.ask(wish(("MUG", 1))) if answer is not None]
    assert status == 503
    ((status, _headers, _body),) = [answer for answer in visitor.ask(wish(("MUG", 1))) if answer is not None]
    assert status == 201


def _backend() -> int:
    """Who answers the connection of this thread."""
    assert connection.connection is not None
    return int(connection.connection.info.backend_pid)


def test_a_mistake_in_the_program_leaves_nobody_waiting(shop: Shop, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    kit.stock(shop, "MUG", 9)

    def mistaken(*_args: Any, **_how: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("dingdan.web.api.hot.wanted", mistaken)
    with pytest.raises(ZeroDivisionError):
        visitor.ask(wish(("MUG", 1)))
    monkeypatch.undo()
    assert visitor.ask(wish(("MUG", 1))) != [None]


def test_a_database_that_is_silent_is_left_to_the_operation(
    shop: Shop, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(_token: str, *, at: object) -> None:
        raise OperationalError("nobody there")

    monkeypatch.setattr("dingdan.web.api.hot.actor_for_token", silent)
    assert visitor.ask(wish(("MUG", 1))) == [None]
