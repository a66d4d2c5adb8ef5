"""What somebody ordered without signing in becomes theirs, once they have shown to read its mails."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from dingdan.automation.consumers import drain
from dingdan.insight.board.models import BoardRow
from dingdan.insight.dossier.queries import dossier
from dingdan.kernel.canonical import json_bytes
from dingdan.kernel.errors import KeyReused, NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.models import EntrySubject
from dingdan.ledgers.payments.models import Payment, Receivable
from dingdan.masterdata.customers.commands import erase_customer_contact, merge_customers, save_customer
from dingdan.masterdata.customers.rules import CustomerDraft
from dingdan.trade.orders.commands import NoOrdersToTake, NotTheirOrder, adopt_orders
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.orders.models import Contact, Order
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales import sold

EMAIL = "zebulon@example.com"
ZEB = replace(kit.BUYER, name="Zebulon Quickwater", email="Zebulon@Example.com")


def _customer(shop: Shop) -> UUID:
    return save_customer(shop.call(), customer=CustomerDraft()).customer_id


def _guest(shop: Shop, email: str = ZEB.email, **changes: Any) -> OrderPlaced:
    order = kit.place(shop, ("MUG", 1), ship_to=replace(ZEB, email=email), **changes)
    kit.pay(shop, order)
    return order


def _owner(order: OrderPlaced) -> UUID | None:
    return Order.objects.get(id=order.order_id).customer_id


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "MUG", 9)
    zeb, order, left = _customer(shop), _guest(shop), _guest(shop)
    kit.deliver(shop, order)
    assert b"Quickwater" not in json_bytes(dossier(zeb))
    call = shop.call("take")
    taken = adopt_orders(call, customer_id=zeb, email=EMAIL, order_ids=(order.order_id,))
    assert (taken.order_ids, _owner(order), _owner(left)) == ((order.order_id,), zeb, None)
    assert adopt_orders(call, customer_id=zeb, email=EMAIL, order_ids=(order.order_id,)) == taken
    with pytest.raises(KeyReused):
        adopt_orders(call, customer_id=zeb, email=EMAIL, order_ids=(left.order_id,))
    owed = Receivable.objects.get(document_id=order.order_id)
    paid = Payment.objects.get(allocations__receivable=owed)
    assert (owed.customer_id, paid.customer_id) == (zeb, zeb)
    assert Payment.objects.filter(customer_id=None).count() == 1
    drain(shop.tenant_id)
    assert BoardRow.objects.get(id=order.order_id).customer_id == zeb
    subjects = EntrySubject.objects.filter(entry__command="orders.adopt_orders").values_list("kind", "subject_id")
    assert set(subjects) == {("order", order.order_id), ("customer", zeb)}
    assert b"Quickwater" in json_bytes(dossier(zeb))
    assert kit.breaches() == []

    erase_customer_contact(shop.call(), customer_id=zeb)
    drain(shop.tenant_id)
    assert Order.objects.get(id=order.order_id).state == "closed"
    assert b"Quickwater" not in json_bytes(dossier(zeb))
    assert not Contact.objects.filter(name=ZEB.name, ships_to=order.order_id).exists()
    assert Contact.objects.filter(name=ZEB.name, ships_to=left.order_id).exists(), "what was not taken is nobody's still"


def test_only_what_is_nobodys_and_mailed_to_them(shop: Shop) -> None:
    kit.stock(shop, "MUG", 9)
    zeb, bob, twin = _customer(shop), _customer(shop), _customer(shop)
    mine, other = _guest(shop), _guest(shop, "somebody@example.com")
    bobs, gift = _guest(shop, customer_id=bob), _guest(shop, "friend@example.com", bill_to=ZEB)
    without = kit.place(shop, ("MUG", 1), ship_to=replace(ZEB, email=""))
    for wrong, email in ((other, EMAIL), (bobs, EMAIL), (mine, "zeb@example.com"), (without, "")):
        with sold.nothing_changes(shop), pytest.raises(NotTheirOrder):
            adopt_orders(shop.call(), customer_id=zeb, email=email, order_ids=(mine.order_id, wrong.order_id))
    with sold.nothing_changes(shop), pytest.raises(NotFound):
        adopt_orders(shop.call(), customer_id=zeb, email=EMAIL, order_ids=(mine.order_id, new_id()))
    with sold.nothing_changes(shop), pytest.raises(NotFound):
        adopt_orders(shop.call(), customer_id=new_id(), email=EMAIL, order_ids=(mine.order_id,))
    merge_customers(shop.call(), kept_id=zeb, merged_id=twin)
    theirs = _guest(shop, "somebody@example.com", customer_id=twin)
    ids = (mine.order_id, gift.order_id, theirs.order_id)
    taken = adopt_orders(shop.call(), customer_id=zeb, email=EMAIL, order_ids=ids)
    assert (set(taken.order_ids), _owner(theirs)) == ({mine.order_id, gift.order_id}, twin)
    with sold.nothing_changes(shop), pytest.raises(NoOrdersToTake):
        adopt_orders(shop.call(), customer_id=zeb, email=EMAIL, order_ids=ids)
    assert kit.breaches() == []
