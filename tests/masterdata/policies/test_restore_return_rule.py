"""A rule of returns is restored."""

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.masterdata.policies.commands import restore_return_rule, retire_return_rule, save_return_rule
from dingdan.masterdata.policies.models import ReturnRule
from tests.masterdata.policies.drafts import RULE
from tests.masterdata.shop import Shop


def test_it_works(shop: Shop) -> None:
    saved = save_return_rule(shop.call(), rule=RULE)
    retire_return_rule(shop.call(), return_rule_id=saved.return_rule_id)
    assert restore_return_rule(shop.call(), return_rule_id=saved.return_rule_id).state == "active"
    assert ReturnRule.objects.get().state == "active"


def test_a_second_time_is_refused(shop: Shop) -> None:
    saved = save_return_rule(shop.call(), rule=RULE)
    retire_return_rule(shop.call(), return_rule_id=saved.return_rule_id)
    restore_return_rule(shop.call(), return_rule_id=saved.return_rule_id)
    with shop.nothing_changes(ReturnRule), pytest.raises(NotInThisState):
        restore_return_rule(shop.call(), return_rule_id=saved.return_rule_id)


def test_an_unknown_one_is_refused(shop: Shop) -> None:
    with shop.nothing_changes(ReturnRule), pytest.raises(NotFound):
        restore_return_rule(shop.call(), return_rule_id=new_id())
