from dataclasses import replace

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.kernel.register import KeyTaken
from dingdan.masterdata.methods.commands import restore_merchant_account, retire_merchant_account, save_merchant_account
from dingdan.masterdata.methods.models import MerchantAccount
from dingdan.masterdata.methods.queries import account_in_use
from tests.masterdata.methods.firm import ACCOUNT
from tests.masterdata.shop import Shop


def test_it_works(shop: Shop) -> None:
    id_ = save_merchant_account(shop.call(), account=ACCOUNT).merchant_account_id
    retire_merchant_account(shop.call(), merchant_account_id=id_)
    assert restore_merchant_account(shop.call(), merchant_account_id=id_).state == "active"
    assert account_in_use("pennypay") is not None


def test_it_refuses_one_in_use(shop: Shop) -> None:
    id_ = save_merchant_account(shop.call(), account=ACCOUNT).merchant_account_id
    with shop.nothing_changes(MerchantAccount), pytest.raises(NotInThisState):
        restore_merchant_account(shop.call(), merchant_account_id=id_)


def test_it_refuses_a_second_account_of_the_firm(shop: Shop) -> None:
    id_ = save_merchant_account(shop.call(), account=ACCOUNT).merchant_account_id
    retire_merchant_account(shop.call(), merchant_account_id=id_)
    save_merchant_account(shop.call(), account=replace(ACCOUNT, merchant="P-2"))
    with shop.nothing_changes(MerchantAccount), pytest.raises(KeyTaken):
        restore_merchant_account(shop.call(), merchant_account_id=id_)


def test_it_refuses_what_is_not_there(shop: Shop) -> None:
    with shop.nothing_changes(MerchantAccount), pytest.raises(NotFound):
        restore_merchant_account(shop.call(), merchant_account_id=new_id())
