"""The form by which anybody writes to the shop, and its way to the page of what was said."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dingdan.automation.reacting import part_of
from dingdan.automation.ticket_letters import VISITOR, ticket_link
from dingdan.insight.shopfront.fronts import Front
from dingdan.kernel.canonical import fingerprint
from dingdan.kernel.contact import clean_email, email_key
from dingdan.kernel.errors import Refusal
from dingdan.kernel.guessing import counted_letter
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Actor, Call
from dingdan.kernel.models import JournalEntry
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.kernel.text import clean_text
from dingdan.trade.tickets import queries
from dingdan.trade.tickets.commands import attach_file, open_ticket
from dingdan.trade.tickets.lifecycle import CameBy
from dingdan.trade.tickets.rules import ContactDraft, TicketDraft
from dingdan.web.shared.clients import address_of
from dingdan.web.storefront.account.who import Shopper, shopper_of
from dingdan.web.storefront.buying import from_here
from dingdan.web.storefront.own.words import told, when
from dingdan.web.storefront.reader import TAGS, Reader, in_frame, reading
from dingdan.web.storefront.shop import COUNT_COOKIE, in_cart, of_front
from dingdan.web.storefront.shop_pages import Page, around
from dingdan.web.storefront.writing.talks import sent_files

TYPED: Final = ("name", "email", "text")
MAY: Final = frozenset({"tickets.open_ticket", "tickets.attach_file"})
_LONGEST: Final = {"name": 200, "email": 254, "text": 20_000}


@from_here
@require_http_methods(["GET", "HEAD", "POST"])
@of_front
def contact(request: HttpRequest, front: Front, language: str) -> HttpResponseBase:
    """Write to the shop about anything. What was sent leads to the page on which the answer will stand."""
    with reading(front, language) as reader:
        shopper = shopper_of(request)
        if request.method != "POST":
            return _shown(request, reader, shopper)
        try:
            ticket_id = _written(request, reader, shopper)
        except Refusal as refusal:
            return _shown(request, reader, shopper, trouble=refusal)
        answer = HttpResponseRedirect(_page(reader, shopper, ticket_id))
        answer.status_code = 303
        return answer


def _page(reader: Reader, shopper: Shopper | None, ticket_id: UUID) -> str:
    """Where the answer will stand: in the account, or behind a link that only whoever wrote is given."""
    if shopper is not None:
        return reader.to.at("account", "talking", str(ticket_id))
    return reader.to.at("m", ticket_link(ticket_id, at=reader.at.replace(microsecond=0)))


def _typed(request: HttpRequest) -> dict[str, str]:
    post = request.POST
    return {name: post.get(name, "").replace("\0", "").replace("\r\n", "\n")[: _LONGEST[name]] for name in TYPED}


def _written(request: HttpRequest, reader: Reader, shopper: Shopper | None) -> UUID:
    """Write it down once, however often the form is sent, and hang the files on it; which ticket it became."""
    typed, call = _typed(request), _call(request, shopper)
    before = JournalEntry.objects.filter(key=call.key, event__isnull=False).first()
    if before is not None and before.event is not None:
        return UUID(before.event["ticket_id"])
    files = sent_files(request.FILES.getlist("files"))
    draft = _draft(reader, shopper, typed | {"text": clean_text(typed["text"], "text", _LONGEST["text"], multiline=True)})
    to = shopper.user.email if shopper else draft.contact.email
    counted_letter("contact", to=email_key(to), client=address_of(request), at=reader.at)
    begun = open_ticket(call, ticket=draft)
    for place, (name, content) in enumerate(files):
        attach_file(
            part_of(call, f"file {place}"), ticket_id=begun.ticket_id, message_id=begun.message_id, name=name, content=content
        )
    return begun.ticket_id


def _call(request: HttpRequest, shopper: Shopper | None) -> Call:
    """The call of a form: the same for what is sent in the same form with the same words by the same person."""
    said = {field: request.POST.getlist(field) for field in request.POST}
    who = str(shopper.customer.id) if shopper else VISITOR
    key = fingerprint(who, said if said.get("key", [""])[0] else str(new_id()))
    return Call(tenant_id=current_tenant_id(), actor=Actor("customer", who, MAY), key=f"contact:{key[:40]}")


def _draft(reader: Reader, shopper: Shopper | None, typed: dict[str, str]) -> TicketDraft:
    topics = queries.topics()
    topic = queries.GENERAL if queries.GENERAL in topics else next(iter(topics))
    text, language = typed["text"], TAGS[reader.language]
    if shopper is not None:
        return TicketDraft(
            topic=topic, text=text, came_by=CameBy.STOREFRONT.value, customer_id=shopper.customer.id, language=language
        )
    wrote = ContactDraft(name=typed["name"], email=clean_email(typed["email"].strip(), "email"))
    return TicketDraft(topic=topic, text=text, came_by=CameBy.STOREFRONT.value, language=language, contact=wrote)


def _shown(request: HttpRequest, reader: Reader, shopper: Shopper | None, *, trouble: Refusal | None = None) -> HttpResponse:
    context = in_frame(
        reader, trouble=told(trouble), wrong=trouble.field.rpartition(".")[2] if trouble and trouble.field else "",
        typed=_typed(request), here=reader.to.contact, key=request.POST.get("key", "")[:64] or str(new_id()),
        me=shopper, answer_by=_answer_by(reader), **around(reader, "contact/"),
    )  # fmt: skip
    page = Page(render_to_string("storefront/writing/contact.html", context))
    count = in_cart(request.COOKIES.get(COUNT_COOKIE, ""))
    status = trouble.status if trouble else 200
    return HttpResponse(page.sent(count), content_type="text/html; charset=utf-8", status=status)


def _answer_by(reader: Reader) -> str:
    """By when who writes now is answered, in a sentence; empty where the shop says nothing of it."""
    by: datetime | None = queries.answer_by([queries.GENERAL], at=reader.at)
    return _("We answer by mail, by {moment} at the latest.").format(moment=when(reader, by)) if by else ""
