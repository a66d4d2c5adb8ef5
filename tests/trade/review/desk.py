"""Rules, orders that meet them, and people who decide."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from dingdan.kernel.journal import Actor, Call
from dingdan.masterdata.customers.rules import Watched
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.orders.models import Order
from dingdan.trade.orders.rules import Person
from dingdan.trade.review.commands import PassOrder, ReviewOrder, RuleDraft, activate_rule, pass_orders, review_orders, save_rule
from dingdan.trade.review.events import OrderApproved, OrderReviewed
from dingdan.trade.review.models import Decision, Finding, Review, Rule, RuleVersion
from dingdan.trade.review.rules import Facts
from tests import kit
from tests.conftest import Shop

ALL = (Rule, RuleVersion, Review, Finding, Decision)
LARGE = {"amounts": {"GBP": 1000}}
"""More than 10.00."""


def rule(shop: Shop, kind: str = "amount", parameters: dict[str, Any] | None = None, *, active: bool = True, **said: Any) -> UUID:
    """A rule of that kind, which goes by its name unless told, and looks at orders unless not."""
    draft = {"code": kind.replace("_", "-"), "name": kind, "parameters": LARGE if parameters is None else parameters, **said}
    saved = save_rule(shop.call(), rule=RuleDraft(kind=kind, **draft))
    if active:
        activate_rule(shop.call(), rule_id=saved.rule_id)
    return saved.rule_id


def reviewed(shop: Shop, order: OrderPlaced) -> OrderReviewed:
    """Let the rules look at an order."""
    return review_orders.one(shop.call(), ReviewOrder(order.order_id))


def waiting(shop: Shop, sku: str = "TEA", *, quantity: int = 3, **changes: Any) -> OrderPlaced:
    """An order of 12.00 that waits because of its amount; for the first, there must be an article."""
    order = kit.place(shop, (sku, quantity), price=400, **changes)
    assert not reviewed(shop, order).passed
    return order


def person(shop: Shop, id_: str) -> Call:
    """A call by somebody of the staff."""
    return Call(tenant_id=shop.tenant_id, actor=Actor("staff", id_, frozenset({"*"})), key=secrets.token_hex(12))


def let_pass(shop: Shop, order: OrderPlaced, by: str = "1") -> OrderApproved:
    """Let an order pass, as somebody of the staff."""
    return pass_orders.one(person(shop, by), PassOrder(order_id=order.order_id))


def state_of(order: OrderPlaced) -> tuple[str, str, bool]:
    """State of an order, of its review (empty: there is none), and whether it is in review."""
    row = Order.objects.get(id=order.order_id)
    review = Review.objects.filter(order_id=order.order_id).first()
    return row.state, review.state if review else "", row.in_review


def told() -> list[int]:
    """How many rows there are in each table of the desk."""
    return [model.objects.count() for model in ALL]


NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
HOME = {"country_code": "GB", "postal_code": "N1 9GU", "city": "London", "street_address": "1 High Street"}
ANN = Person(name="Ann Lee", email="ann@example.com", phone="+442079460000", country="GB", address=HOME)


def facts(**changes: Any) -> Facts:
    """An order of 20.00 pounds, with which nothing is wrong."""
    usual: dict[str, Any] = {
        "order_id": UUID(int=1), "number": "1001", "channel_id": UUID(int=2), "currency": "GBP", "amount": 2000,
        "placed_at": NOW, "ship_to": ANN,
    }  # fmt: skip
    return Facts(**{**usual, **changes})


def watched(part: str, stance: str) -> Watched:
    """A watch that a contact has met."""
    return Watched(watch_id=UUID(int=7), part=part, stance=stance)
