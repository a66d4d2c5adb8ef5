"""The page of an order tells where it stands, from the order to what came back, and lets its customer call things off."""

from __future__ import annotations

import re
from dataclasses import replace

from dingdan.trade.aftersales.commands import (
    CancelOrder,
    ClaimedUnits,
    ReturnWanted,
    authorize_return,
    cancel_orders,
    deny_claim,
    file_claim,
)
from dingdan.trade.aftersales.models import Claim, Return
from dingdan.trade.fulfillment.commands import DeliverShipment, deliver_shipments
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.settlement.commands import IssueInvoice, issue_invoices
from tests import kit
from tests.conftest import Shop
from tests.web.backoffice.desk import text_of
from tests.web.storefront.front import Visitor, open_front, put_on_offer
from tests.web.storefront.own.desk import below


def _bought(shop: Shop) -> OrderPlaced:
    """Two mugs that are there and a coat that is not."""
    open_front(shop)
    put_on_offer(shop, "mug", pieces=5, name_i18n={"zh-hant": "馬克杯"})
    kit.stock(shop, "COAT", shortage="backorder")
    return kit.place(shop, ("MUG", 2), ("COAT", 1), price=1000)


def _send(visitor: Visitor, order: OrderPlaced, action: str, **sent: str) -> str:
    """Press the button whose form goes to a page that ends like this."""
    page = visitor.html(below(order.order_id))
    (form,) = re.findall(rf'action="([^"]*{action}/)"', page)
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key is not None
    answer = visitor.client.post(form, {"key": key[1], **sent})
    assert answer.status_code == 303, text_of(answer.content.decode())
    again = visitor.client.post(form, {"key": key[1], **sent})
    assert again.status_code == 303
    return text_of(visitor.client.get(answer["Location"].split("#")[0]).content.decode())


def test_it_works(shop: Shop) -> None:
    order, visitor = _bought(shop), Visitor(shop)
    page = visitor.look(below(order.order_id))
    assert "Thank you for your order" in page
    assert re.search(r"We send it as soon as it is paid|Please pay until", page)
    assert "Pay £30.00" in page
    assert "2 × Mug" in page
    assert "Still to come · the day is not known yet" in page
    assert "Ordered, for £30.00" in page
    kit.pay(shop, order)
    page = visitor.look(below(order.order_id))
    assert "Pay £30.00" not in page
    assert "£30.00 paid" in page
    invoice = issue_invoices.one(shop.call(), IssueInvoice(shipment_id=kit.ship(shop, order)))
    page = visitor.look(below(order.order_id))
    assert "A part of your order is on its way" in page
    assert f"Invoice {invoice.number}" in page
    for paper in (("invoices", str(invoice.invoice_id)), ("receipt",)):
        answer = visitor.get(below(order.order_id, *paper))
        assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    assert "Your parcel was handed to Royal Mail 2 × Mug" in page
    assert "https://www.royalmail.com/track-your-item#/tracking-results/RM123" in visitor.html(below(order.order_id))
    visitor.language = "zh-hant"
    assert "馬克杯" in visitor.look(below(order.order_id))
    assert kit.breaches() == []


def test_what_goes_back_and_what_was_wrong(shop: Shop) -> None:
    order, visitor = _bought(shop), Visitor(shop)
    kit.pay(shop, order)
    deliver_shipments.one(shop.call(), DeliverShipment(kit.ship(shop, order)))
    mug = order.lines[0].line_id
    back = authorize_return(
        shop.call(), order_id=order.order_id, lines=(ReturnWanted(line_id=mug, quantity=1, reason="unwanted"),)
    )
    claim = file_claim(
        shop.call(), order_id=order.order_id, note="It leaks.", lines=(ClaimedUnits(line_id=mug, quantity=1, reason="damaged"),)
    )
    page = visitor.look(below(order.order_id))
    assert "Delivered" in page
    assert f"Return {back.number} Please send it back 1 × Mug" in page
    assert f"Write {back.number} on the parcel. We write to you where it goes." in page
    assert f"Claim {claim.number} We look into it 1 × Mug It leaks." in page
    page = _send(visitor, order, "call-off")
    assert f"Return {back.number} Called off" in page
    assert f"Return {back.number} was called off" in page
    assert f"Claim {claim.number} Withdrawn" in _send(visitor, order, "withdraw")
    assert (Return.objects.get().state, Claim.objects.get().state) == ("canceled", "withdrawn")
    assert kit.breaches() == []


def test_what_cannot_be_called_off_any_more_says_so(shop: Shop) -> None:
    order, visitor = _bought(shop), Visitor(shop)
    kit.ship(shop, order)
    mug = order.lines[0].line_id
    claim = file_claim(shop.call(), order_id=order.order_id, lines=(ClaimedUnits(line_id=mug, quantity=1, reason="damaged"),))
    deny_claim(shop.call(), claim_id=claim.claim_id, reason="It was whole when it left.")
    answer = visitor.send(below(order.order_id, "claims", str(claim.claim_id), "withdraw"), key="1")
    assert answer.status_code == 409
    page = text_of(answer.content.decode())
    assert "Not granted" in page
    assert "It was whole when it left." in page
    other = kit.place(shop, ("MUG", 1))
    for path in (("claims", str(claim.claim_id), "withdraw"), ("files", str(claim.claim_id)), ("invoices", str(claim.claim_id))):
        assert visitor.send(below(other.order_id, *path)).status_code in (404, 405)
        assert visitor.get(below(other.order_id, *path)).status_code == 404


def test_an_order_that_is_canceled(shop: Shop) -> None:
    order, visitor = _bought(shop), Visitor(shop)
    kit.pay(shop, order)
    cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id))
    page = visitor.look(below(order.order_id))
    assert "This order is canceled" in page
    assert "What you have paid goes back to you." in page
    assert "£30.00 goes back to you" in page
    assert "Still to come" not in page
    assert "Pay £" not in page


def test_what_somebody_typed_is_text(shop: Shop) -> None:
    open_front(shop)
    evil = "<script>alert(1)</script>\"onload='x"
    kit.stock(shop, "MUG", 3)
    person = replace(kit.BUYER, name=evil, company=evil)
    order = kit.place(shop, ("MUG", 1), ship_to=person, customer_note=evil)
    kit.ship(shop, order)
    mug = order.lines[0].line_id
    file_claim(shop.call(), order_id=order.order_id, note=evil, lines=(ClaimedUnits(line_id=mug, quantity=1, reason="damaged"),))
    page = Visitor(shop).html(below(order.order_id))
    assert "<script>alert" not in page
    assert "onload='x" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 4
