"""The cart and the checkout, as somebody at a browser meets them: with scripts or without."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from functools import cached_property, wraps
from typing import Any, Final, Self
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseForbidden, HttpResponseRedirect
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from dingdan.automation import paying
from dingdan.automation.paying import Payer
from dingdan.insight.shopfront.fronts import Front
from dingdan.kernel import clock
from dingdan.kernel.errors import Refusal
from dingdan.kernel.guessing import counted_deed
from dingdan.kernel.pasted import LONGEST, taken_apart
from dingdan.ledgers.payments.queries import CardBalance
from dingdan.web.shared.clients import address_of, seen_address, seen_from
from dingdan.web.shared.headers import policy
from dingdan.web.shared.reading import number_sent
from dingdan.web.storefront import buying_pages, carts, checkout
from dingdan.web.storefront.account.who import shopper_of
from dingdan.web.storefront.addresses import PREFIX
from dingdan.web.storefront.carts import Filled, cart_of
from dingdan.web.storefront.checkout import Buys
from dingdan.web.storefront.known import Known, Means, as_nobodys
from dingdan.web.storefront.pressing import check_pressed
from dingdan.web.storefront.reader import Reader, reading
from dingdan.web.storefront.shop import COUNT_COOKIE, of_front
from dingdan.web.storefront.shop_pages import Page

View = Callable[..., HttpResponseBase]
_A_MONTH: Final = 30 * 24 * 3600


def from_here(view: View) -> View:
    """Let only pages of this server send forms. Pages that are the same for everybody hold no token, so the browser is asked."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:
        if request.method == "POST":
            origin = request.headers.get("Origin", "")
            # Pages of ours say where they are: "null" is a page in a sandbox, which is anybody's unless the browser knows better.
            is_ours = origin == "" or urlsplit(origin).netloc == request.get_host()
            site = request.headers.get("Sec-Fetch-Site", "same-origin" if is_ours else "")
            if (not is_ours and origin != "null") or site not in ("same-origin", "none"):
                return HttpResponseForbidden(b"This form was sent from elsewhere.", content_type="text/plain")
        answer = view(request, *args, **named)
        answer.headers.setdefault("X-Robots-Tag", "noindex")
        return answer

    return csrf_exempt(never_cache(answered))


class Buyer:
    """Somebody with a browser, in their language: their cart, and what they are answered."""

    def __init__(self, request: HttpRequest, front: Front, language: str) -> None:
        self.request, self._scope = request, ExitStack()
        self._front, self._language = front, language
        self.card: CardBalance | None = None

    def __enter__(self) -> Self:
        self._scope.enter_context(seen_from(self.request))
        self.reader: Reader = self._scope.enter_context(reading(self._front, self._language))
        return self

    def __exit__(self, *_fault: object) -> None:
        self._scope.close()

    @cached_property
    def known(self) -> Known | None:
        """Who they are in the shop's books, if they are signed in."""
        shopper = shopper_of(self.request)
        return Known(shopper.customer, shopper.user.email) if shopper else None

    @property
    def cart(self) -> Filled | None:
        """The cart that this browser has, else the one that they filled elsewhere; None where there is none."""
        return self.theirs(self.request.COOKIES.get(carts.COOKIE, ""))

    @property
    def means(self) -> Means:
        """What they bring to the checkout."""
        return Means(self.known, self.card)

    def theirs(self, link: str) -> Filled | None:
        """The cart that a link opens, else the one that they filled elsewhere; None where there is none."""
        found = cart_of(link)
        if found is None and self.known:
            found = carts.last_of(self.known.customer.id, self._front.channel.id)
        return self.as_theirs(found) if found else None

    def as_theirs(self, filled: Filled) -> Filled:
        """A cart as whoever is signed in buys it: as their customer, at the prices of their group; else as nobody's."""
        wanted = self.known.as_theirs(filled.wanted) if self.known else as_nobodys(filled.wanted)
        return replace(filled, wanted=wanted)

    def went(self, path: str) -> HttpResponse:
        """Answer a form: go on elsewhere."""
        answer = HttpResponseRedirect(path)
        answer.status_code = 303
        return answer

    def shown(self, page: Page, filled: Filled | None, status: int = 200) -> HttpResponse:
        """Answer with a page, and remember how many things are in the cart."""
        pieces = filled.pieces if filled and filled.is_open else 0
        answer = HttpResponse(page.sent(pieces), content_type="text/html; charset=utf-8", status=status)
        # What a form leads to counts as well: the firms' pages are elsewhere. A shop that is tried out has no https.
        answer["Content-Security-Policy"] = policy(
            {"form-action": "'self' https:" + ("" if settings.SECURE_COOKIES else " http:")}
        )
        return self.kept(answer, filled)

    def kept(self, answer: HttpResponse, filled: Filled | None) -> HttpResponse:
        """Let the browser keep its cart; one that became an order, or is over, it forgets."""
        usual: dict[str, Any] = {"path": PREFIX, "samesite": "Lax", "secure": settings.SECURE_COOKIES, "httponly": True}
        if filled is None or not filled.is_open:
            for name in (carts.COOKIE, COUNT_COOKIE):
                if name in self.request.COOKIES:
                    answer.delete_cookie(name, path=PREFIX, samesite="Lax")
            return answer
        answer.set_cookie(carts.COOKIE, filled.link, max_age=_A_MONTH, **usual)
        answer.set_cookie(COUNT_COOKIE, str(min(filled.pieces, 999)), max_age=_A_MONTH, **usual)
        return answer


