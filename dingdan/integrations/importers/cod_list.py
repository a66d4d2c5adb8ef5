"""Carriers' lists of cash on delivery: which parcels they were paid for, what they keep, and what they pass on.

Each parcel is found by its tracking number, or by the number of its order. What was collected pays the order, what was passed on
is settled; what does not fit is put into the exception queue. Run again, what is there is not done twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from dingdan.integrations.importers.cells import BadCell, decimal
from dingdan.integrations.importers.findings import Finding, UnreadableFile
from dingdan.integrations.importers.tables import columns, open_table
from dingdan.kernel.errors import Failed, Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Actor, Call
from dingdan.kernel.money import Money, exponent
from dingdan.ledgers.payments.commands import Arrived, CodCollected, collect_cod, settle_cod
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.queries import PaymentView, ReceivableView, payments_of, receivable_of
from dingdan.trade.fulfillment.models import Package, Shipment
from dingdan.trade.orders.models import Order
from dingdan.trade.reconciliation.commands import DiscrepancyFound, report_discrepancies
from dingdan.trade.reconciliation.lifecycle import DiscrepancyKind

AT_ONCE: Final = 200
METHOD: Final = "cash_on_delivery"
_HEADINGS: Final = {
    "parcel": (
        *("tracking number", "tracking", "parcel", "order", "order number", "运单号", "快递单号", "物流单号"),
        *("訂單編號", "订单号", "追蹤號碼", "託運單號"),
    ),
    "collected": ("collected", "amount", "cod amount", "代收货款", "代收金额", "代收貨款", "代收金額"),
}  # fmt: skip
_FEES: Final = ("fee", "fees", "commission", "手续费", "服务费", "手續費")
_PAID: Final = ("paid out", "payout", "net", "remitted", "实付金额", "打款金额", "撥款金額", "實付金額")


@dataclass(frozen=True, slots=True)
class Remitted:
    """A row of a list, in minor units."""

    line: int
    parcel: str
    collected: int
    fee: int
    paid: int


@dataclass(slots=True)
class CodReport:
    """What came of a list."""

    rows: int = 0
    collected: int = 0
    settled: int = 0
    known: int = 0
    differences: int = 0
    unreadable: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """The same for machines."""
        return asdict(self)

    def lines(self) -> list[str]:
        """The same for people."""
        told = [f"{self.rows} rows: {self.collected} collected, {self.settled} settled, {self.known} here before"]
        return [*told, f"{self.differences} differences are in the exception queue", *self.unreadable]


def import_cod_list(path: Path, *, carrier: str, currency: str, call: Call) -> CodReport:
    """Take a carrier's list into the books of the shop in scope. Raises `UnreadableFile`."""
    told = CodReport()
    rows = list(_rows(path, currency, told))
    for first in range(0, len(rows), AT_ONCE):
        _Desk(rows[first : first + AT_ONCE], carrier, currency, call.actor, call.tenant_id, told).take()
    return told


def _rows(path: Path, currency: str, told: CodReport) -> Iterator[Remitted]:
    def report(finding: Finding) -> None:
        told.unreadable.append(f"line {finding.line}: {finding.sentence} {finding.remedy}")

    table = open_table(path)
    places = columns(table, _HEADINGS)
    for name, headings in (("fee", _FEES), ("paid", _PAID)):
        try:
            places |= columns(table, {name: headings})
        except UnreadableFile:
            continue  # a list that does not say what was kept passes on everything
    for line, cells in table.rows(report):
        parcel = cells[places["parcel"]].strip().strip("\t'")
        if not parcel:
            continue
        told.rows += 1
        try:
            collected, fee = (_minor(cells, places, name, currency) or 0 for name in ("collected", "fee"))
            paid = _minor(cells, places, "paid", currency)
        except BadCell as bad:
            told.unreadable.append(f"line {line}: {bad} {bad.remedy}")
            continue
        yield Remitted(line, parcel, collected, fee, collected - fee if paid is None else paid)


def _minor(cells: Sequence[str], places: dict[str, int], name: str, currency: str) -> int | None:
    if name not in places or not (text := cells[places[name]].strip()):
        return None
    return int(decimal(text.replace(",", "")).scaleb(exponent(currency)).to_integral_value())


