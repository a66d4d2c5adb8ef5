"""An address is forgotten when it is needed no longer."""

from __future__ import annotations

from datetime import timedelta

from dingdan.automation.wish_reactions import look_again
from dingdan.kernel import clock
from dingdan.trade.wishes.commands import forget_wishes, withdraw_wishes
from dingdan.trade.wishes.models import Wish
from tests import kit
from tests.conftest import Shop
from tests.trade.wishes.waits import wish


def test_it_works(shop: Shop) -> None:
    tea = kit.stock(shop, "TEA")
    gone, waits = wish(shop, tea).wish_id, wish(shop, tea, "al@example.com").wish_id
    withdraw_wishes(shop.call(), wish_id=gone)
    with clock.moved_by(timedelta(days=29)):
        look_again(shop.tenant_id)
    assert Wish.objects.exclude(email="").count() == 2
    with clock.moved_by(timedelta(days=31)):
        look_again(shop.tenant_id)
    assert set(Wish.objects.values_list("id", "email", "state")) == {
        (gone, "", "withdrawn"), (waits, "al@example.com", "waiting"),
    }  # fmt: skip
    with clock.moved_by(timedelta(days=366)):
        look_again(shop.tenant_id)
    assert set(Wish.objects.values_list("email", "email_key", "state")) == {("", "", "withdrawn"), ("", "", "lapsed")}
    assert forget_wishes(shop.call(), wish_ids=(gone, waits)).wish_ids == ()
