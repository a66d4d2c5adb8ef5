"""What is also told beside mail: order news by SMS or in an app, to whoever wants it there, and on devices that asked for it.

`reactions` says when.
"""

from __future__ import annotations

from uuid import UUID

from dingdan.automation.choosing import ALSO
from dingdan.automation.commands import QueueNotice, queue_notices
from dingdan.automation.events import NoticeQueued
from dingdan.automation.lifecycle import Way
from dingdan.automation.models import Notice
from dingdan.automation.reacting import Asked, Wishes, part_of, together
from dingdan.automation.short_texts import SHORT
from dingdan.masterdata.customers.queries import agreed_among
from dingdan.masterdata.messengers.queries import ways_in_use
from dingdan.trade.orders.queries import by_id as orders
from dingdan.trade.orders.queries import on_devices


@together(queue_notices)
def tell_devices(asked: Asked) -> Wishes:
    """Browsers that asked for it at the page of an order are told what a mail tells, or an SMS where there is no mail address."""
    told = [(call, event) for call, event in asked if event.way in (Way.MAIL, Way.SMS) and event.order_id and event.kind in SHORT]
    there = on_devices(event.order_id for _call, event in told) if told else set()
    for call, event in told:
        if event.order_id in there and not _is_beside_mail(event, event.order_id):
            wanted = QueueNotice(kind=event.kind, order_id=event.order_id, about_id=event.about_id, way=Way.PUSH)
            yield part_of(call, Way.PUSH), wanted


def _is_beside_mail(event: NoticeQueued, order_id: UUID | None) -> bool:
    """Whether an SMS tells what a mail tells, too, which then is what devices follow."""
    if event.way == Way.MAIL or order_id is None:
        return False
    same = Notice.objects.filter(kind=event.kind, order_id=order_id, about_id=event.about_id)
    return same.filter(way=Way.MAIL).exists()


@together(queue_notices)
def tell_elsewhere(asked: Asked) -> Wishes:
    """Who wants to hear of orders in other ways, too, is told there what a mail tells."""
    mailed = [(call, event) for call, event in asked if event.way == Way.MAIL and event.order_id and event.kind in SHORT]
    ways = [way for way in ALSO if way in ways_in_use()] if mailed else []
    if not ways:
        return
    whose = {order.id: order.customer_id for order in orders(event.order_id for _call, event in mailed) if order.customer_id}
    wanted = agreed_among(whose.values(), [ALSO[way][0] for way in ways]) if whose else set()
    for call, event in mailed:
        for way in ways:
            if (whose.get(event.order_id), ALSO[way][0]) in wanted:
                told = QueueNotice(kind=event.kind, order_id=event.order_id, about_id=event.about_id, way=way)
                yield part_of(call, way), told
