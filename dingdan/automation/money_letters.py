"""What customers are written about money that they owe: a link to pay, a reminder, how they stand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from django.utils.translation import gettext as _

from dingdan.automation.letters import Fact, Item, Letter, Note
from dingdan.automation.lifecycle import NoticeKind
from dingdan.automation.notices import Desk, tell_account
from dingdan.automation.pay_links import PAY_INVOICE, PAY_ORDER, pay_url
from dingdan.automation.words import ACCOUNT
from dingdan.kernel.money import Money
from dingdan.masterdata.shop.queries import bank_account
from dingdan.trade.dunning import queries
from dingdan.trade.dunning.rules import OpenInvoice


def _payment_link(desk: Desk, letter: Letter) -> None:
    amount = desk.money(desk.receivable.due)
    letter.subject = desk.fill(_("Please pay for order {number} at {shop}"))
    letter.heading = _("Here you can pay for your order")
    letter.paragraphs.append(desk.fill(_("{amount} is to be paid for your order {number}."), amount=amount))
    letter.facts.append(Fact(_("Order"), desk.order.number))
    letter.totals.append(Fact(_("Still due"), amount, is_strong=True))
    letter.names["pay"] = {"url": pay_url(PAY_ORDER, desk.order.id, at=desk.notice.queued_at)}
    letter.button = Fact(_("Pay now"), "", letter.names["pay"]["url"])


def _day(on: date, desk: Desk) -> str:
    return format_date(on, "long", locale=Locale.parse(desk.locale, sep="-"))


def _where_to_pay(desk: Desk, reference: str) -> Iterator[Fact]:
    """Of several invoices together: a code to be scanned knows one."""
    account = bank_account(desk.profile) if desk.profile else {}
    yield from (Fact(str(ACCOUNT[name]), text) for name, text in account.items())
    if account:
        yield Fact(_("Reference"), reference)


def _reminder(desk: Desk, letter: Letter) -> None:
    given = queries.reminder(desk.notice.about_id)
    assert given is not None  # noqa: S101 (the notice was queued for it)
    invoice = given.invoice
    open_ = queries.of_invoices([invoice.id]).get(invoice.id)
    amount, due = desk.money(open_.open if open_ else 0), _day(invoice.due_on or invoice.issued_on, desk)
    words = {"invoice": invoice.number, "amount": amount, "due": due}
    letter.subject = desk.fill(_("Reminder: invoice {invoice} of {shop}"), **words)
    letter.heading = _("A reminder") if given.level == 1 else desk.fill(_("Reminder no. {level}"), level=str(given.level))
    letter.paragraphs += _usual(desk, words)
    letter.names["invoice"] = {
        "number": invoice.number, "issued_on": _day(invoice.issued_on, desk), "due_on": due, "open": amount,
    }  # fmt: skip
    letter.names["reminder"] = {"level": str(given.level), "is_first": given.level == 1}
    if given.fee:
        letter.paragraphs.append(Note(desk.fill(_("We add {fee} for this reminder."), fee=desk.money(given.fee))))
    letter.facts += [
        Fact(_("Invoice"), invoice.number),
        Fact(_("Issued on"), _day(invoice.issued_on, desk)),
        Fact(_("Due on"), words["due"]),
        Fact(_("Order"), desk.order.number),
    ]
    tell_account(desk, letter, number=invoice.number, due=open_.open if open_ else 0)
    letter.totals.append(Fact(_("Still due"), words["amount"], is_strong=True))
    if open_:
        letter.button = Fact(_("Pay now"), "", pay_url(PAY_INVOICE, invoice.id, at=desk.notice.queued_at))


def _usual(desk: Desk, words: Mapping[str, str]) -> list[str]:
    return [
        desk.fill(_("{amount} of our invoice {invoice} was due on {due} and has not arrived here."), **words),
        _("If you have paid meanwhile, please forgive this mail. Otherwise please pay now."),
    ]


def _statement(desk: Desk, letter: Letter) -> None:
    """Everything that the customer owes on account, by currency."""
    found = queries.on_account(customer_id=desk.order.customer_id) if desk.order.customer_id else []
    on = desk.notice.queued_at.astimezone(ZoneInfo(desk.tenant.time_zone)).date()
    letter.subject = desk.fill(_("What is open at {shop}"))
    letter.heading = _("Your account with us")
    letter.names["statement"] = {"date": _day(on, desk)}
    letter.paragraphs.append(desk.fill(_("These invoices are open on {date}."), date=letter.names["statement"]["date"]))
    letter.items += [_line(one, on, desk) for one in found]
    sums: dict[str, int] = {}
    for one in found:
        sums[one.currency] = sums.get(one.currency, 0) + one.open
    letter.totals += [
        Fact(_("Still due"), Money(amount, currency).format(desk.locale), is_strong=True) for currency, amount in sums.items()
    ]
    letter.facts += _where_to_pay(desk, " ".join(one.number for one in found[:3]))
    if found:
        oldest = found[0]
        text = desk.fill(_("Pay {invoice} now"), invoice=oldest.number)
        letter.button = Fact(text, "", pay_url(PAY_INVOICE, oldest.id, at=desk.notice.queued_at))


def _line(one: OpenInvoice, on: date, desk: Desk) -> Item:
    late = one.late(on)
    when = desk.fill(_("due on {date}"), date=_day(one.due_on, desk))
    days = desk.fill(_("{days} days late"), days=str(late)) if late > 0 else ""
    name = desk.fill(_("Invoice {invoice}"), invoice=one.number)
    return Item(name, " · ".join(filter(None, (when, days))), "", Money(one.open, one.currency).format(desk.locale))


WRITERS: Final[Mapping[NoticeKind, Callable[[Desk, Letter], None]]] = {
    NoticeKind.PAYMENT_LINK: _payment_link,
    NoticeKind.PAYMENT_REMINDER: _reminder,
    NoticeKind.ACCOUNT_STATEMENT: _statement,
}
