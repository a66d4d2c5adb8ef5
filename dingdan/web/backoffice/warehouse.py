"""The warehouse: what is to be picked, packed and handed over next, what was promised soonest first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from dingdan.automation.planning import plans
from dingdan.kernel import clock
from dingdan.kernel.days import begins, day_of
from dingdan.kernel.errors import Refusal
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.ledgers.inventory.models import Node
from dingdan.trade.fulfillment import queries
from dingdan.trade.fulfillment.commands import plan_shipments, start_wave
from dingdan.trade.fulfillment.models import Shipment, Wave
from dingdan.trade.orders.queries import by_id
from dingdan.web.backoffice import scanning, show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.acting import call_of, fresh_key, ticked
from dingdan.web.backoffice.base import Shown, account_names, badge, history, link, number
from dingdan.web.backoffice.naming import named
from dingdan.web.backoffice.pages import Button, Cell, Choices, Counts, Facts, Field, Form, Hint, Page, Section, Table
from dingdan.web.documents import manifest_pdf, round_pdf

MOST_SHOWN: Final = 200
DUE: Final = {"late": (queries.LATE,), "today": (queries.LATE, queries.TODAY), "": (queries.LATE, queries.TODAY, "")}
START, PLAN = "fulfillment.start_wave", "fulfillment.plan_shipments"
STAGES: Final = {
    "to_plan": _("To plan"),
    "to_pick": _("To pick"),
    "picking": _("Being picked"),
    "to_pack": _("To pack"),
    "to_hand_over": _("To hand over"),
    "stopped": _("Stopped"),
}
EMPTY: Final = {
    "to_plan": _("Everything that is paid and reserved lies in a shipment."),
    "to_pick": _("Nothing is to be picked. Paid orders whose goods are there come here by themselves."),
    "picking": _("Nobody walks a round. Start one from what is to be picked."),
    "to_pack": _("Nothing is to be packed. What was picked on a round comes here."),
    "to_hand_over": _("Nothing waits for a carrier. What was packed comes here."),
    "stopped": _("No order with a shipment is held or being reviewed."),
}


class Shipments(Shown):
    """What is to leave: the worklist, rounds through the shelves, packing, handing over."""

    many = _("Warehouse")
    permission = "fulfillment.read"

    def get_urls(self) -> list[URLPattern]:
        """The worklist and the pages, and the desks from which goods are moved on."""
        wrap, name = self.admin_site.admin_view, "fulfillment_shipment"
        return [
            path("start/", wrap(require_POST(start_view)), name=f"{name}_start"),
            path("plan/", wrap(require_POST(plan_view)), name=f"{name}_plan"),
            path("send/", wrap(require_POST(scanning.send_view)), name=f"{name}_send"),
            path("what/", wrap(require_safe(scanning.what_view)), name=f"{name}_what"),
            path("hand-over/", wrap(require_safe(hand_over_view)), name=f"{name}_hand_over"),
            path("manifest/", wrap(require_safe(manifest_view)), name=f"{name}_manifest"),
            path("round/<uuid:wave_id>/", wrap(require_safe(round_view)), name=f"{name}_round"),
            path("round/<uuid:wave_id>/paper/", wrap(require_safe(paper_view)), name=f"{name}_paper"),
            path("<uuid:object_id>/pack/", wrap(require_safe(pack_view)), name=f"{name}_pack"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The worklist."""
        _check(request)
        return self.shown(request, _worklist(request))

    def page_for(self, request: HttpRequest, row: Shipment) -> Page:
        """One shipment: what is in it, where it stands, who did what."""
        stage = queries.stage_of(row)
        links = [Cell(_("Order {number}").format(number=row.order.number), url=link("order", row.order_id))]
        if stage == "to_pack":
            links.insert(0, Cell(_("Pack"), url=reverse("admin:fulfillment_shipment_pack", args=[row.id]), badge="next"))
        if stage == "picking" and row.wave_id:
            links.insert(0, Cell(_("Pick"), url=reverse("admin:fulfillment_shipment_round", args=[row.wave_id]), badge="next"))
        if stage == "to_hand_over":
            links.insert(0, Cell(_("Hand over"), url=reverse("admin:fulfillment_shipment_hand_over"), badge="next"))
            links.append(Cell(_("Open the packages"), url=reverse("admin:fulfillment_shipment_pack", args=[row.id])))
        return Page(
            str(_("Shipment {number}")).format(number=row.number), [badge(row.state)], links=links,
            sections=[_facts(row), _lines(row), history(row.id)],
        )  # fmt: skip


