"""Old carts are forgotten, with the personal data in them."""

from dingdan.kernel import clock
from dingdan.trade.orders.commands import CART_LASTS, expire_carts, save_cart
from dingdan.trade.orders.models import Cart
from dingdan.trade.orders.rules import CartDraft
from tests import kit
from tests.conftest import Shop


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    saved = save_cart(shop.call(), cart=CartDraft(wanted=kit.wanted(shop, ("A", 2))))
    assert expire_carts(shop.call()).cart_ids == ()
    with clock.moved_by(CART_LASTS):
        assert expire_carts(shop.call()).cart_ids == (saved.cart_id,)
    cart = Cart.objects.get()
    assert (cart.state, cart.wanted) == ("expired", {})
