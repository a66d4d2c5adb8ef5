"""The papers of an order as PDF: invoices, credit notes, and what was paid; in the reader's language."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, NamedTuple
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from dingdan.automation.words import named_method
from dingdan.kernel.errors import NotFound
from dingdan.ledgers.payments.lifecycle import AttemptKind, AttemptState
from dingdan.trade.settlement.queries import (
    Printed,
    credit_notes_of,
    invoices_of,
    printed_credit_note,
    printed_invoice,
)
from dingdan.web.documents import receipt_pdf, render
from dingdan.web.documents.receipts import PaidRow, Receipt
from dingdan.web.shared.downloads import taken_along
from dingdan.web.storefront.own.facts import Facts, facts_of
from dingdan.web.storefront.own.opening import Own, own_page
from dingdan.web.storefront.own.words import counted, local, written_day
from dingdan.web.storefront.reader import TAGS

PDF: Final = "application/pdf"


class Paper(NamedTuple):
    """A paper that can be taken along."""

    name: str
    day: str
    amount: str
    url: str


def papers_of(own: Own, facts: Facts) -> list[Paper]:
    """Invoices and credit notes, oldest first, and a receipt of what was paid."""
    found = [
        Paper(_("Invoice {number}").format(number=one.number), written_day(own.reader, one.issued_on), own.money(one.total),
              own.at("invoices", str(one.id)))
        for one in invoices_of(own.order.id)
    ]  # fmt: skip
    found += [
        Paper(_("Credit note {number}").format(number=one.number), written_day(own.reader, one.issued_on), own.money(one.total),
              own.at("credit-notes", str(one.id)))
        for one in credit_notes_of(own.order.id)
    ]  # fmt: skip

    paid = receipt_of(own, facts)
    if paid is not None:
        amount = own.money(sum(one.amount for one in paid.rows))
        found.append(Paper(_("Receipt"), written_day(own.reader, paid.on), amount, own.at("receipt")))
    return found


def receipt_of(own: Own, facts: Facts) -> Receipt | None:
    """What was paid for the order and given back; None where nothing was."""
    tag, rows = TAGS[own.reader.language], []
    for one in facts.paid:
        method, amount = one.means or named_method(one.gateway, tag), sum(share.amount for share in one.shares)
        if one.captured_at and amount:
            rows.append(PaidRow(on=local(own.reader, one.captured_at).date(), method=method, amount=amount))
        rows += [
            PaidRow(on=local(own.reader, back.answered_at).date(), method=method, amount=-back.amount)
            for back in one.attempts
            if back.kind == AttemptKind.REFUND and back.state == AttemptState.SUCCEEDED and back.answered_at
        ]
    if not rows:
        return None
    order, lines = own.order, [line for line in facts.stands.lines if line.kept]
    variants = {line.id: facts.variants.get(line.variant_id) if line.variant_id else None for line in lines}
    payer = order.bill_to if order.bill_to.name or order.bill_to.company else order.ship_to
    return Receipt(
        order_number=order.number, on=max(one.on for one in rows), language=tag, currency=order.currency,
        payer=payer.company or payer.name, rows=tuple(sorted(rows, key=lambda one: one.on)),
        goods=tuple((f"{counted(line.kept, variants[line.id])} × {line.name}", line.kept_total) for line in lines),
    )  # fmt: skip


@own_page()
def receipt(own: Own) -> HttpResponse:
    """A receipt of what was paid for the order."""
    found = receipt_of(own, facts_of(own.order))
    if found is None:
        raise NotFound(what="receipt", id=own.order.id)
    return taken_along(receipt_pdf(found), name=f"{own.order.number}.pdf", media=PDF)


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