def _check(request: HttpRequest, permission: str = Shipments.permission) -> None:
    if not may(request, permission):
        raise PermissionDenied


# ── the worklist ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _worklist(request: HttpRequest) -> Page:
    asked, now = request.GET, clock.now()
    stage = asked.get("stage", "") if asked.get("stage", "") in STAGES else "to_pick"
    node = Node.objects.filter(code=asked.get("node", "")).first()
    before = {"late": now, "today": now + timedelta(days=1)}.get(asked.get("due", ""))
    method, there, missing = asked.get("method", ""), queries.piles(at=now), _to_plan()
    due = DUE.get(asked.get("due", ""), DUE[""])
    wanted = (
        one for one in there if (not node or one.node_id == node.id) and method in ("", one.method) and one.due in due
    )  # fmt: skip
    counts = {"to_plan": len(missing), **queries.counts(wanted)}
    sections: list[Section] = [_counts(request, counts, stage), _filters(request, stage, there)]
    sections += _waves(node) if stage in ("to_pick", "picking") else []
    if not counts[stage]:
        sections.append(Hint(STAGES[stage], EMPTY[stage]))
    elif stage == "to_plan":
        sections.append(_plan(request, missing))
    else:
        node_id = node.id if node else None
        rows = queries.first_at(stage, most=MOST_SHOWN, node_id=node_id, method=method, due_before=before)
        sections.append(_todo(request, stage, rows, counts[stage]))
    watch = queries.on_time(at=now, node_id=node.id if node else None, there=there)
    links = [Cell(_("Hand over"), url=reverse("admin:fulfillment_shipment_hand_over"))]
    links.append(Cell(_("Manifest of today"), url=reverse("admin:fulfillment_shipment_manifest")))
    return Page(str(Shipments.many), lead=_told(watch), links=links, sections=sections)


def _told(watch: queries.OnTime) -> str:
    told = str(_("{late} late, {today} due within a day.")).format(late=show.count(watch.late), today=show.count(watch.due_today))
    where = [f"{STAGES[name]} {show.count(count)}" for name, count in watch.late_by_stage.items() if count]
    if where:
        told += " " + str(_("Late is stuck here: {where}.")).format(where=", ".join(where))
    if left := watch.left_on_time + watch.left_late:
        said = _("Of {left} that left in seven days, {good} left in time.")
        told += " " + str(said).format(left=show.count(left), good=show.count(watch.left_on_time))
    return told


def _to_plan() -> list[UUID]:
    """Orders of which something is reserved, may leave and lies in no shipment."""
    ids = queries.unplanned(limit=MOST_SHOWN)
    moving = {order.id for order in by_id(ids) if order.state == "placed" and not order.in_review}
    wishes = plans((scanning.any_call(), id_) for id_ in ids if id_ in moving)
    return [wish.order_id for _call, wish in wishes]


def _counts(request: HttpRequest, counts: dict[str, int], stage: str) -> Counts:
    cells = []
    for name, title in STAGES.items():
        asked = request.GET.copy()
        asked["stage"] = name
        cells.append(
            Cell(show.count(counts[name]), url=f"?{asked.urlencode()}", small=str(title), badge="info" if name == stage else None)
        )
    return Counts("", cells)


def _filters(request: HttpRequest, stage: str, there: Iterable[queries.Pile]) -> Form:
    nodes = [("", _("All")), *Node.objects.filter(active=True).order_by("priority", "code").values_list("code", "name")]
    methods = sorted({one.method for one in there} - {""})
    due = [("", _("All")), ("late", _("Late")), ("today", _("Due within a day"))]
    fields = [
        Field("stage", "", "hidden", stage),
        Field("node", _("Node"), "choice", request.GET.get("node", ""), nodes),
        Field(
            "method", _("Shipping"), "choice", request.GET.get("method", ""), [("", _("All")), *((one, one) for one in methods)]
        ),
        Field("due", _("Promised"), "choice", request.GET.get("due", ""), due),
    ]
    is_on = any(request.GET.get(name) for name in ("node", "method", "due"))
    return Form(_("Filter"), request.path, "", fields, [Button(_("Show"))], is_open=is_on, method="get")


