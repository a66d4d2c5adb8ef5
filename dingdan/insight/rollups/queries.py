"""What can be asked of the rollups, and whether they are what the books say. Never writes.

Every question reads sums of days (or of months): how much it reads depends on how long the period is, never on how many orders
there are. Amounts of several currencies are never added up: every answer is for one currency or names it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, fields
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from dingdan.insight.rollups import facts, parts
from dingdan.insight.rollups.models import (
    LEFT,
    RETURNED,
    SOLD,
    Buyer,
    CustomerMonth,
    FulfillmentDay,
    Grain,
    ItemSales,
    MoneyDay,
    OrderPart,
    ReturnDay,
    SalesHour,
    TaxDay,
)
from dingdan.insight.rollups.rules import A_WHILE, MOST_ORDERS, Period, Segment, segment_of
from dingdan.insight.rollups.upkeep import CONSUMER
from dingdan.kernel.laws import breaches, in_full_only
from dingdan.kernel.postgresql.cursors import ready_cursor
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.kernel.tenants import tenant_in_scope


@dataclass(frozen=True, slots=True)
class Figures:
    """Sums of sales. Money in minor units of one currency; docs/reports.md says what each is."""

    orders: int = 0
    canceled: int = 0
    units: int = 0
    net: int = 0
    tax: int = 0
    total: int = 0
    discount: int = 0
    shipping: int = 0
    given_back: int = 0

    @property
    def kept(self) -> int:
        """What is still owed or paid of what was sold."""
        return self.total - self.given_back

    @property
    def average(self) -> int:
        """What an order comes to that was not canceled, rounded; 0 without one."""
        orders = self.orders - self.canceled
        return round(self.total / orders) if orders else 0


FIGURES: Final = tuple(one.name for one in fields(Figures))


def currencies(period: Period) -> list[str]:
    """The currencies in which something was sold or posted, the shop's own first."""
    own = tenant_in_scope().currency
    sold = SalesHour.objects.filter(counted_on__range=(period.first, period.last)).order_by()
    posted = MoneyDay.objects.filter(counted_on__range=(period.first, period.last)).order_by()
    found = {*sold.values_list("currency", flat=True).distinct(), *posted.values_list("currency", flat=True).distinct()}
    return sorted(found | {own}, key=lambda code: (code != own, code))


def _sales(period: Period, currency: str, channel_id: UUID | None) -> QuerySet[SalesHour]:
    found = SalesHour.objects.filter(counted_on__range=(period.first, period.last), currency=currency).order_by()
    return found.filter(channel_id=channel_id) if channel_id else found


def _sums(names: tuple[str, ...]) -> dict[str, Sum]:
    return {name: Sum(name, default=0) for name in names}


def sales(period: Period, *, currency: str, channel_id: UUID | None = None) -> Figures:
    """What was sold in a period."""
    found = _sales(period, currency, channel_id)
    return Figures(**{name: int(value) for name, value in found.aggregate(**_sums(FIGURES)).items()})


def sales_by(column: str, period: Period, *, currency: str, channel_id: UUID | None = None) -> dict[Any, Figures]:
    """What was sold in a period by `counted_on`, `hour` or `channel_id`, in the order of that."""
    rows = _sales(period, currency, channel_id).values(column).annotate(**_sums(FIGURES)).order_by(column)
    return {row.pop(column): Figures(**{name: int(value) for name, value in row.items()}) for row in rows}


def sales_by_hour(days: Iterable[date]) -> dict[tuple[str, date, int], Figures]:
    """What was sold on some days, by currency, day and hour."""
    rows = SalesHour.objects.filter(counted_on__in=list(days)).order_by()
    found = rows.values_list("currency", "counted_on", "hour").annotate(**{f"all_{name}": Sum(name) for name in FIGURES})
    return {(row[0], row[1], row[2]): Figures(*map(int, row[3:])) for row in found}


def sums_by_currency(hours: Iterable[tuple[tuple[str, date, int], Figures]]) -> dict[str, Figures]:
    """Some of those hours, added up by currency."""
    return added_up({currency: one} for (currency, _day, _hour), one in hours)


@dataclass(frozen=True, slots=True)
class ItemSold:
    """What was bought of a variant."""

    variant_id: UUID
    orders: int
    units: int
    net: int
    total: int


