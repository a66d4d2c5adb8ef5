"""How another payment method, and money that came after all, work on a draft. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Invalid, Refusal
from dingdan.kernel.money import allocate, currency_step
from dingdan.kernel.text import clean_text
from dingdan.masterdata.methods.rules import MethodTerms, PaymentMethodNotAvailable, check_offered
from dingdan.masterdata.pricing.rules import UNTAXED
from dingdan.trade.changes.rules import wishes
from dingdan.trade.changes.rules.cases import Draft, Paying, Work
from dingdan.trade.orders.lifecycle import LineKind
from dingdan.trade.orders.rules import sale_of


class NothingToRevive(Refusal):
    """Nothing of the order could be had again."""

    sentence = _("Nothing of this order can be had again: its lines were replaced or credited.")
    remedy = _("Place a new order, and put the money to it.")


def set_payment(work: Work, wish: wishes.SetPayment, at: str) -> None:
    """Another payment method: its surcharge or discount takes the place of the one before, on what has not left.

    Refuses methods that there are not, and those that the shop does not offer for such an order.
    """
    code = clean_text(wish.method, f"{at}.method", 40)
    _forget_charges(work, at)
    back = [draft.off for draft in work.sellable]
    amount = sum(draft.left for draft in work.drafts if draft.quantity > 0) + sum(back)
    method = _method(work, code, amount, f"{at}.method")
    charge = method.charge(amount, work.case.currency) if method else 0
    given = _set_discounts(work, back, -charge if charge < 0 else 0, at)
    if method and charge > 0:
        add_charge(work, method, charge, at)
    days = method.days(work.wanted.customer_group) if method else None
    work.wanted = replace(work.wanted, payment_method=code)
    work.paying = Paying(method=code, discount=given, net_days=days)


def _method(work: Work, code: str, amount: int, field: str) -> MethodTerms | None:
    book, known = work.case.book, work.case.known_methods
    if not book.methods and code not in known:
        raise PaymentMethodNotAvailable(field=field, method=code, choices=", ".join(known))
    return check_offered(book.methods, code, sale_of(work.wanted, work.case.channel, amount), field=field)


def _forget_charges(work: Work, at: str) -> None:
    for draft in work.drafts:
        if draft.is_charge and draft.quantity > 0:
            draft.set_quantity(0, at)


def _set_discounts(work: Work, back: Sequence[int], off: int, at: str) -> int:
    """Take the old discount back and give the new one; return how much that is, at most what there is."""
    drafts = list(work.sellable)
    left = [draft.left + part for draft, part in zip(drafts, back, strict=True)]
    off = min(off, sum(left))
    shares = allocate(off, left, step=currency_step(work.case.currency)) if off else [0] * len(drafts)
    terms = {
        work.place_of(draft): replace(draft.terms, discount=draft.discount - part + share)
        for draft, part, share in zip(drafts, back, shares, strict=True)
        if part != share
    }
    work.new_terms(terms, at)
    return off


def add_charge(work: Work, method: MethodTerms, charge: int, at: str) -> None:
    """What a payment method costs, as a line of its own."""
    tax = work.taxes.get(method.tax_class, UNTAXED)
    new = Draft(
        kind=LineKind.FEE, name=method.named(work.wanted.language), variant=None, unit_price=Decimal(charge), tax=tax,
        quantity=1, has_new_terms=True, at=at, is_charge=True,
    )  # fmt: skip
    work.drafts.append(new)


def revive(work: Work, _wish: wishes.Revive, at: str) -> None:
    """Everything of a canceled order that can be had again. Refuses `NothingToRevive`; goods that are short are told later."""
    if work.turn:
        raise Invalid(field=at, reason=_("A canceled order is revived by itself."))
    again = [draft for draft in work.drafts if draft.sold and _comes_back(draft)]
    if not again:
        raise NothingToRevive(field=at)
    for draft in again:
        assert draft.sold is not None  # noqa: S101 (asked above)
        draft.set_quantity(draft.quantity + draft.sold.line.canceled, at)
    work.turn = "reinstate"


def _comes_back(draft: Draft) -> bool:
    sold = draft.sold
    return bool(sold and sold.line.canceled and not (sold.is_replaced or sold.is_credited or sold.line.given.allowed))
