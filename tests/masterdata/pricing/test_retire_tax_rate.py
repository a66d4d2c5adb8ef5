import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.masterdata.pricing.commands import retire_tax_rate, save_tax_rate
from dingdan.masterdata.pricing.models import TaxRate
from dingdan.masterdata.pricing.queries import tax_rates
from tests.masterdata.pricing.drafts import GST, TODAY
from tests.masterdata.shop import Shop


def test_it_works(shop: Shop) -> None:
    id_ = save_tax_rate(shop.call(), tax_rate=GST).tax_rate_id
    assert retire_tax_rate(shop.call(), tax_rate_id=id_).tax_rate_id == id_
    assert tax_rates("CA", "", TODAY) == {}


def test_a_retired_rate_may_be_given_again(shop: Shop) -> None:
    id_ = save_tax_rate(shop.call(), tax_rate=GST).tax_rate_id
    retire_tax_rate(shop.call(), tax_rate_id=id_)
    again = save_tax_rate(shop.call(), tax_rate=GST)
    assert again.created
    assert again.tax_rate_id != id_


def test_it_refuses_to_do_it_twice(shop: Shop) -> None:
    id_ = save_tax_rate(shop.call(), tax_rate=GST).tax_rate_id
    retire_tax_rate(shop.call(), tax_rate_id=id_)
    with shop.nothing_changes(TaxRate), pytest.raises(NotInThisState):
        retire_tax_rate(shop.call(), tax_rate_id=id_)


def test_it_refuses_what_is_not_there(shop: Shop) -> None:
    with shop.nothing_changes(TaxRate), pytest.raises(NotFound) as refused:
        retire_tax_rate(shop.call(), tax_rate_id=new_id())
    assert refused.value.field == "tax_rate_id"
