"""Who looks at a page of the account: a shopper of this shop who is signed in here, or nobody."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, Final
from urllib.parse import urlencode

from allauth.account.models import EmailAddress
from django.contrib.auth import login, logout
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from dingdan.insight.shopfront.fronts import Front
from dingdan.kernel import clock
from dingdan.kernel.errors import Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Actor, Call
from dingdan.kernel.register import KeyTaken
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.masterdata.customers.commands import link_login
from dingdan.masterdata.customers.models import Customer, CustomerLogin
from dingdan.masterdata.customers.queries import login_of
from dingdan.web.shared.permissions import OWN_ACCOUNT
from dingdan.web.storefront import address_form
from dingdan.web.storefront.reader import TAGS, Reader, in_frame, reading
from dingdan.web.storefront.shop import COUNT_COOKIE, View, in_cart, of_front
from dingdan.web.storefront.shop_pages import Page, around

FRESH_FOR: Final = timedelta(minutes=15)
"""So long after signing in may be done what whoever finds an open browser must not do."""
WITHIN: Final = {
    "address": "addresses", "email": "profile", "password": "security", "passkey": "security", "erase": "privacy",
}  # fmt: skip
"""Pages that stand within another one."""
_BACKEND: Final = "allauth.account.auth_backends.AuthenticationBackend"
_SHOP, _AT = "shop", "at"
_LONGEST_KEY: Final = 64


@dataclass(frozen=True, slots=True)
class Shopper:
    """Somebody who is signed in at this shop: their account, and the customer that they are here."""

    user: User
    login: CustomerLogin
    came_at: datetime

    @property
    def customer(self) -> Customer:
        """Who they are in the shop's books."""
        return self.login.customer

    @property
    def is_fresh(self) -> bool:
        """Whether they signed in a moment ago."""
        return clock.now() - self.came_at < FRESH_FOR

    @property
    def proved(self) -> str:
        """The address whose mails they have shown to read; empty where they have not."""
        known = EmailAddress.objects.filter(user=self.user, verified=True, email=self.user.email.lower()).first()
        return str(known.email) if known else ""


def shopper_of(request: HttpRequest) -> Shopper | None:
    """Who is signed in at the shop in scope; None for staff, for shoppers of other shops, and after an end."""
    user = request.user
    if not user.is_authenticated or request.session.get(_SHOP) != str(current_tenant_id()):
        return None
    found, came_at = login_of(user.pk), datetime.fromisoformat(request.session[_AT])
    if found is None or found.customer.erased_at is not None or (found.signed_out_at and came_at <= found.signed_out_at):
        return None
    return Shopper(user, found, came_at)


def come_in(request: HttpRequest, reader: Reader, user: User) -> None:
    """Sign an account in at the shop in scope. The session gets another key; somebody else's is emptied first."""
    actor = Actor("customer", f"account:{user.pk}", OWN_ACCOUNT)
    for attempt in (1, 2):
        try:
            link_login(
                Call(tenant_id=current_tenant_id(), actor=actor, key=str(new_id())), user_id=user.pk, email=user.email,
                language=TAGS[reader.language],
            )  # fmt: skip
            break
        except KeyTaken:
            if attempt == 2:
                raise
    login(request, user, backend=_BACKEND)
    request.session[_SHOP], request.session[_AT] = str(current_tenant_id()), clock.now().isoformat()


def go_out(request: HttpRequest) -> None:
    """Sign out of this shop on this device."""
    logout(request)


