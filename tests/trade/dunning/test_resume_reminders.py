"""A customer is reminded again."""

from __future__ import annotations

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.trade.dunning.commands import resume_reminders, stop_reminders
from dingdan.trade.dunning.models import ReminderStop
from tests.conftest import Shop
from tests.trade.dunning import owing


def test_it_works(shop: Shop) -> None:
    customer_id, other = owing.customer(shop), owing.customer(shop)
    stop_reminders(shop.call(), reason="They call us", customer_id=customer_id)
    stop_reminders(shop.call(), reason="They call us", customer_id=other)
    resume_reminders(shop.call(), customer_id=customer_id)
    assert ReminderStop.objects.get().customer_id == other


def test_what_is_not_stopped_is_refused(shop: Shop) -> None:
    with pytest.raises(NotFound):
        resume_reminders(shop.call(), customer_id=owing.customer(shop))
