"""The payments desk: what whoever looks after money is to see to, each number with the list behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from dingdan.automation.words import method_name
from dingdan.kernel import clock
from dingdan.kernel.days import day_of
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.ledgers.payments import queries as payments
from dingdan.ledgers.payments.models import Dispute
from dingdan.ledgers.payments.queries import Pile, of_attempts, pile
from dingdan.trade.closing import queries as closing
from dingdan.trade.reconciliation.lifecycle import DiscrepancyKind
from dingdan.trade.reconciliation.queries import open_discrepancies
from dingdan.web.backoffice import show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.base import drawn, link, number
from dingdan.web.backoffice.pages import Cell, Compared, Hint, Page, Piles, Section, Table
from dingdan.web.backoffice.words import word

READS: Final = "payments.read"
FOLLOWED: Final = "payment dispute payable statement statement_line discrepancy bill payout day_close cash_count invoice shipment"
ROWS_SHOWN: Final = 10
PRESSING: Final = timedelta(days=2)
"""Evidence that is due within this time is pressing."""


def desk_view(request: HttpRequest) -> HttpResponse:
    """Everything that waits, as far as whoever asks may look at it."""
    if not may(request, READS):
        raise PermissionDenied
    now, zone = clock.now(), tenant_in_scope().time_zone
    today = day_of(now, zone)
    parts: list[tuple[Any, list[Compared]]] = [
        (_("Bank"), [*_bank(request, now), *_nobodys()]),
        (_("At payment firms"), [*_unknown(now), *_ending(now), *_payouts(request, now)]),
        (_("On its way back"), [*_refunds(now), *_sent_back(request, now), *_disputes(now)]),
        (_("Still to come"), [*_overdue(request, today), *_to_collect(request, found := closing.with_carriers())]),
        (_("Closing days"), list(_days(request, now, zone))),
    ]
    waits = any(one.text != show.count(0) for _title, piles in parts for one in piles)
    sections: list[Section] = (
        [] if waits else [Hint(_("Nothing waits"), _("Money that is to be looked at comes here by itself."))]
    )
    sections += [Piles(title, piles) for title, piles in parts if piles]
    sections += [*_dispute_table(now), *_unknown_table(now), *_ending_table(now), *_carrier_table(request, found, now)]
    page = Page(str(_("Payments desk")), sections=sections)
    return drawn(request, page, Cell(_("Payments desk"), request.path), followed=FOLLOWED)


# ── numbers ──────────────────────────────────────────────────────────────────────────────────────────────────────────────
def _list(place: str, **asked: str) -> str:
    address = reverse(f"admin:{place}_changelist")
    return f"{address}?{urlencode(asked)}" if asked else address


def _pile(label: Any, found: Pile, url: str, *, tone: str = "warning", now: datetime | None = None) -> Compared:
    """A pile with what it comes to, and, where it is known, how long the oldest waits."""
    notes = _amounts(found.amounts)
    if now is not None and found.since is not None:
        notes.append(gettext("the oldest for {time}").format(time=show.time_between(found.since, now)))
    return Compared(label, show.count(found.count), notes, url, tone if found.count else "")


def _amounts(amounts: Mapping[str, int], words: str = "{amount}") -> list[str]:
    """Sums by currency, the shop's own first."""
    own = tenant_in_scope().currency
    return [
        words.format(amount=show.money(amounts[one], one))
        for one in sorted(amounts, key=lambda one: (one != own, one))
        if amounts[one]
    ]


def _bank(request: HttpRequest, now: datetime) -> Iterator[Compared]:
    if not may(request, "reconciliation.read"):
        return
    for label, proposed, shown in (
        (_("Bank lines with a proposal"), True, "proposed"),
        (_("Bank lines without one"), False, "unmatched"),
    ):
        found = closing.waiting_lines(proposed=proposed)
        notes = _amounts(found.came, gettext("{amount} came")) + _amounts(found.went, gettext("{amount} went"))
        if found.since:
            notes.append(gettext("the oldest of {day}").format(day=show.day(found.since)))
        url = _list("reconciliation_statementline", shown=shown)
        yield Compared(label, show.count(found.count), notes, url, "warning" if found.count and not proposed else "")
    rows = pile(open_discrepancies(), amount="amount", since="first_seen_at")
    yield _pile(_("Exceptions"), rows, _list("reconciliation_discrepancy", state="open"), now=now)


def _nobodys() -> Iterator[Compared]:
    found = pile(payments.nobodys_money(), amount="unapplied")
    yield _pile(_("Money that belongs to nobody yet"), found, _list("payments_payment", waits="nobodys"))


