"""Orders that have something to undo, and what is left of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import connection

from dingdan.kernel.money import Money
from dingdan.ledgers.payments.queries import ReceivableView, receivable_of
from dingdan.masterdata.catalog.commands import save_product
from dingdan.masterdata.catalog.rules import Part, ProductDraft, VariantDraft
from dingdan.masterdata.policies.commands import save_return_rule
from dingdan.masterdata.policies.rules import ReturnRuleDraft
from dingdan.trade.aftersales.commands import (
    ClaimedUnits,
    GradedPieces,
    ReturnWanted,
    Verdict,
    authorize_return,
    file_claim,
    grade_return,
    inspect_return,
    receive_return,
)
from dingdan.trade.aftersales.events import ReturnInspected
from dingdan.trade.aftersales.models import ReturnPiece
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.orders.models import Order, OrderLine
from tests import kit
from tests.conftest import Shop

TABLES = [
    "aftersales_return",
    "aftersales_returnline",
    "aftersales_returnpiece",
    "aftersales_examination",
    "aftersales_grading",
    "aftersales_strayparcel",
    "aftersales_claim",
    "aftersales_claimline",
    "aftersales_attachment",
    "payments_payable",
    "payments_creditgrant",
    "aftersales_allowance",
    "orders_order",
    "orders_orderline",
    "inventory_demand",
    "inventory_peg",
    "inventory_balance",
    "inventory_move",
    "fulfillment_shipment",
    "fulfillment_shipmentline",
    "payments_receivable",
    "payments_posting",
    "settlement_invoice",
    "settlement_creditnote",
    "kernel_journalentry",
    "kernel_numberseries",
]


def order_of(placed: OrderPlaced) -> Order:
    """The order as it is now."""
    return Order.objects.get(id=placed.order_id)


def owed(placed: OrderPlaced) -> ReceivableView:
    """What the order is owed."""
    return receivable_of("order", [placed.order_id])[placed.order_id]


def lines(placed: OrderPlaced) -> list[OrderLine]:
    """The lines of the order, in order."""
    return list(OrderLine.objects.filter(order_id=placed.order_id).order_by("position"))


def pounds(amount: int) -> Money:
    """Pence as money."""
    return Money(amount, "GBP")


def kit_of(shop: Shop, sku: str, **parts: int) -> None:
    """A kit that is sold as one article, of so many of each part."""
    components = tuple(Part(sku=part, quantity=quantity) for part, quantity in parts.items())
    draft = ProductDraft(slug=sku.lower(), name=sku, kind="kit", variants=(VariantDraft(sku=sku, components=components),))
    save_product(shop.call(), product=draft)


def service(shop: Shop, sku: str) -> None:
    """Something that is done, not shipped."""
    draft = ProductDraft(slug=sku.lower(), name=sku, kind="service", variants=(VariantDraft(sku=sku),))
    save_product(shop.call(), product=draft)


def pieces_of(return_id: UUID) -> list[ReturnPiece]:
    """The pieces of a return, in order."""
    return list(ReturnPiece.objects.filter(line__rma_id=return_id).order_by("id"))


def come_back(shop: Shop, placed: OrderPlaced, quantity: int, **refund: Any) -> ReturnInspected:
    """So many units of the first line come back and are restocked."""
    asked = ReturnWanted(line_id=placed.lines[0].line_id, quantity=quantity)
    rma = authorize_return(shop.call(), order_id=placed.order_id, lines=(asked,))
    receive_return(shop.call(), return_id=rma.return_id)
    verdicts = tuple(Verdict(piece_id=piece.id, restock=piece.received) for piece in pieces_of(rma.return_id))
    return inspect_return(shop.call(), return_id=rma.return_id, verdicts=verdicts, **refund)


def back(shop: Shop, placed: OrderPlaced, quantity: int, **said: Any) -> UUID:
    """So many units of the first line have arrived and wait to be looked at; returns the return's id."""
    asked = ReturnWanted(line_id=placed.lines[0].line_id, quantity=quantity, **said)
    rma = authorize_return(shop.call(), order_id=placed.order_id, lines=(asked,))
    receive_return(shop.call(), return_id=rma.return_id)
    return rma.return_id


def graded(shop: Shop, return_id: UUID, **grades: int) -> ReturnInspected:
    """The pieces of the first line of a return are of these grades."""
    (piece, *_rest) = pieces_of(return_id)
    pieces = tuple(GradedPieces(piece_id=piece.id, grade=grade, quantity=quantity) for grade, quantity in grades.items())
    return grade_return(shop.call(), return_id=return_id, pieces=pieces)


def rule(shop: Shop, **changes: Any) -> None:
    """A rule of the shop about returns."""
    house: dict[str, Any] = {"code": "house", "name": "House rule", "window_days": 30, "currency": "GBP"}
    draft = ReturnRuleDraft(**(house | changes))
    save_return_rule(shop.call(), rule=draft)


def claim(shop: Shop, placed: OrderPlaced, quantity: int, reason: str = "damaged") -> UUID:
    """So many units of the first line are claimed; returns the claim's id."""
    lines = (ClaimedUnits(line_id=placed.lines[0].line_id, quantity=quantity, reason=reason),)
    return file_claim(shop.call(), order_id=placed.order_id, lines=lines).claim_id


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements that this thread runs inside the block."""
    found: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        found.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield found


@contextmanager
def nothing_changes(shop: Shop) -> Iterator[None]:
    """Assert that the block writes nothing in this shop, and that all laws hold afterwards."""
    before = _rows(shop)
    yield
    assert _rows(shop) == before
    assert kit.breaches() == []


def _rows(shop: Shop) -> dict[str, list[Any]]:
    found = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT * FROM {table} WHERE tenant_id = %s ORDER BY id", [shop.tenant_id])
            found[table] = cursor.fetchall()
    return found
