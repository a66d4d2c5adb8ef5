from __future__ import annotations

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.masterdata.shop.commands import put_storefront_logo, remove_storefront_logo, save_storefront
from dingdan.masterdata.shop.models import StorefrontLogo
from dingdan.masterdata.shop.queries import logo_of
from dingdan.masterdata.shop.rules import StorefrontDraft
from tests.masterdata.catalog.pictures import png
from tests.masterdata.shop import Shop


def test_it_works(shop: Shop) -> None:
    front = save_storefront(shop.call(), storefront=StorefrontDraft(code="web")).storefront_id
    with shop.nothing_changes(StorefrontLogo), pytest.raises(NotFound):
        remove_storefront_logo(shop.call(), storefront_id=front)
    logo = put_storefront_logo(shop.call(), storefront_id=front, name="a", content=png(), alt="Wong").logo_id
    assert remove_storefront_logo(shop.call(), storefront_id=front).logo_id == logo
    assert logo_of(front) is None
    row = StorefrontLogo.objects.get()
    assert (row.content, row.name, row.alt, row.erased_at is not None) == (None, "", "", True)
