"""Gift cards: who holds how much, new ones, lost ones. Of a code only its end is shown, and all of it while it has to be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.admin import display
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from dingdan.kernel.errors import Invalid, Refusal
from dingdan.kernel.journal import Call, Event
from dingdan.kernel.models import Tenant
from dingdan.kernel.money import Money
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.ledgers.payments.commands import IssueGiftCard, issue_gift_cards, replace_gift_card, void_gift_card
from dingdan.ledgers.payments.lifecycle import CARD_LIFE, CardOrigin
from dingdan.ledgers.payments.models import GiftCard, Posting
from dingdan.ledgers.payments.queries import cards, code_of
from dingdan.web.backoffice import show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.acting import Act, Acting, call_of, fresh_key
from dingdan.web.backoffice.base import badge, history, link, listed_badge, number
from dingdan.web.backoffice.filters import by_state
from dingdan.web.backoffice.pages import Button, Cell, Facts, Field, Form, Page, Table
from dingdan.web.backoffice.typed import amount
from dingdan.web.backoffice.words import word

ISSUE = "payments.issue_gift_cards"


def _void(call: Call, row: GiftCard, _sent: QueryDict) -> Event:
    return void_gift_card(call, gift_card_id=row.id)


def _replace(call: Call, row: GiftCard, _sent: QueryDict) -> Event:
    return replace_gift_card(call, gift_card_id=row.id)


class GiftCards(Acting):
    """Cards, found by the end of their codes."""

    many = _("Gift cards")
    permission = "payments.read"
    when_empty = _("No gift card yet. Sell one as a product of the kind “gift card”, or issue one here.")
    list_display = ("ends", "origin_shown", "face_shown", "left_shown", "until", "card_state")
    asks = (by_state("state", _("State"), CARD_LIFE.states), by_state("origin", _("Origin"), CardOrigin))
    search_fields = ("last4",)
    search_help_text = _("The last four characters of the code")
    ordering = ("-id",)
    sortable_by = ()
    acts: ClassVar = {
        "void": Act("payments.void_gift_card", _void, lambda _event: _("Nobody can use this card any more.")),
        "replace": Act("payments.replace_gift_card", _replace, lambda _event: _("The card has another code.")),
    }

    def get_queryset(self, request: HttpRequest) -> QuerySet[GiftCard]:
        return cards()

    def get_urls(self) -> list[URLPattern]:
        """The list, the pages, and a form for a new card."""
        forms = require_http_methods(["GET", "HEAD", "POST"])
        new = path("new/", self.admin_site.admin_view(forms(self.form_view)), name="payments_giftcard_new")
        return [new, *super().get_urls()]

    @display(description=_("Code"))
    def ends(self, row: GiftCard) -> str:
        return f"… {row.last4}" if row.last4 else show.NOTHING

    @display(description=_("Origin"))
    def origin_shown(self, row: GiftCard) -> str:
        return word(row.origin)

    @display(description=_("Face value"))
    def face_shown(self, row: GiftCard) -> str:
        return show.money(row.face, row.payable.currency)

    @display(description=_("Left"))
    def left_shown(self, row: GiftCard) -> str:
        return show.money(_left(row), row.payable.currency)

    @display(description=_("To be used by"))
    def until(self, row: GiftCard) -> str:
        return show.moment(row.expires_at)

    @display(description=_("State"))
    def card_state(self, row: GiftCard) -> str:
        return listed_badge(row.state)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, with the way to a new card above it."""
        new = reverse("admin:payments_giftcard_new") if may(request, ISSUE) else ""
        return super().changelist_view(request, {"new_url": new, "new_text": _("Issue a gift card"), **(extra_context or {})})

    def page_for(self, request: HttpRequest, row: GiftCard) -> Page:
        """What is on a card and where it went, and what can be done with it."""
        currency = row.payable.currency
        facts = Facts(
            _("Gift card"),
            [
                (_("Code"), code_of(row.id) if may(request, ISSUE) else ""),
                (_("Code ends in"), row.last4),
                (_("Origin"), word(row.origin)),
                (_("Order"), Cell(_("Open it"), url=link("order", row.document_id)) if row.document_kind == "order" else ""),
                (_("Face value"), show.money(row.face, currency)),
                (_("Left"), show.money(_left(row), currency)),
                (_("Issued at"), show.moment(row.issued_at) if row.issued_at else ""),
                (_("To be used by"), show.moment(row.expires_at) if row.expires_at else ""),
            ],
        )
        turns = {name for name in ("replace", "void") if CARD_LIFE.may(name, row.state)}
        if row.origin == CardOrigin.ORDER:
            turns.discard("void")
        tones = {"void": "bad", "replace": ""}
        forms = [
            Form(word(name), self.do(row, name), fresh_key(), (), [Button(word(name), tones[name])], is_open=False)
            for name in sorted(turns & self.allowed(request, "replace", "void"))
        ]  # fmt: skip
        return Page(str(row), [badge(row.state)], sections=[facts, *_postings(row), *forms, history(row.id)])

    def form_view(self, request: HttpRequest) -> HttpResponse:
        """The form of a new card; sent with something that cannot be, it comes back as it was typed."""
        if not may(request, ISSUE):
            raise PermissionDenied
        if request.method == "POST":
            try:
                issued = issue_gift_cards.one(call_of(request, "gift card"), _wanted(request.POST))
            except Refusal as refusal:
                messages.error(request, f"{refusal.field}: {refusal}" if refusal.field else str(refusal))
            else:
                return HttpResponseRedirect(reverse("admin:payments_giftcard_change", args=[issued.gift_card_id]))
        form = Form("", "", fresh_key(), _fields(request.POST), [Button(_("Issue"), "good")])
        lead = str(_("The code is shown on the next page, for a day."))
        return self.shown(request, Page(str(_("Issue a gift card")), lead=lead, sections=[form]))


def _left(row: GiftCard) -> int | None:
    return None if row.state == "voided" else row.payable.due


def _postings(row: GiftCard) -> Iterator[Table]:
    found = list(Posting.objects.filter(payable_id=row.payable_id).select_related("entry").order_by("id"))
    if found:
        yield Table(
            _("Postings"),
            [_("Date"), _("Rule"), _("Amount")],
            [
                [
                    Cell(show.moment(one.entry.at)),
                    Cell(word(one.rule), url=link("payment", one.payment_id)),
                    number(show.money(one.amount, one.currency)),
                ]
                for one in found
            ],
        )


def _fields(typed: QueryDict) -> list[Field]:
    origins = [(CardOrigin.FAVOR.value, _("Given as a favor")), (CardOrigin.COUNTER.value, _("Sold over the counter for cash"))]
    return [
        Field("amount", _("Amount"), "number", typed.get("amount", ""), is_required=True),
        Field("origin", _("Origin"), "choice", typed.get("origin", CardOrigin.FAVOR.value), origins),
        Field("valid_months", _("Valid for so many months"), "number", typed.get("valid_months", ""), note=_("Empty: for good.")),
    ]


def _wanted(sent: QueryDict) -> IssueGiftCard:
    currency = Tenant.objects.get(id=current_tenant_id()).currency
    months = sent.get("valid_months", "").strip()
    if months and not (months.isascii() and months.isdecimal() and len(months) < 5):
        raise Invalid(field="valid_months", reason=_("Write the months as a whole number."))
    return IssueGiftCard(
        money=Money(amount(sent, "amount", currency) or 0, currency), origin=sent.get("origin", ""),
        valid_months=int(months) if months else None,
    )  # fmt: skip
