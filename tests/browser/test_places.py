"""Every page of the back office, without a browser: what it asks the database, and whether it speaks Chinese."""

from __future__ import annotations

import secrets

import pytest

from dingdan.automation.setup import create_tenant
from dingdan.kernel.journal import SYSTEM
from dingdan.kernel.tenancy import tenant_scope
from tests.browser.places import places
from tests.browser.scene import fill
from tests.browser.visiting import just_signed_in
from tests.conftest import Shop
from tests.masterdata.shop import counted

pytestmark = pytest.mark.slow
MOST = 60
"""Questions of the page that asks most."""


def _asked(times: int) -> dict[str, int]:
    """How many questions each page asks in a shop of so many of everything."""
    shop = Shop(create_tenant(f"shop-{secrets.token_hex(6)}", "A shop"), SYSTEM)
    found, away = {}, {}
    with tenant_scope(shop.tenant_id):
        desk = just_signed_in(shop)
        for name, path in places(shop, fill(shop, times)).items():
            desk.browser.get(path)  # what a process asks once it remembers
            with counted() as statements:
                answer = desk.browser.get(path)
            found[name] = len(statements)
            if answer.status_code != 200:
                away[name] = (path, answer.status_code)
    assert away == {}, away
    return found


def test_no_page_asks_more_where_there_is_more() -> None:
    few, many = _asked(1), _asked(5)
    growing = {name: (few[name], many[name]) for name in many if few[name] < many[name]}
    assert growing == {}, growing
    greedy = {name: count for name, count in many.items() if count > MOST}
    assert greedy == {}, greedy
