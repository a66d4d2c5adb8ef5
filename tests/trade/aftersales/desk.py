"""Somebody at the returns desk."""

from __future__ import annotations

from uuid import UUID

from dingdan.ledgers.inventory.commands import ReceiveStock, StockChange, receive_stock
from dingdan.trade.aftersales.commands import ReturnWanted, authorize_return, examine_pieces
from dingdan.trade.aftersales.events import PiecesExamined, ReturnAuthorized
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales import sold
from tests.trade.aftersales.test_inspect_return import bought


def announced(shop: Shop, quantity: int = 2, *, shipped: int = 3, **variant: str) -> ReturnAuthorized:
    """A return of so many of the article A that is on its way; its order is paid."""
    kit.stock(shop, "A", shipped, **variant)
    order = bought(shop, shipped, price=1000)
    wanted = ReturnWanted(line_id=order.lines[0].line_id, quantity=quantity)
    return authorize_return(shop.call(), order_id=order.order_id, lines=(wanted,))


def cameras(shop: Shop, *codes: str) -> ReturnAuthorized:
    """A return of all these cameras, each with its serial number; another one was never sold."""
    kit.stock(shop, "A", tracking="serial")
    receive_stock.one(shop.call(), ReceiveStock(lines=tuple(StockChange("A", 1, code) for code in codes)))
    order = bought(shop, len(codes), price=1000)
    receive_stock.one(shop.call(), ReceiveStock(lines=(StockChange("A", 1, "UNSOLD"),)))
    wanted = ReturnWanted(line_id=order.lines[0].line_id, quantity=len(codes))
    return authorize_return(shop.call(), order_id=order.order_id, lines=(wanted,))


def piece_of(return_id: UUID) -> UUID:
    """The only piece of a return."""
    (piece,) = sold.pieces_of(return_id)
    return piece.id


def held(shop: Shop, return_id: UUID, grade: str = "A", *, quantity: int = 1, lot_code: str = "") -> PiecesExamined:
    """So many pieces of the return's only line are of a grade."""
    return examine_pieces(shop.call(), piece_id=piece_of(return_id), grade=grade, quantity=quantity, lot_code=lot_code)
