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
from dingdan.masterdata.promotions.models import PromotionUse
from dingdan.masterdata.promotions.rules import PromotionUsedUp
from dingdan.masterdata.promotions.rules.refusals import CouponUsedBefore
from dingdan.trade.aftersales.commands import CancelOrder, cancel_orders
from dingdan.trade.changes.commands import ChangeOrder, change_orders
from dingdan.trade.changes.rules import Revive
from dingdan.trade.orders.commands import NoOrdersToTake, NotTheirOrder, adopt_orders
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.orders.models import Contact, Order
from tests import kit
from tests.conftest import Shop
from tests.masterdata.promotions.promoting import promote
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


def test_what_was_used_as_a_guest_counts_for_the_customer(shop: Shop) -> None:
    """The coupon that is counted by customer: used as a guest, it is used up once the order is in the account, by any address."""
    kit.stock(shop, "MUG", 19)
    kit.price(shop, "MUG", 1000)
    once, thrice = promote(shop, coupons=("ONCE",), most_each=1), promote(shop, "many", coupons=("THRICE",), most_each=3)
    zeb, elsewhere = _customer(shop), replace(ZEB, email="other@example.com")

    def use(coupon: str, customer_id: UUID | None = None, to: Any = ZEB) -> OrderPlaced:
        return kit.place(shop, ("MUG", 1), price=None, customer_id=customer_id, ship_to=to, coupon_codes=(coupon,))

    guests = [use("ONCE"), use("THRICE"), use("THRICE")]
    over = use("THRICE")
    cancel_orders.one(shop.call(), CancelOrder(order_id=over.order_id))
    use("THRICE", zeb, elsewhere)
    assert use("ONCE", zeb, elsewhere).total == 900, "by another address nobody knows that it was used"
    ids = tuple(order.order_id for order in (*guests, over))
    adopt_orders(shop.call(), customer_id=zeb, email=EMAIL, order_ids=ids)
    for coupon in ("ONCE", "THRICE"):
        with pytest.raises(CouponUsedBefore):
            use(coupon, zeb, elsewhere)
    with pytest.raises(CouponUsedBefore):
        use("ONCE")  # a guest has used whatever anybody used with that address
    uses = PromotionUse.objects.filter(customer_id=zeb, given_back_at=None)
    for promotion, places in ((thrice, [1, 2, 3]), (once, [1, 2])):
        assert list(uses.filter(promotion=promotion).order_by("place").values_list("place", flat=True)) == places
    with pytest.raises(PromotionUsedUp):
        change_orders.one(shop.call(), ChangeOrder(order_id=over.order_id, changes=(Revive(),)))
    assert kit.breaches() == []