@dataclass(slots=True)
class _Desk:
    """Some rows of a list, and what is done with them."""

    rows: Sequence[Remitted]
    carrier: str
    currency: str
    actor: Actor
    tenant_id: UUID
    told: CodReport

    def take(self) -> None:
        """Collect, settle, and tell what differs."""
        orders = _orders([row.parcel for row in self.rows])
        owed = receivable_of("order", orders.values())
        before = {id_: _paid(found) for id_, found in payments_of("order", orders.values()).items()}
        found = list[DiscrepancyFound]()
        paid = self._collected(orders, owed, {id_: one.id for id_, one in before.items() if one})
        shares = list[Arrived]()
        for row in self.rows:
            order_id = orders.get(row.parcel)
            payment_id = paid.get(order_id) if order_id else None
            if payment_id is None:
                gone = bool(order_id)
                found.append(self._found(row, DiscrepancyKind.ORDER_GONE if gone else DiscrepancyKind.NO_SUCH_PAYMENT))
                continue
            one = before.get(order_id) if order_id else None
            expected = one.captured if one else owed[order_id].due if order_id else 0
            found += self._differences(row, payment_id, expected=expected)
            left = (one.captured - one.settled) if one else row.collected
            if left and 0 < row.paid + row.fee <= left:
                shares.append(Arrived(payment_id=payment_id, arrived=row.paid, fee=row.fee))
            elif not left:
                self.told.known += 1
            else:
                found.append(self._found(row, DiscrepancyKind.REFERENCE_REUSED, payment_id=payment_id, expected=left))
        if shares:
            settle_cod(self._call("settle", str(self.rows[0].line)), currency=self.currency, shares=tuple(shares))
        self.told.settled += len(shares)
        self.told.differences += len(found)
        report_discrepancies.many([(self._call("found", one.reference), one) for one in found])

    def _collected(self, orders: dict[str, UUID], owed: dict[UUID, ReceivableView], before: dict[UUID, UUID]) -> dict[UUID, UUID]:
        """Order → its payment on delivery; what was not recorded yet is recorded."""
        fresh = {
            id_: row for row in self.rows
            if (id_ := orders.get(row.parcel)) and id_ not in before and row.collected > 0 and id_ in owed and owed[id_].due > 0
        }  # fmt: skip
        wishes = [
            CodCollected(document=Document("order", id_), money=Money(row.collected, self.currency), reference=row.parcel)
            for id_, row in fresh.items()
        ]
        outcomes = collect_cod.many([(self._call("collect", wish.reference), wish) for wish in wishes]) if wishes else []
        found = dict(before)
        for id_, outcome in zip(fresh, outcomes, strict=True):
            if isinstance(outcome, Failed):
                raise outcome.fault
            if not isinstance(outcome, Refusal):
                found[id_] = outcome.payment_id
                self.told.collected += 1
        return found

    def _differences(self, row: Remitted, payment_id: UUID, *, expected: int) -> Iterator[DiscrepancyFound]:
        if row.collected != expected:
            yield self._found(row, DiscrepancyKind.AMOUNT_DIFFERS, payment_id=payment_id, expected=expected)
        if row.paid + row.fee != row.collected:
            kept = row.collected - row.paid
            yield self._found(row, DiscrepancyKind.FEE_DIFFERS, payment_id=payment_id, amount=kept, expected=row.fee)

    def _found(self, row: Remitted, kind: str, **said: Any) -> DiscrepancyFound:
        usual: dict[str, Any] = {"amount": row.collected, "currency": self.currency, "payment_reference": row.parcel}
        return DiscrepancyFound(kind=kind, source=self.carrier, reference=row.parcel, **(usual | said))

    def _call(self, what: str, about: str) -> Call:
        return Call(tenant_id=self.tenant_id, actor=self.actor, key=f"cod:{what}:{about[:60]}:{new_id()}")


def _paid(found: Sequence[PaymentView]) -> PaymentView | None:
    return next((one for one in found if one.gateway == METHOD and one.captured), None)


def _orders(parcels: Sequence[str]) -> dict[str, UUID]:
    """The orders of parcels: by tracking number of shipment or package, or by the number of the order."""
    found = dict(Order.objects.filter(number__in=parcels).values_list("number", "id"))
    found |= dict(Package.objects.filter(tracking_number__in=parcels).values_list("tracking_number", "shipment__order_id"))
    return found | dict(Shipment.objects.filter(tracking_number__in=parcels).values_list("tracking_number", "order_id"))
