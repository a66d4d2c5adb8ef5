"""The way back to an order whose link was lost: whoever says its number and address gets a mail, and nobody is told anything."""

from __future__ import annotations

from time import perf_counter, sleep
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods

from dingdan.automation.finding import send_link
from dingdan.insight.shopfront.fronts import Front
from dingdan.kernel.contact import email_key
from dingdan.kernel.errors import Refusal
from dingdan.kernel.guessing import counted_letter
from dingdan.kernel.text import clean_text
from dingdan.web.shared.clients import address_of
from dingdan.web.storefront.buying import from_here
from dingdan.web.storefront.own.words import told
from dingdan.web.storefront.reader import Reader, in_frame, reading
from dingdan.web.storefront.shop import COUNT_COOKIE, in_cart, of_front
from dingdan.web.storefront.shop_pages import Page, around

LASTS: Final = 0.4
"""Seconds that every answer takes at least: what is found takes longer, and nobody shall see that."""


@from_here
@require_http_methods(["GET", "HEAD", "POST"])
@of_front
def find_order(request: HttpRequest, front: Front, language: str) -> HttpResponseBase:
    """Ask for the link of an order. The answer is the same sentence whether there is one or not."""
    began = perf_counter()
    with reading(front, language) as reader:
        if request.method != "POST":
            return _shown(request, reader)
        try:
            _asked(request, reader)
        except Refusal as refusal:
            return _shown(request, reader, trouble=refusal)
        answer = _shown(request, reader, is_sent=True)
    sleep(max(0.0, LASTS - (perf_counter() - began)))
    return answer


def _asked(request: HttpRequest, reader: Reader) -> None:
    number = clean_text(request.POST.get("number", "").replace("\0", "").strip().lstrip("#"), "number", 40)
    email = clean_text(request.POST.get("email", "").replace("\0", "").strip(), "email", 254)
    # All that is asked for counts, right or wrong: a count that only wrong tries move would tell which were right.
    counted_letter("find order", to=email_key(email), client=address_of(request), at=reader.at)
    send_link(number, email, at=reader.at)


def _shown(request: HttpRequest, reader: Reader, *, trouble: Refusal | None = None, is_sent: bool = False) -> HttpResponse:
    typed = {name: request.POST.get(name, "")[:254] for name in ("number", "email")}
    context = in_frame(
        reader, trouble=told(trouble), is_sent=is_sent, typed=typed, here=reader.to.find, **around(reader, "find/")
    )
    page = Page(render_to_string("storefront/own/find.html", context))
    count = in_cart(request.COOKIES.get(COUNT_COOKIE, ""))
    status = trouble.status if trouble else 200
    return HttpResponse(page.sent(count), content_type="text/html; charset=utf-8", status=status)
