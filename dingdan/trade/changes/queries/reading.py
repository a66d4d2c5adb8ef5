"""Orders as cases: how they stand, what they have in stock, and what the registers say about what they shall be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from dingdan.ledgers.inventory import queries as inventory_queries
from dingdan.ledgers.inventory.models import Peg
from dingdan.ledgers.inventory.rules import Shelves
from dingdan.ledgers.payments import queries as payment_queries
from dingdan.ledgers.payments.queries import RefundOut
from dingdan.masterdata.catalog.queries import variants_by_id
from dingdan.masterdata.catalog.rules import Sellable
from dingdan.masterdata.customers.queries import customers_by_id
from dingdan.masterdata.pricing.rules import Tax, TaxPart
from dingdan.trade.aftersales import queries as aftersales_queries
from dingdan.trade.aftersales.queries import DOCUMENT, Standing, person_of
from dingdan.trade.changes.rules import (
    AddLine,
    Case,
    Due,
    Found,
    Outcome,
    Paying,
    Plan,
    ReplaceArticle,
    ReplaceLine,
    Reprice,
    Returning,
    SetAddress,
    SetShipping,
    Sold,
    Stock,
    Wish,
    find,
    let_go,
    lines_after,
    pieces,
    seal,
    sent_from_elsewhere,
    sums,
)
from dingdan.trade.fulfillment import queries as fulfillment_queries
from dingdan.trade.orders import queries as order_queries
from dingdan.trade.orders.models import Order, OrderLine
from dingdan.trade.orders.rules import Book, PlaceOrder, WantedLine, latest, promised_at, taxes_of
from dingdan.trade.settlement import queries as settlement_queries

May = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Reading:
    """An order to be changed: how it stands, the case that a change is worked out from, and its goods."""

    standing: Standing
    case: Case
    stock: Stock
    parcels: Sequence[tuple[UUID, str]]
    refunds: Sequence[RefundOut] = ()
    """What is to go back of its money and is not back yet."""

    @property
    def returning(self) -> Returning:
        """How much that is, sent and not."""
        sent = sum(one.amount for one in self.refunds if one.is_sent)
        return Returning(unsent=sum(one.amount for one in self.refunds) - sent, sent=sent)

    @property
    def order(self) -> Order:
        """The order's row."""
        return self.standing.order


@dataclass(frozen=True, slots=True)
class _Beside:
    """What is read of many orders at once, beside how they stand."""

    people: Mapping[UUID, Order]
    groups: Mapping[UUID, str]
    articles: Mapping[UUID, Sellable]
    credited: frozenset[UUID]
    parcels: Mapping[UUID, Sequence[tuple[UUID, str]]]
    pegs: Mapping[UUID, Sequence[Peg]]
    refunds: Mapping[UUID, Sequence[RefundOut]]
    own_owner_id: UUID


def readings(asked: Mapping[UUID, Sequence[Wish]], *, on: date, registers: int, lock: bool = False) -> dict[UUID, Reading]:
    """Orders with what the registers say about these changes of them; ids that are no orders here are left out.

    With `lock` the orders, their goods and their money are held until the transaction ends.
    """
    found = aftersales_queries.standings(asked, lock=lock, hold_goods=lock)
    if not found:
        return {}
    beside = _beside(found, lock=lock)
    drafts = {id_: _wanted(standing, beside, asked[id_]) for id_, standing in found.items()}
    book = order_queries.book([one for drafts_ in drafts.values() for one in drafts_], on, registers=registers)
    return {id_: _reading(standing, drafts[id_][0], book, beside=beside) for id_, standing in found.items()}


