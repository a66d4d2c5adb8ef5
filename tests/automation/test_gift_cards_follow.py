"""Whole lives of gift cards: bought, mailed, spent bit by bit, given back, and taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from django.core import mail

from dingdan.automation import consumers, jobs
from dingdan.automation.card_letters import letter_of_card
from dingdan.automation.models import Notice
from dingdan.automation.notices import letter_of
from dingdan.automation.sending import send_notice
from dingdan.kernel import clock
from dingdan.kernel.money import Money
from dingdan.ledgers.payments import queries as payments
from dingdan.ledgers.payments.commands import (
    CardUsed,
    IssueGiftCard,
    apply_store_credit,
    grant_store_credit,
    issue_gift_cards,
    redeem_gift_card,
    replace_gift_card,
)
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.models import GiftCard
from dingdan.ledgers.payments.queries import code_of
from dingdan.masterdata.customers.commands import save_customer
from dingdan.masterdata.customers.rules import CustomerDraft
from dingdan.trade.aftersales.commands import CancelOrder, LineAmount, Part, cancel_orders, give_allowance, refund_order
from dingdan.trade.aftersales.rules import RefundAboveWorth
from dingdan.trade.changes.commands import ChangeOrder, change_orders
from dingdan.trade.changes.rules.wishes import AddLine, GiveDiscount
from dingdan.trade.fulfillment.commands import ShipShipment, ship_shipments
from dingdan.trade.fulfillment.models import Shipment
from dingdan.trade.orders.commands import place_orders
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.orders.models import Order, OrderLine
from dingdan.trade.orders.rules import GiftTo, WantedLine
from dingdan.trade.settlement.models import CreditNote, Invoice
from tests import kit
from tests.conftest import Shop


def bought(shop: Shop, *, cards: int = 1, price: int = 25_00, **changes: object) -> OrderPlaced:
    """A paid order over gift cards, with everything that follows from it."""
    kit.gift_card(shop)
    order = kit.place(shop, ("GIFT", cards), price=price, **changes)
    kit.pay(shop, order)
    consumers.drain(shop.tenant_id)
    return order


def paid_with(order_id: UUID) -> dict[str, int]:
    """What each method has paid of an order and was not given back."""
    found = payments.payments_of("order", [order_id])[order_id]
    return {one.gateway: sum(share.amount - share.refunded for share in one.shares) for one in found}


def redeem(shop: Shop, order: OrderPlaced, card: GiftCard, amount: int | None = None) -> None:
    """Pay an order with a card."""
    money = None if amount is None else Money(amount, "GBP")
    redeem_gift_card(shop.call(), document=Document("order", order.order_id), code=code_of(card.id), money=money)


def test_bought_paid_mailed_and_spent(shop: Shop) -> None:
    order = bought(shop, cards=2)
    cards = payments.cards_of(order.order_id)
    assert [(card.state, card.payable.due, card.origin) for card in cards] == [("active", 25_00, "order")] * 2
    assert (Invoice.objects.get().total, Invoice.objects.get().tax) == (50_00, 0)
    notices = list(Notice.objects.filter(kind="gift_card").order_by("id"))
    letters = [letter_of(notice) for notice in notices]
    codes = [code_of(card.id) for card in cards]
    assert [letter.facts[0].value for letter in letters if letter] == codes
    assert all("£25.00" in letter.subject and "2029" in letter.text for letter in letters if letter)
    kit.stock(shop, "TEA", 5)
    tea = kit.place(shop, ("TEA", 1), price=40_00)
    redeem(shop, tea, cards[0])
    redeem(shop, tea, cards[1])
    assert paid_with(tea.order_id) == {"gift_card": 15_00}  # the last of the two
    assert [card.payable.due for card in payments.cards_of(order.order_id)] == [0, 10_00]
    assert kit.breaches() == []


def test_the_code_is_forgotten_once_its_mail_is_sent(shop: Shop) -> None:
    order = bought(shop)
    (card,) = payments.cards_of(order.order_id)
    (notice,) = Notice.objects.filter(kind="gift_card")
    code = code_of(card.id)
    send_notice(tenant_id=str(shop.tenant_id), notice_id=str(notice.id))
    assert code in mail.outbox[-1].body
    assert mail.outbox[-1].to == ["Ann Lee <ann@example.com>"]
    consumers.drain(shop.tenant_id)
    assert code_of(card.id) == ""
    assert letter_of_card(notice, Order.objects.get(id=order.order_id)) is None
    replace_gift_card(shop.call(), gift_card_id=card.id)
    consumers.drain(shop.tenant_id)
    again = letter_of(Notice.objects.filter(kind="gift_card").latest("id"))
    assert again is not None
    assert again.facts[0].value == code_of(card.id) != code


def test_a_present_goes_to_whoever_it_is_for(shop: Shop) -> None:
    kit.gift_card(shop)
    wanted = kit.wanted(shop, ("GIFT", 1), price=25_00)
    to = GiftTo(name="Bo", email="bo@example.com", message="Happy birthday!")
    line = WantedLine(sku="GIFT", unit_price=Decimal(25_00), gift_to=to)
    order = place_orders.one(shop.call(), replace(wanted, lines=(line,), language="zh-Hant"))
    kit.pay(shop, order)
    consumers.drain(shop.tenant_id)
    letter = letter_of(Notice.objects.get(kind="gift_card"))
    assert letter is not None
    assert (letter.recipient, letter.language) == (("Bo", "bo@example.com"), "zh-Hant")
    assert "Happy birthday!" in letter.text
    assert "Ann Lee" in letter.text
    assert order.number not in letter.text


def test_cards_do_not_wait_for_goods_and_nothing_is_taken_off_them(shop: Shop) -> None:
    kit.gift_card(shop)
    kit.stock(shop, "TEA", 5)
    order = kit.place(shop, ("TEA", 1), ("GIFT", 1), price=20_00, discount=5_00)
    lines = {line.sku: line for line in OrderLine.objects.filter(order_id=order.order_id)}
    assert (lines["TEA"].discount, lines["GIFT"].discount, lines["GIFT"].tax) == (5_00, 0, 0)
    kit.pay(shop, order)
    consumers.drain(shop.tenant_id)
    assert [card.state for card in payments.cards_of(order.order_id)] == ["active"]
    assert [invoice.total for invoice in Invoice.objects.all()] == [20_00]
    shipment = Shipment.objects.get(order_id=order.order_id)
    ship_shipments.one(shop.call(), ShipShipment(shipment.id, "Royal Mail", "RM123"))
    consumers.drain(shop.tenant_id)
    assert sorted(invoice.total for invoice in Invoice.objects.all()) == [15_00, 20_00]
    assert kit.breaches() == []


def test_an_unused_card_goes_back_and_a_used_one_does_not(shop: Shop) -> None:
    order = bought(shop, cards=2)
    first, second = payments.cards_of(order.order_id)
    kit.stock(shop, "TEA", 5)
    redeem(shop, kit.place(shop, ("TEA", 1), price=1_00), first)
    with pytest.raises(CardUsed, match="1 of the gift cards are unused"):
        cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id))
    part = Part(order.lines[0].line_id, 1)
    cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id, lines=(part,)))
    consumers.drain(shop.tenant_id)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state, second.payable.due) == ("active", "voided", 0)
    assert CreditNote.objects.get().total == 25_00
    assert paid_with(order.order_id) == {"cash": 50_00}  # to be given back by hand
    assert sum(one.amount for one in payments.refunds_out("order", [order.order_id])[order.order_id]) == 25_00
    assert kit.breaches() == []


def test_an_allowance_leaves_cards_as_they_are(shop: Shop) -> None:
    kit.gift_card(shop)
    kit.stock(shop, "TEA", 5)
    order = kit.place(shop, ("GIFT", 1), ("TEA", 1), price=20_00)
    with pytest.raises(RefundAboveWorth):
        give_allowance(shop.call(), order_id=order.order_id, lines=(LineAmount(order.lines[0].line_id, 1),))
    told = give_allowance(shop.call(), order_id=order.order_id, amount=5_00)
    assert [one.line_id for one in told.lines] == [order.lines[1].line_id]


def test_several_methods_and_a_part_is_canceled(shop: Shop) -> None:
    order, card, _customer = _mixed(shop)
    part = Part(order.lines[0].line_id, 1)
    cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id, lines=(part,)))
    consumers.drain(shop.tenant_id)
    assert _back(order) == {"cash": 15_00, "store_credit": 5_00}
    assert payments.card(card.id).payable.due == 0
    assert kit.breaches() == []


def test_several_methods_and_all_is_canceled(shop: Shop) -> None:
    order, card, customer = _mixed(shop)
    cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id))
    consumers.drain(shop.tenant_id)
    assert _back(order) == {"cash": 15_00, "store_credit": 5_00, "gift_card": 20_00}
    assert payments.card(card.id).payable.due == 20_00
    assert [one.due for one in payments.credit_of(customer)] == [5_00]
    assert kit.breaches() == []


def test_several_methods_and_the_order_is_changed(shop: Shop) -> None:
    order, card, customer = _mixed(shop)
    less = ChangeOrder(order_id=order.order_id, changes=(GiveDiscount(amount=18_00),))
    change_orders.one(shop.call(), less)
    consumers.drain(shop.tenant_id)
    assert _back(order) == {"cash": 15_00, "store_credit": 3_00}
    more = ChangeOrder(order_id=order.order_id, changes=(AddLine(sku="TEA", unit_price=Decimal(20_00)),))
    change_orders.one(shop.call(), more)
    consumers.drain(shop.tenant_id)
    owed = payments.receivable_of("order", [order.order_id])[order.order_id]
    assert (owed.due, _back(order)) == (5_00, {"store_credit": 3_00})  # what was not given back yet stays
    apply_store_credit(shop.call(), document=Document("order", order.order_id), customer_id=customer, money=Money(3_00, "GBP"))
    assert [one.due for one in payments.credit_of(customer)] == [0]
    assert payments.card(card.id).payable.due == 0
    assert kit.breaches() == []


def test_a_refund_may_all_go_one_way_instead(shop: Shop) -> None:
    order, card, customer = _mixed(shop)
    cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id))
    refund_order(shop.call(), order_id=order.order_id, method="store_credit")
    assert [one.due for one in payments.credit_of(customer)] == [40_00]
    assert payments.card(card.id).payable.due == 0
    assert kit.breaches() == []


def test_time_runs_out(shop: Shop) -> None:
    order = bought(shop)
    (card,) = payments.cards_of(order.order_id)
    GiftCard.objects.filter(id=card.id).update(expires_at=clock.now() - timedelta(seconds=1))
    jobs.tidy_cards(shop.tenant_id)
    assert (payments.card(card.id).state, payments.card(card.id).payable.due) == ("expired", 0)
    assert kit.breaches() == []


def _mixed(shop: Shop) -> tuple[OrderPlaced, GiftCard, UUID]:
    """An order over 40.00: 20 by card, 5 by credit, 15 in cash, in this order."""
    saved = save_customer(shop.call(), customer=CustomerDraft())
    issued = issue_gift_cards.one(shop.call(), IssueGiftCard(money=Money(20_00, "GBP")))
    grant_store_credit(shop.call(), customer_id=saved.customer_id, money=Money(5_00, "GBP"))
    kit.stock(shop, "TEA", 10)
    order = kit.place(shop, ("TEA", 2), price=20_00, customer_id=saved.customer_id)
    card = payments.card(issued.gift_card_id)
    redeem(shop, order, card)
    apply_store_credit(shop.call(), document=Document("order", order.order_id), customer_id=saved.customer_id)
    kit.pay(shop, order, 15_00)
    assert payments.receivable_of("order", [order.order_id])[order.order_id].payment_status == "paid"
    return order, card, saved.customer_id


def _back(order: OrderPlaced) -> dict[str, int]:
    """What goes, or went, back by each method."""
    found = payments.payments_of("order", [order.order_id])[order.order_id]
    sums = {one.gateway: sum(share.refunding + share.refunded for share in one.shares) for one in found}
    return {method: amount for method, amount in sums.items() if amount}
