"""Invoices, credit notes and statements of days as PDF files. Knows no rules: what is printed is what the desks say."""

from __future__ import annotations

from uuid import UUID

from dingdan.kernel.tenants import tenant_in_scope
from dingdan.trade.closing import queries as closing
from dingdan.trade.settlement import queries
from dingdan.trade.settlement.queries import Printed


def render(printed: Printed) -> bytes:
    """A document as a PDF file."""
    # What draws is loaded by whoever prints: it is a fifth of the start of a process, and most never print.
    from dingdan.web.documents import paper

    return paper.render(printed)


def invoice_pdf(invoice_id: UUID) -> bytes:
    """An invoice as a PDF file, in the language of its customer. Raises `NotFound`."""
    return render(queries.printed_invoice(invoice_id))


def credit_note_pdf(credit_note_id: UUID) -> bytes:
    """A credit note as a PDF file, in the language of its customer. Raises `NotFound`."""
    return render(queries.printed_credit_note(credit_note_id))


def day_close_pdf(day_close_id: UUID) -> bytes:
    """The statement of a closed day as a PDF file, in the language of the shop. Raises `NotFound`."""
    from dingdan.web.documents import day_paper

    return day_paper.render(closing.statement_of(closing.day_close(day_close_id)), tenant_in_scope())


__all__ = ["credit_note_pdf", "day_close_pdf", "invoice_pdf", "render"]
