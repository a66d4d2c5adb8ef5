"""Notices through both doors: the hot one takes what is plain, the view says why not, and each is written down once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from dingdan.automation.checkouts import begin
from dingdan.kernel.ids import new_id
from dingdan.ledgers.payments.commands import CheckoutDraft
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.models import Attempt, Posting
from dingdan.ledgers.payments.queries import receivable_of
from dingdan.masterdata.methods.commands import save_merchant_account
from dingdan.trade.orders.events import OrderPlaced
from dingdan.web.inbound.hot import NoticeDoor
from dingdan.web.shared.bare import Answer
from tests import kit
from tests.automation.penny import PennyPay, pennypay
from tests.conftest import Shop
from tests.masterdata.methods.firm import ACCOUNT

CODE = CheckoutDraft(way="qr", title="Order 1")


class Street:
    """A shop with an account at PennyPay, and both doors for its notices."""

    def __init__(self, shop: Shop, penny: PennyPay) -> None:
        self.shop, self.penny, self.door = shop, penny, NoticeDoor()
        self.account_id = save_merchant_account(shop.call(), account=ACCOUNT).merchant_account_id
        kit.stock(shop, "TEA", 99)

    def begun(self) -> tuple[OrderPlaced, UUID]:
        """An order whose payer looks at a code, and the attempt."""
        order = kit.place(self.shop, ("TEA", 1))
        document = Document("order", order.order_id)
        told = begin(self.shop.call(), document=document, gateway="pennypay", currency=order.currency, checkout=CODE)
        return order, told.attempt_id

    def path(self, account_id: UUID | None = None) -> str:
        return f"/gateways/pennypay/{self.shop.tenant_id}/{account_id or self.account_id}/notices"

    def hot(self, *bodies: bytes, **changes: Any) -> list[Answer | None]:
        """What the hot door makes of notices that arrive at once."""
        path = changes.pop("path", self.path())
        headers = [(b"host", b"localhost"), (b"content-type", b"application/json")]
        scope = {"method": "POST", "path": path, "raw_path": path.encode(), "query_string": b"", "headers": headers, **changes}

        async def together() -> list[Answer | None]:
            return list(await asyncio.gather(*(self.door(scope, body) for body in bodies)))

        return asyncio.run(together())

    def view(self, body: bytes, path: str = "") -> tuple[int, bytes]:
        """What the view answers."""
        told = Client(headers={"host": "localhost"}).post(path or self.path(), data=body, content_type="application/json")
        return told.status_code, told.content


@pytest.fixture
def street(shop: Shop) -> Iterator[Street]:
    with pennypay() as penny:
        yield Street(shop, penny)


def _due(order: OrderPlaced) -> int:
    return receivable_of("order", [order.order_id])[order.order_id].due


def test_it_works(street: Street) -> None:
    order, attempt_id = street.begun()
    assert street.view(street.penny.notice(attempt_id)) == (200, b"thanks")
    assert _due(order) == 0


def test_the_hot_door_takes_many_at_once(street: Street) -> None:
    begun = [street.begun() for _ in range(5)]
    told = street.hot(*(street.penny.notice(attempt_id) for _order, attempt_id in begun))
    assert [answer[::2] if answer else None for answer in told] == [(200, b"thanks")] * 5
    assert [_due(order) for order, _attempt_id in begun] == [0] * 5


def test_the_same_notice_twenty_times_at_once_pays_once(street: Street) -> None:
    order, attempt_id = street.begun()
    told = street.hot(*[street.penny.notice(attempt_id)] * 20)
    assert {answer[0] for answer in told if answer} == {200}
    again = [street.penny.notice(attempt_id, id=f"other-{n}") for n in range(5)]
    assert [answer and answer[0] for answer in street.hot(*again)] == [200] * 5
    assert (_due(order), Posting.objects.count()) == (0, 1)


@pytest.mark.parametrize("lie", [{"signature": "bad"}, {"amount": 1}, {"merchant": "P-2"}])
def test_the_hot_door_leaves_what_is_out_of_the_ordinary_to_the_view(street: Street, lie: dict[str, Any]) -> None:
    order, attempt_id = street.begun()
    before = _due(order)
    assert street.hot(street.penny.notice(attempt_id, **lie)) == [None]
    assert (_due(order), Attempt.objects.get().state) == (before, "waiting")


def test_a_changed_account_is_never_missed(street: Street) -> None:
    (first, one), (second, two) = street.begun(), street.begun()
    assert street.hot(street.penny.notice(one))[0]
    changed = ACCOUNT.__class__(
        gateway="pennypay", merchant="P-9", settings={"region": "eu"}, secrets={"secret_key": "x"}, id=street.account_id
    )
    save_merchant_account(street.shop.call(), account=changed)
    assert street.hot(street.penny.notice(two)) == [None]  # known as P-1, which is proved wrong
    assert street.hot(street.penny.notice(two)) == [None]  # known as P-9: the money is of another
    assert street.hot(street.penny.notice(two, merchant="P-9"))[0]
    assert (_due(first), _due(second)) == (0, 0)


def test_what_is_not_genuine_is_refused_in_words(street: Street) -> None:
    order, attempt_id = street.begun()
    status, said = street.view(street.penny.notice(attempt_id, signature="bad"))
    assert status == 401
    told = json.loads(said)  # JSON to whoever sends JSON
    assert told["code"] == "FAIL"
    assert told["message"].startswith("This notice is not genuine: its signature is wrong. ")
    body = street.penny.notice(attempt_id, signature="bad")
    plain = Client(headers={"host": "localhost"}).post(street.path(), data=body, content_type="text/plain")
    assert (plain.status_code, plain.content.decode()) == (401, told["message"])
    assert _due(order) == order.total


def test_nobody_is_told_of_accounts_that_are_not_there(street: Street) -> None:
    _order, attempt_id = street.begun()
    body = street.penny.notice(attempt_id)
    assert street.view(body, street.path(new_id()))[0] == 404
    assert street.view(body, street.path().replace("pennypay", "other"))[0] == 404
    assert street.view(body, street.path().replace(str(street.shop.tenant_id), str(new_id())))[0] == 404
    assert street.hot(body, path=street.path(new_id())) == [None]


@pytest.mark.parametrize("changes", [{"method": "GET"}, {"path": "/gateways/x"}, {"headers": [(b"host", b"elsewhere.example")]}])
def test_what_is_no_notice_is_left_alone(street: Street, changes: dict[str, Any]) -> None:
    assert street.hot(b"{}", **changes) == [None]


def test_a_notice_is_no_page_to_look_at(street: Street) -> None:
    assert Client(headers={"host": "localhost"}).get(street.path()).status_code == 405
