"""Orders that wait for money, and statements that bring it."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import date
from typing import Any
from uuid import UUID

from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.models import Payment
from dingdan.ledgers.payments.queries import receivable_of
from dingdan.ledgers.payments.steps import Towards
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.reconciliation.commands import MatchLine, StatementPart, import_statements, match_lines
from dingdan.trade.reconciliation.events import LineMatched
from dingdan.trade.reconciliation.models import Discrepancy, StatementLine
from dingdan.trade.reconciliation.rules import LineDraft, StatementDraft, with_keys
from tests import kit
from tests.conftest import Shop

ACCOUNT = "GB82WEST12345698765432"


def order(shop: Shop, total: int = 1000, **changes: Any) -> OrderPlaced:
    """An order to be paid by bank; for the first, an article is made that is never short."""
    from dingdan.masterdata.catalog.queries import variants_by_sku

    if not variants_by_sku(["TEA"]):
        kit.stock(shop, "TEA", 100)
    return kit.place(shop, ("TEA", 1), price=total, payment_method="bank_transfer", **changes)


def draft(amount: int = 1000, text: str = "", **changes: Any) -> LineDraft:
    """A line of the shop's account."""
    said: dict[str, Any] = {"booked_on": date(2026, 1, 5), "currency": "GBP", "name": "Ann Lee", "account": "DE02", **changes}
    return LineDraft(amount=amount, text=text, **said)


def head(*lines: LineDraft, **changes: Any) -> StatementDraft:
    """The head of a statement whose file holds just these lines."""
    digest = hashlib.sha256(repr((lines, changes)).encode()).hexdigest()
    said: dict[str, Any] = {"account": ACCOUNT, "currency": "GBP", "source": "camt.053", "digest": digest, **changes}
    return StatementDraft(**said)


def part(*lines: LineDraft, is_last: bool = True, **changes: Any) -> StatementPart:
    """A whole statement of these lines."""
    return StatementPart(head=head(*lines, **changes), lines=tuple(with_keys(lines, Counter())), is_last=is_last)


def statement(shop: Shop, *lines: LineDraft, **changes: Any) -> list[UUID]:
    """Import a statement; returns the ids of its lines, in order."""
    told = import_statements.one(shop.call(), part(*lines, **changes))
    return list(StatementLine.objects.filter(statement_id=told.statement_id).order_by("id").values_list("id", flat=True))


def towards(order: OrderPlaced, amount: int | None = None) -> Towards:
    """The order, as what money is for."""
    return Towards(document=Document("order", order.order_id), amount=amount)


def match(shop: Shop, line_id: UUID, *orders: OrderPlaced) -> LineMatched:
    """Match a line with orders by hand."""
    return match_lines.one(shop.call(), MatchLine(line_id=line_id, towards=tuple(map(towards, orders))))


def due(order: OrderPlaced) -> tuple[int, str]:
    """What is still due of an order, and how its money looks."""
    owed = receivable_of("order", [order.order_id])[order.order_id]
    return owed.due, owed.payment_status


def line(line_id: UUID) -> tuple[str, int]:
    """State of a line, and what of it is matched."""
    return StatementLine.objects.values_list("state", "matched").get(id=line_id)


def unapplied() -> int:
    """Money that is nobody's."""
    return sum(Payment.objects.values_list("unapplied", flat=True))


def exceptions() -> list[tuple[str, int | None, int | None]]:
    """What is open in the exception queue: kind, amount, expected."""
    return list(Discrepancy.objects.filter(state="open").order_by("id").values_list("kind", "amount", "expected"))
