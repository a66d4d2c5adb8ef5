"""GET /: what is here and where to go next."""

from __future__ import annotations

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dingdan.automation.setup import DEFAULT_SLUG
from dingdan.config import manual
from dingdan.insight.shopfront.fronts import front_of
from dingdan.web.storefront.addresses import PREFIX


@require_safe
def first_page(request: HttpRequest) -> HttpResponse:
    """What is here and where to go next, for whoever comes by."""
    places = [
        {
            "href": "/backoffice/",
            "title": _("Back office"),
            "what": _("Orders, customers, stock and money. Sign in as the owner."),
        },
        {
            "href": "/backoffice/automation/notice/",
            "title": _("Mails"),
            "what": _("What customers were written, as they read it. Sign in as the owner."),
        },
        {
            "href": "/api/v1/docs",
            "title": _("API"),
            "what": _("Everything that can be done, for programs. Try it in the page."),
        },
        {
            "href": "/healthz",
            "title": _("Health"),
            "what": _("Whether database, migrations and worker are well."),
            "id": "health",
        },
    ]
    if _is_open():
        what = _("What customers see. Look around, and buy something.")
        places.insert(0, {"href": PREFIX, "title": _("The shop"), "what": what})
    if manual.exists():
        what = _("The life of an order, the laws of the books, the words we use.")
        places.insert(-1, {"href": "/docs/", "title": _("Documentation"), "what": what})
    return render(request, "dingdan/first_page.html", {"places": places})


def _is_open() -> bool:
    """Whether there is a shop to look at; nobody knows while the database does not answer."""
    try:
        return front_of(DEFAULT_SLUG) is not None
    except DatabaseError:
        return False
