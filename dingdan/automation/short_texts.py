"""What a notice says where there is room for a sentence: by SMS, in an app, on a device. With the way to the order's own page."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.utils import translation

from dingdan.automation.lifecycle import Way
from dingdan.automation.models import Notice
from dingdan.automation.notices import names_of_order, shop_name
from dingdan.automation.own_pages import order_page
from dingdan.automation.wordings import level_in
from dingdan.kernel.models import Tenant
from dingdan.masterdata.customers.queries import identities_of
from dingdan.masterdata.messengers.ports import Message
from dingdan.masterdata.wording.queries import wordings_in_force
from dingdan.masterdata.wording.rules import LONGEST_NAME, SHORTS, Said, WordingDraft, said_short
from dingdan.trade.orders import queries as orders
from dingdan.trade.orders.models import Order

log = logging.getLogger(__name__)

SHORT: Final = frozenset(SHORTS)
"""The kinds that may go by a short message. Of the others a mail says more than fits."""

ON_DEVICES: Final = "–"
"""Stands for the browsers of somebody: they have no names."""


class Told(NamedTuple):
    """What somebody is told; and the wording by which it could not be said, and why: then it is said in the program's words."""

    message: Message
    failed: tuple[UUID, str] | None = None


def told_by(notice: Notice) -> Told | None:
    """What a notice says in a sentence; None where there is nobody left to be told, or no sentence for it."""
    if notice.order_id is None or notice.kind not in SHORT:
        return None
    order = orders.order(notice.order_id)
    to = reached_by(order, notice.way)
    if not to:
        return None
    said, failed = _worded(notice, order)
    return Told(_message(notice, order, said, to), failed)


def short_of(notice: Notice) -> Message | None:
    """The same without what went wrong."""
    told = told_by(notice)
    return told.message if told else None


def drafted(notice: Notice, draft: WordingDraft) -> Message:
    """What a draft would say of a notice about an order. Raises the refusals of `save_wording`."""
    order = orders.order(notice.order_id)  # type: ignore[arg-type]  # whoever looks chose one about an order
    said = said_short(draft, draft.way, short_names(names_of_order(notice, order)))
    return _message(notice, order, _whole(said, notice, order), "")


def reached_by(order: Order, way: str) -> str:
    """Where whoever ordered is reached that way; empty where nobody knows."""
    if way == Way.SMS:
        return next((person.phone for person in (order.bill_to, order.ship_to) if person.phone), "")
    if way == Way.PUSH:
        return ON_DEVICES if orders.on_devices([order.id]) else ""
    known = identities_of(order.customer_id) if order.customer_id else []
    return next((name for source, name in known if source == way), "")


def short_names(names: Mapping[str, Any]) -> dict[str, Any]:
    """The names of a mail as short texts have them: the shop is called by as much of its name as fits."""
    shop = names["shop"]
    return {**names, "shop": {**shop, "name": str(shop["name"])[:LONGEST_NAME].strip()}}


def _worded(notice: Notice, order: Order) -> tuple[Said, tuple[UUID, str] | None]:
    """What the shop says, where it does and can; else what the program says, and why."""
    ours = _programs(notice, order)
    rows = wordings_in_force(notice.kind, notice.language, notice.way)
    if not rows:
        return ours, None
    row = None
    try:
        names = short_names(names_of_order(notice, order))
        row = rows.get(level_in(names)) or rows.get(0)
        return (_whole(said_short(row, notice.way, names), notice, order) if row else ours), None
    except Exception as fault:  # noqa: BLE001 - whatever is wrong with a wording, the message goes out
        # Neither the words nor the values are told: both may hold what is personal.
        log.warning("the wording of %s by %s failed: %s", notice.kind, notice.way, type(fault).__name__)
        broken = row or next(iter(rows.values()))
        return ours, (broken.id, f"{type(fault).__name__} {getattr(fault, 'field', None) or ''}".strip())


def _whole(said: Said, notice: Notice, order: Order) -> Said:
    """What is said, with the program's words for what the way has no room for."""
    ours = _programs(notice, order)
    return Said(said.title or ours.title, said.text or ours.text)


def _programs(notice: Notice, order: Order) -> Said:
    with translation.override(notice.language.lower()):
        short, name = SHORTS[notice.kind], shop_name(Tenant.objects.get(id=notice.tenant_id))[:LONGEST_NAME]
        return Said(str(short.title), str(short.words).format(shop=name, number=order.number))


def _message(notice: Notice, order: Order, said: Said, to: str) -> Message:
    url = order_page(order, at=notice.queued_at, language=notice.language)
    return Message(to=to, said=said.text, key=str(notice.id), number=order.number, status=said.title, url=url)
