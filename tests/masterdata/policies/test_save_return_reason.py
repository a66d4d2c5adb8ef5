"""Reasons are written down and changed; those that ship with the program count until there is one."""

from dataclasses import replace
from typing import Any

import pytest

from dingdan.kernel.errors import Refusal
from dingdan.kernel.text import TextMissing, UnknownChoice, UnknownLanguage, UnusableCode
from dingdan.masterdata.policies.commands import save_return_reason
from dingdan.masterdata.policies.models import ReturnReason
from dingdan.masterdata.policies.queries import reasons_in_force
from tests.masterdata.policies.drafts import REASON
from tests.masterdata.shop import Shop


def test_it_works(shop: Shop) -> None:
    assert set(reasons_in_force().values()) == {None}
    assert "unwanted" in reasons_in_force()
    saved = save_return_reason(shop.call(), reason=REASON)
    (row,) = ReturnReason.objects.all()
    assert (row.id, row.code, row.name, row.name_i18n, row.fault) == (
        saved.return_reason_id, "too-loud", "Too loud", {"zh-Hant": "太吵"}, "shop",
    )  # fmt: skip
    assert reasons_in_force() == {"too-loud": row}


def test_a_second_save_changes_what_is_different(shop: Shop) -> None:
    first = save_return_reason(shop.call(), reason=REASON)
    second = save_return_reason(shop.call(), reason=replace(REASON, name="Far too loud"))
    assert (second.return_reason_id, second.created, len(second.changes)) == (first.return_reason_id, False, 1)


@pytest.mark.parametrize(
    ("changes", "refusal", "field"),
    [
        ({"code": ""}, TextMissing, "code"),
        ({"code": "!"}, UnusableCode, "code"),
        ({"name": " "}, TextMissing, "name"),
        ({"name_i18n": {"no language": "x"}}, UnknownLanguage, "name_i18n"),
        ({"fault": "nobody"}, UnknownChoice, "fault"),
    ],
)
def test_what_cannot_be_is_refused(shop: Shop, changes: dict[str, Any], refusal: type[Refusal], field: str) -> None:
    with shop.nothing_changes(ReturnReason), pytest.raises(refusal) as refused:
        save_return_reason(shop.call(), reason=replace(REASON, **changes))
    assert refused.value.field == field
