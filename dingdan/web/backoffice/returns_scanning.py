"""What the returns desk knows and takes: states as JSON, and each scan as a command under its own key."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from dingdan.automation.words import method_name
from dingdan.kernel import clock
from dingdan.kernel.errors import Invalid, Refusal
from dingdan.kernel.files import SHOWN
from dingdan.kernel.journal import Call, Event
from dingdan.kernel.quantity import UNITS, plain_quantity
from dingdan.ledgers.payments.queries import payments_of
from dingdan.ledgers.payments.rules import METHODS
from dingdan.masterdata.policies.lifecycle import GoesTo
from dingdan.trade.aftersales import commands, events, queries
from dingdan.trade.aftersales.commands import ReturnWanted
from dingdan.trade.aftersales.lifecycle import OPEN
from dingdan.trade.aftersales.models import Return, ReturnPiece
from dingdan.trade.aftersales.queries import InspectionOffer
from dingdan.trade.orders.models import Order
from dingdan.trade.orders.queries import order as order_of
from dingdan.web.backoffice import show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.after_sale_acts import units_of
from dingdan.web.backoffice.base import account_names, link
from dingdan.web.backoffice.naming import named
from dingdan.web.backoffice.return_acts import goods_told, money_told, pieces_of, places_of, said_of_grading
from dingdan.web.backoffice.scanning import id_of, name_of, scan_call, whole
from dingdan.web.backoffice.typed import named_grades, reason_choices, reason_names
from dingdan.web.backoffice.words import word
from dingdan.web.shared.reading import read_json

LAST_SAID: Final = 8
MOST_LINES: Final = 200
_ABLE: Final = (
    *("note_arrival", "examine_pieces", "undo_examination", "finish_examination", "attach_to_return"),
    *("authorize_return", "park_parcel", "attach_to_parcel"),
)


def able(request: HttpRequest) -> list[str]:
    """What whoever asks may do at the desk."""
    return [name for name in _ABLE if may(request, f"aftersales.{name}")]


def desk_url(return_id: UUID) -> str:
    """Where a return is looked at."""
    return reverse("admin:aftersales_return_desk_at", args=[return_id])


# ── a return ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def return_state(request: HttpRequest, row: Return) -> dict[str, Any]:
    """A return at the desk: what is expected, what was said of it, and what finishing would do."""
    pieces, said = pieces_of(row), list(queries.examinations(row.id))
    held = {piece.id: sum(one.quantity for one in said if one.piece_id == piece.id) for piece in pieces}
    names, places, reasons = account_names(), places_of(row), reason_names()
    by_id, grades = {piece.id: piece for piece in pieces}, named_grades()
    called = {code: name for code, name, _goes in grades}
    photos = [one for one in queries.files_of(row.id)[row.id] if one.media_type in SHOWN and not one.erased_at]
    return {
        "id": row.id, "number": row.number, "order": row.order.number, "is_open": row.state in OPEN, "node": named(row.node),
        "is_here": row.arrived_at is not None or row.state != "authorized", "url": link("return", row.id), "may": able(request),
        "desk": reverse("admin:aftersales_return_desk"),
        "pieces": [_piece(piece, held[piece.id], reasons.get(piece.line.reason, "")) for piece in pieces],
        "said": [
            {
                "id": one.id, "piece": one.piece_id, "name": _named(by_id[one.piece_id]), "grade": called.get(one.code, one.code),
                "count": _plain(by_id[one.piece_id], one.quantity), "lot": one.lot.code if one.lot else "",
                "who": name_of(one.examiner, names), "at": show.moment(one.at),
            }
            for one in reversed(said[-LAST_SAID:])
        ],
        "grades": [
            {"code": code, "name": name, "place": places[GoesTo(goes)], "goes": goes} for code, name, goes in grades
        ],
        "photos": [
            {"line": one.line_id, "name": one.name, "url": reverse("admin:aftersales_return_file", args=[row.id, one.id])}
            for one in photos
        ],
        "offer": _offer(row) if row.state in OPEN and said else None,
        "ended": [] if row.state in OPEN else _ended(row),
    }  # fmt: skip


def _piece(piece: ReturnPiece, held: int, why: str) -> dict[str, Any]:
    variant, line = piece.demand.variant, piece.line
    return {
        "id": piece.id, "line": line.id, "sku": variant.sku, "barcode": variant.barcode, "name": _named(piece),
        "tracking": variant.tracking, "quantity": piece.quantity, "held": held, "received": piece.received,
        "step": 10 ** UNITS[variant.unit].decimals, "why": why,
    }  # fmt: skip


def _named(piece: ReturnPiece) -> str:
    variant, line = piece.demand.variant, piece.line.order_line
    return line.name if variant.sku == line.sku else f"{variant.name} ({line.name})"


def _plain(piece: ReturnPiece, quantity: int) -> str:
    return plain_quantity(quantity, UNITS[piece.demand.variant.unit])


def _offer(row: Return) -> dict[str, Any]:
    """What finishing now would do, in words and numbers; or why it cannot be finished."""
    try:
        offer = queries.examined_preview(row.id)
    except Refusal as refusal:
        return {"trouble": str(refusal), "facts": [], "money": ""}
    goods = [[str(what.text), f"{many.text} · {where.text}"] for what, many, where in goods_told(offer, row).rows]
    money = [[str(label), str(cell.text)] for label, cell in money_told(offer, row).shown]
    return {"trouble": "", "facts": [*goods, *money], "money": _released(row, offer)}


def _released(row: Return, offer: InspectionOffer) -> str:
    """Who lets the money go, as far as any is due."""
    if offer.is_exchange:
        return _("It pays for the goods in exchange. They are ordered by themselves.")
    if not offer.refund_due:
        return _("No money goes back: nothing is paid above what the order costs then.")
    return how_released(row.order_id, show.money(offer.refund_due, offer.currency))


def how_released(order_id: UUID, amount: str) -> str:
    """How money goes back the way it came: by itself where a gateway or our own credit does it, else by hand."""
    paid = [one for one in payments_of("order", [order_id]).get(order_id, ()) if one.captured > one.refunded]
    ways = dict.fromkeys(method_name(one.gateway) for one in paid)
    by_hand = any(one.gateway in METHODS for one in paid)
    told = _("{amount} goes back the way it came: {ways}.").format(amount=amount, ways=", ".join(ways) or show.NOTHING)
    by_itself = _("It goes by itself: nobody has to release it.")
    handed = _("Somebody of accounting hands it out, and notes it under Payments.")
    return f"{told} {handed if by_hand else by_itself}"


def _ended(row: Return) -> list[list[str]]:
    """What became of a return that nothing is done with at the desk any more."""
    refund, currency = sum(line.refund for line in row.lines.all()), row.order.currency
    at = row.inspected_at or row.closed_at
    remedies = {
        "canceled": _("It was called off. What came all the same is put aside as a parcel that nobody asked for."),
        "lapsed": _("It had lapsed before. What came all the same is put aside as a parcel that nobody asked for."),
    }
    told = [[str(_("State")), word(row.state)], [str(_("Inspected at")), show.moment(at) if at else ""]]
    if row.inspected_at:
        told.append([str(_("Given back")), show.money(refund, currency)])
        told.append([str(_("What to do")), _("Nothing more. More goods of this order need another return.")])
    else:
        told.append([str(_("What to do")), remedies.get(row.state, "")])
    return [one for one in told if one[1]]


# ── an order whose goods came without having been asked for ──────────────────────────────────────────────────────────────


def order_state(request: HttpRequest, order: Order) -> dict[str, Any]:
    """What may come back of an order, to be allowed on the spot."""
    found = queries.standing(order.id)
    verdicts = {one.line_id: one.verdict for one in queries.return_offer(order.id, at=clock.now()).lines}
    return {
        "id": order.id, "number": order.number, "may": able(request), "reasons": reason_choices("unwanted"),
        "may_override": may(request, "policies.override"), "desk": reverse("admin:aftersales_return_desk"),
        "lines": [
            {
                "key": unit.key, "line": unit.line.id, "component": unit.sku if unit.component else "", "sku": unit.sku,
                "name": unit.line.name, "barcode": unit.variant.barcode if unit.variant else "", "most": unit.most,
                "step": 10 ** UNITS[unit.variant.unit].decimals if unit.variant else 1,
                "says": str(verdicts[unit.line.id].sentence) if unit.line.id in verdicts else "",
                "is_allowed": unit.line.id in verdicts and verdicts[unit.line.id].eligible,
            }
            for unit in list(units_of(found))[:MOST_LINES]
        ],
    }  # fmt: skip


# ── what the desk takes ──────────────────────────────────────────────────────────────────────────────────────────────────


def _arrive(call: Call, said: Mapping[str, Any]) -> Event:
    return commands.note_arrival(call, return_id=id_of(said, "return"))


def _examine(call: Call, said: Mapping[str, Any]) -> Event:
    return commands.examine_pieces(
        call, piece_id=id_of(said, "piece"), grade=str(said.get("grade") or ""), quantity=whole(said, "quantity") or 1,
        lot_code=str(said.get("lot") or ""),
    )  # fmt: skip


def _undo(call: Call, said: Mapping[str, Any]) -> Event:
    return commands.undo_examination(call, examination_id=id_of(said, "examination"))


def _finish(call: Call, said: Mapping[str, Any]) -> Event:
    return commands.finish_examination(call, return_id=id_of(said, "return"))


def _allow(call: Call, said: Mapping[str, Any]) -> Event:
    told: Sequence[Any] = said.get("lines") or []
    reason, override = str(said.get("reason") or "other"), str(said.get("override") or "")
    lines = tuple(
        ReturnWanted(
            line_id=id_of(one, "line"), quantity=whole(one, "quantity") or 0, reason=reason, override=override,
            component=str(one.get("component") or ""),
        )
        for one in told[:MOST_LINES]
        if isinstance(one, dict)
    )  # fmt: skip
    return commands.authorize_return(call, order_id=id_of(said, "order"), lines=lines)


def _park(call: Call, said: Mapping[str, Any]) -> Event:
    return commands.park_parcel(call, code=str(said.get("code") or ""), note=str(said.get("note") or ""))


ACTS: Final[Mapping[str, Callable[[Call, Mapping[str, Any]], Event]]] = {
    "arrive": _arrive, "examine": _examine, "undo": _undo, "finish": _finish, "allow": _allow, "park": _park,
}  # fmt: skip
"""What the desk can send: each is one command, and knows its own permission."""


def send_view(request: HttpRequest) -> JsonResponse:
    """Do what was scanned, once however often it is sent; tells why not, and how the desk stands now."""
    if not may(request, "aftersales.read"):
        raise PermissionDenied
    said: Any = None
    try:
        said = read_json(request.body or b"{}")
        act = ACTS.get(str(said.get("act"))) if isinstance(said, dict) else None
        if act is None or not isinstance(said, dict):
            raise Invalid(field="act", reason=_("This is nothing that a desk can do."))
        event = act(scan_call(request, said), said)
    except Refusal as refusal:
        return _answer(request, said, {"ok": False, "told": "", "trouble": str(refusal)})
    return _answer(request, said, {"ok": True, "trouble": "", **_told(event)})


def _told(event: Event) -> dict[str, Any]:
    """What is said of what was done, and where one goes on."""
    if isinstance(event, events.ReturnInspected):
        released = how_released(event.order_id, show.money(event.refund_due, event.currency))
        return {"told": f"{said_of_grading(event)} {released if event.refund_due and not event.is_exchange else ''}".strip()}
    if isinstance(event, events.ReturnAuthorized):
        return {"told": "", "go": desk_url(event.return_id)}
    if isinstance(event, events.ParcelParked):
        return {"told": "", "parcel": {"id": event.parcel_id, "number": event.number}}
    return {"told": ""}


def _answer(request: HttpRequest, said: Any, answer: dict[str, Any]) -> JsonResponse:
    if isinstance(said, dict):
        with suppress(ValueError, TypeError):
            about = UUID(str(said.get("about")))
            row = Return.objects.select_related("order", "node").filter(id=about).first() if said.get("desk") == "back" else None
            if row is not None:
                answer["state"] = return_state(request, row)
            if said.get("desk") == "allow" and not answer["ok"]:
                answer["state"] = order_state(request, order_of(about))
    return JsonResponse(answer)
