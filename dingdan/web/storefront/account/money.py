"""What somebody can spend here: store credit, and gift cards that they bought or know the code of, with what moved on them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from dingdan.insight.shopfront.own_orders import orders_of
from dingdan.kernel import clock
from dingdan.kernel.errors import Refusal
from dingdan.kernel.guessing import guess
from dingdan.ledgers.payments.commands import CardNotUsable
from dingdan.ledgers.payments.models import GiftCard, Posting
from dingdan.ledgers.payments.queries import cards, credit_of, grants_of, usable_card
from dingdan.trade.orders.models import OrderLine
from dingdan.web.shared.clients import address_of
from dingdan.web.storefront.account.orders import day_of
from dingdan.web.storefront.account.who import Desk, account_page

GUESSED: Final = "gift card"
KEPT: Final = "cards"
MOST_CARDS: Final = 50
MOST_MOVES: Final = 20
ORDERS_LOOKED_AT: Final = 200
_HOLDS: Final = ("store_credit", "gift_cards")
"""The ledger accounts on which we owe what can be spent: what comes onto them is more, what leaves them is less."""
_WORDS: Final = {
    "store_credit_granted": _("Given by the shop"), "store_credit_paid_out": _("Paid out"),
    "store_credit_handed_on": _("Moved to your account"), "store_credit_taken_over": _("Moved to your account"),
    "store_credit_expired": _("Expired"), "gift_card_sold": _("Bought"), "gift_card_credited": _("Taken back"),
    "gift_card_granted": _("Given by the shop"), "gift_card_sold_for_cash": _("Bought"),
    "gift_card_brought_over": _("Brought over"), "gift_card_expired": _("Expired"),
}  # fmt: skip


@account_page("POST")
def money(desk: Desk) -> HttpResponse:
    """The balances; a form adds a card by its code."""
    trouble: Refusal | None = None
    if desk.request.method == "POST":
        try:
            _add(desk, desk.request.POST.get("code", "").replace("\0", "")[:80])
            return desk.went(desk.at("money"))
        except Refusal as refusal:
            trouble = refusal
    return desk.shown("money", trouble=trouble, credits=credits_of(desk), cards=_cards(desk))


def _add(desk: Desk, code: str) -> None:
    """Remember a card on this device. Whatever cannot be used is answered alike, and counted."""
    at = clock.now()
    with guess(GUESSED, clients=[f"account {desk.me.user.pk}", address_of(desk.request)], at=at):
        found = usable_card(code, at=at)
        if found is None:
            raise CardNotUsable(field="code")
    kept = [one for one in desk.request.session.get(KEPT, []) if one != str(found.gift_card_id)]
    desk.request.session[KEPT] = [*kept, str(found.gift_card_id)][-MOST_CARDS:]


def credits_of(desk: Desk) -> list[dict[str, Any]]:
    """The store credit, by currency, with what moved on it, and what of it lasts until a day."""
    found = credit_of(desk.me.customer.id)
    grants = grants_of([one.payable_id for one in found])
    return [
        {
            "left": desk.reader.money(one.due, one.currency),
            "moves": _moves(desk, one.payable_id),
            "ends": [
                (desk.reader.money(part.left, one.currency), day_of(desk.reader, part.expires_at))
                for part in grants
                if part.payable_id == one.payable_id
            ],
        }
        for one in found
    ]


def credit_in(customer_id: UUID, currency: str) -> int:
    """What a customer can spend in a currency, in minor units."""
    return sum(one.due for one in credit_of(customer_id) if one.currency == currency)


def _cards(desk: Desk) -> list[dict[str, Any]]:
    """Cards bought for oneself, and those whose code was typed in here; of cards for others nothing is told."""
    orders = list(orders_of(desk.me.customer.id, "").values_list("id", flat=True)[:ORDERS_LOOKED_AT])
    bought = list(cards().filter(document_kind="order", document_id__in=orders).exclude(code_digest="")[:MOST_CARDS])
    lines = [one.line_id for one in bought if one.line_id]
    given = set(OrderLine.objects.filter(id__in=lines).exclude(gift_to=None).values_list("id", flat=True))
    typed = list(cards().filter(id__in=[UUID(one) for one in desk.request.session.get(KEPT, [])]))
    mine = {one.id: one for one in (*(one for one in bought if one.line_id not in given), *typed)}
    return [_card(desk, one) for one in mine.values()]


def _card(desk: Desk, one: GiftCard) -> dict[str, Any]:
    is_void = one.state == "voided"
    left = desk.reader.money(0 if is_void else one.payable.due, one.payable.currency)
    return {
        "ends_in": one.last4, "left": left, "is_void": is_void,
        "until": day_of(desk.reader, one.expires_at) if one.expires_at else "", "moves": _moves(desk, one.payable_id),
    }  # fmt: skip


def _moves(desk: Desk, payable_id: UUID) -> list[tuple[str, str, str]]:
    """What came and went, newest first: day, words, amount with its sign."""
    rows = Posting.objects.filter(payable_id=payable_id).select_related("entry", "debit", "credit").order_by("-id")[:MOST_MOVES]
    return list(_written(desk, ((one, one.entry.at) for one in rows)))


def _written(desk: Desk, rows: Iterable[tuple[Posting, datetime]]) -> Iterable[tuple[str, str, str]]:
    for one, at in rows:
        is_more = one.credit.code in _HOLDS
        if is_more or one.debit.code in _HOLDS:
            words = _WORDS.get(one.rule) or (_("Given back") if is_more else _("Spent on an order"))
            yield day_of(desk.reader, at), str(words), desk.reader.money(one.amount if is_more else -one.amount, one.currency)
