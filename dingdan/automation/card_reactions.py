"""What follows for gift cards: they get their codes when they are paid for, and the codes are mailed and then forgotten."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from dingdan.automation.card_letters import card_of
from dingdan.automation.commands import QueueNotice, queue_notices
from dingdan.automation.events import NoticeSent
from dingdan.automation.lifecycle import NoticeKind
from dingdan.automation.models import Notice
from dingdan.automation.reacting import Asked, Wishes, entry_of, part_of, together
from dingdan.kernel.journal import Call
from dingdan.ledgers.payments import queries as payments
from dingdan.ledgers.payments.commands import GiveCodes, forget_gift_card_codes, give_gift_card_codes
from dingdan.ledgers.payments.events import CodesGiven, Document, GiftCardIssued, GiftCardReplaced

ORDER = "order"


@together(give_gift_card_codes)
def give_codes_invoiced(asked: Asked) -> Wishes:
    """Gift cards on an invoice get their codes, if their order is paid."""
    return _codes((call, event.order_id) for call, event in asked)


@together(give_gift_card_codes)
def give_codes_paid(asked: Asked) -> Wishes:
    """Gift cards that were invoiced before they were paid get their codes now."""
    return _codes(
        (part_of(call, number), applied.document_id)
        for call, event in asked
        for number, applied in enumerate(event.applied)
        if applied.document_kind == ORDER
    )


def _codes(asked: Iterable[tuple[Call, UUID]]) -> Wishes:
    wanted = list(asked)
    waiting = payments.waiting_for_codes(ORDER, [order_id for _call, order_id in wanted])
    return [(call, GiveCodes(document=Document(ORDER, order_id))) for call, order_id in wanted if order_id in waiting]


@together(queue_notices)
def tell_codes(asked: Asked) -> Wishes:
    """Whoever a gift card is for learns its code."""
    for call, event in asked:
        for number, about_id in enumerate(_matters(call, event)):
            if event.document_kind == ORDER:
                notice = QueueNotice(kind=NoticeKind.GIFT_CARD, order_id=event.document_id, about_id=about_id)
                yield part_of(call, number), notice


def _matters(call: Call, event: CodesGiven | GiftCardIssued | GiftCardReplaced) -> tuple[UUID, ...]:
    """The cards to write about; of another code, which is told once more, the entry that gave it."""
    if isinstance(event, GiftCardReplaced):
        return (entry_of(call),)
    return event.gift_card_ids if isinstance(event, CodesGiven) else (event.gift_card_id,)


def forget_mailed(call: Call, event: NoticeSent) -> None:
    """A code that was mailed is kept no longer."""
    if event.kind == NoticeKind.GIFT_CARD:
        notice = Notice.objects.filter(id=event.notice_id).first()
        if notice is not None:
            forget_gift_card_codes(call, gift_card_ids=(card_of(notice),))
