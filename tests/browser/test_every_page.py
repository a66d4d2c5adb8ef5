"""Every page of the back office in a browser: it fits the screen, breaks nothing, and can be used by whoever sees or moves badly.

`make test` looks at a page of every kind, once on a phone in the dark in 繁體中文 and once on a desk by day in English.
`make torture` looks at all of them: in each language on three screens, and in both shades.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from dingdan.automation.setup import create_tenant
from dingdan.kernel.journal import SYSTEM
from dingdan.kernel.tenancy import tenant_scope
from tests.browser.looking import faults_of
from tests.browser.places import kinds, places
from tests.browser.scene import fill
from tests.browser.visiting import DESK, PHONE, SMALL, signed_in, visit
from tests.conftest import Shop
from tests.laws.size import SIZE, sized

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def furnished() -> Iterator[tuple[Shop, dict[str, str]]]:
    """A shop that has some of everything, and where each page is."""
    shop = Shop(create_tenant(f"shop-{secrets.token_hex(6)}", "A shop"), SYSTEM)
    with tenant_scope(shop.tenant_id):
        yield shop, places(shop, fill(shop, sized(1, 2, 2)))


def test_a_page_of_each_kind_on_a_phone_in_the_dark(
    browser: Browser, address: str, furnished: tuple[Shop, dict[str, str]]
) -> None:
    shop, paths = furnished
    with visit(browser, address, size=SMALL, language="zh-TW", dark=True) as one:
        signed_in(one, shop)
        found = faults_of(one, kinds(paths), [SMALL], [True])
    assert found == [], "\n".join(found)


def test_a_page_of_each_kind_on_a_desk(browser: Browser, address: str, furnished: tuple[Shop, dict[str, str]]) -> None:
    shop, paths = furnished
    with visit(browser, address, size=DESK) as one:
        signed_in(one, shop)
        found = faults_of(one, kinds(paths), [DESK], [False])
    assert found == [], "\n".join(found)


@pytest.mark.skipif(SIZE == "test", reason="every page is looked at in `make torture`")
@pytest.mark.parametrize("language", ["en", "zh-TW", "zh-CN"])
def test_every_page(browser: Browser, address: str, furnished: tuple[Shop, dict[str, str]], language: str) -> None:
    shop, paths = furnished
    with visit(browser, address, size=SMALL, language=language) as one:
        signed_in(one, shop)
        found = faults_of(one, paths, [DESK, PHONE, SMALL], [False, True] if language == "en" else [True])
    assert found == [], "\n".join(found)
