"""What can be asked about invoices and credit notes. Never writes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet, Sum

from dingdan.kernel.errors import NotFound
from dingdan.kernel.laws import Proof, breaches, touched
from dingdan.kernel.postgresql.cursors import ready_cursor
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.masterdata.catalog.queries import names_in
from dingdan.masterdata.channels.queries import all_channels
from dingdan.masterdata.pricing.rules import Share
from dingdan.masterdata.shop.models import Profile
from dingdan.trade.aftersales.models import Allowance, Return, ReturnLine
from dingdan.trade.aftersales.queries import Standing
from dingdan.trade.orders.models import Contact, OrderLine
from dingdan.trade.settlement.models import CreditNote, CreditNoteLine, Invoice, InvoiceLine
from dingdan.trade.settlement.rules import Billed, PaperLine


def invoiced(order_ids: Iterable[UUID]) -> dict[UUID, Billed]:
    """What was invoiced of the lines of orders, by order line."""
    return _billed(InvoiceLine.objects.filter(invoice__order_id__in=list(order_ids)))


def credited(order_ids: Iterable[UUID]) -> dict[UUID, Billed]:
    """What was credited of the lines of orders, by order line."""
    return _billed(CreditNoteLine.objects.filter(credit_note__order_id__in=list(order_ids)))


def _billed(rows: QuerySet[Any]) -> dict[UUID, Billed]:
    sums = rows.values("order_line_id").annotate(
        units=Sum("quantity"), all=Sum("total"), taxes=Sum("tax"), discounts=Sum("discount")
    )
    return {
        row["order_line_id"]: Billed(int(row["units"]), int(row["all"]), int(row["taxes"]), int(row["discounts"])) for row in sums
    }


def time_zones() -> dict[UUID, ZoneInfo]:
    """By which clock the documents of a channel are dated, by channel."""
    return {channel.id: ZoneInfo(channel.time_zone) for channel in all_channels()}


def paper_line(row: OrderLine, quantity: int, share: Share) -> PaperLine:
    """A line of an invoice or credit note about an order line."""
    return PaperLine(
        order_line_id=row.id, kind=row.kind, sku=row.sku, name=row.name, quantity=quantity, unit_price=row.unit_price,
        tax_rate=row.tax_rate, tax_name=row.tax_name, share=share,
    )  # fmt: skip


def in_their_language(papers: Sequence[tuple[Standing, Sequence[PaperLine]]]) -> list[list[PaperLine]]:
    """The lines of papers about orders, with goods called as whoever ordered reads them, where the shop has such a name.

    What is issued keeps the names of its day. One statement for each language.
    """
    articles: dict[str, dict[UUID, UUID]] = defaultdict(dict)
    for standing, lines in papers:
        rows = [standing.rows[line.order_line_id] for line in lines if line.order_line_id]
        articles[standing.order.language] |= {row.id: row.variant_id for row in rows if row.variant_id}
    names = {language: names_in(language, asked.values()) for language, asked in articles.items() if asked}
    return [
        [_called(line, articles[standing.order.language], names.get(standing.order.language, {})) for line in lines]
        for standing, lines in papers
    ]


def _called(line: PaperLine, articles: Mapping[UUID, UUID], names: Mapping[UUID, str]) -> PaperLine:
    article = articles.get(line.order_line_id) if line.order_line_id else None
    name = names.get(article) if article else None
    return replace(line, name=name[:300]) if name else line


def first_invoices(order_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """The first invoice that names an order line, by order line."""
    rows = InvoiceLine.objects.filter(invoice__order_id__in=list(order_ids)).order_by("-invoice_id")
    return dict(rows.values_list("order_line_id", "invoice_id"))


def invoices() -> QuerySet[Invoice]:
    """All invoices with their orders, newest first."""
    return Invoice.objects.select_related("order", "customer").order_by("-issued_on", "-id")


def credit_notes() -> QuerySet[CreditNote]:
    """All credit notes with their orders, newest first."""
    return CreditNote.objects.select_related("order", "customer", "invoice").order_by("-issued_on", "-id")


def invoices_of(order_id: UUID) -> QuerySet[Invoice]:
    """The invoices of an order with their lines, oldest first."""
    return Invoice.objects.filter(order_id=order_id).prefetch_related("lines").order_by("id")


def credit_notes_of(order_id: UUID) -> QuerySet[CreditNote]:
    """The credit notes of an order with their lines, oldest first."""
    return CreditNote.objects.filter(order_id=order_id).select_related("invoice").prefetch_related("lines").order_by("id")


def invoice(invoice_id: UUID) -> Invoice:
    """One invoice with its order and who issued it. Raises `NotFound`."""
    found = Invoice.objects.select_related("profile", "order", "order__ship_to", "bill_to").filter(id=invoice_id).first()
    if found is None:
        raise NotFound(what="invoice", id=invoice_id)
    return found


def credit_note(credit_note_id: UUID) -> CreditNote:
    """One credit note with its order and invoice, and who issued it. Raises `NotFound`."""
    related = ("profile", "order", "order__ship_to", "bill_to", "invoice")
    found = CreditNote.objects.select_related(*related).filter(id=credit_note_id).first()
    if found is None:
        raise NotFound(what="credit note", id=credit_note_id)
    return found


def credited_returns(return_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the returns that have their credit note."""
    return set(CreditNote.objects.filter(rma_id__in=list(return_ids)).values_list("rma_id", flat=True))


