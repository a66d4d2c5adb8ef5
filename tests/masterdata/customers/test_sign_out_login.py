from __future__ import annotations

from uuid import uuid4

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.masterdata.customers.commands import link_login, sign_out_login
from dingdan.masterdata.customers.events import LoginSignedOut
from dingdan.masterdata.customers.queries import logins_of
from tests.conftest import Shop


def test_it_works(shop: Shop) -> None:
    linked = link_login(shop.call(), user_id=7, email="ann@example.com")
    told = sign_out_login(shop.call(), login_id=linked.login_id)
    assert told == LoginSignedOut(customer_id=linked.customer_id, login_id=linked.login_id)
    (row,) = logins_of(linked.customer_id)
    assert row.signed_out_at is not None
    assert row.signed_out_at >= row.linked_at


def test_what_is_not_there_is_refused(shop: Shop) -> None:
    with pytest.raises(NotFound):
        sign_out_login(shop.call(), login_id=uuid4())
