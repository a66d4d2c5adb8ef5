"""The page on which customers see what they left with firms to pay with again, and have it forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_http_methods

from dingdan.automation.imprint import imprint
from dingdan.automation.notices import reader_locale, shop_name
from dingdan.automation.saved_methods import SAVED_LINK, Left, call_of_customer, forget, left_by
from dingdan.automation.words import named_method
from dingdan.kernel import clock
from dingdan.kernel.errors import Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.links import Opened, opened
from dingdan.kernel.tenancy import tenant_scope
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.masterdata.customers.models import Customer
from dingdan.masterdata.customers.queries import customers_by_id
from dingdan.masterdata.shop.queries import profile_in_force
from dingdan.web.storefront.pages import LANGUAGE_NAMES, TAGS, dressed
from dingdan.web.storefront.paying import LANGUAGES, gone, guarded, nearest


@require_http_methods(["GET", "HEAD", "POST"])
def saved_methods(request: HttpRequest, link: str) -> HttpResponseBase:
    """What a customer left, each with a button by which it is forgotten."""
    found = opened(link, SAVED_LINK, at=clock.now())
    if found is None:
        return gone(request)
    with tenant_scope(found.tenant_id):
        customer = customers_by_id([found.id]).get(found.id)
        if customer is None or customer.erased_at is not None:
            return gone(request)
        wanted = request.GET.get("lang", "").lower()
        with translation.override(wanted if wanted in LANGUAGES else nearest(customer.language or "en")):
            return _answered(request, link, found, customer)


def _answered(request: HttpRequest, link: str, found: Opened, customer: Customer) -> HttpResponse:
    if request.method != "POST":
        return _shown(request, link, customer)
    try:
        call = call_of_customer(found.id, request.POST.get("key", "")[:64])
        forget(call, customer_id=found.id, method_id=request.POST.get("method", "")[:200])
    except Refusal as refusal:
        return _shown(request, link, customer, trouble=str(refusal), status=refusal.status)
    lang = request.GET.get("lang", "").lower()
    return HttpResponseRedirect(_here(link, lang) + ("&" if lang in LANGUAGES else "?") + "done=yes")


def _here(link: str, lang: str) -> str:
    return reverse("saved_methods", args=[link]) + (f"?lang={lang}" if lang in LANGUAGES else "")


def _shown(request: HttpRequest, link: str, customer: Customer, *, trouble: str = "", status: int = 200) -> HttpResponse:
    profile, language = profile_in_force(), TAGS.get(translation.get_language() or "en", "en")
    found: Sequence[Left] | None = None
    try:
        found = left_by(customer.id)
    except Refusal as refusal:
        trouble, status = trouble or str(refusal), refusal.status
    context: dict[str, Any] = {
        "language": language,
        "shop": shop_name(tenant_in_scope()),
        "imprint": imprint(profile, reader_locale(language, tenant_in_scope().country)) if profile else [],
        "kept": None if found is None else [(one, named_method(one.gateway, language), month_of(one)) for one in found],
        "key": str(new_id()),
        "here": _here(link, request.GET.get("lang", "").lower()),
        "trouble": trouble,
        "is_done": request.GET.get("done") == "yes" and not trouble,
        "languages": [(code, LANGUAGE_NAMES[code], _here(link, code)) for code in LANGUAGES],
        **dressed(translation.get_language() or "en"),
    }
    return render(request, "storefront/saved.html", context, status=status)


def month_of(one: Left) -> str:
    """The month in which a card ends, as it is printed on it."""
    return (one.expires_on - timedelta(days=1)).strftime("%m/%Y") if one.expires_on else ""


saved_methods = guarded(saved_methods)
