"""How the pages of an order are opened: who comes in by which entrance, and what they may do with the one order that it opens.

An entrance is known by the name of the part of the address that it reads: `link` for a signed link. Another one (for people who
are signed in) is one more row of `ENTRANCES` and one more `include` of `own.urls`; the pages behind it are the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods

from dingdan.automation.pay_links import ORDER_LINK
from dingdan.insight.shopfront.fronts import Front
from dingdan.kernel import clock
from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Actor, Call
from dingdan.kernel.links import link_to, opened
from dingdan.trade.orders import queries as orders
from dingdan.trade.orders.models import Order
from dingdan.web.shared.permissions import OWN_DESK
from dingdan.web.storefront.buying import from_here
from dingdan.web.storefront.reader import Reader, in_frame, reading
from dingdan.web.storefront.shop import COUNT_COOKIE, in_cart, of_front
from dingdan.web.storefront.shop_pages import Page, around

KEY: Final = "key"
"""The field of a form that makes a repeat of it harmless."""
_LONGEST_KEY: Final = 64
LISTENS: Final = timedelta(days=1)
LIVE: Final = "/live/order/"


@dataclass(frozen=True, slots=True)
class Held:
    """What an entrance lets somebody hold: one order, as whom, and where its pages are (the parts behind the shop's home)."""

    order_id: UUID
    actor: Actor
    path: tuple[str, ...]


Entrance = Callable[[HttpRequest, Front, str], "Held | HttpResponseBase | None"]
"""What an address opens: an order, an answer of its own (as to sign in first), or nothing. The tenant is not in scope yet."""


def holder(order_id: UUID) -> Actor:
    """The customer of an order, as the journal knows them, and what they may do with it."""
    return Actor("customer", str(order_id), OWN_DESK)


def by_link(_request: HttpRequest, front: Front, link: str) -> Held | None:
    """What a signed link opens in this shop; None for what is no link, was changed, is over, or is of another shop."""
    found = opened(link, ORDER_LINK, at=clock.now())
    if found is None or found.tenant_id != front.tenant_id:
        return None
    return Held(found.id, holder(found.id), ("o", link))


ENTRANCES: Final[dict[str, Entrance]] = {"link": by_link}


@dataclass(frozen=True, slots=True)
class Own:
    """An order in the hands of its customer, with the shop's data and the reader's language in scope."""

    request: HttpRequest
    reader: Reader
    order: Order
    held: Held

    def at(self, *parts: str) -> str:
        """A page of the order in the reader's language; without parts the order's own."""
        return self.reader.to.at(*self.held.path, *parts)

    @property
    def call(self) -> Call:
        """The call that a form makes, under its own key: sent twice, it is done once."""
        key = self.request.POST.get(KEY, "").replace("\0", "")[:_LONGEST_KEY] or str(new_id())
        return Call(tenant_id=self.order.tenant_id, actor=self.held.actor, key=f"own:{self.order.id}:{key}")

    @property
    def line(self) -> str:
        """Where a page of the order hears what happens to it: by a link of its own, whoever opened the page."""
        until = (clock.now() + LISTENS).replace(microsecond=0)
        return LIVE + link_to(ORDER_LINK, self.order.id, until=until)

    def money(self, amount: int) -> str:
        """An amount of the order, in minor units."""
        return self.reader.money(amount, self.order.currency)

    def context(self, *parts: str, **more: Any) -> dict[str, Any]:
        """What a page below the order needs to be drawn; `parts` is where it is."""
        path = "".join(f"{part}/" for part in (*self.held.path, *parts))
        told = {"own": self, "order": self.order, "order_url": self.at(), "here": self.at(*parts), "key": str(new_id()),
                "line": self.line, **more}  # fmt: skip
        return in_frame(self.reader, **told, **around(self.reader, path))

    def shown(self, template: str, *parts: str, status: int = 200, **more: Any) -> HttpResponse:
        """Answer with a page (`storefront/own/<template>.html`)."""
        page = Page(render_to_string(f"storefront/own/{template}.html", self.context(*parts, **more)))
        count = in_cart(self.request.COOKIES.get(COUNT_COOKIE, ""))
        return HttpResponse(page.sent(count), content_type="text/html; charset=utf-8", status=status)

    def went(self, *parts: str, anchor: str = "") -> HttpResponse:
        """Answer a form: go on to another page of the order, at a part of it."""
        answer = HttpResponseRedirect(self.at(*parts) + (f"#{anchor}" if anchor else ""))
        answer.status_code = 303
        return answer


OwnView = Callable[..., HttpResponseBase]


def own_page(*methods: str) -> Callable[[OwnView], OwnView]:
    """Let a view be a page of an order: it gets an `Own`, and answers these methods (GET and HEAD always).

    What opens nothing, is not there or was forgotten is one and the same page, and says nothing of what it might have been.
    """

    def of_own(view: OwnView) -> OwnView:
        @from_here
        @require_http_methods(["GET", "HEAD", *methods])
        @of_front
        @wraps(view)
        def answered(request: HttpRequest, front: Front, language: str, **named: str) -> HttpResponseBase:
            name = next(name for name in ENTRANCES if name in named)
            held = ENTRANCES[name](request, front, named.pop(name))
            if isinstance(held, HttpResponseBase):
                return held
            with reading(front, language) as reader:
                if held is None or not orders.is_remembered(held.order_id):
                    return _closed(request, reader)
                try:
                    return view(Own(request, reader, orders.order(held.order_id), held), **named)
                except NotFound:
                    return _closed(request, reader)

        return answered

    return of_own


def _closed(request: HttpRequest, reader: Reader) -> HttpResponse:
    page = Page(render_to_string("storefront/own/closed.html", in_frame(reader, **around(reader, ""))))
    count = in_cart(request.COOKIES.get(COUNT_COOKIE, ""))
    return HttpResponse(page.sent(count), content_type="text/html; charset=utf-8", status=404)
