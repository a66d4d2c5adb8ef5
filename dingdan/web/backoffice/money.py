"""Payments, invoices and credit notes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import messages
from django.contrib.admin import display
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import URLPattern, path, reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from dingdan.automation.words import method_name
from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import Call, Event
from dingdan.ledgers.payments.commands import RequestCapture, answer_dispute, request_capture
from dingdan.ledgers.payments.lifecycle import PaymentState
from dingdan.ledgers.payments.models import Allocation, Attempt, Checkout, Dispute, Payment, Posting
from dingdan.trade.orders.models import Order
from dingdan.trade.settlement.models import CreditNote, CreditNoteLine, Invoice, InvoiceLine
from dingdan.web.backoffice import disputes, show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.acting import Act, Acting, fresh_key, refilled
from dingdan.web.backoffice.base import Shown, badge, history, link, listed_badge, number
from dingdan.web.backoffice.filters import by_day, by_state
from dingdan.web.backoffice.money_waits import CarrierNamed, PaymentsWaiting
from dingdan.web.backoffice.pages import Button, Cell, Facts, Form, Page, Table
from dingdan.web.backoffice.words import word
from dingdan.web.documents import credit_note_pdf, invoice_pdf


def _taking(row: Payment, url: str) -> Form:
    held = show.money(row.authorized - row.captured - row.voided, row.currency)
    lead = _("It is taken by itself when the goods leave. After a failure, this tries it again.")
    button = Button(str(_("Take {amount}")).format(amount=held), "good")
    return Form(_("Take what is held"), url, fresh_key(), (), [button], lead=lead, is_open=False)


def _take(call: Call, row: Payment, _sent: QueryDict) -> Event:
    return request_capture.one(call, RequestCapture(payment_id=row.id))


class Payments(Acting):
    """Money on its way to us, here, or given back."""

    many = _("Payments")
    permission = "payments.read"
    acts: ClassVar = {**disputes.ACTS, "take": Act(request_capture.name, _take, lambda _event: _("The gateway is asked for it."))}
    list_display = ("requested_on", "method", "reference", "amount", "refunded_shown", "payment_state")
    asks = (PaymentsWaiting, CarrierNamed, by_state("state", _("State"), PaymentState), *by_day("requested_at"))
    search_fields = ("gateway_reference",)
    search_help_text = _("Reference of the gateway")
    ordering = ("-id",)
    sortable_by = ()

    @display(description=_("Date"))
    def requested_on(self, row: Payment) -> str:
        return show.moment(row.requested_at)

    @display(description=_("Method"))
    def method(self, row: Payment) -> str:
        return method_name(row.gateway)

    @display(description=_("Reference"))
    def reference(self, row: Payment) -> str:
        return row.gateway_reference or show.NOTHING

    @display(description=_("Amount"))
    def amount(self, row: Payment) -> str:
        return show.money(row.captured or row.requested, row.currency)

    @display(description=_("Given back"))
    def refunded_shown(self, row: Payment) -> str:
        return show.money(row.refunded or None, row.currency)

    @display(description=_("State"))
    def payment_state(self, row: Payment) -> str:
        return listed_badge(row.state)

    def get_urls(self) -> list[URLPattern]:
        """The list and the pages, and where evidence goes."""
        answer = self.admin_site.admin_view(require_POST(self.answer_view))
        return [path("<uuid:object_id>/answer/", answer, name="dispute_answer"), *super().get_urls()]

    def answer_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """Send what speaks for the shop, with its files; what is refused is said where it was typed."""
        row = self.row(request, object_id)
        if not may(request, answer_dispute.name):
            raise PermissionDenied
        if row is None:
            raise Http404
        try:
            disputes.answered(request, row)
        except Refusal as refusal:
            page = self.page_for(request, row)
            return self.shown(request, refilled(page, request, trouble=str(refusal)) or page)
        messages.success(request, _("What speaks for you was sent."))
        return HttpResponseRedirect(reverse("admin:payments_payment_change", args=[row.id]))

    def page_for(self, request: HttpRequest, row: Payment) -> Page:
        """What whoever asks sees: the payment, and what can be done about its disputes."""
        answer = reverse("admin:dispute_answer", args=[row.id]) if may(request, answer_dispute.name) else ""
        found = list(Dispute.objects.filter(payment=row).order_by("id"))
        page, forms = self.page(row), disputes.forms(self, row, found, self.allowed(request, *self.acts), answer)
        if row.state == PaymentState.AUTHORIZED and "take" in self.allowed(request, "take"):
            forms.insert(0, _taking(row, self.do(row, "take")))
        return replace(page, sections=[*page.sections[:-2], *disputes.table(row, found), *forms, *page.sections[-2:]])

    def page(self, row: Payment) -> Page:
        return Page(
            title=show.money(row.captured or row.requested, row.currency),
            badges=[badge(row.state)],
            lead=f"{method_name(row.gateway)} · {show.moment(row.requested_at)}",
            sections=[
                _payment(row),
                *_uses(row),
                *_attempts(row),
                *_checkouts(row),
                _postings(row),
                history(row.id),
            ],
        )


def _payment(row: Payment) -> Facts:
    amounts = [
        (_("Requested"), row.requested),
        (_("Authorized"), row.authorized),
        (_("Captured"), row.captured),
        (_("Voided"), row.voided),
        (_("Being given back"), row.refunding),
        (_("Given back"), row.refunded),
        (_("Disputed"), row.disputed),
        (_("Put to no document"), row.unapplied),
    ]
    return Facts(
        _("Payment"),
        [
            (_("Method"), method_name(row.gateway)),
            (_("Paid with"), row.means),
            (_("Account"), Cell(str(row.account), url=link("merchant_account", row.account_id)) if row.account else ""),
            (_("Reference"), row.gateway_reference),
            (_("Customer"), Cell(_("Open it"), url=link("customer", row.customer_id)) if row.customer_id else ""),
            *((label, show.money(amount, row.currency)) for label, amount in amounts if amount),
        ],
    )


def _uses(row: Payment) -> Iterator[Table]:
    shares = list(Allocation.objects.filter(payment=row).select_related("receivable").order_by("id"))
    numbers = dict(Order.objects.filter(id__in=[one.receivable.document_id for one in shares]).values_list("id", "number"))
    if shares:
        yield Table(
            _("Pays"),
            [_("Document"), _("Amount"), _("Given back")],
            [
                [
                    _document(one.receivable.document_kind, one.receivable.document_id, numbers),
                    number(show.money(one.amount, row.currency)),
                    number(show.money(one.refunded or None, row.currency)),
                ]
                for one in shares
            ],
        )


def _document(kind: str, id: UUID, numbers: dict[UUID, str]) -> Cell:  # noqa: A002
    known = numbers.get(id)
    return Cell(f"{word(kind)} {known or ''}".strip(), url=link("order", id) if known else "")


def _attempts(row: Payment) -> Iterator[Table]:
    attempts = list(Attempt.objects.filter(payment=row).order_by("id"))
    if attempts:
        yield Table(
            _("Attempts"),
            [_("Date"), _("What"), _("State"), _("Amount")],
            [
                [
                    Cell(show.moment(one.requested_at), small=one.gateway_reference),
                    Cell(word(one.kind), small=one.error),
                    badge(one.state),
                    number(show.money(one.amount, row.currency)),
                ]
                for one in attempts
            ],
        )


def _checkouts(row: Payment) -> Iterator[Table]:
    """How the payer met the gateway."""
    found = list(Checkout.objects.filter(attempt__payment=row).select_related("attempt").order_by("id"))
    if found:
        yield Table(
            _("Payer"),
            [_("Way"), _("What was paid for"), _("State"), _("Until")],
            [
                [
                    Cell(word(one.way), small=one.prompt_kind),
                    Cell(one.title),
                    badge(one.attempt.state),
                    Cell(show.moment(one.expires_at)),
                ]
                for one in found
            ],
        )


def _postings(row: Payment) -> Table:
    postings = Posting.objects.filter(payment=row).select_related("debit", "credit").order_by("id")
    return Table(
        _("Postings"),
        [_("Rule"), _("Debit"), _("Credit"), _("Amount")],
        [
            [
                Cell(word(one.rule)),
                Cell(word(one.debit.code)),
                Cell(word(one.credit.code)),
                number(show.money(one.amount, one.currency)),
            ]
            for one in postings
        ],
    )


class Papers(Shown):
    """What invoices and credit notes have in common."""

    list_display = ("paper_number", "issued", "order_number", "total_shown")
    asks = (*by_day("issued_on"),)
    search_fields = ("number", "order__number", "external_number")
    search_help_text = _("Number, also of the order")
    ordering = ("-issued_on", "-id")
    sortable_by = ()

    printed: Callable[[UUID], bytes]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        found: QuerySet[Any] = super().get_queryset(request)
        return found.select_related("order", "profile")

    def get_urls(self) -> list[URLPattern]:
        """The list and the pages, and each paper as a file."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_pdf"
        pdf = path("<uuid:object_id>/pdf/", self.admin_site.admin_view(require_safe(self.pdf_view)), name=name)
        return [*super().get_urls(), pdf]

    def pdf_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """The paper as it is sent to the customer."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = self.get_queryset(request).filter(pk=object_id).first()
        if row is None:
            raise Http404
        answer = HttpResponse(self.printed(row.id), content_type="application/pdf")
        answer["Content-Disposition"] = f'inline; filename="{slugify(row.number)}.pdf"'
        return answer

    @display(description=_("Number"))
    def paper_number(self, row: Invoice | CreditNote) -> str:
        return row.number

    @display(description=_("Date"))
    def issued(self, row: Invoice | CreditNote) -> str:
        return show.day(row.issued_on)

    @display(description=_("Order"))
    def order_number(self, row: Invoice | CreditNote) -> str:
        return row.order.number if row.order else show.NOTHING

    @display(description=_("Total"))
    def total_shown(self, row: Invoice | CreditNote) -> str:
        return show.money(row.total, row.currency)

    def page(self, row: Any) -> Page:
        lines: QuerySet[Any] = (
            InvoiceLine.objects.filter(invoice=row)
            if isinstance(row, Invoice)
            else CreditNoteLine.objects.filter(credit_note=row)
        )
        return Page(
            title=row.number,
            lead=f"{show.money(row.total, row.currency)} · {show.day(row.issued_on)}",
            links=[Cell(_("PDF"), url=reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_pdf", args=[row.id]))],
            sections=[_paper(row), _paper_lines(row, lines), history(row.id)],
        )


def _paper(row: Any) -> Facts:
    return Facts(
        _("Document"),
        [
            (_("Number"), row.number),
            (_("External number"), row.external_number),
            (_("Order"), Cell(row.order.number, url=link("order", row.order_id)) if row.order else ""),
            (_("Cause"), word(getattr(row, "cause", ""))),
            (_("Reason"), getattr(row, "reason", "")),
            (_("Issued by"), str(row.profile)),
            (_("Language"), row.language),
        ],
    )


def _paper_lines(row: Any, lines: QuerySet[Any]) -> Table:
    parts = [
        (_("Goods"), row.goods),
        (_("Discount"), -row.discount),
        (pgettext_lazy("money", "Shipping"), row.shipping),
        (_("Fees"), row.fees),
    ]
    tax = _("Tax contained in it") if row.prices_include_tax else _("Tax")
    return Table(
        _("Lines"),
        [_("Article"), _("Quantity"), _("Unit price"), _("Tax"), _("Total")],
        [
            [
                Cell(one.name, small=one.sku),
                number(show.count(one.quantity)),
                number(show.unit_price(one.unit_price, row.currency)),
                number(f"{one.tax_name} {show.percent(one.tax_rate)}".strip() if one.tax_rate else show.NOTHING),
                number(show.money(one.total, row.currency)),
            ]
            for one in lines.order_by("position")
        ],
        totals=[
            *((label, show.money(amount, row.currency)) for label, amount in parts if amount),
            (tax, show.money(row.tax, row.currency)),
            (_("Total"), show.money(row.total, row.currency)),
        ],
    )


class Invoices(Papers):
    """What was shipped and is owed for."""

    many = _("Invoices")
    permission = "settlement.read"
    printed = staticmethod(invoice_pdf)


class CreditNotes(Papers):
    """What was invoiced and is owed no longer."""

    many = _("Credit notes")
    permission = "settlement.read"
    printed = staticmethod(credit_note_pdf)
