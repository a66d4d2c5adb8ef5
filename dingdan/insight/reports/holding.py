"""What lies in the nodes: what it is worth on a day, what came and went, and for how long it has been there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.insight.reports.layout import Asked, Column, Head, Kind, Line, Picture, Report, each, share
from dingdan.insight.rollups.rules import A_DAY
from dingdan.kernel import clock
from dingdan.kernel.days import begins
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.ledgers.inventory import queries
from dingdan.ledgers.inventory.models import Node
from dingdan.ledgers.inventory.queries import CAUSES, Lying
from dingdan.ledgers.inventory.rules import worth
from dingdan.masterdata.catalog.models import Variant

GROUP: Final = _("Stock")
HEADS: Final = (Head("sku", _("SKU")), Head("name", _("Name")), Head("node", _("Node")))
AGES: Final = (30, 90, 180, 365)
"""Bounds of how many days ago goods came."""


def _lying(asked: Asked) -> dict[Lying, int]:
    """What lay in the nodes that are asked for when the period was over, or lies there now."""
    return {key: pieces for key, pieces in queries.lying(before=_ends(asked)).items() if asked.there(key[1])}


def _ends(asked: Asked) -> datetime | None:
    """When the last day of a period was over; None where it is not over yet."""
    end = begins(asked.period.last + A_DAY, tenant_in_scope().time_zone)
    return end if end <= clock.now() else None


class _Articles:
    """The names of articles and nodes, and what the articles cost, where the report is in the currency of the costs."""

    def __init__(self, keys: Iterable[tuple[UUID, UUID]], asked: Asked) -> None:
        ids, nodes = {variant_id for variant_id, _node in keys}, {node_id for _variant, node_id in keys}
        self._variants = Variant.objects.in_bulk(ids)
        self._nodes = dict(Node.objects.filter(id__in=nodes).values_list("id", "name"))
        is_own = asked.currency == tenant_in_scope().currency
        self._costs: dict[UUID, Decimal] = queries.unit_costs(ids, before=_ends(asked)) if is_own else {}

    def about(self, key: tuple[UUID, UUID]) -> tuple[str, str, str]:
        """What a line is about."""
        variant = self._variants[key[0]]
        return variant.sku, variant.name, self._nodes[key[1]]

    def value(self, key: tuple[UUID, UUID], pieces: int) -> int:
        """What pieces are worth; nothing where it is not known."""
        cost = self._costs.get(key[0])
        return worth(pieces, cost, self._variants[key[0]].unit) if cost is not None else 0

    def unvalued(self, key: tuple[UUID, UUID], pieces: int) -> int:
        """Those of the pieces of which it is not known what they are worth."""
        return 0 if key[0] in self._costs else pieces


def _value(asked: Asked) -> Iterator[Line]:
    """What lay there when the period was over (or lies there now), the most valuable first."""
    there = _lying(asked)
    articles = _Articles(there, asked)
    lines = [
        Line(
            articles.about(key),
            {"pieces": pieces, "value": articles.value(key, pieces), "unvalued": articles.unvalued(key, pieces)},
            key=key,
        )
        for key, pieces in there.items()
    ]
    yield from sorted(lines, key=lambda line: (-line.figures["value"], line.about))


def _movement(asked: Asked) -> Iterator[Line]:
    """What lay there before the period, what came and went in it by cause, and what lay there afterwards."""
    lines = []
    for key, causes, after in _moved(asked):
        net = sum(count if name in _COMING else -count for name, count in causes.items())
        lines.append((key, {"opening": after - net, **causes, "closing": after, "in_all": sum(causes.values())}))
    articles = _Articles([key for key, _figures in lines], asked)
    told = [Line(articles.about(key), figures, key=key) for key, figures in lines]
    yield from sorted(told, key=lambda line: (-line.figures["in_all"], line.about))


def _moved(asked: Asked) -> Iterator[tuple[Lying, dict[str, int], int]]:
    """Of each article in each node: what came and went in the period by cause, and what lay there afterwards."""
    zone = tenant_in_scope().time_zone
    first, end = begins(asked.period.first, zone), begins(asked.period.last + A_DAY, zone)
    closing, moved, none = _lying(asked), queries.moved_by_cause(first, end), dict.fromkeys(CAUSES, 0)
    for key in closing.keys() | moved.keys():
        if asked.there(key[1]):
            yield key, moved.get(key, none), closing.get(key, 0)


def _turns(asked: Asked) -> Iterator[Line]:
    """How much of what lay there on average was sent to customers in the period, and in how many days all of it would be."""
    lines = []
    for key, causes, after in _moved(asked):
        before = after - sum(count if name in _COMING else -count for name, count in causes.items())
        sent, both = causes["sent"], before + after
        figures = {"opening": before, "closing": after, "sent": sent, "left": 2 * sent, "both": both}
        lines.append((key, {**figures, "held": both * asked.period.days}))
    articles = _Articles([key for key, _figures in lines], asked)
    told = [Line(articles.about(key), figures, key=key) for key, figures in lines]
    yield from sorted(told, key=lambda line: (-line.figures["sent"], line.about))


_COMING: Final = tuple(CAUSES)[:4]


def _age(asked: Asked) -> Iterator[Line]:
    """How many days ago what lies there came, first in, first out; the most valuable of what is oldest first."""
    ends = _ends(asked)
    until, there = ends or clock.now(), _lying(asked)
    articles, lines = _Articles(there, asked), []
    names = (*(f"to_{age}" for age in AGES), "older")
    for key, pieces in queries.ages(there, until=until, days=AGES).items():
        figures = dict(zip(names, pieces, strict=True))
        old = figures["older"] + figures[f"to_{AGES[-1]}"]
        lines.append(
            Line(articles.about(key), {"pieces": there[key], **figures, "old": old, "value": articles.value(key, old)}, key=key)
        )
    yield from sorted(lines, key=lambda line: (-line.figures["value"], -line.figures["old"], line.about))


VALUE: Final = Report(
    name="stock-value",
    group=GROUP,
    title=_("Value of stock"),
    lead=_("What lay there at the end of the last day, at what the articles cost then. Only goods of the shop itself."),
    heads=HEADS,
    columns=(
        Column("pieces", _("Pieces there")),
        Column("value", _("Worth"), Kind.MONEY),
        Column("unvalued", _("Of unknown cost")),
    ),
    ask=_value,
    picture=Picture.BARS,
    drawn="value",
    by_node=True,
)
MOVEMENT: Final = Report(
    name="stock-movement",
    group=GROUP,
    title=_("Movement of stock"),
    lead=_("What lay there before the first day, what came and went, and what lay there after the last."),
    heads=HEADS,
    columns=(
        Column("opening", _("Before")),
        Column("received", _("Received goods")),
        Column("returned", _("Came back")),
        Column("found", _("Corrected upwards")),
        Column("moved_in", _("From other nodes")),
        Column("sent", _("Sent to customers")),
        Column("lost", _("Corrected downwards")),
        Column("moved_out", _("To other nodes")),
        Column("given_back", _("Back to suppliers")),
        Column("closing", _("After")),
    ),
    ask=_movement,
    picture=Picture.BARS,
    drawn="sent",
    of_currency=False,
    by_node=True,
)
TURNS: Final = Report(
    name="stock-turns",
    group=GROUP,
    title=_("Turnover of stock by node"),
    lead=_("What was sent to customers, beside what lay there on average between the first day and the last."),
    heads=HEADS,
    columns=(
        Column("opening", _("Before")),
        Column("closing", _("After")),
        Column("sent", _("Sent to customers")),
        Column("turned", _("Of what lay there"), Kind.SHARE, share("left", "both")),
        Column("days", _("Days until all of it is sent"), Kind.COUNT, each("held", "left")),
    ),
    ask=_turns,
    picture=Picture.BARS,
    drawn="sent",
    of_currency=False,
    by_node=True,
)
AGE: Final = Report(
    name="stock-age",
    group=GROUP,
    title=_("Age of stock"),
    lead=_("How many days ago what lay there at the end of the last day had come: first in, first out."),
    heads=HEADS,
    columns=(
        Column("pieces", _("Pieces there")),
        Column("to_30", _("Up to 30 days")),
        Column("to_90", _("31 to 90 days")),
        Column("to_180", _("91 to 180 days")),
        Column("to_365", _("181 to 365 days")),
        Column("older", _("Over 365 days")),
        Column("value", _("Value of what is older than 180 days"), Kind.MONEY),
    ),
    ask=_age,
    picture=Picture.BARS,
    drawn="value",
    by_node=True,
)
