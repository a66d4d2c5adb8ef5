"""Levels of reminders are written down."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dingdan.kernel.errors import Invalid
from dingdan.masterdata.methods.commands import save_reminder_level
from dingdan.masterdata.methods.models import ReminderLevel
from dingdan.masterdata.methods.queries import reminder_levels
from dingdan.masterdata.methods.rules import ReminderLevelDraft
from tests.conftest import Shop

FIRST = ReminderLevelDraft(level=1, days=7, fee=500, currency="GBP")


def test_it_works(shop: Shop) -> None:
    save_reminder_level(shop.call(), level=replace(FIRST, level=2, days=21))
    saved = save_reminder_level(shop.call(), level=FIRST)
    assert [(one.level, one.days, one.fee) for one in reminder_levels()] == [(1, 7, 500), (2, 21, 500)]
    again = save_reminder_level(shop.call(), level=replace(FIRST, days=10))
    assert (again.created, again.reminder_level_id) == (False, saved.reminder_level_id)


@pytest.mark.parametrize(
    ("said", "field"),
    [({"level": 0}, "level"), ({"days": 366}, "days"), ({"fee": -1}, "fee"), ({"currency": ""}, "fee")],
)
def test_what_cannot_be_is_refused(shop: Shop, said: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        save_reminder_level(shop.call(), level=replace(FIRST, **said))
    assert caught.value.field == field
    assert not ReminderLevel.objects.exists()