def next_of(request: HttpRequest, reader: Reader) -> str:
    """Where somebody wants to go on: a page of this shop, else their account."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    return safe_next(wanted, reader) or reader.to.at("account")


def safe_next(wanted: str, reader: Reader) -> str:
    """An address within this shop; empty for every other."""
    is_ours = wanted.startswith(reader.to.plain()) and url_has_allowed_host_and_scheme(wanted, None) and len(wanted) < 1000
    return wanted if is_ours else ""


@dataclass(frozen=True, slots=True)
class Desk:
    """A page of the account while it is made: for whom, in which language, and how it is answered."""

    request: HttpRequest
    reader: Reader
    shopper: Shopper | None

    @property
    def me(self) -> Shopper:
        """Whoever is signed in, on pages that are there for nobody else."""
        assert self.shopper is not None  # noqa: S101 (the door saw to it)
        return self.shopper

    @property
    def call(self) -> Call:
        """The call that a form makes, under its own key: sent twice, it is done once."""
        key = self.request.POST.get("key", "").replace("\0", "")[:_LONGEST_KEY] or str(new_id())
        actor = Actor("customer", str(self.me.customer.id), OWN_ACCOUNT)
        return Call(tenant_id=current_tenant_id(), actor=actor, key=f"account:{self.me.login.id}:{key}")

    def at(self, *parts: str) -> str:
        """A page of the account."""
        return self.reader.to.at("account", *parts)

    def shown(self, template: str, *, status: int = 200, trouble: Refusal | None = None, **more: Any) -> HttpResponse:
        """Answer with a page (`storefront/account/<template>.html`)."""
        told: Mapping[str, Any] = {
            "me": self.shopper, "desk": self, "key": str(new_id()), "menu": WITHIN.get(template, template),
            "trouble": _told(trouble), "places": _places(self), **more,
        }  # fmt: skip
        path = self.request.path_info.removeprefix(self.reader.to.home)
        context = in_frame(self.reader, **told, **around(self.reader, path if "/in/" not in path else "account/"))
        page = Page(render_to_string(f"storefront/account/{template}.html", context, request=self.request))
        count = in_cart(self.request.COOKIES.get(COUNT_COOKIE, ""))
        return HttpResponse(
            page.sent(count), content_type="text/html; charset=utf-8", status=trouble.status if trouble else status
        )

    def went(self, path: str) -> HttpResponse:
        """Answer a form: go on to another page."""
        answer = HttpResponseRedirect(path)
        answer.status_code = 303
        return answer


def _places(desk: Desk) -> list[tuple[str, str, str]]:
    from dingdan.web.storefront.account.places import places

    return places(desk)


def _told(trouble: Refusal | None) -> dict[str, str]:
    if trouble is None:
        return {}
    field = (trouble.field or "").rpartition(".")[2]
    return {**address_form.told(trouble), "field": field}


def entrance_page(*methods: str) -> Callable[[Callable[..., HttpResponseBase]], View]:
    """Let a view be a page for everybody, signed in or not: it gets a `Desk`."""

    def of_everybody(view: Callable[..., HttpResponseBase]) -> View:
        @never_cache
        @sensitive_post_parameters()
        @require_http_methods(["GET", "HEAD", *methods])
        @of_front
        @wraps(view)
        def answered(request: HttpRequest, front: Front, language: str, **named: str) -> HttpResponseBase:
            with reading(front, language) as reader:
                answer = view(Desk(request, reader, shopper_of(request)), **named)
            answer.headers.setdefault("X-Robots-Tag", "noindex")
            return answer

        return answered

    return of_everybody


def account_page(*methods: str, fresh: bool = False) -> Callable[[Callable[..., HttpResponseBase]], View]:
    """Let a view be a page for whoever is signed in at this shop; with `fresh`, for whoever signed in a moment ago.

    Everybody else is asked to sign in, and led back.
    """

    def of_shoppers(view: Callable[..., HttpResponseBase]) -> View:
        @entrance_page(*methods)
        @wraps(view)
        def answered(desk: Desk, **named: str) -> HttpResponseBase:
            if desk.shopper is not None and (desk.shopper.is_fresh or not fresh):
                try:
                    return view(desk, **named)
                except Refusal as refusal:  # a form of before the back button, somebody else at the same thing: try anew
                    return desk.shown("refused", trouble=refusal)
            back = desk.request.get_full_path() if desk.request.method in ("GET", "HEAD") else desk.at()
            again = {"again": "1"} if desk.shopper else {}
            return desk.went(desk.at("sign-in") + "?" + urlencode({"next": back, **again}))

        return answered

    return of_shoppers
