"""Bills and payouts of gateways: what the firms say moved, held against the books."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Final
from uuid import UUID

from django.contrib.admin import display
from django.db.models import Case, IntegerField, Value, When
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from dingdan.automation import bills
from dingdan.automation.words import method_name
from dingdan.kernel.journal import Call, Event
from dingdan.ledgers.payments.ports import BillNotReady, billing
from dingdan.trade.closing import queries
from dingdan.trade.closing.commands import compare_bill, receive_payout
from dingdan.trade.closing.lifecycle import BILL_LIFE, PAYOUT_LIFE
from dingdan.trade.closing.models import Bill, BillLine, Payout
from dingdan.trade.closing.rules import may_be
from dingdan.web.backoffice import show
from dingdan.web.backoffice.acting import Act, Acting, fresh_key
from dingdan.web.backoffice.base import badge, history, link, listed_badge, number
from dingdan.web.backoffice.filters import by_day, by_state
from dingdan.web.backoffice.money_waits import PayoutsWaiting
from dingdan.web.backoffice.pages import Button, Cell, Facts, Field, Figures, Form, Hint, Page, Table
from dingdan.web.backoffice.words import word

LINES_SHOWN: Final = 200


def _fetch(call: Call, row: Bill, _sent: QueryDict) -> Event:
    """Ask the firm once more, now."""
    told = bills.fetch(call.tenant_id, row.gateway, row.account_id, row.moved_on, actor=call.actor)
    if told.compared is None:
        raise BillNotReady(day=row.moved_on)
    return told.compared


class Bills(Acting):
    """The bills of gateways, by day."""

    many = _("Bills of gateways")
    permission = "closing.read"
    when_empty = _("No bill yet. Add an account at a payment firm: its bill of each day is fetched on the next morning.")
    list_display = ("moved", "gateway_shown", "account_shown", "lines_shown", "bill_state")
    asks = (by_state("state", _("State"), BILL_LIFE.states), *by_day("moved_on"))
    list_select_related = ("account",)
    ordering = ("-moved_on", "-id")
    sortable_by = ()
    acts: ClassVar = {
        "fetch": Act(compare_bill.name, _fetch, lambda _event: _("The bill was fetched and compared.")),
    }

    @display(description=_("Day"))
    def moved(self, row: Bill) -> str:
        return show.day(row.moved_on)

    @display(description=_("Gateway"))
    def gateway_shown(self, row: Bill) -> str:
        return method_name(row.gateway)

    @display(description=_("Account"))
    def account_shown(self, row: Bill) -> str:
        return str(row.account)

    @display(description=_("Lines"))
    def lines_shown(self, row: Bill) -> str:
        return show.count(row.lines)

    @display(description=_("State"))
    def bill_state(self, row: Bill) -> str:
        return listed_badge(row.state)

    def page_for(self, request: HttpRequest, row: Bill) -> Page:
        """A bill with its figures first, then what differs, then the rest."""
        can_fetch = row.gateway in billing and self.allowed(request, "fetch")
        form = Form("", self.do(row, "fetch"), fresh_key(), buttons=[Button(_("Fetch it now"), "quiet")])
        return Page(
            title=f"{method_name(row.gateway)} · {show.day(row.moved_on)}",
            badges=[badge(row.state)],
            lead=str(row.account),
            sections=[_counts(row), *_awaited(row), _lines(row), *([form] if can_fetch else []), history(row.id)],
        )


def _counts(row: Bill) -> Figures:
    found = queries.lines_by_state(row.id)
    shown = ("matched", "noted", "missing", "differing")
    return Figures(
        [
            Cell(
                show.count(found.get(state, 0)), small=word(state),
                badge="warning" if state in ("missing", "differing") and found.get(state) else None,
            )
            for state in shown
        ]
    )  # fmt: skip


def _awaited(row: Bill) -> Iterator[Facts | Hint]:
    if row.state == "fetched":
        yield Facts(_("Bill"), [(_("Fetched"), show.moment(row.fetched_at)), (_("Lines"), show.count(row.lines))])
    else:
        yield Hint(
            _("This bill is not there yet"),
            str(_("It was asked for {count} times, the last time {when}: {why}. It is asked for every hour.")).format(
                count=show.count(row.asked), when=show.moment(row.asked_at), why=word(row.error) or show.NOTHING
            ),
        )


def _lines(row: Bill) -> Table:
    worst = Case(
        When(state="differing", then=Value(0)),
        When(state="missing", then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    rows = list(queries.lines_of(row.id).order_by(worst, "id")[:LINES_SHOWN])
    return Table(
        _("Lines"),
        [_("Reference"), _("What"), _("State"), _("Amount"), _("Fee"), _("Books say")],
        [_line(one) for one in rows],
        note=_("What differs comes first; only the first lines are shown.") if len(rows) == LINES_SHOWN else "",
    )


def _line(one: BillLine) -> list[Cell]:
    return [
        Cell(one.reference, url=link("payment", one.payment_id), small=show.moment(one.at)),
        Cell(word(one.kind)),
        badge(one.state),
        number(show.money(one.amount, one.currency)),
        number(show.money(one.fee or None, one.currency)),
        number(show.money(one.expected, one.currency)),
    ]


class Payouts(Acting):
    """Money that gateways send to our bank."""

    many = _("Payouts of gateways")
    permission = "closing.read"
    when_empty = _("No payout yet. Bills of gateways tell of them when the firm sends money to your bank.")
    list_display = ("sent", "gateway_shown", "reference", "amount_shown", "payout_state")
    asks = (PayoutsWaiting, by_state("state", _("State"), PAYOUT_LIFE.states), *by_day("at"))
    search_fields = ("reference",)
    search_help_text = _("Reference of the gateway")
    ordering = ("-at", "-id")
    sortable_by = ()
    acts: ClassVar = {
        "receive": Act(
            receive_payout.name,
            lambda call, row, sent: receive_payout(
                call, payout_id=row.id, line_id=_id(sent.get("line", "")), as_it_is="as_it_is" in sent
            ),
            lambda _event: _("The payout is in the books."),
        )
    }

    @display(description=_("Date"))
    def sent(self, row: Payout) -> str:
        return show.moment(row.at)

    @display(description=_("Gateway"))
    def gateway_shown(self, row: Payout) -> str:
        return method_name(row.gateway)

    @display(description=_("Amount"))
    def amount_shown(self, row: Payout) -> str:
        return show.money(row.amount, row.currency)

    @display(description=_("State"))
    def payout_state(self, row: Payout) -> str:
        return listed_badge(row.state)

    def page_for(self, request: HttpRequest, row: Payout) -> Page:
        """A payout, its lines, and the lines of bank statements by which it may have come."""
        forms = [self._receive(row)] if row.state != "arrived" and self.allowed(request, "receive") else []
        lines = list(BillLine.objects.filter(payout=row).order_by("id")[:LINES_SHOWN])
        facts = [
            (_("Reference"), row.reference),
            (_("Sent"), show.moment(row.at)),
            (_("Its lines add up to"), show.money(row.lines_total, row.lines_currency) if row.lines_currency else ""),
            (_("Arrived"), show.moment(row.arrived_at) if row.arrived_at else ""),
        ]
        table = Table(
            _("Lines"),
            [_("Reference"), _("What"), _("State"), _("Amount"), _("Fee"), _("Books say")],
            [_line(one) for one in lines],
        )
        return Page(
            title=show.money(row.amount, row.currency),
            badges=[badge(row.state)],
            lead=f"{method_name(row.gateway)} · {row.account}",
            sections=[Facts(_("Payout"), facts), table, *forms, history(row.id)],
        )

    def _receive(self, row: Payout) -> Form:
        awaited = [one for one in queries.on_their_way() if one.id == row.id]
        found = [line for line in queries.lines_for(awaited) if may_be(awaited[0], line)]
        choices: list[tuple[str, Any]] = [("", _("None: it is in the bank all the same"))]
        choices += [(str(line.id), f"{show.day(line.booked_on)} {line.says[:80]}") for line in found]
        fields = [Field("line", _("Line of the bank statement"), "choice", choices[-1][0], choices)]
        if row.state == "differing":
            fields.append(Field("as_it_is", _("Take it as it is, though its lines add up to something else"), "tick"))
        return Form(
            _("It has arrived"), self.do(row, "receive"), fresh_key(), fields, [Button(_("Put it into the books"), "good")],
            lead=_("Its payments are settled; refunds and charges that came out of it are booked."),
        )  # fmt: skip


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
