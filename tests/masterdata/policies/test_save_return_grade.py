"""Grades are written down and changed; those that ship with the program count until there is one."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from dingdan.kernel.errors import Refusal
from dingdan.kernel.text import UnknownChoice, UnusableCode
from dingdan.masterdata.policies.commands import save_return_grade
from dingdan.masterdata.policies.models import ReturnGrade
from dingdan.masterdata.policies.queries import grades_in_force
from dingdan.masterdata.policies.rules import FractionNotUsable, Grade
from tests.masterdata.policies.drafts import GRADE
from tests.masterdata.shop import Shop


def test_it_works(shop: Shop) -> None:
    assert list(grades_in_force()) == ["A", "B", "C", "refurbish", "scrap", "supplier"]
    saved = save_return_grade(shop.call(), grade=GRADE)
    assert ReturnGrade.objects.get().id == saved.return_grade_id
    assert grades_in_force() == {"B": Grade(code="B", goes_to="damaged", given_back=Decimal("0.75"), id=saved.return_grade_id)}


def test_a_second_save_changes_what_is_different(shop: Shop) -> None:
    first = save_return_grade(shop.call(), grade=GRADE)
    second = save_return_grade(shop.call(), grade=replace(GRADE, goes_to="stock"))
    assert (second.return_grade_id, second.created) == (first.return_grade_id, False)
    assert [(one.field, one.after) for one in second.changes] == [("goes_to", "stock")]


@pytest.mark.parametrize(
    ("changes", "refusal", "field"),
    [
        ({"code": "grade b"}, UnusableCode, "code"),
        ({"goes_to": "moon"}, UnknownChoice, "goes_to"),
        ({"given_back": Decimal("1.5")}, FractionNotUsable, "given_back"),
        ({"given_back": Decimal("-0.1")}, FractionNotUsable, "given_back"),
        ({"given_back": Decimal("0.1234567")}, FractionNotUsable, "given_back"),
    ],
)
def test_what_cannot_be_is_refused(shop: Shop, changes: dict[str, Any], refusal: type[Refusal], field: str) -> None:
    with shop.nothing_changes(ReturnGrade), pytest.raises(refusal) as refused:
        save_return_grade(shop.call(), grade=replace(GRADE, **changes))
    assert refused.value.field == field
