"""Taking an order on the phone: who it is for, articles, what it comes to while one types, and the button that places it."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dingdan.automation.reacting import part_of
from dingdan.insight.board.models import BoardRow
from dingdan.kernel import clock
from dingdan.kernel.contact import PostalAddress
from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import Call
from dingdan.kernel.models import JournalEntry
from dingdan.masterdata.customers.commands import save_customer
from dingdan.masterdata.customers.models import Customer
from dingdan.masterdata.customers.queries import addresses_of, contact_of, customers_by_id, matching_customers
from dingdan.masterdata.customers.rules import AddressDraft, ContactDraft, CustomerDraft, CustomerKind
from dingdan.trade.orders.commands import note_order, place_orders
from dingdan.trade.orders.queries import OrderPreview, preview
from dingdan.trade.orders.rules import PlaceOrder, may_set_prices
from dingdan.web.backoffice import show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.acting import call_of, fresh_key
from dingdan.web.backoffice.base import link
from dingdan.web.backoffice.new_order_finding import fills_of, require_place
from dingdan.web.backoffice.new_order_form import PERSON, NewOrder, new_order, wanted_by
from dingdan.web.backoffice.site import site
from dingdan.web.backoffice.typed import known_id

KEEP, NOTE = "customers.save_customer", "orders.note_order"
PATIENCE: Final = 30
"""So many tenths of a second the list of orders is waited for, which follows the books."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What an order comes to, as people read it."""

    lines: list[tuple[int, str]]
    """What a row comes to, and what of it is not here, by its place."""
    besides: list[tuple[str, str]]
    totals: list[tuple[str, str]]
    total: int
    amount: str
    leaves: str
    button: str


@dataclass(frozen=True, slots=True)
class Placed:
    """The order that came of it."""

    order_id: UUID
    number: str


def new_order_view(request: HttpRequest) -> HttpResponse:
    """The form, what the order comes to, and (sent with its button) the order itself."""
    require_place(request)
    sent = request.POST if request.method == "POST" else _opened(request)
    form = new_order(request, sent, key=request.POST.get("key", "")[:64] or fresh_key())
    if "place" in request.POST and request.method == "POST":
        placed = _placed(request, form)
        if placed is not None:
            messages.success(request, _("Order {number} is placed.").format(number=placed.number))
            return HttpResponseRedirect(_page_of(placed.order_id))
    shown = _shown(request, form) if form.rows else None
    return _drawn(request, form, shown)


def _opened(request: HttpRequest) -> QueryDict:
    """What the form begins with: the customer it was opened for, and where they live."""
    sent = request.GET.copy()
    asked = known_id(sent, "customer") if may(request, "customers.read") else None
    customer = Customer.objects.filter(id=asked, erased_at=None, merged_into=None).first() if asked else None
    sent["customer"] = ""
    if customer is not None:
        for name, value in fills_of(customer, contact_of(customer.id), addresses_of(customer.id)).items():
            sent[name] = value
    return sent


def _drawn(request: HttpRequest, form: NewOrder, shown: Shown | None) -> TemplateResponse:
    told = dict(shown.lines) if shown else {}
    context: dict[str, Any] = {
        "form": form, "shown": shown, "wrong": form.wrong,
        "rows": [(row, told.get(index, ""), _of_row(form, index)) for index, row in enumerate(form.rows)],
        "whole": [text for name, text in form.wrong.items() if name == ""],
    }  # fmt: skip
    if request.headers.get("X-Part") == "preview":
        return TemplateResponse(request, "backoffice/new_order_preview.html", context)
    context |= {
        "title": _("New order"), "back_url": reverse("admin:board_boardrow_changelist"), "people": _people(request, form),
        "customer": _named_customer(form), "where": _where(form),
        "wrong_person": form.wrong.keys() & set(PERSON), "countries": show.countries(),
        "finds_customers": may(request, "customers.read"),
        "keeps_customers": may(request, KEEP), "writes_notes": may(request, NOTE),
    }  # fmt: skip
    request.current_app = site.name
    return TemplateResponse(request, "backoffice/new_order.html", {**site.each_context(request), **context})


def _of_row(form: NewOrder, index: int) -> str:
    """Why a row is refused."""
    return " ".join(text for name, text in form.wrong.items() if name.startswith(f"lines.{index}.") or name == f"lines.{index}")


def _people(request: HttpRequest, form: NewOrder) -> list[tuple[str, str, str, str, str]]:
    """The fields about who it is for: name, label, value, kind, and why it is refused."""
    labels = [
        ("name", _("Name"), "line"), ("phone", _("Phone"), "tel"), ("email", _("E-mail"), "email"),
        ("company", _("Company"), "line"), ("country_code", _("Country"), ""), ("postal_code", _("Postal code"), "line"),
        ("country_area", _("State, province"), "line"), ("city", _("City"), "line"),
        ("city_area", _("District"), "line"), ("street_address", _("Street and number"), "area"),
    ]  # fmt: skip
    given = {"country_code": request.shop.country, **{name: one for name in PERSON if (one := form.said.get(name))}}  # type: ignore[attr-defined]
    return [(name, label, given.get(name, ""), kind, form.wrong.get(name, "")) for name, label, kind in labels]


def _named_customer(form: NewOrder) -> str:
    if form.customer is None:
        return ""
    contact = contact_of(form.customer.id)
    name = (contact and (contact.name or contact.company)) or ""
    return " · ".join(filter(None, (name, form.customer.number)))


