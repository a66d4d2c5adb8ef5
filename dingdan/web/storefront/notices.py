"""What somebody is told, chosen by a signed link: nothing to sign in, and one click to stop.

Programs for mail stop it by themselves (RFC 8058): they send a form to the address in the mail's header, from nowhere and without
cookies. The link alone is what lets them. Looking at the page changes nothing: programs look at every link of a mail.

The account shows the same choices: `chosen_by` says what `storefront/notices.html` needs, `changed_by` does what its forms say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from dingdan.automation import choosing
from dingdan.automation.notice_links import OF_WISH, opened_notices
from dingdan.insight.shopfront.fronts import Front
from dingdan.kernel import clock
from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Actor, Call
from dingdan.masterdata.catalog.rules import said_options
from dingdan.masterdata.customers.queries import customers_by_id, going_on, one_person
from dingdan.trade.wishes import queries as wishes
from dingdan.trade.wishes.commands import withdraw_wishes
from dingdan.trade.wishes.models import Wish
from dingdan.web.storefront.pages import known_id
from dingdan.web.storefront.reader import Reader, reading
from dingdan.web.storefront.shop import COUNT_COOKIE, in_cart, missing, of_front
from dingdan.web.storefront.shop_pages import drawn

ONE_CLICK: Final = "List-Unsubscribe"


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@of_front
def choose(request: HttpRequest, front: Front, language: str, link: str) -> HttpResponseBase:
    """What its bearer is told, and the ways to stop it."""
    found = opened_notices(link, at=clock.now())
    if found is None or found[1].tenant_id != front.tenant_id:
        return missing(request, front, language)
    kind, about = found
    with reading(front, language) as reader:
        try:
            answer = (
                _of_wish(request, reader, wishes.wish(about.id), link)
                if kind == OF_WISH
                else _own(request, reader, about.id, link)
            )
        except NotFound:
            return missing(request, front, language)
        answer["X-Robots-Tag"] = "noindex"
        return answer


# ── a wish, of whoever left an address ───────────────────────────────────────────────────────────────────────────────────


def _of_wish(request: HttpRequest, reader: Reader, wish: Wish, link: str) -> HttpResponse:
    mine = wishes.waiting_with(wish)
    if request.method != "POST":
        return _shown(request, reader, link, is_wish=True, waiting=_named(reader, mine))
    call = Call(tenant_id=wish.tenant_id, actor=Actor("customer", str(wish.id), frozenset({"wishes.withdraw_wishes"})))
    one = known_id(request.POST.get("id", ""))
    if request.POST.get("act") == "wish":
        if one in {row.id for row in mine}:
            withdraw_wishes(call, wish_id=one)
    elif mine:
        withdraw_wishes(call, wish_id=wish.id, all_of_address=True)
    return _done(request, reader, link)


# ── a customer ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def chosen_by(reader: Reader, customer_id: UUID) -> dict[str, Any]:
    """What the choices of a customer need to be drawn (`storefront/notices.html`), but for `notices`: where its forms go."""
    rows = [wishes.wish(wish_id) for wish_id in wishes.waiting_of(one_person(customer_id))]
    return {"choices": choosing.choices_of(customer_id), "waiting": _named(reader, rows), "is_wish": False}


def changed_by(customer_id: UUID, sent: Mapping[str, str], *, tenant_id: UUID) -> None:
    """Do what a form of the choices says: save them, stop waiting for one thing, or stop everything that is not about orders."""
    call = Call(tenant_id=tenant_id, actor=Actor("customer", str(customer_id), choosing.MAY), key=f"notices:{new_id()}")
    if sent.get("act") == "choose":
        choosing.choose(call, customer_id, {one.purpose: one.purpose in sent for one in choosing.choices_of(customer_id)})
    elif sent.get("act") == "wish":
        one = known_id(sent.get("id", ""))
        if one in wishes.waiting_of(one_person(customer_id)):
            withdraw_wishes(call, wish_id=one)
    else:
        choosing.stop_all(call, customer_id)


def _own(request: HttpRequest, reader: Reader, customer_id: UUID, link: str) -> HttpResponse:
    customer_id = going_on(customer_id)
    known = customers_by_id([customer_id]).get(customer_id)
    if known is None or known.erased_at is not None:
        raise NotFound(what="customer", id=customer_id)
    if request.method != "POST":
        return _shown(request, reader, link, **chosen_by(reader, customer_id))
    changed_by(customer_id, request.POST.dict(), tenant_id=reader.front.tenant_id)
    return _done(request, reader, link)


# ── answers ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _named(reader: Reader, rows: Iterable[Wish]) -> list[tuple[str, str, str]]:
    """What is waited for: id, name and page."""
    found = []
    for one in rows:
        product = one.variant.product
        options = said_options(one.variant.options, product.options_i18n, reader.language)
        name = ", ".join((reader.said(product.name_i18n, product.name), *(value for _name, value in options)))
        found.append((str(one.id), name, reader.to.product(product.slug)))
    return found


def _done(request: HttpRequest, reader: Reader, link: str) -> HttpResponse:
    if ONE_CLICK in request.POST:
        return HttpResponse(status=200)
    answer = HttpResponseRedirect(reader.to.notices(link) + "?done=1")
    answer.status_code = 303
    return answer


def _shown(request: HttpRequest, reader: Reader, link: str, **told: Any) -> HttpResponse:
    said = _("Done. From now on it is as you want it.") if request.GET.get("done") else ""
    page = drawn(reader, "notices", f"notices/{link}/", notices=reader.to.notices(link), said=said, **told)
    count = in_cart(request.COOKIES.get(COUNT_COOKIE, ""))
    return HttpResponse(page.sent(count), content_type="text/html; charset=utf-8")
