"""What follows from wishes to be told: goods that can be had again are told to who waits for them. `reactions` says when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from uuid import UUID

from dingdan.automation.commands import QueueNotice, queue_notices
from dingdan.automation.reacting import Asked, Wishes, part_of, together
from dingdan.insight.shopfront.promises import promises_of
from dingdan.kernel import clock
from dingdan.kernel.entries import register_version
from dingdan.kernel.journal import SYSTEM, Call
from dingdan.ledgers.inventory.queries import demands_of
from dingdan.masterdata.catalog.queries import variants_by_id
from dingdan.masterdata.customers.events import CustomerContactErased
from dingdan.masterdata.customers.queries import one_person
from dingdan.trade.orders.queries import channels
from dingdan.trade.wishes import queries
from dingdan.trade.wishes.commands import TellWishes, forget_wishes, tell_wishes


@together(tell_wishes)
def tell_back(asked: Asked) -> Wishes:
    """Goods that are there again are told to who waits for them; who ordered them before gets them first."""
    return _tells((call, [line.variant_id for line in event.lines]) for call, event in asked)


@together(tell_wishes)
def tell_back_let_go(asked: Asked) -> Wishes:
    """What carts let go is told to who waits for it."""
    return _tells((call, event.variant_ids) for call, event in asked)


@together(tell_wishes)
def tell_back_of_order(asked: Asked) -> Wishes:
    """What orders let go or gave back is told to who waits for it."""
    given = [(call, event.order_id) for call, event in asked]
    demands = demands_of([order_id for _call, order_id in given])
    return _tells((call, [demand.variant_id for demand in demands.get(order_id, ())]) for call, order_id in given)


def _tells(asked: Iterable[tuple[Call, Sequence[UUID]]]) -> Iterator[tuple[Call, TellWishes]]:
    """To tell whoever waits for any of these; it is nobody most of the time, which two statements find out."""
    wanted = list(asked)
    pairs = queries.waited_for(id_ for _call, variant_ids in wanted for id_ in variant_ids) if wanted else []
    if pairs:
        yield from _told(wanted[-1][0], pairs)


def _told(call: Call, pairs: Sequence[tuple[UUID, UUID]]) -> Iterator[tuple[Call, TellWishes]]:
    """What can be had of these articles in these channels; a repeat is judged by the article alone, for pieces come and go."""
    terms = {one.id: one for one in channels(register_version())}
    articles = variants_by_id({variant_id for variant_id, _channel_id in pairs})
    for channel_id in dict.fromkeys(channel_id for _variant_id, channel_id in pairs):
        if channel_id not in terms:
            continue
        mine = [articles[variant_id] for variant_id, channel in pairs if channel == channel_id and variant_id in articles]
        for id_, promise in promises_of(mine, terms[channel_id], at=clock.now()).items():
            if promise.there > 0:
                wish = TellWishes(variant_id=id_, channel_id=channel_id, pieces=promise.there)
                yield replace(part_of(call, f"{id_}:{channel_id}"), said=[str(id_), str(channel_id)]), wish


@together(queue_notices)
def tell_wished(asked: Asked) -> Wishes:
    """Each of those whose turn it is gets a mail."""
    for call, event in asked:
        for wish_id in event.wish_ids:
            yield part_of(call, wish_id), QueueNotice(kind="back_in_stock", wish_id=wish_id)


def forget_wished(call: Call, event: CustomerContactErased) -> None:
    """Who is forgotten waits for nothing any longer."""
    if ids := queries.wishes_of(one_person(event.customer_id)):
        forget_wishes(call, wish_ids=tuple(ids))


def look_again(tenant_id: UUID) -> None:
    """Tell the next ones of what is still there a day later, and forget the addresses that are needed no longer."""
    if pairs := queries.all_waited_for():
        tell_wishes.many(list(_told(Call(tenant_id=tenant_id, actor=SYSTEM), pairs)))
    if late := queries.to_forget(clock.now()):
        forget_wishes(Call(tenant_id=tenant_id, actor=SYSTEM), wish_ids=tuple(late))
