"""Every law of the goods book is silent while it holds, and speaks when it is broken."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction

from dingdan.kernel.ids import new_id
from dingdan.ledgers.inventory import queries
from dingdan.ledgers.inventory.commands import (
    ArrivedGoods,
    StockChange,
    allocate_stock,
    dispatch_transfer,
    receive_supply,
)
from dingdan.ledgers.inventory.models import Holding, Location, Lot, Owner
from tests import kit
from tests.conftest import Shop
from tests.ledgers.inventory import book
from tests.ledgers.inventory.test_hold_stock import hold

LAWS = {law.__name__: law for law in queries.LAWS}

BREACHES = {
    "law_on_hand_is_the_sum_of_moves": "UPDATE inventory_holding SET on_hand = on_hand + 1 WHERE {mine} AND NOT is_serial",
    "law_a_balance_is_the_sum_of_its_places": "UPDATE inventory_balance SET on_hand = on_hand + 1 WHERE {mine}",
    "law_reserved_is_the_sum_of_open_pegs": "UPDATE inventory_balance SET reserved = reserved - 1 WHERE {mine} AND reserved > 0",
    "law_a_supply_knows_its_pegs": "UPDATE inventory_supply SET pegged = pegged - 1 WHERE {mine} AND pegged > 0",
    "law_a_demand_knows_its_pegs": "UPDATE inventory_demand SET pegged = pegged - 1 WHERE {mine} AND pegged > 0",
    "law_a_peg_answers_its_own_goods": "UPDATE inventory_demand SET owner_id = %(other)s WHERE {mine} AND pegged > 0",
    "law_owed_is_what_stock_does_not_answer": "UPDATE inventory_backlog SET owed = owed + 1 WHERE {mine}",
    "law_a_hold_is_answered_in_full": "UPDATE inventory_demand SET pegged = pegged - 1 WHERE {mine} AND expires_at IS NOT NULL",
    "law_allocated_is_the_sum_of_allocations": "UPDATE inventory_allocation SET quantity = quantity - 1 WHERE {mine}",
    "law_what_is_allocated_is_reserved_there": "UPDATE inventory_allocation SET quantity = quantity + 90 WHERE {mine}",
    "law_received_is_what_was_moved_in": "UPDATE inventory_supply SET received = received - 1 WHERE {mine} AND received > 0",
    "law_what_is_in_transit_is_expected": "UPDATE inventory_supply SET quantity = 4 WHERE {mine} AND document_kind = 'transfer'",
    "law_a_serial_number_is_in_one_place": "UPDATE inventory_holding SET on_hand = 1 WHERE {mine} AND is_serial AND on_hand = 0",
    "law_issued_is_what_moved_to_the_customer": "UPDATE inventory_demand SET issued = issued - 1 WHERE {mine} AND issued > 0",
    "law_a_tally_is_the_sum_of_its_demands": "UPDATE inventory_tally SET demanded = demanded + 1 WHERE {mine}",
}


def _full_book(shop: Shop) -> UUID:
    """A bit of everything; returns another owner."""
    other, east = new_id(), book.east(shop)
    Owner.objects.create(id=other, kind="consignor", party_id=other)
    kit.stock(shop, "A", 20, shortage="backorder")
    kit.stock(shop, "M", tracking="lot")
    kit.stock(shop, "P", tracking="serial")
    book.receive(shop, "M", 5, lot="L1", until=date(2027, 1, 1))
    book.receive(shop, "P", 1, lot="S1")
    supply = book.announce(shop, "A", 9)
    hold(shop, new_id(), ("A", 1))
    dispatch_transfer(shop.call(), lines=(StockChange("A", 3),), source_node_id=book.main(), target_node_id=east)
    kit.ship(shop, kit.place(shop, ("A", 2)))
    order = kit.place(shop, ("M", 2))
    allocate_stock(shop.call(), document_id=order.order_id)
    kit.place(shop, ("A", 18))
    receive_supply(shop.call(), lines=(ArrivedGoods(supply, 1),))
    # A serial number has been at a second place, empty now.
    lot = Lot.objects.get(code="S1")
    place = Location.objects.get(code="east-stock")
    Holding.objects.create(variant_id=lot.variant_id, location=place, owner_id=shop.tenant_id, lot=lot, is_serial=True)
    return other


@contextmanager
def _broken(shop: Shop, sql: str, **params: Any) -> Iterator[None]:
    """The books with that statement done to them, until the block ends."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(sql.format(mine="tenant_id = %(tenant)s"), {"tenant": shop.tenant_id, **params})
            assert cursor.rowcount > 0, "nothing was broken"
        yield
        transaction.set_rollback(True)


def test_every_law_has_its_breach() -> None:
    assert sorted(LAWS) == sorted(BREACHES)


def test_sound_books_are_silent_about(shop: Shop) -> None:
    _full_book(shop)
    assert [breach for law in queries.LAWS for breach in law()] == []


@pytest.mark.parametrize("name", sorted(BREACHES))
def test_a_breach_is_told(shop: Shop, name: str) -> None:
    other = _full_book(shop)
    with _broken(shop, BREACHES[name], other=other):
        told = list(LAWS[name]())
        assert sorted(kit.told_since_the_beginning(LAWS[name])) == sorted(told)
    assert told, name
    assert not any("{" in sentence for sentence in told)
    assert list(LAWS[name]()) == []


def test_a_breach_of_another_shop_is_not_told_here(shop: Shop) -> None:
    from dingdan.kernel.tenancy import tenant_scope

    _full_book(shop)
    with _broken(shop, BREACHES["law_a_balance_is_the_sum_of_its_places"]), tenant_scope(new_id()):
        assert [breach for law in queries.LAWS for breach in law()] == []
