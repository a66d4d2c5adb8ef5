import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.masterdata.methods.commands import retire_merchant_account, save_merchant_account
from dingdan.masterdata.methods.models import MerchantAccount
from dingdan.masterdata.methods.queries import account_in_use
from tests.masterdata.methods.firm import ACCOUNT
from tests.masterdata.shop import Shop


def test_it_works(shop: Shop) -> None:
    id_ = save_merchant_account(shop.call(), account=ACCOUNT).merchant_account_id
    assert retire_merchant_account(shop.call(), merchant_account_id=id_).state == "retired"
    assert account_in_use("pennypay") is None


def test_it_refuses_what_is_retired_already(shop: Shop) -> None:
    id_ = save_merchant_account(shop.call(), account=ACCOUNT).merchant_account_id
    retire_merchant_account(shop.call(), merchant_account_id=id_)
    with shop.nothing_changes(MerchantAccount), pytest.raises(NotInThisState):
        retire_merchant_account(shop.call(), merchant_account_id=id_)


def test_it_refuses_what_is_not_there(shop: Shop) -> None:
    with shop.nothing_changes(MerchantAccount), pytest.raises(NotFound):
        retire_merchant_account(shop.call(), merchant_account_id=new_id())
