"""What may be canceled, what may come back, and what it is worth. Pure.

Of the units of a line, the canceled ones are counted from its end and the returned ones from its beginning, both along the
same running total. So the shares of all of them add up to the line, whatever was canceled or returned in which order.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Protocol, TypeVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.money import allocate, round_minor
from dingdan.kernel.quantity import checked_quantity
from dingdan.masterdata.pricing.rules import Share, ShareTooLarge, refund_share, share_step
from dingdan.trade.orders.lifecycle import ORDER_LIFE, LineKind

T = TypeVar("T")


class AlreadyCanceled(Refusal):
    """The order was canceled before."""

    sentence = _("This order is canceled already.")
    remedy = _("Nothing is to be done; what was paid for it can be refunded.")


class NothingToCancel(Refusal):
    """Everything has left, or was canceled before."""

    sentence = _("Nothing of this order can be canceled any more.")
    remedy = _("Take back what has left as a return.")


class AlreadyShipped(Refusal):
    """Units were to be canceled that have left."""

    sentence = _("Of {name} only {open} can still be canceled, not {asked}: the rest has left or is canceled.")
    remedy = _("Cancel {open}, and take the rest back as a return.")


class ShippingGoesLast(Refusal):
    """Shipping is not canceled by itself."""

    status = 422
    sentence = _("Shipping is given back when everything else of the order is canceled.")
    remedy = _("Leave the shipping line out, or give an allowance for it.")


class NotReturnable(Refusal):
    """The line is not about goods."""

    status = 422
    sentence = _("{name} is not goods, so nothing of it can come back.")
    remedy = _("Give an allowance for it instead.")


class ReturnAboveShipped(Refusal):
    """More is to come back than is with the customer and not yet on its way."""

    sentence = _("Of {name} only {left} can come back, not {asked}.")
    remedy = _("Return at most what was shipped and neither returned nor authorized to come back.")


class ClaimAboveShipped(Refusal):
    """More is claimed than left and is neither back, on its way back nor claimed before."""

    sentence = _("Of {name} only {left} can be claimed, not {asked}.")
    remedy = _("Claim at most what was shipped and neither returned nor claimed before.")


class NothingToReturn(Refusal):
    status = 422
    sentence = _("No line was named that is to come back.")
    remedy = _("Name at least one line and how much of it comes back.")


class RefundAboveWorth(Refusal):
    """More is to be given back for a line than is left of it."""

    status = 422
    sentence = _("{asked} cannot be given back for {name}: {left} is left of it (in minor units).")
    remedy = _("Give back at most {left}.")


class AgainstTheRules(Refusal):
    """The shop's own rules about returns say no."""

    sentence = _("{name}: {why} (rule {rule})")
    remedy = _("Leave it out, or give a reason why it may come back all the same, with an account that may policies.override.")


class MayNotOverride(Refusal):
    """Going beyond the rules needs a permission of its own."""

    status = 403
    sentence = _("This account may not go beyond the rules about returns.")
    remedy = _("Stay within the rules, or use an account that may policies.override.")


class NotSentAhead(Refusal):
    """The rules do not let goods leave before others are back."""

    sentence = _("The rules do not send goods in exchange for {name} before the first are back.")
    remedy = _("Let the exchange wait for the inspection, or use an account that may policies.override.")


@dataclass(frozen=True, slots=True)
class Part:
    """So many units of an order line."""

    line_id: UUID
    quantity: int


