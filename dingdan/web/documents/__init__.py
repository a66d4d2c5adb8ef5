"""Invoices, credit notes, papers of parcels and statements of days as PDF files.

Knows no rules: what is printed is what the desks say.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from dingdan.kernel.tenants import tenant_in_scope
from dingdan.trade.closing import queries as closing
from dingdan.trade.fulfillment import queries as fulfillment
from dingdan.trade.fulfillment.models import Shipment, Wave
from dingdan.trade.settlement import queries
from dingdan.trade.settlement.queries import Printed
from dingdan.web.documents.receipts import Receipt


def render(printed: Printed) -> bytes:
    """A document as a PDF file."""
    # What draws is loaded by whoever prints: it is a fifth of the start of a process, and most never print.
    from dingdan.web.documents import paper

    return paper.render(printed)


def invoice_pdf(invoice_id: UUID) -> bytes:
    """An invoice as a PDF file, in the language of its customer. Raises `NotFound`."""
    return render(queries.printed_invoice(invoice_id))


def invoices_pdf(invoice_ids: Sequence[UUID]) -> bytes:
    """Invoices in one PDF file, one after the other. Raises `NotFound`."""
    from dingdan.web.documents import paper

    return paper.render_many([queries.printed_invoice(one) for one in invoice_ids])


def packing_slips_pdf(shipment_ids: Sequence[UUID]) -> bytes:
    """What lies in shipments, for the customers who open them: a page each."""
    from dingdan.web.documents import parcels

    return parcels.packing_slips(fulfillment.slips(shipment_ids))


def picking_list_pdf(shipment_ids: Sequence[UUID], *, language: str) -> bytes:
    """What is to be taken from the shelves for shipments, shelf by shelf."""
    from dingdan.web.documents import parcels

    return parcels.picking_list(fulfillment.slips(shipment_ids), language)


def labels_pdf(shipment_ids: Sequence[UUID]) -> bytes:
    """Labels of parcels, A6 each: from whom, to whom, and the number as a code to be scanned."""
    from dingdan.web.documents import parcels

    return parcels.labels(fulfillment.slips(shipment_ids))


def credit_note_pdf(credit_note_id: UUID) -> bytes:
    """A credit note as a PDF file, in the language of its customer. Raises `NotFound`."""
    return render(queries.printed_credit_note(credit_note_id))


def receipt_pdf(receipt: Receipt) -> bytes:
    """What was paid for an order as a PDF file."""
    from dingdan.web.documents import receipt_paper

    return receipt_paper.render(receipt)


def day_close_pdf(day_close_id: UUID) -> bytes:
    """The statement of a closed day as a PDF file, in the language of the shop. Raises `NotFound`."""
    from dingdan.web.documents import day_paper

    return day_paper.render(closing.statement_of(closing.day_close(day_close_id)), tenant_in_scope())


def round_pdf(wave: Wave, *, language: str) -> bytes:
    """What is to be taken on a round, in the language of whoever walks."""
    from dingdan.web.documents import warehouse_paper

    taken = fulfillment.to_take(Shipment.objects.filter(wave_id=wave.id))
    return warehouse_paper.round_sheet(wave, taken, tenant_in_scope(), language)


def manifest_pdf(shipments: Sequence[Shipment], *, language: str, at: datetime) -> bytes:
    """What carriers were handed, carrier by carrier."""
    from dingdan.web.documents import warehouse_paper

    return warehouse_paper.manifest(shipments, tenant_in_scope(), language, at)


__all__ = [
    "credit_note_pdf",
    "day_close_pdf",
    "invoice_pdf",
    "invoices_pdf",
    "labels_pdf",
    "manifest_pdf",
    "packing_slips_pdf",
    "picking_list_pdf",
    "render",
    "round_pdf",
]
