"""What somebody is told, chosen by a signed link: nothing to sign in, and one click to stop.

Programs for mail stop it by themselves (RFC 8058): they send a form to the address in the mail's header, from nowhere and without
cookies. The link alone is what lets them. Looking at the page changes nothing: programs look at every link of a mail.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from dingdan.automation.notice_links import OF_WISH, opened_notices
from dingdan.insight.shopfront.fronts import Front
from dingdan.kernel import clock
from dingdan.kernel.errors import NotFound
from dingdan.kernel.journal import Actor, Call
from dingdan.trade.wishes import queries as wishes
from dingdan.trade.wishes.commands import withdraw_wishes
from dingdan.trade.wishes.models import Wish
from dingdan.web.storefront.pages import known_id
from dingdan.web.storefront.reader import Reader, reading
from dingdan.web.storefront.shop import COUNT_COOKIE, in_cart, missing, of_front
from dingdan.web.storefront.shop_pages import drawn

ONE_CLICK = "List-Unsubscribe"


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@of_front
def choose(request: HttpRequest, front: Front, language: str, link: str) -> HttpResponseBase:
    """What its bearer is told, and the ways to stop it."""
    found = opened_notices(link, at=clock.now())
    if found is None or found[1].tenant_id != front.tenant_id:
        return missing(request, front, language)
    with reading(front, language) as reader:
        kind, about = found
        if kind != OF_WISH:
            return missing(request, front, language)
        try:
            answer = _of_wish(request, reader, wishes.wish(about.id), link)
        except NotFound:
            return missing(request, front, language)
        answer["X-Robots-Tag"] = "noindex"
        return answer


def _of_wish(request: HttpRequest, reader: Reader, wish: Wish, link: str) -> HttpResponse:
    if request.method != "POST":
        return _shown(request, reader, link, is_wish=True, waiting=_waiting(reader, wish))
    call = Call(tenant_id=wish.tenant_id, actor=Actor("customer", str(wish.id), frozenset({"wishes.withdraw_wishes"})))
    mine = {one.id for one in wishes.waiting_with(wish)}
    one = known_id(request.POST.get("id", ""))
    if request.POST.get("act") == "wish":
        if one in mine:
            withdraw_wishes(call, wish_id=one)
    elif mine:
        withdraw_wishes(call, wish_id=wish.id, all_of_address=True)
    if ONE_CLICK in request.POST:
        return HttpResponse(status=200)
    answer = HttpResponseRedirect(reader.to.notices(link) + "?done=1")
    answer.status_code = 303
    return answer


def _waiting(reader: Reader, wish: Wish) -> list[tuple[str, str, str]]:
    """What the same address waits for: id, name and page."""
    found = []
    for one in wishes.waiting_with(wish):
        product = one.variant.product
        name = ", ".join((reader.said(product.name_i18n, product.name), *one.variant.options.values()))
        found.append((str(one.id), name, reader.to.product(product.slug)))
    return found


def _shown(request: HttpRequest, reader: Reader, link: str, **told: Any) -> HttpResponse:
    said = _("Done. You get no more of these mails.") if request.GET.get("done") else ""
    page = drawn(reader, "notices", f"notices/{link}/", notices=reader.to.notices(link), said=said, **told)
    count = in_cart(request.COOKIES.get(COUNT_COOKIE, ""))
    return HttpResponse(page.sent(count), content_type="text/html; charset=utf-8")