def credited_allowances(allowance_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the allowances that have their credit note."""
    found = CreditNote.objects.filter(allowance_id__in=list(allowance_ids)).values_list("allowance_id", flat=True)
    return set(found)


def credited_claims(claim_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the claims that have their credit note."""
    return set(CreditNote.objects.filter(claim_id__in=list(claim_ids)).values_list("claim_id", flat=True))


def returns_to_credit(limit: int = 200) -> list[UUID]:
    """Ids of inspected returns that give something back and have no credit note yet, oldest first."""
    wanted = Return.objects.filter(state="inspected", lines__refund__gt=0, credit_notes__isnull=True)
    return list(wanted.order_by("id").distinct().values_list("id", flat=True)[:limit])


def allowances_to_credit(limit: int = 200) -> list[UUID]:
    """Ids of allowances without a credit note whose orders have invoices, oldest first."""
    wanted = Allowance.objects.filter(credit_notes__isnull=True, order__invoices__isnull=False)
    return list(wanted.order_by("id").distinct().values_list("id", flat=True)[:limit])


# ── on paper ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Somebody on paper; empty where the person was forgotten."""

    name: str = ""
    company: str = ""
    country: str = ""
    address: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedLine:
    """A line on paper. Amounts in minor units; `quantity` 0: an amount of its own."""

    name: str
    sku: str
    quantity: int
    unit_price: Decimal
    discount: int
    tax_rate: Decimal
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedTax:
    """The sum of one tax on paper."""

    name: str
    rate: Decimal
    base: int
    tax: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """Everything that an invoice or credit note says on paper, in the customer's language where words are stored."""

    kind: str
    number: str
    external_number: str
    issued_on: date
    order_number: str
    invoice_number: str
    """Of a credit note: the first invoice that it takes from."""
    language: str
    currency: str
    prices_include_tax: bool
    shop: Profile
    """As it was when the document was issued."""
    bill_to: Party
    ship_to: Party | None
    lines: tuple[PrintedLine, ...]
    taxes: tuple[PrintedTax, ...]
    goods: int
    discount: int
    shipping: int
    fees: int
    tax: int
    total: int
    due_on: date | None = None
    kept: Mapping[str, int] = field(default_factory=dict)
    """Of a credit note for goods that came back: what they were worth, and what of it is kept back for what."""
    is_to_pay: bool = False
    """Whether it asks for money: an invoice of an order that is paid after its invoice."""


def printed_invoice(invoice_id: UUID) -> Printed:
    """What an invoice says. Raises `NotFound`."""
    found = invoice(invoice_id)
    return _printed(found, InvoiceLine.objects.filter(invoice=found), kind="invoice", invoice_number="")


def printed_credit_note(credit_note_id: UUID) -> Printed:
    """What a credit note says. Raises `NotFound`."""
    found = credit_note(credit_note_id)
    number = found.invoice.number if found.invoice else ""
    printed = _printed(found, CreditNoteLine.objects.filter(credit_note=found), kind="credit_note", invoice_number=number)
    return replace(printed, kept=kept_back([found.rma_id]).get(found.rma_id, {}) if found.rma_id else {})


_KEPT = ("wear", "restocking", "shipping")


def kept_back(return_ids: Iterable[UUID]) -> dict[UUID, dict[str, int]]:
    """Of returns of which something was kept back: the worth of what came back, and the parts that were kept, by what for."""
    sums: dict[UUID, dict[str, int]] = {}
    for line in ReturnLine.objects.filter(rma_id__in=list(return_ids)).order_by("id"):
        parts = sums.setdefault(line.rma_id, dict.fromkeys(("worth", *_KEPT, "other"), 0))
        parts["worth"] += line.refund + line.fee
        for name in _KEPT:
            parts[name] += getattr(line, name)
        parts["other"] += line.fee - line.wear - line.restocking - line.shipping
    kept = {id_: parts for id_, parts in sums.items() if any(parts[name] for name in (*_KEPT, "other"))}
    return {id_: {name: amount for name, amount in parts.items() if amount} for id_, parts in kept.items()}


def _printed(found: Invoice | CreditNote, rows: QuerySet[Any], *, kind: str, invoice_number: str) -> Printed:
    lines = list(rows.order_by("position"))
    taxes: dict[tuple[str, Decimal], list[int]] = {}
    for line in lines:
        sums = taxes.setdefault((line.tax_name, line.tax_rate), [0, 0])
        sums[0] += line.tax_base
        sums[1] += line.tax
    order = found.order
    ship_to = order.ship_to if order and order.ship_to_id != found.bill_to_id else None
    return Printed(
        kind=kind, number=found.number, external_number=found.external_number, issued_on=found.issued_on,
        due_on=found.due_on if isinstance(found, Invoice) else None, order_number=order.number if order else "",
        invoice_number=invoice_number, language=found.language,
        currency=found.currency, prices_include_tax=found.prices_include_tax, shop=found.profile,
        bill_to=_party(found.bill_to), ship_to=_party(ship_to) if ship_to else None,
        lines=tuple(
            PrintedLine(
                name=line.name, sku=line.sku, quantity=line.quantity, unit_price=line.unit_price, discount=line.discount,
                tax_rate=line.tax_rate, total=line.total if found.prices_include_tax else line.tax_base,
            )
            for line in lines
        ),
        taxes=tuple(
            PrintedTax(name=name, rate=rate, base=base, tax=tax) for (name, rate), (base, tax) in taxes.items() if rate or tax
        ),
        goods=found.goods, discount=found.discount, shipping=found.shipping, fees=found.fees, tax=found.tax, total=found.total,
        is_to_pay=kind == "invoice" and order is not None and order.payment_method == "on_account",
    )  # fmt: skip


def _party(contact: Contact | None) -> Party:
    if contact is None:
        return Party(address={})
    return Party(name=contact.name, company=contact.company, country=contact.country, address=contact.address)


_SELDOM = """
SELECT
    EXISTS (SELECT FROM aftersales_return WHERE tenant_id = %(tenant)s::uuid AND order_id = %(order)s::uuid),
    EXISTS (SELECT FROM settlement_creditnote WHERE tenant_id = %(tenant)s::uuid AND order_id = %(order)s::uuid),
    EXISTS (SELECT FROM orders_ordernote WHERE tenant_id = %(tenant)s::uuid AND order_id = %(order)s::uuid),
    EXISTS (SELECT FROM orders_ordertag WHERE tenant_id = %(tenant)s::uuid AND order_id = %(order)s::uuid),
    EXISTS (
        SELECT FROM inventory_demand WHERE tenant_id = %(tenant)s::uuid AND document_id = %(order)s::uuid AND pegged > 0
    )
"""


@dataclass(frozen=True, slots=True)
class Seldom:
    """What most orders have none of, so that a page need not ask for each."""

    returns: bool
    credit_notes: bool
    notes: bool
    tags: bool
    pegs: bool


def seldom_of(order_id: UUID) -> Seldom:
    """Which of the things that most orders have none of this one has. One statement."""
    with ready_cursor() as cursor:
        cursor.execute(_SELDOM, {"tenant": current_tenant_id(), "order": order_id})
        return Seldom(*cursor.fetchone())


# ── laws ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────


_SUMS = """
SELECT paper.id, max(paper.number), sum(paper.total), sum(paper.tax), sum(paper.parts),
    sum(paper.line_total), sum(paper.line_tax), sum(paper.line_parts)
FROM (
    SELECT head.id, head.number, head.total, head.tax, head.goods - head.discount + head.shipping + head.fees AS parts,
        0 AS line_total, 0 AS line_tax, 0 AS line_parts
    FROM settlement_{head} AS head WHERE head.tenant_id = %(tenant)s
    UNION ALL
    SELECT line.{key}, NULL, 0, 0, 0, line.total, line.tax, line.goods - line.discount
    FROM settlement_{head}line AS line WHERE line.tenant_id = %(tenant)s
) AS paper GROUP BY paper.id
HAVING sum(paper.total) <> sum(paper.line_total) OR sum(paper.tax) <> sum(paper.line_tax)
    OR sum(paper.parts) <> sum(paper.line_parts)
"""
_SENTENCE = "{1}: total {2}, tax {3}, parts {4}; its lines say {5}, {6}, {7}"


def law_an_invoice_is_the_sum_of_its_lines() -> Iterator[str]:
    """Total, tax and parts of an invoice are those of its lines."""
    return breaches(_SUMS.replace("{head}", "invoice").replace("{key}", "invoice_id"), _SENTENCE, about=("paper",))


def law_a_credit_note_is_the_sum_of_its_lines() -> Iterator[str]:
    """Total, tax and parts of a credit note are those of its lines."""
    return breaches(_SUMS.replace("{head}", "creditnote").replace("{key}", "credit_note_id"), _SENTENCE, about=("paper",))


def law_what_was_billed_is_in_the_books() -> Iterator[str]:
    """The receivable of an order counts its invoices and its credit notes."""
    return breaches(
        """
        SELECT paper.id, sum(paper.invoiced), sum(paper.credited), sum(paper.booked), sum(paper.taken) FROM (
            SELECT bill.order_id AS id, bill.total AS invoiced, 0 AS credited, 0 AS booked, 0 AS taken
            FROM settlement_invoice AS bill WHERE bill.tenant_id = %(tenant)s
            UNION ALL SELECT note.order_id, 0, note.total, 0, 0
            FROM settlement_creditnote AS note WHERE note.tenant_id = %(tenant)s AND note.order_id IS NOT NULL
            UNION ALL SELECT receivable.document_id, 0, 0, receivable.invoiced, receivable.credited
            FROM payments_receivable AS receivable
            WHERE receivable.tenant_id = %(tenant)s AND receivable.document_kind = 'order'
        ) AS paper GROUP BY paper.id
        HAVING sum(paper.invoiced) <> sum(paper.booked) OR sum(paper.credited) <> sum(paper.taken)
        """,
        "order {0}: invoices of {1} and credit notes of {2}, its receivable says {3} and {4}",
        about=("document",),
    )


def law_a_credit_note_alone_is_owed() -> Iterator[str]:
    """A credit note without an order is a payable of the same amount."""
    return breaches(
        """
        SELECT paper.id, sum(paper.credited), sum(paper.owed) FROM (
            SELECT note.id, note.total AS credited, 0 AS owed
            FROM settlement_creditnote AS note WHERE note.tenant_id = %(tenant)s AND note.order_id IS NULL
            UNION ALL SELECT payable.document_id, 0, payable.amount
            FROM payments_payable AS payable WHERE payable.tenant_id = %(tenant)s AND payable.document_kind = 'credit_note'
        ) AS paper GROUP BY paper.id HAVING sum(paper.credited) <> sum(paper.owed)
        """,
        "credit note {0}: says {1}, we owe {2}",
    )


def law_only_what_left_is_invoiced() -> Iterator[str]:
    """Of goods no more units are invoiced than have left in whole; of anything, no more than was ordered."""
    return breaches(
        """
        SELECT id, sum(billed), least(max(ordered), min(gone)) FROM (
            SELECT bill.order_line_id AS id, bill.quantity AS billed, NULL::bigint AS ordered, NULL::bigint AS gone
            FROM settlement_invoiceline AS bill WHERE bill.tenant_id = %(tenant)s
            UNION ALL SELECT line.id, 0, line.quantity, demand.issued / demand.per_line_unit FROM orders_orderline AS line
            LEFT JOIN inventory_demand AS demand
              ON demand.tenant_id = %(tenant)s AND demand.document_id = line.order_id AND demand.line_id = line.id
            WHERE line.tenant_id = %(tenant)s
        ) AS both_sides GROUP BY id HAVING sum(billed) > least(max(ordered), min(gone))
        """,
        "order line {0}: {1} units invoiced, at most {2} may be",
        about=("order_line",),
    )


def law_no_line_is_credited_above_its_invoices() -> Iterator[str]:
    """Of an order line no more is credited than was invoiced, in total and in tax."""
    return breaches(
        """
        SELECT paper.id, sum(paper.total), sum(paper.credited), sum(paper.tax), sum(paper.credited_tax) FROM (
            SELECT bill.order_line_id AS id, bill.total, bill.tax, 0 AS credited, 0 AS credited_tax
            FROM settlement_invoiceline AS bill WHERE bill.tenant_id = %(tenant)s AND EXISTS (
                SELECT FROM settlement_creditnoteline AS note
                WHERE note.tenant_id = %(tenant)s AND note.order_line_id = bill.order_line_id)
            UNION ALL SELECT note.order_line_id, 0, 0, note.total, note.tax
            FROM settlement_creditnoteline AS note WHERE note.tenant_id = %(tenant)s AND note.order_line_id IS NOT NULL
        ) AS paper GROUP BY paper.id
        HAVING sum(paper.credited) > sum(paper.total) OR sum(paper.credited_tax) > sum(paper.tax)
        """,
        "order line {0}: {1} invoiced and {2} credited, of tax {3} and {4}",
        about=("order_line",),
    )


def law_every_gift_card_sold_is_on_an_invoice() -> Iterator[str]:
    """Of an order line as many gift cards came about as units of it were invoiced, each worth its part of them."""
    return breaches(
        """
        SELECT sold.id, sum(sold.units), sum(sold.cards), sum(sold.total), sum(sold.faces) FROM (
            SELECT bill.order_line_id AS id, bill.quantity AS units, 0 AS cards, bill.total, 0 AS faces
            FROM settlement_invoiceline AS bill WHERE bill.tenant_id = %(tenant)s AND bill.kind = 'gift_card'
            UNION ALL SELECT card.line_id, 0, 1, 0, card.face
            FROM payments_giftcard AS card WHERE card.tenant_id = %(tenant)s AND card.origin = 'order'
        ) AS sold GROUP BY sold.id HAVING sum(sold.units) <> sum(sold.cards) OR sum(sold.total) <> sum(sold.faces)
        """,
        "order line {0}: {1} gift cards invoiced and {2} there, for {3} and worth {4}",
        about=("order_line",),
    )


def law_fiscal_numbers_have_no_gaps() -> Iterator[str]:
    """The numbers of invoices and of credit notes follow each other, up to the last one that was given."""
    return breaches(
        """
        SELECT series.name, count(paper.number), min(paper.number), max(paper.number), max(series.next)
        FROM kernel_numberseries AS series
        JOIN (VALUES ('invoice', %(after_invoices)s), ('credit_note', %(after_credit_notes)s)) AS proved (name, below)
          ON proved.name = series.name
        LEFT JOIN (
            SELECT 'invoice' AS name, substring(bill.number FROM '[0-9]+$')::bigint AS number FROM settlement_invoice AS bill
            WHERE bill.tenant_id = %(tenant)s AND (NOT %(is_since)s OR bill.id = ANY(%(papers)s::uuid[]))
            UNION ALL SELECT 'credit_note', substring(note.number FROM '[0-9]+$')::bigint FROM settlement_creditnote AS note
            WHERE note.tenant_id = %(tenant)s AND (NOT %(is_since)s OR note.id = ANY(%(papers)s::uuid[]))
        ) AS paper ON paper.name = series.name AND paper.number >= proved.below
        WHERE series.tenant_id = %(tenant)s GROUP BY series.name
        HAVING max(paper.number) <> max(series.next) - 1 OR count(paper.number)
            <> max(series.next) - coalesce(nullif(max(proved.below), 0), min(paper.number), max(series.next))
        """,
        "{0}: {1} numbers from {2} to {3}, the next one is {4}",
        papers=touched("paper"),
    )


LAWS = (
    law_an_invoice_is_the_sum_of_its_lines,
    law_a_credit_note_is_the_sum_of_its_lines,
    law_what_was_billed_is_in_the_books,
    law_a_credit_note_alone_is_owed,
    law_only_what_left_is_invoiced,
    law_no_line_is_credited_above_its_invoices,
    law_every_gift_card_sold_is_on_an_invoice,
    law_fiscal_numbers_have_no_gaps,
)

PROOF = Proof(
    marks={
        name: f"SELECT next FROM kernel_numberseries WHERE tenant_id = %(tenant)s AND name = '{series}'"  # noqa: S608 - names
        for name, series in (("invoices", "invoice"), ("credit_notes", "credit_note"))
    },
    touched={
        "paper": """
        SELECT unnest(%(document)s::uuid[])
        UNION SELECT id FROM settlement_invoice WHERE tenant_id = %(tenant)s AND order_id = ANY(%(document)s::uuid[])
        UNION SELECT id FROM settlement_creditnote WHERE tenant_id = %(tenant)s AND order_id = ANY(%(document)s::uuid[])
        """
    },
)
