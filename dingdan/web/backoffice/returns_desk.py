"""The returns desk: a phone and a scanner. What came is found by any number on it, held piece by piece, and finished.

`returns_scanning` says what the desk knows and what it can send.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dingdan.kernel import clock
from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.files import MOST_BYTES
from dingdan.masterdata.catalog.models import Variant
from dingdan.trade.aftersales import queries
from dingdan.trade.aftersales.commands import attach_to_parcel, attach_to_return
from dingdan.trade.aftersales.lifecycle import OPEN
from dingdan.trade.aftersales.models import Return, StrayParcel
from dingdan.trade.orders.models import Order
from dingdan.trade.orders.queries import order as order_of
from dingdan.web.backoffice import show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.acting import call_of
from dingdan.web.backoffice.base import link
from dingdan.web.backoffice.pages import Cell
from dingdan.web.backoffice.returns_scanning import able, desk_url, order_state, return_state, send_view
from dingdan.web.backoffice.returns_words import WORDS
from dingdan.web.backoffice.scanning import DeskPage, desk_page
from dingdan.web.backoffice.site import site
from dingdan.web.backoffice.typed import known_id
from dingdan.web.backoffice.waiting import AT_THE_DESK
from dingdan.web.backoffice.words import word

READ: Final = "aftersales.read"


def desk_urls() -> list[URLPattern]:
    """The desk, and where it sends what was scanned."""
    views: dict[str, tuple[str, Callable[..., HttpResponse]]] = {
        "desk": ("", require_safe(door_view)),
        "desk_send": ("send/", require_POST(send_view)),
        "desk_what": ("what/", require_safe(what_view)),
        "desk_photo": ("photo/", require_POST(photo_view)),
        "desk_at": ("<uuid:object_id>/", require_safe(return_view)),
    }
    return [
        path(f"desk/{address}", site.admin_view(view), name=f"aftersales_return_{name}")
        for name, (address, view) in views.items()
    ]


def _check(request: HttpRequest) -> None:
    if not may(request, READ):
        raise PermissionDenied


def _drawn(
    request: HttpRequest, desk: str, title: str, state: dict[str, Any], *links: Cell, about: UUID | None = None
) -> HttpResponse:
    urls = {name: reverse(f"admin:aftersales_return_desk_{name}") for name in ("send", "what", "photo")}
    name, place = (_("Returns"), "changelist") if desk == "door" else (_("Returns desk"), "desk")
    back = Cell(name, url=reverse(f"admin:aftersales_return_{place}"))
    followed = "" if about else "return parcel"
    page = DeskPage(desk, title, state, urls=urls, back=back, links=links, words=WORDS, about=about, followed=followed)
    return desk_page(request, page)


# ── the door: what is this parcel? ───────────────────────────────────────────────────────────────────────────────────────


def door_view(request: HttpRequest) -> HttpResponse:
    """Scan any number that is on a parcel; or, with `order`, let goods of that order come back on the spot."""
    _check(request)
    order_id = known_id(request.GET, "order")
    if order_id is not None:
        try:
            order = order_of(order_id)
        except NotFound:
            raise Http404 from None
        title = _("Let goods of order {number} come back").format(number=order.number)
        return _drawn(request, "allow", title, order_state(request, order), *_order_link(request, order.id), about=order.id)
    return _drawn(request, "door", _("Returns desk"), _door_state(request))


def _order_link(request: HttpRequest, order_id: UUID) -> list[Cell]:
    return [Cell(_("Open the order"), url=link("order", order_id))] if may(request, "orders.read") else []


def _door_state(request: HttpRequest) -> dict[str, Any]:
    counts, place = queries.at_the_desk(clock.now()), reverse("admin:aftersales_return_changelist")
    strays = StrayParcel.objects.filter(state="parked").count()
    waits = [
        {"name": str(name), "count": counts[stage], "url": f"{place}?desk={stage}", "stage": stage}
        for stage, name in AT_THE_DESK.items()
    ]
    waits.append(
        {
            "name": str(_("Parcels nobody asked for")), "count": strays, "stage": "stray",
            "url": f"{reverse('admin:aftersales_strayparcel_changelist')}?state=parked",
        }
    )  # fmt: skip
    return {"waits": waits, "may": able(request)}


def what_view(request: HttpRequest) -> JsonResponse:
    """What a scanned code is: a return, an order, a parcel that was put aside, an article, or nothing that is known here.

    `url` is where one goes on at once; where people must choose, `choices` says among what.
    """
    _check(request)
    code = request.GET.get("code", "")[:80].strip()
    return JsonResponse({"code": code, "what": "", "url": "", "choices": [], **(_what(code) if code else {})})


def _what(code: str) -> dict[str, Any]:
    if (parcel := queries.parked_as(code)) is not None:
        what = _("parcel {number}, put aside").format(number=parcel.number)
        return {"what": what, "choices": [_choice(what, show.moment(parcel.parked_at), link("parcel", parcel.id))]}
    found = queries.expected(code)
    if found.order is not None:
        return _of_order(found.order, found.returns)
    variant = Variant.objects.filter(sku=code).first() or Variant.objects.filter(barcode=code).exclude(barcode="").first()
    return {"what": f"{variant.name} ({variant.sku})", "is_article": True} if variant is not None else {}


def _of_order(order: Order, returns: Sequence[Return]) -> dict[str, Any]:
    """The one open return of an order; else all its returns, and the way to let goods come back that nobody announced."""
    allow = f"{reverse('admin:aftersales_return_desk')}?order={order.id}"
    opened = [row for row in returns if row.state in OPEN]
    if len(opened) == 1:
        what = _("return {number} of order {order}").format(number=opened[0].number, order=order.number)
        return {"what": what, "url": desk_url(opened[0].id)}
    what = _("order {number}").format(number=order.number)
    if not returns:
        return {"what": what, "url": allow}
    choices = [_choice(row.number, word(row.state), desk_url(row.id)) for row in returns]
    more = _choice(_("Something else of order {number} came").format(number=order.number), "", allow)
    return {"what": what, "choices": [*choices, more]}


def _choice(text: str, small: str, url: str) -> dict[str, str]:
    return {"text": text, "small": small, "url": url}


# ── one return ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def return_view(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """A return at the desk: scan its pieces, say of which grade they are, photograph them, finish."""
    _check(request)
    row = Return.objects.select_related("order", "node").filter(id=object_id).first()
    if row is None:
        raise Http404
    title = _("Return {number}").format(number=row.number)
    about = Cell(_("Open the return"), url=link("return", row.id))
    return _drawn(request, "back", title, return_state(request, row), about, about=row.id)


def photo_view(request: HttpRequest) -> JsonResponse:
    """Hang a photo on a return, with the line that it shows, or on a parcel that was put aside; once per key."""
    _check(request)
    file, return_id, parcel_id = request.FILES.get("file"), known_id(request.POST, "return"), known_id(request.POST, "parcel")
    if file is None or not (return_id or parcel_id):
        return JsonResponse({"ok": False, "trouble": _("Choose at least one file.")})
    name, content = str(file.name), file.read(MOST_BYTES + 1)
    answer: dict[str, Any] = {"ok": True, "trouble": ""}
    try:
        if return_id:
            line_id = known_id(request.POST, "line")
            attach_to_return(call_of(request, "photo"), return_id=return_id, name=name, content=content, line_id=line_id)
        elif parcel_id:
            attach_to_parcel(call_of(request, "photo"), parcel_id=parcel_id, name=name, content=content)
    except Refusal as refusal:
        answer = {"ok": False, "trouble": str(refusal)}
    row = Return.objects.select_related("order", "node").filter(id=return_id).first() if return_id else None
    return JsonResponse({**answer, **({"state": return_state(request, row)} if row else {})})
