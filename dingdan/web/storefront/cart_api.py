"""The cart for other people's pages: made, filled, worked out and handed over to the checkout, as JSON, without a secret.

Whoever holds the link of a cart may change it, and nobody else. Pages of elsewhere may ask where the storefront names their
origin; programs that send no origin may ask as well, for they could read the shop's pages too. Nothing is reserved before its
buyer is here, and nothing personal is in it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dingdan.insight.shopfront.fronts import Front
from dingdan.kernel.errors import Invalid, NotFound, Refusal
from dingdan.trade.orders.rules import WantedLine
from dingdan.web.shared.clients import address_of
from dingdan.web.shared.problems import answer as refused
from dingdan.web.storefront import carts
from dingdan.web.storefront.cart_told import told
from dingdan.web.storefront.carts import Filled, cart_of
from dingdan.web.storefront.reader import Reader, reading
from dingdan.web.storefront.shop import of_front

MOST_BYTES: Final = 32 * 1024
View = Callable[..., HttpResponseBase]


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid")


Body = TypeVar("Body", bound=_Sent)


class LineSent(_Sent):
    """An article and how many."""

    sku: str = Field(min_length=1, max_length=64)
    quantity: int = Field(default=1, ge=1, le=carts.MOST_OF_ONE)


class CartSent(_Sent):
    """What shall be in a new cart."""

    lines: list[LineSent] = Field(default_factory=list, max_length=carts.MOST_LINES)


class QuantitySent(_Sent):
    """How many; 0 takes it out."""

    quantity: int = Field(ge=0, le=carts.MOST_OF_ONE)


class CouponSent(_Sent):
    """A coupon as it was typed."""

    coupon: str = Field(max_length=60)


class NotFromThere(Refusal):
    """The page that asks is not one that the storefront names."""

    status = 403
    sentence = _("Pages of {origin} may not use the carts of this shop.")
    remedy = _("Ask the shop to name this origin in its storefront.")


def door(**views: View) -> View:
    """A view of this door by its methods (in small letters): whose pages may ask, and refusals as problem documents."""

    @csrf_exempt
    @of_front
    def answered(request: HttpRequest, front: Front, language: str, **named: str) -> HttpResponseBase:
        origin, method = request.headers.get("Origin", ""), (request.method or "").lower()
        may = not origin or origin in front.row.origins or origin.partition("://")[2] == request.get_host()
        with reading(front, language) as reader:
            if method == "options":
                answer: HttpResponseBase = HttpResponse(status=204 if may else 403)
            elif not may:
                answer = refused(NotFromThere(origin=origin[:200]))
            elif method not in views:
                answer = HttpResponse(status=405)
            else:
                answer = _given(views[method], request, reader, named)
        answer["Cache-Control"], answer["Vary"], answer["Allow"] = "no-store", "Origin", ", ".join((*views, "options")).upper()
        if origin and may:
            answer["Access-Control-Allow-Origin"] = origin
            answer["Access-Control-Allow-Methods"] = answer["Allow"]
            answer["Access-Control-Allow-Headers"], answer["Access-Control-Max-Age"] = "Content-Type", "600"
        return answer

    return answered


def _given(view: View, request: HttpRequest, reader: Reader, named: dict[str, str]) -> HttpResponseBase:
    try:
        return view(request, reader, **named)
    except Refusal as refusal:
        return refused(refusal)


def read(request: HttpRequest, kind: type[Body]) -> Body:
    """The body of a request. Refuses what is not of its kind, naming the field."""
    if len(request.body) > MOST_BYTES:
        raise Invalid(field="body", reason=_("The body is too long."))
    try:
        return kind.model_validate_json(request.body or b"{}")
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_input=False)[0]
        raise Invalid(field=".".join(map(str, first["loc"])) or "body", reason=first["msg"]) from None


def found(link: str) -> Filled:
    """The cart that a link opens, while it can be changed. Refuses any other (404)."""
    filled = cart_of(link)
    if filled is None or not filled.is_open:
        raise NotFound(field="cart", what="cart", id=link[:12])
    return filled


def _said(request: HttpRequest, reader: Reader, filled: Filled, status: int = 200) -> JsonResponse:
    asked = {name: request.GET.get(name, "") for name in ("country", "postcode")}
    return JsonResponse(told(reader, filled, **asked), status=status, json_dumps_params={"ensure_ascii": False})


# ── what can be done ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _make(request: HttpRequest, reader: Reader) -> HttpResponseBase:
    sent = read(request, CartSent)
    lines = [WantedLine(sku=one.sku, quantity=one.quantity) for one in sent.lines]
    filled = carts.put_all_in(reader, None, lines, client=address_of(request), is_held=False)
    return _said(request, reader, filled, 201)


def _look(request: HttpRequest, reader: Reader, link: str) -> HttpResponseBase:
    return _said(request, reader, found(link))


def _add(request: HttpRequest, reader: Reader, link: str) -> HttpResponseBase:
    sent, filled = read(request, LineSent), found(link)
    lines = [WantedLine(sku=sent.sku, quantity=sent.quantity)]
    return _said(request, reader, carts.put_all_in(reader, filled, lines, client=address_of(request), is_held=False))


def _change(request: HttpRequest, reader: Reader, link: str, sku: str) -> HttpResponseBase:
    quantity = read(request, QuantitySent).quantity
    return _said(request, reader, carts.change(reader, found(link), sku, quantity, is_held=False))


def _take_out(request: HttpRequest, reader: Reader, link: str, sku: str) -> HttpResponseBase:
    return _said(request, reader, carts.change(reader, found(link), sku, 0, is_held=False))


def _use(request: HttpRequest, reader: Reader, link: str) -> HttpResponseBase:
    sent, filled = read(request, CouponSent), found(link)
    return _said(request, reader, carts.use_coupon(reader, filled, sent.coupon, client=address_of(request)))


def _leave(request: HttpRequest, reader: Reader, link: str, coupon: str) -> HttpResponseBase:
    return _said(request, reader, carts.leave_coupon(reader, found(link), coupon))


all_carts: Final[Any] = door(post=_make)
one_cart: Final[Any] = door(get=_look)
lines: Final[Any] = door(post=_add)
one_line: Final[Any] = door(put=_change, delete=_take_out)
coupons: Final[Any] = door(post=_use)
one_coupon: Final[Any] = door(delete=_leave)
