"""What an invoice or a credit note says, down to the minor unit. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Invalid, Refusal
from dingdan.kernel.money import Money, bounded, exponent, round_minor, round_ratio
from dingdan.kernel.quantity import checked_quantity
from dingdan.kernel.text import clean_text, one_of
from dingdan.ledgers.payments.rules import Parts
from dingdan.masterdata.pricing.rules import Share, refund_share
from dingdan.trade.aftersales.rules import Line
from dingdan.trade.orders.lifecycle import LineKind

_SOLD = (LineKind.GOODS, LineKind.SERVICE)
_LISTED = (*_SOLD, LineKind.GIFT_CARD)


class NothingToInvoice(Refusal):
    """Nothing has left that was not invoiced before."""

    sentence = _("Nothing of this order has left that is not invoiced yet.")
    remedy = _("Ship it first. An order with nothing to ship can be invoiced by itself.")


class NothingToCredit(Refusal):
    """There is nothing that a credit note would say."""

    sentence = _("There is nothing to credit here.")
    remedy = _(
        "Credit a return that gives something back, an allowance, what was canceled after its invoice, or amounts of lines."
    )


class NotInvoiced(Refusal):
    """More is to be credited for a line than was invoiced and not credited."""

    sentence = _("{asked} cannot be credited for {name}: {left} of what was invoiced for it is left.")
    remedy = _("Issue the invoice first, and credit at most {left}.")


@dataclass(frozen=True, slots=True)
class Billed:
    """What was invoiced (or credited) of an order line before."""

    units: int = 0
    total: int = 0
    tax: int = 0
    discount: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperLine:
    """A line as it will stand on an invoice or credit note. `quantity` 0: an amount of its own."""

    order_line_id: UUID | None
    kind: str
    sku: str
    name: str
    quantity: int
    unit_price: Decimal
    tax_rate: Decimal
    tax_name: str
    share: Share


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums of an invoice or credit note; its goods are those, services and gift cards, its discount is theirs."""

    goods: int
    discount: int
    shipping: int
    fees: int
    tax: int
    total: int


def totals(lines: Sequence[PaperLine]) -> Totals:
    """Add the lines up."""
    sold = [line.share for line in lines if line.kind in _LISTED]
    return Totals(
        goods=sum(share.goods for share in sold),
        discount=sum(share.discount for share in sold),
        shipping=sum(line.share.goods - line.share.discount for line in lines if line.kind == LineKind.SHIPPING),
        fees=sum(line.share.goods - line.share.discount for line in lines if line.kind == LineKind.FEE),
        tax=sum(line.share.tax for line in lines),
        total=sum(line.share.total for line in lines),
    )


def parts(lines: Sequence[PaperLine], *, tax_included: bool) -> Parts:
    """What the books are told: everything without tax, the tax beside it."""
    sold = [line.share for line in lines if line.kind in _SOLD]
    discount = sum(_net_discount(share, tax_included=tax_included) for share in sold)
    return Parts(
        goods=sum(share.tax_base for share in sold) + discount,
        shipping=sum(line.share.tax_base for line in lines if line.kind == LineKind.SHIPPING),
        fees=sum(line.share.tax_base for line in lines if line.kind == LineKind.FEE),
        tax=sum(line.share.tax for line in lines),
        discount=discount,
        gift_cards=sum(line.share.total for line in lines if line.kind == LineKind.GIFT_CARD),
    )


def _net_discount(share: Share, *, tax_included: bool) -> int:
    if not tax_included or not share.total:
        return share.discount
    return round_ratio(share.discount * share.tax_base, share.total)


def to_invoice(lines: Iterable[Line], invoiced: Mapping[UUID, Billed]) -> dict[UUID, int]:
    """Units to invoice by order line: goods that have left in whole; services, fees and shipping along with the first goods.

    When no goods are to leave any more, the rest is invoiced by itself; gift cards wait for no goods.
    """
    every = list(lines)
    before = {line.id: invoiced.get(line.id, Billed()).units for line in every}
    goods = {line.id: line.shipped - before[line.id] for line in every if line.goods and line.shipped > before[line.id]}
    waiting = any(line.shipped < line.kept for line in every if line.goods)
    rest = {line.id: line.kept - before[line.id] for line in every if not line.goods and line.kept > before[line.id]}
    if waiting and not goods:
        return {line.id: rest[line.id] for line in every if line.kind == LineKind.GIFT_CARD and line.id in rest}
    return goods | rest


