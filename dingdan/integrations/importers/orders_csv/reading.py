"""Orders in somebody's table: one row per order line, the rows of an order together. An order is read whole or left out whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Final

from dingdan.integrations.importers.cells import BadCell, decimal, moment, price, whole, words
from dingdan.integrations.importers.countries import country_code
from dingdan.integrations.importers.findings import Finding, Findings
from dingdan.integrations.importers.orders_csv.mapping import CONTACT, OF_THE_ORDER, OUR_NAMES, REQUIRED, ColumnMap
from dingdan.integrations.importers.tables import MISSHAPED, columns, open_table
from dingdan.kernel.errors import Refusal
from dingdan.kernel.money import exponent, plain, round_minor

LONGEST_NUMBER: Final = 80
_TOGETHER: Final = "Sort the file by order, then import again."
_WHOLE: Final = "Correct what is said about the order's other lines, then import again."


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLine:
    """One line of an order: ``unit_price`` in major units, ``amount`` in minor ones, rounded half up; ``line`` is the file's."""

    position: int
    line: int
    sku: str
    name: str
    quantity: int
    unit_price: Decimal
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadContact:
    """Who and where, as the file says; empty where it says nothing. ``country`` is a code of ISO 3166 or empty."""

    contact_name: str = ""
    email: str = ""
    phone: str = ""
    company: str = ""
    street: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOrder:
    """One order. Amounts in minor units of ``currency``; ``stated_total`` is None where the file states none."""

    source: str
    number: str
    at: datetime
    currency: str
    customer: str | None
    contact: ReadContact
    lines: tuple[ReadLine, ...]
    shipping: int
    discount: int
    stated_total: int | None
    paid_at: datetime | None
    payment_method: str
    shipped_at: datetime | None
    delivered_at: datetime | None
    carrier: str
    tracking_number: str
    note: str

    @property
    def key(self) -> str:
        """A stable idempotency key, which is the order's external id, too."""
        return f"{self.source}:{self.number}"

    @property
    def life(self) -> tuple[datetime, datetime | None, datetime | None, datetime | None]:
        """Placed, paid, shipped, delivered: each no earlier than the one before. What was delivered was shipped."""
        paid = max(self.at, self.paid_at) if self.paid_at else None
        told = self.shipped_at or self.delivered_at
        shipped = max(self.at, paid or self.at, told) if told else None
        delivered = max(shipped, self.delivered_at) if shipped and self.delivered_at else None
        return self.at, paid, shipped, delivered

    @property
    def total(self) -> int:
        """Lines and shipping less discount."""
        return sum(line.amount for line in self.lines) + self.shipping - self.discount


@dataclass(slots=True)
class OrdersSummary:
    """What was handed out so far."""

    orders: int = 0
    lines: int = 0
    totals: Counter[str] = field(default_factory=Counter)


Cells = Callable[[str], str]
Row = tuple[int, Cells]


