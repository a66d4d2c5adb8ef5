"""Invoices and credit notes."""

from __future__ import annotations

from django.http import HttpResponse

from dingdan.trade.settlement.commands import issue_credit_notes, issue_invoices
from dingdan.trade.settlement.models import CreditNote, Invoice
from dingdan.web.api.names import found, id_of
from dingdan.web.api.reads import After, Limit, Page, page, read
from dingdan.web.api.resources.invoice_views import CreditNoteView, InvoiceView, credit_note_views, invoice_views
from dingdan.web.api.writes import Write, mount
from dingdan.web.documents import credit_note_pdf, invoice_pdf

TAG, PDF = "Invoices", "application/pdf"


@read("/invoices", permission="settlement.read", tag=TAG)
def list_invoices(*, order: str | None = None, after: After = None, limit: Limit = 50) -> Page[InvoiceView]:
    """Invoices, newest first. `order` takes an id or number."""
    rows = Invoice.objects.prefetch_related("lines").order_by("-issued_on", "-id")
    if order is not None:
        rows = rows.filter(order_id=id_of("order_id", order, field="order"))
    return page(rows, invoice_views, after=after, limit=limit)


@read("/invoices/{invoice_id}", permission="settlement.read", tag=TAG)
def get_invoice(invoice_id: str) -> InvoiceView:
    """One invoice with its lines. Its number will do for its id."""
    return invoice_views([found(Invoice.objects.prefetch_related("lines"), "invoice_id", invoice_id)])[0]


@read("/invoices/{invoice_id}/pdf", permission="settlement.read", tag=TAG, media=PDF)
def print_invoice(invoice_id: str) -> HttpResponse:
    """An invoice as a PDF file, in the language of its customer. Its number will do for its id."""
    return _file(invoice_pdf(id_of("invoice_id", invoice_id)))


@read("/credit-notes", permission="settlement.read", tag=TAG)
def list_credit_notes(*, order: str | None = None, after: After = None, limit: Limit = 50) -> Page[CreditNoteView]:
    """Credit notes, newest first. `order` takes an id or number."""
    rows = CreditNote.objects.prefetch_related("lines").order_by("-issued_on", "-id")
    if order is not None:
        rows = rows.filter(order_id=id_of("order_id", order, field="order"))
    return page(rows, credit_note_views, after=after, limit=limit)


@read("/credit-notes/{credit_note_id}", permission="settlement.read", tag=TAG)
def get_credit_note(credit_note_id: str) -> CreditNoteView:
    """One credit note with its lines. Its number will do for its id."""
    return credit_note_views([found(CreditNote.objects.prefetch_related("lines"), "credit_note_id", credit_note_id)])[0]


@read("/credit-notes/{credit_note_id}/pdf", permission="settlement.read", tag=TAG, media=PDF)
def print_credit_note(credit_note_id: str) -> HttpResponse:
    """A credit note as a PDF file, in the language of its customer. Its number will do for its id."""
    return _file(credit_note_pdf(id_of("credit_note_id", credit_note_id)))


def _file(content: bytes) -> HttpResponse:
    return HttpResponse(content, content_type=PDF, headers={"Cache-Control": "no-store"})


mount(
    Write(path="/invoices", command=issue_invoices, name="issue_invoice", makes="/invoices/{invoice_id}", tag=TAG),
    Write(
        path="/credit-notes",
        command=issue_credit_notes,
        name="issue_credit_note",
        makes="/credit-notes/{credit_note_id}",
        tag=TAG,
    ),
)
