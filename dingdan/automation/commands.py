"""What can be done with notices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.utils.translation import get_supported_language_variant
from django.utils.translation import gettext_lazy as _

from dingdan.automation.events import (
    NoticeFailed,
    NoticeHandedOver,
    NoticeQueued,
    NoticeRetried,
    NoticeSent,
    NoticeSkipped,
    WordingTried,
)
from dingdan.automation.lifecycle import LANGUAGES, NOTICE_LIFE, NoticeKind, Way
from dingdan.automation.models import Notice
from dingdan.automation.notices import recipient
from dingdan.automation.sending import mail_domain, send_later
from dingdan.automation.short_texts import SHORT, reached_by
from dingdan.kernel.command import Batch, Item, batch_command, command
from dingdan.kernel.errors import NotFound, Refusal, refuses
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.models import JournalEntry
from dingdan.kernel.rows import insert
from dingdan.kernel.text import one_of
from dingdan.masterdata.messengers.queries import ways_in_use
from dingdan.masterdata.wording.queries import switched_off
from dingdan.masterdata.wording.rules import known_kind
from dingdan.trade.orders import queries as order_queries
from dingdan.trade.orders.models import Order
from dingdan.trade.tickets import queries as tickets
from dingdan.trade.tickets.models import Ticket
from dingdan.trade.wishes import queries as wishes
from dingdan.trade.wishes.models import Wish

MOST_TRIALS: Final = 20
TRIALS_WITHIN: Final = timedelta(hours=1)


class TriedTooOften(Refusal):
    """Tests are for looking at a mail, not for writing to people."""

    status = 429
    sentence = _("{most} tests were sent within the last hour; that is the most.")
    remedy = _("Look at the preview, or wait.")


class NoAddress(Refusal):
    """Nobody can be written to."""

    status = 422
    sentence = _("The order has no e-mail address to write to.")
    remedy = _("Call the customer, or put an e-mail address on the next order.")


class NoAddressOfTicket(Refusal):
    """Whoever asked or complained can only be called."""

    status = 422
    sentence = _("The ticket has no e-mail address to write to.")
    remedy = _("Call the customer.")


class NoticeExists(Refusal):
    """The customer was told this before."""

    sentence = _("A mail about this was queued before.")
    remedy = _("Look for it in the list of mails; one that failed can be retried.")


class NotToBeTold(Refusal):
    """What was brought over from elsewhere sends no mails."""

    sentence = _("What was brought over from elsewhere sends no mails.")
    remedy = _("Queue the mail by an entry that is not quiet.")


class MailSwitchedOff(Refusal):
    """The shop does without mails of this kind."""

    sentence = _("The shop does not write this kind of mail.")
    remedy = _("Switch it on under Mails → Wording.")


refuses("each_thing_is_told_once", NoticeExists)
refuses("each_thing_of_a_ticket_is_told_once", NoticeExists)
refuses("each_wish_is_told_once", NoticeExists)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueNotice:
    """A mail about an order, a ticket or a wish: one per kind and thing (shipment, payment, refund, message) that it is about."""

    kind: str
    order_id: UUID | None = None
    ticket_id: UUID | None = None
    wish_id: UUID | None = None
    about_id: UUID | None = None
    way: str = Way.MAIL.value


@batch_command(NoticeQueued)
def queue_notices(batch: Batch[QueueNotice]) -> None:
    """Let mails about orders, tickets and wishes be sent soon, each thing once."""
    orders = order_queries.with_people(item.intent.order_id for item in batch.items if item.intent.order_id)
    rows, off = [], switched_off()
    for item in batch.items:
        try:
            if item.intent.kind in off:
                raise MailSwitchedOff(field="kind")
            rows.append(_notice(item, *_matter(item.intent, orders)))
        except Refusal as refusal:
            item.refuse(refusal)
    insert((Notice, rows))
    send_later([row["id"] for row in rows])


def _matter(intent: QueueNotice, orders: Mapping[UUID, Order]) -> tuple[Order | Ticket | Wish, str]:
    """What the notice is about, and how it goes. Refuses what is not there, and where nobody can be reached that way."""
    way = one_of(intent.way, "way", Way)
    if intent.wish_id is not None:
        return wishes.wish(intent.wish_id), Way.MAIL
    if intent.ticket_id is not None:
        ticket = tickets.ticket(intent.ticket_id)
        contact = tickets.contact_of(ticket.id)
        if contact is None or not contact.email:
            raise NoAddressOfTicket(field="ticket")
        return ticket, Way.MAIL
    order = orders.get(intent.order_id) if intent.order_id else None
    if order is None:
        raise NotFound(what="order", id=intent.order_id)
    if way == Way.MAIL and recipient(order) is None:
        way = _other_way(intent, order)
    elif way != Way.MAIL and (intent.kind not in SHORT or not reached_by(order, way)):
        raise NoAddress(field="order")
    return order, way


def _other_way(intent: QueueNotice, order: Order) -> str:
    """How somebody without a mail address is told: by SMS, where the shop sends any and the notice fits, or on their devices."""
    if intent.kind in SHORT and reached_by(order, Way.SMS) and Way.SMS in ways_in_use():
        return Way.SMS
    if intent.kind in SHORT and reached_by(order, Way.PUSH):
        return Way.PUSH
    raise NoAddress(field="order")


def _notice(item: Item[QueueNotice], matter: Order | Ticket | Wish, way: str) -> dict[str, Any]:
    """The row of a notice, whose item is accepted."""
    entry, intent = item.entry, item.intent
    if entry.quiet:
        raise NotToBeTold
    kind = one_of(intent.kind, "kind", NoticeKind)
    notice_id, about_id, language = new_id(), intent.about_id or matter.id, mail_language(matter.language)
    about = {
        "order_id": matter.id if isinstance(matter, Order) else None,
        "ticket_id": matter.id if isinstance(matter, Ticket) else None,
        "wish_id": matter.id if isinstance(matter, Wish) else None,
    }
    _about(entry, notice_id, about)
    item.accept(NoticeQueued(notice_id=notice_id, kind=kind, about_id=about_id, language=language, way=way, **about))
    return {
        "id": notice_id, "entry_id": entry.id, "kind": kind, **about, "about_id": about_id, "language": language, "way": way,
        "message_id": f"<{notice_id}@{mail_domain()}>", "queued_at": entry.at,
    }  # fmt: skip


@command
def hand_over_notice(entry: Entry, *, notice_id: UUID) -> NoticeHandedOver:
    """Remember that a firm without keys is asked to send a message, before it is: it is not asked a second time by itself."""
    notice = _turned(entry, notice_id, "hand_over")
    Notice.objects.filter(id=notice.id).update(state=notice.state, error="")
    return NoticeHandedOver(notice_id=notice.id, kind=notice.kind, **_matter_of(notice))


@command
def record_notice_sent(entry: Entry, *, notice_id: UUID, reference: str = "") -> NoticeSent:
    """Remember that a mail server, or the firm that carries it, took a notice; ``reference`` is what the firm calls it."""
    notice = _turned(entry, notice_id, "send")
    told = {"sent_at": entry.at, "error": "", "reference": reference[:100]}
    Notice.objects.filter(id=notice.id).update(state=notice.state, **told)
    return NoticeSent(notice_id=notice.id, kind=notice.kind, **_matter_of(notice))


@command
def record_notice_failed(entry: Entry, *, notice_id: UUID, error: str, given_up: bool) -> NoticeFailed:
    """Remember that a try came to nothing; `given_up` when it was the last one. `error` names the fault and no address."""
    notice = _turned(entry, notice_id, "fail")
    attempts, error = notice.attempts + 1, error[:100]
    state = notice.state if given_up else NOTICE_LIFE.initial
    Notice.objects.filter(id=notice.id).update(state=state, attempts=attempts, error=error)
    return NoticeFailed(
        notice_id=notice.id, kind=notice.kind, attempts=attempts, error=error, given_up=given_up, **_matter_of(notice)
    )


@command
def skip_notice(entry: Entry, *, notice_id: UUID) -> NoticeSkipped:
    """Put a mail away that has nobody left to go to."""
    notice = _turned(entry, notice_id, "skip")
    Notice.objects.filter(id=notice.id).update(state=notice.state)
    return NoticeSkipped(notice_id=notice.id, kind=notice.kind, **_matter_of(notice))


@command
def retry_notice(entry: Entry, *, notice_id: UUID) -> NoticeRetried:
    """Send a mail after all that had failed, with as many tries as a new one."""
    notice = _turned(entry, notice_id, "retry")
    Notice.objects.filter(id=notice.id).update(state=notice.state, attempts=0, error="", queued_at=entry.at)
    send_later([notice.id])
    return NoticeRetried(notice_id=notice.id, kind=notice.kind, **_matter_of(notice))


def mail_language(tag: str) -> str:
    """The language, of those that mails are written in, that is nearest to a language tag."""
    try:
        nearest = get_supported_language_variant(tag.lower())
    except LookupError:
        return LANGUAGES[0]
    return next(language for language in LANGUAGES if language.lower() == nearest)


def _turned(entry: Entry, notice_id: UUID, turn: str) -> Notice:
    """The notice, locked, in the state that the turn leads to. Not yet written."""
    notice = Notice.objects.select_for_update(no_key=True).filter(id=notice_id).first()
    if notice is None:
        raise NotFound(what="notice", id=notice_id)
    notice.state = NOTICE_LIFE.turn(turn, notice.state)
    _about(entry, notice.id, _matter_of(notice))
    return notice


def _matter_of(notice: Notice) -> dict[str, UUID | None]:
    return {"order_id": notice.order_id, "ticket_id": notice.ticket_id, "wish_id": notice.wish_id}


def _about(entry: Entry, notice_id: UUID, matter: Mapping[str, UUID | None]) -> None:
    if order_id := matter["order_id"]:
        entry.about("order", order_id)
    if ticket_id := matter["ticket_id"]:
        entry.about("ticket", ticket_id)
    if wish_id := matter["wish_id"]:
        entry.about("wish", wish_id)
    entry.about("notice", notice_id)


@command
def try_wording(entry: Entry, *, kind: str) -> WordingTried:
    """Write down that somebody sends a test mail of a kind. Refuses more than twenty by the same actor within an hour."""
    since = entry.at - TRIALS_WITHIN
    before = JournalEntry.objects.filter(
        command=try_wording.name, actor_kind=entry.actor.kind, actor_id=entry.actor.id, at__gte=since, event__isnull=False
    )
    if before.count() >= MOST_TRIALS:
        raise TriedTooOften(most=MOST_TRIALS)
    return WordingTried(kind=known_kind(kind).code)
