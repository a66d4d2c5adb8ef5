"""What has left is invoiced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from dingdan.kernel.command import Batch, Item, batch_command
from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.text import clean_text
from dingdan.ledgers.payments import steps as payments
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.lifecycle import Terms
from dingdan.masterdata.catalog.queries import variants_by_sku
from dingdan.trade.aftersales.queries import DOCUMENT, Standing, standings
from dingdan.trade.aftersales.rules import rounds
from dingdan.trade.fulfillment import queries as fulfillment_queries
from dingdan.trade.orders.lifecycle import LineKind
from dingdan.trade.settlement import queries, steps
from dingdan.trade.settlement.events import InvoicedLine, InvoiceIssued
from dingdan.trade.settlement.rules import Billed, NothingToInvoice, PaperLine, invoice_share, parts, to_invoice


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueInvoice:
    """Invoice what has left of an order and is not invoiced: after a shipment, or of an order with nothing to ship."""

    shipment_id: UUID | None = None
    order_id: UUID | None = None
    external_number: str = ""


_Asked = tuple[Item[IssueInvoice], UUID]
_Issuing = tuple[Item[IssueInvoice], Standing, steps.NewInvoice]


@batch_command(InvoiceIssued)
def issue_invoices(batch: Batch[IssueInvoice]) -> None:
    """Invoice what has left and is not invoiced yet; services, fees and shipping come with the first goods.

    What the customer has paid covers it as far as it reaches. Refuses `NothingToInvoice`.
    """
    asked = _asked(batch)
    zones = queries.time_zones()
    for pairs in rounds(asked, lambda pair: pair[1]):
        ids = [order_id for _item, order_id in pairs]
        found = standings(ids, lock=True)
        before = queries.invoiced(ids)
        issuing = []
        for item, order_id in pairs:
            try:
                lines = _lines(found, order_id, before)
                number = clean_text(item.intent.external_number, "external_number", 64, required=False)
            except Refusal as refusal:
                item.refuse(refusal)
                continue
            order = found[order_id].order
            heading = steps.heading(item.entry, order=order, time_zone=zones[order.channel_id], external_number=number)
            new = steps.NewInvoice(
                entry=item.entry,
                heading=heading,
                due_on=None if order.net_days is None else heading.issued_on + timedelta(days=order.net_days),
                order_id=order_id,
                shipment_id=item.intent.shipment_id,
                lines=lines,
            )
            issuing.append((item, found[order_id], new))
        _issue(_called(issuing))


def _called(issuing: Sequence[_Issuing]) -> list[_Issuing]:
    """The same, with goods called as whoever ordered reads them."""
    lines = queries.in_their_language([(standing, new.lines) for _item, standing, new in issuing])
    return [(item, standing, replace(new, lines=one)) for (item, standing, new), one in zip(issuing, lines, strict=True)]


def _asked(batch: Batch[IssueInvoice]) -> list[_Asked]:
    """Each call with its order; refuses shipments that are not there or have not left."""
    owners = fulfillment_queries.orders_of(item.intent.shipment_id for item in batch.items if item.intent.shipment_id)
    asked = []
    for item in batch.items:
        shipment_id, order_id = item.intent.shipment_id, item.intent.order_id
        if shipment_id is not None:
            order_id = owners.get(shipment_id)
        if order_id is None:
            item.refuse(NotFound(field="shipment_id", what="shipment", id=shipment_id))
        else:
            asked.append((item, order_id))
    return asked


def _lines(found: Mapping[UUID, Standing], order_id: UUID, before: Mapping[UUID, Billed]) -> list[PaperLine]:
    if order_id not in found:
        raise NotFound(field="order_id", what="order", id=order_id)
    standing = found[order_id]
    units = to_invoice(standing.lines, before)
    if not units:
        raise NothingToInvoice(field="order_id")
    return [
        queries.paper_line(
            standing.rows[line.id], units[line.id], invoice_share(line, before.get(line.id, Billed()), units[line.id])
        )
        for line in standing.lines
        if line.id in units
    ]


def _valid_months(invoices: Sequence[steps.NewInvoice]) -> dict[str, int | None]:
    """For how long gift cards on invoices can be used, by SKU."""
    skus = {line.sku for new in invoices for line in new.lines if line.kind == LineKind.GIFT_CARD}
    return {sku: one.valid_months for sku, one in variants_by_sku(skus).items()} if skus else {}


def _cards(lines: Sequence[PaperLine], valid: Mapping[str, int | None]) -> tuple[payments.SoldCard, ...]:
    """A card for each unit of the gift cards among the lines."""
    return tuple(
        payments.SoldCard(
            id=new_id(), payable_id=new_id(), line_id=line.order_line_id, face=line.share.total // line.quantity,
            valid_months=valid.get(line.sku),
        )
        for line in lines
        if line.kind == LineKind.GIFT_CARD and line.order_line_id
        for _unit in range(line.quantity)
    )  # fmt: skip


def _issue(issuing: Sequence[_Issuing]) -> None:
    """Book and write invoices of different orders; the numbers come last, for their series is locked until the end."""
    if not issuing:
        return
    valid = _valid_months([new for _item, _standing, new in issuing])
    payments.invoice(
        [
            payments.Bill(
                entry=new.entry, document=Document(DOCUMENT, new.order_id),
                parts=parts(new.lines, tax_included=standing.order.prices_include_tax), cards=_cards(new.lines, valid),
            )
            for _item, standing, new in issuing
        ]
    )  # fmt: skip
    payments.agree(
        [
            payments.Agreed(
                entry=new.entry, document=Document(DOCUMENT, new.order_id), terms=Terms(standing.receivable.terms),
                due_at=new.entry.at + timedelta(days=standing.order.net_days),
            )
            for _item, standing, new in issuing
            if standing.order.net_days is not None and not standing.receivable.invoiced
        ]
    )  # fmt: skip
    numbers = steps.write_invoices([new for _item, _standing, new in issuing])
    for (item, standing, new), number in zip(issuing, numbers, strict=True):
        if new.shipment_id:
            item.entry.about("shipment", new.shipment_id)
        item.accept(
            InvoiceIssued(
                invoice_id=new.heading.id, number=number, order_id=new.order_id, shipment_id=new.shipment_id,
                customer_id=new.heading.customer_id, issued_on=new.heading.issued_on, currency=new.heading.currency,
                tax=sum(line.share.tax for line in new.lines), total=sum(line.share.total for line in new.lines),
                due=standing.receivable.due,
                lines=tuple(
                    InvoicedLine(order_line_id=line.order_line_id, quantity=line.quantity, total=line.share.total)
                    for line in new.lines
                    if line.order_line_id
                ),
            )
        )  # fmt: skip
