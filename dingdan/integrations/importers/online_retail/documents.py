"""What an Online Retail file says, as documents: plain facts in the order of time, ready to be told to the shop's commands.

``amount`` of a document is in pence and signed as the file signs it, so that the amounts of all documents and of what was left
out add up to the file. Quantities and amounts *inside* a document are positive where its name already says the direction (what is
canceled, returned, credited); a stock adjustment's quantities carry their sign.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, Final, NamedTuple

from dingdan.integrations.importers.online_retail.codes import Kind

SOURCE: Final = "online-retail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One thing that happened: the number that the file gives it, and when.

    ``key`` is the same in every run over the same file, and no other document has it.
    """

    PART: ClassVar[str] = ""

    number: str
    at: datetime

    @property
    def amount(self) -> int:
        """Pence that the document adds to the file's total."""
        return 0

    @property
    def key(self) -> str:
        """A stable idempotency key: ``online-retail:536365`` for a sale, with order and word behind it for what is not one."""
        return ":".join(part for part in (SOURCE, self.number, self._about, self.PART) if part)

    @property
    def _about(self) -> str:
        return ""


class SaleLine(NamedTuple):
    """One line of a sale. ``position`` counts from 1; ``unit_price`` in pounds, ``amount`` in pence; ``line`` is the file's.

    A tuple, for there are half a million of them.
    """

    position: int
    line: int
    kind: Kind
    sku: str
    description: str
    quantity: int
    unit_price: Decimal
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale(Document):
    """A sale invoice: an order placed and paid at ``at``. ``customer`` is None for a guest, ``country`` where none is named."""

    customer: str | None
    country: str | None
    country_name: str
    lines: tuple[SaleLine, ...]

    @property
    def amount(self) -> int:
        return sum(line.amount for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoneLine:
    """Units of one line of an order that go back: ``position`` is the sale line's.

    ``unit_price`` (pounds) is what the credit invoice gives for one; ``amount`` (pence) is what goes back for these units, never
    more than ``paid`` (pence), their part of the sale line's amount.
    """

    position: int
    line: int
    kind: Kind
    sku: str
    description: str
    quantity: int
    unit_price: Decimal
    amount: int
    paid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoing(Document):
    """Lines of one order that a credit invoice takes back."""

    order: str
    customer: str
    lines: tuple[UndoneLine, ...]

    @property
    def amount(self) -> int:
        return -sum(line.amount for line in self.lines)

    @property
    def _about(self) -> str:
        return self.order


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancellation(Undoing):
    """Goods taken back on the day of the order, before they leave, at its own prices.

    ``whole``: this alone takes all of the order, its services too.
    """

    PART: ClassVar[str] = "cancellation"

    whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Return(Undoing):
    """Goods that come back after they left, and go back to stock; ``amount`` is refunded."""

    PART: ClassVar[str] = "return"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch(Document):
    """The close of a sale's day: what was not canceled of it is invoiced, and its goods (if it has any) leave the house."""

    PART: ClassVar[str] = "dispatch"

    goods: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditLine:
    """Money given back: ``quantity`` × ``unit_price`` (pounds) = ``amount`` (pence); ``position`` of a sale's line, or 0."""

    line: int
    kind: Kind
    sku: str
    description: str
    quantity: int
    unit_price: Decimal
    amount: int
    position: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditNote(Document):
    """Money given back without goods. ``order`` where it undoes a service (postage, say) of one, None where none is known.

    Where goods came back without a known order, a stock adjustment of the same number goes with it.
    """

    PART: ClassVar[str] = "credit"

    order: str | None
    customer: str | None
    country: str | None
    lines: tuple[CreditLine, ...]

    @property
    def amount(self) -> int:
        return -sum(line.amount for line in self.lines)

    @property
    def _about(self) -> str:
        return self.order or ""


class Reason(StrEnum):
    """Why stock changed without a sale."""

    CORRECTION_IN = "correction_in"
    CORRECTION_OUT = "correction_out"
    RETURN_WITHOUT_ORDER = "return_without_order"


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustmentLine:
    """Units found (+) or gone (−); ``note`` is what somebody typed beside it, mostly nothing."""

    line: int
    sku: str
    note: str
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StockAdjustment(Document):
    """Stock that changed without a sale; all its quantities have one sign."""

    reason: Reason
    lines: tuple[AdjustmentLine, ...]

    @property
    def _about(self) -> str:
        return str(self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpenseLine:
    """A cost in pence (negative where it was given back)."""

    line: int
    kind: Kind
    sku: str
    description: str
    cost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Expense(Document):
    """Costs of the shop itself that were typed in as invoices: fees and samples."""

    PART: ClassVar[str] = "expense"

    customer: str | None
    lines: tuple[ExpenseLine, ...]

    @property
    def amount(self) -> int:
        return -sum(line.cost for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class BadDebt(Document):
    """An adjustment of bad debt, signed as in the file."""

    PART: ClassVar[str] = "bad_debt"

    description: str
    pence: int

    @property
    def amount(self) -> int:
        return self.pence


class Stage(StrEnum):
    """What the documents of a chunk are, in the order in which a day is told."""

    SALES = "sales"
    CANCELLATIONS = "cancellations"
    DISPATCHES = "dispatches"
    LOSSES = "losses"
    RETURNS = "returns"
    FINDS = "finds"
    CREDIT_NOTES = "credit_notes"
    EXPENSES = "expenses"
    BAD_DEBTS = "bad_debts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Documents of one kind and one day that may go into one batch, in order. ``line``: how far into the file the day reaches."""

    stage: Stage
    day: date
    line: int
    documents: tuple[Document, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningLine:
    """Units of one item that must be there before the first line of the file."""

    sku: str
    name: str
    quantity: int

    @property
    def key(self) -> str:
        """A stable key that names the quantity: a longer file needs a larger opening, which is then a receipt of its own."""
        return f"{SOURCE}:opening:{self.sku}:{self.quantity}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """The least receipt, booked at ``at``, after which no balance goes below zero."""

    at: datetime
    lines: tuple[OpeningLine, ...]

    @property
    def units(self) -> int:
        return sum(line.quantity for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """An item to be known before the first document: ``unit_price`` in pounds, the one most often asked."""

    sku: str
    name: str
    kind: Kind
    unit_price: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A customer to be known before the first document; ``country`` of the first invoice, None where the file names none."""

    code: str
    country: str | None
