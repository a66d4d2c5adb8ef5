"""The page about the stock of one article: how much, who holds it, what comes, where it lies, why it is so, what can be done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dingdan.automation.low_stock import in_charge
from dingdan.kernel import clock
from dingdan.kernel.days import begins, day_of
from dingdan.kernel.models import EntrySubject
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.ledgers.inventory import queries
from dingdan.ledgers.inventory.models import Demand, Node, Supply, Threshold, Transfer
from dingdan.ledgers.inventory.queries import Figures
from dingdan.masterdata.catalog.models import Variant
from dingdan.trade.orders.models import Order
from dingdan.web.backoffice import show
from dingdan.web.backoffice.acting import fresh_key
from dingdan.web.backoffice.base import account_names, badge, link, number
from dingdan.web.backoffice.charts import Column, Columns
from dingdan.web.backoffice.naming import named
from dingdan.web.backoffice.order_goods import counted
from dingdan.web.backoffice.pages import Button, Cell, Field, Form, Forms, Page, Section, Table
from dingdan.web.backoffice.pages import Figures as Large
from dingdan.web.backoffice.stock_forms import Ground, forms, supply_forms
from dingdan.web.backoffice.typed import known_id
from dingdan.web.backoffice.wishes import wanted_back
from dingdan.web.backoffice.words import word

STEPS_SHOWN: Final = 100
HOLDERS_SHOWN: Final = 50
DAYS_DRAWN: Final = 90


def item_page(variant: Variant, given: QueryDict, *, allowed: set[str], url: Callable[[str], str]) -> Page:
    """All about the stock of an article; of one node, where that is asked about."""
    nodes = list(Node.objects.order_by("code"))
    node = next((one for one in nodes if one.id == known_id(given, "node")), None)
    there, owed = queries.figures([variant.id])[variant.id], queries.owed([variant.id]).get(variant.id, 0)
    supplies = sorted(queries.supplies([variant.id]), key=lambda row: (row.expected_at is None, row.expected_at, row.id))
    undo = _undo(variant, given, url) if "take_back" in allowed else None
    on = Ground(variant, nodes, node.id if node else None)
    sections: list[Section | None] = [
        undo,
        _large(variant, there.values(), owed),
        _by_node(variant, nodes, there),
        _drawn(variant, sum(one.on_hand for one in there.values())),
        _holders(variant),
        _waiting(variant),
        _coming(variant, supplies),
        _places(variant),
        _why(variant, node, may_take_back="take_back" in allowed),
    ]
    doing = [*supply_forms(on, supplies, allowed, url), *forms(on, allowed, url)]
    wanted = wanted_back(variant.id)
    links = [Cell(_("Article"), url=link("variant", variant.id)), Cell(_("Product"), url=link("product", variant.product_id))]
    if wanted.text:
        links.append(Cell(str(_("Want to be told: {count}")).format(count=wanted.text), url=wanted.url))
    if node:
        links.append(Cell(_("All nodes"), url=link("balance", variant.id)))
    lead = " · ".join(filter(None, (variant.name, variant.barcode, named(node) if node else "")))
    shown = [one for one in sections if one is not None and not (isinstance(one, Table) and not one.rows)]
    beside = [Forms(_("Do"), doing)] if doing else []
    return Page(variant.sku, [badge(variant.state)], lead, links, shown, beside)


def _large(variant: Variant, there: Iterable[Figures], owed: int) -> Large:
    rows = list(there)
    told = [
        (_("On hand"), sum(one.on_hand for one in rows), ""),
        (_("Reserved"), sum(one.reserved for one in rows), ""),
        (_("Available"), sum(one.available for one in rows), "warning" if any(one.is_low for one in rows) else None),
        (_("Incoming"), sum(one.incoming for one in rows), ""),
        (pgettext_lazy("stock", "Owed"), owed, ""),
    ]
    return Large([Cell(counted(pieces, variant), small=str(label), badge=tone or None) for label, pieces, tone in told])


def _by_node(variant: Variant, nodes: Sequence[Node], there: dict[UUID, Figures]) -> Table:
    watched = queries.thresholds_at(variant.id, [node.id for node in nodes])
    names, people = account_names(), in_charge(watched.values())
    return Table(
        _("By node"),
        [
            _("Node"),
            _("On hand"),
            _("Reserved"),
            pgettext_lazy("stock", "Kept back"),
            _("Available"),
            _("Incoming"),
            _("Low at"),
            _("In charge"),
        ],
        [
            [
                Cell(named(node), url=f"{link('balance', variant.id)}?node={node.id}"),
                *(number(counted(pieces, variant)) for pieces in (at.on_hand, at.reserved, at.safety)),
                Cell(counted(at.available, variant), badge="warning" if at.is_low else None, is_number=True),
                number(counted(at.incoming, variant)),
                *_watched(variant, watched.get(node.id), names, people),
            ]
            for node, at in ((node, there.get(node.id, Figures())) for node in nodes)
        ],
    )


def _watched(variant: Variant, row: Threshold | None, names: Mapping[int, str], people: Mapping[UUID, set[int]]) -> list[Cell]:
    """From when on it is low there, and who is told."""
    if row is None or row.low_at is None:
        return [number(show.NOTHING), Cell(show.NOTHING)]
    told = ", ".join(sorted(names[one] for one in people[row.id] if one in names))
    return [number(counted(row.low_at, variant)), Cell(word(row.role) if row.role else told)]


def _drawn(variant: Variant, now: int) -> Columns:
    """What was on hand at the end of each day, reckoned back from what is there now."""
    zone = tenant_in_scope().time_zone
    today = day_of(clock.now(), zone)
    first = today - timedelta(days=DAYS_DRAWN - 1)
    changes = queries.changes_by_day(variant.id, since=begins(first, zone), zone=zone)
    columns = []
    for back in range(DAYS_DRAWN):
        on = today - timedelta(days=back)
        columns.append(Column(show.short_day(on), now, counted(now, variant)))
        now -= changes.get(on, 0)
    title = str(_("On hand in {days} days")).format(days=DAYS_DRAWN)
    return Columns(title, columns[::-1], (_("Date"), _("On hand"), ""), "stock-by-day")


# ── whom it is for ───────────────────────────────────────────────────────────────────────────────────────────────────────
def _documents(demands: Iterable[Demand]) -> dict[UUID, Cell]:
    """What demands are for: orders with their pages, carts that hold stock for a while."""
    rows = list(demands)
    ids = {one.document_id for one in rows if one.document_kind == "order"}
    numbers = dict(Order.objects.filter(id__in=ids).values_list("id", "number"))
    return {
        one.document_id: Cell(numbers[one.document_id], url=link("order", one.document_id))
        if one.document_id in numbers
        else Cell(word(one.document_kind))
        for one in rows
    }


def _holders(variant: Variant) -> Table:
    pegs = queries.holders(variant.id, most=HOLDERS_SHOWN + 1)
    told = _documents(peg.demand for peg in pegs)
    return Table(
        _("Who holds the reserved pieces"),
        [_("For"), _("Node"), _("Pieces"), _("Until")],
        [
            [
                told[peg.demand.document_id],
                Cell(named(peg.balance.node) if peg.balance else ""),
                number(counted(peg.quantity, variant)),
                Cell(show.moment(peg.demand.expires_at) if peg.demand.expires_at else _due(peg.demand)),
            ]
            for peg in pegs[:HOLDERS_SHOWN]
        ],
        note=_("Only the first are shown.") if len(pegs) > HOLDERS_SHOWN else "",
    )


def _due(demand: Demand) -> str:
    return str(_("promised for {day}")).format(day=show.day(demand.due_at.date())) if demand.due_at else show.NOTHING


def _waiting(variant: Variant) -> Table:
    demands = queries.unpromised(variant.id, most=HOLDERS_SHOWN + 1)
    told = _documents(demands)
    return Table(
        _("Who waits, and nothing answers it"),
        [_("For"), _("Pieces"), _("Until")],
        [
            [
                told[one.document_id],
                number(counted(one.quantity - one.canceled - one.issued - one.pegged, variant)),
                Cell(_due(one)),
            ]
            for one in demands[:HOLDERS_SHOWN]
        ],
        note=_("Only the first are shown.") if len(demands) > HOLDERS_SHOWN else "",
    )


def _coming(variant: Variant, supplies: Sequence[Supply]) -> Table:
    waiters = queries.waiters(one.id for one in supplies)
    told = _documents(peg.demand for pegs in waiters.values() for peg in pegs)
    transfers = Transfer.objects.in_bulk([one.document_id for one in supplies if one.document_kind == "transfer"])
    nodes = Node.objects.in_bulk([one.node_id for one in supplies])
    return Table(
        _("What is incoming"),
        [_("Expected on"), _("Node"), _("By"), _("Pieces"), _("Who waits for it")],
        [
            [
                Cell(show.day(one.expected_at.date()) if one.expected_at else _("no day")),
                Cell(nodes[one.node_id].name),
                _source(one, transfers),
                number(counted(one.quantity - one.received - one.canceled, variant)),
                Cell(", ".join(dict.fromkeys(str(told[peg.demand.document_id].text) for peg in waiters[one.id])) or show.NOTHING),
            ]
            for one in supplies
        ],
    )


def _source(supply: Supply, transfers: dict[UUID, Transfer]) -> Cell:
    transfer = transfers.get(supply.document_id)
    if transfer is None:
        return Cell(word(supply.document_kind))
    return Cell(transfer.number, url=link("transfer", transfer.id), small=word("transfer"))


def _places(variant: Variant) -> Table:
    return Table(
        _("Where it lies"),
        [_("Location"), _("Kind"), _("Lot"), _("On hand"), _("Chosen for shipments")],
        [
            [
                Cell(one.location),
                Cell(word(one.kind)),
                Cell(one.lot or show.NOTHING, small=show.day(one.expires_on) if one.expires_on else ""),
                number(counted(one.on_hand, variant)),
                number(counted(one.allocated, variant)),
            ]
            for one in queries.holdings([variant.id])
        ],
    )


# ── why it is so ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def _why(variant: Variant, node: Node | None, *, may_take_back: bool) -> Table:
    steps = queries.why(variant.id, queries.Where(node_id=node.id if node else None), limit=STEPS_SHOWN + 1)
    shown = steps[-STEPS_SHOWN:][::-1]
    entries = [step.entry_id for step in shown]
    orders, notes, undone = _orders_of(entries), queries.remarks(entries), queries.taken_back_among(entries)
    names = account_names()
    now = shown[0].on_hand if shown else 0
    rows = []
    for step in shown:
        offer = may_take_back and step.event == "StockAdjusted" and step.entry_id not in undone
        rows.append(
            [
                Cell(show.moment(step.at)),
                _cause(step, orders, notes),
                Cell(_person(step.actor, names)),
                Cell(f"{step.source} → {step.target}", small=step.lot),
                number(f"{'+' if step.change > 0 else ''}{counted(step.change, variant)}"),
                number(counted(step.on_hand, variant)),
                Cell(_("Take back"), url=f"{link('balance', variant.id)}?undo={step.entry_id}") if offer else Cell(""),
            ]
        )
    return Table(
        str(_("Why is it {quantity}?")).format(quantity=counted(now, variant)),
        [_("Date"), _("What happened"), _("Who"), _("From → to"), _("Change"), _("On hand"), ""],
        rows,
        note=_("Only the last moves are shown.") if len(shown) < len(steps) else "",
    )


def _cause(step: queries.Step, orders: dict[UUID, tuple[UUID, str]], notes: dict[UUID, str]) -> Cell:
    order_id, order_number = orders.get(step.entry_id, (None, ""))
    small = str(_("Order {number}")).format(number=order_number) if order_number else notes.get(step.entry_id, "")
    return Cell(word(step.reason), url=link("order", order_id), small=small)


def _person(actor: str, names: dict[int, str]) -> str:
    kind, _colon, id_ = actor.partition(":")
    return names.get(int(id_), word(kind)) if kind == "staff" and id_.isdecimal() else word(kind)


def _orders_of(entry_ids: list[UUID]) -> dict[UUID, tuple[UUID, str]]:
    about = EntrySubject.objects.filter(entry_id__in=entry_ids, kind="order").values_list("entry_id", "subject_id")
    by_entry = dict(about)
    numbers = dict(Order.objects.filter(id__in=set(by_entry.values())).values_list("id", "number"))
    return {entry_id: (order_id, numbers[order_id]) for entry_id, order_id in by_entry.items() if order_id in numbers}


def _undo(variant: Variant, given: QueryDict, url: Callable[[str], str]) -> Form | None:
    """The form that takes an adjustment back, where its line was clicked."""
    entry_id = known_id(given, "undo")
    moves = queries.adjusted_by(entry_id) if entry_id else []
    if entry_id is None or not moves or queries.was_taken_back(entry_id):
        return None
    pieces = sum(one.quantity for one in moves if one.variant_id == variant.id)
    told: Any = _("{pieces} × {sku} were adjusted on {when}. The opposite is written now; the history keeps both.")
    lead = str(told).format(pieces=counted(pieces, variant), sku=variant.sku, when=show.moment(moves[0].at))
    fields = [Field("entry", "", "hidden", str(entry_id))]
    buttons = [Button(_("Take it back"), "bad")]
    return Form(_("Take an adjustment back"), url("take_back"), fresh_key(), fields, buttons, lead=lead)