def items_sold(period: Period, *, currency: str, channel_id: UUID | None = None, limit: int | None = None) -> list[ItemSold]:
    """What was bought in a period by variant, the most first."""
    months, days = period.parts()
    spans = Q(grain=Grain.MONTH, counted_on__in=months) | Q(grain=Grain.DAY, counted_on__in=days)
    rows = ItemSales.objects.filter(spans, currency=currency).order_by()
    if channel_id:
        rows = rows.filter(channel_id=channel_id)
    summed = rows.values("variant_id").annotate(**_sums(("orders", "units", "net", "total"))).exclude(orders=0, units=0, total=0)
    ordered = summed.order_by("-total", "-units", "variant_id")
    names = [one.name for one in fields(ItemSold)]
    return [ItemSold(variant_id, *map(int, sums)) for variant_id, *sums in ordered.values_list(*names)[:limit]]


def customers(months: Iterable[date], *, currency: str, limit: int) -> tuple[dict[UUID, Figures], Figures]:
    """What customers ordered in some months (by their first days), the most first; and what all of them did."""
    rows = CustomerMonth.objects.filter(counted_on__in=list(months), currency=currency).order_by()
    found = rows.values_list("customer_id").annotate(most=Sum("total"), **{f"all_{name}": Sum(name) for name in FIGURES})
    first = {row[0]: Figures(*map(int, row[2:])) for row in found.order_by("-most", "customer_id")[:limit]}
    return first, Figures(**{name: int(value) for name, value in rows.aggregate(**_sums(FIGURES)).items()})


def figures_of(customer_ids: Iterable[UUID]) -> dict[UUID, dict[str, Figures]]:
    """What each of these customers ever ordered, by currency. One statement, over their months."""
    rows = CustomerMonth.objects.filter(customer_id__in=list(customer_ids)).order_by("customer_id", "currency")
    found: dict[UUID, dict[str, Figures]] = {}
    for customer_id, currency, *sums in rows.values_list("customer_id", "currency").annotate(
        **{f"all_{name}": Sum(name) for name in FIGURES}
    ):
        if any(sums):
            found.setdefault(customer_id, {})[currency] = Figures(*map(int, sums))
    return found


def added_up(people: Iterable[dict[str, Figures]]) -> dict[str, Figures]:
    """What several customers who are one person ordered, by currency."""
    found: dict[str, list[tuple[int, ...]]] = {}
    for one in people:
        for currency, figures in one.items():
            found.setdefault(currency, []).append(astuple(figures))
    return {currency: Figures(*map(sum, zip(*rows, strict=True))) for currency, rows in sorted(found.items())}


def buyers(segment: Segment, *, at: datetime) -> QuerySet[Buyer]:
    """Who falls into a segment at a time (see `rules.segment_of`)."""
    if segment is Segment.NO_ORDER:
        return Buyer.objects.filter(orders=0)
    if segment is Segment.GONE_QUIET:
        return Buyer.objects.filter(last_at__lt=at - A_WHILE)
    often = {Segment.ONE_ORDER: (1, 1), Segment.RETURNING: (2, MOST_ORDERS - 1), Segment.REGULAR: (MOST_ORDERS, MOST_ORDERS)}
    return Buyer.objects.filter(orders__range=often[segment], last_at__gte=at - A_WHILE)


def segments_of(customer_ids: Iterable[UUID], *, at: datetime) -> dict[UUID, Segment]:
    """The segments of customers at a time; whoever is not counted yet is left out."""
    rows = Buyer.objects.filter(id__in=list(customer_ids)).values_list("id", "orders", "last_at")
    return {id_: segment_of(orders, last_at, at=at) for id_, orders, last_at in rows}


def returns_by(*columns: str, period: Period, currency: str, channel_id: UUID | None = None) -> list[dict[str, Any]]:
    """What came back in a period by some of `counted_on`, `channel_id`, `variant_id` and `reason`, in the order of those."""
    rows = ReturnDay.objects.filter(counted_on__range=(period.first, period.last), currency=currency)
    if channel_id:
        rows = rows.filter(channel_id=channel_id)
    return list(rows.values(*columns).annotate(**_sums(("lines", *RETURNED))).order_by(*columns))


def fulfillment_by(*columns: str, period: Period) -> list[dict[str, Any]]:
    """Shipments that left in a period by some of `counted_on`, `node_id`, `person` and `took`, in the order of those."""
    rows = FulfillmentDay.objects.filter(counted_on__range=(period.first, period.last))
    return list(rows.values(*columns).annotate(**_sums(("shipments", *LEFT))).order_by(*columns))


