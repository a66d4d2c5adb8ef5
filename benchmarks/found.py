"""What the copies of orders are found by: the board's own rules say it, order by order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from benchmarks.numbers import further, span
from dingdan.insight.board.rules import order_tokens
from dingdan.trade.fulfillment.models import Shipment
from dingdan.trade.orders.models import Order, OrderLine

if TYPE_CHECKING:
    from benchmarks.growth import Growth

_TABLE: Final = "CREATE TEMPORARY TABLE growth_tokens (id uuid, number bigint, tokens text[]) ON COMMIT DROP"


@dataclass(frozen=True, slots=True)
class _Order:
    """What every copy of an order is found by, and the texts that are others in each: the phone is the last of them."""

    id: UUID
    same: frozenset[str]
    others: tuple[str, str, str, str, str]


class Tokens:
    """Tokens for a slice of the copies of board rows, as a table to join."""

    join: Final = "JOIN growth_tokens AS found ON found.id = row.id AND found.number = copy.number"

    def __init__(self, growth: Growth) -> None:
        orders = Order.objects.filter(id__gt=growth.since).select_related("ship_to")
        tracked = dict(Shipment.objects.filter(order_id__gt=growth.since).values_list("order_id", "tracking_number"))
        lines: dict[UUID, list[str]] = {}
        for order_id, sku in OrderLine.objects.filter(order_id__gt=growth.since).exclude(sku="").values_list("order_id", "sku"):
            lines.setdefault(order_id, []).append(sku)
        self._orders = [self._taken(order, lines[order.id], tracked.get(order.id, "")) for order in orders]
        self._spans = [span(texts) for texts in zip(*(order.others for order in self._orders), strict=True)]

    def _taken(self, order: Order, skus: Sequence[str], tracking_number: str) -> _Order:
        person = order.ship_to
        same = order_tokens(texts=[person.name, person.company], phones=[], skus=skus, tags=[])
        return _Order(
            order.id, frozenset(same), (order.number, order.external_id or "", person.email, tracking_number, person.phone)
        )

    def write(self, cursor: Any, copies: range) -> None:
        """Make the table for these copies, until the transaction ends."""
        cursor.execute(_TABLE)
        with cursor.copy("COPY growth_tokens FROM STDIN") as table:
            for number in copies:
                table.write("".join(self._line(order, number) for order in self._orders))
        cursor.execute("ANALYZE growth_tokens")

    def _line(self, order: _Order, number: int) -> str:
        *texts, phone = (further(text, span * number) for text, span in zip(order.others, self._spans, strict=True))
        tokens = sorted(order.same.union(order_tokens(texts=texts, phones=[phone], skus=[], tags=[])))
        return f"{order.id}\t{number}\t{{{','.join(tokens)}}}\n"
