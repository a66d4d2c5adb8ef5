"""A storefront is shown again."""

from __future__ import annotations

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.masterdata.shop.commands import restore_storefront, retire_storefront, save_storefront
from dingdan.masterdata.shop.queries import storefront
from dingdan.masterdata.shop.rules import StorefrontDraft
from tests.conftest import Shop


def test_it_works(shop: Shop) -> None:
    id_ = save_storefront(shop.call(), storefront=StorefrontDraft(code="web")).storefront_id
    retire_storefront(shop.call(), storefront_id=id_)
    assert restore_storefront(shop.call(), storefront_id=id_).state == "active"
    assert storefront() is not None


def test_what_is_open_is_refused(shop: Shop) -> None:
    id_ = save_storefront(shop.call(), storefront=StorefrontDraft(code="web")).storefront_id

    with pytest.raises(NotInThisState):
        restore_storefront(shop.call(), storefront_id=id_)
    assert storefront() is not None


def test_what_is_not_there_is_refused(shop: Shop) -> None:
    with pytest.raises(NotFound):
        restore_storefront(shop.call(), storefront_id=new_id())
