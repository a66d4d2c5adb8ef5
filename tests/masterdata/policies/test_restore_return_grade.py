"""A grade of returns is restored."""

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.masterdata.policies.commands import restore_return_grade, retire_return_grade, save_return_grade
from dingdan.masterdata.policies.models import ReturnGrade
from tests.masterdata.policies.drafts import GRADE
from tests.masterdata.shop import Shop


def test_it_works(shop: Shop) -> None:
    saved = save_return_grade(shop.call(), grade=GRADE)
    retire_return_grade(shop.call(), return_grade_id=saved.return_grade_id)
    assert restore_return_grade(shop.call(), return_grade_id=saved.return_grade_id).state == "active"
    assert ReturnGrade.objects.get().state == "active"


def test_a_second_time_is_refused(shop: Shop) -> None:
    saved = save_return_grade(shop.call(), grade=GRADE)
    retire_return_grade(shop.call(), return_grade_id=saved.return_grade_id)
    restore_return_grade(shop.call(), return_grade_id=saved.return_grade_id)
    with shop.nothing_changes(ReturnGrade), pytest.raises(NotInThisState):
        restore_return_grade(shop.call(), return_grade_id=saved.return_grade_id)


def test_an_unknown_one_is_refused(shop: Shop) -> None:
    with shop.nothing_changes(ReturnGrade), pytest.raises(NotFound):
        restore_return_grade(shop.call(), return_grade_id=new_id())
