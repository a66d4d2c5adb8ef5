"""PennyPay keeps methods and answers disputes, in memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from dingdan.kernel.errors import Refusal
from dingdan.ledgers.payments import ports
from dingdan.ledgers.payments.ports import Evidence, SavedMethod
from tests.automation.penny import PennyPay


class PennyIsSilent(Refusal):
    """It does not answer."""

    status = 503
    sentence = "PennyPay did not answer."
    remedy = "Try again in a minute."


@dataclass
class Keeping:
    """What customers left, what was sent about disputes, and which of them were given up. `silent`: it answers nothing."""

    kept: dict[UUID, list[SavedMethod]] = field(default_factory=dict)
    sent: dict[str, Evidence] = field(default_factory=dict)
    accepted: list[str] = field(default_factory=list)
    silent: bool = False
    gateway: PennyPay = field(default_factory=PennyPay)
    """The same firm where it takes money."""

    def leave(self, customer_id: UUID, method_id: str = "pm_1", means: str = "visa 4242") -> None:
        """A customer leaves a card that ends in December 2034."""
        self.kept.setdefault(customer_id, []).append(SavedMethod(id=method_id, means=means, expires_on=date(2035, 1, 1)))

    def saved(self, account_id: UUID, customer_id: UUID) -> list[SavedMethod]:
        """What a customer left."""
        self._speak()
        return list(self.kept.get(customer_id, []))

    def forget(self, account_id: UUID, customer_id: UUID, method_id: str) -> bool:
        """Keep it no longer."""
        self._speak()
        before = self.kept.get(customer_id, [])
        self.kept[customer_id] = [one for one in before if one.id != method_id]
        return len(self.kept[customer_id]) < len(before)

    def answer(self, account_id: UUID, evidence: Evidence) -> None:
        """Take what speaks for the shop."""
        self._speak()
        self.sent[evidence.key] = evidence

    def accept(self, account_id: UUID, reference: str, *, key: str) -> None:
        """The shop gives in."""
        self._speak()
        self.accepted.append(reference)

    def _speak(self) -> None:
        if self.silent:
            raise PennyIsSilent


@contextmanager
def keeping() -> Iterator[Keeping]:
    """Inside, PennyPay keeps methods and is told about disputes."""
    penny = Keeping()
    ports.saving["pennypay"] = penny  # type: ignore[assignment]
    ports.disputing["pennypay"] = penny
    try:
        yield penny
    finally:
        del ports.saving["pennypay"], ports.disputing["pennypay"]
