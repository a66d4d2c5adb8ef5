"""Gift cards at the back office: issued, found, replaced, void, and paid with; disputes on the page of their payment."""

from __future__ import annotations

import re

from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import (
    IssueGiftCard,
    Opening,
    Told,
    Towards,
    grant_store_credit,
    issue_gift_cards,
    open_dispute,
    record_capture,
    request_charge,
)
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.models import GiftCard
from dingdan.ledgers.payments.ports import gateways
from dingdan.ledgers.payments.queries import code_of, receivable_of
from dingdan.masterdata.customers.commands import save_customer
from dingdan.masterdata.customers.rules import CustomerDraft
from tests import kit
from tests.conftest import Shop
from tests.ledgers.payments.desk import SilentGateway
from tests.web.backoffice.desk import Desk, member, sit_down, text_of


def send(desk: Desk, path: str, **fields: str) -> str:
    """What the page says that a form leads to."""
    answer = desk.browser.post(f"/backoffice/{path}", {"key": "k-1", **fields}, follow=True)
    assert answer.status_code == 200
    return text_of(answer.content.decode())


def test_a_card_is_issued_and_its_code_shown(desk: Desk) -> None:
    said = send(desk, "payments/giftcard/new/", amount="25.00", origin="counter", valid_months="12")
    card = GiftCard.objects.get()
    assert f"Code {code_of(card.id)}" in said
    assert "Counter" in said
    assert "£25.00" in said
    listed = desk.read(f"payments/giftcard/?q={card.last4}")
    assert f"… {card.last4}" in listed
    assert code_of(card.id) not in listed
    assert "Write the months" in send(desk, "payments/giftcard/new/", amount="25.00", origin="favor", valid_months="soon")


def test_a_lost_card_is_replaced_and_a_mistake_is_void(desk: Desk) -> None:
    issued = issue_gift_cards.one(desk.shop.call(), IssueGiftCard(money=Money(25_00, "GBP")))
    at, old = f"payments/giftcard/{issued.gift_card_id}/", code_of(issued.gift_card_id)
    said = send(desk, f"{at}do/replace/")
    assert "The card has another code." in said
    assert code_of(issued.gift_card_id) in said
    assert old not in said
    said = send(desk, f"{at}do/void/")
    assert "Nobody can use this card any more." in said
    assert "Gift card grant revoked" in said
    assert "Replace" not in desk.read(at).partition("Timeline")[0]


def test_an_order_is_paid_with_a_card_and_with_credit(desk: Desk) -> None:
    shop = desk.shop
    saved = save_customer(shop.call(), customer=CustomerDraft())
    grant_store_credit(shop.call(), customer_id=saved.customer_id, money=Money(5_00, "GBP"))
    issued = issue_gift_cards.one(shop.call(), IssueGiftCard(money=Money(20_00, "GBP")))
    kit.stock(shop, "TEA", 5)
    order = kit.place(shop, ("TEA", 1), price=40_00, customer_id=saved.customer_id)
    desk.show()
    assert "Pay with a gift card or credit" in desk.read(f"board/boardrow/{order.order_id}/")
    at = f"board/boardrow/{order.order_id}/spend/"
    assert "The customer has £5.00 to spend here." in desk.read(at)
    said = send(desk, f"{at}card/", code="AAAA-BBBB")
    assert "This gift card cannot be used here." in said
    assert "£20.00 of the order is paid by Gift card." in send(desk, f"{at}card/", code=code_of(issued.gift_card_id))
    assert "£5.00 of the order is paid by Store credit." in send(desk, f"{at}credit/")
    assert receivable_of("order", [order.order_id])[order.order_id].due == 15_00


def test_who_may_not_does_not(shop: Shop) -> None:
    desk = sit_down(shop, as_user=lambda shop: member(shop, "sales"))
    kit.stock(shop, "TEA", 5)
    order = kit.place(shop, ("TEA", 1))
    assert "Issue a gift card" not in desk.read("payments/giftcard/")
    desk.get("payments/giftcard/new/", status=403)
    desk.get(f"board/boardrow/{order.order_id}/spend/", status=403)
    assert desk.browser.post(f"/backoffice/board/boardrow/{order.order_id}/spend/card/", {"code": "X"}).status_code == 403


def test_disputes_are_shown_with_their_payment(desk: Desk) -> None:
    gateways["silent"] = SilentGateway()
    shop = desk.shop
    kit.stock(shop, "TEA", 5)
    order = kit.place(shop, ("TEA", 1), price=40_00)
    asked = request_charge(
        shop.call(), gateway="silent", currency="GBP", towards=(Towards(document=Document("order", order.order_id)),)
    )
    record_capture.one(shop.call(), Told(attempt_id=asked.attempt_id))
    opening = Opening(gateway="silent", reference="dp_1", payment_id=asked.payment_id, fee=15_00, reason="fraudulent")
    open_dispute.one(shop.call(), opening)
    said = desk.read(f"payments/payment/{asked.payment_id}/")
    assert re.search(r"dp_1 Fraudulent Open £40\.00 . . £15\.00", said), said
    assert "Disputed £40.00" in said
