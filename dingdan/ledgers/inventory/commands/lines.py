"""Lines about stock, as calls bring them: read and checked for many calls at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from dingdan.kernel.command import Batch, Item
from dingdan.ledgers.inventory import queries, steps
from dingdan.ledgers.inventory.models import Location, Node
from dingdan.ledgers.inventory.rules import StockChange, checked_lines, checked_lot
from dingdan.masterdata.catalog.rules import Sellable, Tracking


class _Asks(Protocol):
    @property
    def lines(self) -> tuple[StockChange, ...]: ...
    @property
    def node_id(self) -> UUID | None: ...
    @property
    def owner_id(self) -> UUID | None: ...


A = TypeVar("A", bound=_Asks)


@dataclass(frozen=True, slots=True)
class Line:
    """A line whose words mean something here."""

    variant: Sellable
    quantity: int
    code: str
    expires_on: date | None
    location: Location
    field: str


@dataclass(frozen=True, slots=True)
class StockCall(Generic[A]):
    """A call whose lines, node and owner are there."""

    item: Item[A]
    node: Node
    owner_id: UUID
    lines: Sequence[Line]

    def lots(self) -> Iterator[steps.NamedLot]:
        """The lots that goods which come or are found belong to."""
        for line in self.lines:
            if line.code and line.quantity > 0:
                is_serial = line.variant.tracking == Tracking.SERIAL
                yield steps.NamedLot(self.item.entry, line.variant.id, line.code, is_serial, line.expires_on)

    def about(self) -> None:
        """Put its entry on the timelines of its node and its articles."""
        self.item.entry.about("node", self.node.id)
        self.item.entry.about("variant", *(line.variant.id for line in self.lines))


class StockCalls(Generic[A]):
    """The calls of a batch that can be carried out, as far as words say; each of the others is refused.

    `check` says which quantities there are, `kind` at which kind of place goods may be put.
    """

    def __init__(self, batch: Batch[A], *, check: Callable[..., int], kind: str | None = None) -> None:
        asked = [item.intent for item in batch.open]
        self._check, self._kind = check, kind
        self._names = queries.Names(
            [line for one in asked for line in one.lines],
            nodes=[one.node_id for one in asked],
            owners=[one.owner_id for one in asked],
            locations=[line.location_id for one in asked for line in one.lines],
        )
        self.calls = batch.read(self._read)

    def _read(self, item: Item[A]) -> StockCall[A]:
        asked, names = item.intent, self._names
        checked_lines(asked.lines)
        variants, node, owner = names.variants(asked.lines), names.node(asked.node_id), names.owner_id(asked.owner_id)
        lines = []
        for index, (line, variant) in enumerate(zip(asked.lines, variants, strict=True)):
            field = f"lines.{index}"
            quantity = self._check(line.quantity, field=f"{field}.quantity")
            code = checked_lot(variant, line, field=field)
            where = names.place(line.location_id, node.id, field=f"{field}.location_id", kind=self._kind)
            lines.append(Line(variant, quantity, code, line.expires_on, where, field))
        return StockCall(item, node, owner, lines)

    def lots(self) -> dict[tuple[UUID, str], UUID]:
        """The lots of goods that come or are found, made where they are new; by variant and code."""
        return steps.name_lots([lot for call in self.calls if call.item.outcome is None for lot in call.lots()])
