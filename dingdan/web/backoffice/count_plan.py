"""What to count next: articles by their class, by how long ago they were counted, and by what differed then."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dingdan.insight.reports.registry import asked
from dingdan.insight.reports.stock import letters
from dingdan.kernel import clock
from dingdan.ledgers.inventory.models import Holding, Node
from dingdan.masterdata.catalog.models import Variant
from dingdan.trade.counting.commands import start_count
from dingdan.trade.counting.queries import LastCount, last_counts, on_open_sheets
from dingdan.trade.counting.rules import EVERY, CountWanted, rounds_due
from dingdan.web.backoffice import show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.acting import fresh_key, ticked
from dingdan.web.backoffice.base import link, number
from dingdan.web.backoffice.count_forms import CLASSED_BY
from dingdan.web.backoffice.order_goods import counted
from dingdan.web.backoffice.pages import Button, Cell, Choices, Field, Form, Group, Hint, Page, Section, Table
from dingdan.web.backoffice.stock_acts import node_of

MOST_SHOWN: Final = 50
SHELVES_SHOWN: Final = 4


@dataclass(frozen=True, slots=True)
class Due:
    """An article to be counted: its class, how pressing it is, and its last count."""

    letter: str
    rounds: float
    last: LastCount


def plan_of(node: Node, *, at: datetime) -> list[Due]:
    """What is to be counted at a node by now, the most pressing first; without what stands on an open sheet."""
    of, waits = letters(asked(preset=CLASSED_BY)), on_open_sheets(node.id)
    found = []
    for one in last_counts(node.id):
        letter = of.get(one.variant_id, "C")
        days = (at - one.counted_at).days if one.counted_at else None
        rounds = rounds_due(letter, days, was_different=one.difference > 0)
        if rounds >= 1 and one.variant_id not in waits:
            found.append(Due(letter, rounds, one))
    return sorted(found, key=lambda one: (-one.rounds, one.letter, one.last.variant_id))


def wanted_of(request: HttpRequest) -> CountWanted:
    """The sheet of what was ticked."""
    node, ids = node_of(request.POST), ticked(request, "id", most=MOST_SHOWN)
    skus = tuple(Variant.objects.filter(id__in=ids).order_by("sku").values_list("sku", flat=True))
    title = ", ".join(skus[:3]) + (" …" if len(skus) > 3 else "")
    return CountWanted(node_id=node.id, skus=skus, title=title[:200], is_blind="is_blind" in request.POST)


def plan_page(request: HttpRequest, trouble: str = "") -> Page:
    """What is to be counted next at a node, with the button that begins a sheet of what is ticked."""
    nodes = list(Node.objects.filter(active=True).order_by("priority", "code"))
    sent = request.POST or request.GET
    node = next((one for one in nodes if str(one.id) == sent.get("node", "")), nodes[0] if nodes else None)
    sections: list[Section] = []
    if len(nodes) > 1 and node is not None:
        choice = Field("node", _("Node"), "choice", str(node.id), [(str(one.id), one.name) for one in nodes])
        sections.append(Form("", request.path, "", [Group("", [choice])], [Button(_("Show"))], method="get"))
    due = plan_of(node, at=clock.now()) if node else []
    if node is None or not due:
        sections.append(Hint(_("Nothing is to be counted now"), _("Everything that lies here was counted in time.")))
    else:
        sections.append(_choices(request, node, due, trouble))
    every = {letter.lower(): days for letter, days in EVERY.items()}
    lead = str(_("A every {a} days, B every {b}, C every {c}; what differed the last time twice as often.")).format(**every)
    return Page(str(_("What to count next")), lead=lead, sections=sections)


def _choices(request: HttpRequest, node: Node, due: Sequence[Due], trouble: str) -> Choices:
    shown = due[:MOST_SHOWN]
    variants = Variant.objects.in_bulk([one.last.variant_id for one in shown])
    shelves = _shelves(node.id, variants)
    rows = [_row(one, variants[one.last.variant_id], shelves.get(one.last.variant_id, [])) for one in shown]
    told = str(_("{count} articles are to be counted.")).format(count=show.count(len(due)))
    heads = [_("Article"), _("Class"), _("Locations"), _("Counted last"), _("Difference then"), _("How pressing")]
    table = Table(_("To be counted"), heads, rows, note=trouble or told)
    form = None
    if may(request, start_count.name):
        fields = [
            Field("node", "", "hidden", str(node.id)),
            Field("is_blind", _("Blind: whoever counts does not see what the books say"), "tick", False),
        ]
        url = reverse("admin:counting_count_plan")
        form = Form("", url, fresh_key(), fields, [Button(_("Begin a sheet of what is ticked"), "good")], trouble=trouble)
    return Choices(table, [str(one.last.variant_id) for one in shown], form)


def _shelves(node_id: UUID, variant_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """The locations at which articles lie in a node."""
    rows = Holding.objects.filter(variant_id__in=variant_ids, location__node_id=node_id, location__kind="stock", on_hand__gt=0)
    found: dict[UUID, list[str]] = {}
    for variant_id, code in rows.order_by("location__code").values_list("variant_id", "location__code").distinct():
        found.setdefault(variant_id, []).append(code)
    return found


def _row(one: Due, variant: Variant, shelves: Sequence[str]) -> list[Cell]:
    there = ", ".join(shelves[:SHELVES_SHOWN]) + (" …" if len(shelves) > SHELVES_SHOWN else "")
    last = one.last
    late = str(_("{count} times over")).format(count=show.count(int(one.rounds))) if one.rounds >= 2 else str(_("now"))
    return [
        Cell(variant.name, url=link("variant", variant.id), small=variant.sku),
        Cell(one.letter),
        Cell(there or show.NOTHING),
        Cell(show.moment(last.counted_at) if last.counted_at else _("Never")),
        number(counted(last.difference, variant) if last.difference else show.NOTHING),
        Cell(late if last.counted_at else _("now"), badge="warning" if one.rounds >= 2 else ""),
    ]
