"""What left, how long that took, and whose work it was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.contrib.auth.models import User
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from dingdan.insight.reports.layout import Asked, Column, Head, Kind, Line, Picture, Report, each, place_in, share
from dingdan.insight.rollups import queries
from dingdan.insight.rollups.models import LEFT
from dingdan.insight.rollups.rules import TOOK
from dingdan.ledgers.inventory.models import Node

GROUP: Final = _("Fulfillment")
FIGURES: Final = (
    Column("shipments", _("Shipments")),
    Column("units", pgettext_lazy("sold", "Pieces")),
    Column("late", pgettext_lazy("orders", "Late")),
    Column("late_share", _("Late in a hundred"), Kind.SHARE, share("late", "shipments")),
    Column("to_leave", _("From order to leaving"), Kind.SECONDS, each("seconds", "shipments")),
    Column("delivered", _("Delivered")),
    Column("to_arrive", _("On the way"), Kind.SECONDS, each("on_the_way", "delivered")),
)
_NAMES: Final = ("shipments", *LEFT)
TOOK_WORDS: Final[Mapping[str, Any]] = {
    "day": _("Within a day"),
    "two": _("Within two days"),
    "three": _("Within three days"),
    "week": _("Within a week"),
    "over": _("Longer"),
}


def _figures(row: Mapping[str, Any]) -> dict[str, int]:
    return {name: int(row[name]) for name in _NAMES}


def _by_day(asked: Asked) -> Iterator[Line]:
    """Every day of the period, also those on which nothing left."""
    found = {row["counted_on"]: _figures(row) for row in queries.fulfillment_by("counted_on", period=asked.period)}
    for day in asked.period.each_day():
        yield Line((day,), found.get(day, dict.fromkeys(_NAMES, 0)), key=place_in(asked.period, day))


def _by_person(asked: Asked) -> Iterator[Line]:
    rows = queries.fulfillment_by("person", period=asked.period)
    names = _people([row["person"] for row in rows])
    for row in sorted(rows, key=lambda row: (-row["shipments"], row["person"])):
        yield Line((names[row["person"]],), _figures(row), key=row["person"])


def _people(actors: list[str]) -> dict[str, str]:
    """What actors are called: accounts by what they sign in with, all others by their kind."""
    kinds = {actor: actor.partition(":")[::2] for actor in actors}
    accounts = [int(id_) for kind, id_ in kinds.values() if kind == "staff" and id_.isdigit()]
    known = {str(pk): name for pk, name in User.objects.filter(pk__in=accounts).values_list("pk", "username")}
    others = {"staff": gettext("Staff"), "api_key": gettext("Api key"), "import": gettext("Import"), "rule": gettext("Rule")}
    return {actor: known.get(id_) or others.get(kind, gettext("System")) for actor, (kind, id_) in kinds.items()}


def _by_time(asked: Asked) -> Iterator[Line]:
    """From the shortest to the longest, also where there is nothing."""
    found = {row["took"]: _figures(row) for row in queries.fulfillment_by("took", period=asked.period)}
    for code in TOOK:
        yield Line((str(TOOK_WORDS[code]),), found.get(code, dict.fromkeys(_NAMES, 0)), key=code)


def _by_node(asked: Asked) -> Iterator[Line]:
    rows = queries.fulfillment_by("node_id", period=asked.period)
    names = dict(Node.objects.values_list("id", "name"))
    for row in sorted(rows, key=lambda row: (-row["shipments"], str(row["node_id"]))):
        yield Line((names.get(row["node_id"], ""),), _figures(row), key=row["node_id"])


def _report(name: str, *, title: Any, lead: Any, head: Head, ask: Any, picture: Picture) -> Report:
    return Report(
        name=name, group=GROUP, title=title, lead=lead, heads=(head,), columns=FIGURES, ask=ask, picture=picture,
        drawn="shipments", of_currency=False,
    )  # fmt: skip


BY_DAY: Final = _report(
    "fulfillment-by-day",
    title=_("Fulfillment by day"),
    lead=_("By the day on which goods left. Late is what left after the day that was promised."),
    head=Head("day", _("Day"), Kind.DAY),
    ask=_by_day,
    picture=Picture.COLUMNS,
)
BY_TIME: Final = _report(
    "fulfillment-by-time",
    title=_("Fulfillment by time"),
    lead=_("How long it took from the placing of the order until its goods left."),
    head=Head("took", _("Time")),
    ask=_by_time,
    picture=Picture.BARS,
)
BY_PERSON: Final = _report(
    "fulfillment-by-person",
    title=_("Fulfillment by person"),
    lead=_("Who packed what left, or handed it over where nobody packed."),
    head=Head("person", _("Person")),
    ask=_by_person,
    picture=Picture.BARS,
)
BY_NODE: Final = _report(
    "fulfillment-by-node",
    title=_("Fulfillment by node"),
    lead=_("From where goods left."),
    head=Head("node", _("Node")),
    ask=_by_node,
    picture=Picture.BARS,
)
