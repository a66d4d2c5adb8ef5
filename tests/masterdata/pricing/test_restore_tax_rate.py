import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.kernel.register import KeyTaken
from dingdan.masterdata.pricing.commands import restore_tax_rate, retire_tax_rate, save_tax_rate
from dingdan.masterdata.pricing.models import TaxRate
from dingdan.masterdata.pricing.queries import tax_rates
from tests.masterdata.pricing.drafts import GST, TODAY
from tests.masterdata.shop import Shop


def test_it_works(shop: Shop) -> None:
    id_ = save_tax_rate(shop.call(), tax_rate=GST).tax_rate_id
    retire_tax_rate(shop.call(), tax_rate_id=id_)
    assert restore_tax_rate(shop.call(), tax_rate_id=id_).tax_rate_id == id_
    assert len(tax_rates("CA", "", TODAY)) == 1


def test_it_refuses_one_that_is_in_force(shop: Shop) -> None:
    id_ = save_tax_rate(shop.call(), tax_rate=GST).tax_rate_id
    with shop.nothing_changes(TaxRate), pytest.raises(NotInThisState):
        restore_tax_rate(shop.call(), tax_rate_id=id_)


def test_it_refuses_one_that_was_given_again(shop: Shop) -> None:
    id_ = save_tax_rate(shop.call(), tax_rate=GST).tax_rate_id
    retire_tax_rate(shop.call(), tax_rate_id=id_)
    save_tax_rate(shop.call(), tax_rate=GST)
    with shop.nothing_changes(TaxRate), pytest.raises(KeyTaken):
        restore_tax_rate(shop.call(), tax_rate_id=id_)


def test_it_refuses_what_is_not_there(shop: Shop) -> None:
    with shop.nothing_changes(TaxRate), pytest.raises(NotFound) as refused:
        restore_tax_rate(shop.call(), tax_rate_id=new_id())
    assert refused.value.field == "tax_rate_id"
