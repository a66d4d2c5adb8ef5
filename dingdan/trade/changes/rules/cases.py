"""What a change is worked out from: an order as it stands, and what the registers say. And the draft that it is worked into."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.money import allocate, round_minor, round_ratio
from dingdan.masterdata.catalog.rules import ProductKind, Sellable
from dingdan.masterdata.methods.rules import MethodTerms
from dingdan.masterdata.pricing.rules import UNTAXED, DiscountTooLarge, LineInput, PricedLine, Tax, price_lines, share_step
from dingdan.trade.aftersales.rules import Line, canceled_share
from dingdan.trade.changes.rules.wishes import AddNote
from dingdan.trade.orders.lifecycle import LineKind
from dingdan.trade.orders.rules import Book, ChannelTerms, Person, PlaceOrder, check_face, taxes_of

SOLD = (LineKind.GOODS, LineKind.SERVICE, LineKind.GIFT_CARD)
_PRICED = (LineKind.GOODS, LineKind.SERVICE)


class LineIsGone(Refusal):
    """Nothing is left of the line."""

    sentence = _("Nothing is left of {name}: it was canceled, or another line took its place.")
    remedy = _("Change the line that took its place, or add a new one.")


class HasLeft(Refusal):
    """Everything of the line is with the carrier or the customer."""

    sentence = _("{name} has left, so it stays as it was sold.")
    remedy = _("Give an allowance, or take it back as a return.")


class AllowedBefore(Refusal):
    """A part of the price was given up before."""

    sentence = _("A part of the price of {name} was given up before, so its price stays.")
    remedy = _("Give another allowance instead.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sold:
    """A line of the order as it stands, with what the row of it says."""

    line: Line
    sku: str
    unit_price: Decimal
    tax: Tax
    seller_id: UUID | None
    variant: Sellable | None
    position: int
    is_replaced: bool = False
    """Whether another line took its place."""
    is_credited: bool = False
    """Whether a credit note names it."""
    is_held: bool = False
    is_charge: bool = False
    """Whether it is what the payment method costs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paying:
    """How an order is to be paid: by which method, what that took off, how many days after its invoice (on account)."""

    method: str
    discount: int = 0
    net_days: int | None = None

    def terms(self, book: Book) -> MethodTerms | None:
        """What the register says about it."""
        return next((one for one in book.methods if one.code == self.method), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An order as it stands, and the registers as of now."""

    order_id: UUID
    state: str
    currency: str
    gross: bool
    channel: ChannelTerms
    wanted: PlaceOrder
    """The order as it would be placed now: channel, customer group, people, shipping method. Its lines say nothing."""
    same_bill_to: bool
    sold: tuple[Sold, ...]
    book: Book
    parcels: tuple[str, ...] = ()
    """The states of its shipments that are not called off."""
    hold_reason: str = ""
    paying: Paying = field(default_factory=lambda: Paying(method=""))
    known_methods: tuple[str, ...] = ()
    """Everything that could be paid by, where the shop wrote no methods down."""

    @property
    def lines(self) -> tuple[Line, ...]:
        """Its lines as after-sales sees them."""
        return tuple(one.line for one in self.sold)


@dataclass(slots=True)
class Draft:
    """What has not left of a line, or a new line, as it shall be. `at` is the change that touched it last."""

    kind: str
    name: str
    variant: Sellable | None
    unit_price: Decimal
    tax: Tax
    quantity: int
    discount: int = 0
    sold: Sold | None = None
    seller_id: UUID | None = None
    replaces_id: UUID | None = None
    has_new_terms: bool = False
    at: str = ""
    is_charge: bool = False
    off: int = 0
    """What of its discount is the payment method's."""
    further: int = 0
    """The discount of units that get a line of their own."""

    @property
    def again(self) -> int:
        """Canceled units of its line that are taken back, where it shall have more of them than there are."""
        sold = self.sold
        if sold is None or self.has_new_terms or sold.is_replaced or sold.is_credited or sold.line.given.allowed:
            return 0
        return max(0, min(self.quantity - max(0, sold.line.open), sold.line.canceled))

    @property
    def goods(self) -> int:
        """Its price before discount and (net) tax."""
        if self.sold and not self.has_new_terms and self.quantity <= self.sold.line.open:
            return canceled_share(self.sold.line, self.quantity).goods if self.quantity else 0
        return round_minor(self.unit_price * self.quantity)

    @property
    def left(self) -> int:
        """What is left of its price after the discount."""
        return self.goods - self.discount

    @property
    def terms(self) -> Terms:
        """At what it is sold."""
        return Terms(self.unit_price, self.discount, self.tax)

    def set_quantity(self, quantity: int, at: str) -> None:
        """Have so many units; of fewer, the discount is less in proportion. More units have no discount of their own."""
        if quantity < self.quantity:
            step = share_step(self.sold.line, self.discount) if self.sold else 1
            self.discount = round_ratio(self.discount * quantity, self.quantity, step=step)
            self.off = round_ratio(self.off * quantity, self.quantity, step=step)
        self.quantity, self.at = quantity, at

    def priced(self, *, gross: bool, currency: str) -> PricedLine:
        """The line as it is priced anew. Raises refusals about prices and discounts, naming the change."""
        if self.kind == LineKind.GIFT_CARD:
            check_face(self.name, self.unit_price, self.discount, field=self.at)
        asked = LineInput("", self.quantity, self.unit_price, self.tax, self.discount)
        try:
            return price_lines([asked], currency=currency, prices_include_tax=gross).lines[0]
        except Refusal as refusal:
            raise type(refusal)(field=self.at, **refusal.facts) from None


def draft_of(sold: Sold) -> Draft:
    """What has not left of a line, unchanged."""
    line, open_ = sold.line, max(0, sold.line.open)
    return Draft(
        kind=line.kind, name=line.name, variant=sold.variant, unit_price=sold.unit_price, tax=sold.tax, quantity=open_,
        discount=canceled_share(line, open_).discount if open_ else 0, sold=sold, seller_id=sold.seller_id,
        is_charge=sold.is_charge,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Terms:
    """At what a line is sold."""

    unit_price: Decimal
    discount: int
    tax: Tax


@dataclass(slots=True)
class Work:
    """A case while its changes are worked in, one after the other."""

    case: Case
    drafts: list[Draft]
    wanted: PlaceOrder
    bill_to: Person | None = None
    ship_to: Person | None = None
    shipping_name: str | None = None
    paying: Paying | None = None
    method_discount: int | None = None
    """What the payment method takes off in all, where that follows the lines."""
    turn: str = ""
    hold_reason: str = ""
    cancel_reason: str = ""
    notes: list[AddNote] = field(default_factory=list)
    held: dict[UUID, bool] = field(default_factory=dict)
    nodes: dict[UUID, UUID] = field(default_factory=dict)
    """From which node what stock answers of a line shall leave."""

    @property
    def taxes(self) -> Mapping[str, Tax]:
        """Tax by class where the order goes."""
        return taxes_of(self.wanted, self.case.book)

    def tax_of(self, variant: Sellable | None) -> Tax:
        """The tax of an article, or of what is none, where the order goes. A gift card is taxed when it is used."""
        if variant is not None and variant.kind == ProductKind.GIFT_CARD:
            return UNTAXED
        return self.taxes.get(variant.tax_class if variant else "standard", UNTAXED)

    def draft(self, line_id: UUID, at: str) -> Draft:
        """What has not left of a line. Refuses `NotFound`, `LineIsGone`."""
        found = next((one for one in self.drafts if one.sold and one.sold.line.id == line_id), None)
        if found is None or found.sold is None:
            raise NotFound(field=f"{at}.line_id", what="order line", id=line_id)
        if not found.sold.line.kept:
            raise LineIsGone(field=f"{at}.line_id", name=found.name)
        return found

    def open_draft(self, line_id: UUID, at: str) -> Draft:
        """The same, of which something has not left. Refuses `HasLeft`."""
        found = self.draft(line_id, at)
        if found.quantity <= 0:
            raise HasLeft(field=f"{at}.line_id", name=found.name)
        return found

    def new_terms(self, terms: Mapping[int, Terms], at: str) -> None:
        """Let drafts, by their place, have other terms than they were sold at: all of them, or (when one is refused) none.

        Refuses `AllowedBefore`, and discounts above the price (`DiscountTooLarge`).
        """
        for place, new in terms.items():
            draft = self.drafts[place]
            if draft.sold and draft.sold.line.given.allowed:
                raise AllowedBefore(field=at, name=draft.name)
            goods = round_minor(new.unit_price * draft.quantity)
            if not 0 <= new.discount <= goods:
                raise DiscountTooLarge(field=at, discount=new.discount, amount=goods)
        for place, new in terms.items():
            draft = self.drafts[place]
            draft.unit_price, draft.discount, draft.tax = new.unit_price, new.discount, new.tax
            draft.has_new_terms, draft.at = True, at

    @property
    def sellable(self) -> Sequence[Draft]:
        """The goods and services that have not left."""
        return [draft for draft in self.drafts if draft.kind in _PRICED and draft.quantity > 0]

    def place_of(self, draft: Draft) -> int:
        """Where a draft stands among all."""
        return next(place for place, one in enumerate(self.drafts) if one is draft)


def begin(case: Case) -> Work:
    """A case as it stands, before any change."""
    drafts, parts = [draft_of(sold) for sold in case.sold], method_parts(case)
    for draft in drafts:
        if draft.sold and draft.sold.line.kept:
            draft.off = round_ratio(parts.get(draft.sold.line.id, 0) * draft.quantity, draft.sold.line.kept)
    return Work(case, drafts, replace(case.wanted))


def method_parts(case: Case) -> Mapping[UUID, int]:
    """What the payment method took off each of the goods and services, as it was spread: by what was left of their prices."""
    if not case.paying.discount:
        return {}
    shares = {line.id: canceled_share(line, line.kept) for line in case.lines if line.kind in _PRICED and line.kept}
    most = [share.discount for share in shares.values()]
    parts = allocate(min(case.paying.discount, sum(most)), [share.goods - share.discount for share in shares.values()])
    parts = [min(part, there) for part, there in zip(parts, most, strict=True)]
    spare = [there - part for part, there in zip(parts, most, strict=True)]
    more = allocate(min(case.paying.discount, sum(most)) - sum(parts), spare)
    return {id_: part + extra for id_, part, extra in zip(shares, parts, more, strict=True)}
