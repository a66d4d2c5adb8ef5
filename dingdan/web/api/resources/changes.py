"""Changes of placed orders: what would come of them, do them, take them back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Union, get_args, get_type_hints
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, create_model

from dingdan.kernel.contact import clean_email, clean_phone
from dingdan.kernel.intake import submit
from dingdan.kernel.journal import Call, Event
from dingdan.masterdata.staff.queries import Bearer
from dingdan.trade.aftersales.rules import Part
from dingdan.trade.changes import queries
from dingdan.trade.changes.commands import ChangeOrder, change_orders, merge_orders, split_order, undo_changes, undo_regrouping
from dingdan.trade.changes.lifecycle import RefundTo
from dingdan.trade.changes.models import Change
from dingdan.trade.changes.queries import ChangePreview, MergeableOrder, RegroupingPreview
from dingdan.trade.changes.rules import (
    CHANGE,
    KINDS,
    MOST_CHANGES,
    MOST_PARTS,
    Kind,
    SetAddress,
    SetContact,
    Split,
    SplitBy,
    Wish,
)
from dingdan.trade.orders.queries import order
from dingdan.trade.orders.rules import Person
from dingdan.web.api.names import id_of
from dingdan.web.api.reads import read
from dingdan.web.api.writes import JsonBody, Write, mount
from dingdan.web.shared.people import PersonSent, person

TAG: Final = "Changes"


def _schema(name: str, kind: Kind) -> type[BaseModel]:
    """What a change of a kind is sent as: its name, and what it asks for."""
    hints = get_type_hints(kind.wish)
    declared: dict[str, Any] = {"kind": (Literal[name], ...)}
    for one in fields(kind.wish):
        default: Any = ... if one.default is MISSING else one.default
        declared[one.name] = (PersonSent | None if _is_person(hints[one.name]) else hints[one.name], default)
    made: type[BaseModel] = create_model(
        kind.wish.__name__, __config__=ConfigDict(extra="forbid"), __doc__=kind.wish.__doc__, **declared
    )
    return made


def _is_person(hint: Any) -> bool:
    return Person in (hint, *get_args(hint))


_SCHEMAS: Final = {name: _schema(name, kind) for name, kind in KINDS.items()}
if TYPE_CHECKING:
    OneChange = Any
    OneOwnChange = Any
else:
    # Made from the table, so that only the program knows its parts.
    OneChange = Annotated[Union[tuple(_SCHEMAS.values())], Field(discriminator="kind")]  # noqa: UP007
    OneOwnChange = Annotated[
        Union[tuple(_SCHEMAS[name] for name, kind in KINDS.items() if kind.permission == CHANGE)],  # noqa: UP007
        Field(discriminator="kind"),
    ]


class UnitsSent(BaseModel):
    """So many units of an order line."""

    model_config = ConfigDict(extra="forbid")

    line_id: UUID
    quantity: int


class SplitWanted(BaseModel):
    """How an order is to be split: by lines, `parts` says what makes up each new order; otherwise leave it out."""

    model_config = ConfigDict(extra="forbid")

    by: SplitBy = Field(SplitBy.LINES, description="What each new order holds; what is named first, or most of it, stays.")
    parts: tuple[tuple[UnitsSent, ...], ...] = Field((), max_length=MOST_PARTS)
    max_grams: int | None = Field(None, description="By weight: what an order may weigh at most.")


class ChangesSent(BaseModel):
    """Changes that belong together: all of them are done, or none."""

    model_config = ConfigDict(extra="forbid")

    changes: tuple[OneChange, ...] = Field(min_length=1, max_length=MOST_CHANGES)


class ChangeSent(ChangesSent):
    """Changes to be done. Where something else than the preview said would come of them, nothing is done."""

    fingerprint: str = Field("", max_length=100, description="The preview's. Without it they are done as things are then.")
    refund_to: RefundTo = Field(RefundTo.WAY_IT_CAME, description="Where goes what was paid too much; else the way it came.")


def wishes(sent: Sequence[BaseModel]) -> tuple[Wish, ...]:
    """The changes as the command wants them. Refuses addresses, mails and phone numbers that cannot be."""
    return tuple(_wish(one, f"changes.{index}") for index, one in enumerate(sent))


def _wish(sent: Any, at: str) -> Wish:
    kind = KINDS[sent.kind]
    given = {one.name: getattr(sent, one.name) for one in fields(kind.wish)}
    if kind.wish is SetAddress:
        given = {name: person(value, f"{at}.{name}") if value else None for name, value in given.items()}
    elif kind.wish is SetContact:
        given["email"] = clean_email(given["email"], f"{at}.email") if given["email"] else given["email"]
        given["phone"] = clean_phone(given["phone"], f"{at}.phone") if given["phone"] else given["phone"]
    wish: Wish = kind.wish(**given)
    return wish


@read("/orders/{order_id}/changes/preview", permission="orders.read", tag=TAG, method="POST")
def preview_change(
    order_id: str,
    *,
    bearer: Bearer,
    body: ChangesSent = JsonBody(...),  # type: ignore[assignment] # noqa: B008
) -> ChangePreview:
    """What would come of changes: lines, taxes, totals, the difference, stock, the promised date, and all that stands in the way.

    Writes nothing. `fingerprint` is what applying the very same changes wants.
    """
    return queries.preview(id_of("order_id", order_id), wishes(body.changes), may=bearer.actor.may)


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectView:
    """What a change did to a line: an effect, how many units, and how many were kept of the line afterwards."""

    effect: str
    line_id: UUID
    replaces: UUID | None
    units: int
    kept: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeView:
    """A change that was applied. Amounts in minor units of the order's currency."""

    id: UUID
    order_id: UUID
    state: str
    kinds: list[str]
    applied_at: datetime
    undone_at: datetime | None
    total_before: int
    total_after: int
    difference: int
    effects: list[EffectView]


