"""What is done with a line of a bank statement, each by one command."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any, Final
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import NotFound
from dingdan.kernel.journal import Call, Event
from dingdan.kernel.money import parse
from dingdan.ledgers.payments.commands import Towards
from dingdan.ledgers.payments.events import Document
from dingdan.trade.orders.models import Order
from dingdan.trade.reconciliation.commands import (
    IgnoreLine,
    MatchLine,
    MatchRefund,
    ignore_lines,
    match_lines,
    match_refunds,
    reopen_line,
    reverse_line,
    unmatch_line,
    write_off_difference,
)
from dingdan.trade.reconciliation.models import StatementLine
from dingdan.web.backoffice.acting import Act

_ORDER: Final = re.compile(r"\s*([^=\s,;]+)\s*(?:=\s*([0-9.]+))?\s*")


def accepted(row: StatementLine, place: int) -> MatchLine | MatchRefund | None:
    """What it means to accept a proposal of a line; None where there is none (any more)."""
    if place >= len(row.proposals):
        return None
    one = row.proposals[place]
    parts, signs = one["parts"], tuple(one["signs"])
    if row.amount < 0:
        return MatchRefund(line_id=row.id, attempt_id=UUID(parts[0]["id"]), signs=signs)
    towards = tuple(Towards(document=Document(part["kind"], UUID(part["id"]))) for part in parts)
    return MatchLine(line_id=row.id, towards=towards, signs=signs)


def _accept(call: Call, row: StatementLine, sent: QueryDict) -> Event:
    place = sent.get("proposal", "0")
    wish = accepted(row, int(place) if place.isdecimal() else 0)
    if isinstance(wish, MatchRefund):
        return match_refunds.one(call, wish)
    if wish is None:
        raise NotFound(field="proposal", what="proposal", id=place[:10])
    return match_lines.one(call, wish)


def _match(call: Call, row: StatementLine, sent: QueryDict) -> Event:
    """Numbers of orders with commas or lines between them, each with an amount behind “=” where it gets only that much."""
    asked = [found for text in re.split(r"[,;\n]", sent.get("orders", "")) if (found := _ORDER.fullmatch(text))]
    ids = dict(Order.objects.filter(number__in=[one[1] for one in asked]).values_list("number", "id"))
    towards = []
    for one in asked:
        if one[1] not in ids:
            raise NotFound(field="orders", what="order", id=one[1][:40])
        amount = parse(one[2], row.currency, field="orders").amount if one[2] else None
        towards.append(Towards(document=Document("order", ids[one[1]]), amount=amount))
    if not towards:
        raise NotFound(field="orders", what="order", id="–")
    return match_lines.one(call, MatchLine(line_id=row.id, towards=tuple(towards)))


def _keep(call: Call, row: StatementLine, _sent: QueryDict) -> Event:
    return match_lines.one(call, MatchLine(line_id=row.id))


def _reverse(call: Call, row: StatementLine, sent: QueryDict) -> Event:
    reverses_id = row.id
    with suppress(ValueError):
        reverses_id = UUID(sent.get("reverses", ""))
    return reverse_line(call, line_id=row.id, reverses_id=reverses_id)


def _unmatch(call: Call, row: StatementLine, _sent: QueryDict) -> Event:
    return unmatch_line(call, line_id=row.id)


def _ignore(call: Call, row: StatementLine, sent: QueryDict) -> Event:
    return ignore_lines.one(call, IgnoreLine(line_id=row.id, reason=sent.get("reason", "")))


def _reopen(call: Call, row: StatementLine, _sent: QueryDict) -> Event:
    return reopen_line(call, line_id=row.id)


def _write_off(call: Call, row: StatementLine, _sent: QueryDict) -> Event:
    return write_off_difference(call, line_id=row.id)


def _matched(_event: Any) -> Any:
    return _("The line is matched.")


ACTS: Final = {
    "accept": Act("reconciliation.match_lines", _accept, _matched),
    "match": Act("reconciliation.match_lines", _match, _matched),
    "keep": Act("reconciliation.match_lines", _keep, lambda _event: _("The money is in the books, and nobody's yet.")),
    "reverse": Act(
        "reconciliation.reverse_line", _reverse, lambda _event: _("The payment is taken back; its orders are owed again.")
    ),
    "unmatch": Act("reconciliation.unmatch_line", _unmatch, lambda _event: _("Undone: the orders are owed again.")),
    "ignore": Act("reconciliation.ignore_lines", _ignore, lambda _event: _("The line is left alone.")),
    "reopen": Act("reconciliation.reopen_line", _reopen, lambda _event: _("The line waits again.")),
    "write_off": Act("reconciliation.write_off_difference", _write_off, lambda _event: _("What was missing is given up.")),
}
