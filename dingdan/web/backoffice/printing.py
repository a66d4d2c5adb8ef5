"""Papers of one order or of many: packing slips, the picking list, labels, invoices, each in one file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from dingdan.trade.fulfillment.models import Shipment
from dingdan.trade.fulfillment.queries import open_or_all
from dingdan.trade.settlement.models import Invoice
from dingdan.web.backoffice import show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.base import drawn
from dingdan.web.backoffice.pages import Cell, Hint, Page
from dingdan.web.documents import invoices_pdf, labels_pdf, packing_slips_pdf, picking_list_pdf

PRINT, PRINT_INVOICES = "fulfillment.read", "settlement.read"
MOST_AT_ONCE: Final = 50
"""Papers in one file: so many are drawn while somebody waits."""
MOST_TICKED: Final = 500
PAPERS: Final[Mapping[str, Any]] = {
    "packing": _("Print packing slips"),
    "picking": _("Print the picking list"),
    "label": _("Print labels"),
    "invoice": _("Print invoices"),
}


@require_safe
def print_view(request: HttpRequest) -> HttpResponse:
    """The papers in one file, opened in the browser; of more than fit into one, the first part and the way to the next."""
    if not may(request, "orders.read"):
        raise PermissionDenied
    paper = request.GET.get("paper", "")
    if paper not in PAPERS:
        raise Http404
    if not may(request, PRINT_INVOICES if paper == "invoice" else PRINT):
        raise PermissionDenied
    ids = _ids(request, paper)
    if not ids:
        messages.warning(request, _("There is nothing to print: no shipment is planned, or no invoice is issued yet."))
        return HttpResponseRedirect(reverse("admin:board_boardrow_changelist"))
    part = request.GET.get("part", "")
    if len(ids) > MOST_AT_ONCE and not part.isdecimal():
        return _parts(request, paper, len(ids))
    start = int(part[:6]) * MOST_AT_ONCE if part else 0
    some = ids[start : start + MOST_AT_ONCE]
    if not some:
        raise Http404
    answer = HttpResponse(_DRAWN[paper](some), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{paper}.pdf"'
    return answer


def _picking(ids: Sequence[UUID]) -> bytes:
    return picking_list_pdf(ids, language=get_language() or "en")


_DRAWN: Final[Mapping[str, Callable[[Sequence[UUID]], bytes]]] = {
    "packing": packing_slips_pdf, "picking": _picking, "label": labels_pdf, "invoice": invoices_pdf,
}  # fmt: skip


def _ids(request: HttpRequest, paper: str) -> list[UUID]:
    """The shipments or invoices of what was named; those of orders in the order in which these were ticked."""
    shipments, orders = _named(request, "shipment"), _named(request, "id")
    if paper == "invoice":
        orders += Shipment.objects.filter(id__in=shipments).values_list("order_id", flat=True)
        found = Invoice.objects.filter(order_id__in=orders).order_by("issued_on", "id").values_list("id", flat=True)
        return list(found[:MOST_TICKED])
    return [*shipments, *(open_or_all(orders) if orders else [])]


def _named(request: HttpRequest, name: str) -> list[UUID]:
    found: dict[UUID, None] = {}
    for text in request.GET.getlist(name)[:MOST_TICKED]:
        with suppress(ValueError):
            found[UUID(text)] = None
    return list(found)


def _parts(request: HttpRequest, paper: str, count: int) -> HttpResponse:
    """The files that many papers are printed in, one after the other."""
    asked = [(name, value) for name, values in request.GET.lists() for value in values]
    links = []
    for part in range(-(-count // MOST_AT_ONCE)):
        first, last = part * MOST_AT_ONCE + 1, min(count, (part + 1) * MOST_AT_ONCE)
        links.append(Cell(f"{show.count(first)}–{show.count(last)}", url=f"?{urlencode([*asked, ('part', part)])}"))
    text = str(_("{count} papers are too many for one file: print one part after the other.")).format(count=show.count(count))
    said = Hint(_("Several files"), text)
    page = Page(str(PAPERS[paper]), links=links, sections=[said])
    return drawn(request, page, Cell(_("Orders"), reverse("admin:board_boardrow_changelist")))
