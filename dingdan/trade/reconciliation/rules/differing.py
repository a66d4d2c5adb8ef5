"""When two findings are the same. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from dingdan.kernel.text import clean_text, one_of
from dingdan.trade.reconciliation.lifecycle import DiscrepancyKind


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscrepancyFound:
    """How money outside differs from the books; amounts in minor units.

    `source` is the code of the gateway or carrier, or `bank`; `reference` what it calls the thing. With `kind` they say whether
    it is the same as one found before. `amount` is what the source says, `expected` what the books say; None where one of them
    knows nothing.
    """

    kind: str
    source: str
    reference: str
    payment_reference: str = ""
    currency: str = ""
    amount: int | None = None
    expected: int | None = None
    payment_id: UUID | None = None
    attempt_id: UUID | None = None
    line_id: UUID | None = None


class Compared(Protocol):
    """What says of money that it differs: a finding, or a row of the queue."""

    @property
    def kind(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def reference(self) -> str: ...
    @property
    def currency(self) -> str: ...
    @property
    def amount(self) -> int | None: ...
    @property
    def expected(self) -> int | None: ...


Key = tuple[str, str, str]


def key_of(one: Compared) -> Key:
    """What makes two findings one row of the queue."""
    return one.source, one.kind, one.reference


def is_the_same(one: Compared, other: Compared) -> bool:
    """Whether both say the same of the same thing; then people need not be asked again about what they let be."""
    return key_of(one) == key_of(other) and (one.currency, one.amount, one.expected) == (
        other.currency,
        other.amount,
        other.expected,
    )


def check_found(found: DiscrepancyFound) -> None:
    """Refuses a kind that is not known, and texts that cannot be stored."""
    one_of(found.kind, "kind", DiscrepancyKind)
    clean_text(found.source, "source", 32)
    clean_text(found.reference, "reference", 200)
    clean_text(found.payment_reference, "payment_reference", 200, required=False)
