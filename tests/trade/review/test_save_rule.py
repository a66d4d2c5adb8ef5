"""Rules are written down in versions; every change of any rule is an edition of them all."""

import pytest

from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.register import KeyTaken
from dingdan.masterdata.channels.queries import all_channels, waiting
from dingdan.trade.review.commands import RuleDraft, save_rule
from dingdan.trade.review.models import Rule, RuleVersion
from dingdan.trade.review.queries import edition, rules_in_force
from tests import kit
from tests.conftest import Shop
from tests.trade.review.desk import LARGE, told

BIG = RuleDraft(code="big", name="Big orders", kind="amount", parameters=LARGE)


def test_it_works(shop: Shop) -> None:
    saved = save_rule(shop.call(), rule=BIG)
    row = Rule.objects.get(id=saved.rule_id)
    assert (saved.created, saved.version, saved.edition) == (True, 1, 1)
    assert (row.code, row.state, row.kind, row.parameters) == ("big", "paused", "amount", LARGE)
    assert rules_in_force() == []
    assert not waiting().everywhere


def test_a_change_makes_a_new_version_and_the_old_one_stays(shop: Shop) -> None:
    first = save_rule(shop.call(), rule=BIG)
    wider = RuleDraft(code="big", name="Big orders", kind="amount", parameters={"amounts": {"GBP": 5000}}, approvals=2)
    second = save_rule(shop.call(), rule=wider)
    assert (second.rule_id, second.created, second.version, second.edition) == (first.rule_id, False, 2, 2)
    assert [change.field for change in second.changes] == ["parameters", "approvals"]
    versions = RuleVersion.objects.order_by("edition")
    assert list(versions.values_list("version", "parameters", "approvals")) == [(1, LARGE, 1), (2, {"amounts": {"GBP": 5000}}, 2)]


def test_what_changes_nothing_makes_no_version(shop: Shop) -> None:
    save_rule(shop.call(), rule=BIG)
    again = save_rule(shop.call(), rule=BIG)
    assert (again.version, again.edition, again.changes) == (1, 1, ())
    assert RuleVersion.objects.count() == 1


def test_a_channel_is_named_by_its_code(shop: Shop) -> None:
    saved = save_rule(shop.call(), rule=RuleDraft(code="web", name="Web", kind="amount", parameters=LARGE, channels=("web",)))
    assert Rule.objects.get(id=saved.rule_id).channel_ids == [all_channels()[0].id]


def test_every_change_at_once_has_an_edition_of_its_own(shop: Shop) -> None:
    def write(index: int) -> int:
        draft = RuleDraft(code=f"big-{index}", name="Big", kind="amount", parameters=LARGE)
        return save_rule(shop.call(), rule=draft).edition

    assert sorted(kit.in_threads(write, 4)) == [1, 2, 3, 4]
    assert edition() == 4


def test_it_can_be_called_otherwise(shop: Shop) -> None:
    saved = save_rule(shop.call(), rule=BIG)
    save_rule(shop.call(), rule=RuleDraft(id=saved.rule_id, code="large", name="Large", kind="amount", parameters=LARGE))
    assert Rule.objects.get().code == "large"


def test_a_code_of_another_is_refused(shop: Shop) -> None:
    first = save_rule(shop.call(), rule=BIG)
    save_rule(shop.call(), rule=RuleDraft(code="other", name="Other", kind="amount", parameters=LARGE))
    before = told()
    with pytest.raises(KeyTaken):
        save_rule(shop.call(), rule=RuleDraft(id=first.rule_id, code="other", name="Big", kind="amount", parameters=LARGE))
    assert told() == before


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (RuleDraft(code="x", name="X", kind="amount"), "parameters.amounts"),
        (RuleDraft(code="x", name="X", kind="amount", parameters=LARGE, channels=("nowhere",)), "channels.0"),
        (RuleDraft(id=new_id(), code="x", name="X", kind="amount", parameters=LARGE), "rule_id"),
    ],
)
def test_what_cannot_be_is_refused(shop: Shop, draft: RuleDraft, field: str) -> None:
    with pytest.raises(Refusal) as refused:
        save_rule(shop.call(), rule=draft)
    assert refused.value.field == field
    assert told() == [0, 0, 0, 0, 0]


def test_a_strangers_rule_is_not_there(shop: Shop) -> None:
    with pytest.raises(NotFound):
        save_rule(shop.call(), rule=RuleDraft(id=new_id(), code="x", name="X", kind="amount", parameters=LARGE))