def postings_by(*columns: str, period: Period, currency: str) -> list[dict[str, Any]]:
    """Postings of a period by some of `counted_on`, `rule` and `method`, in the order of those: how many, and how much."""
    rows = MoneyDay.objects.filter(counted_on__range=(period.first, period.last), currency=currency)
    return list(rows.values(*columns).annotate(**_sums(("times", "amount"))).order_by(*columns))


def tax_by(*columns: str, period: Period, currency: str, channel_id: UUID | None = None) -> list[dict[str, Any]]:
    """Tax on the invoices and credit notes of a period by some of `counted_on`, `channel_id`, `name` and `rate`."""
    rows = TaxDay.objects.filter(counted_on__range=(period.first, period.last), currency=currency)
    if channel_id:
        rows = rows.filter(channel_id=channel_id)
    return list(rows.values(*columns).annotate(**_sums(facts.TAX.figures)).order_by(*columns))


def promised_before(day: date) -> QuerySet[OrderPart]:
    """Orders whose goods may leave, have not, and were promised for a day before that one."""
    return OrderPart.objects.filter(promised_on__lt=day)


def promised_on(day: date) -> QuerySet[OrderPart]:
    """Orders whose goods may leave, have not, and were promised for that day."""
    return OrderPart.objects.filter(promised_on=day)


def waiting_for_goods() -> QuerySet[OrderPart]:
    """Orders that wait for goods which are not here."""
    return OrderPart.objects.filter(waits=True)


# ── laws ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
# What has happened to an order behind the place where the rollups are is not in its part yet.
_PASSED = f"""(SELECT coalesce(max(position), 0) FROM kernel_feedcursor AS cursor
    WHERE cursor.tenant_id = %(tenant)s::uuid AND cursor.consumer = '{CONSUMER}')"""  # noqa: S608 (names of this module)


def _ahead_of(kind: str) -> str:
    return f"""
    SELECT about.subject_id FROM kernel_entrysubject AS about
    JOIN kernel_feeditem AS item ON item.tenant_id = about.tenant_id AND item.entry_id = about.entry_id
    WHERE about.tenant_id = %(tenant)s::uuid AND about.kind = '{kind}' AND item.id > {_PASSED}
    UNION ALL SELECT about.subject_id FROM kernel_entrysubject AS about
    JOIN kernel_feedpending AS pending ON pending.tenant_id = about.tenant_id AND pending.entry_id = about.entry_id
    WHERE about.tenant_id = %(tenant)s::uuid AND about.kind = '{kind}'
    """  # noqa: S608 (names of this module)


_AHEAD = _ahead_of("order")


def _counted_zone() -> str | None:
    """The shop's clock where days are counted by it: not before the first entry, nor while all is counted anew."""
    with ready_cursor() as cursor:
        cursor.execute(_ZONE, {"tenant": current_tenant_id()})
        found = cursor.fetchone()
    return found[0] if found else None


_ZONE = """
SELECT tenant.time_zone FROM kernel_tenant AS tenant
JOIN rollups_calendar AS calendar ON calendar.tenant_id = tenant.id AND calendar.time_zone = tenant.time_zone
WHERE tenant.id = %(tenant)s::uuid
"""


def _differ(names: tuple[str, ...], books: str, part: str, *, order: str) -> str:
    columns = ", ".join(names)
    return f"""
    WITH books AS ({books}), kept AS (SELECT {columns} FROM {part} AS part WHERE part.tenant_id = %(tenant)s::uuid)
    SELECT coalesce(books.id, kept.id), to_json(kept), to_json(books) FROM books FULL JOIN kept ON kept.id = books.id
    WHERE books IS DISTINCT FROM kept AND coalesce(books.{order}, kept.{order}) NOT IN ({_AHEAD}) LIMIT 100
    """  # noqa: S608 (names of this module)


@in_full_only
def law_orders_are_counted_as_they_are() -> Iterator[str]:
    """What an order was counted as for the figures of sales is what the books say of it."""
    zone = _counted_zone()
    if zone is not None:
        yield from breaches(
            _differ(parts.ORDER_PART, parts.ORDERS, "rollups_orderpart", order="id"),
            "order {0} is counted as {1}, the books say {2}",
            zone=zone,
        )


@in_full_only
def law_shipments_are_counted_as_they_are() -> Iterator[str]:
    """What a shipment was counted as for the figures of fulfillment is what the books say of it."""
    zone = _counted_zone()
    if zone is not None:
        yield from breaches(
            _differ(parts.SHIPMENT_PART, parts.SHIPMENTS, "rollups_shipmentpart", order="order_id"),
            "shipment {0} is counted as {1}, the books say {2}",
            zone=zone,
        )


