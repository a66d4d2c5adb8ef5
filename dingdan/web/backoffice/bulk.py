"""Bulk changes: how far they are, and what became of each order."""

from __future__ import annotations

from django.contrib.admin import display
from django.utils.translation import gettext_lazy as _

from dingdan.trade.changes.lifecycle import BULK_LIFE
from dingdan.trade.changes.models import Bulk
from dingdan.trade.changes.queries import orders_of
from dingdan.web.backoffice import show
from dingdan.web.backoffice.base import Shown, badge, history, link, listed_badge, number
from dingdan.web.backoffice.changing import kinds_shown
from dingdan.web.backoffice.filters import by_state
from dingdan.web.backoffice.pages import Cell, Facts, Page, Table

ORDERS_SHOWN = 200


class Bulks(Shown):
    """One change set for many orders each. What was refused is shown first."""

    many = _("Bulk changes")
    permission = "orders.read"
    list_display = ("started", "what", "progress", "refused_shown", "bulk_state")
    list_filter = (by_state("state", _("State"), BULK_LIFE.states),)
    ordering = ("-id",)
    sortable_by = ()

    @display(description=_("Started"))
    def started(self, row: Bulk) -> str:
        return show.moment(row.started_at)

    @display(description=_("Change"))
    def what(self, row: Bulk) -> str:
        kinds = kinds_shown([one["kind"] for one in row.wishes])
        return f"{kinds} · {_('Dry run')}" if row.is_dry else kinds

    @display(description=_("Done"))
    def progress(self, row: Bulk) -> str:
        return f"{show.count(row.done)} / {show.count(row.orders)}"

    @display(description=_("Refused"))
    def refused_shown(self, row: Bulk) -> str:
        return show.count(row.refused) if row.refused else show.NOTHING

    @display(description=_("State"))
    def bulk_state(self, row: Bulk) -> str:
        return listed_badge(row.state)

    def page(self, row: Bulk) -> Page:
        facts = Facts(
            _("Bulk change"),
            [
                (_("Change"), kinds_shown([one["kind"] for one in row.wishes])),
                (_("Dry run"), _("Only a trial: nothing is changed.") if row.is_dry else ""),
                (_("Orders"), show.count(row.orders)),
                (_("Done"), show.count(row.done)),
                (_("Changed"), show.count(row.changed)),
                (_("Refused"), show.count(row.refused)),
                (_("Started"), show.moment(row.started_at)),
                (_("Finished"), show.moment(row.finished_at) if row.finished_at else ""),
            ],
        )
        title = str(_("Bulk change"))
        return Page(title, [badge(row.state)], show.moment(row.started_at), sections=[facts, _orders(row), history(row.id)])


def _orders(row: Bulk) -> Table:
    rows = list(orders_of(row.id).filter(outcome="refused")[:ORDERS_SHOWN])
    rows += orders_of(row.id).exclude(outcome="refused")[: ORDERS_SHOWN - len(rows)]
    return Table(
        _("Orders"),
        [_("Order"), _("Outcome"), _("Why"), _("Difference")],
        [
            [
                Cell(one.order.number, url=link("order", one.order_id)),
                badge(one.outcome),
                Cell(one.detail or show.NOTHING),
                number(show.money(one.difference, one.order.currency)),
            ]
            for one in rows
        ],
        note=_("Only the first orders are shown.") if len(rows) == ORDERS_SHOWN else "",
    )