def _unknown(now: datetime) -> Iterator[Compared]:
    found = of_attempts(payments.unknown())
    yield _pile(_("Payments of unknown outcome"), found, _list("payments_payment", waits="unknown"), tone="danger", now=now)


def _ending(now: datetime) -> Iterator[Compared]:
    rows = payments.ending_holds(now)
    found = pile(rows, amount=F("authorized") - F("captured") - F("voided"))
    yield _pile(_("Holds that end soon"), found, _list("payments_payment", waits="ending"))


def _payouts(request: HttpRequest, now: datetime) -> Iterator[Compared]:
    if not may(request, "closing.read"):
        return
    for label, overdue, waits in ((_("Payouts expected"), False, "expected"), (_("Payouts overdue"), True, "overdue")):
        found = pile(closing.waiting_payouts(now, overdue=overdue), amount="amount", since="at")
        url = _list("closing_payout", waits=waits)
        yield _pile(label, found, url, tone="danger" if overdue else "", now=now if overdue else None)
    bills = pile(closing.awaited_bills(), amount="lines", currency="gateway").count
    yield Compared(
        _("Bills that are missing"), show.count(bills), (), _list("closing_bill", state="awaited"), "warning" if bills else ""
    )


def _refunds(now: datetime) -> Iterator[Compared]:
    for label, by_hand, waits in (
        (_("Refunds to be paid by hand"), True, "by_hand"),
        (_("Refunds under way"), False, "refunds"),
    ):
        found = of_attempts(payments.refunds_on_their_way(by_hand=by_hand))
        yield _pile(label, found, _list("payments_payment", waits=waits), tone="warning" if by_hand else "", now=now)


def _sent_back(request: HttpRequest, now: datetime) -> Iterator[Compared]:
    if may(request, "reconciliation.read"):
        kind = DiscrepancyKind.REFUND_RETURNED.value
        found = pile(open_discrepancies().filter(kind=kind), amount="amount", since="first_seen_at")
        yield _pile(
            _("Refunds that were sent back"), found, _list("reconciliation_discrepancy", state="open", kind=kind), now=now
        )


def _disputes(now: datetime) -> Iterator[Compared]:
    rows = payments.open_disputes()
    found = pile(rows, amount="amount", currency="payment__currency", of="payment")
    shown = _pile(_("Open disputes"), found, _list("payments_payment", waits="disputes"))
    due = rows.filter(answer_due_at__gte=now, answered_at=None).values_list("answer_due_at", flat=True).first()
    if due is None:
        yield shown
        return
    note = gettext("evidence until {day}").format(day=show.moment(due))
    tone = "danger" if due - now < PRESSING else "warning"
    yield Compared(shown.label, shown.text, [*shown.notes, note], shown.url, tone)


def _overdue(request: HttpRequest, today: date) -> Iterator[Compared]:
    if may(request, "dunning.read"):
        rows, found = closing.overdue_invoices(today)
        notes = _amounts(found.amounts)
        if rows:
            late = rows[0].late(today)
            days = ngettext("{days} day", "{days} days", late).format(days=show.count(late))
            notes.append(gettext("the oldest for {time}").format(time=days))
        yield Compared(
            _("Overdue invoices"), show.count(found.count), notes, _list("dunning_reminder"), "warning" if rows else ""
        )


def _to_collect(request: HttpRequest, found: Sequence[closing.WithCarrier]) -> Iterator[Compared]:
    if may(request, "orders.read"):
        due = _added((one.currency, one.to_collect) for one in found)
        parcels = sum(one.parcels for one in found)
        yield Compared(
            _("To be collected on delivery"), show.count(parcels), _amounts(due), _list("board_boardrow", waits="cash")
        )
    here = _added((one.currency, one.collected) for one in found)
    collected = sum(one.payments for one in found)
    url = _list("payments_payment", waits="carrier")
    yield Compared(_("Collected, not passed on"), show.count(collected), _amounts(here), url, "warning" if collected else "")