@in_full_only
def law_returns_are_counted_as_they_are() -> Iterator[str]:
    """What a line of a return was counted as for the figures of returns is what the books say of it."""
    zone = _counted_zone()
    if zone is not None:
        yield from breaches(
            _differ(parts.RETURN_PART, parts.RETURNS, "rollups_returnpart", order="order_id"),
            "line {0} of a return is counted as {1}, the books say {2}",
            zone=zone,
        )


def _unequal(keys: tuple[str, ...], figures: tuple[str, ...], *, kept: str, there: str) -> str:
    """Rows of sums that are not what they should be; both questions give the keys, then the figures."""
    columns, key = ", ".join((*keys, *figures)), ", ".join(keys)
    differ = " OR ".join(f"sum(sign * {name}) <> 0" for name in figures)
    sums = ", ".join(f"coalesce(sum({name}) FILTER (WHERE sign = %(side)s), 0)" for name in figures)
    sides = [f"concat_ws(', ', {sums})".replace("%(side)s", side) for side in ("1", "-1")]
    return f"""
    SELECT concat_ws(' ', {key}), {sides[0]}, {sides[1]} FROM (
        SELECT 1 AS sign, {columns} FROM ({kept}) AS kept UNION ALL SELECT -1, {columns} FROM ({there}) AS there
    ) AS both_sides GROUP BY {key} HAVING {differ} LIMIT 100
    """  # noqa: S608 (names of this module)


def _of(table: str) -> str:
    return f"SELECT * FROM {table} AS row WHERE row.tenant_id = %(tenant)s::uuid"  # noqa: S608 (names of this module)


@in_full_only
def law_sales_are_the_sum_of_their_orders() -> Iterator[str]:
    """The figures of an hour are the sum of what its orders were counted as."""
    there = f"SELECT 1 AS orders, part.* FROM ({_of('rollups_orderpart')}) AS part"  # noqa: S608 (names of this module)
    figures = ("orders", *SOLD)
    yield from breaches(
        _unequal(parts.HOUR_KEYS, figures, kept=_of("rollups_saleshour"), there=there),
        f"sales of {{0}} ({', '.join(figures)}): {{1}} are kept, the orders have {{2}}",
    )


@in_full_only
def law_sales_of_items_are_the_sum_of_their_orders() -> Iterator[str]:
    """The figures of a variant are the sum of what the orders that bought it were counted as."""
    bought = parts.items_of(f"({_of('rollups_orderpart')})", "1")
    there = f"SELECT sign AS orders, bought.* FROM ({bought}) AS bought"  # noqa: S608 (names of this module)
    figures = ("orders", *parts.ITEM_FIGURES)
    yield from breaches(
        _unequal(parts.ITEM_KEYS, figures, kept=_of("rollups_itemsales"), there=there),
        f"items {{0}} ({', '.join(figures)}): {{1}} are kept, the orders have {{2}}",
    )


@in_full_only
def law_months_of_customers_are_the_sum_of_their_orders() -> Iterator[str]:
    """The figures of a customer are the sum of what their orders were counted as."""
    ordered = parts.customers_of(f"({_of('rollups_orderpart')})", "1")
    there = f"SELECT sign AS orders, ordered.* FROM ({ordered}) AS ordered"  # noqa: S608 (names of this module)
    figures = ("orders", *SOLD)
    yield from breaches(
        _unequal(parts.CUSTOMER_KEYS, figures, kept=_of("rollups_customermonth"), there=there),
        f"customer {{0}} ({', '.join(figures)}): {{1}} are kept, the orders have {{2}}",
    )


@in_full_only
def law_buyers_bought_as_often_as_the_books_say() -> Iterator[str]:
    """How often a customer is said to have bought, and when last, is what their orders say."""
    zone = _counted_zone()
    if zone is not None:
        ahead = f"""
            SELECT unnest(ARRAY[one.id, one.merged_into_id]) FROM customers_customer AS one
            WHERE one.tenant_id = %(tenant)s::uuid AND (one.id IN ({_ahead_of("customer")}) OR one.id IN (
                SELECT placed.customer_id FROM orders_order AS placed
                WHERE placed.tenant_id = %(tenant)s::uuid AND placed.id IN ({_AHEAD})))
            """  # noqa: S608 (names of this module)
        yield from breaches(
            f"""
            WITH books AS ({parts.BUYERS}),
            kept AS (SELECT id, orders, last_at FROM rollups_buyer AS buyer WHERE buyer.tenant_id = %(tenant)s::uuid)
            SELECT coalesce(books.id, kept.id), to_json(kept), to_json(books) FROM books FULL JOIN kept ON kept.id = books.id
            WHERE books IS DISTINCT FROM kept
              AND NOT EXISTS (SELECT FROM ({ahead}) AS ahead (id) WHERE ahead.id = coalesce(books.id, kept.id)) LIMIT 100
            """,  # noqa: S608 (names of this module)
            "customer {0} is counted as {1}, the books say {2}",
        )


