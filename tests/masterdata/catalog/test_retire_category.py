"""A category is taken out of sight."""

from __future__ import annotations

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.masterdata.catalog.commands import retire_category, save_category
from dingdan.masterdata.catalog.queries import categories
from dingdan.masterdata.catalog.rules import CategoryDraft
from tests.conftest import Shop


def test_it_works(shop: Shop) -> None:
    id_ = save_category(shop.call(), category=CategoryDraft(slug="cups", name="Cups")).category_id
    assert retire_category(shop.call(), category_id=id_).state == "retired"
    assert categories() == []


def test_twice_is_refused(shop: Shop) -> None:
    id_ = save_category(shop.call(), category=CategoryDraft(slug="cups", name="Cups")).category_id
    retire_category(shop.call(), category_id=id_)
    with pytest.raises(NotInThisState):
        retire_category(shop.call(), category_id=id_)
    assert categories() == []


def test_what_is_not_there_is_refused(shop: Shop) -> None:
    with pytest.raises(NotFound):
        retire_category(shop.call(), category_id=new_id())