def _added(parts: Iterator[tuple[str, int]]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for currency, amount in parts:
        sums[currency] = sums.get(currency, 0) + amount
    return sums


def _days(request: HttpRequest, now: datetime, zone: str) -> Iterator[Compared]:
    if not may(request, "closing.read"):
        return
    place = reverse("admin:closing_dayclose_changelist")
    for one in closing.days_not_closed(now, zone):
        day = one.first or day_of(now, zone)
        url = f"{place}?{urlencode({'day': day.isoformat(), 'currency': one.currency})}"
        label = gettext("Days not closed, {currency}").format(currency=one.currency)
        if one.first:
            note = gettext("the first is {day}").format(day=show.day(one.first))
        else:
            note = gettext("all are closed") if one.has_closed else gettext("no day was ever closed")
        yield Compared(label, show.count(one.days), [note], url, "warning" if one.days > 1 else "")


# ── what is pressing, row by row ─────────────────────────────────────────────────────────────────────────────────────────
def _more(rows: Sequence[Any], url: str) -> Cell | None:
    return Cell(_("All of them"), url=url) if len(rows) > ROWS_SHOWN else None


def _dispute_table(now: datetime) -> Iterator[Table]:
    rows = list(payments.open_disputes()[: ROWS_SHOWN + 1])
    if rows:
        yield Table(
            _("Disputes, the next to be answered first"),
            [_("Evidence until"), _("Reason"), _("Method"), _("Amount")],
            [
                [
                    _until(one, now),
                    Cell(word(one.reason) or show.NOTHING, url=link("payment", one.payment_id), small=one.reference),
                    Cell(method_name(one.gateway)),
                    number(show.money(one.amount, one.payment.currency)),
                ]
                for one in rows[:ROWS_SHOWN]
            ],
            more=_more(rows, _list("payments_payment", waits="disputes")),
        )


def _until(one: Dispute, now: datetime) -> Cell:
    """Until when what speaks for the shop is to be there, and how long that is."""
    if one.answered_at:
        return Cell(gettext("Answered"), small=show.moment(one.answered_at), badge="info")
    due = one.answer_due_at
    if due is None:
        return Cell(show.NOTHING)
    if due < now:
        return Cell(gettext("Over"), small=show.moment(due), badge="danger")
    left = gettext("{time} left").format(time=show.time_between(now, due))
    return Cell(left, small=show.moment(due), badge="danger" if due - now < PRESSING else "warning")


def _unknown_table(now: datetime) -> Iterator[Table]:
    rows = list(payments.unknown()[: ROWS_SHOWN + 1])
    if rows:
        yield Table(
            _("Nobody knows yet whether this money moved"),
            [_("Waits for"), _("What"), _("Method"), _("Amount")],
            [
                [
                    Cell(show.time_between(one.requested_at, now), url=link("payment", one.payment_id)),
                    Cell(word(one.kind), small=one.error),
                    Cell(method_name(one.gateway), small=show.moment(one.requested_at)),
                    number(show.money(one.amount, one.payment.currency)),
                ]
                for one in rows[:ROWS_SHOWN]
            ],
            more=_more(rows, _list("payments_payment", waits="unknown")),
            note=_("The firms are asked again every minute; nothing is to be done unless it stays so."),
        )


def _ending_table(now: datetime) -> Iterator[Table]:
    rows = list(payments.ending_holds(now)[: ROWS_SHOWN + 1])
    if rows:
        yield Table(
            _("Holds that end soon"),
            [_("Held until"), _("Method"), _("Amount")],
            [
                [
                    _held(payments.held_until(one), now, link("payment", one.id)),
                    Cell(method_name(one.gateway), small=one.means),
                    number(show.money(one.authorized - one.captured - one.voided, one.currency)),
                ]
                for one in rows[:ROWS_SHOWN]
            ],
            more=_more(rows, _list("payments_payment", waits="ending")),
            note=_("Send the goods, or take the money on the page of the payment. Afterwards the firm may refuse it."),
        )


def _held(until: datetime, now: datetime, url: str) -> Cell:
    left = gettext("{time} left").format(time=show.time_between(now, until)) if until > now else gettext("Over")
    return Cell(show.moment(until), url=url, small=left)


def _carrier_table(request: HttpRequest, found: Sequence[closing.WithCarrier], now: datetime) -> Iterator[Table]:
    if found:
        orders = _list("board_boardrow", waits="cash") if may(request, "orders.read") else ""
        yield Table(
            _("Cash on delivery, by carrier"),
            [_("Carrier"), _("To be collected"), _("Collected, not passed on"), _("Waits for")],
            [
                [
                    Cell(one.carrier or gettext("Unknown")),
                    Cell(show.money(one.to_collect or None, one.currency), orders if one.parcels else "", small=_parcels(one)),
                    Cell(
                        show.money(one.collected or None, one.currency),
                        _list("payments_payment", waits="carrier", carrier=one.carrier) if one.payments else "",
                        small=_payments(one),
                    ),
                    Cell(show.time_between(one.since, now) if one.since else show.NOTHING),
                ]
                for one in found
            ],
        )


def _parcels(one: closing.WithCarrier) -> str:
    return ngettext("{count} order", "{count} orders", one.parcels).format(count=show.count(one.parcels)) if one.parcels else ""


def _payments(one: closing.WithCarrier) -> str:
    said = ngettext("{count} payment", "{count} payments", one.payments)
    return said.format(count=show.count(one.payments)) if one.payments else ""
