"""The page of a ticket, for whoever wrote it: opened by the link in their mails, or in their account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dingdan.automation.reacting import part_of
from dingdan.automation.ticket_letters import LINK
from dingdan.insight.shopfront.fronts import Front
from dingdan.kernel import clock
from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.guessing import counted_deed
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Actor, Call
from dingdan.kernel.links import opened
from dingdan.masterdata.customers.queries import one_person
from dingdan.trade.tickets import queries
from dingdan.trade.tickets.commands import attach_file, reply_ticket
from dingdan.trade.tickets.lifecycle import OVER, TICKET_LIFE
from dingdan.trade.tickets.models import Ticket
from dingdan.web.shared.clients import address_of
from dingdan.web.shared.downloads import download, picture
from dingdan.web.shared.permissions import OWN_TICKET
from dingdan.web.storefront.account.who import shopper_of
from dingdan.web.storefront.buying import from_here
from dingdan.web.storefront.own.words import told
from dingdan.web.storefront.reader import Reader, in_frame, reading
from dingdan.web.storefront.shop import COUNT_COOKIE, in_cart, of_front
from dingdan.web.storefront.shop_pages import Page, around
from dingdan.web.storefront.writing.talks import Ways, rated, sent_files, settled, talk_told


@dataclass(frozen=True, slots=True)
class Talk:
    """A ticket in the hands of whoever wrote it, with the shop's data and the reader's language in scope."""

    request: HttpRequest
    reader: Reader
    ticket: Ticket
    actor: Actor
    path: tuple[str, ...]
    """Where its pages are: the parts behind the shop's home."""

    def at(self, *parts: str) -> str:
        """A page of the ticket in the reader's language; without parts the ticket's own."""
        return self.reader.to.at(*self.path, *parts)

    @property
    def call(self) -> Call:
        """The call that a form makes, under its own key: sent twice, it is done once."""
        key = self.request.POST.get("key", "").replace("\0", "")[:64] or str(new_id())
        return Call(tenant_id=self.ticket.tenant_id, actor=self.actor, key=f"talk:{self.ticket.id}:{key}")

    def went(self, anchor: str = "") -> HttpResponse:
        """Answer a form: go back to the page."""
        answer = HttpResponseRedirect(self.at() + (f"#{anchor}" if anchor else ""))
        answer.status_code = 303
        return answer

    def shown(self, *, trouble: Refusal | None = None) -> HttpResponse:
        """Answer with the page; what was typed stays where something was refused."""
        row, ways = self.ticket, Ways(lambda id_: self.at("files", str(id_)), self.at("rating"), self.at("settled"))
        context = in_frame(
            self.reader, trouble=told(trouble), talk=talk_told(self.reader, row, ways), here=self.at(), key=str(new_id()),
            text=self.request.POST.get("text", "") if trouble else "", may_write=TICKET_LIFE.may("reply", row.state),
            goes_on=row.state not in OVER, **around(self.reader, ""),
            back=self.reader.to.at("account", "talking") if self.path[0] == "account" else "",
        )  # fmt: skip
        page = Page(render_to_string("storefront/writing/thread.html", context))
        count = in_cart(self.request.COOKIES.get(COUNT_COOKIE, ""))
        status = trouble.status if trouble else 200
        return HttpResponse(page.sent(count), content_type="text/html; charset=utf-8", status=status)


def _by_link(front: Front, link: str) -> UUID | None:
    """The ticket that a signed link opens in this shop."""
    found = opened(link, LINK, at=clock.now())
    return found.id if found is not None and found.tenant_id == front.tenant_id else None


def _of_account(request: HttpRequest, ticket_id: UUID) -> tuple[UUID | None, str]:
    """A ticket of whoever is signed in, as whom they are known; nobody, and no ticket, for everybody else."""
    shopper = shopper_of(request)
    if shopper is None:
        return None, ""
    people = one_person(shopper.customer.id)
    is_theirs = Ticket.objects.filter(id=ticket_id, customer_id__in=people).exists()
    return (ticket_id if is_theirs else None), str(shopper.customer.id)


def talk_page(*methods: str) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Let a view be a page of a ticket: it gets a `Talk`.

    What opens nothing, is not there or was forgotten is one and the same page. In the account one signs in first.
    """

    def of_talk(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @from_here
        @require_http_methods(["GET", "HEAD", *methods])
        @of_front
        @wraps(view)
        def answered(request: HttpRequest, front: Front, language: str, **named: Any) -> HttpResponseBase:
            link, mine = named.pop("link", ""), named.pop("mine", None)
            with reading(front, language) as reader:
                path: tuple[str, ...] = ("m", link) if mine is None else ("account", "talking", str(mine))
                if mine is None:
                    ticket_id, who = _by_link(front, link), ""
                else:
                    ticket_id, who = _of_account(request, mine)
                    if not who:
                        return _sign_in(reader, path)
                if ticket_id is None or not queries.readable(ticket_id := queries.going_on(ticket_id)):
                    return _closed(request, reader)
                actor = Actor("customer", who or str(ticket_id), OWN_TICKET)
                try:
                    return view(Talk(request, reader, queries.ticket(ticket_id), actor, path), **named)
                except NotFound:
                    return _closed(request, reader)

        return answered

    return of_talk


def _sign_in(reader: Reader, path: tuple[str, ...]) -> HttpResponse:
    answer = HttpResponseRedirect(reader.to.at("account", "sign-in") + "?" + urlencode({"next": reader.to.at(*path)}))
    answer.status_code = 303
    return answer


def _closed(request: HttpRequest, reader: Reader) -> HttpResponse:
    page = Page(render_to_string("storefront/own/closed.html", in_frame(reader, **around(reader, ""))))
    count = in_cart(request.COOKIES.get(COUNT_COOKIE, ""))
    return HttpResponse(page.sent(count), content_type="text/html; charset=utf-8", status=404)


@talk_page("POST")
def talk(own: Talk) -> HttpResponse:
    """What was said, and a form to say more."""
    if own.request.method != "POST":
        return own.shown()
    try:
        _say(own)
    except Refusal as refusal:
        return own.shown(trouble=refusal)
    return own.went("write")


def _say(own: Talk) -> None:
    sent = own.request.POST
    files, text = sent_files(own.request.FILES.getlist("files")), sent.get("text", "").replace("\0", "")
    if not text.strip() and files:
        text = _("A file is attached.")
    for client in (address_of(own.request), str(own.ticket.id)):
        counted_deed("message", client=client, at=own.reader.at)
    said = reply_ticket(own.call, ticket_id=own.ticket.id, text=text)
    for place, (name, content) in enumerate(files):
        attach_file(
            part_of(own.call, f"file {place}"), ticket_id=said.ticket_id, message_id=said.message_id, name=name, content=content
        )


@talk_page("POST")
def rating(own: Talk) -> HttpResponse:
    """Say how it went, once it is settled."""
    if own.request.method == "POST":
        try:
            rated(own.call, own.ticket.id, rating=own.request.POST.get("rating", ""), word=own.request.POST.get("word", ""))
        except Refusal as refusal:
            return own.shown(trouble=refusal)
    return own.went()


@talk_page("POST")
def is_settled(own: Talk) -> HttpResponse:
    """Say that it is settled."""
    refused = settled(own.call, own.ticket) if own.request.method == "POST" else None
    return own.shown(trouble=refused) if refused else own.went()


@talk_page()
def file(own: Talk, file_id: UUID) -> HttpResponse:
    """A file of a message that the customer may read."""
    found = queries.attachment(file_id, ticket_id=own.ticket.id, for_customer=True)
    return picture(found) or download(found)
