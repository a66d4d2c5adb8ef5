"""Returns, what they come to, and the orders that follow them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from dingdan.kernel.errors import NotFound
from dingdan.trade.aftersales.lifecycle import DECIDED, OPEN, RETURN_LIFE
from dingdan.trade.aftersales.models import AllowanceLine, Return, ReturnLine, ReturnPiece
from dingdan.trade.aftersales.queries.standings import Standing, standing
from dingdan.trade.aftersales.rules import worth
from dingdan.trade.fulfillment.models import Shipment
from dingdan.trade.orders import queries as order_queries
from dingdan.trade.orders.models import Contact
from dingdan.trade.orders.rules import Person, PlaceOrder, WantedLine


def returns(return_ids: Iterable[UUID]) -> dict[UUID, Return]:
    """Returns by id; what is not there is left out."""
    return Return.objects.in_bulk(list(return_ids))


def lock_return(return_id: UUID) -> tuple[Standing, Return]:
    """A return and how its order stands, both locked, the order first. Raises `NotFound`."""
    order_id = Return.objects.filter(id=return_id).values_list("order_id", flat=True).first()
    if order_id is None:
        raise NotFound(what="return", id=return_id)
    found = standing(order_id, lock=True)
    return found, Return.objects.select_for_update(no_key=True).get(id=return_id)


def returns_of(order_id: UUID) -> QuerySet[Return]:
    """The returns of an order with their lines and pieces, oldest first."""
    wanted = Return.objects.filter(order_id=order_id).select_related("node", "follow_up")
    return wanted.prefetch_related("lines__order_line", "lines__pieces__demand__variant", "wanted__variant").order_by("id")


def return_(return_id: UUID) -> Return:
    """One return with its order and node. Raises `NotFound`."""
    found = Return.objects.select_related("order", "node", "follow_up").filter(id=return_id).first()
    if found is None:
        raise NotFound(what="return", id=return_id)
    return found


def lines_of(return_id: UUID) -> list[ReturnLine]:
    """The lines of a return with their order lines, in the order of the order."""
    return list(ReturnLine.objects.filter(rma_id=return_id).select_related("order_line").order_by("order_line__position"))


def pieces_of(return_id: UUID) -> list[ReturnPiece]:
    """The pieces of a return with their lines and demands, in a stable order."""
    return list(ReturnPiece.objects.filter(line__rma_id=return_id).select_related("line", "demand").order_by("id"))


_Amounts = dict[UUID, tuple[UUID, dict[UUID, tuple[int, int]]]]


def amounts_of_returns(return_ids: Sequence[UUID]) -> _Amounts:
    """Of inspected returns: the order, and (refund, units accepted) by order line."""
    found: _Amounts = {
        id_: (order_id, {}) for id_, order_id in Return.objects.filter(id__in=return_ids).values_list("id", "order_id")
    }
    for line in ReturnLine.objects.filter(rma_id__in=return_ids, rma__state__in=DECIDED):
        refund, units = found[line.rma_id][1].get(line.order_line_id, (0, 0))
        told = line.accepted if line.component_id is None else 0  # parts of a kit are an amount of their own
        found[line.rma_id][1][line.order_line_id] = (refund + line.refund, units + told)
    return found


def amounts_of_allowances(allowance_ids: Sequence[UUID]) -> _Amounts:
    """Of allowances: the order, and (amount, 0) by order line."""
    found: _Amounts = {}
    for line in AllowanceLine.objects.filter(allowance_id__in=allowance_ids).select_related("allowance"):
        _order_id, amounts = found.setdefault(line.allowance_id, (line.allowance.order_id, {}))
        amounts[line.order_line_id] = (line.amount, 0)
    return found


def nodes_of(order_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """The node that goods of an order left from first, by order; where nothing has left, the order is left out."""
    left = Shipment.objects.filter(order_id__in=list(order_ids), shipped_at__isnull=False)
    return dict(left.order_by("-shipped_at", "-id").values_list("order_id", "node_id"))


def due_to_lapse(at: datetime, *, limit: int = 500) -> list[UUID]:
    """Returns for which something left ahead, and which were to be back by a time, the longest overdue first."""
    late = Return.objects.filter(state=RETURN_LIFE.initial, due_back_at__lte=at, scanned_at__isnull=True)
    return list(late.order_by("due_back_at", "id").values_list("id", flat=True)[:limit])


def is_exchange(return_id: UUID) -> bool:
    """Whether the customer gets other goods for what comes back."""
    return Return.objects.filter(id=return_id, wanted__isnull=False).exists()


def follow_up_of(return_id: UUID) -> PlaceOrder:
    """The order that an exchange leads to, as it is to be placed: the same people and place, today's prices, no shipping.

    Its external id is `exchange:` and the number of the return, so that it comes in once. What leaves before the first goods are
    back is on account: they pay for it when they come. Raises `NotFound`.
    """
    rma = return_(return_id)
    lines = tuple(
        WantedLine(sku=row.variant.sku, quantity=row.quantity) for row in rma.wanted.select_related("variant").order_by("id")
    )
    found = follow_up(rma.order_id, lines)
    method = "on_account" if rma.is_ahead else found.payment_method
    return replace(found, external_id=f"exchange:{rma.number}", payment_method=method)


def follow_up(order_id: UUID, lines: tuple[WantedLine, ...]) -> PlaceOrder:
    """An order of these lines in the channel of another one, for the same people, without shipping. Raises `NotFound`."""
    order = order_queries.order(order_id)
    return PlaceOrder(
        channel_id=order.channel_id,
        currency=order.currency,
        lines=lines,
        ship_to=person_of(order.ship_to),
        bill_to=person_of(order.bill_to) if order.bill_to_id != order.ship_to_id else None,
        customer_id=order.customer_id,
        customer_group=order.customer.group if order.customer else "",
        language=order.language,
        payment_method=order.payment_method,
    )


def person_of(contact: Contact) -> Person:
    """A contact as an order is placed with it."""
    return Person(
        name=contact.name, company=contact.company, email=contact.email, phone=contact.phone, country=contact.country,
        address=contact.address,
    )  # fmt: skip


def sent_ahead(order_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the orders that leave in exchange for goods which are not back yet."""
    waits = Return.objects.filter(follow_up_id__in=list(order_ids), is_ahead=True, state__in=OPEN)
    return set(waits.values_list("follow_up_id", flat=True))


def proposed_refunds(return_id: UUID) -> dict[UUID, int]:
    """What the lines of a return are worth, if everything authorized is accepted and no fee is kept back, by return line."""
    rma = return_(return_id)
    found = standing(rma.order_id)
    lines = {line.id: line for line in found.lines}
    return {
        row.id: worth(lines[row.order_line_id], found.units(row.order_line_id, row.quantity, row.component_id))
        for row in lines_of(return_id)
    }
