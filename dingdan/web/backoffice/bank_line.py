"""What the page about a line of a bank statement is made of: what it says, what it may be for, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dingdan.insight.board.models import BoardRow
from dingdan.insight.board.queries import Wanted, rows
from dingdan.kernel.errors import Refusal
from dingdan.kernel.money import parse
from dingdan.ledgers.payments.models import Receivable
from dingdan.ledgers.payments.queries import receivable_of
from dingdan.trade.orders.models import Order
from dingdan.trade.reconciliation import queries
from dingdan.trade.reconciliation.lifecycle import LINE_LIFE
from dingdan.trade.reconciliation.models import StatementLine
from dingdan.trade.reconciliation.rules.references import read
from dingdan.web.backoffice import show
from dingdan.web.backoffice.acting import fresh_key
from dingdan.web.backoffice.base import badge, link, number
from dingdan.web.backoffice.pages import Button, Cell, Facts, Field, Form, Forms, Hint, Section, Table
from dingdan.web.backoffice.words import word

Do = Callable[[str], str]
SIGNS: Final = {
    "checked_reference": _("reference with check digits"),
    "reference": _("reference"),
    "shortened_reference": _("part of the reference"),
    "mistyped_reference": _("mistyped reference"),
    "amount": _("amount"),
    "less": _("less than is due"),
    "more": _("more than is due"),
    "same_name": _("name"),
    "similar_name": _("similar name"),
    "known_account": _("account that paid before"),
    "several": _("several orders"),
}
_FOUND_AT_MOST: Final = 10


def proposal_words(row: StatementLine) -> Cell:
    """The likeliest thing that a line may be for, and why; what became of it where it is booked in part."""
    if row.state == "partly_matched":
        return Cell(_("The rest is nobody's"), badge="warning")
    if not row.proposals:
        return Cell(show.NOTHING)
    one = row.proposals[0]
    return Cell(_numbers(one), small=_why(one))


def _numbers(one: dict[str, Any]) -> str:
    return ", ".join(f"{word(part['kind'])} {part['number']}" for part in one["parts"])


def _why(one: dict[str, Any]) -> str:
    return f"{one['score']} % · " + ", ".join(str(SIGNS.get(sign, sign)) for sign in one["signs"])


def facts_of(row: StatementLine) -> Facts:
    """What the bank says."""
    return Facts(
        _("What the bank says"),
        [
            (_("Booked"), show.day(row.booked_on)),
            (_("Value"), show.day(row.value_on) if row.value_on and row.value_on != row.booked_on else ""),
            (_("Amount"), show.money(row.amount, row.currency)),
            (pgettext_lazy("bank", "Who"), row.name),
            (_("Account"), row.payer_account),
            (_("Text"), row.text),
            (_("Reference of the payer"), row.end_to_end),
            (_("Reference of the bank"), row.bank_reference),
            (_("Takes back an earlier payment"), _("Yes") if row.is_reversal else ""),
            (
                _("Statement"),
                Cell(str(row.statement), url=reverse("admin:reconciliation_statement_change", args=[row.statement_id])),
            ),
            (_("Payment"), Cell(_("Open it"), url=link("payment", row.payment_id)) if row.payment_id else ""),
            (_("Why it is ignored"), row.reason),
        ],
    )


def matches_of(row: StatementLine) -> Iterator[Table]:
    """What it was matched with."""
    found = queries.matches_of([row.id])[row.id]
    numbers = dict(Order.objects.filter(id__in=[one.document_id for one in found if one.document_id]).values_list("id", "number"))
    if found:
        yield Table(
            _("Matched with"),
            [_("What"), _("Amount"), _("Why"), _("When")],
            [
                [
                    Cell(
                        f"{word(one.document_kind)} {numbers.get(one.document_id, '')}" if one.document_id else word(one.kind),
                        url=link("order", one.document_id) if one.document_id in numbers else "",
                        small=str(_("undone")) if one.undone_at else "",
                    ),
                    number(show.money(one.amount, row.currency)),
                    Cell(
                        _("by itself") if one.by_itself else _("by hand"),
                        small=", ".join(str(SIGNS.get(s, s)) for s in one.signs),
                    ),
                    Cell(show.moment(one.matched_at)),
                ]
                for one in found
            ],
        )


def forms_of(row: StatementLine, do: Do, allowed: set[str], *, sought: str) -> list[Section]:
    """What can be done with a line as it stands."""
    may, made = set(LINE_LIFE.possible(row.state)), list[Section]()
    if "match" in may:
        made += _proposals(row, do) if "accept" in allowed else []
        made += _named(row) if row.amount > 0 else []
        made += _taken_back(row, do) if "reverse" in allowed else []
        made += _search(row, do, sought) if "match" in allowed and row.amount > 0 else []
        made += _split(row, do) if "match" in allowed and row.amount > 0 else []
    others = []
    if "ignore" in may and "ignore" in allowed and row.payment_id is None:
        fields = [Field("reason", _("Why"), is_required=True, most=300)]
        others.append(Form(_("Leave it alone"), do("ignore"), fresh_key(), fields, [Button(_("Ignore"), "bad")], is_open=False))
    plain = (("unmatch", _("Undo the match"), "bad"), ("reopen", _("Take it up again"), ""))
    if row.amount > 0 or "reopen" in may:
        others += [_button(do(name), words, tone) for name, words, tone in plain if name in may & allowed]
    if row.state == "matched" and row.amount > 0 and "write_off" in allowed:
        others.append(_button(do("write_off"), _("Give up what little is missing"), "quiet"))
    if row.state == "open" and row.amount > 0 and row.payment_id is None and "keep" in allowed:
        others.append(_button(do("keep"), _("Book it as nobody's money"), "quiet"))
    return [*made, Forms(_("Something else"), others)] if others else made


def _button(url: str, words: Any, tone: str) -> Form:
    return Form("", url, fresh_key(), (), [Button(words, tone)])


def _proposals(row: StatementLine, do: Do) -> list[Section]:
    if not row.proposals:
        return []
    forms = [
        Form(
            "", do("accept"), fresh_key(), [Field("proposal", "", "hidden", str(place))], [Button(_("Accept"), "good")],
            lead=f"{_numbers(one)} · {_amounts(one, row.currency)} · {_why(one)}",
        )
        for place, one in enumerate(row.proposals)
    ]  # fmt: skip
    return [Forms(_("May be for"), forms)]


def _amounts(one: dict[str, Any], currency: str) -> str:
    return " + ".join(show.money(part["amount"], currency) for part in one["parts"])


def _named(row: StatementLine) -> list[Section]:
    """The orders that the text names although they await no money: paid twice, or canceled before the money came."""
    numbers = {window.text for window in read(row.text).windows}
    named = list(Order.objects.filter(number__in=numbers, currency=row.currency).order_by("-placed_at")[:_FOUND_AT_MOST])
    owed = receivable_of("order", [one.id for one in named])
    rows_ = [
        [Cell(one.number, url=link("order", one.id)), badge(one.state), badge(owed[one.id].payment_status)]
        for one in named
        if one.id in owed and owed[one.id].due <= 0
    ]
    note = _("The text names them. Perhaps somebody paid twice, or paid for what was canceled: then the money goes back.")
    return [Table(_("Orders that await no money"), [_("Order"), _("State"), _("Payment")], rows_, note=note)] if rows_ else []


def _taken_back(row: StatementLine, do: Do) -> list[Section]:
    """The payments that a line which went out may take back."""
    if row.amount > 0:
        return []
    mine = next(iter(queries.lines_by_id([row.id])), None)
    found = StatementLine.objects.filter(id__in=queries.reversible(mine)) if mine else []
    forms = [
        Form(
            "", do("reverse"), fresh_key(), [Field("reverses", "", "hidden", str(one.id))],
            [Button(_("This one was taken back"), "bad")],
            lead=f"{show.day(one.booked_on)} · {one.name} · {show.money(one.amount, one.currency)}",
        )
        for one in found
    ]  # fmt: skip
    return [Forms(_("May take back"), forms)] if forms else []


def _search(row: StatementLine, do: Do, sought: str) -> list[Section]:
    """Orders by number, name or amount, each with a button."""
    page = reverse("admin:reconciliation_statementline_change", args=[row.id])
    fields = [Field("q", _("Number, name or amount"), value=sought)]
    made: list[Section] = [Form(_("Search for an order"), page, fresh_key(), fields, [Button(_("Search"))], method="get")]
    if not sought.strip():
        return made
    found = _found(row, sought.strip())
    forms = [
        Form(
            "", do("match"), fresh_key(), [Field("orders", "", "hidden", one.number)], [Button(_("Match"), "good")],
            lead=f"{_('Order')} {one.number} · {one.name} · {show.money(due, row.currency)}",
        )
        for one, due in found
    ]  # fmt: skip
    nothing = Hint(_("Nothing fits."), _("Only orders in the currency of the line that are not fully paid are shown."))
    return [*made, Forms(_("Found"), forms) if forms else nothing]


def _found(row: StatementLine, sought: str) -> list[tuple[BoardRow, int]]:
    ids = [one.id for one in rows(Wanted(q=sought))[: 3 * _FOUND_AT_MOST]] + _of_amount(row, sought)
    owed = receivable_of("order", ids)
    open_: list[UUID] = [
        id_ for id_ in dict.fromkeys(ids) if id_ in owed and owed[id_].due > 0 and owed[id_].currency == row.currency
    ]
    shown = BoardRow.objects.in_bulk(open_[:_FOUND_AT_MOST])
    return [(shown[id_], owed[id_].due) for id_ in open_ if id_ in shown]


def _of_amount(row: StatementLine, sought: str) -> list[UUID]:
    try:
        amount = parse(sought, row.currency).amount
    except Refusal:
        return []
    owed = Receivable.objects.filter(document_kind="order", currency=row.currency, due=amount)
    return list(owed.order_by("-id").values_list("document_id", flat=True)[:_FOUND_AT_MOST])


def _split(row: StatementLine, do: Do) -> list[Section]:
    note = _(
        "Numbers of orders with commas between them; with =12.50 behind one it gets only that much. What is left is nobody's."
    )
    fields = [Field("orders", _("Orders"), value="", note=note, is_required=True)]
    return [Form(_("Match with several orders"), do("match"), fresh_key(), fields, [Button(_("Match"), "good")], is_open=False)]
