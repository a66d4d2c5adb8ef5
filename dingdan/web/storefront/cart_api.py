"""The cart for other people's pages: made, filled, worked out and handed over to the checkout, as JSON, without a secret.

Whoever holds the link of a cart may change it, and nobody else. Pages of elsewhere may ask where the storefront names their
origin; programs that send no origin may ask as well, for they could read the shop's pages too. Nothing is reserved before its
buyer is here, and nothing personal is in it. `cart_document` describes what stands in `DOORS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dingdan.automation.setup import DEFAULT_SLUG
from dingdan.insight.shopfront.fronts import Front, front_of
from dingdan.kernel.errors import NotFound, Refusal
from dingdan.trade.orders.rules import WantedLine
from dingdan.web.shared import failing
from dingdan.web.shared.answers import json_answer
from dingdan.web.shared.clients import address_of
from dingdan.web.shared.reading import MOST_FAULTS, BodyTooLarge, InvalidRequest, check_outside, read_json
from dingdan.web.shared.validation import faults
from dingdan.web.storefront import carts
from dingdan.web.storefront.cart_told import told
from dingdan.web.storefront.carts import Filled, cart_of
from dingdan.web.storefront.reader import Reader, reading

MOST_BYTES: Final = 32 * 1024
View = Callable[..., HttpResponse]


class Sent(BaseModel):
    """The body of a request."""

    model_config = ConfigDict(extra="forbid")


Body = TypeVar("Body", bound=Sent)


class LineSent(Sent):
    """An article and how many."""

    sku: str = Field(min_length=1, max_length=64)
    quantity: int = Field(default=1, ge=1, le=carts.MOST_OF_ONE)


class CartSent(Sent):
    """What shall be in a new cart."""

    lines: list[LineSent] = Field(default_factory=list, max_length=carts.MOST_LINES)


class QuantitySent(Sent):
    """How many; 0 takes it out."""

    quantity: int = Field(ge=0, le=carts.MOST_OF_ONE)


class CouponSent(Sent):
    """A coupon as it was typed."""

    coupon: str = Field(max_length=60)


class NotFromThere(Refusal):
    """The page that asks is not one that the storefront names."""

    status = 403
    sentence = _("Pages of {origin} may not use the carts of this shop.")
    remedy = _("Ask the shop to name this origin in its storefront.")


@dataclass(frozen=True, slots=True)
class Operation:
    """What a method does at an address: its name and sentence in the document, the body that it reads, how it can fail."""

    view: View
    name: str
    summary: str
    takes: type[Sent] | None = None
    status: int = 200
    fails: tuple[int, ...] = ()
    """Beside those that every operation knows."""


@dataclass(frozen=True, slots=True, eq=False)
class Door:
    """The operations at one address, as a view: whose pages may ask, and every refusal as a problem document."""

    operations: Mapping[str, Operation]
    csrf_exempt: bool = field(default=True, init=False)
    """No cookie plays a part."""

    def __call__(self, request: HttpRequest, *, shop: str | None = None, lang: str | None = None, **named: str) -> HttpResponse:
        front = front_of(shop or DEFAULT_SLUG)
        if front is None:
            return failing.refused(request, failing.NoSuchAddress(path=request.path))
        with reading(front, lang or "") as reader:
            return self._kept(request, front, self._given(request, reader, named))

    def _given(self, request: HttpRequest, reader: Reader, named: dict[str, str]) -> HttpResponse:
        origin, method = request.headers.get("Origin", ""), (request.method or "").lower()
        try:
            if not _may(request, reader.front):
                raise NotFromThere(origin=origin[:200])
            if method == "options":
                return HttpResponse(status=204)
            if method not in self.operations:
                raise failing.MethodNotAllowed(method=method.upper()[:20], allowed=self._allowed)
            check_outside(request)
            return self.operations[method].view(request, reader, **named)
        except Exception as error:  # noqa: BLE001 (every fault becomes a problem document)
            return failing.answer_for(request, error)

    def _kept(self, request: HttpRequest, front: Front, answer: HttpResponse) -> HttpResponse:
        origin = request.headers.get("Origin", "")
        answer["Cache-Control"], answer["Vary"], answer["Allow"] = "no-store", "Origin", self._allowed
        if origin and _may(request, front):
            answer["Access-Control-Allow-Origin"] = origin
            answer["Access-Control-Allow-Methods"] = self._allowed
            answer["Access-Control-Allow-Headers"], answer["Access-Control-Max-Age"] = "Content-Type", "600"
            answer["Access-Control-Expose-Headers"] = "Retry-After"
        return answer

    @property
    def name(self) -> str:
        """What the address is called."""
        return f"shop_api_{next(iter(self.operations.values())).name}"

    @property
    def _allowed(self) -> str:
        return ", ".join((*self.operations, "options")).upper()


def _may(request: HttpRequest, front: Front) -> bool:
    """Whether whoever asks may: a program, the shop's own pages, pages of an origin that the storefront names."""
    origin = request.headers.get("Origin", "")
    return not origin or origin in front.row.origins or origin.partition("://")[2] == request.get_host()


