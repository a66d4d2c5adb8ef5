"""What the desks of the warehouse know and take: states as JSON, and each scan as a command under its own key."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from dingdan.kernel.errors import Invalid, Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import SYSTEM, Call, Event
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.ledgers.inventory.models import Lot
from dingdan.masterdata.catalog.models import Variant
from dingdan.masterdata.catalog.queries import images_of
from dingdan.trade.fulfillment import commands, events, queries
from dingdan.trade.fulfillment.commands import Box, Content, PackShipment, ShipShipment, SomebodyElse
from dingdan.trade.fulfillment.models import Pick, Shipment, Wave
from dingdan.trade.settlement.models import Invoice
from dingdan.web.backoffice import show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.base import account_names
from dingdan.web.backoffice.naming import named
from dingdan.web.backoffice.pages import Cell
from dingdan.web.backoffice.printing import PRINT_INVOICES
from dingdan.web.backoffice.site import site
from dingdan.web.backoffice.warehouse_words import WORDS
from dingdan.web.shared.reading import read_json

MOST_PARCELS: Final = 500
LAST_PICKS: Final = 5


def any_call() -> Call:
    """A call that is only asked about, never given."""
    return Call(tenant_id=current_tenant_id(), actor=SYSTEM)


def part(call: Call, about: UUID) -> Call:
    """The same call for one of several things, under a key of its own."""
    return replace(call, key=f"{call.key}:{about}")


def name_of(who: str, names: Mapping[int, str]) -> str:
    """Who it is, as people know them."""
    kind, _colon, id_ = who.partition(":")
    return (names.get(int(id_)) if kind == "staff" and id_.isdecimal() else None) or who or show.NOTHING


def words(more: Mapping[str, Any]) -> dict[str, str]:
    """The sentences that the scripts of the desks say, with those of one desk."""
    return {name: str(text) for name, text in {**WORDS, **more}.items()}


def _me(request: HttpRequest) -> str:
    actor = request.actor  # type: ignore[attr-defined]
    return f"{actor.kind}:{actor.id}"


@dataclass(frozen=True, slots=True)
class DeskPage:
    """A desk at which things are scanned: which script runs it, what it knows, where it sends, and where one came from.

    It is told what happens to `about`, or to all things of the kinds `followed` (parted by spaces), and then knows that, too.
    """

    desk: str
    title: str
    state: dict[str, Any]
    urls: Mapping[str, str]
    back: Cell
    links: Sequence[Cell] = ()
    words: Mapping[str, Any] = field(default_factory=dict)
    about: UUID | None = None
    followed: str = ""


def desk_page(request: HttpRequest, page: DeskPage) -> TemplateResponse:
    """A desk as its page."""
    request.current_app = site.name
    context = {**site.each_context(request), "title": page.title, "page": page, "words": words(page.words)}
    context |= {"followed": page.followed}
    return TemplateResponse(request, "backoffice/scan.html", context)


# ── what the desks know ──────────────────────────────────────────────────────────────────────────────────────────────────


def round_state(request: HttpRequest, wave: Wave) -> dict[str, Any]:
    """A round: what is to be taken, place by place, and what was taken last."""
    shipments = Shipment.objects.filter(wave_id=wave.id)
    taken = queries.to_take(shipments)
    pictures = _pictures(request, {one.sku for one in taken})
    stops = [
        {
            "location": stop[0].location, "location_id": stop[0].location_id, "sku": stop[0].sku, "name": stop[0].name,
            "barcode": stop[0].barcode, "tracking": stop[0].tracking, "lot": stop[0].lot, "unit": stop[0].unit,
            "picture": pictures.get(stop[0].sku, ""), "expires": show.day(stop[0].expires_on) if stop[0].expires_on else "",
            "errands": [
                {name: getattr(one, name) for name in ("errand_id", "shipment", "tote", "planned", "picked", "missing")}
                for one in stop
            ],
        }
        for stop in queries.stops(taken)
    ]  # fmt: skip
    last = [_taken(pick) for pick in queries.last_picks(shipments, limit=LAST_PICKS)]
    gathered = shipments.filter(state="picking", gathered_at__isnull=False).order_by("tote")
    return {
        "id": wave.id, "number": wave.number, "state": wave.state, "node": named(wave.node),
        "who": name_of(wave.picker, account_names()), "is_mine": wave.picker == _me(request), "stops": stops, "picks": last,
        "may": _may(request, "pick_pieces", "report_short", "undo_pick", "take_wave", "stop_wave"),
        "pack": [{"tote": row.tote, "number": row.number, "url": _pack_url(row.id)} for row in gathered],
    }  # fmt: skip


def _pictures(request: HttpRequest, skus: Collection[str]) -> dict[str, str]:
    """Where the first picture of each article is, by SKU, for whoever may look at articles."""
    if not may(request, "catalog.read"):
        return {}
    products = dict(Variant.objects.filter(sku__in=skus).values_list("sku", "product_id"))
    images = images_of(products.values())
    return {sku: reverse("admin:product_picture", args=[id_, images[id_][0].id]) for sku, id_ in products.items() if images[id_]}


def _taken(pick: Pick) -> dict[str, Any]:
    variant = pick.errand.line.demand.variant
    lot = pick.errand.lot.code if pick.errand.lot else ""
    return {"id": pick.id, "quantity": pick.quantity, "sku": variant.sku, "name": variant.name, "lot": lot}


def _pack_url(shipment_id: UUID) -> str:
    return reverse("admin:fulfillment_shipment_pack", args=[shipment_id])


def _may(request: HttpRequest, *names: str) -> list[str]:
    return [name for name in names if may(request, f"fulfillment.{name}")]


def pack_state(request: HttpRequest, row: Shipment) -> dict[str, Any]:
    """A shipment that is packed: what belongs into its packages, and the lots that were taken for it."""
    lines = list(row.lines.filter(quantity__gt=0).select_related("demand__variant").order_by("id"))
    lots: dict[UUID, list[str]] = {}
    for line_id, code in row_lots(row.id):
        lots.setdefault(line_id, []).append(code)
    stage = queries.stage_of(row)
    told = [
        {
            "id": line.id, "sku": line.demand.variant.sku, "name": line.demand.variant.name,
            "barcode": line.demand.variant.barcode, "quantity": line.quantity, "lots": lots.get(line.id, []),
        }
        for line in lines
    ]  # fmt: skip
    after = Shipment.objects.filter(wave_id=row.wave_id, state="picking", gathered_at__isnull=False) if row.wave_id else None
    following = after.exclude(id=row.id).order_by("tote").first() if after is not None else None
    return {
        "id": row.id, "number": row.number, "order": row.order.number, "stage": stage, "state": row.state, "tote": row.tote,
        "note": row.order.customer_note, "method": row.order.shipping_name,
        "who": name_of(row.packer, account_names()) if row.packer else "", "is_mine": row.packer in ("", _me(request)),
        "lines": told, "may": _may(request, "pack_shipment", "unpack_shipment", "take_shipment"),
        "next": _pack_url(following.id) if following else "", "papers": _papers(request, row),
        "hand_over": reverse("admin:fulfillment_shipment_hand_over"),
    }  # fmt: skip


def _papers(request: HttpRequest, row: Shipment) -> list[dict[str, str]]:
    """The papers that go into a parcel or onto it, as far as there are any and whoever packs may print them."""
    if not may(request, "orders.read"):
        return []
    papers = {"packing": _("Packing slip"), "label": _("Label")}
    if may(request, PRINT_INVOICES) and Invoice.objects.filter(order_id=row.order_id).exists():
        papers["invoice"] = _("Invoice")
    at = reverse("admin:board_boardrow_print")
    return [{"text": text, "url": f"{at}?paper={paper}&shipment={row.id}"} for paper, text in papers.items()]


def row_lots(shipment_id: UUID) -> list[tuple[UUID, str]]:
    """The lots that were taken for lines of a shipment."""
    rows = Pick.objects.filter(errand__line__shipment_id=shipment_id, undone_at=None, errand__lot__isnull=False)
    return list(rows.values_list("errand__line_id", "errand__lot__code").distinct())


def hand_over_state(request: HttpRequest) -> dict[str, Any]:
    """What is packed and waits for a carrier."""
    rows = list(queries.open_shipments().filter(queries.STAGES["to_hand_over"]).prefetch_related("packages")[:MOST_PARCELS])
    used = Shipment.objects.exclude(carrier="").order_by("-id").values_list("carrier", flat=True)[:200]
    return {
        "parcels": [
            {
                "id": row.id, "number": row.number, "order": row.order.number, "node": row.node.code,
                "method": row.order.shipping_name,
                "codes": [row.number, *(box.tracking_number for box in row.packages.all() if box.tracking_number)],
                "tracking": next((box.tracking_number for box in row.packages.all() if box.tracking_number), ""),
                "packages": len(row.packages.all()),
            }
            for row in rows
        ],
        "carriers": list(dict.fromkeys(used)), "may": _may(request, "ship_shipments"),
        "manifest": reverse("admin:fulfillment_shipment_manifest"),
    }  # fmt: skip


# ── what they take ───────────────────────────────────────────────────────────────────────────────────────────────────────


def id_of(said: Mapping[str, Any], name: str) -> UUID:
    """An id that a desk names. Refuses what is none."""
    with suppress(ValueError, TypeError):
        return UUID(str(said.get(name)))
    raise Invalid(field=name, reason=_("This is no id."))


def _pick(call: Call, said: Mapping[str, Any]) -> Event:
    lot = str(said.get("lot") or "")
    return commands.pick_pieces(call, errand_id=id_of(said, "errand"), quantity=whole(said, "quantity") or 1, lot_code=lot)


def _undo(call: Call, said: Mapping[str, Any]) -> Event:
    return commands.undo_pick(call, pick_id=id_of(said, "pick"))


def _short(call: Call, said: Mapping[str, Any]) -> Event:
    return commands.report_short(call, errand_id=id_of(said, "errand"), reason=str(said.get("reason", "")))


def _take_wave(call: Call, said: Mapping[str, Any]) -> Event:
    return commands.take_wave(call, wave_id=id_of(said, "wave"), takes_over=said.get("over") is True)


def _stop(call: Call, said: Mapping[str, Any]) -> Event:
    return commands.stop_wave(call, wave_id=id_of(said, "wave"))


def _take_shipment(call: Call, said: Mapping[str, Any]) -> Event:
    return commands.take_shipment(call, shipment_id=id_of(said, "shipment"), takes_over=said.get("over") is True)


def whole(said: Mapping[str, Any], name: str) -> int | None:
    """A number that a desk names; None for none. Refuses what is no whole number above zero."""
    found = said.get(name)
    if found in (None, ""):
        return None
    if type(found) is not int or not 0 < found < 10**9:
        raise Invalid(field=name, reason=_("This is no whole number above zero."))
    return found


def _pack(call: Call, said: Mapping[str, Any]) -> Event:
    boxes = []
    for box in said.get("packages") or []:
        inside = [Content(id_of(one, "line"), int(one.get("quantity", 0))) for one in box.get("contents") or []]
        boxes.append(
            Box(
                weight_grams=whole(box, "weight"), length_mm=whole(box, "length"), width_mm=whole(box, "width"),
                height_mm=whole(box, "height"), contents=tuple(inside),
            )
        )  # fmt: skip
    if not boxes:
        raise Invalid(field="packages", reason=_("Scan what goes into the first package."))
    return commands.pack_shipment.one(call, PackShipment(id_of(said, "shipment"), tuple(boxes)))


def _unpack(call: Call, said: Mapping[str, Any]) -> Event:
    return commands.unpack_shipment(call, shipment_id=id_of(said, "shipment"))


def _ship(call: Call, said: Mapping[str, Any]) -> Event:
    wanted = ShipShipment(id_of(said, "shipment"), str(said.get("carrier") or ""), str(said.get("tracking") or ""))
    return commands.ship_shipments.one(call, wanted)


ACTS: Final[Mapping[str, Callable[[Call, Mapping[str, Any]], Event]]] = {
    "pick": _pick, "undo": _undo, "short": _short, "take_wave": _take_wave, "stop": _stop, "take_shipment": _take_shipment,
    "pack": _pack, "unpack": _unpack, "ship": _ship,
}  # fmt: skip
"""What a desk can send: each is one command, and knows its own permission."""


def send_view(request: HttpRequest) -> JsonResponse:
    """Do what was scanned, once however often it is sent; tells why not, and how the desk stands now."""
    if not may(request, "fulfillment.read"):
        raise PermissionDenied
    said: Any = None
    try:
        said = read_json(request.body or b"{}")
        act = ACTS.get(str(said.get("act"))) if isinstance(said, dict) else None
        if act is None or not isinstance(said, dict):
            raise Invalid(field="act", reason=_("This is nothing that a desk can do."))
        event = act(scan_call(request, said), said)
    except SomebodyElse as refusal:
        who = name_of(str(refusal.facts.get("who", "")), account_names())
        return _answer(request, said, trouble=str(SomebodyElse(**{**refusal.facts, "who": who})), is_taken=True)
    except Refusal as refusal:
        return _answer(request, said, trouble=str(refusal))
    return _answer(request, said, told=_said(event))


def scan_call(request: HttpRequest, said: Mapping[str, Any]) -> Call:
    """The call of whoever scanned, under the key of the scan: what is sent twice is done once."""
    actor = request.actor  # type: ignore[attr-defined]
    key = str(said.get("key") or new_id())[:64]
    return Call(tenant_id=current_tenant_id(), actor=actor, key=f"backoffice:{actor.id}:scan:{key}")


def _said(event: Event) -> str:
    if isinstance(event, events.PickedShort):
        row = Shipment.objects.select_related("order").get(id=event.shipment_id)
        count = sum(line.quantity for line in event.lines)
        promise = show.moment(row.order.promised_at) if row.order.promised_at else show.NOTHING
        said = _("{count} pieces left the stock. Order {number} (promised for {promise}) gets them from elsewhere, or waits.")
        return said.format(count=count, number=row.order.number, promise=promise)
    if isinstance(event, events.WaveStopped):
        return _("{count} shipments can be picked on another round.").format(count=len(event.put_back))
    return ""


def _answer(request: HttpRequest, said: Any, *, told: str = "", trouble: str = "", is_taken: bool = False) -> JsonResponse:
    answer: dict[str, Any] = {"ok": not trouble, "told": told, "trouble": trouble, "is_taken": is_taken}
    if isinstance(said, dict):
        with suppress(ValueError, TypeError):
            about = UUID(str(said.get("about")))
            if said.get("desk") == "pick" and (wave := queries.waves().filter(id=about).first()):
                answer["state"] = round_state(request, wave)
            rows = Shipment.objects.select_related("order", "node")
            if said.get("desk") == "pack" and (row := rows.filter(id=about).first()):
                answer["state"] = pack_state(request, row)
        if said.get("desk") == "hand":
            answer["state"] = hand_over_state(request)
    return JsonResponse(answer)


def what_view(request: HttpRequest) -> JsonResponse:
    """What a scanned code is: an article, a lot, a shipment, or nothing that is known here."""
    code = request.GET.get("code", "")[:80].strip()
    if not may(request, "fulfillment.read"):
        raise PermissionDenied
    cell = _what(code) if code else None
    return JsonResponse({"code": code, "what": str(cell.text) if cell else "", "url": cell.url if cell else ""})


def _what(code: str) -> Cell | None:
    variant = Variant.objects.filter(sku=code).first() or Variant.objects.filter(barcode=code).exclude(barcode="").first()
    if variant is None and (lot := Lot.objects.filter(code=code).select_related("variant").first()):
        variant = lot.variant
    if variant is not None:
        return Cell(f"{variant.name} ({variant.sku})")
    row = queries.by_code(code)
    if row is not None:
        url = _pack_url(row.id) if queries.stage_of(row) == "to_pack" else ""
        return Cell(_("shipment {number} of order {order}").format(number=row.number, order=row.order.number), url=url)
    return None