@in_full_only
def law_returns_of_a_day_are_the_sum_of_their_lines() -> Iterator[str]:
    """The figures of a day of returns are the sum of what their lines were counted as."""
    there = f"SELECT 1 AS lines, part.* FROM ({_of('rollups_returnpart')}) AS part"  # noqa: S608 (names of this module)
    figures = ("lines", *RETURNED)
    yield from breaches(
        _unequal(parts.RETURN_KEYS, figures, kept=_of("rollups_returnday"), there=there),
        f"returns {{0}} ({', '.join(figures)}): {{1}} are kept, the lines have {{2}}",
    )


@in_full_only
def law_fulfillment_is_the_sum_of_its_shipments() -> Iterator[str]:
    """The figures of a day of fulfillment are the sum of what its shipments were counted as."""
    there = f"SELECT 1 AS shipments, part.* FROM ({_of('rollups_shipmentpart')}) AS part"  # noqa: S608 (names of this module)
    figures = ("shipments", *LEFT)
    yield from breaches(
        _unequal(parts.LEFT_KEYS, figures, kept=_of("rollups_fulfillmentday"), there=there),
        f"fulfillment {{0}} ({', '.join(figures)}): {{1}} are kept, the shipments have {{2}}",
    )


def _facts_are_summed(sums: facts.Summed, sentence: str) -> Iterator[str]:
    zone = _counted_zone()
    if zone is not None:
        there = sums.question.replace("%(until)s::bigint", _PASSED)
        question = _unequal(sums.keys, sums.figures, kept=_of(sums.table), there=there)
        yield from breaches(question, sentence, zone=zone, after=0)


@in_full_only
def law_money_of_a_day_is_the_sum_of_its_postings() -> Iterator[str]:
    """The postings of a day by rule and method are those of the entries that were passed."""
    yield from _facts_are_summed(facts.MONEY, "postings of {0}: {1} are kept, the books have {2}")


@in_full_only
def law_tax_of_a_day_is_that_of_its_papers() -> Iterator[str]:
    """The tax of a day by rate is that on the invoices and credit notes that were passed."""
    yield from _facts_are_summed(facts.TAX, "tax of {0}: {1} are kept, the papers have {2}")


@in_full_only
def law_tax_on_papers_is_the_tax_posted() -> Iterator[str]:
    """In each currency the tax on all invoices and credit notes is what was posted as tax."""
    yield from breaches(
        """
        SELECT currency, sum(papers), sum(posted) FROM (
            SELECT tax.currency, tax.invoiced_tax - tax.credited_tax AS papers, 0 AS posted
            FROM rollups_taxday AS tax WHERE tax.tenant_id = %(tenant)s
            UNION ALL
            SELECT money.currency, 0, CASE money.rule WHEN 'tax_invoiced' THEN money.amount ELSE -money.amount END
            FROM rollups_moneyday AS money
            WHERE money.tenant_id = %(tenant)s AND money.rule IN ('tax_invoiced', 'tax_credited', 'tax_return_owed')
        ) AS both_sides GROUP BY currency HAVING sum(papers) <> sum(posted)
        """,
        "tax in {0}: the papers have {1}, postings {2}",
    )


LAWS = (
    law_orders_are_counted_as_they_are,
    law_shipments_are_counted_as_they_are,
    law_returns_are_counted_as_they_are,
    law_sales_are_the_sum_of_their_orders,
    law_sales_of_items_are_the_sum_of_their_orders,
    law_months_of_customers_are_the_sum_of_their_orders,
    law_buyers_bought_as_often_as_the_books_say,
    law_returns_of_a_day_are_the_sum_of_their_lines,
    law_fulfillment_is_the_sum_of_its_shipments,
    law_money_of_a_day_is_the_sum_of_its_postings,
    law_tax_of_a_day_is_that_of_its_papers,
    law_tax_on_papers_is_the_tax_posted,
)