def _waves(node: Node | None) -> list[Section]:
    walking = queries.waves().filter(state="walking")
    rows = list((walking.filter(node_id=node.id) if node else walking)[:50])
    if not rows:
        return []
    names, done = account_names(), queries.progress([row.id for row in rows])
    cells = [
        [
            Cell(row.number, url=reverse("admin:fulfillment_shipment_round", args=[row.id]), small=named(row.node)),
            Cell(scanning.name_of(row.picker, names), small=show.moment(row.started_at)),
            number(" / ".join(show.count(one) for one in done.get(row.id, (0, 0)))),
        ]
        for row in rows
    ]
    return [Table(_("Rounds under way"), [_("Round"), _("Who"), _("Picked")], cells)]


def _todo(request: HttpRequest, stage: str, rows: list[Shipment], count: int) -> Choices:
    held, names, now = queries.contents([row.id for row in rows]), account_names(), clock.now()
    table = []
    for row in rows:
        inside = held.get(row.id)
        who = row.packer if stage == "to_pack" else row.wave.picker if stage == "picking" and row.wave else ""
        late = row.due_at is not None and row.due_at < now
        due = Cell(show.moment(row.due_at), badge="danger" if late else None) if row.due_at else Cell(show.NOTHING)
        table.append(
            [
                Cell(row.number, url=_next(row, stage), small=named(row.node)),
                due,
                Cell(row.order.number, url=link("order", row.order_id), small=row.order.shipping_name),
                number(f"{inside.lines} / {inside.pieces}" if inside else show.NOTHING),
                Cell(scanning.name_of(who, names) if who else show.NOTHING),
            ]
        )
    more = count - len(rows)
    note = str(_("{count} more wait behind these.")).format(count=show.count(more)) if more > 0 else ""
    heads = [_("Shipment"), _("Promised"), _("Order"), _("Lines / pieces"), _("Who")]
    form = Form("", reverse("admin:fulfillment_shipment_start"), fresh_key(), (), [Button(_("Start picking"), "good")])
    is_startable = stage == "to_pick" and may(request, START)
    return Choices(Table(STAGES[stage], heads, table, note=note), [str(row.id) for row in rows], form if is_startable else None)


def _next(row: Shipment, stage: str) -> str:
    """Where somebody goes on with a shipment."""
    if stage == "picking" and row.wave_id:
        return reverse("admin:fulfillment_shipment_round", args=[row.wave_id])
    name = "admin:fulfillment_shipment_pack" if stage == "to_pack" else "admin:fulfillment_shipment_change"
    return reverse(name, args=[row.id])


def _plan(request: HttpRequest, order_ids: list[UUID]) -> Choices:
    orders = list(by_id(order_ids))
    rows = [
        [Cell(order.number, url=link("order", order.id)), Cell(show.moment(order.promised_at)), Cell(order.shipping_name)]
        for order in orders
    ]
    form = Form("", reverse("admin:fulfillment_shipment_plan"), fresh_key(), (), [Button(_("Plan"), "good")])
    table = Table(STAGES["to_plan"], [_("Order"), _("Promised"), _("Shipping")], rows)
    return Choices(table, [str(order.id) for order in orders], form if may(request, PLAN) else None)


def start_view(request: HttpRequest) -> HttpResponse:
    """Begin a round for what is ticked."""
    _check(request, START)
    try:
        told = start_wave(call_of(request, "start-wave"), shipment_ids=tuple(ticked(request, "id", most=MOST_SHOWN)))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("admin:fulfillment_shipment_changelist"))
    return HttpResponseRedirect(reverse("admin:fulfillment_shipment_round", args=[told.wave_id]))


def plan_view(request: HttpRequest) -> HttpResponse:
    """Plan what is ticked."""
    _check(request, PLAN)
    call = call_of(request, "plan")
    wishes = plans((scanning.part(call, id_), id_) for id_ in ticked(request, "id", most=MOST_SHOWN))
    outcomes = plan_shipments.many(wishes)
    good = [one for one in outcomes if not isinstance(one, Refusal)]
    for refusal in {str(one) for one in outcomes if isinstance(one, Refusal)}:
        messages.error(request, refusal)
    if good:
        messages.success(request, _("{count} orders are planned.").format(count=show.count(len(good))))
    return HttpResponseRedirect(reverse("admin:fulfillment_shipment_changelist"))


