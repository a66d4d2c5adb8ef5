"""A place that can ship is opened, and changed."""

from typing import Any

import pytest

from dingdan.kernel.errors import Invalid
from dingdan.kernel.text import BrokenText, TextMissing, UnknownCountry, UnusableCode
from dingdan.ledgers.inventory.commands import save_node
from dingdan.ledgers.inventory.models import Location, Node
from dingdan.trade.orders.rules import OutOfStock
from tests import kit
from tests.conftest import Shop
from tests.ledgers.inventory import book


def test_it_works(shop: Shop) -> None:
    event = save_node(shop.call(), code="east", name="East", country="tw", priority=7)
    node = Node.objects.get(id=event.node_id)
    assert (node.code, node.name, node.country, node.priority, node.active) == ("east", "East", "TW", 7, True)
    places = Location.objects.filter(node=node).order_by("id").values_list("code", "kind")
    assert list(places) == [
        ("east-stock", "stock"), ("east-inspection", "inspection"), ("east-damaged", "damaged"), ("east-transit", "transit"),
    ]  # fmt: skip


def test_again_it_changes(shop: Shop) -> None:
    first = save_node(shop.call(), code="east", name="East", country="GB")
    second = save_node(shop.call(), code="east", name="Far east", country="TW", priority=1)
    assert second.node_id == first.node_id
    node = Node.objects.get(id=first.node_id)
    assert (node.name, node.country, node.priority) == ("Far east", "TW", 1)
    assert Location.objects.filter(node=node).count() == 4


def test_a_node_that_rests_ships_nothing(shop: Shop) -> None:
    variant = kit.stock(shop, "A", 5)
    save_node(shop.call(), code="main", name="Main", country="GB", active=False)
    with book.refused(OutOfStock):
        kit.place(shop, ("A", 1))
    assert kit.levels(variant) == (5, 0)
    save_node(shop.call(), code="main", name="Main", country="GB")
    kit.place(shop, ("A", 1))


@pytest.mark.parametrize(
    ("changes", "kind", "field"),
    [
        ({"code": "a b"}, UnusableCode, "code"),
        ({"code": ""}, TextMissing, "code"),
        ({"name": " "}, TextMissing, "name"),
        ({"name": "a\x00"}, BrokenText, "name"),
        ({"country": "Nowhere"}, UnknownCountry, "country"),
        ({"priority": 10**9}, Invalid, "priority"),
        ({"priority": True}, Invalid, "priority"),
    ],
)
def test_what_cannot_be_is_refused(shop: Shop, changes: dict[str, Any], kind: Any, field: str) -> None:
    facts: dict[str, Any] = {"code": "east", "name": "East", "country": "GB"} | changes
    with book.refused(kind, field=field):
        save_node(shop.call(), **facts)


def test_at_once_one_node_is_opened(shop: Shop) -> None:
    outcomes = kit.in_threads(lambda _index: save_node(shop.call(), code="east", name="East", country="GB"), 4)
    assert set(kit.kinds(outcomes)) <= {"NodeSaved", "KeyTaken"}
    assert Node.objects.filter(code="east").count() == 1
