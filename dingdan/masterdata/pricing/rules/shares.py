"""What a part of a sold line is worth when it comes back. However a line is cut, its shares add up to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Refusal
from dingdan.kernel.money import round_ratio


class SoldLine(Protocol):
    """A line as it was sold, in minor units: a :class:`PricedLine`, or the row that an order keeps of it."""

    @property
    def quantity(self) -> int: ...
    @property
    def discount(self) -> int: ...
    @property
    def tax(self) -> int: ...
    @property
    def total(self) -> int: ...
    @property
    def tax_included(self) -> bool: ...
    @property
    def step(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a sold line in minor units, never below zero: ``total = tax_base + tax``, as on the line itself."""

    goods: int
    discount: int
    tax_base: int
    tax: int
    total: int


class ShareTooLarge(Refusal):
    """More comes back than was sold."""

    sentence = _("{asked} cannot come back: of {sold}, {already} came back before.")
    remedy = _("Give at most what is left.")


def refund_share(line: SoldLine, quantity_already: int, quantity_now: int) -> Share:
    """What ``quantity_now`` of a line is worth when ``quantity_already`` of it was given back (or canceled) before.

    Each share is the difference of two running totals, so that the shares of a whole line add up to the line, in every component,
    however it is cut. Refuses (:class:`ShareTooLarge`) more than the line has.
    """
    until = quantity_already + quantity_now
    if quantity_already < 0 or quantity_now < 0 or until > line.quantity:
        raise ShareTooLarge(field="quantity", asked=quantity_now, sold=line.quantity, already=quantity_already)
    if quantity_now == line.quantity:  # what is asked most: the whole line is what the line says
        return _between(line, (0, 0), (line.total, line.discount))
    return _between(
        line,
        (_running(line, line.total, quantity_already), _running(line, line.discount, quantity_already)),
        (_running(line, line.total, until), _running(line, line.discount, until)),
    )


def _running(line: SoldLine, amount: int, units: int) -> int:
    return round_ratio(amount * units, line.quantity, step=share_step(line, amount))


def share_step(line: SoldLine, amount: int) -> int:
    """What parts of a line's amount are rounded to: what it was sold in, unless somebody typed a price that is no multiple."""
    return 1 if amount % line.step else line.step


def amount_share(line: SoldLine, amount_already: int, amount_now: int) -> Share:
    """The same for an amount of money instead of a quantity: a part of the shipping, or of the price as a goodwill.

    ``amount_now`` becomes the share's total. Refuses (:class:`ShareTooLarge`) more than the line's total.
    """
    until = amount_already + amount_now
    if amount_already < 0 or amount_now < 0 or until > line.total:
        raise ShareTooLarge(field="amount", asked=amount_now, sold=line.total, already=amount_already)
    whole = line.total or 1
    return _between(
        line,
        (amount_already, round_ratio(line.discount * amount_already, whole)),
        (until, round_ratio(line.discount * until, whole)),
    )


def _between(line: SoldLine, before: tuple[int, int], after: tuple[int, int]) -> Share:
    """The share between two running (total, discount). The tax runs with the total, so no component ever goes back."""
    whole = line.total or 1
    total = after[0] - before[0]
    discount = after[1] - before[1]
    tax = line.tax if total == whole else round_ratio(line.tax * after[0], whole) - round_ratio(line.tax * before[0], whole)
    base = total - tax
    return Share(goods=(total if line.tax_included else base) + discount, discount=discount, tax_base=base, tax=tax, total=total)
