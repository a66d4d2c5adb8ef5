"""An audit in full that finds nothing keeps a checkpoint; behind it what happened since is looked at, all of it."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction

from dingdan.automation import audit
from dingdan.automation.setup import create_tenant
from dingdan.kernel import checkpoints, feed
from dingdan.kernel.journal import SYSTEM
from dingdan.kernel.models import Checkpoint, FeedItem, ProvedSum
from dingdan.kernel.tenancy import tenant_scope
from dingdan.trade.orders.commands import hold_order
from dingdan.trade.orders.events import OrderPlaced
from tests import kit
from tests.conftest import Shop
from tests.trade.settlement import books


def _prove(shop: Shop, processes: int = 1) -> list[str]:
    feed.sequence(shop.tenant_id)
    return list(audit.prove(shop.tenant, processes=processes, tell=lambda _done, _of: None))


def _since(shop: Shop) -> list[str]:
    feed.sequence(shop.tenant_id)
    return [line.removeprefix(f"{shop.tenant.slug}: ") for line in audit.audit_since_checkpoint(shop.tenant)]


def _life(shop: Shop) -> OrderPlaced:
    """An order that was paid, left and was invoiced."""
    return books.sell(shop, ("A", 2))


def _old(shop: Shop) -> OrderPlaced:
    """An order from before the checkpoint."""
    kit.stock(shop, "A", 50)
    kit.stock(shop, "B", shortage="backorder")
    kit.place(shop, ("B", 1))
    order = _life(shop)
    assert _prove(shop) == []
    return order


@pytest.fixture
def old(shop: Shop) -> OrderPlaced:
    """An order from before the checkpoint, in the test's own shop."""
    return _old(shop)


class Books:
    """A shop with a checkpoint, made once for many tests: whatever they change is taken back."""

    def __init__(self) -> None:
        self.shop = Shop(create_tenant(f"shop-{secrets.token_hex(6)}", "A shop"), SYSTEM)
        with tenant_scope(self.shop.tenant_id):
            self.old = _old(self.shop)

    def since(self) -> list[str]:
        """What an audit since the checkpoint tells."""
        return [line.removeprefix(f"{self.shop.tenant.slug}: ") for line in audit.audit_since_checkpoint(self.shop.tenant)]

    @contextmanager
    def tampered(self, statement: str, **params: Any) -> Iterator[None]:
        """Inside, somebody has changed something who may do everything in the database."""
        with transaction.atomic():
            _tampered(statement, tenant=self.shop.tenant_id, **params)
            yield
            transaction.set_rollback(True)


@pytest.fixture(scope="module")
def made_at_rest() -> Books:
    return Books()


@pytest.fixture
def at_rest(made_at_rest: Books) -> Iterator[Books]:
    """Nothing happened since the checkpoint."""
    with tenant_scope(made_at_rest.shop.tenant_id):
        yield made_at_rest
        assert made_at_rest.since() == []


@pytest.fixture(scope="module")
def made_going_on() -> tuple[Books, OrderPlaced]:
    books = Books()
    with tenant_scope(books.shop.tenant_id):
        later = _life(books.shop)
        hold_order(books.shop.call(), order_id=books.old.order_id, reason="Ask for the address.")
        feed.sequence(books.shop.tenant_id)
    return books, later


@pytest.fixture
def going_on(made_going_on: tuple[Books, OrderPlaced]) -> Iterator[tuple[Books, OrderPlaced]]:
    """Since the checkpoint another order was sold, and the old one was put on hold."""
    with tenant_scope(made_going_on[0].shop.tenant_id):
        yield made_going_on
        assert made_going_on[0].since() == []


