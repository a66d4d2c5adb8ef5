"""What a person may ask for: a file with everything that is known of them, and to be forgotten."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _

from dingdan.insight.dossier.queries import dossier
from dingdan.kernel.canonical import json_bytes
from dingdan.kernel.errors import Invalid, Refusal
from dingdan.masterdata.customers.commands import erase_customer_contact, export_customer
from dingdan.masterdata.customers.models import Customer
from dingdan.masterdata.customers.queries import one_person
from dingdan.trade.orders.lifecycle import OVER
from dingdan.trade.orders.models import Order
from dingdan.trade.tickets.queries import to_be_erased
from dingdan.web.backoffice import show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.acting import call_of, fresh_key
from dingdan.web.backoffice.base import drawn, link
from dingdan.web.backoffice.pages import Button, Cell, Facts, Field, Form, Page
from dingdan.web.shared.downloads import taken_along

EXPORT, ERASE = "customers.export_customer", "customers.erase_customer_contact"
MOST_COUNTED: Final = 1000


def export_view(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """Everything that is known of a person as a file; that it was handed out is written down first."""
    row = _asked(request, object_id, EXPORT)
    export_customer(call_of(request, "export_customer"), customer_id=row.id)
    name = f"{row.number}-{timezone.localdate().isoformat()}.json"
    return taken_along(json_bytes(dossier(row.id)), name=name, media="application/json")


def erase_view(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """What would be forgotten and what stays; sent with the customer's number typed, it is done."""
    row = _asked(request, object_id, ERASE)
    trouble: Any = ""
    if request.method == "POST":
        try:
            _confirm(request.POST.get("confirm", ""), row)
            erase_customer_contact(call_of(request, "erase"), customer_id=row.id)
        except Refusal as refusal:
            trouble = refusal
        else:
            messages.success(request, _("The person is forgotten. Every desk follows within a moment."))
            return HttpResponseRedirect(link("customer", row.id))
    title = _("Forget the customer {number}").format(number=row.number)
    page = Page(title, sections=[_goes(row), _stays(row), _form(row, str(trouble))])
    return drawn(request, page, Cell(row.number, link("customer", row.id)))


def _asked(request: HttpRequest, object_id: UUID, permission: str) -> Customer:
    if not (may(request, permission) and may(request, "customers.read")):
        raise PermissionDenied
    row = Customer.objects.filter(id=object_id).first()
    if row is None:
        raise Http404
    return row


def _confirm(typed: str, row: Customer) -> None:
    """Nobody forgets somebody by a slip of the finger."""
    if typed.strip() != row.number:
        raise Invalid(field="confirm", reason=_("Type {number} to confirm.").format(number=row.number))


def _goes(row: Customer) -> Facts:
    people = one_person(row.id)
    said = show.count(len(to_be_erased(row.id)))
    over = Order.objects.filter(customer_id__in=people, state__in=OVER, ship_to__erased_at=None)[:MOST_COUNTED].count()
    return Facts(
        _("What is forgotten, for good"),
        [
            (_("Customer"), _("Name, company, mail, phone, tax number, addresses, names elsewhere, notes, tags")),
            (_("Consents"), _("They end now; that they were given stays written down.")),
            (_("Orders that are over"), _("{count}: names, addresses, mails, phones and notes").format(count=_up_to(over))),
            (_("Tickets"), _("{count}: everything that was said, and every file").format(count=said)),
            (_("Returns and claims"), _("What was said, and every photo")),
            (_("Bank statements"), _("Who paid, and from which account")),
        ],
    )


def _stays(row: Customer) -> Facts:
    people = one_person(row.id)
    open_ = Order.objects.filter(customer_id__in=people).exclude(state__in=OVER)[:MOST_COUNTED].count()
    later = _("{count}: they keep their address until they are over, and are forgotten then").format(count=_up_to(open_))
    kept = _("Numbers, articles, amounts, tax and dates, as the law wants them, without a name")
    return Facts(
        _("What stays"),
        [
            (_("Orders that are not over"), later if open_ else ""),
            (_("Orders, invoices, payments"), kept),
            (_("Blacklist"), _("What is watched is known there by its digest alone; take it off the list where it is to go.")),
        ],
    )


def _up_to(count: int) -> str:
    return f"{show.count(count)}{'+' if count == MOST_COUNTED else ''}"


def _form(row: Customer, trouble: str) -> Form:
    note = _("Type {number} to confirm.").format(number=row.number)
    field = Field("confirm", _("Number of the customer"), is_required=True, most=40, note=note)
    lead = _("Whoever asks for it has a right to the file with their data first.")
    button = Button(_("Forget this person"), "bad")
    return Form(_("Forget"), "", fresh_key(), [field], [button], lead=lead, trouble=trouble)
