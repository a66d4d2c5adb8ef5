"""People are reminded by a level no more."""

from __future__ import annotations

import pytest

from dingdan.kernel.lifecycle import NotInThisState
from dingdan.masterdata.methods.commands import restore_reminder_level, retire_reminder_level, save_reminder_level
from dingdan.masterdata.methods.queries import reminder_levels
from dingdan.masterdata.methods.rules import ReminderLevelDraft
from tests.conftest import Shop


def test_it_works(shop: Shop) -> None:
    level = save_reminder_level(shop.call(), level=ReminderLevelDraft(level=1, days=7)).reminder_level_id
    assert retire_reminder_level(shop.call(), reminder_level_id=level).state == "retired"
    assert reminder_levels() == []
    assert restore_reminder_level(shop.call(), reminder_level_id=level).state == "active"
    assert [one.id for one in reminder_levels()] == [level]


def test_one_that_is_so_already_is_refused(shop: Shop) -> None:
    level = save_reminder_level(shop.call(), level=ReminderLevelDraft(level=1, days=7)).reminder_level_id
    retire_reminder_level(shop.call(), reminder_level_id=level)
    with pytest.raises(NotInThisState):
        retire_reminder_level(shop.call(), reminder_level_id=level)
    assert reminder_levels() == []
