"""A promotion tried on a typed cart: what each gives and why others do not; nothing is written or used."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from django.urls import reverse

from dingdan.masterdata.customers.commands import save_customer
from dingdan.masterdata.customers.rules import ContactDraft, CustomerDraft
from dingdan.masterdata.promotions.models import Promotion
from tests import kit
from tests.conftest import Shop
from tests.masterdata.promotions.promoting import promote
from tests.web.backoffice.desk import Desk, text_of


def _try(desk: Desk, promotion: UUID, lines: str, **more: str) -> str:
    path = reverse("admin:promotions_promotion_change", args=[promotion])
    answer = desk.browser.get(path, {"lines": lines, "channel": "web", **more})
    assert answer.status_code == 200
    return text_of(answer.content.decode())


def test_it_works(shop: Shop, desk: Desk) -> None:
    for sku, price in (("TEA", 1000), ("MUG", 2500)):
        kit.stock(shop, sku, 5)
        kit.price(shop, sku, price)
    autumn = promote(shop, "autumn", priority=9)
    promote(shop, "much", least_amount=9000, currencies=("GBP",), percent=Decimal("0.5"))
    promote(shop, "first", first_order=True)
    promote(shop, "few", coupons=("FEW",), most_uses=3, priority=5)
    promote(shop, "alone", exclusive=True)
    ann = save_customer(shop.call(), customer=CustomerDraft(contact=ContactDraft(name="Ann", email="ann@example.com")))
    assert "Try it" in text_of(desk.browser.get(reverse("admin:promotions_promotion_change", args=[autumn])).content.decode())
    page = _try(desk, autumn, "TEA: 2; MUG", coupons="few nothing")
    assert "Autumn autumn -£4.50" in page
    assert "Few FEW -£4.05" in page
    assert "It is for £90.00 and more of what it is for; there is £45.00." in page
    assert "It needs to know who buys." in page
    assert "It does not go together with Autumn, which came before." in page
    assert "No promotion has this coupon." in page
    assert "First first -" in _try(desk, autumn, "TEA", customer="ann@example.com")
    assert Promotion.objects.get(code="few").used == 0
    assert ann.customer_id is not None


def test_what_cannot_be_tried(shop: Shop, desk: Desk) -> None:
    autumn = promote(shop, "autumn")
    assert "There is no article NONE on sale." in _try(desk, autumn, "NONE: 3")
    assert "Nobody" not in _try(desk, autumn, "TEA", customer="nobody@example.com")
    assert "1 to 2000 lines" in _try(desk, autumn, "")
