"""Exceptions: how money at banks, gateways and carriers differs from the books, and how people settled it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.admin import display
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from dingdan.automation.words import method_name
from dingdan.kernel.journal import Call, Event
from dingdan.trade.reconciliation import queries
from dingdan.trade.reconciliation.commands import resolve_discrepancy, return_refund
from dingdan.trade.reconciliation.commands.differing import AGAIN_BY, SENT_BACK
from dingdan.trade.reconciliation.events import RefundReturned
from dingdan.trade.reconciliation.lifecycle import BANK, DISCREPANCY_LIFE, DiscrepancyKind, Resolution
from dingdan.trade.reconciliation.models import Discrepancy
from dingdan.web.backoffice import show
from dingdan.web.backoffice.acting import Act, Acting, fresh_key
from dingdan.web.backoffice.base import badge, history, link, listed_badge
from dingdan.web.backoffice.filters import by_state
from dingdan.web.backoffice.pages import Button, Cell, Facts, Field, Form, Hint, Page, Section
from dingdan.web.backoffice.words import word

NEXT: Any = {
    "no_such_payment": _(
        "Somebody paid through the gateway for something that is not here. Find the order, or give the money back."
    ),
    "amount_differs": _("Compare both amounts with the order; correct the books, or ask the gateway."),
    "currency_differs": _("The payment came in another currency than was asked for. Ask the gateway, or give it back."),
    "wrong_merchant": _("The notice was for another account. Check the settings of the gateway."),
    "reference_reused": _("One reference stands for two payments. Look at both before you book anything."),
    "order_gone": _("The order was canceled before the money came. Give it back, or use it for another order."),
    "fee_differs": _("The fee is not what was expected. Compare it with the contract."),
    "missing_at_gateway": _("The books hold a payment that the gateway does not know. Ask the gateway."),
    "refund_returned": _(
        "The customer's bank sent a refund back: the customer does not have the money. Take it back into the books, and give it "
        "back in another way; ask the customer for a bank account first."
    ),
    "missing_in_books": _("Money moved of which the books know nothing. Import what is missing, or book it by hand."),
    "overpaid": _("More came than was due. Use the rest for another order, or give it back."),
    "underpaid": _("Less came than was due. Ask the customer for the rest, or give up what little is missing."),
}


def _resolve(call: Call, row: Discrepancy, sent: QueryDict) -> Event:
    return resolve_discrepancy(call, discrepancy_id=row.id, resolution=sent.get("resolution", ""), note=sent.get("note", ""))


def _return(call: Call, row: Discrepancy, sent: QueryDict) -> Event:
    return return_refund(call, discrepancy_id=row.id, again_by=sent.get("again_by", ""), note=sent.get("note", ""))


def _returned(event: Event) -> Any:
    promised = isinstance(event, RefundReturned) and event.again
    return _("Taken back. The refund waits to be paid another way.") if promised else _("Taken back. The money is here again.")


class Exceptions(Acting):
    """What differs, the last found first; and a page that says what to do."""

    many = _("Exceptions")
    permission = "reconciliation.read"
    when_empty = _(
        "Nothing differs. What banks, gateways and carriers say and the books do not comes here by itself, "
        "once statements of the bank are imported and bills of gateways are fetched."
    )
    acts: ClassVar = {
        "resolve": Act("reconciliation.resolve_discrepancy", _resolve, lambda _event: _("Settled.")),
        "return": Act("reconciliation.return_refund", _return, _returned),
    }
    list_display = ("found", "kind_shown", "source_shown", "amount_shown", "expected_shown", "seen", "discrepancy_state")
    asks = (
        by_state("state", _("State"), DISCREPANCY_LIFE.states),
        by_state("kind", _("Kind"), DiscrepancyKind),
    )
    search_fields = ("reference", "payment_reference")
    search_help_text = _("Reference")
    ordering = ("state", "-first_seen_at", "-id")
    sortable_by = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Discrepancy]:
        """All of them, what is open first."""
        return queries.discrepancies().order_by("state", "-first_seen_at", "-id")

    @display(description=_("Found"))
    def found(self, row: Discrepancy) -> str:
        return show.moment(row.first_seen_at)

    @display(description=_("Kind"))
    def kind_shown(self, row: Discrepancy) -> str:
        return word(row.kind)

    @display(description=_("Where"))
    def source_shown(self, row: Discrepancy) -> str:
        return _source(row)

    @display(description=_("Says"))
    def amount_shown(self, row: Discrepancy) -> str:
        return show.money(row.amount, row.currency) if row.currency else show.NOTHING

    @display(description=_("The books say"))
    def expected_shown(self, row: Discrepancy) -> str:
        return show.money(row.expected, row.currency) if row.currency else show.NOTHING

    @display(description=_("State"))
    def discrepancy_state(self, row: Discrepancy) -> str:
        return listed_badge(row.state)

    def page_for(self, request: HttpRequest, row: Discrepancy) -> Page:
        """What differs, what to do, and the form that says what was done."""
        sections: list[Section] = [_facts(row)]
        if DISCREPANCY_LIFE.may("resolve", row.state):
            sections.append(Hint(_("What to do"), NEXT[row.kind]))
            if _may_have_come_back(row) and self.allowed(request, "return"):
                sections.append(_return_form(self.do(row, "return")))
            if self.allowed(request, "resolve"):
                sections.append(_form(self.do(row, "resolve")))
        return Page(word(row.kind), [badge(row.state)], _source(row), sections=[*sections, history(row.id)])


def _source(row: Discrepancy) -> str:
    return str(_("Bank")) if row.source == BANK else method_name(row.source)


def _facts(row: Discrepancy) -> Facts:
    return Facts(
        _("What differs"),
        [
            (_("Reference"), row.reference),
            (_("Reference of the payment"), row.payment_reference),
            (_("Says"), show.money(row.amount, row.currency) if row.currency and row.amount is not None else ""),
            (_("The books say"), show.money(row.expected, row.currency) if row.currency and row.expected is not None else ""),
            (_("Payment"), Cell(_("Open it"), url=link("payment", row.payment_id)) if row.payment_id else ""),
            (_("Line of the statement"), Cell(_("Open it"), url=link("statement_line", row.line_id)) if row.line_id else ""),
            (_("Found"), show.moment(row.first_seen_at)),
            (_("Times found"), show.count(row.seen)),
            (_("Settled"), word(row.resolution)),
            (_("Note"), row.note),
            (_("When"), show.moment(row.resolved_at) if row.resolved_at else ""),
        ],
    )


def _may_have_come_back(row: Discrepancy) -> bool:
    """Whether it is about a refund that the books hold for done."""
    attempt = row.attempt
    return row.kind in SENT_BACK and attempt is not None and (attempt.kind, attempt.state) == ("refund", "succeeded")


def _return_form(url: str) -> Form:
    ways = [("", _("Not yet")), *((code, method_name(code)) for code in AGAIN_BY)]
    fields = [Field("again_by", _("Give it back again by"), "choice", "", ways), Field("note", _("Note"), most=500)]
    return Form(_("The refund came back"), url, fresh_key(), fields, [Button(_("Take it back into the books"), "good")])


def _form(url: str) -> Form:
    ways = [(str(one), word(one)) for one in Resolution]
    fields = [Field("resolution", _("What was done"), "choice", "", ways), Field("note", _("Note"), most=500)]
    return Form(_("Settle it"), url, fresh_key(), fields, [Button(_("Settle"), "good")])
