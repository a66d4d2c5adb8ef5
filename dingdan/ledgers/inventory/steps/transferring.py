"""Goods go from one node to another, at once or in two steps with a way between them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from dingdan.kernel import numbering
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.rows import insert
from dingdan.ledgers.inventory import queries
from dingdan.ledgers.inventory.lifecycle import TRANSFER_LIFE, LocationKind
from dingdan.ledgers.inventory.models import Supply, Transfer
from dingdan.ledgers.inventory.steps.answering import Answered
from dingdan.ledgers.inventory.steps.moving import Pieces, move
from dingdan.ledgers.inventory.steps.stocking import Arrival, Departing, draw, receive
from dingdan.ledgers.inventory.steps.supplying import Expected, Revision, expect, revise

DOCUMENT = "transfer"
DIFFERENCE = "transfer_difference"


def send(departing: Sequence[Departing], *, nodes: tuple[UUID, UUID], expected_at: datetime | None) -> tuple[UUID, str]:
    """Move goods from a node onto the way to another, and expect them there; returns the transfer's id and number.

    The departing goods name the transit location of the node they go to. Raises `NotThere`, `ReservedStock`.
    """
    entry, transfer_id = departing[0].entry, new_id()
    sums: dict[tuple[UUID, UUID, UUID | None], int] = defaultdict(int)
    for piece in draw(departing):
        sums[piece.variant_id, piece.owner_id, piece.lot_id] += piece.quantity
    (number,) = numbering.take(entry, DOCUMENT, prefix="T", first=1001)
    row = {"id": transfer_id, "number": number, "source_id": nodes[0], "target_id": nodes[1], "dispatched_at": entry.at}
    insert((Transfer, [{**row, "expected_at": expected_at}]))
    expect(
        [
            Expected(
                entry=entry, id=new_id(), document_kind=DOCUMENT, document_id=transfer_id, variant_id=variant_id,
                node_id=nodes[1], owner_id=owner_id, quantity=quantity, expected_at=expected_at, lot_id=lot_id,
            )
            for (variant_id, owner_id, lot_id), quantity in sums.items()
        ]
    )  # fmt: skip
    entry.about(DOCUMENT, transfer_id)
    return transfer_id, number


def accept(entry: Entry, *, transfer: Transfer, arrived: Mapping[UUID, int], is_last: bool) -> tuple[Answered, int, int]:
    """Take in what arrived of a locked transfer, by supply. With `is_last`, what is missing is written off.

    More than was sent is found goods. Returns who was answered, how many pieces were lost and how many found.
    """
    places = queries.location_ids()
    transit, scrap = places[transfer.target_id, LocationKind.TRANSIT], places[None, LocationKind.SCRAP]
    supplies = queries.supplies_of(transfer.id)
    lost = (
        [(row, _left(row) - arrived.get(row.id, 0)) for row in supplies if _left(row) > arrived.get(row.id, 0)] if is_last else []
    )
    revise([Revision(entry, row.id, None, row.expected_at, gives_up=missing) for row, missing in lost])
    move([_piece(entry, row, missing, (transit, scrap)) for row, missing in lost])
    sent = [(row, min(arrived.get(row.id, 0), _left(row))) for row in supplies]
    found = [(row, arrived[row.id] - _left(row)) for row in supplies if arrived.get(row.id, 0) > _left(row)]
    arrivals = [_arrival(entry, row, quantity, transit) for row, quantity in sent if quantity]
    arrivals += [_arrival(entry, row, quantity, scrap, is_found=True) for row, quantity in found]
    answered = receive(arrivals).get(entry.id, Answered())
    state = TRANSFER_LIFE.turn("receive" if is_last else "receive_part", transfer.state)
    Transfer.objects.filter(id=transfer.id).update(state=state, received_at=entry.at if is_last else None)
    entry.about(DOCUMENT, transfer.id)
    return answered, sum(quantity for _row, quantity in lost), sum(quantity for _row, quantity in found)


def _left(supply: Supply) -> int:
    return supply.quantity - supply.received - supply.canceled


def _piece(entry: Entry, row: Supply, quantity: int, way: tuple[UUID, UUID]) -> Pieces:
    return Pieces(
        entry=entry, variant_id=row.variant_id, source_id=way[0], target_id=way[1], quantity=quantity, reason=DIFFERENCE,
        owner_id=row.owner_id, lot_id=row.lot_id, supply_id=row.id,
    )  # fmt: skip


def _arrival(entry: Entry, row: Supply, quantity: int, source_id: UUID, *, is_found: bool = False) -> Arrival:
    return Arrival(
        entry=entry, variant_id=row.variant_id, node_id=row.node_id, quantity=quantity, owner_id=row.owner_id, lot_id=row.lot_id,
        reason=DIFFERENCE if is_found else DOCUMENT, supply_id=None if is_found else row.id, source_id=source_id,
    )  # fmt: skip
