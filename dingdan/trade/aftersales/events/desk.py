"""What happened at the returns desk: ids, quantities, states."""

from dataclasses import dataclass
from uuid import UUID

from dingdan.kernel.journal import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelArrived(Event):
    """The parcel of a return lies at the desk, and was not opened yet."""

    return_id: UUID
    order_id: UUID
    node_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class PiecesExamined(Event):
    """Pieces of a return were held and are of a grade. Nothing has moved yet; `left` are still to be looked at."""

    examination_id: UUID
    return_id: UUID
    order_id: UUID
    piece_id: UUID
    variant_id: UUID
    lot_id: UUID | None
    grade: str
    quantity: int
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExaminationUndone(Event):
    """What was said of pieces at the desk was a mistake."""

    examination_id: UUID
    return_id: UUID
    order_id: UUID
    piece_id: UUID
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelParked(Event):
    """A parcel came that nobody had asked for."""

    parcel_id: UUID
    number: str
    node_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelJoined(Event):
    """It is known which return a parcel is of."""

    parcel_id: UUID
    return_id: UUID
    order_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelSettled(Event):
    """A parcel is of no return, and was dealt with otherwise."""

    parcel_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelFileAttached(Event):
    """A photo or a paper hangs on a parcel that nobody had asked for."""

    parcel_id: UUID
    attachment_id: UUID
    media_type: str
    size: int
    digest: str
