"""An Online Retail file as a whole: what must be there before it, and then its documents.

The file is read three times and never held: for what is credited in it, for who and what it needs, and for its documents.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from dingdan.integrations.importers.findings import Findings, UnreadableFile
from dingdan.integrations.importers.online_retail.codes import kind_of
from dingdan.integrations.importers.online_retail.documents import Chunk, Customer, Opening, OpeningLine, Product
from dingdan.integrations.importers.online_retail.places import place
from dingdan.integrations.importers.online_retail.planning import Planner
from dingdan.integrations.importers.online_retail.purchases import Pair
from dingdan.integrations.importers.online_retail.reading import InvoiceLine, OnlineRetailFile, unheard
from dingdan.integrations.importers.online_retail.stock import least_opening
from dingdan.integrations.importers.online_retail.summary import Summary


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """Who and what must be there before the first document; how many ``lines`` can be read, and their sum in pence."""

    lines: int
    amount: int
    products: tuple[Product, ...]
    customers: tuple[Customer, ...]
    opening: Opening


class OnlineRetail:
    """One file, up to and including the day ``until``. Raises UnreadableFile; all else that is wrong becomes a finding."""

    def __init__(self, path: Path, *, until: date | None = None) -> None:
        self._file = OnlineRetailFile(path)
        self._until = until
        self.summary = Summary()

    @cached_property
    def _credited(self) -> frozenset[Pair]:
        return self._file.credited()

    @cached_property
    def survey(self) -> Survey:
        """Reads the file twice, writes nothing."""
        noted = _Noted()
        lines = noted.passing(self._file.lines(unheard, self._until))
        needed = least_opening(Planner(self._credited, unheard).chunks(lines))
        return noted.survey(needed)

    def chunks(self, findings: Findings, *, batch: int = 100) -> Iterator[Chunk]:
        """Reads the file for its documents. ``summary`` counts along; ``findings`` hears of every line that stays out."""
        planner = Planner(self._credited, findings.add, batch=batch)
        self.summary = planner.summary
        yield from planner.chunks(self._file.lines(findings.add, self._until))


class _Noted:
    """Takes notes of lines as they pass."""

    def __init__(self) -> None:
        self._lines = self._amount = 0
        self._first: datetime | None = None
        self._skus: dict[str, None] = {}
        self._sold: Counter[tuple[str, str, Decimal]] = Counter()
        self._customers: dict[str, str] = {}

    def passing(self, lines: Iterable[InvoiceLine]) -> Iterator[InvoiceLine]:
        skus, sold, customers = self._skus, self._sold, self._customers
        for line in lines:
            self._first = self._first or line.at
            self._lines += 1
            skus[line.sku] = None
            if line.amount:
                self._amount += line.amount
                sold[line.sku, line.description, line.price] += 1
            if line.customer is not None and line.customer not in customers:
                customers[line.customer] = line.country
            yield line

    def survey(self, needed: dict[str, int]) -> Survey:
        if self._first is None:
            raise UnreadableFile("Not one line of the file can be read.", "The documentation says which columns it needs.")
        products = _products(self._skus, self._sold)
        names = {product.sku: product.name for product in products}
        opening = tuple(OpeningLine(sku=sku, name=names[sku], quantity=units) for sku, units in needed.items())
        return Survey(
            lines=self._lines,
            amount=self._amount,
            products=products,
            customers=tuple(Customer(code=code, country=place(country)) for code, country in self._customers.items()),
            opening=Opening(at=self._first - timedelta(minutes=1), lines=opening),
        )


def _products(skus: dict[str, None], sold: Counter[tuple[str, str, Decimal]]) -> tuple[Product, ...]:
    """Every item under the description and at the price that it is sold with most often; first come wins among equals."""
    names: Counter[tuple[str, str]] = Counter()
    prices: Counter[tuple[str, Decimal]] = Counter()
    for (sku, text, each), times in sold.items():
        names[sku, text] += times
        prices[sku, each] += times
    name: dict[str, str] = {}
    for (sku, text), _ in names.most_common():
        if text:
            name.setdefault(sku, text)
    price: dict[str, Decimal] = {}
    for (sku, each), _ in prices.most_common():
        price.setdefault(sku, each)
    return tuple(
        Product(sku=sku, name=name.get(sku, sku), kind=kind_of(sku), unit_price=price.get(sku, Decimal(0))) for sku in skus
    )
