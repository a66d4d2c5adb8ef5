"""The papers of an order as PDF: invoices, credit notes, and what was paid; in the reader's language."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, NamedTuple
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from dingdan.kernel.errors import NotFound
from dingdan.trade.settlement.queries import (
    Printed,
    credit_notes_of,
    invoices_of,
    printed_credit_note,
    printed_invoice,
)
from dingdan.web.documents import render
from dingdan.web.shared.downloads import taken_along
from dingdan.web.storefront.own.opening import Own, own_page
from dingdan.web.storefront.own.words import written_day
from dingdan.web.storefront.reader import TAGS

PDF: Final = "application/pdf"


class Paper(NamedTuple):
    """A paper that can be taken along."""

    name: str
    day: str
    amount: str
    url: str


def papers_of(own: Own) -> list[Paper]:
    """Invoices and credit notes, oldest first."""
    found = [
        Paper(_("Invoice {number}").format(number=one.number), written_day(own.reader, one.issued_on), own.money(one.total),
              own.at("invoices", str(one.id)))
        for one in invoices_of(own.order.id)
    ]  # fmt: skip
    return found + [
        Paper(_("Credit note {number}").format(number=one.number), written_day(own.reader, one.issued_on), own.money(one.total),
              own.at("credit-notes", str(one.id)))
        for one in credit_notes_of(own.order.id)
    ]  # fmt: skip


@own_page()
def invoice(own: Own, paper_id: UUID) -> HttpResponse:
    """An invoice of the order."""
    if not invoices_of(own.order.id).filter(id=paper_id).exists():
        raise NotFound(what="invoice", id=paper_id)
    return _sent(own, printed_invoice(paper_id))


@own_page()
def credit_note(own: Own, paper_id: UUID) -> HttpResponse:
    """A credit note of the order."""
    if not credit_notes_of(own.order.id).filter(id=paper_id).exists():
        raise NotFound(what="credit note", id=paper_id)
    return _sent(own, printed_credit_note(paper_id))


def _sent(own: Own, printed: Printed) -> HttpResponse:
    content = render(replace(printed, language=TAGS[own.reader.language]))
    return taken_along(content, name=f"{printed.number}.pdf", media=PDF)
