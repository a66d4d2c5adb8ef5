"""The first page of the back office: today at a glance, what waits to be done, how it goes, and what came in last.

It is made of blocks. Each has an address of its own, so that what is on a screen can be fetched again and swapped: the element
with the id `home-NAME` takes what its `data-block` answers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dingdan.insight.board.models import BoardRow
from dingdan.web.backoffice import show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.base import badge, link, number
from dingdan.web.backoffice.glance import charts, today
from dingdan.web.backoffice.pages import Cell, Section, Table
from dingdan.web.backoffice.shop import hint_of
from dingdan.web.backoffice.waiting import waiting

LATEST: Final = 10


@dataclass(frozen=True, slots=True)
class Block:
    """A part of the page that can be fetched alone."""

    name: str
    sections: Sequence[Section]

    @property
    def url(self) -> str:
        """Where it can be fetched."""
        return reverse("admin:home_block", args=[self.name])


def _latest(request: HttpRequest) -> list[Section]:
    if not may(request, "orders.read"):
        return []
    rows = BoardRow.objects.order_by("-placed_at", "-id")[:LATEST]
    return [
        Table(
            _("Latest orders"),
            [_("Order"), _("Customer"), _("Payment"), _("Fulfillment"), _("Total")],
            [
                [
                    Cell(row.number, url=link("order", row.id), small=show.moment(row.placed_at)),
                    Cell(row.name or show.NOTHING),
                    badge(row.payment_status),
                    badge(row.fulfillment_status),
                    number(show.money(row.total, row.currency)),
                ]
                for row in rows
            ],
            more=Cell(_("All orders"), url=reverse("admin:board_boardrow_changelist")),
        )
    ]


BLOCKS: Final[dict[str, Callable[[HttpRequest], Sequence[Section]]]] = {
    "today": today,
    "waiting": waiting,
    "charts": charts,
    "latest": _latest,
}


def overview(request: HttpRequest) -> dict[str, Any]:
    """What the page needs, as far as whoever asks may look at it."""
    return {"blocks": [Block(name, sections(request)) for name, sections in BLOCKS.items()], "hint": hint_of(request)}


def block_view(request: HttpRequest, name: str) -> HttpResponse:
    """One block of the page, to take the place of the one that is shown."""
    if name not in BLOCKS:
        raise Http404
    return render(request, "backoffice/block.html", {"block": Block(name, BLOCKS[name](request))})
