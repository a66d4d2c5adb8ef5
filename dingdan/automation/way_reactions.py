"""What is also told beside mail: order news by SMS or in an app, to whoever wants it there. `reactions` says when."""

from __future__ import annotations

from dingdan.automation.choosing import ALSO
from dingdan.automation.commands import QueueNotice, queue_notices
from dingdan.automation.lifecycle import Way
from dingdan.automation.reacting import Asked, Wishes, part_of, together
from dingdan.automation.short_texts import SHORT
from dingdan.masterdata.customers.queries import agreed_among
from dingdan.masterdata.messengers.queries import ways_in_use
from dingdan.trade.orders.queries import by_id as orders


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
