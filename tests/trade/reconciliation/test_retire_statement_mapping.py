"""A mapping that is retired is offered no more."""

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.trade.reconciliation.commands import retire_statement_mapping, save_statement_mapping
from dingdan.trade.reconciliation.queries import mappings
from tests.conftest import Shop
from tests.trade.reconciliation.test_save_statement_mapping import DRAFT


def test_it_works(shop: Shop) -> None:
    saved = save_statement_mapping(shop.call(), mapping=DRAFT)
    assert mappings().count() == 1
    for _time in range(2):
        retire_statement_mapping(shop.call(), mapping_id=saved.mapping_id)
    assert mappings().count() == 0


def test_an_unknown_one_is_refused(shop: Shop) -> None:
    with pytest.raises(NotFound):
        retire_statement_mapping(shop.call(), mapping_id=new_id())
