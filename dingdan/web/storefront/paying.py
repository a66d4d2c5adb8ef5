"""The page on which an order or an invoice is paid, and where payers come back to."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import ExitStack
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from dingdan.automation import checkouts, gateways, paying
from dingdan.automation.pay_links import PAY_ORDER, opened_to_pay, pay_url
from dingdan.automation.paying import Bill, Payer
from dingdan.kernel import clock
from dingdan.kernel.errors import Refusal
from dingdan.kernel.links import Opened, opened
from dingdan.kernel.tenancy import tenant_scope
from dingdan.ledgers.payments import queries as payments
from dingdan.ledgers.payments.events import PromptKind
from dingdan.ledgers.payments.lifecycle import OUT
from dingdan.ledgers.payments.ports import Answer
from dingdan.web.shared.clients import address_of, seen_address
from dingdan.web.shared.reading import number_sent
from dingdan.web.storefront import pages

LANGUAGES = ("en", "zh-hant", "zh-hans")

View = Callable[..., HttpResponseBase]


def guarded(view: View) -> View:
    """Let nothing but our own files run in the page, and let no search engine or cache keep it."""
    # What a form leads to counts as well: the firms' pages are elsewhere. A shop that is tried out has no https.
    forms = "'self' https:" if settings.SECURE_COOKIES else "'self' https: http:"
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        f"form-action {forms}; base-uri 'none'; frame-ancestors 'none'"
    )

    @wraps(view)
    def answered(*args: Any, **values: Any) -> HttpResponseBase:
        answer = view(*args, **values)
        answer["Content-Security-Policy"] = policy
        answer["X-Robots-Tag"] = "noindex"
        return answer

    return never_cache(answered)


def gone(request: HttpRequest) -> HttpResponse:
    """What a link that opens nothing leads to."""
    return render(request, "storefront/gone.html", status=404)


class _Open:
    """What a link opens, with its tenant and the reader's language in scope until it is left."""

    def __init__(self, request: HttpRequest, kind: str, found: Opened) -> None:
        self.request, self.kind, self.found = request, kind, found
        self._scope = ExitStack()

    def __enter__(self) -> Bill | None:
        self._scope.enter_context(tenant_scope(self.found.tenant_id))
        bill = paying.bill_of(self.kind, self.found.id)
        wanted = self.request.GET.get("lang", "").lower()
        language = wanted if wanted in LANGUAGES else nearest(bill.order.language if bill else "en")
        self._scope.enter_context(translation.override(language))
        return bill

    def __exit__(self, *_fault: object) -> None:
        self._scope.close()


def nearest(tag: str) -> str:
    """The language of the pages that comes nearest to a tag."""
    try:
        return translation.get_supported_language_variant(tag.lower())
    except LookupError:
        return "en"


@require_http_methods(["GET", "HEAD", "POST"])
def pay(request: HttpRequest, link: str) -> HttpResponseBase:
    """What is to be paid and how, what the payer is to do, and what became of it."""
    found = opened_to_pay(link, at=clock.now())
    if found is None:
        return gone(request)
    with _Open(request, *found) as bill:
        if bill is None:
            return gone(request)
        if request.method != "POST":
            return _shown(request, link, bill)
        try:
            return HttpResponseRedirect(_done(request, link, bill))
        except Refusal as refusal:
            again = paying.bill_of(found[0], found[1].id) or bill
            return _shown(request, link, again, trouble=str(refusal), status=409)


def _here(request: HttpRequest, link: str, *, language: str = "") -> str:
    """The address of the page, with the language and the currency that its reader chose."""
    wanted, shown = language or request.GET.get("lang", "").lower(), _present(request)
    said = {"lang": wanted if wanted in LANGUAGES else "", "present": shown}
    chosen = urlencode({name: text for name, text in said.items() if text})
    return reverse("pay", args=[link]) + (f"?{chosen}" if chosen else "")


