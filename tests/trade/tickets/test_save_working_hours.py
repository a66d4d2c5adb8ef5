"""When the shop works on tickets."""

from __future__ import annotations

from datetime import date

import pytest

from dingdan.kernel.models import Tenant
from dingdan.trade.tickets import queries
from dingdan.trade.tickets.commands import save_working_hours
from dingdan.trade.tickets.rules import HoursDraft, HoursNotUsable, WeekTooShort
from tests.conftest import Shop
from tests.trade.tickets.desk import MONDAY, nothing_changes, opened, row


def test_it_works(shop: Shop) -> None:
    Tenant.objects.filter(id=shop.tenant_id).update(time_zone="Asia/Taipei")
    hours = HoursDraft(monday=(("10:00", "12:00"), ("13:00", "20:00")), days_off=(date(2026, 3, 9),))
    saved = save_working_hours(shop.call(), hours=hours)
    assert {one.field for one in saved.changes} == {"monday", "tuesday", "wednesday", "thursday", "friday", "days_off"}
    assert queries.hours_as_they_are() == hours
    # 18:00 in Taipei: two hours of work are left on that Monday, the next one is free, and then comes a lunch break.
    assert row(opened(shop, at=MONDAY)).answer_by_at == MONDAY.replace(day=16, hour=4)
    assert save_working_hours(shop.call(), hours=hours).changes == ()


def test_until_it_says_so_a_shop_works_from_monday_to_friday(shop: Shop) -> None:
    week = queries.hours_as_they_are()
    assert (week.monday, week.friday, week.saturday) == ((("09:00", "18:00"),), (("09:00", "18:00"),), ())


def test_hours_that_cannot_be_are_refused(shop: Shop) -> None:
    with nothing_changes(shop), pytest.raises(HoursNotUsable):
        save_working_hours(shop.call(), hours=HoursDraft(monday=(("18:00", "09:00"),)))
    with nothing_changes(shop), pytest.raises(WeekTooShort):
        save_working_hours(shop.call(), hours=HoursDraft())
