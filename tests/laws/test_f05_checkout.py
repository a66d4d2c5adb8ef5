"""F5, at the shop's own checkout: the web ends at any statement of "Order and pay", the shopper presses again: one order."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from dingdan.kernel import clock
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import IssueGiftCard, issue_gift_cards
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.queries import checkouts_of, code_of
from dingdan.masterdata.methods.commands import save_merchant_account
from dingdan.trade.orders.models import Cart, Order
from dingdan.web.storefront.carts import held
from tests import kit
from tests.automation.penny import PennyPay, pennypay
from tests.conftest import Shop
from tests.laws.size import sized
from tests.masterdata.methods.firm import ACCOUNT
from tests.web.storefront.front import Visitor, open_front, put_on_offer
from tests.web.storefront.test_buying import WHERE

MOMENTS = sized(10, 60, 400)


class Killed(BaseException):
    """The process ends: nothing that stands in it is done any more."""


@contextmanager
def ends_after(statements: int) -> Iterator[list[str]]:
    """Let no more than so many statements be run; those that were."""
    run: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if len(run) >= statements:
            raise Killed
        run.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield run


@pytest.fixture
def penny(shop: Shop) -> Iterator[PennyPay]:
    open_front(shop)
    put_on_offer(shop, "mug", pieces=2 * MOMENTS + 20)
    with pennypay() as firm:
        save_merchant_account(shop.call(), account=ACCOUNT)
        yield firm


class Shopper:
    """Somebody at the checkout with two mugs, a gift card for a part of them, and a finger on the button."""

    def __init__(self, shop: Shop, number: int) -> None:
        self.visitor = Visitor(shop, client=Client(SERVER_NAME="localhost", REMOTE_ADDR=f"10.1.{number // 250}.{number % 250}"))
        self.visitor.send("cart/", act="add", sku="MUG", quantity="2")
        page = self.visitor.html("checkout/")
        seen, cart = (re.search(rf'name="{name}" value="([^"]+)"', page) for name in ("seen", "cart"))
        assert seen is not None
        assert cart is not None
        card = issue_gift_cards.one(shop.call(), IssueGiftCard(money=Money(500, "GBP"), valid_months=12))
        changes = {"payment": "pennypay", "email": f"ann{number}@example.com", "gift_card": code_of(card.gift_card_id)}
        self.sent = WHERE | {"act": "place", "seen": seen[1], "cart": cart[1]} | changes

    def press(self, *, dies_after: int = 10_000) -> int:
        """Order and pay, as far as it gets; how many statements that were."""
        with ends_after(dies_after) as run:
            try:
                assert self.visitor.send("checkout/", **self.sent).status_code == 303
            except Killed:
                connection.close()  # the database sees that nobody is there
        return len(run)


def test_the_web_ends_at_any_statement_and_it_is_one_order(
    shop: Shop, penny: PennyPay, chance: random.Random, figure: Callable[[str], None]
) -> None:
    whole = Shopper(shop, 0).press()
    moments = sorted(chance.sample(range(whole), min(MOMENTS, whole)))
    for number, moment in enumerate(moments, start=1):
        shopper = Shopper(shop, number)
        shopper.press(dies_after=moment)
        assert shopper.press() > 0
        assert shopper.press() > 0  # and once more, from the other tab
        [order] = Order.objects.filter(total=2395).order_by("-id")[:1]
        assert Order.objects.count() == number + 1
        attempts = checkouts_of(Document("order", order.id))
        assert len([one for one in attempts if one.state == "waiting"]) <= 1
    carts = Cart.objects.values_list("id", flat=True)
    assert len(carts) == len(moments) + 1
    assert [cart_id for cart_id in carts if held(cart_id, clock.now())] == []
    assert kit.breaches() == []
    figure(f"F5 the web ended at {len(moments)} of {whole} statements of the checkout: each cart one order, no hold left")
