"""What comes back lies at the place of inspection: ours again, and not on sale."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import pytest

from dingdan.kernel.command import command
from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.ledgers.inventory import queries as inventory
from dingdan.ledgers.inventory import steps as inventory_steps
from dingdan.ledgers.inventory.events import StockReceived
from dingdan.ledgers.inventory.lifecycle import LocationKind
from dingdan.ledgers.inventory.models import Holding, Lot
from dingdan.trade.aftersales.commands import PieceBack, ReturnWanted, Verdict, authorize_return, inspect_return, receive_return
from dingdan.trade.aftersales.commands.receiving import AboveAuthorized
from dingdan.trade.aftersales.events import ReturnAuthorized
from dingdan.trade.aftersales.models import Return
from dingdan.trade.orders.events import OrderPlaced
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales import sold


@command
def receive_lots(entry: Entry, *, variant_id: UUID, lots: tuple[tuple[UUID, int], ...]) -> StockReceived:
    """Goods of lots arrive from a supplier at the first node."""
    node, owner = inventory.default_node().id, inventory.own_owner_id()
    inventory_steps.receive(
        [inventory_steps.Arrival(entry, variant_id, node, quantity, owner, lot_id) for lot_id, quantity in lots]
    )
    return StockReceived(lines=())


def authorized(shop: Shop, shipped: int = 3, quantity: int = 2) -> tuple[OrderPlaced, ReturnAuthorized]:
    """A shipped order of which something may come back."""
    order = kit.place(shop, ("A", shipped))
    kit.ship(shop, order)
    wanted = ReturnWanted(line_id=order.lines[0].line_id, quantity=quantity)
    return order, authorize_return(shop.call(), order_id=order.order_id, lines=(wanted,))


def lying(kind: LocationKind, variant_id: UUID) -> Sequence[int]:
    """How many pieces lie at places of a kind."""
    held = Holding.objects.filter(variant_id=variant_id, location__kind=kind, on_hand__gt=0)
    return list(held.order_by("lot_id").values_list("on_hand", flat=True))


def test_it_works(shop: Shop) -> None:
    variant_id = kit.stock(shop, "A", 10)
    order, rma = authorized(shop)
    received = receive_return(shop.call(), return_id=rma.return_id)
    assert [(piece.variant_id, piece.quantity) for piece in received.pieces] == [(variant_id, 2)]
    assert (kit.levels(variant_id), lying(LocationKind.INSPECTION, variant_id)) == ((7, 0), [2])
    assert [(piece.received, piece.restocked) for piece in sold.pieces_of(rma.return_id)] == [(2, 0)]
    assert Return.objects.get().state == "received"
    assert inventory.tallies_of([order.order_id])[order.order_id].fulfillment_status == "partly_returned"
    assert sold.owed(order).amount == 750
    assert kit.breaches() == []


def test_in_several_parcels(shop: Shop) -> None:
    variant_id = kit.stock(shop, "A", 10)
    _order, rma = authorized(shop, 3, 3)
    (piece,) = sold.pieces_of(rma.return_id)
    receive_return(shop.call(), return_id=rma.return_id, pieces=(PieceBack(piece.id, 1),))
    receive_return(shop.call(), return_id=rma.return_id)
    assert lying(LocationKind.INSPECTION, variant_id) == [3]
    assert kit.breaches() == []


def test_lots_come_home_as_they_left(shop: Shop) -> None:
    variant_id = kit.stock(shop, "A", tracking="lot")
    old, new = (Lot.objects.create(variant_id=variant_id, code=code, expires_on=f"2027-0{code}-01") for code in "12")
    receive_lots(shop.call(), variant_id=variant_id, lots=((new.id, 5), (old.id, 2)))
    _order, rma = authorized(shop, 4, 3)
    receive_return(shop.call(), return_id=rma.return_id)
    assert sorted(lying(LocationKind.INSPECTION, variant_id)) == [1, 2]
    (piece,) = sold.pieces_of(rma.return_id)
    inspect_return(shop.call(), return_id=rma.return_id, verdicts=(Verdict(piece_id=piece.id, restock=2, scrap=1),))
    assert kit.levels(variant_id) == (5, 0)
    assert lying(LocationKind.INSPECTION, variant_id) == []
    assert kit.breaches() == []


def test_more_than_was_to_come_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    _order, rma = authorized(shop)
    (piece,) = sold.pieces_of(rma.return_id)
    with sold.nothing_changes(shop), pytest.raises(AboveAuthorized):
        receive_return(shop.call(), return_id=rma.return_id, pieces=(PieceBack(piece.id, 2), PieceBack(piece.id, 1)))


def test_when_everything_has_come_more_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    _order, rma = authorized(shop)
    receive_return(shop.call(), return_id=rma.return_id)
    with sold.nothing_changes(shop), pytest.raises(AboveAuthorized):
        receive_return(shop.call(), return_id=rma.return_id)


def test_an_inspected_return_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    order = kit.place(shop, ("A", 2))
    kit.ship(shop, order)
    rma = sold.come_back(shop, order, 1)
    with sold.nothing_changes(shop), pytest.raises(NotInThisState):
        receive_return(shop.call(), return_id=rma.return_id)


def test_what_is_not_there_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    _order, rma = authorized(shop)
    with sold.nothing_changes(shop):
        with pytest.raises(NotFound):
            receive_return(shop.call(), return_id=new_id())
        with pytest.raises(NotFound):
            receive_return(shop.call(), return_id=rma.return_id, pieces=(PieceBack(new_id(), 1),))


def test_two_at_once_receive_once(shop: Shop) -> None:
    variant_id = kit.stock(shop, "A", 10)
    _order, rma = authorized(shop)
    outcomes = kit.in_threads(lambda _index: receive_return(shop.call(), return_id=rma.return_id), 3)
    assert kit.kinds(outcomes) == ["AboveAuthorized", "AboveAuthorized", "ReturnReceived"]
    assert lying(LocationKind.INSPECTION, variant_id) == [2]
    assert kit.breaches() == []