@read("/orders/{order_id}/changes", permission="orders.read", tag=TAG)
def list_changes(order_id: str) -> list[ChangeView]:
    """The changes of an order, the oldest first."""
    return [_view(row) for row in queries.changes_of(order(id_of("order_id", order_id)).id)]


@read("/changes/{change_id}", permission="orders.read", tag=TAG)
def get_change(change_id: UUID) -> ChangeView:
    """One change."""
    return _view(queries.change(change_id))


def _view(row: Change) -> ChangeView:
    effects = [
        EffectView(effect=one.effect, line_id=one.line_id, replaces=one.replaces_id, units=one.units, kept=one.kept)
        for one in sorted(row.lines.all(), key=lambda one: one.position)
    ]
    copied = {one.name: getattr(row, one.name) for one in fields(ChangeView) if one.name != "effects"}
    return ChangeView(**copied, effects=effects)


@read("/changes/{change_id}/undo/preview", permission="orders.read", tag=TAG)
def preview_undo(change_id: UUID) -> ChangePreview:
    """What would come of taking a change back, and all that stands in the way."""
    return queries.preview_undo(change_id)


@read("/orders/{order_id}/split/preview", permission="orders.read", tag=TAG, method="POST")
def preview_split(
    order_id: str,
    *,
    body: SplitWanted = JsonBody(...),  # type: ignore[assignment] # noqa: B008
) -> RegroupingPreview:
    """What would come of a split: each order's lines, total and money. Writes nothing."""
    parts = tuple(tuple(Part(one.line_id, one.quantity) for one in part) for part in body.parts)
    return queries.preview_split(id_of("order_id", order_id), Split(by=body.by, parts=parts, max_grams=body.max_grams))


class MergeWanted(BaseModel):
    """Which orders are to become a part of this one."""

    model_config = ConfigDict(extra="forbid")

    order_ids: tuple[UUID, ...] = Field(min_length=1, max_length=MOST_PARTS)


@read("/orders/{order_id}/merge/preview", permission="orders.read", tag=TAG, method="POST")
def preview_merge(
    order_id: str,
    *,
    body: MergeWanted = JsonBody(...),  # type: ignore[assignment] # noqa: B008
) -> RegroupingPreview:
    """What would come of merging orders into this one: each order's lines, total and money. Writes nothing."""
    return queries.preview_merge(id_of("order_id", order_id), body.order_ids)


@read("/orders/{order_id}/mergeable", permission="orders.read", tag=TAG)
def list_mergeable(order_id: str) -> list[MergeableOrder]:
    """Orders of the same buyer and address that could be merged into this one, the oldest first; at most fifty."""
    return queries.mergeable(id_of("order_id", order_id))


@read("/changes/{change_id}/undo-regrouping/preview", permission="orders.read", tag=TAG, previews=True)
def preview_ungrouping(change_id: UUID) -> RegroupingPreview:
    """What would come of taking a split or a merge back, and all that stands in the way."""
    return queries.preview_ungrouping(change_id)


def _change(call: Call, ids: Mapping[str, Any], sent: ChangeSent) -> Event:
    asked = ChangeOrder(
        order_id=ids["order_id"], changes=wishes(sent.changes), fingerprint=sent.fingerprint, refund_to=sent.refund_to
    )
    return submit(change_orders, call, asked)


mount(
    Write(
        path="/orders/{order_id}/changes",
        command=change_orders,
        name="change_order",
        makes="/changes/{change_id}",
        body=ChangeSent,
        give=_change,
        tag=TAG,
    ),
    Write(path="/changes/{change_id}/undo", command=undo_changes, name="undo_change", tag=TAG),
    Write(path="/orders/{order_id}/split", command=split_order, makes="/changes/{change_id}", tag=TAG),
    Write(path="/orders/{order_id}/merge", command=merge_orders, makes="/changes/{change_id}", tag=TAG),
    Write(path="/changes/{change_id}/undo-regrouping", command=undo_regrouping, tag=TAG),
)
