"""Splitting and merging orders at the back office: two forms on one page, what would come of them, and taking it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.quantity import UNITS, parse_quantity
from dingdan.trade.aftersales.queries import standing
from dingdan.trade.aftersales.rules import Part
from dingdan.trade.changes import queries
from dingdan.trade.changes.commands import merge_orders, split_order, undo_regrouping
from dingdan.trade.changes.queries import RegroupingPreview
from dingdan.trade.changes.rules import SPLITS, Split, SplitBy
from dingdan.trade.orders import queries as orders
from dingdan.trade.orders.commands import keep_order_apart
from dingdan.trade.orders.models import Order
from dingdan.web.backoffice import show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.acting import call_of, fresh_key
from dingdan.web.backoffice.changing import done, framed, was_done
from dingdan.web.backoffice.words import word

SPLIT, MERGE, UNGROUP, APART = (
    "changes.split_order",
    "changes.merge_orders",
    "changes.undo_regrouping",
    "orders.keep_order_apart",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ShownOrder:
    """An order as it would be, as people read it."""

    title: str
    state: str
    total: str
    before: str
    paid: str
    lines: list[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Movable:
    """A line of which something can go to another order."""

    id: str
    name: str
    sku: str
    open: str
    value: str


@require_http_methods(["GET", "HEAD", "POST"])
def regroup_view(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """Both forms; what would come of one of them; and (with the preview's fingerprint) the split or the merge itself."""
    if not (may(request, "orders.read") and (may(request, SPLIT) or may(request, MERGE))):
        raise PermissionDenied
    try:
        order = orders.order(object_id)
    except NotFound:
        raise Http404 from None
    sent = request.POST if request.method == "POST" else None
    act = sent.get("act", "") if sent else ""
    if act and not may(request, {"split": SPLIT, "merge": MERGE}.get(act, MERGE)):
        raise PermissionDenied
    trouble = []
    if sent and "apply" in sent:
        if was_done(request, act):
            return done(request, order.id, _("That was done."))
        try:
            return done(request, order.id, _do(request, order, act))
        except Refusal as refusal:
            trouble.append(str(refusal))
    preview = _preview(request, order, act) if act else None
    context: dict[str, Any] = {"act": act, "trouble": trouble, "key": fresh_key(), "preview": preview, "button": _button(act)}
    context["shown"] = [] if preview is None else shown_orders(preview)
    if request.headers.get("X-Part") == "preview":
        return TemplateResponse(request, "backoffice/regroup_preview.html", context)
    title = _("Split or merge order {number}").format(number=order.number)
    return framed(request, "backoffice/regroup.html", _context(request, order, sent or {}) | context | {"title": title})


def _context(request: HttpRequest, order: Order, sent: Mapping[str, Any]) -> dict[str, Any]:
    found = standing(order.id)
    movable = [
        Movable(str(line.id), line.name, found.rows[line.id].sku, show.count(line.open), sent.get(f"units-{line.id}", ""))
        for line in found.lines
        if line.kind in ("goods", "service") and line.open > 0
    ]
    chosen = request.POST.getlist("order") if request.method == "POST" else []
    others = [(one, show.money(one.total, one.currency), show.moment(one.placed_at)) for one in queries.mergeable(order.id)]
    return {
        "order": order, "movable": movable, "ways": [(by.value, way_word(by), meaning) for by, meaning in SPLITS.items()],
        "by": sent.get("by", SplitBy.LINES.value), "max_grams": sent.get("max_grams", ""), "others": others, "chosen": chosen,
        "numbers": sent.get("numbers", ""), "may_split": may(request, SPLIT), "may_merge": may(request, MERGE),
        "may_keep_apart": may(request, APART),
    }  # fmt: skip


def way_word(by: SplitBy) -> str:
    """By what an order is split, for people."""
    words = {
        SplitBy.LINES: _("the lines that I name"), SplitBy.NODE: _("where it leaves from"),
        SplitBy.STOCK: _("what waits for goods"), SplitBy.PRESALE: _("what was sold before its first receipt"),
        SplitBy.WEIGHT: _("weight"), SplitBy.SELLER: _("seller"),
    }  # fmt: skip
    return words[by]


# ── what was asked for ───────────────────────────────────────────────────────────────────────────────────────────────────


def _wish(request: HttpRequest) -> Split:
    sent = request.POST.dict()
    by = sent.get("by", SplitBy.LINES.value)
    if by != SplitBy.LINES:
        grams = sent.get("max_grams", "").strip()
        return Split(by=by, max_grams=int(grams) if grams.isdecimal() and len(grams) < 12 else None)
    part = tuple(
        Part(UUID(name.removeprefix("units-")), parse_quantity(value.strip(), UNITS["piece"], field=name))
        for name, value in sent.items()
        if name.startswith("units-") and value.strip() not in ("", "0")
    )
    return Split(parts=(part,))


def _others(request: HttpRequest) -> tuple[UUID, ...]:
    """The orders that were ticked, and those whose numbers were written. Raises `NotFound`."""
    ticked = [UUID(str(one)) for one in request.POST.getlist("order")]
    named = [orders.id_of_number(number) for number in request.POST.get("numbers", "").replace(",", " ").split()]
    return tuple(dict.fromkeys([*ticked, *named]))


def _preview(request: HttpRequest, order: Order, act: str) -> RegroupingPreview:
    try:
        if act == "split":
            return queries.preview_split(order.id, _wish(request))
        return queries.preview_merge(order.id, _others(request))
    except Refusal as refusal:  # of what was written into the form
        return queries.refused_regrouping(order, refusal)


def _do(request: HttpRequest, order: Order, act: str) -> str:
    call, seen = call_of(request, act), request.POST.get("fingerprint", "")
    if act == "split":
        wish = _wish(request)
        told = split_order(call, order_id=order.id, by=wish.by, parts=wish.parts, max_grams=wish.max_grams, fingerprint=seen)
        return _("Split into {numbers}.").format(numbers=", ".join(one.number for one in told.orders))
    merged = merge_orders(call, order_id=order.id, order_ids=_others(request), fingerprint=seen)
    return _("Merged {numbers} into this order.").format(numbers=", ".join(one.number for one in merged.orders[1:]))


def _button(act: str) -> str:
    return _("Split it") if act == "split" else _("Merge them")


def shown_orders(preview: RegroupingPreview) -> list[ShownOrder]:
    """The orders as they would be, in words and numbers."""

    def money(amount: int) -> str:
        return show.money(amount, preview.currency)

    return [
        ShownOrder(
            title=_("Order {number}").format(number=one.number) if one.number else _("A new order"),
            state=word(one.state) if one.state != "placed" else "", total=money(one.total),
            before=money(one.total_before) if one.number and one.total_before != one.total else "", paid=money(one.paid),
            lines=[(line.name, line.sku, _change(line.before, line.after)) for line in one.lines],
        )
        for one in preview.orders
    ]  # fmt: skip


def _change(before: int, after: int) -> str:
    if before == after or not before:
        return show.count(after)
    return f"{show.count(before)} → {show.count(after)}"


# ── taking it back, and keeping apart ────────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "HEAD", "POST"])
def ungroup_view(request: HttpRequest, object_id: UUID, change_id: UUID) -> HttpResponse:
    """What would come of taking a split or a merge back, and the button that does it."""
    if not (may(request, UNGROUP) and may(request, "orders.read")):
        raise PermissionDenied
    try:
        order, preview = orders.order(object_id), queries.preview_ungrouping(change_id)
    except NotFound:
        raise Http404 from None
    except Refusal as refusal:  # it is undone already
        return done(request, object_id, str(refusal), level=messages.WARNING)
    trouble = []
    if request.method == "POST":
        try:
            undo_regrouping(call_of(request, "ungroup"), change_id=change_id, fingerprint=request.POST.get("fingerprint", ""))
            return done(request, object_id, _("It was taken back: every line is where it was."))
        except Refusal as refusal:
            trouble.append(str(refusal))
    context = {"order": order, "preview": preview, "shown": shown_orders(preview), "trouble": trouble, "key": fresh_key()}
    context |= {"button": _("Take it back"), "title": _("Undo a split or merge of order {number}").format(number=order.number)}
    return framed(request, "backoffice/ungroup.html", context)


@require_POST
def apart_view(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """Mark an order as one that is not merged, or take the mark away."""
    if not may(request, APART):
        raise PermissionDenied
    apart = request.POST.get("keep_apart") == "1"
    try:
        keep_order_apart(call_of(request, "apart"), order_id=object_id, keep_apart=apart)
    except NotFound:
        raise Http404 from None
    return done(request, object_id, _("It is kept apart.") if apart else _("It may be merged again."))
