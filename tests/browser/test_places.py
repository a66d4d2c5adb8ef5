"""Every page of the back office, without a browser: what it asks the database, and whether it speaks Chinese."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

import pytest

from dingdan.automation.setup import create_tenant
from dingdan.kernel.command import every
from dingdan.kernel.journal import SYSTEM
from dingdan.kernel.tenancy import tenant_scope
from tests.browser.foreign import foreign
from tests.browser.places import places
from tests.browser.scene import fill
from tests.browser.visiting import just_signed_in
from tests.conftest import Shop
from tests.laws.size import sized
from tests.masterdata.shop import counted

pytestmark = pytest.mark.slow
MOST = 60
"""Questions of the page that asks most."""


PEOPLE_SAY = """
    Account Article As App Back Bank Beyond Biller Cash Common English GB Grade Helping Lantern Large List MUG Main Message ID
    Node Number On Opened Other Post Prices Seller Sons TEA Terms Till To Transfer Web Worn amount be broken csv cup customer
    faulty good hand incomplete is main mug new or org production refurbished repair scrap shelf shop spare stock supplier test
    The the till to two warehouse web webhook europe days damaged inspection transit id Some text
"""
"""Words of the scene: what the shop, its goods and its people are called."""

KEEPS = ("wording_edit", "wording_level", "wording_way", "board_boardrow_regroup")
"""Pages that read something of each shop once, and keep it: the logo in mails, who is blocked."""


def _said_by_tests() -> str:
    """Words of the commands that tests have of their own: they are among the permissions where the same process has run them."""
    names = [name for name, one in every.items() if not one.function.__module__.startswith("dingdan.")]
    words = " ".join(names).replace(".", " ").replace("_", " ")
    return f"{words} {words.title()}"


class _Visited:
    """A shop of so many of everything, each page of which is looked at in a language."""

    def __init__(self, times: int, language: str) -> None:
        self.shop = Shop(create_tenant(f"shop-{secrets.token_hex(6)}", "A shop"), SYSTEM)
        with tenant_scope(self.shop.tenant_id):
            self.desk = just_signed_in(self.shop, language=language)
            self.paths = places(self.shop, fill(self.shop, times))

    def asked(self, names: Iterable[str] = ()) -> dict[str, int]:
        """How many questions each page asks, or each of these; it says nothing in English."""
        found, away, english = {}, {}, {}
        with tenant_scope(self.shop.tenant_id):
            for name in names or self.paths:
                if name in KEEPS:
                    self.desk.browser.get(self.paths[name])
                with counted() as statements:
                    answer = self.desk.browser.get(self.paths[name])
                found[name] = len(statements)
                if answer.status_code != 200:
                    away[name] = (self.paths[name], answer.status_code)
                if left := foreign(answer.content.decode(), PEOPLE_SAY + _said_by_tests()):
                    english[name] = left
        assert away == {}, away
        assert english == {}, english
        return found


def test_no_page_asks_more_where_there_is_more() -> None:
    """The full shop comes first: what a process learns once, it may ask there, and is then asked for again."""
    full = _Visited(sized(3, 5, 5), "zh-hans")
    many, few = full.asked(), _Visited(1, "zh-hant").asked()
    if more := [name for name in many if few[name] < many[name]]:
        many |= full.asked(more)
    growing = {name: (few[name], many[name]) for name in more if few[name] < many[name]}
    assert growing == {}, growing
    greedy = {name: count for name, count in many.items() if count > MOST}
    assert greedy == {}, greedy
