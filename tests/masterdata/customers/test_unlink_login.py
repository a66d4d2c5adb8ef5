from __future__ import annotations

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.masterdata.customers.commands import link_login, unlink_login
from dingdan.masterdata.customers.events import LoginUnlinked
from dingdan.masterdata.customers.queries import login_of
from tests.conftest import Shop


def test_it_works(shop: Shop) -> None:
    linked = link_login(shop.call(), user_id=7, email="ann@example.com")
    told = unlink_login(shop.call(), login_id=linked.login_id)
    assert told == LoginUnlinked(customer_id=linked.customer_id, login_id=linked.login_id)
    assert login_of(7) is None


def test_what_is_not_there_is_refused(shop: Shop) -> None:
    linked = link_login(shop.call(), user_id=7, email="ann@example.com")
    unlink_login(shop.call(), login_id=linked.login_id)
    with pytest.raises(NotFound):
        unlink_login(shop.call(), login_id=linked.login_id)