class OrdersFile:
    """A table of orders. Raises UnreadableFile; all else that is wrong is a finding of ``orders``."""

    def __init__(self, path: Path, mapping: ColumnMap = OUR_NAMES) -> None:
        self.mapping = mapping
        self.summary = OrdersSummary()
        self._table = open_table(path, mapping.sheet)
        named = mapping.columns
        if not mapping.strict:
            there = {"".join(name.split()).replace("_", "").casefold() for name in self._table.header}
            named = {name: name for name in named if name in REQUIRED or name.replace("_", "") in there}
        self._places = columns(self._table, {field: (name,) for field, name in named.items()})

    def orders(self, findings: Findings) -> Iterator[ReadOrder]:
        """Each order in the order of the file. Every row that is not in one is a finding."""
        seen: set[str] = set()
        for number, rows, doubtful in self._groups(findings):
            if not number:
                _leave_out(rows, number, findings, ("no_order_number", "The row has no order number.", "Fill it in."))
                continue
            if number in seen:
                _leave_out(rows, number, findings, ("rows_apart", "The order's rows are not together.", _TOGETHER))
                continue
            seen.add(number)
            order = self._order(number, rows, findings)
            if order and doubtful:
                sentence = "A row beside this one cannot be read, and may belong to the same order."
                _leave_out(rows, number, findings, ("order_in_doubt", sentence, _WHOLE))
            elif order:
                self.summary.orders += 1
                self.summary.lines += len(order.lines)
                self.summary.totals[order.currency] += order.total
                self._compare(order, findings)
                yield order

    def _groups(self, findings: Findings) -> Iterator[tuple[str, list[Row], bool]]:
        """Rows that follow each other with one order number, and whether an unreadable row lies among them or next to them."""
        place = self._places["order"]
        number = ""
        rows: list[Row] = []
        unread = before = 0  # unreadable rows up to the last row, and up to the last row before this group
        for line, cells in self._table.rows(findings.add):
            so_far = findings.counts[MISSHAPED]
            if rows and cells[place].strip() != number:
                yield number, rows, so_far > before
                rows, before = [], unread
            number, unread = cells[place].strip(), so_far
            rows.append((line, self._cells(cells)))
        if rows:
            yield number, rows, findings.counts[MISSHAPED] > before

    def _cells(self, cells: list[str]) -> Cells:
        places = self._places
        return lambda name: cells[places[name]].strip() if name in places else ""

    def _order(self, number: str, rows: list[Row], findings: Findings) -> ReadOrder | None:
        """The order of these rows, or None when one of them is wrong, which is then told of each."""
        wrong: dict[int, BadCell] = {}
        lines: list[ReadLine] = []
        order: ReadOrder | None = None
        try:
            said = _said_once(rows)
            currency = self._currency(said["currency"])
            for position, (line, cell) in enumerate(rows, 1):
                try:
                    lines.append(self._line(position, line, cell, currency))
                except BadCell as bad:
                    wrong[line] = bad
            if not wrong:
                order = self._whole(words(number), said, currency, tuple(lines))
        except BadCell as bad:
            wrong[rows[0][0]] = bad
        for line, _ in rows if wrong else ():
            told = wrong.get(line)
            sentence, remedy = (str(told), told.remedy) if told else ("Another line of the order cannot be imported.", _WHOLE)
            code = told.code if told else "order_left_out"
            findings.add(Finding(line=line, code=code, document=number[:40], sentence=sentence, remedy=remedy))
        return order

    def _line(self, position: int, line: int, cell: Cells, currency: str) -> ReadLine:
        quantity, each = whole(cell("quantity")), price(cell("unit_price"), currency, self.mapping.decimal_point)
        sku = words(cell("sku"))
        if not sku:
            raise BadCell("no_sku", "The row has no item.", "Fill in the column for sku.")
        if quantity < 1:
            raise BadCell(
                "quantity_below_one", "The quantity is below one.", "Import returns by hand: an order takes what is bought."
            )
        if each.value < 0:
            raise BadCell("price_below_zero", "The price is below zero.", "Give a discount in the column for discount.")
        return ReadLine(
            position=position,
            line=line,
            sku=sku,
            name=words(cell("name")),
            quantity=quantity,
            unit_price=each.value,
            amount=each.times(quantity),
        )

    def _whole(self, number: str, said: dict[str, str], currency: str, lines: tuple[ReadLine, ...]) -> ReadOrder:
        form = self.mapping
        if len(number) > LONGEST_NUMBER:
            raise BadCell("number_too_long", f"The order number has {len(number)} characters.", f"Use {LONGEST_NUMBER} at most.")
        return ReadOrder(
            source=form.source,
            number=number,
            at=moment(said["placed_at"], form.zone, form.time).at,
            currency=currency,
            customer=words(said["customer"]) or None,
            contact=self._contact(said),
            lines=lines,
            shipping=self._money(said["shipping"], currency) or 0,
            discount=self._money(said["discount"], currency) or 0,
            stated_total=self._money(said["total"], currency),
            paid_at=self._moment(said["paid_at"]),
            payment_method=words(said["payment_method"]),
            shipped_at=self._moment(said["shipped_at"]),
            delivered_at=self._moment(said["delivered_at"]),
            carrier=words(said["carrier"]),
            tracking_number=words(said["tracking_number"]),
            note=words(said["note"]),
        )

    def _moment(self, text: str) -> datetime | None:
        return moment(text, self.mapping.zone, self.mapping.time).at if text else None

    def _contact(self, said: dict[str, str]) -> ReadContact:
        texts = {name: words(said[name]) for name in CONTACT}
        country = texts["country"] or self.mapping.country or ""
        code = country_code(country) if country else ""
        if code is None:
            raise BadCell("unknown_country", f"“{country[:40]}” is not a country.", "Write its English name, or its two letters.")
        return ReadContact(**{**texts, "country": code})

    def _money(self, text: str, currency: str) -> int | None:
        if not text:
            return None
        value = decimal(text, self.mapping.decimal_point)
        if value < 0:
            raise BadCell("amount_below_zero", f"{value} is below zero.", "Write amounts without a sign.")
        return round_minor(value.scaleb(exponent(currency)))

    def _currency(self, said: str) -> str:
        code = said or self.mapping.currency
        if not code:
            raise BadCell(
                "no_currency", "Neither file nor mapping says the currency.", "Write currency under [format] of the mapping."
            )
        try:
            exponent(code)
        except Refusal:
            raise BadCell(
                "unknown_currency", f"“{code[:10]}” is not a currency.", "Write its three letters, such as EUR."
            ) from None
        return code

    def _compare(self, order: ReadOrder, findings: Findings) -> None:
        if order.stated_total is not None and order.stated_total != order.total:
            stated, found = plain(order.stated_total, order.currency), plain(order.total, order.currency)
            findings.add(
                Finding(
                    line=order.lines[0].line,
                    code="total_differs",
                    document=order.number,
                    sentence=f"The file states a total of {stated}; lines, shipping and discount make {found}.",
                    remedy="The order goes in with what its lines make; check whether taxes or fees are missing in the file.",
                    imported=True,
                )
            )


def _said_once(rows: list[Row]) -> dict[str, str]:
    """What is said once an order: the first filled cell, with which the others must agree."""
    said: dict[str, str] = {}
    for name in OF_THE_ORDER:
        filled = {value for _, cell in rows if (value := cell(name))}
        if len(filled) > 1:
            raise BadCell(
                "rows_disagree",
                f"The order's rows say different things about {name}.",
                "Make them alike, or leave all but the first empty.",
            )
        said[name] = filled.pop() if filled else ""
    return said


def _leave_out(rows: list[Row], number: str, findings: Findings, told: tuple[str, str, str]) -> None:
    code, sentence, remedy = told
    for line, _ in rows:
        findings.add(Finding(line=line, code=code, document=number[:40], sentence=sentence, remedy=remedy))
