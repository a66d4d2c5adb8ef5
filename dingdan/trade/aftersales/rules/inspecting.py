"""What somebody says of goods that came back: where pieces go, of which grade they are, what is given back. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Refusal

MOST_FILES: Final = 20
"""On one return, and on one claim."""


class NotSorted(Refusal):
    """The verdicts on some pieces do not add up to what arrived."""

    status = 422
    sentence = _("{received} pieces arrived, but {sorted} were told where to go.")
    remedy = _("Say of every piece that arrived where it goes, or of which grade it is.")


class AnotherReceived(Refusal):
    """A piece by name was taken in before, and now another one is named in its place."""

    sentence = _("Pieces with other numbers were taken in before. This one is not among them.")
    remedy = _("Look at the number once more. If it is right, correct which one lies here on the page of its stock.")


def drawn_home(said: Mapping[UUID | None, int], here: Mapping[UUID | None, int], *, left: int) -> dict[UUID | None, int]:
    """Which of the examined pieces, by lot, come home now, if `left` of them were not received before and these lie here.

    What has a name and lies here was received; what has a name and does not, comes now. Refuses `AnotherReceived`.
    """
    found: dict[UUID | None, int] = {}
    for lot_id, quantity in sorted(said.items(), key=lambda one: one[0] is None):
        new = quantity - min(quantity, here.get(lot_id, 0)) if lot_id else left
        if new > left:
            raise AnotherReceived
        if new > 0:
            found[lot_id] = new
            left -= new
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Where pieces of a return go: on sale again, to the damaged goods, or to scrap."""

    piece_id: UUID
    restock: int = 0
    damaged: int = 0
    scrap: int = 0

    @property
    def pieces(self) -> int:
        """How many it is about."""
        return self.restock + self.damaged + self.scrap


@dataclass(frozen=True, slots=True, kw_only=True)
class GradedPieces:
    """So many pieces of a return are of a grade of the shop's list."""

    piece_id: UUID
    grade: str
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRefund:
    """What is given back for a return line (minor units): its worth less a fee, or an amount that somebody decided on."""

    return_line_id: UUID
    fee: int = 0
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class LineAmount:
    """So much (minor units) of an order line's price."""

    line_id: UUID
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """So many pieces of a return were found to be of a grade."""

    piece_id: UUID
    code: str
    grade_id: UUID | None
    goes_to: str
    given_back: Decimal
    quantity: int


@dataclass(frozen=True, slots=True)
class LineOutcome:
    """What a return line came to."""

    id: UUID
    accepted: int = 0
    refund: int = 0
    fee: int = 0
    wear: int = 0
    restocking: int = 0
    shipping: int = 0
