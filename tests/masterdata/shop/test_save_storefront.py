"""A storefront, open at once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dingdan.kernel.errors import Refusal
from dingdan.kernel.text import UnknownChoice, UnknownCountry
from dingdan.masterdata.shop.commands import save_storefront
from dingdan.masterdata.shop.models import Storefront
from dingdan.masterdata.shop.queries import storefront
from dingdan.masterdata.shop.rules import ColorNotUsable, StorefrontDraft
from tests.conftest import Shop

WEB = StorefrontDraft(code="web", tagline="Small things", tagline_i18n={"zh-Hant": "小東西"}, accent="#A34A2F", font="serif")


def test_it_works(shop: Shop) -> None:
    assert storefront() is None
    saved = save_storefront(shop.call(), storefront=WEB)
    row = storefront()
    assert row is not None
    assert (row.id, row.accent, row.corners, row.state) == (saved.storefront_id, "#a34a2f", "soft", "active")
    again = save_storefront(shop.call(), storefront=replace(WEB, country="tw"))
    assert (again.created, [one.field for one in again.changes]) == (False, ["country"])


@pytest.mark.parametrize(
    ("draft", "refusal"),
    [
        (replace(WEB, accent="red"), ColorNotUsable),
        (replace(WEB, accent="#a34a2f;}body{display:none"), Refusal),
        (replace(WEB, font="comic"), UnknownChoice),
        (replace(WEB, country="XX"), UnknownCountry),
    ],
)
def test_what_cannot_be_is_refused(shop: Shop, draft: StorefrontDraft, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        save_storefront(shop.call(), storefront=draft)
    assert Storefront.objects.count() == 0
