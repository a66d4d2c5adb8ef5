"""Puts the shop of whoever is signed in into scope, for everything below the back office's address."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language

from dingdan.kernel.tail import end
from dingdan.kernel.tenancy import tenant_scope
from dingdan.masterdata.staff.queries import Member
from dingdan.web.backoffice.access import has_factor, member_in, shop_of
from dingdan.web.backoffice.show import reading_as
from dingdan.web.shared.following import CONSUMERS

PREFIX = "/backoffice/"
ACCOUNT = f"{PREFIX}account/"


class ShopInScope:
    """Answers below `/backoffice/` inside the signed-in person's shop: its data, its time zone, and nobody else's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        shop = shop_of(request.user)
        request.shop = shop  # type: ignore[attr-defined]
        if shop is None:
            response = self.get_response(request)
        else:
            member = member_in(shop, request.user)
            request.actor = member.actor  # type: ignore[attr-defined]
            language = get_language() or "en"
            with tenant_scope(shop.id):  # before anything else is asked: whatever the page does not show yet is told behind it
                request.drawn_at = end(after=CONSUMERS) if request.method == "GET" else 0  # type: ignore[attr-defined]
            with tenant_scope(shop.id), timezone.override(ZoneInfo(shop.time_zone)), reading_as(language, shop.country):
                response = self._to_factor(request, member) or self.get_response(request)
        add_never_cache_headers(response)  # names and addresses: no cache on the way may keep them
        return response

    def _to_factor(self, request: HttpRequest, member: Member) -> HttpResponse | None:
        """Whoever must have a second factor and has none sets one up before anything else."""
        lacks = member.must_have_factor and not has_factor(request.user)
        request.must_have_factor = lacks  # type: ignore[attr-defined]
        is_open = request.path_info.startswith(ACCOUNT) or request.path_info == f"{PREFIX}logout/"
        return HttpResponseRedirect(reverse("mfa_index")) if lacks and not is_open else None
