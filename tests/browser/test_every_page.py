"""Every page of the back office in a browser: it fits the screen, breaks nothing, and can be used by whoever sees or moves badly.

`make test` looks at a page of every kind, once on a phone in the dark in 繁體中文 and once on a desk by day in English.
`make torture` looks at all of them: in each language on three screens, and in both shades.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from dingdan.automation.setup import create_tenant
from dingdan.kernel.journal import SYSTEM
from dingdan.kernel.tenancy import tenant_scope
from tests.browser.places import kinds, places
from tests.browser.scene import fill
from tests.browser.visiting import DESK, PHONE, SMALL, Visit, signed_in, visit
from tests.conftest import Shop
from tests.laws.size import SIZE

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.slow
OPTIONS: Final = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]},
}
AXE: Final = "options => axe.run(document, options).then(found => found.violations)"
SHADE: Final = "dark => document.documentElement.classList.toggle('dark', dark)"


@pytest.fixture(scope="module")
def furnished() -> Iterator[tuple[Shop, dict[str, str]]]:
    """A shop that has some of everything, and where each page is."""
    shop = Shop(create_tenant(f"shop-{secrets.token_hex(6)}", "A shop"), SYSTEM)
    with tenant_scope(shop.tenant_id):
        yield shop, places(shop, fill(shop, 2))


def _serious(one: Visit, name: str, *, dark: bool) -> list[str]:
    """What axe finds that keeps people out."""
    one.page.evaluate(SHADE, dark)
    return [
        f"{name}{' in the dark' * dark}: {found['id']} ({len(found['nodes'])}): {found['nodes'][0]['html'][:200]}"
        for found in one.page.evaluate(AXE, OPTIONS)
        if found["impact"] in ("serious", "critical")
    ]


def _wide(one: Visit, name: str, sizes: Sequence[dict[str, int]]) -> list[str]:
    """On which screens the page is wider than the screen."""
    found = []
    for size in sizes:
        if len(sizes) > 1:
            one.page.set_viewport_size(size)  # type: ignore[arg-type]
        wide = one.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        found += [f"{name}: {wide} px wider than {size['width']}"] * (wide > 0)
    return found


def _faults(one: Visit, paths: Mapping[str, str], sizes: Sequence[dict[str, int]], shades: Sequence[bool]) -> list[str]:
    """What is wrong with the pages at these addresses."""
    found = list[str]()
    for name, path in paths.items():
        answer = one.page.goto(one.address + path)
        if answer is None or answer.status != 200:
            found.append(f"{name}: {answer and answer.status}")
            continue
        found += _wide(one, name, sizes)
        one.page.evaluate(AXE_SCRIPT)
        for dark in shades:
            found += _serious(one, name, dark=dark)
    found += one.faults
    one.faults.clear()
    return found


def test_a_page_of_each_kind_on_a_phone_in_the_dark(
    browser: Browser, address: str, furnished: tuple[Shop, dict[str, str]]
) -> None:
    shop, paths = furnished
    with visit(browser, address, size=SMALL, language="zh-TW", dark=True) as one:
        signed_in(one, shop)
        found = _faults(one, kinds(paths), [SMALL], [True])
    assert found == [], "\n".join(found)


def test_a_page_of_each_kind_on_a_desk(browser: Browser, address: str, furnished: tuple[Shop, dict[str, str]]) -> None:
    shop, paths = furnished
    with visit(browser, address, size=DESK) as one:
        signed_in(one, shop)
        found = _faults(one, kinds(paths), [DESK], [False])
    assert found == [], "\n".join(found)


@pytest.mark.skipif(SIZE == "test", reason="every page is looked at in `make torture`")
@pytest.mark.parametrize("language", ["en", "zh-TW", "zh-CN"])
def test_every_page(browser: Browser, address: str, furnished: tuple[Shop, dict[str, str]], language: str) -> None:
    shop, paths = furnished
    with visit(browser, address, size=SMALL, language=language) as one:
        signed_in(one, shop)
        found = _faults(one, paths, [DESK, PHONE, SMALL], [False, True] if language == "en" else [True])
    assert found == [], "\n".join(found)
