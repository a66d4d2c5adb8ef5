"""To be told when an article can be had again: a form without scripts, and a word of thanks that says nothing of anybody else."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from dingdan.insight.shopfront.fronts import Front, Offered, product_of
from dingdan.insight.shopfront.promises import promises_of
from dingdan.kernel import clock
from dingdan.kernel.errors import Refusal
from dingdan.kernel.guessing import counted_deed
from dingdan.kernel.journal import Actor, Call
from dingdan.trade.wishes.commands import TooManyWishes, make_wish
from dingdan.web.shared.clients import address_of
from dingdan.web.storefront.buying import from_here
from dingdan.web.storefront.reader import TAGS, Reader, reading
from dingdan.web.storefront.shop import COUNT_COOKIE, in_cart, missing, of_front
from dingdan.web.storefront.shop_pages import drawn

VISITOR = Actor("customer", "visitor", frozenset({"wishes.make_wish"}))


@from_here
@require_http_methods(["GET", "HEAD", "POST"])
@of_front
def wish(request: HttpRequest, front: Front, language: str, slug: str) -> HttpResponseBase:
    """Ask to be told; whoever asks twice, or waits already, is answered the same."""
    with reading(front, language) as reader:
        product = product_of(front, slug, reader.on)
        if product is None:
            return missing(request, front, language)
        if request.method != "POST":
            return _shown(request, reader, product)
        try:
            _make(request, reader, product)
        except Refusal as refusal:
            return _shown(request, reader, product, refusal)
        answer = HttpResponseRedirect(reader.to.wish(slug) + "?done=1")
        answer.status_code = 303
        return answer


def _make(request: HttpRequest, reader: Reader, product: Offered) -> None:
    counted_deed("wish", client=address_of(request), at=clock.now())
    asked = request.POST.get("sku", "")
    article = next((one for one in product.articles if one.of.sku == asked), product.articles[0])
    with suppress(TooManyWishes):  # of somebody's address this page tells nothing
        make_wish(
            Call(tenant_id=reader.front.tenant_id, actor=VISITOR),
            variant_id=article.of.id, channel_id=reader.front.channel.id, email=request.POST.get("email", "")[:300],
            language=TAGS[reader.language],
        )  # fmt: skip


def _shown(request: HttpRequest, reader: Reader, product: Offered, trouble: Refusal | None = None) -> HttpResponse:
    promises = promises_of([one.of for one in product.articles], reader.front.channel, at=reader.at)
    lacking = [one for one in product.articles if not promises[one.of.id].can_be_had] or list(product.articles)
    told: dict[str, Any] = {
        "name": reader.said(product.names, product.name), "product": reader.to.product(product.slug),
        "wish": reader.to.wish(product.slug), "is_done": request.method == "GET" and bool(request.GET.get("done")),
        "lacking": [{"sku": one.of.sku, "name": reader.options_of(one, product)} for one in lacking],
        "typed": {"email": request.POST.get("email", "")[:254], "sku": request.POST.get("sku", "")[:64]},
        "trouble": {"text": trouble.detail, "remedy": trouble.advice} if trouble else None,
    }  # fmt: skip
    page = drawn(reader, "wish", f"wish/{product.slug}/", **told)
    status = trouble.status if trouble else 200
    count = in_cart(request.COOKIES.get(COUNT_COOKIE, ""))
    return HttpResponse(page.sent(count), content_type="text/html; charset=utf-8", status=status)
