"""The tables of Olist put together: one order with its items, payments and dates. What does not add up is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from dingdan.integrations.importers.cells import BadCell, moment, price, whole, words
from dingdan.integrations.importers.findings import Finding, Findings, UnreadableFile
from dingdan.integrations.importers.tables import columns, open_table
from dingdan.kernel.money import plain

ZONE: Final = ZoneInfo("America/Sao_Paulo")
CURRENCY: Final = "BRL"
SOURCE: Final = "olist"
_KINDS: Final = frozenset(("credit_card", "boleto", "voucher", "debit_card", "not_defined"))
_STATUSES: Final = frozenset(("created", "approved", "invoiced", "processing", "shipped", "delivered", "unavailable", "canceled"))


@dataclass(frozen=True, slots=True, kw_only=True)
class OlistItem:
    """One unit of one product from one seller; ``price`` and ``freight`` in centavos."""

    position: int
    product: str
    seller: str
    ship_by: datetime
    price: int
    freight: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OlistPayment:
    """One of an order's payments, in centavos."""

    position: int
    kind: str
    installments: int
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OlistOrder:
    """One order. Times are UTC, None where the data has none; ``customer`` is the person, who may have several orders."""

    number: str
    line: int
    status: str
    at: datetime
    approved_at: datetime | None
    handed_over_at: datetime | None
    delivered_at: datetime | None
    promised_on: date
    customer: str
    city: str
    region: str
    postal_code: str
    items: tuple[OlistItem, ...]
    payments: tuple[OlistPayment, ...]

    @property
    def key(self) -> str:
        """A stable idempotency key."""
        return f"{SOURCE}:{self.number}"

    @property
    def due(self) -> int:
        """Centavos for goods and freight."""
        return sum(item.price + item.freight for item in self.items)

    @property
    def paid(self) -> int:
        """Centavos of all payments."""
        return sum(payment.amount for payment in self.payments)

    @property
    def life(self) -> tuple[datetime, datetime | None, datetime | None, datetime | None]:
        """Placed, approved, handed over, delivered: each no earlier than the one before, which 123 orders of the data are."""
        now, times = self.at, []
        for at in (self.approved_at, self.handed_over_at, self.delivered_at):
            now = max(now, at or now)
            times.append(now if at else None)
        return self.at, times[0], times[1], times[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class OlistProduct:
    """A product, which has no name; ``category`` in Portuguese, grams and centimeters, None where unknown."""

    sku: str
    category: str
    weight: int | None
    length: int | None
    width: int | None
    height: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OlistSeller:
    """A seller of the marketplace."""

    code: str
    city: str
    region: str
    postal_code: str


@dataclass(slots=True)
class OlistSummary:
    """Counts and sums of the orders handed out; amounts in centavos. ``payments_of_the_file``: of those left out, too."""

    orders: int = 0
    items: int = 0
    payments: int = 0
    payments_of_other_orders: int = 0
    payments_of_the_file: int = 0
    due: int = 0
    paid: int = 0
    adding_up: int = 0
    sellers_of_an_order: Counter[int] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)


