"""What staff does with tickets in the back office: each is a form sent to an address of its own, and a command behind it.

Every form brings a key, so that a button pressed twice does one thing. What is refused is said on the page that follows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods

from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.files import MOST_BYTES
from dingdan.kernel.journal import Call
from dingdan.masterdata.customers.models import CustomerContact
from dingdan.masterdata.customers.queries import contact_of
from dingdan.trade.tickets import queries
from dingdan.trade.tickets.commands import (
    AssignTicket,
    CloseTicket,
    answer_ticket,
    assign_tickets,
    attach_file,
    change_ticket,
    close_tickets,
    merge_tickets,
    note_ticket,
    open_ticket,
    reopen_ticket,
    reply_ticket,
    solve_ticket,
    tag_ticket,
)
from dingdan.trade.tickets.events import TicketOpened
from dingdan.trade.tickets.lifecycle import AboutKind, CameBy
from dingdan.trade.tickets.models import Ticket
from dingdan.trade.tickets.rules import MOST_TEXT, ContactDraft, TicketDraft
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.acting import PageOutdated, call_of, fresh_key, refilled, require_fresh, ticked
from dingdan.web.backoffice.base import drawn
from dingdan.web.backoffice.pages import Button, Cell, Field, Form, Page
from dingdan.web.backoffice.site import site
from dingdan.web.backoffice.typed import known_id
from dingdan.web.backoffice.words import word
from dingdan.web.shared.downloads import download
from dingdan.web.shared.matters import matter

AT_ONCE: Final = 200


def _back(ticket_id: UUID) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:tickets_ticket_change", args=[ticket_id]))


def _told(request: HttpRequest, act: Callable[[], object], done: str) -> bool:
    """Do it, and say on the next page that it is done, or why not."""
    try:
        act()
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, done)
    return True


def _ticket(request: HttpRequest, object_id: UUID) -> Ticket:
    if not may(request, "tickets.read"):
        raise PermissionDenied
    try:
        return queries.ticket(object_id)
    except NotFound:
        raise Http404 from None


def say_view(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """Write in a ticket: an answer, a note, or what the customer says; then hang the files on it, each by itself."""
    ticket, how, text = _ticket(request, object_id), request.POST.get("say", "note"), request.POST.get("text", "")
    written: list[UUID] = []
    call = call_of(request, "say")
    try:
        require_fresh(request, call, ticket.id)
    except PageOutdated as outdated:
        return _drawn_anew(request, ticket, outdated)

    def say() -> None:
        if how == "note":
            written.append(note_ticket(call, ticket_id=ticket.id, text=text).message_id)
        elif how == "reply":
            written.append(reply_ticket(call, ticket_id=ticket.id, text=text).message_id)
        else:
            written.append(answer_ticket(call, ticket_id=ticket.id, text=text, then=how).message_id)

    if _told(request, say, _("It is written.")):
        for number, file in enumerate(request.FILES.getlist("files")):
            content = file.read(MOST_BYTES + 1)
            _attach(request, ticket.id, written[0], number=number, name=str(file.name), content=content)
    return _back(ticket.id)


def _drawn_anew(request: HttpRequest, ticket: Ticket, outdated: PageOutdated) -> HttpResponse:
    """The ticket with what is new on it; what was written stands where it was written."""
    tickets: Any = site.get_model_admin(Ticket)
    page = tickets.page_about(request, ticket)
    return tickets.shown(request, refilled(page, request, trouble=outdated) or page)  # type: ignore[no-any-return]


def _attach(request: HttpRequest, ticket_id: UUID, message_id: UUID, *, number: int, name: str, content: bytes) -> None:
    try:
        attach_file(call_of(request, f"file:{number}"), ticket_id=ticket_id, message_id=message_id, name=name, content=content)
    except Refusal as refusal:
        messages.error(request, f"{name[:80]}: {refusal}")


Act = Callable[[HttpRequest, Call, UUID], object]


def _assign(request: HttpRequest, call: Call, ticket_id: UUID) -> object:
    return assign_tickets.one(call, AssignTicket(ticket_id=ticket_id, owner_id=_account(request.POST.get("owner", ""))))


def _take(request: HttpRequest, call: Call, ticket_id: UUID) -> object:
    return assign_tickets.one(call, AssignTicket(ticket_id=ticket_id, owner_id=request.user.pk, only_if_free=True))


def _change(request: HttpRequest, call: Call, ticket_id: UUID) -> object:
    said = request.POST
    return change_ticket(call, ticket_id=ticket_id, topic=said.get("topic", ""), priority=said.get("priority", ""))


def _merge(request: HttpRequest, call: Call, ticket_id: UUID) -> object:
    wanted = request.POST.get("double", "").strip()
    double = Ticket.objects.filter(number=wanted).values_list("id", flat=True).first()
    if double is None:
        raise NotFound(field="double", what="ticket", id=wanted[:32])
    return merge_tickets(call, kept_id=ticket_id, merged_id=double)


def _account(text: str) -> int | None:
    """The account that a form names; 0, which is nobody's, for what is no number."""
    return None if not text else int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


ACTS: Final[Mapping[str, Act]] = {
    "assign": _assign,
    "take": _take,
    "change": _change,
    "merge": _merge,
    "tag": lambda request, call, id_: tag_ticket(call, ticket_id=id_, add=(request.POST.get("tag", ""),)),
    "untag": lambda request, call, id_: tag_ticket(call, ticket_id=id_, remove=(request.POST.get("tag", ""),)),
    "solve": lambda _request, call, id_: solve_ticket(call, ticket_id=id_),
    "reopen": lambda _request, call, id_: reopen_ticket(call, ticket_id=id_),
    "close": lambda _request, call, id_: close_tickets.one(call, CloseTicket(ticket_id=id_)),
}
"""What a button of a ticket's page does, by its value."""