def _where(form: NewOrder) -> str:
    said = [form.said.get(name, "").strip().replace("\n", ", ") for name in ("phone", "postal_code", "city", "street_address")]
    return " · ".join(filter(None, said))


# ── what it comes to ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _shown(request: HttpRequest, form: NewOrder) -> Shown | None:
    """What the order comes to as far as it is typed; None, with the reason in the form, where it comes to nothing."""
    wrong = dict(form.wrong)
    wanted = wanted_by(form, is_placed=False)
    form.wrong = {**form.wrong, **wrong}
    if wanted is None:
        return None
    actor = request.actor  # type: ignore[attr-defined]
    try:
        return _told(preview(wanted, at=clock.now(), may_set_prices=may_set_prices(actor), actor=actor), form)
    except Refusal as refusal:
        form.mind(refusal)
        return None


def _told(seen: OrderPreview, form: NewOrder) -> Shown:
    def money(amount: int) -> str:
        return show.money(amount, seen.currency)

    lines = []
    for index, line in enumerate(seen.lines[: len(form.rows)]):
        each = _("{price} each").format(price=show.unit_price(line.unit_price, seen.currency))
        waits = _("{count} wait for goods to come").format(count=show.count(line.waiting)) if line.waiting else ""
        lines.append((index, " · ".join(filter(None, (money(line.total), each, waits)))))
    tax = _("Tax in it") if seen.prices_include_tax else _("Tax")
    rows = [(_("Goods"), seen.goods), (_("Discount"), -seen.discount), (_("Shipping"), seen.shipping), (tax, seen.tax)]
    besides = [(line.name, money(line.total)) for line in seen.lines[len(form.rows) :] if line.kind == "fee"]
    leaves = _("Leaves by {moment}.").format(moment=show.moment(seen.promised_at)) if seen.promised_at else ""
    return Shown(
        lines=lines, besides=besides, totals=[*((label, money(amount)) for label, amount in rows if amount)], total=seen.total,
        amount=money(seen.total),         leaves=leaves or _("When it leaves is not known yet."),
        button=_("Place the order: {amount}").format(amount=money(seen.total)),
    )  # fmt: skip


# ── placing it ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _placed(request: HttpRequest, form: NewOrder) -> Placed | None:
    """The order, placed once however often the button was pressed; None, with the reasons in the form, where it is refused."""
    call = call_of(request, "new_order")
    before = _before(call)
    if before is not None:
        return before
    wanted = wanted_by(form, is_placed=True)
    if wanted is None or form.wrong:
        return None
    try:
        return _place(request, form, call, _accepted(wanted, form))
    except Refusal as refusal:
        form.mind(refusal)
        return _before(call)


def _accepted(wanted: PlaceOrder, form: NewOrder) -> PlaceOrder:
    """With the total that was on the button."""
    total = form.said.get("accepted_total", "")
    return replace(wanted, accepted_total=int(total)) if total.isascii() and total.isdecimal() and len(total) < 16 else wanted


def _place(request: HttpRequest, form: NewOrder, call: Call, wanted: PlaceOrder) -> Placed:
    actor = request.actor  # type: ignore[attr-defined]
    # before somebody is written down for nothing
    preview(wanted, at=clock.now(), may_set_prices=may_set_prices(actor), actor=actor)
    if form.customer is None and "keep" in form.said and may(request, KEEP):
        form.customer = _kept(part_of(call, "customer"), form, wanted)
        wanted = replace(wanted, customer_id=form.customer.id)
    placed = place_orders.one(call, wanted)
    if form.note and may(request, NOTE):
        note_order(part_of(call, "note"), order_id=placed.order_id, text=form.note)
    return Placed(placed.order_id, placed.number)


class KnownAlready(Refusal):
    """Somebody with this mail or phone is written down."""

    sentence = gettext_lazy("{number} has this mail or phone already.")
    remedy = gettext_lazy("Choose them above, or do not write them down anew.")


def _kept(call: Call, form: NewOrder, wanted: PlaceOrder) -> Customer:
    """Whoever ordered, written down with where it goes."""
    to = wanted.ship_to
    found = matching_customers(email=to.email, phone=to.phone)
    if found and not _was_done(call):
        raise KnownAlready(field="keep", number=found[0].number)
    address = PostalAddress(**{"country_code": to.country, **to.address, "name": to.name, "company_name": to.company})
    draft = CustomerDraft(
        kind=(CustomerKind.COMPANY if to.company else CustomerKind.PERSON).value, language=wanted.language,
        contact=ContactDraft(name=to.name, company=to.company, email=to.email, phone=to.phone),
        addresses=(AddressDraft(address=address, is_default=True, phone=to.phone),) if to.address else None,
    )  # fmt: skip
    saved = save_customer(call, customer=draft)
    return customers_by_id([saved.customer_id])[saved.customer_id]


def _was_done(call: Call) -> bool:
    return JournalEntry.objects.filter(key=call.key, event__isnull=False).exists()


def _before(call: Call) -> Placed | None:
    """What became of the same form when it was sent before."""
    told = JournalEntry.objects.filter(key=call.key, event__isnull=False).values_list("event", flat=True).first()
    return Placed(UUID(told["order_id"]), told["number"]) if told else None


def _page_of(order_id: UUID) -> str:
    """The page of an order, once the list has it; till then how it is paid."""
    for tenth in range(PATIENCE + 1):
        if tenth:
            time.sleep(0.1)
        if BoardRow.objects.filter(id=order_id).exists():
            return link("order", order_id)
    return reverse("admin:board_boardrow_pay", args=[order_id])
