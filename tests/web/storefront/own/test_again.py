"""The same goods once more: at today's prices, without what is not sold any more."""

from __future__ import annotations

from dingdan.masterdata.catalog.commands import retire_product
from dingdan.masterdata.catalog.models import Product
from tests import kit
from tests.conftest import Shop
from tests.web.storefront.front import Visitor, open_front, put_on_offer
from tests.web.storefront.own.desk import below


def test_it_works(shop: Shop) -> None:
    open_front(shop)
    kit.stock(shop, "MUG", 5)
    put_on_offer(shop, "cup", pieces=9, price=1200)
    old = kit.place(shop, ("MUG", 1), ("CUP", 2), price=1000)
    visitor = Visitor(shop)
    page = visitor.look(below(old.order_id, "again"))
    assert "2 × Cup In stock" in page or "2 × Cup Only" in page
    assert "£24.00 2 × £12.00 £10.00 then" in page
    assert "1 × Article MUG not sold any more" in page
    answer = visitor.send(below(old.order_id, "again"))
    assert (answer.status_code, answer["Location"]) == (303, visitor.path("cart/"))
    assert "£24.00" in visitor.look("cart/")
    retire_product(shop.call(), product_id=Product.objects.get(slug="cup").id)
    assert "Nothing of it can be had at the moment." in visitor.look(below(old.order_id, "again"))