# ── one shipment ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _facts(row: Shipment) -> Facts:
    names = account_names()
    walked = Cell(row.wave.number, url=reverse("admin:fulfillment_shipment_round", args=[row.wave_id])) if row.wave else ""
    return Facts(
        _("Shipment"),
        [
            (_("From"), named(row.node)),
            (_("Promised"), show.moment(row.due_at) if row.due_at else ""),
            (_("Round"), walked),
            (_("Tote"), row.tote or ""),
            (_("Packed by"), scanning.name_of(row.packer, names) if row.packer else ""),
            (_("Carrier"), row.carrier),
            (_("Tracking number"), row.tracking_number),
            (_("Shipped at"), show.moment(row.shipped_at) if row.shipped_at else ""),
        ],
    )  # fmt: skip


def _lines(row: Shipment) -> Table:
    lines = row.lines.filter(quantity__gt=0).select_related("demand__variant").order_by("id")
    rows = [
        [
            Cell(line.demand.variant.name, small=line.demand.variant.sku, url=link("variant", line.demand.variant_id)),
            number(show.count(line.quantity)),
        ]
        for line in lines
    ]
    return Table(_("Lines"), [_("Article"), _("Quantity")], rows)


# ── the desks ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _desk(
    request: HttpRequest, desk: str, title: str, state: dict[str, Any], links: list[Cell], *, about: UUID | None = None
) -> TemplateResponse:
    urls = {name: reverse(f"admin:fulfillment_shipment_{name}") for name in ("send", "what")}
    back = Cell(Shipments.many, url=reverse("admin:fulfillment_shipment_changelist"))
    page = scanning.DeskPage(desk, title, state, urls=urls, back=back, links=links, about=about)
    return scanning.desk_page(request, page if about else replace(page, followed="shipment"))


def round_view(request: HttpRequest, wave_id: UUID) -> HttpResponse:
    """Walk a round: the next place, what is to be taken there, and for which tote."""
    _check(request)
    wave = queries.waves().filter(id=wave_id).first()
    if wave is None:
        raise Http404
    paper = Cell(_("Print the list"), url=reverse("admin:fulfillment_shipment_paper", args=[wave.id]))
    title = str(_("Round {number}")).format(number=wave.number)
    return _desk(request, "pick", title, scanning.round_state(request, wave), [paper], about=wave.id)


def paper_view(request: HttpRequest, wave_id: UUID) -> HttpResponse:
    """The round on paper."""
    _check(request)
    wave = Wave.objects.select_related("node").filter(id=wave_id).first()
    if wave is None:
        raise Http404
    return _pdf(round_pdf(wave, language=get_language() or "en"), wave.number)


def pack_view(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """Pack a shipment: every piece scanned into a package."""
    _check(request)
    row = Shipment.objects.select_related("order", "node").filter(id=object_id).first()
    if row is None:
        raise Http404
    about = Cell(
        _("Shipment {number}").format(number=row.number), url=reverse("admin:fulfillment_shipment_change", args=[row.id])
    )
    title = str(_("Pack {number}")).format(number=row.number)
    return _desk(request, "pack", title, scanning.pack_state(request, row), [about], about=row.id)


def hand_over_view(request: HttpRequest) -> HttpResponse:
    """Hand over: parcels are scanned, a carrier takes them."""
    _check(request)
    paper = Cell(_("Manifest of today"), url=reverse("admin:fulfillment_shipment_manifest"))
    return _desk(request, "hand", str(_("Hand over")), scanning.hand_over_state(request), [paper])


def manifest_view(request: HttpRequest) -> HttpResponse:
    """What left today, by carrier, to be signed."""
    _check(request)
    now, zone = clock.now(), tenant_in_scope().time_zone
    node = Node.objects.filter(code=request.GET.get("node", "")).first()
    since = begins(day_of(now, zone), zone)
    rows = queries.left(node_id=node.id if node else None, carrier=request.GET.get("carrier", ""), since=since, until=now)
    if not rows:
        messages.warning(request, _("Nothing has left today yet."))
        return HttpResponseRedirect(reverse("admin:fulfillment_shipment_changelist"))
    return _pdf(manifest_pdf(rows, language=get_language() or "en", at=now), f"manifest-{day_of(now, zone)}")


def _pdf(data: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(data, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return answer
