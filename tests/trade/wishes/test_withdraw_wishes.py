"""A wish is withdrawn: one, or all of an address."""

from __future__ import annotations

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.trade.wishes.commands import withdraw_wishes
from dingdan.trade.wishes.models import Wish
from tests import kit
from tests.conftest import Shop
from tests.trade.wishes.waits import wish


def test_it_works(shop: Shop) -> None:
    articles = [kit.stock(shop, sku) for sku in ("TEA", "CUP", "POT")]
    first, second, third = (wish(shop, article).wish_id for article in articles)
    other = wish(shop, articles[0], "al@example.com").wish_id
    assert withdraw_wishes(shop.call(), wish_id=first).wish_ids == (first,)
    assert withdraw_wishes(shop.call(), wish_id=first).wish_ids == ()
    assert set(withdraw_wishes(shop.call(), wish_id=first, all_of_address=True).wish_ids) == {second, third}
    assert Wish.objects.get(state="waiting").id == other
    assert wish(shop, articles[0]).created  # whoever changes their mind waits again
    with pytest.raises(NotFound):
        withdraw_wishes(shop.call(), wish_id=new_id())