def turn_view(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """Do what a button says with one ticket."""
    ticket, name = _ticket(request, object_id), request.POST.get("act", "")
    if name not in ACTS:
        raise Http404

    def turn() -> None:
        call = call_of(request, name)
        require_fresh(request, call, ticket.id)
        ACTS[name](request, call, ticket.id)

    _told(request, turn, _("It is done."))
    return _back(ticket.id)


def bulk_view(request: HttpRequest) -> HttpResponse:
    """Hand over or close the tickets that are ticked; what was refused is said of each."""
    if not may(request, "tickets.read"):
        raise PermissionDenied
    ids = ticked(request, "ticket", most=AT_ONCE)
    names = dict(Ticket.objects.filter(id__in=ids).values_list("id", "number"))
    wanted = [id_ for id_ in ids if id_ in names]
    if request.POST.get("act") == "close":
        told = close_tickets.many([(call_of(request, f"close:{id_}"), CloseTicket(ticket_id=id_)) for id_ in wanted])
    else:
        owner_id = _account(request.POST.get("owner", ""))
        intents = [AssignTicket(ticket_id=id_, owner_id=owner_id) for id_ in wanted]
        told = assign_tickets.many([(call_of(request, f"assign:{one.ticket_id}"), one) for one in intents])  # type: ignore[assignment]
    refused = [(id_, one) for id_, one in zip(wanted, told, strict=True) if isinstance(one, Refusal)]
    for id_, refusal in refused:
        messages.error(request, f"{names[id_]}: {refusal}")
    if len(wanted) > len(refused):
        messages.success(request, _("Tickets done: {count}.").format(count=len(wanted) - len(refused)))
    elif not wanted:
        messages.error(request, _("Tick at least one ticket first."))
    return HttpResponseRedirect(reverse("admin:tickets_ticket_changelist"))


def file_view(request: HttpRequest, object_id: UUID, file_id: UUID) -> HttpResponse:
    """A file of a ticket, as a download."""
    ticket = _ticket(request, object_id)
    try:
        return download(queries.attachment(file_id, ticket_id=ticket.id))
    except NotFound:
        raise Http404 from None


@require_http_methods(["GET", "HEAD", "POST"])
def new_view(request: HttpRequest) -> HttpResponse:
    """Write down what somebody says on the phone or in a mail."""
    if not may(request, "tickets.open_ticket"):
        raise PermissionDenied
    if request.method == "POST":
        try:
            told = _open(request)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The ticket is open."))
            return _back(told.ticket_id)
    page = Page(title=_("Open a ticket"), sections=[_new_form(request)])
    return drawn(request, page, Cell(_("Tickets"), reverse("admin:tickets_ticket_changelist")))


def _open(request: HttpRequest) -> TicketOpened:
    said = {
        name: request.POST.get(name, "").strip() for name in ("topic", "came_by", "about_kind", "about", "name", "email", "phone")
    }
    thing = matter(said["about_kind"], said["about"], field="about") if said["about"] else None
    contact = ContactDraft(name=said["name"], email=said["email"], phone=said["phone"])
    draft = TicketDraft(
        topic=said["topic"],
        text=request.POST.get("text", ""),
        came_by=said["came_by"],
        about=thing.about if thing else None,
        customer_id=thing.customer_id if thing else known_id(request.POST, "customer"),
        contact=contact if contact != ContactDraft() or thing is None else thing.contact,
        language=thing.language if thing else "",
    )
    return open_ticket(call_of(request, "open"), ticket=draft)


def _new_form(request: HttpRequest) -> Form:
    """What is to be filled in, with what was typed already."""
    said = request.POST or request.GET
    customer_id = known_id(said, "customer")
    known = (contact_of(customer_id) if customer_id and may(request, "customers.read") else None) or CustomerContact()
    kinds = [(one.value, word(one)) for one in AboutKind if one != AboutKind.LINE]
    topics = [(code, draft.name) for code, draft in queries.topics().items()]
    ways = [(one.value, word(one)) for one in (CameBy.PHONE, CameBy.MAIL, CameBy.CHAT, CameBy.MARKETPLACE, CameBy.STOREFRONT)]
    about = _("Leave it empty for a general question. With it, name and address are taken from the order unless given.")
    fields = [
        Field("topic", _("Topic"), "choice", said.get("topic", ""), topics),
        Field("came_by", _("How it came in"), "choice", said.get("came_by", ""), ways),
        Field("text", _("What the customer says"), "text", said.get("text", ""), is_required=True, most=MOST_TEXT),
        Field("about_kind", _("About"), "choice", said.get("about_kind", ""), kinds),
        Field("about", _("Its number"), value=said.get("about", ""), note=about, most=80),
        Field("name", pgettext_lazy("person", "Name"), value=said.get("name", known.name), most=200),
        Field("email", _("E-mail"), value=said.get("email", known.email), most=254),
        Field("phone", _("Phone"), value=said.get("phone", known.phone), most=40),
        Field("customer", "", "hidden", str(customer_id or "")),
    ]
    return Form("", reverse("admin:tickets_new"), fresh_key(), fields, [Button(_("Open a ticket"), "good", "act", "open")])