def _beside(found: Mapping[UUID, Standing], *, lock: bool) -> _Beside:
    ids = list(found)
    demands = [demand for standing in found.values() for owed in standing.demands.values() for demand in owed]
    variants = {demand.variant_id for demand in demands}
    variants |= {line.variant_id for standing in found.values() for line in standing.lines if line.variant_id}
    customers = customers_by_id({one.order.customer_id for one in found.values() if one.order.customer_id})
    paid = [id_ for id_, standing in found.items() if standing.receivable.allocated]
    invoiced = [id_ for id_, standing in found.items() if standing.receivable.credited]
    return _Beside(
        people=order_queries.with_people(ids),
        groups={id_: customer.group for id_, customer in customers.items()},
        articles=variants_by_id(variants) if variants else {},
        credited=frozenset(settlement_queries.credited(invoiced)) if invoiced else frozenset(),
        parcels=fulfillment_queries.parcels_of(ids),
        pegs=inventory_queries.open_pegs_of([demand.id for demand in demands]) if demands else {},
        refunds=payment_queries.refunds_out(DOCUMENT, paid, lock=lock) if paid else {},
        own_owner_id=inventory_queries.own_owner_id(),
    )  # fmt: skip


def _wanted(standing: Standing, beside: _Beside, changes: Sequence[Wish]) -> list[PlaceOrder]:
    """The order as it would be placed now, and once more where it shall go elsewhere: what the registers are asked about."""
    order = beside.people[standing.order.id]
    lines = [WantedLine(sku=wish.sku) for wish in changes if isinstance(wish, AddLine | ReplaceLine | ReplaceArticle)]
    if any(isinstance(wish, Reprice) for wish in changes):
        articles = [beside.articles[line.variant_id] for line in standing.lines if line.variant_id]
        lines += [WantedLine(sku=sku) for sku in dict.fromkeys(article.sku for article in articles)]
    method = next((wish.method for wish in changes if isinstance(wish, SetShipping)), order.shipping_method)
    wanted = PlaceOrder(
        channel_id=order.channel_id, currency=order.currency, lines=tuple(lines), ship_to=person_of(order.ship_to),
        bill_to=person_of(order.bill_to), customer_id=order.customer_id, language=order.language,
        customer_group=beside.groups.get(order.customer_id, "") if order.customer_id else "", shipping_method=method,
        payment_method=order.payment_method,
    )  # fmt: skip
    there = [wish.ship_to for wish in changes if isinstance(wish, SetAddress) and wish.ship_to]
    return [wanted, *(replace(wanted, ship_to=person) for person in there)]


def _reading(standing: Standing, wanted: PlaceOrder, book: Book, *, beside: _Beside) -> Reading:
    order = standing.order
    taxes = taxes_of(wanted, book)
    replaced = {row.replaces_id for row in standing.rows.values() if row.replaces_id and row.quantity > row.canceled}
    sold = tuple(
        Sold(
            line=line, sku=standing.rows[line.id].sku, unit_price=standing.rows[line.id].unit_price,
            tax=_tax(standing.rows[line.id], beside.articles, taxes), seller_id=standing.rows[line.id].seller_id,
            variant=beside.articles.get(line.variant_id) if line.variant_id else None, position=standing.rows[line.id].position,
            is_replaced=line.id in replaced, is_credited=line.id in beside.credited,
            is_held=standing.rows[line.id].held, is_charge=standing.rows[line.id].is_charge,
        )
        for line in standing.lines
    )  # fmt: skip
    parcels = beside.parcels.get(order.id, ())
    case = Case(
        order_id=order.id, state=order.state, currency=order.currency, gross=order.prices_include_tax,
        channel=book.channels[order.channel_id], wanted=replace(wanted, shipping_method=order.shipping_method),
        same_bill_to=order.bill_to_id == order.ship_to_id, sold=sold, book=book, hold_reason=order.hold_reason,
        parcels=tuple(state for _id, state in parcels), known_methods=payment_queries.known_methods(),
        paying=Paying(method=order.payment_method, discount=order.method_discount, net_days=order.net_days),
    )  # fmt: skip
    stock = Stock(standing.demands, beside.pegs, beside.articles, beside.own_owner_id)
    return Reading(standing, case, stock, parcels, beside.refunds.get(order.id, ()))


