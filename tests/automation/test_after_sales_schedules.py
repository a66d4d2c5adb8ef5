"""What happens by the clock after the sale: returns lapse, credit expires."""

from __future__ import annotations

from datetime import timedelta

from dingdan.automation.jobs import forfeit, give_up
from dingdan.kernel import clock
from dingdan.kernel.ids import new_id
from dingdan.kernel.models import JournalEntry
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import grant_store_credit
from dingdan.ledgers.payments.queries import credit_of
from dingdan.trade.aftersales.models import Return
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales.ahead import exchanged, sent


def test_credit_expires_once_its_time_is_over(shop: Shop) -> None:
    customer_id, until = new_id(), clock.now() + timedelta(days=3)
    grant_store_credit(shop.call(), customer_id=customer_id, money=Money(500, "GBP"), expires_at=until)
    entries = JournalEntry.objects.count()
    forfeit(shop.tenant_id)
    assert JournalEntry.objects.count() == entries
    with clock.moved_by(timedelta(days=4)):
        forfeit(shop.tenant_id)
        forfeit(shop.tenant_id)
    assert JournalEntry.objects.count() == entries + 1
    assert [credit.due for credit in credit_of(customer_id)] == [0]
    assert kit.breaches() == []


def test_a_return_that_never_came_lapses_once(shop: Shop) -> None:
    _order, return_id = exchanged(shop, days=2)
    sent(shop, return_id)
    assert give_up(shop.tenant_id) == 0
    with clock.moved_by(timedelta(days=3)):
        assert [give_up(shop.tenant_id), give_up(shop.tenant_id)] == [1, 0]
    assert Return.objects.get().state == "lapsed"
    assert kit.breaches() == []
