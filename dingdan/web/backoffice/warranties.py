"""Which order a piece left on, by its serial number, and what the rules say of it under warranty."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from dingdan.kernel import clock
from dingdan.trade.aftersales.queries import warranties
from dingdan.web.backoffice import show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.base import drawn
from dingdan.web.backoffice.pages import Button, Cell, Field, Form, Page, Table
from dingdan.web.backoffice.typed import rule_names

MOST_SERIAL = 80


@require_safe
def warranty_view(request: HttpRequest) -> HttpResponse:
    """A field for the number, and what is known of it."""
    if not may(request, "aftersales.read"):
        raise PermissionDenied
    serial = request.GET.get("serial", "").strip()[:MOST_SERIAL]
    field = Field("serial", _("Serial number"), value=serial, is_required=True, most=MOST_SERIAL)
    form = Form("", reverse("admin:returns_warranty"), "", [field], [Button(_("Find"))], method="get")
    page = Page(str(_("Warranty by serial number")), sections=[form, *_found(serial)])
    return drawn(request, page, Cell(_("Returns"), reverse("admin:aftersales_return_changelist")))


def _found(serial: str) -> Iterator[Table]:
    if not serial:
        return
    rules = rule_names()
    yield Table(
        _("Pieces of that number"),
        [_("Article"), _("Order"), _("Shipped"), _("By the rules"), _("Until"), _("Is back")],
        [
            [
                Cell(one.sku),
                Cell(one.order_number, url=reverse("admin:board_boardrow_aftersales", args=[one.order_id])),
                Cell(show.moment(one.left_at)),
                Cell(one.verdict.sentence, small=rules.get(one.verdict.rule, "")),
                Cell(show.moment(one.verdict.until)),
                Cell(_("Yes") if one.is_back else _("No")),
            ]
            for one in warranties(serial, at=clock.now())
        ],
    )