def _tax(row: OrderLine, articles: Mapping[UUID, Sellable], taxes: Mapping[str, Tax]) -> Tax:
    """The tax that a line was sold with: the register's own, with its parts, where that is still the same rate."""
    article = articles.get(row.variant_id) if row.variant_id else None
    known = taxes.get(article.tax_class if article else "standard")
    if known is not None and (known.rate, known.rounding) == (row.tax_rate, row.rounding):
        return known
    parts = (TaxPart(row.tax_name, Decimal(row.tax_rate)),) if row.tax_rate else ()
    return Tax(parts, row.rounding)  # type: ignore[arg-type]


def shelves_of(variants: Iterable[UUID], *, lock: bool = False) -> Shelves:
    """Stock, goods to come and what is owed of variants, all of it looked at; with `lock`, held until the transaction ends."""
    wanted = set(variants)
    found = inventory_queries.shelves(wanted, owing=wanted, lock=lock)
    inventory_queries.look_ahead(found)
    return found


def outcome_of(reading: Reading, plan: Plan, shelves: Shelves | None, *, at: datetime, refused: Sequence[Any] = ()) -> Outcome:
    """What comes of a plan. It takes what it needs from the shelves, and puts on them what it lets go."""
    case, after = reading.case, lines_after(reading.case, plan)
    found, problems = Found(), list(refused)
    wanted = pieces(plan, reading.stock)
    if shelves is not None:
        let_go(plan, reading.stock, shelves)
        if wanted:
            found, short = find(wanted, shelves, channel_id=case.channel.id, at=at)
            problems += short
        moved, unable = sent_from_elsewhere(plan, reading.stock, shelves, channel_id=case.channel.id)
        found, problems = replace(found, elsewhere=moved), [*problems, *unable]
    told = sums(case, after)
    return Outcome(
        case=case, plan=plan, after=tuple(after), sums=told, found=found, refused=tuple(problems),
        money=_due(reading, plan, told.difference), promised_at=_promised(reading, found),
        fingerprint=seal(order=sealed(reading), plan=plan, sums=told, found=found, parcels=reading.parcels),
    )  # fmt: skip


def _due(reading: Reading, plan: Plan, difference: int) -> Due:
    """What is owed when the difference is; refunds that nobody has sent yet stay with the order as far as they are needed.

    Where lines go from order to order, that is known when the money has gone along.
    """
    owed, returning = reading.standing.receivable, reading.returning
    after = owed.due + difference
    stays = 0 if plan.ceded else returning.stays(owed.due, after)
    due = returning.due(after, stays)
    return Due(
        owed=owed.amount + difference, due=due, refund_due=max(0, -after), withdrawn=stays, missed=due - max(0, after)
    )  # fmt: skip


def _promised(reading: Reading, found: Found) -> datetime | None:
    """When the order should be on its way: what was promised, or later when the new goods are; None while nobody knows."""
    before = reading.order.promised_at
    dates = [promised_at(at, reading.case.channel) if at else None for at in found.ready.values()]
    return latest([before, *dates], before) if dates and before else before


def sealed(reading: Reading) -> Any:
    """Everything of an order that a change depends on."""
    order, standing = reading.order, reading.standing
    owed = standing.receivable
    return (
        (order.state, order.ship_to_id, order.bill_to_id, order.shipping_method, order.payment_method),
        [(row.id, row.canceled, row.held) for row in standing.rows.values()],
        [line.given for line in standing.lines],
        [[(one.id, one.canceled, one.issued, one.returned) for one in found] for found in standing.demands.values()],
        (owed.amount, owed.allocated, owed.refunded, owed.written_off, owed.invoiced, owed.credited, owed.authorized),
        [(one.id, one.state) for one in reading.refunds],
    )