def _tampered(statement: str, **params: Any) -> None:
    """Do what somebody may do who may do everything in the database."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, params)
        assert cursor.rowcount > 0, "nothing was changed"


def test_it_works(shop: Shop, old: OrderPlaced) -> None:
    kept = Checkpoint.objects.get()
    assert (kept.position, bytes(kept.digest)) == (feed.end(), feed.digest_at(feed.end()))
    assert sum(ProvedSum.objects.values_list("value", flat=True)) == 0  # what came from the supplier went to stock or customer
    assert _since(shop) == []
    _life(shop)
    assert _since(shop) == []
    assert f"proved up to position {kept.position}" in audit.left_out(shop.tenant)
    assert "counts are those of the rows" in audit.left_out(shop.tenant)


def test_several_processes_find_the_same(shop: Shop, old: OrderPlaced, monkeypatch: pytest.MonkeyPatch) -> None:
    _tampered(OF_AN_ORDER["orders_order"], tenant=shop.tenant_id, order=old.order_id)
    monkeypatch.setattr(audit, "SMALL", 0)
    found = _prove(shop, processes=2)
    assert sorted(found) == sorted(f"{shop.tenant.slug}: {breach}" for breach in kit.breaches())
    assert len(found) == 1


def test_without_a_checkpoint_it_says_so(shop: Shop) -> None:
    assert _since(shop) == ["no audit in full has found nothing yet, so there is no checkpoint"]
    assert audit.left_out(shop.tenant) == ""


def test_an_audit_that_finds_something_keeps_no_checkpoint(shop: Shop, old: OrderPlaced) -> None:
    before = Checkpoint.objects.values().get()
    _tampered(OF_AN_ORDER["orders_order"], tenant=shop.tenant_id, order=_life(shop).order_id)
    assert len(_prove(shop)) == 1
    assert Checkpoint.objects.values().get() == before


OF_AN_ORDER = {
    "orders_order": """
        UPDATE orders_order SET goods = goods + 1, total = total + 1 WHERE tenant_id = %(tenant)s AND id = %(order)s
    """,
    "inventory_tally": "UPDATE inventory_tally SET issued = issued - 1 WHERE tenant_id = %(tenant)s AND id = %(order)s",
    "inventory_demand": """
        UPDATE inventory_demand SET issued = issued - 1 WHERE tenant_id = %(tenant)s AND document_id = %(order)s
    """,
    "payments_receivable": """
        UPDATE payments_receivable SET invoiced = invoiced + 1 WHERE tenant_id = %(tenant)s AND document_id = %(order)s
    """,
    "payments_allocation": """
        UPDATE payments_allocation SET refunded = refunded + 1 WHERE tenant_id = %(tenant)s AND receivable_id =
            (SELECT id FROM payments_receivable WHERE tenant_id = %(tenant)s AND document_id = %(order)s)
    """,
    "settlement_invoiceline": """
        UPDATE settlement_invoiceline SET tax = tax + 1, tax_base = tax_base - 1 WHERE tenant_id = %(tenant)s AND order_line_id =
            (SELECT id FROM orders_orderline WHERE tenant_id = %(tenant)s AND order_id = %(order)s AND kind = 'goods')
    """,
}
"""What changes with an order. Its rows are looked at when something happened with it."""


@pytest.mark.parametrize("table", OF_AN_ORDER)
def test_a_breach_behind_the_checkpoint_is_told(going_on: tuple[Books, OrderPlaced], table: str) -> None:
    books, later = going_on
    with books.tampered(OF_AN_ORDER[table], order=later.order_id):
        assert sorted(books.since()) == sorted(kit.breaches()) != []


@pytest.mark.parametrize("table", OF_AN_ORDER)
def test_a_breach_before_it_is_told_by_an_audit_in_full(at_rest: Books, table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "PATIENCE_SECONDS", 0)  # who tampers has not ended, and it will find something anyway
    with at_rest.tampered(OF_AN_ORDER[table], order=at_rest.old.order_id):
        everything = [breach for law in audit.laws() for breach in law()]
        assert set(at_rest.since()) < set(everything)
        told = list(audit.prove(at_rest.shop.tenant, processes=1, tell=lambda _done, _of: None))
        assert told == [f"{at_rest.shop.tenant.slug}: {line}" for line in everything]


@pytest.mark.parametrize("table", OF_AN_ORDER)
def test_a_breach_before_it_is_told_where_something_happened_with_the_order(
    going_on: tuple[Books, OrderPlaced], table: str
) -> None:
    books, _later = going_on
    with books.tampered(OF_AN_ORDER[table], order=books.old.order_id):
        assert sorted(books.since()) == sorted(kit.breaches()) != []


def test_a_breach_before_it_is_told_once_something_happens_with_the_order(shop: Shop, old: OrderPlaced) -> None:
    for statement in OF_AN_ORDER.values():
        _tampered(statement, tenant=shop.tenant_id, order=old.order_id)
    assert set(_since(shop)) < set(kit.breaches())
    hold_order(shop.call(), order_id=old.order_id, reason="Ask for the address.")
    assert sorted(_since(shop)) == sorted(kit.breaches())


SHARED = {
    "holding": "UPDATE inventory_holding SET on_hand = on_hand + 1 WHERE tenant_id = %(tenant)s AND NOT boundless",
    "balance": "UPDATE inventory_balance SET reserved = reserved + 1 WHERE tenant_id = %(tenant)s",
    "owed": "UPDATE inventory_backlog SET owed = owed + 1 WHERE tenant_id = %(tenant)s",
    "numbers": "UPDATE kernel_numberseries SET next = next + 1 WHERE tenant_id = %(tenant)s AND name = 'invoice'",
    "head": "UPDATE kernel_feedhead SET position = position + 1 WHERE tenant_id = %(tenant)s",
    "sum": "UPDATE kernel_provedsum SET value = value + 1 WHERE tenant_id = %(tenant)s",
    "digest": "UPDATE kernel_feeditem SET digest = '' WHERE tenant_id = %(tenant)s AND id = %(position)s",
}
"""What all orders share. It is looked at every time, whatever happened."""


@pytest.mark.parametrize("what", SHARED)
def test_what_all_share_is_looked_at_every_time(at_rest: Books, what: str) -> None:
    with at_rest.tampered(SHARED[what], position=Checkpoint.objects.get().position):
        assert at_rest.since() != []


GROWS = {
    "inventory_move": "UPDATE inventory_move SET quantity = quantity + 1 WHERE tenant_id = %(tenant)s AND id = %(last)s",
    "payments_posting": "UPDATE payments_posting SET rule = 'cash_banked' WHERE tenant_id = %(tenant)s AND id = %(last)s",
    "kernel_feeditem": """
        UPDATE kernel_journalentry SET actor_id = 'x' WHERE tenant_id = %(tenant)s AND id =
            (SELECT entry_id FROM kernel_feeditem WHERE tenant_id = %(tenant)s AND id = %(last)s)
    """,
}
"""What is never edited. It is proved once: before the checkpoint only an audit in full looks at it."""


def _last(shop: Shop, table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT max(id) FROM {table} WHERE tenant_id = %s", [shop.tenant_id])
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize("table", GROWS)
def test_what_is_never_edited_is_looked_at_once(at_rest: Books, table: str) -> None:
    with at_rest.tampered(GROWS[table], last=_last(at_rest.shop, table)):
        assert at_rest.since() == []
        assert kit.breaches() != []


@pytest.mark.parametrize("table", GROWS)
def test_what_was_added_is_looked_at(going_on: tuple[Books, OrderPlaced], table: str) -> None:
    books, _later = going_on
    with books.tampered(GROWS[table], last=_last(books.shop, table)):
        assert sorted(books.since()) == sorted(kit.breaches()) != []


def test_entries_without_a_position_are_looked_at(shop: Shop, old: OrderPlaced) -> None:
    order = _life(shop)
    _tampered(OF_AN_ORDER["orders_order"], tenant=shop.tenant_id, order=order.order_id)
    assert FeedItem.objects.count() == Checkpoint.objects.get().position
    assert len(list(audit.audit_since_checkpoint(shop.tenant))) == 1


def test_a_mark_waits_for_who_wrote_at_that_time(shop: Shop, old: OrderPlaced, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "PATIENCE_SECONDS", 0.2)
    before, writing, proved = Checkpoint.objects.values().get(), threading.Event(), threading.Event()

    def write() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()")
            writing.set()
            proved.wait(60)
        connection.close()

    with ThreadPoolExecutor(1) as beside:
        beside.submit(write)
        writing.wait(60)
        assert _prove(shop) == []
        proved.set()
    assert Checkpoint.objects.values().get() == before
