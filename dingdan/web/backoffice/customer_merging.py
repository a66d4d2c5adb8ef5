"""Making two customers one at the back office: who else it may be, what would come of it, and the button that does it."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dingdan.insight.rollups.queries import added_up, figures_of
from dingdan.kernel.errors import Refusal
from dingdan.ledgers.payments.queries import credit_of
from dingdan.masterdata.customers.commands import merge_customers
from dingdan.masterdata.customers.models import Customer
from dingdan.masterdata.customers.queries import (
    MergePreview,
    contact_of,
    contacts_of,
    customer_by_number,
    matching_customers,
    one_person,
    preview_merge,
)
from dingdan.web.backoffice import show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.acting import call_of, fresh_key
from dingdan.web.backoffice.base import drawn, link
from dingdan.web.backoffice.pages import Button, Cell, Facts, Field, Form, Hint, Page, Section, Table

MERGE: Final = "customers.merge_customers"
MOST_SUGGESTED: Final = 10
LABELS: Final = {
    "name": _("Name"), "company": _("Company"), "email": _("E-mail"), "phone": _("Phone"), "tax_number": _("Tax number"),
}  # fmt: skip


def merge_view(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """Who else it may be; with one of them, what would come of it; sent with the preview's fingerprint, the merge itself."""
    if not (may(request, MERGE) and may(request, "customers.read")):
        raise PermissionDenied
    row = Customer.objects.filter(id=object_id).first()
    if row is None:
        raise Http404
    asked = (request.POST or request.GET).get("with", "").strip()
    trouble: Any = ""
    if request.method == "POST":
        try:
            return _merged(request, row, _found(asked))
        except Refusal as refusal:
            trouble = refusal
    sections: list[Section] = []
    other = _found(asked) if asked else None
    if asked and other is None:
        trouble = str(_("There is no customer {number} here.")).format(number=asked[:40])
    if other is not None:
        try:
            sections = _preview(row, other, preview_merge(row.id, other.id), str(trouble))
        except Refusal as refusal:
            trouble, other = refusal, None
    if other is None:
        sections = [_search(asked, str(trouble)), *_suggested(row)]
    title = str(_("Merge {number} with another customer")).format(number=row.number)
    return drawn(request, Page(title, sections=sections), Cell(row.number, link("customer", row.id)))


def _found(asked: str) -> Customer | None:
    with suppress(ValueError):
        return Customer.objects.filter(id=UUID(asked)).first()
    return customer_by_number(asked)


def _merged(request: HttpRequest, kept: Customer, other: Customer | None) -> HttpResponse:
    """Do it, and go on at the customer who is kept. Pressed twice it is done once."""
    if other is not None:
        seen = request.POST.get("seen", "") or "nothing"
        call = call_of(request, "merge")
        merge_customers(call, kept_id=kept.id, merged_id=other.id, fingerprint=seen)
        messages.success(request, _("They are one customer now."))
    return HttpResponseRedirect(link("customer", kept.id))


def _search(asked: str, trouble: str) -> Form:
    field = Field("with", _("Number of the other customer"), value=asked, is_required=True, most=40)
    lead = _("Nothing is changed yet: the next page shows what would move and what wins.")
    return Form(
        _("Who is the same person?"),
        "",
        fresh_key(),
        [field],
        [Button(_("Look"), "good")],
        method="get",
        lead=lead,
        trouble=trouble,
    )


def _suggested(row: Customer) -> list[Section]:
    """Those with the same mail or phone."""
    contact = contact_of(row.id)
    found = matching_customers(email=contact.email, phone=contact.phone) if contact else []
    others = [one for one in found if one.customer_id != row.id][:MOST_SUGGESTED]
    if not others:
        return [
            Hint(_("Nobody else has this mail or phone"), _("Look the other customer up in the list, and type the number here."))
        ]
    names = contacts_of([one.customer_id for one in others])
    return [
        Table(
            _("Perhaps the same person"),
            [_("Number"), _("Name"), _("The same")],
            [
                [
                    Cell(one.number, url=f"?{urlencode({'with': str(one.customer_id)})}"),
                    Cell(names[one.customer_id].name or names[one.customer_id].company or show.NOTHING),
                    Cell(", ".join(str(LABELS[name]) for name in one.by)),
                ]
                for one in others
            ],
        )
    ]


def _preview(kept: Customer, other: Customer, told: MergePreview, trouble: str) -> list[Section]:
    """What wins, what moves, what stays, and both ways to do it."""
    wins = Table(
        _("What wins"),
        [_("Field"), kept.number, other.number, _("Afterwards")],
        [
            [Cell(LABELS[one.field]), Cell(one.kept or show.NOTHING), Cell(one.merged or show.NOTHING), Cell(one.after)]
            for one in told.fields
        ],
        note=_("Group, language and kind stay those of the customer who is kept."),
    )
    button = Button(str(_("Merge {other} into {kept}")).format(other=other.number, kept=kept.number), "bad")
    fields = [Field("with", "", "hidden", str(other.id)), Field("seen", "", "hidden", told.fingerprint)]
    lead = _("This cannot be undone. Orders and papers keep their numbers; the other customer leads to the one who is kept.")
    turned = reverse("admin:customers_customer_merge", args=[other.id]) + f"?{urlencode({'with': str(kept.id)})}"
    way = [Cell(str(_("Keep {number} instead")).format(number=other.number), url=turned)]
    form = Form(_("Merge"), "", fresh_key(), fields, [button], lead=lead, trouble=trouble, links=way)
    return [wins, _moves(other, told), _stays(other), form]


def _moves(other: Customer, told: MergePreview) -> Facts:
    return Facts(
        str(_("What moves from {number}")).format(number=other.number),
        [
            (_("Addresses"), show.count(told.addresses)),
            (_("Consents"), show.count(told.consents)),
            (_("Notes"), show.count(told.notes)),
            (_("Known elsewhere as"), show.count(told.identities)),
            (_("Tags"), ", ".join(told.tags)),
            (_("Customers merged before"), show.count(told.merged_before) if told.merged_before else ""),
        ],
    )


def _stays(other: Customer) -> Facts:
    """What stays under the other's number, and is shown with the one who is kept."""
    people = one_person(other.id)
    figures = added_up(figures_of(people).values())
    credit = [one for one in credit_of(other.id) if one.due]
    return Facts(
        str(_("What stays under {number}, and is shown with the other")).format(number=other.number),
        [
            (_("Orders"), show.count(sum(one.orders for one in figures.values()))),
            (_("Bought and kept"), " · ".join(show.money(one.kept, currency) for currency, one in figures.items())),
            (_("Store credit"), " · ".join(show.money(one.due, one.currency) for one in credit)),
        ],
    )
