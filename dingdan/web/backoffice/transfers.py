"""Transfers: goods on their way from node to node, and taking them in with what is missing or on top."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.admin import display
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from dingdan.kernel.canonical import fingerprint
from dingdan.kernel.journal import Call, Event
from dingdan.kernel.quantity import UNITS, plain_quantity
from dingdan.ledgers.inventory import queries
from dingdan.ledgers.inventory.commands import ArrivedGoods, receive_transfer
from dingdan.ledgers.inventory.lifecycle import TRANSFER_LIFE
from dingdan.ledgers.inventory.models import Supply, Transfer
from dingdan.web.backoffice import show
from dingdan.web.backoffice.acting import Act, Acting, Look, fresh_key
from dingdan.web.backoffice.base import badge, history, link, listed_badge, number
from dingdan.web.backoffice.filters import by_state
from dingdan.web.backoffice.naming import named
from dingdan.web.backoffice.order_goods import counted
from dingdan.web.backoffice.pages import Button, Cell, Facts, Field, Form, Page, Section, Table
from dingdan.web.backoffice.typed import counted as typed


def _arrived(row: Transfer, sent: QueryDict) -> tuple[ArrivedGoods, ...]:
    """What was typed of each line; an empty field is none."""
    return tuple(
        ArrivedGoods(one.id, typed(sent, f"line-{one.id}", one.variant))
        for one in queries.supplies_of(row.id)
        if f"line-{one.id}" in sent
    )


def _receive(call: Call, row: Transfer, sent: QueryDict) -> Event:
    return receive_transfer(call, transfer_id=row.id, lines=_arrived(row, sent), is_last="is_last" in sent)


def _look(row: Transfer, sent: QueryDict) -> Look:
    """What came, what is missing and what is on top, line by line."""
    came, is_last = {one.supply_id: one.quantity for one in _arrived(row, sent)}, "is_last" in sent
    rows, seen = [], []
    for one in queries.supplies_of(row.id):
        left, here = _left(one), came.get(one.id, 0)
        seen.append((str(one.id), left, here))
        if here > left:
            told, tone = str(_("{pieces} on top: found goods")).format(pieces=counted(here - left, one.variant)), "warning"
        elif here < left:
            words = _("{pieces} missing: written off") if is_last else _("{pieces} still to come")
            told, tone = str(words).format(pieces=counted(left - here, one.variant)), "danger" if is_last else "info"
        else:
            told, tone = str(_("complete")), "success"
        rows.append([Cell(one.variant.sku), number(counted(left, one.variant)), number(counted(here, one.variant)),
                     Cell(told, badge=tone)])  # fmt: skip
    table = Table(_("What would come of it"), [_("SKU"), _("Expected"), _("Arrived"), _("Difference")], rows)
    return Look([table], Button(_("Receive it"), "good"), fingerprint([is_last, seen])[:32])


def _left(one: Supply) -> int:
    return one.quantity - one.received - one.canceled


class Transfers(Acting):
    """Goods between nodes, what is on its way first."""

    many = _("Transfers")
    permission = "inventory.read"
    when_empty = _("Nothing is on its way. Goods are sent to another node from their page in the stock.")
    acts: ClassVar = {"receive": Act("inventory.receive_transfer", _receive, lambda _event: _("Received."), _look)}
    list_display = ("number_shown", "source_shown", "target_shown", "sent", "expected", "transfer_state")
    list_select_related = ("source", "target")
    asks = (by_state("state", _("State"), TRANSFER_LIFE.states),)
    search_fields = ("number",)
    search_help_text = _("Number")
    ordering = ("state", "-id")
    sortable_by = ()

    @display(description=_("Transfer"))
    def number_shown(self, row: Transfer) -> str:
        return row.number

    @display(description=_("From"))
    def source_shown(self, row: Transfer) -> str:
        return named(row.source)

    @display(description=_("To"))
    def target_shown(self, row: Transfer) -> str:
        return named(row.target)

    @display(description=_("Sent"))
    def sent(self, row: Transfer) -> str:
        return show.moment(row.dispatched_at)

    @display(description=_("Expected on"))
    def expected(self, row: Transfer) -> str:
        return show.day(row.expected_at.date()) if row.expected_at else show.NOTHING

    @display(description=_("State"))
    def transfer_state(self, row: Transfer) -> str:
        return listed_badge(row.state)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Transfer]:
        found: QuerySet[Transfer] = super().get_queryset(request)
        return found.select_related("source", "target")

    def page_for(self, request: HttpRequest, row: Transfer) -> Page:
        """What was sent, what came, and the form that takes it in."""
        lines = queries.supplies_of(row.id)
        facts = Facts(
            _("Transfer"),
            [
                (_("From"), named(row.source)),
                (_("To"), named(row.target)),
                (_("Sent"), show.moment(row.dispatched_at)),
                (_("Expected on"), show.day(row.expected_at.date()) if row.expected_at else ""),
                (_("Received"), show.moment(row.received_at) if row.received_at else ""),
            ],
        )
        sections: list[Section] = [facts, _lines(lines)]
        if TRANSFER_LIFE.may("receive", row.state) and self.allowed(request, "receive"):
            sections.append(_form(self.do(row, "receive"), lines))
        return Page(row.number, [badge(row.state)], sections=[*sections, history(row.id)])


def _lines(lines: list[Supply]) -> Table:
    return Table(
        _("Goods"),
        [_("SKU"), _("Name"), _("Sent"), _("Received"), _("Missing")],
        [
            [
                Cell(one.variant.sku, url=link("balance", one.variant_id), small=one.lot.code if one.lot else ""),
                Cell(one.variant.name),
                *(number(counted(pieces, one.variant)) for pieces in (one.quantity, one.received, one.canceled)),
            ]
            for one in lines
        ],
    )


def _form(url: str, lines: list[Supply]) -> Form:
    fields = [
        Field(
            f"line-{one.id}",
            _named(one),
            value=plain_quantity(_left(one), UNITS[one.variant.unit]),
            note=one.variant.name,
            most=15,
        )
        for one in lines
        if _left(one)
    ]
    last = Field("is_last", _("That was all: what is missing is written off"), "tick", value=True)
    look = Button(_("Look what comes of it"), "good", "step", "look")
    return Form(_("Receive"), url, fresh_key(), [*fields, last], [look])


def _named(one: Supply) -> str:
    return f"{one.variant.sku} · {one.lot.code}" if one.lot else one.variant.sku


def _typed_left(one: Supply) -> str:
    return plain_quantity(_left(one), UNITS[one.variant.unit])