def invoice_share(line: Line, before: Billed, units: int) -> Share:
    """The part of a line's price that so many more units are."""
    return refund_share(line, before.units, units)


def canceled_since(lines: Iterable[Line], invoiced: Mapping[UUID, Billed]) -> dict[UUID, int]:
    """Units by order line that were invoiced and canceled afterwards."""
    excess = {line.id: invoiced.get(line.id, Billed()).units - line.kept for line in lines}
    return {line_id: units for line_id, units in excess.items() if units > 0}


def canceled_total(line: Line, invoiced: Billed) -> int:
    """What those units of a line were invoiced at."""
    return refund_share(line, line.kept, invoiced.units - line.kept).total


def credit_share(line: Line, invoiced: Billed, credited: Billed, *, amount: int, currency: str) -> Share:
    """The share of an amount in what was invoiced for a line. Tax and discount run along what is credited in all, so that the
    shares of a line that is credited in full are what was invoiced. Refuses `NotInvoiced`."""
    until = credited.total + amount
    if amount < 0 or until > invoiced.total:
        left = Money(invoiced.total - credited.total, currency)
        raise NotInvoiced(field="lines", name=line.name, asked=Money(amount, currency), left=left)
    whole = invoiced.total or 1
    tax = min(max(round_ratio(invoiced.tax * until, whole) - credited.tax, 0), amount)
    discount = max(round_ratio(invoiced.discount * until, whole) - credited.discount, 0)
    base = amount - tax
    return Share(
        goods=(amount if line.tax_included else base) + discount, discount=discount, tax_base=base, tax=tax, total=amount
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditItem:
    """A line of a credit note without an order. `amount` (minor units) contains tax where prices do; else price × quantity."""

    name: str
    sku: str = ""
    kind: str = LineKind.GOODS
    quantity: int = 1
    unit_price: Decimal = Decimal(0)
    amount: int | None = None
    tax_rate: Decimal = Decimal(0)
    tax_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standalone:
    """A credit note without an order: brought over, or for a sale before these books began. We owe it to the customer."""

    currency: str
    items: tuple[CreditItem, ...]
    customer_id: UUID | None = None
    prices_include_tax: bool = True
    language: str = "en"
    time_zone: str = "UTC"


def standalone_lines(told: Standalone) -> list[PaperLine]:
    """The lines of a credit note without an order. Refuses amounts and words that cannot be, and `NothingToCredit`."""
    exponent(told.currency)
    lines = [_standalone_line(one, told, f"standalone.items.{index}") for index, one in enumerate(told.items)]
    if not sum(line.share.total for line in lines):
        raise NothingToCredit(field="standalone.items")
    return lines


def _standalone_line(one: CreditItem, told: Standalone, where: str) -> PaperLine:
    checked_quantity(one.quantity, field=f"{where}.quantity")
    amount = round_minor(one.unit_price * one.quantity) if one.amount is None else one.amount
    if bounded(amount, field=f"{where}.amount") < 0 or not 0 <= one.tax_rate <= 1:
        raise Invalid(field=f"{where}.amount", reason=_("Amounts and tax rates of a credit note are not below zero."))
    return PaperLine(
        order_line_id=None, kind=one_of(one.kind, f"{where}.kind", [kind for kind in LineKind if kind != LineKind.GIFT_CARD]),
        sku=clean_text(one.sku, f"{where}.sku", 64, required=False), name=clean_text(one.name, f"{where}.name", 300),
        quantity=one.quantity, unit_price=one.unit_price, tax_rate=one.tax_rate,
        tax_name=clean_text(one.tax_name, f"{where}.tax_name", 60, required=False),
        share=standalone_share(amount, one.tax_rate, tax_included=told.prices_include_tax),
    )  # fmt: skip


def standalone_share(amount: int, rate: Decimal, *, tax_included: bool) -> Share:
    """The share of an amount that no order knows: with tax contained in it, or added to it."""
    exact = Fraction(rate)
    tax = round_minor(amount * (exact / (1 + exact) if tax_included else exact))
    base = amount - tax if tax_included else amount
    return Share(goods=amount, discount=0, tax_base=base, tax=tax, total=base + tax)