def read(request: HttpRequest, kind: type[Body]) -> Body:
    """The body of a request. Refuses what is not of its kind, naming each field."""
    if len(request.body) > MOST_BYTES:
        raise BodyTooLarge(most=MOST_BYTES)
    try:
        return kind.model_validate(read_json(request.body or b"{}"))
    except ValidationError as wrong:
        found = wrong.errors(include_url=False, include_input=False)
        # As the API tells it: where it was sent, into which parameter it is read, and where it is in there.
        errors = [{**one, "loc": ("body", "sent", *one["loc"])} for one in found[:MOST_FAULTS]]
        raise InvalidRequest(faults(errors), count=len(found)) from None


def found(link: str) -> Filled:
    """The cart that a link opens, while it can be changed. Refuses any other (404)."""
    filled = cart_of(link)
    if filled is None or not filled.is_open:
        raise NotFound(what="cart", id=link[:12])
    return filled


def _said(request: HttpRequest, reader: Reader, filled: Filled, status: int = 200) -> HttpResponse:
    asked = {name: request.GET.get(name, "") for name in ("country", "postcode")}
    return json_answer(told(reader, filled, **asked), status=status)


# ── what can be done ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _make(request: HttpRequest, reader: Reader) -> HttpResponse:
    sent = read(request, CartSent)
    lines = [WantedLine(sku=one.sku, quantity=one.quantity) for one in sent.lines]
    filled = carts.put_all_in(reader, None, lines, client=address_of(request), is_held=False)
    return _said(request, reader, filled, 201)


def _look(request: HttpRequest, reader: Reader, cart: str) -> HttpResponse:
    return _said(request, reader, found(cart))


def _add(request: HttpRequest, reader: Reader, cart: str) -> HttpResponse:
    sent, filled = read(request, LineSent), found(cart)
    lines = [WantedLine(sku=sent.sku, quantity=sent.quantity)]
    return _said(request, reader, carts.put_all_in(reader, filled, lines, client=address_of(request), is_held=False))


def _change(request: HttpRequest, reader: Reader, cart: str, sku: str) -> HttpResponse:
    quantity = read(request, QuantitySent).quantity
    return _said(request, reader, carts.change(reader, found(cart), sku, quantity, is_held=False))


def _take_out(request: HttpRequest, reader: Reader, cart: str, sku: str) -> HttpResponse:
    return _said(request, reader, carts.change(reader, found(cart), sku, 0, is_held=False))


def _use(request: HttpRequest, reader: Reader, cart: str) -> HttpResponse:
    sent, filled = read(request, CouponSent), found(cart)
    return _said(request, reader, carts.use_coupon(reader, filled, sent.coupon, client=address_of(request)))


def _leave(request: HttpRequest, reader: Reader, cart: str, coupon: str) -> HttpResponse:
    return _said(request, reader, carts.leave_coupon(reader, found(cart), coupon))


CHANGING: Final = (409, 429)
DOORS: Final[Mapping[str, Door]] = {
    "carts": Door({"post": Operation(_make, "make_cart", "A new cart.", CartSent, 201, CHANGING)}),
    "carts/{cart}": Door({"get": Operation(_look, "get_cart", "How it is now, with ways of shipping there.")}),
    "carts/{cart}/lines": Door({"post": Operation(_add, "add_line", "One more article.", LineSent, fails=CHANGING)}),
    "carts/{cart}/lines/{sku}": Door(
        {
            "put": Operation(_change, "change_line", "So many of it.", QuantitySent, fails=CHANGING),
            "delete": Operation(_take_out, "take_out_line", "None of it.", fails=CHANGING),
        }
    ),
    "carts/{cart}/coupons": Door({"post": Operation(_use, "use_coupon", "A coupon.", CouponSent, fails=CHANGING)}),
    "carts/{cart}/coupons/{coupon}": Door({"delete": Operation(_leave, "leave_coupon", "Without it.", fails=CHANGING)}),
}
"""Every operation, by its address below the shop's `api/` and its method."""


@csrf_exempt
def nothing(request: HttpRequest, **_named: Any) -> HttpResponse:
    """What is answered at addresses that are none."""
    return failing.refused(request, failing.NoSuchAddress(path=request.path))
