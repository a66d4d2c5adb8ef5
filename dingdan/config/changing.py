"""One change of many orders, as the command line does it: tried unless told to do it, order by order, with progress."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TextIO
from uuid import UUID

from pydantic import ValidationError

from dingdan.automation.bulk import work_on_some
from dingdan.automation.setup import default_tenant
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import SYSTEM, Call
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.kernel.money import plain
from dingdan.kernel.tenancy import tenant_scope
from dingdan.trade.changes import queries
from dingdan.trade.changes.commands import BulkChange, start_bulk, stop_bulk
from dingdan.trade.changes.models import Bulk, BulkOrder
from dingdan.trade.changes.rules import Wish
from dingdan.web.api.resources.bulk_changes import OrdersSent, orders_asked
from dingdan.web.api.resources.changes import ChangesSent, wishes

MOST_LISTED = 20
COLUMNS = ("number", "outcome", "code", "detail", "currency", "difference", "change_id")


class AskedWrongly(Exception):
    """What was asked for cannot be read; says which part, and why not."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which orders, and what shall be done with them."""

    order_ids: tuple[UUID, ...]
    changes: tuple[Wish, ...]


def asked(kind: str, values: Sequence[str], *, orders: Sequence[str], filters: Sequence[str]) -> Asked:
    """What was typed, as the API would take it. Raises `AskedWrongly`, and refusals about orders that are not there."""
    named = tuple(number for text in orders for number in text.replace(",", " ").split())
    if bool(named) == bool(filters):
        raise AskedWrongly("Say which orders: by --orders or by --filter.")
    try:
        which = OrdersSent(orders=named, **_pairs(filters))
        sent = ChangesSent.model_validate({"changes": [{"kind": kind, **_pairs(values)}]})
    except ValidationError as wrong:
        told = [f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in wrong.errors()]
        raise AskedWrongly("\n".join(told)) from None
    with tenant_scope(default_tenant().id):
        return Asked(orders_asked(which), wishes(sent.changes))


def _pairs(texts: Sequence[str]) -> dict[str, Any]:
    found = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise AskedWrongly(f"{text}: write NAME=VALUE.")
        found[name] = value
    return found


@dataclass(frozen=True, slots=True)
class Done:
    """A bulk change that is over, and what became of its orders."""

    bulk: Bulk
    orders: Sequence[BulkOrder]

    @property
    def refused(self) -> list[BulkOrder]:
        """The orders that were refused, or would be."""
        return [one for one in self.orders if one.outcome == "refused"]

    def as_dict(self) -> dict[str, Any]:
        """For programs."""
        names = ("is_dry", "state", "orders", "done", "changed", "refused")
        return {"id": self.bulk.id, **{name: getattr(self.bulk, name) for name in names}}

    def lines(self) -> Iterator[str]:
        """For people."""
        would = "would be changed, {refused:,} refused" if self.bulk.is_dry else "are changed, {refused:,} refused"
        yield f"{self.bulk.changed:,} of {self.bulk.orders:,} orders " + would.format(refused=self.bulk.refused)
        sums: dict[str, int] = {}
        for one in self.orders:
            sums[one.order.currency] = sums.get(one.order.currency, 0) + one.difference
        yield from (f"  {plain(amount, currency)} {currency} in all" for currency, amount in sums.items() if amount)
        yield from (f"  {one.order.number}: {one.detail}" for one in self.refused[:MOST_LISTED])
        if len(self.refused) > MOST_LISTED:
            yield "  … --csv tells all of them"
        if self.bulk.is_dry and self.bulk.changed:
            yield "Nothing was changed. Say --do to do it."

    def write(self, file: TextIO) -> None:
        """What became of each order, as CSV."""
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for one in self.orders:
            currency = one.order.currency
            difference, change_id = plain(one.difference, currency), one.change_id or ""
            writer.writerow((one.order.number, one.outcome, one.code, one.detail, currency, difference, change_id))


def change_many(what: Asked, *, is_dry: bool, step: Callable[[int], None]) -> Done:
    """Try a change of many orders, or do it. Who interrupts it stops it; what was done stays done."""
    tenant_id = default_tenant().id
    # Quiet, so that no worker takes it up as well: it is worked on here.
    call = Call(tenant_id=tenant_id, actor=SYSTEM, key=f"change-orders:{new_id()}", quiet=True)
    with tenant_scope(tenant_id):
        bulk_id = start_bulk(call, bulk=BulkChange(order_ids=what.order_ids, changes=what.changes, is_dry=is_dry)).bulk_id
        try:
            while done := work_on_some(tenant_id, bulk_id):
                step(done)
        except BaseException:
            with suppress(NotInThisState):  # it was over
                stop_bulk(Call(tenant_id=tenant_id, actor=SYSTEM, key=f"{call.key}:stop"), bulk_id=bulk_id)
            raise
        return Done(queries.bulk(bulk_id), list(queries.orders_of(bulk_id)))