class Counted(Protocol):
    """The goods of an order line: pieces of one variant; a kit has several of these."""

    @property
    def quantity(self) -> int: ...
    @property
    def canceled(self) -> int: ...
    @property
    def issued(self) -> int: ...
    @property
    def returned(self) -> int: ...
    @property
    def per_line_unit(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Given:
    """What was taken off a line's price after it was sold: for returned units (with the fees kept back), and as allowances."""

    units: int | Fraction = 0
    value: int = 0
    fees: int = 0
    allowed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An order line with its goods and with what was given back before. Amounts in minor units."""

    id: UUID
    kind: str
    variant_id: UUID | None
    name: str
    quantity: int
    canceled: int
    discount: int
    tax: int
    total: int
    tax_included: bool
    step: int = 1
    goods: Sequence[Counted] = ()
    given: Given = field(default_factory=Given)

    @property
    def kept(self) -> int:
        """Units that are not canceled."""
        return self.quantity - self.canceled

    @property
    def touched(self) -> int:
        """Units of which at least one piece has left."""
        return max((-(-part.issued // part.per_line_unit) for part in self.goods), default=0)

    @property
    def shipped(self) -> int:
        """Units that have left in whole: of a kit, as many as its least complete component makes."""
        return min((part.issued // part.per_line_unit for part in self.goods), default=0)

    @property
    def with_customer(self) -> int:
        """Units that are with the customer in whole."""
        return min(((part.issued - part.returned) // part.per_line_unit for part in self.goods), default=0)

    @property
    def open(self) -> int:
        """Units that may still be canceled."""
        return self.kept - self.touched

    @property
    def kept_total(self) -> int:
        """What the units that are not canceled cost."""
        return refund_share(self, 0, self.kept).total

    @property
    def left(self) -> int:
        """What can still be given back for it."""
        return max(0, self.kept_total - self.given.allowed - self.given.value)

    @property
    def allowable(self) -> int:
        """What can be given up of its price as a favor: nothing of a gift card, on which that much would still be."""
        return 0 if self.kind == LineKind.GIFT_CARD else self.left

    @property
    def owed(self) -> int:
        """What the customer owes for it in the end; the fees of returns stay owed."""
        return self.left + self.given.fees


# ── canceling ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class CanceledPart:
    """So many units of a line are canceled, and what the customer no longer owes for them."""

    line: Line
    quantity: int
    amount: int


@dataclass(frozen=True, slots=True)
class Cancellation:
    """What is canceled of an order; `whole` when nothing is left of it."""

    parts: tuple[CanceledPart, ...]
    whole: bool

    @property
    def amount(self) -> int:
        """What the customer no longer owes."""
        return sum(part.amount for part in self.parts)

    @property
    def units(self) -> dict[UUID, int]:
        """How many units of which line."""
        return {part.line.id: part.quantity for part in self.parts}


_FOLLOWS = (LineKind.SHIPPING, LineKind.FEE)


def cancellation(lines: Sequence[Line], wanted: Sequence[Part] = ()) -> Cancellation:
    """Work out what is canceled: what is wanted, or everything that has not left.

    When nothing is left of goods and services, shipping and fees are canceled with them; shipping only then.
    """
    asked = _asked(lines, wanted) if wanted else _all_open(lines)
    if not asked:
        raise NothingToCancel
    whole = all(line.canceled + asked.get(line.id, 0) == line.quantity for line in lines if line.kind not in _FOLLOWS)
    if whole:
        asked |= {line.id: line.kept for line in lines if line.kind in _FOLLOWS and line.kept}
    elif any(line.id in asked for line in lines if line.kind == LineKind.SHIPPING):
        raise ShippingGoesLast(field="lines")
    parts = [CanceledPart(line, asked[line.id], canceled_amount(line, asked[line.id])) for line in lines if line.id in asked]
    return Cancellation(tuple(parts), whole)


def cancellation_of(state: str, lines: Sequence[Line], *, wanted: Sequence[Part] = ()) -> Cancellation:
    """What is canceled of an order in a state. Refuses `AlreadyCanceled`, and `NothingToCancel` when it is closed."""
    if state == "canceled":
        raise AlreadyCanceled
    if not ORDER_LIFE.may("cancel", state):
        raise NothingToCancel
    return cancellation(lines, wanted)


def _all_open(lines: Sequence[Line]) -> dict[UUID, int]:
    """All goods that have not left; services too when none has."""
    started = any(line.touched for line in lines)
    return {line.id: line.open for line in lines if line.open > 0 and (line.goods or not started) and line.kind not in _FOLLOWS}


def _asked(lines: Sequence[Line], wanted: Sequence[Part]) -> dict[UUID, int]:
    by_id = {line.id: line for line in lines}
    asked: dict[UUID, int] = {}
    for index, part in enumerate(wanted):
        where = f"lines.{index}"
        line = by_id.get(part.line_id)
        if line is None:
            raise NotFound(field=f"{where}.line_id", what="order line", id=part.line_id)
        asked[line.id] = asked.get(line.id, 0) + checked_quantity(part.quantity, field=f"{where}.quantity")
        if asked[line.id] > line.open:
            raise AlreadyShipped(field=f"{where}.quantity", name=line.name, open=line.open, asked=asked[line.id])
    return asked


def canceled_share(line: Line, quantity: int) -> Share:
    """The share of so many units at the end of what is kept of a line."""
    return refund_share(line, line.kept - quantity, quantity)


def canceled_amount(line: Line, quantity: int) -> int:
    """What the customer no longer owes when so many units are canceled: their share, less what was allowed on them before."""
    after = line.kept_total - canceled_share(line, quantity).total - line.given.allowed - line.given.value
    return line.left - max(0, after)


# ── coming back ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def returnable(line: Line, coming: Mapping[int, int] | None = None) -> int:
    """Units that may still be authorized to come back. `coming` are pieces on their way already, by place in `line.goods`."""
    on_their_way = coming or {}
    return min(
        (
            (part.issued - part.returned - on_their_way.get(place, 0)) // part.per_line_unit
            for place, part in enumerate(line.goods)
        ),
        default=0,
    )


def worth(line: Line, units: int | Fraction) -> int:
    """What so many returned units of a line are worth: their share, less their part of what was allowed; at most what is left.

    A piece of a kit is a part of a unit; the pieces of a unit add up to it.
    """
    until = Fraction(line.given.units + units)
    if until > line.quantity:
        raise ShareTooLarge(field="quantity", asked=units, sold=line.quantity, already=line.given.units)
    step = share_step(line, line.total)
    share = round_minor(line.total * until / line.quantity, step=step) - line.given.value
    if line.kept and line.given.allowed:
        share -= round_minor(line.given.allowed * until / line.kept, step=share_step(line, line.given.allowed))
    return max(0, min(share, line.left))


@dataclass(frozen=True, slots=True)
class Settled:
    """What is given back for returned units, and what of their worth is kept back."""

    refund: int
    fee: int


def settle(line: Line, units: int | Fraction, *, fee: int = 0, amount: int | None = None) -> Settled:
    """What is given back: the worth less a fee, or an amount that somebody decided on. Refuses `RefundAboveWorth`."""
    value = worth(line, units)
    if amount is None:
        amount = value - fee
    if fee < 0 or amount < 0 or amount > line.left:
        raise RefundAboveWorth(field="refunds", name=line.name, asked=amount, left=line.left)
    return Settled(refund=amount, fee=max(value - amount, 0))


def spread(lines: Sequence[Line], amount: int) -> dict[UUID, int]:
    """Split an allowance over lines by what is left of them. The amount is at most what is left in all."""
    left = [line.allowable for line in lines]
    return {
        line.id: part
        for line, part in zip(lines, allocate(amount, left, step=max((line.step for line in lines), default=1)), strict=True)
        if part
    }


# ── batches ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def rounds(items: Iterable[T], key: Callable[[T], Hashable]) -> list[list[T]]:
    """The items in rounds in which every key appears once, in order of arrival: each round sees what the one before wrote."""
    found: list[list[T]] = []
    seen: dict[Hashable, int] = {}
    for item in items:
        number = seen.get(key(item), 0)
        seen[key(item)] = number + 1
        if number == len(found):
            found.append([])
        found[number].append(item)
    return found