# ── the cart ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@from_here
@require_http_methods(["GET", "HEAD", "POST"])
@of_front
def cart(request: HttpRequest, front: Front, language: str) -> HttpResponseBase:
    """What is in the cart; a form puts something in, or changes how many."""
    with Buyer(request, front, language) as buyer:
        filled = buyer.cart
        if filled is not None and filled.row.order_id:
            filled = None  # it is an order: a new one begins
        if request.method != "POST":
            country, postcode = (request.GET.get(name, "") for name in ("country", "postcode"))
            return buyer.shown(buying_pages.cart_page(buyer.reader, filled, country=country, postcode=postcode), filled)
        try:
            changed = _changed(buyer, filled)
        except Refusal as refusal:
            return buyer.shown(buying_pages.cart_page(buyer.reader, filled, trouble=refusal), filled, refusal.status)
        return buyer.kept(buyer.went(buyer.reader.to.cart), changed)


def _changed(buyer: Buyer, filled: Filled | None) -> Filled | None:
    sent = buyer.request.POST
    sku, asked = sent.get("sku", "").replace("\0", "")[:64], sent.get("quantity", "1").strip()
    quantity = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) <= 4 else 1
    if sent.get("act") == "add":
        client, amount = address_of(buyer.request), sent.get("amount", "")[:20]
        open_one = filled if filled and filled.is_open else None
        return carts.put_in(buyer.reader, open_one, sku=sku, quantity=max(quantity, 1), amount=amount, client=client)
    if filled is None or not filled.is_open:
        return filled
    if "leave" in sent:
        return carts.leave_coupon(buyer.reader, filled, sent["leave"])
    if sent.get("act") == "coupon":
        return carts.use_coupon(buyer.reader, filled, sent.get("coupon", ""), client=address_of(buyer.request))
    if sent.get("act") == "note":
        return carts.note(buyer.reader, filled, sent.get("note", ""))
    if sent.get("act") == "hold":
        carts.hold(buyer.reader, filled)
        return filled
    return carts.change(buyer.reader, filled, sku, 0 if sent.get("act") == "remove" else quantity)


# ── the checkout ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@from_here
@require_http_methods(["GET", "HEAD", "POST"])
@of_front
def check_out(request: HttpRequest, front: Front, language: str) -> HttpResponseBase:
    """Where to, how and by what; what it comes to; and the order."""
    with Buyer(request, front, language) as buyer:
        sent = request.POST
        filled = (buyer.theirs(sent["cart"]) if sent.get("cart") else None) or buyer.cart
        if filled is not None and filled.row.order_id and request.method == "POST":
            return buyer.kept(buyer.went(checkout.order_path(buyer.reader, filled.row.order_id)), filled)
        if filled is None or not filled.is_open or not filled.wanted.lines:
            return buyer.kept(buyer.went(buyer.reader.to.cart), filled)
        seen_coupons = filled.wanted.coupon_codes
        typed = checkout.typed_in(sent.dict()) if request.method == "POST" else checkout.typed_in({})
        typed = buyer.known.filled_in(typed) if buyer.known and request.method != "POST" else typed
        typed["country"] = typed["country"] or front.country
        if sent.get("act") == "parse":
            typed |= taken_apart(sent.get("pasted", "")[:LONGEST], country=typed["country"])
        filled, trouble = _with_coupon(buyer, filled)
        typed = buyer.known.chosen(typed) if buyer.known else typed
        trouble = trouble or _looked_at(buyer, typed)
        if trouble is not None or sent.get("act") != "place" or filled.wanted.coupon_codes != seen_coupons:
            if request.method != "POST":
                carts.hold(buyer.reader, filled)
                typed["note"] = typed["note"] or filled.wanted.customer_note
            page = buying_pages.checkout_page(buyer.reader, filled, typed, means=buyer.means, trouble=trouble)
            return buyer.shown(page, filled, trouble.status if trouble else 200)
        return _placed(buyer, filled, typed)


def _looked_at(buyer: Buyer, typed: dict[str, str]) -> Refusal | None:
    """What is the matter with the gift card that was typed: one that is wrong is left out, so that it is not tried again."""
    try:
        if typed["gift_card"].strip():
            channel = buyer.reader.front.channel
            buyer.card = paying.card_told(typed["gift_card"], channel.currency, client=address_of(buyer.request))
    except Refusal as refusal:
        typed["gift_card"] = ""
        return refusal
    return None


def _with_coupon(buyer: Buyer, filled: Filled) -> tuple[Filled, Refusal | None]:
    """The cart with the coupon that was typed in the checkout, or without the one that was left out, however it was sent."""
    sent = buyer.request.POST
    try:
        if "leave" in sent:
            return buyer.as_theirs(carts.leave_coupon(buyer.reader, filled, sent["leave"])), None
        if sent.get("coupon", "").strip():
            used = carts.use_coupon(buyer.reader, filled, sent["coupon"], client=address_of(buyer.request))
            return buyer.as_theirs(used), None
    except Refusal as refusal:
        return filled, refusal
    return filled, None


def _placed(buyer: Buyer, filled: Filled, typed: dict[str, str]) -> HttpResponse:
    request, seen = buyer.request, buyer.request.POST.get("seen", "")
    payer = Payer(
        language=buyer.reader.language, on_phone="Mobi" in request.headers.get("User-Agent", ""),
        ip=seen_address(request),
    )  # fmt: skip
    try:
        counted_deed("order", client=address_of(request), at=clock.now())
        if buyer.known is None:
            check_pressed(filled.row.id, request.POST, at=clock.now())
        buys = Buys(payer, number_sent(seen), buyer.known)
        path = checkout.place(buyer.reader, filled, typed, buys)
    except Refusal as refusal:
        page = buying_pages.checkout_page(buyer.reader, filled, typed, means=buyer.means, trouble=refusal)
        return buyer.shown(page, filled, refusal.status)
    return buyer.kept(buyer.went(path), cart_of(filled.link))