class Olist:
    """A folder with the tables of Olist (.csv or .csv.gz). Raises UnreadableFile; all else that is wrong is a finding."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.summary = OlistSummary()

    def products(self, findings: Findings) -> Iterator[OlistProduct]:
        """All products, also those that no order names."""
        sizes = ("product_weight_g", "product_length_cm", "product_width_cm", "product_height_cm")
        for line, row in self._rows("products", ("product_id", "product_category_name", *sizes), findings):
            try:
                weight, length, width, height = (whole(row[name]) if row[name] else None for name in sizes)
                category = words(row["product_category_name"])
                yield OlistProduct(
                    sku=row["product_id"], category=category, weight=weight, length=length, width=width, height=height
                )
            except BadCell as bad:
                findings.add(_bad(line, row["product_id"], bad))

    def sellers(self, findings: Findings) -> Iterator[OlistSeller]:
        """All sellers."""
        wanted = ("seller_id", "seller_zip_code_prefix", "seller_city", "seller_state")
        for line, row in self._rows("sellers", wanted, findings):
            try:
                postal_code = row["seller_zip_code_prefix"].zfill(5)
                yield OlistSeller(
                    code=row["seller_id"],
                    city=words(row["seller_city"]),
                    region=words(row["seller_state"]),
                    postal_code=postal_code,
                )
            except BadCell as bad:
                findings.add(_bad(line, row["seller_id"], bad))

    def orders(self, findings: Findings) -> Iterator[OlistOrder]:
        """The orders that can be imported, in order of purchase. The others, and all oddities, are findings."""
        broken: set[str] = set()
        items, payments, people = self._items(findings, broken), self._payments(findings, broken), self._people(findings)
        for line, row in self._rows("orders", _ORDER, findings):
            number = row["order_id"]
            try:
                order = _order(line, row, items.get(number, []), payments.get(number, []), people)
            except BadCell as bad:
                findings.add(_bad(line, number, bad, _sum(payments.get(number, []))))
                continue
            if self._fit(order, broken, findings):
                self._count(order)
                yield order

    def _fit(self, order: OlistOrder, broken: set[str], findings: Findings) -> bool:
        """Whether the order can be imported; what is odd about it is told."""
        if order.number in broken:
            _tell(order, findings, "row_of_order_unreadable", "A row of its items or payments cannot be read.", out=True)
            return False
        if not order.items:
            _tell(order, findings, "no_items", f"The order is {order.status} and has no items.", out=True)
            return False
        gap = order.paid - order.due
        if gap:
            code = "off_by_a_centavo" if abs(gap) == 1 else "payments_differ"
            due, paid = plain(order.due, CURRENCY), plain(order.paid, CURRENCY)
            _tell(order, findings, code, f"Goods and freight are {due}, payments {paid}.")
        else:
            self.summary.adding_up += 1
        told = [at for at in (order.at, order.approved_at, order.handed_over_at, order.delivered_at) if at]
        if told != sorted(told):
            _tell(
                order,
                findings,
                "times_out_of_order",
                "Its times are not in their order; each is taken as no earlier than the one before.",
            )
        if order.status == "delivered" and not (order.approved_at and order.handed_over_at and order.delivered_at):
            _tell(order, findings, "time_missing", "It was delivered, but a time on the way there is missing.")
        return True

    def _count(self, order: OlistOrder) -> None:
        summary = self.summary
        summary.orders += 1
        summary.items += len(order.items)
        summary.payments += len(order.payments)
        summary.due += order.due
        summary.paid += order.paid
        summary.sellers_of_an_order[len({item.seller for item in order.items})] += 1
        summary.statuses[order.status] += 1

    def _items(self, findings: Findings, broken: set[str]) -> dict[str, list[OlistItem]]:
        items: dict[str, list[OlistItem]] = {}
        for line, row in self._rows("order_items", _ITEM, findings):
            try:
                item = OlistItem(
                    position=whole(row["order_item_id"]),
                    product=row["product_id"],
                    seller=row["seller_id"],
                    ship_by=moment(row["shipping_limit_date"], ZONE).at,
                    price=_centavos(row["price"]),
                    freight=_centavos(row["freight_value"]),
                )
                if row["order_id"] not in self._numbers:
                    raise BadCell("unknown_order", "The item's order is not in the table of orders.", "Add the order's row.")
                items.setdefault(row["order_id"], []).append(item)
            except BadCell as bad:
                broken.add(row["order_id"])
                findings.add(_bad(line, row["order_id"], bad))
        return items

    def _payments(self, findings: Findings, broken: set[str]) -> dict[str, list[OlistPayment]]:
        """Payments of the orders that are here; the table may hold those of many more."""
        payments: dict[str, list[OlistPayment]] = {}
        for line, row in self._rows("order_payments", _PAYMENT, findings):
            if row["order_id"] not in self._numbers:
                self.summary.payments_of_other_orders += 1
                continue
            try:
                kind = row["payment_type"]
                if kind not in _KINDS:
                    raise BadCell(
                        "unknown_payment_type", f"“{kind[:30]}” is no kind of payment.", f"Use {', '.join(sorted(_KINDS))}."
                    )
                payment = OlistPayment(
                    position=whole(row["payment_sequential"]),
                    kind=kind,
                    installments=whole(row["payment_installments"]),
                    amount=_centavos(row["payment_value"]),
                )
                payments.setdefault(row["order_id"], []).append(payment)
                self.summary.payments_of_the_file += payment.amount
            except BadCell as bad:
                broken.add(row["order_id"])
                findings.add(_bad(line, row["order_id"], bad))
        return payments

    def _people(self, findings: Findings) -> dict[str, tuple[str, str, str, str]]:
        people = {}
        for line, row in self._rows("customers", _PERSON, findings):
            try:
                where = words(row["customer_city"]), words(row["customer_state"]), row["customer_zip_code_prefix"].zfill(5)
                people[row["customer_id"]] = (row["customer_unique_id"], *where)
            except BadCell as bad:
                findings.add(_bad(line, row["customer_id"], bad))
        return people

    @cached_property
    def _numbers(self) -> frozenset[str]:
        return frozenset(row["order_id"] for _, row in self._rows("orders", ("order_id",), Findings()))

    def _rows(self, name: str, wanted: tuple[str, ...], findings: Findings) -> Iterator[tuple[int, dict[str, str]]]:
        """The rows of a table, whose file may be called olist_<name>_dataset or olist_<name>_subset."""
        found = sorted(path for kind in ("dataset", "subset") for path in self.folder.glob(f"olist_{name}_{kind}.csv*"))
        if not found:
            raise UnreadableFile(
                f"There is no table olist_{name}_….csv in {self.folder.name}.", "Give the folder that holds all of Olist."
            )
        table = open_table(found[0])
        places = columns(table, {column: (column,) for column in wanted})
        for line, cells in table.rows(findings.add):
            yield line, {column: cells[place].strip() for column, place in places.items()}


_ORDER: Final = (
    "order_id", "customer_id", "order_status", "order_purchase_timestamp", "order_approved_at", "order_delivered_carrier_date",
    "order_delivered_customer_date", "order_estimated_delivery_date",
)  # fmt: skip
_ITEM: Final = ("order_id", "order_item_id", "product_id", "seller_id", "shipping_limit_date", "price", "freight_value")
_PAYMENT: Final = ("order_id", "payment_sequential", "payment_type", "payment_installments", "payment_value")
_PERSON: Final = ("customer_id", "customer_unique_id", "customer_zip_code_prefix", "customer_city", "customer_state")


def _order(
    line: int,
    row: dict[str, str],
    items: list[OlistItem],
    payments: list[OlistPayment],
    people: dict[str, tuple[str, str, str, str]],
) -> OlistOrder:
    if row["order_status"] not in _STATUSES:
        raise BadCell("unknown_status", f"“{row['order_status'][:30]}” is no status.", f"Use {', '.join(sorted(_STATUSES))}.")
    if row["customer_id"] not in people:
        raise BadCell("unknown_customer", "The order's customer is not in the table of customers.", "Add the customer's row.")
    customer, city, region, postal_code = people[row["customer_id"]]
    return OlistOrder(
        number=row["order_id"],
        line=line,
        status=row["order_status"],
        at=moment(row["order_purchase_timestamp"], ZONE).at,
        approved_at=_instant(row["order_approved_at"]),
        handed_over_at=_instant(row["order_delivered_carrier_date"]),
        delivered_at=_instant(row["order_delivered_customer_date"]),
        promised_on=moment(row["order_estimated_delivery_date"], ZONE).day,
        customer=customer,
        city=city,
        region=region,
        postal_code=postal_code,
        items=tuple(sorted(items, key=lambda item: item.position)),
        payments=tuple(sorted(payments, key=lambda payment: payment.position)),
    )


def _instant(text: str) -> datetime | None:
    return moment(text, ZONE).at if text else None


def _centavos(text: str) -> int:
    amount = price(text, CURRENCY)
    if amount.numerator < 0 or amount.denominator != 1:
        raise BadCell("not_an_amount", f"{text} is not an amount of money.", "Write it with two decimals at most, and no sign.")
    return amount.numerator


def _sum(payments: list[OlistPayment]) -> int:
    return sum(payment.amount for payment in payments)


def _bad(line: int, document: str, bad: BadCell, amount: int = 0) -> Finding:
    return Finding(line=line, code=bad.code, document=document[:40], sentence=str(bad), remedy=bad.remedy, amount=amount)


def _tell(order: OlistOrder, findings: Findings, code: str, sentence: str, *, out: bool = False) -> None:
    findings.add(
        Finding(
            line=order.line,
            code=code,
            document=order.number,
            sentence=sentence,
            remedy="Look at the order: the data does not say why.",
            imported=not out,
            amount=order.paid if out else 0,
        )
    )
