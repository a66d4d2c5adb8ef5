"""Parties keep goods of their own here."""

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.text import UnknownChoice
from dingdan.ledgers.inventory import queries
from dingdan.ledgers.inventory.commands import ReceiveStock, StockChange, receive_stock, save_owner
from dingdan.ledgers.inventory.models import Owner
from dingdan.masterdata.sellers.commands import save_seller
from dingdan.masterdata.sellers.rules import SellerDraft
from tests import kit
from tests.conftest import Shop
from tests.ledgers.inventory import book


def test_it_works(shop: Shop) -> None:
    party = new_id()
    event = save_owner(shop.call(), kind="consignor", party_id=party)
    owner = Owner.objects.get(id=event.owner_id)
    assert (owner.id, owner.kind, owner.party_id) == (party, "consignor", party)
    assert save_owner(shop.call(), kind="consignor", party_id=party).owner_id == party
    assert Owner.objects.count() == 2


def test_a_seller_sells_its_own_goods(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    seller = save_seller(shop.call(), seller=SellerDraft(code="tea", name="Tea House", currency="GBP")).seller_id
    save_owner(shop.call(), kind="seller", party_id=seller)
    receive_stock.one(shop.call(), ReceiveStock(lines=(StockChange("A", 2),), owner_id=seller))
    from dataclasses import replace

    from dingdan.trade.orders.commands import place_orders
    from dingdan.trade.orders.rules import OutOfStock

    order = kit.wanted(shop, ("A", 2))
    theirs = replace(order, lines=tuple(replace(line, seller_id=seller) for line in order.lines))
    place_orders.one(shop.call(), theirs)
    assert {line.owner_id: line.reserved for line in queries.stock()} == {shop.tenant_id: 0, seller: 2}
    with book.refused(OutOfStock):
        place_orders.one(shop.call(), theirs)
    place_orders.one(shop.call(), order)
    assert {line.owner_id: line.reserved for line in queries.stock()} == {shop.tenant_id: 2, seller: 2}
    assert book.sound()


def test_the_kind_stays_what_it_was(shop: Shop) -> None:
    party = new_id()
    save_owner(shop.call(), kind="consignor", party_id=party)
    with book.refused(NotFound):
        save_owner(shop.call(), kind="seller", party_id=party)


def test_strangers_are_refused(shop: Shop) -> None:
    with book.refused(NotFound, field="party_id"):
        save_owner(shop.call(), kind="seller", party_id=new_id())
    with book.refused(UnknownChoice, field="kind"):
        save_owner(shop.call(), kind="tenant", party_id=new_id())
