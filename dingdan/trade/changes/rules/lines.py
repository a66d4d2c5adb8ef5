"""How each kind of change of lines and prices works on a draft. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Invalid, Refusal
from dingdan.kernel.money import allocate, bounded, currency_step, round_minor
from dingdan.kernel.quantity import checked_quantity
from dingdan.kernel.text import clean_text, one_of
from dingdan.masterdata.catalog.rules import Sellable
from dingdan.masterdata.pricing.rules import DiscountTooLarge, LineInput, PriceNotUsable, Tax, price_at
from dingdan.trade.aftersales.lifecycle import CancelReason
from dingdan.trade.aftersales.rules import AlreadyShipped, cancellation
from dingdan.trade.changes.rules import wishes
from dingdan.trade.changes.rules.cases import Draft, HasLeft, Work
from dingdan.trade.orders.lifecycle import LineKind
from dingdan.trade.orders.rules import NotPriced, UnknownSku, freight_of, kind_of


class NothingIsLeft(Refusal):
    """No line has anything that could be changed."""

    sentence = _("Nothing of this order is left that could be changed.")
    remedy = _("Everything has left or is canceled: use returns and allowances.")


class NothingOfIt(Refusal):
    """The order has none of the article that could still be changed."""

    sentence = _("Nothing of {sku} on this order could still be changed.")
    remedy = _("Look at what the order says now, and at what has left.")


def set_quantity(work: Work, wish: wishes.SetQuantity, at: str) -> None:
    """So many units in all. Refuses less than has left (`AlreadyShipped`)."""
    draft = work.draft(wish.line_id, at)
    wanted = checked_quantity(wish.quantity, field=f"{at}.quantity")
    assert draft.sold is not None  # noqa: S101 (found by its line)
    line = draft.sold.line
    gone = line.kept - max(0, line.open)
    if wanted < gone:
        raise AlreadyShipped(field=f"{at}.quantity", name=line.name, open=line.open, asked=line.kept - wanted)
    if wanted - gone > draft.quantity:
        _check_sold(draft.variant, at, sku=draft.sold.sku)
    draft.set_quantity(wanted - gone, at)


def _check_sold(variant: Sellable | None, at: str, *, sku: str) -> Sellable | None:
    if sku and (variant is None or not variant.is_sold):
        raise UnknownSku(field=f"{at}.sku", sku=sku)
    return variant


def remove_line(work: Work, wish: wishes.RemoveLine, at: str) -> None:
    """Nothing more of a line."""
    work.open_draft(wish.line_id, at).set_quantity(0, at)


def add_line(work: Work, wish: wishes.AddLine, at: str) -> None:
    """An article besides. Refuses `UnknownSku`, `NotPriced`."""
    variant = _article(work, wish.sku, at)
    quantity = checked_quantity(wish.quantity, field=f"{at}.quantity")
    price = _price(work, variant, quantity, named=wish.unit_price, at=at)
    work.drafts.append(_new(work, variant, price, quantity=quantity, at=at))
    work.drafts[-1].discount = _checked_discount(wish.discount, work.drafts[-1].goods, f"{at}.discount")


def _article(work: Work, sku: str, at: str) -> Sellable:
    variant = _check_sold(work.case.book.variants.get(sku), at, sku=sku or "–")
    assert variant is not None  # noqa: S101 (a SKU was asked for)
    return variant


def _price(work: Work, variant: Sellable, quantity: int, *, named: Decimal | None, at: str) -> Decimal:
    if named is not None:
        return _checked_price(named, at)
    offers = work.case.book.offers.get((work.wanted.channel_id, work.wanted.customer_group, variant.id), ())
    offer = price_at(offers, quantity)
    if offer is None:
        raise NotPriced(field=f"{at}.sku", sku=variant.sku, currency=work.case.currency)
    return offer.unit_price


def _checked_price(price: Decimal, at: str) -> Decimal:
    if price < 0:
        raise PriceNotUsable(field=f"{at}.unit_price")
    return price


def _checked_discount(discount: int, most: int, field: str) -> int:
    if not 0 <= discount <= most:
        raise DiscountTooLarge(field=field, discount=discount, amount=most)
    return discount


def _new(work: Work, variant: Sellable, price: Decimal, *, quantity: int, at: str) -> Draft:
    return Draft(
        kind=kind_of(variant), name=variant.name, variant=variant, unit_price=price, tax=work.tax_of(variant),
        quantity=quantity, has_new_terms=True, at=at,
    )  # fmt: skip


def replace_line(work: Work, wish: wishes.ReplaceLine, at: str) -> None:
    """Another article in place of what has not left of a line."""
    old = work.open_draft(wish.line_id, at)
    variant = _article(work, wish.sku, at)
    quantity = old.quantity if wish.quantity is None else checked_quantity(wish.quantity, field=f"{at}.quantity")
    price = _price(work, variant, quantity, named=wish.unit_price, at=at)
    work.drafts.append(replace(_new(work, variant, price, quantity=quantity, at=at), replaces_id=wish.line_id))
    old.set_quantity(0, at)


def replace_article(work: Work, wish: wishes.ReplaceArticle, at: str) -> None:
    """Another article in place of one. Refuses an order that has none of it (`NothingOfIt`)."""
    for line_id in _lines_with(work, wish.old_sku, at):
        replace_line(work, wishes.ReplaceLine(line_id=line_id, sku=wish.sku, unit_price=wish.unit_price), at)


def remove_article(work: Work, wish: wishes.RemoveArticle, at: str) -> None:
    """Nothing more of an article. Refuses an order that has none of it (`NothingOfIt`)."""
    for line_id in _lines_with(work, wish.sku, at):
        remove_line(work, wishes.RemoveLine(line_id=line_id), at)


def _lines_with(work: Work, sku: str, at: str) -> list[UUID]:
    found = [one.sold.line.id for one in work.drafts if one.sold and one.sold.sku == sku and one.quantity > 0]
    if not found:
        raise NothingOfIt(field=f"{at}.sku", sku=sku[:64])
    return found


def set_price(work: Work, wish: wishes.SetPrice, at: str) -> None:
    """Another unit price for what has not left. The discount stays, and may not exceed the price (`DiscountTooLarge`)."""
    draft = work.open_draft(wish.line_id, at)
    price = _checked_price(wish.unit_price, at)
    work.new_terms({work.place_of(draft): replace(draft.terms, unit_price=price)}, f"{at}.unit_price")


def give_discount(work: Work, wish: wishes.GiveDiscount, at: str) -> None:
    """So much off a line, or off all goods and services in proportion. Refuses what makes a price negative."""
    if (wish.amount is None) == (wish.percent is None):
        raise Invalid(field=f"{at}.amount", reason=_("Name either an amount or a percentage."))
    drafts = [work.open_draft(wish.line_id, at)] if wish.line_id else list(work.sellable)
    if not drafts:
        raise NothingIsLeft(field=at)
    step = currency_step(work.case.currency)
    shares = _shares(wish, [round_minor(draft.unit_price * draft.quantity) - draft.discount for draft in drafts], step, at)
    terms = {
        work.place_of(draft): replace(draft.terms, discount=draft.discount + part)
        for draft, part in zip(drafts, shares, strict=True)
    }
    work.new_terms(terms, f"{at}.amount")


def _shares(wish: wishes.GiveDiscount, left: Sequence[int], step: int, at: str) -> list[int]:
    if wish.amount is not None:
        if wish.amount <= 0:
            raise Invalid(field=f"{at}.amount", reason=_("Name an amount above zero."))
        if wish.amount > sum(left):
            raise DiscountTooLarge(field=f"{at}.amount", discount=wish.amount, amount=sum(left))
        return allocate(wish.amount, left, step=step)
    percent = wish.percent or Decimal(0)
    if not 0 < percent <= 100:
        raise Invalid(field=f"{at}.percent", reason=_("A discount is more than 0 and at most 100 percent."))
    return [min(amount, round_minor(amount * percent / 100, step=step)) for amount in left]


def add_surcharge(work: Work, wish: wishes.AddSurcharge, at: str) -> None:
    """A fee, taxed at the standard rate of where the order goes."""
    name = clean_text(wish.name, f"{at}.name", 200)
    if bounded(wish.amount, field=f"{at}.amount") <= 0:
        raise Invalid(field=f"{at}.amount", reason=_("Name an amount above zero."))
    fee = Draft(
        kind=LineKind.FEE, name=name, variant=None, unit_price=Decimal(wish.amount), tax=work.tax_of(None), quantity=1,
        has_new_terms=True, at=at,
    )  # fmt: skip
    work.drafts.append(fee)


def cancel(work: Work, wish: wishes.Cancel, at: str) -> None:
    """Units of lines, or everything that has not left; shipping and fees go last. Refuses as canceling an order does."""
    work.cancel_reason = one_of(wish.reason, f"{at}.reason", list(CancelReason))
    try:
        what = cancellation(work.case.lines, wish.lines)
    except Refusal as refusal:
        raise type(refusal)(field=f"{at}.{refusal.field}".rstrip("."), **refusal.facts) from None
    for line_id, units in what.units.items():
        draft = work.draft(line_id, at)
        if units > draft.quantity:
            raise AlreadyShipped(field=at, name=draft.name, open=draft.quantity, asked=units)
        draft.set_quantity(draft.quantity - units, at)


def reprice(work: Work, wish: wishes.Reprice, at: str) -> None:
    """What has not left of lines (or of all) at the prices of today. Lines that cost the same today stay as they are."""
    chosen = [work.open_draft(line_id, at) for line_id in wish.line_ids] or [one for one in work.sellable if one.variant]
    if not chosen:
        raise NothingIsLeft(field=at)
    terms = {}
    for draft in chosen:
        if draft.variant is None:
            raise Invalid(field=f"{at}.line_ids", reason=_("Only articles have prices that change by themselves."))
        price = _price(work, draft.variant, draft.quantity, named=None, at=at)
        if price != draft.unit_price:
            terms[work.place_of(draft)] = replace(draft.terms, unit_price=price)
    work.new_terms(terms, at)


# ── where it goes, and how ───────────────────────────────────────────────────────────────────────────────────────────────


def set_shipping(work: Work, wish: wishes.SetShipping, at: str) -> None:
    """Another shipping method in place of the one there is, less what was taken off that one.

    Refuses what does not go there, and when everything has left.
    """
    method = clean_text(wish.method, f"{at}.method", 40)
    if not work.sellable:
        raise NothingIsLeft(field=at)
    wanted = replace(work.wanted, shipping_method=method, shipping_price=wish.price)
    carried = list(work.sellable)
    inputs = [LineInput(str(place), one.quantity, one.unit_price, one.tax, one.discount) for place, one in enumerate(carried)]
    try:
        name, shipping = freight_of(wanted, work.case.book, work.taxes, inputs, [one.variant for one in carried])
    except Refusal as refusal:
        raise type(refusal)(field=f"{at}.method", **refusal.facts) from None
    work.wanted, work.shipping_name = wanted, name
    old = [one for one in work.drafts if one.kind == LineKind.SHIPPING and one.quantity > 0]
    given = sum(draft.discount for draft in old)
    for draft in old:
        draft.set_quantity(0, at)
    if shipping is None or not shipping.charge:
        return
    weights: dict[Tax, int] = {shipping.tax: 1} if shipping.tax else {}
    for draft in carried if not weights else ():
        weights[draft.tax.on_shipping()] = weights.get(draft.tax.on_shipping(), 0) + draft.left
    replaces = next((draft.sold.line.id for draft in old if draft.sold), None)
    step = currency_step(work.case.currency)
    charges: list[int] = allocate(shipping.charge, list(weights.values()), step=step)
    off = allocate(min(given, shipping.charge), charges, step=step)
    for tax, charge, part in zip(weights, charges, off, strict=True):
        if charge:
            new = Draft(
                kind=LineKind.SHIPPING, name=name or "Shipping", variant=None, unit_price=Decimal(charge), tax=tax, quantity=1,
                discount=part, has_new_terms=True, at=at, replaces_id=replaces,
            )  # fmt: skip
            work.drafts.append(new)


def tax_anew(work: Work, at: str) -> None:
    """Let what has not left be taxed by the rates of where it goes now; prices stay."""
    terms = {}
    for place, draft in enumerate(work.drafts):
        tax = work.tax_of(draft.variant)
        if draft.kind == LineKind.SHIPPING:
            goods = next(iter(work.sellable), None)
            tax = work.tax_of(goods.variant).on_shipping() if goods else tax
        if draft.quantity > 0 and (tax.rate, tax.rounding) != (draft.tax.rate, draft.tax.rounding):
            terms[place] = replace(draft.terms, tax=tax)
    work.new_terms(terms, at)


__all__ = [
    "HasLeft",
    "NothingIsLeft",
    "add_line",
    "add_surcharge",
    "cancel",
    "give_discount",
    "remove_line",
    "replace_line",
    "reprice",
    "set_price",
    "set_quantity",
    "set_shipping",
    "tax_anew",
]
