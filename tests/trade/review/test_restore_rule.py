"""A retired rule is offered again."""

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.trade.review.commands import restore_rule, retire_rule
from dingdan.trade.review.models import Rule, RuleVersion
from dingdan.trade.review.queries import rules_in_force
from tests import kit
from tests.conftest import Shop
from tests.trade.review.desk import rule, told


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    rule_id = rule(shop)
    retire_rule(shop.call(), rule_id=rule_id)
    turned = restore_rule(shop.call(), rule_id=rule_id)
    assert (turned.state, Rule.objects.get().state) == ("paused", "paused")
    assert turned.version == RuleVersion.objects.count() == 4
    assert rules_in_force() == []
    assert not kit.place(shop, ("TEA", 1)).in_review


def test_what_is_so_already_is_refused(shop: Shop) -> None:
    rule_id = rule(shop)
    before = told()
    with pytest.raises(NotInThisState):
        restore_rule(shop.call(), rule_id=rule_id)
    assert told() == before


def test_a_strangers_rule_is_not_there(shop: Shop) -> None:
    with pytest.raises(NotFound):
        restore_rule(shop.call(), rule_id=new_id())