def _present(request: HttpRequest) -> str:
    """The currency in which the reader wants to see the amount as well."""
    wanted = request.GET.get("present", "")
    return wanted if len(wanted) == 3 and wanted.isascii() and wanted.isupper() else ""


def _done(request: HttpRequest, link: str, bill: Bill) -> str:
    """Do what the form asks, and return where to go on: to the firm's page, or to this one. Raises `Refusal`."""
    sent, attempt = request.POST, pages.known_id(request.POST.get("attempt", ""))
    mine = {one.attempt_id for one in payments.checkouts_of(bill.document)}
    if sent.get("act") == "leave" and attempt in mine:
        checkouts.close(bill.order.tenant_id, attempt)
    elif sent.get("act") == "ask" and attempt in mine:
        gateways.settle(bill.order.tenant_id, attempt)
    elif sent.get("act") == "card" and bill.standing == "due":
        call = paying.call_to_pay(bill, sent.get("key", "")[:64])
        paying.pay_with_card(call, bill, code=sent.get("code", "")[:60], client=address_of(request))
    elif sent.get("act") == "pay" and bill.standing == "due":
        payer = Payer(
            language=translation.get_language() or "en",
            on_phone="Mobi" in request.headers.get("User-Agent", ""),
            ip=seen_address(request),
            keep="keep" in sent,
        )
        call = paying.call_to_pay(bill, sent.get("key", "")[:64])
        seen = sent.get("seen", "")
        begun = paying.pay(call, bill, method=sent.get("method", ""), seen=number_sent(seen), payer=payer)
        if begun.answer == Answer.WAITING and begun.prompt and begun.prompt.kind == PromptKind.REDIRECT:
            return begun.prompt.content
    return _here(request, link)


def _shown(request: HttpRequest, link: str, bill: Bill, *, trouble: str = "", status: int = 200) -> HttpResponse:
    context = pages.context_of(bill, trouble=trouble, present=_present(request)) | {
        "link": link,
        "here": _here(request, link),
        "state_url": reverse("pay_state", args=[link]),
        "state": _state(bill),
        "lang": request.GET.get("lang", ""),
        "languages": [(code, pages.LANGUAGE_NAMES[code], _here(request, link, language=code)) for code in LANGUAGES],
    }
    return render(request, "storefront/pay.html", context, status=status)


def _state(bill: Bill) -> str:
    """A word that is another one as soon as the page would say something else."""
    told = [(one.attempt_id, one.state, bool(one.prompt)) for one in payments.checkouts_of(bill.document)[:3]]
    return hashlib.sha256(repr((bill.due, bill.standing, bill.owed.allocated, told)).encode()).hexdigest()[:16]


@require_safe
def pay_state(request: HttpRequest, link: str) -> HttpResponseBase:
    """Whether the page would say something else by now: the page's own script asks, and loads it anew."""
    found = opened_to_pay(link, at=clock.now())
    if found is None:
        raise Http404
    with _Open(request, *found) as bill:
        if bill is None:
            raise Http404
        waits = any(one.state in OUT for one in payments.checkouts_of(bill.document))
        return JsonResponse({"state": _state(bill), "waits": waits})


@require_safe
def payer_returns(request: HttpRequest, link: str) -> HttpResponseBase:
    """The payer is back: ask the gateway at once what became of it, and show the page on which it is paid."""
    found = opened(link, gateways.ATTEMPT_LINK, at=clock.now())
    if found is None:
        return gone(request)
    with tenant_scope(found.tenant_id):
        gateways.settle(found.tenant_id, found.id)
        paid = payments.checkout_of(found.id)
        order = next((one for one in payments.documents_of(paid.payment_id) if one.kind == "order"), None) if paid else None
        if order is None:
            return gone(request)
        there = pay_url(PAY_ORDER, order.id, at=clock.now(), days=1)
    return HttpResponseRedirect(there.removeprefix(settings.PUBLIC_URL))


pay = guarded(pay)
pay_state = guarded(pay_state)
payer_returns = guarded(payer_returns)
