"""What reactions ask of a fact: which orders its money went to, and whether it leaves anything of an order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from dingdan.automation.reacting import Asked, part_of
from dingdan.kernel.journal import Call
from dingdan.trade.aftersales.events import OrderCanceled
from dingdan.trade.changes.events import OrderChanged, OrderChangeUndone

Altered = OrderChanged | OrderChangeUndone


def paid_orders(asked: Asked) -> Iterator[tuple[Call, UUID, Any]]:
    """The orders to which the money of these facts went, each with a call of its own and the fact."""
    for call, event in asked:
        for number, applied in enumerate(event.applied):
            if applied.document_kind == "order":
                yield part_of(call, number), applied.document_id, event


def is_whole(event: OrderCanceled | Altered) -> bool:
    """Whether nothing is left of the order."""
    return event.whole if isinstance(event, OrderCanceled) else event.state == "canceled"
