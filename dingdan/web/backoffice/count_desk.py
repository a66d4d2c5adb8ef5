"""The desk on which is counted, with a phone or a scanner: what lies at which place, and what was scanned there."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from dingdan.kernel import clock
from dingdan.kernel.errors import Invalid, Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Call
from dingdan.kernel.quantity import UNITS, parse_quantity, plain_quantity
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.ledgers.inventory.models import Location, Lot
from dingdan.masterdata.catalog.models import Variant
from dingdan.trade.counting import queries
from dingdan.trade.counting.commands import CountedBefore, enter_counts
from dingdan.trade.counting.lifecycle import COUNT_LIFE
from dingdan.trade.counting.models import Count, CountLine
from dingdan.trade.counting.rules import SeenGoods
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.base import account_names
from dingdan.web.backoffice.count_words import WORDS
from dingdan.web.backoffice.naming import named
from dingdan.web.backoffice.pages import Cell
from dingdan.web.backoffice.scanning import DeskPage, desk_page, name_of
from dingdan.web.shared.reading import read_json

AT_ONCE: Final = timedelta(seconds=5)
"""What is told sooner was counted now."""
MOST_LINES: Final = 500


def desk_view(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """Count: the next place, and what lies there."""
    row = _row(request, object_id)
    urls = {"send": reverse("admin:counting_count_send", args=[row.id]), "what": reverse("admin:counting_count_what")}
    back = Cell(_("Counts"), url=reverse("admin:counting_count_changelist"))
    links = [Cell(_("The sheet"), url=reverse("admin:counting_count_change", args=[row.id]))]
    title = _("Count {number}").format(number=row.number)
    return desk_page(request, DeskPage("count", title, _state(request, row), urls=urls, back=back, links=links, words=WORDS))


def _row(request: HttpRequest, object_id: UUID, permission: str = "counting.read") -> Count:
    if not may(request, permission):
        raise PermissionDenied
    row = queries.counts().filter(id=object_id).first()
    if row is None:
        raise Http404
    return row


# ── what the desk knows ──────────────────────────────────────────────────────────────────────────────────────────────────
def _state(request: HttpRequest, row: Count) -> dict[str, Any]:
    lines, names = queries.lines_of(row.id), account_names()
    return {
        "id": row.id, "number": row.number, "is_open": row.state == COUNT_LIFE.initial, "node": named(row.node),
        "may": may(request, enter_counts.name), "place_url": reverse("admin:counting_count_place", args=[row.id]),
        "sheet_url": reverse("admin:counting_count_change", args=[row.id]),
        "lines": [_line(row, one, names) for one in lines],
    }  # fmt: skip


def _line(row: Count, one: CountLine, names: Mapping[int, str]) -> dict[str, Any]:
    variant, unit = one.variant, UNITS[one.variant.unit]
    return {
        "id": one.id, "location": one.location.code, "location_id": one.location_id, "owner_id": one.owner_id,
        "sku": variant.sku, "name": variant.name, "barcode": variant.barcode, "tracking": variant.tracking,
        "unit": "" if unit.code == "piece" else unit.code, "lot": one.lot.code if one.lot else "",
        "counted": None if one.counted is None else plain_quantity(one.counted, unit),
        "by": name_of(one.counted_by, names) if one.counted_by else "", "is_again": queries.is_to_recount(row, one),
    }  # fmt: skip


def place_view(request: HttpRequest, object_id: UUID) -> JsonResponse:
    """What lies at a place by the sheet, and what others counted there meanwhile."""
    row = _row(request, object_id)
    return JsonResponse(_place(row, request.GET.get("location", "")[:64]))


def _place(row: Count, code: str) -> dict[str, Any]:
    lines, names = queries.lines_of(row.id), account_names()
    return {
        "location": code, "is_open": row.state == COUNT_LIFE.initial,
        "lines": [_line(row, one, names) for one in lines if one.location.code == code],
    }  # fmt: skip


def what_view(request: HttpRequest) -> JsonResponse:
    """What a scanned code is: a place, an article or one of its lots, or nothing that is known here."""
    if not may(request, "counting.read"):
        raise PermissionDenied
    code = request.GET.get("code", "")[:80].strip()
    place = Location.objects.filter(code=code, kind="stock").first() if code else None
    if place is not None:
        return JsonResponse({"code": code, "what": place.code, "location": place.code, "location_id": place.id})
    variant = _variant(code) if code else None
    lot = Lot.objects.filter(code=code).select_related("variant").first() if code and variant is None else None
    variant = lot.variant if lot else variant
    if variant is None:
        return JsonResponse({"code": code, "what": ""})
    unit = "" if variant.unit == "piece" else variant.unit
    return JsonResponse(
        {
            "code": code, "what": f"{variant.name} ({variant.sku})", "sku": variant.sku, "name": variant.name,
            "barcode": variant.barcode, "tracking": variant.tracking, "unit": unit, "lot": lot.code if lot else "",
        }
    )  # fmt: skip


def _variant(code: str) -> Variant | None:
    return Variant.objects.filter(sku=code).first() or Variant.objects.filter(barcode=code).exclude(barcode="").first()


# ── what it takes ────────────────────────────────────────────────────────────────────────────────────────────────────────
def send_view(request: HttpRequest, object_id: UUID) -> JsonResponse:
    """Write down what was counted, once however often it is sent; tells why not, and how the place stands now."""
    row = _row(request, object_id, enter_counts.name)
    said: Any = None
    told, trouble, is_taken = "", "", False
    try:
        said = read_json(request.body or b"{}")
        if not isinstance(said, dict) or said.get("act") != "count":
            raise Invalid(field="act", reason=_("This is nothing that a desk can do."))
        event = enter_counts(
            _call(request, said), count_id=row.id, lines=_lines(said.get("lines")), counted_at=_moment(row, said.get("ago")),
            again=said.get("again") is True,
        )  # fmt: skip
        if event.to_recount:
            told = _("{count} places differ by more than is tolerated: count them again.").format(count=event.to_recount)
    except CountedBefore as refusal:
        who = name_of(str(refusal.facts.get("who", "")), account_names())
        trouble, is_taken = str(CountedBefore(**{**refusal.facts, "who": who})), True
    except Refusal as refusal:
        trouble = str(refusal)
    answer: dict[str, Any] = {"ok": not trouble, "told": told, "trouble": trouble, "is_taken": is_taken}
    if isinstance(said, dict):
        answer["state"] = _place(row, str(said.get("location", ""))[:64])
    return JsonResponse(answer)


def _call(request: HttpRequest, said: Mapping[str, Any]) -> Call:
    actor = request.actor  # type: ignore[attr-defined]
    key = str(said.get("key") or new_id())[:64]
    return Call(tenant_id=current_tenant_id(), actor=actor, key=f"backoffice:{actor.id}:count:{key}")


def _lines(said: Any) -> tuple[SeenGoods, ...]:
    rows = [one for one in said if isinstance(one, dict)][:MOST_LINES] if isinstance(said, list) else []
    units = dict(Variant.objects.filter(sku__in=[str(one.get("sku", "")) for one in rows]).values_list("sku", "unit"))
    return tuple(_seen(one, units, index) for index, one in enumerate(rows))


def _seen(one: Mapping[str, Any], units: Mapping[str, str], index: int) -> SeenGoods:
    sku, text = str(one.get("sku", "")), str(one.get("counted", "")).strip()
    is_none = bool(text) and not text.strip("0.")
    pieces = 0 if is_none else parse_quantity(text, UNITS[units.get(sku, "piece")], field=f"lines.{index}.counted")
    location_id, owner_id = _id(one.get("location_id")), _id(one.get("owner_id"))
    if location_id is None:
        raise Invalid(field=f"lines.{index}.location_id", reason=_("This is no id."))
    return SeenGoods(sku, location_id, pieces, str(one.get("lot") or ""), owner_id)


def _id(value: Any) -> UUID | None:
    with suppress(ValueError):
        return UUID(str(value))
    return None


def _moment(row: Count, ago: Any) -> datetime | None:
    """When it was counted, by how long ago that was on the phone: it may have had no connection."""
    if type(ago) is not int or timedelta(milliseconds=min(ago, 10**11)) < AT_ONCE:
        return None
    return max(row.started_at, clock.now() - timedelta(milliseconds=min(ago, 10**11)))
