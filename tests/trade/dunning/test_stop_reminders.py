"""Nobody reminds a customer, or of an invoice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dingdan.automation.reminding import remind
from dingdan.kernel import clock
from dingdan.kernel.errors import Invalid, NotFound
from dingdan.kernel.ids import new_id
from dingdan.trade.dunning.commands import RemindOf, StoppedBefore, remind_invoices, stop_reminders
from dingdan.trade.dunning.models import Reminder, ReminderStop
from dingdan.trade.dunning.rules import NothingToRemind
from tests.conftest import Shop
from tests.ledgers.inventory import book
from tests.trade.dunning import owing


@pytest.mark.parametrize("whole_customer", [True, False])
def test_it_works(shop: Shop, whole_customer: bool) -> None:
    with clock.moved_by(book.NOON - clock.now()):
        owing.open_shop(shop)
        customer_id = owing.customer(shop)
        _order, invoice = owing.invoiced(shop, customer_id=customer_id)
        of = {"customer_id": customer_id} if whole_customer else {"invoice_id": invoice.id}
        stop_reminders(shop.call(), reason="They call us", **of)
    with clock.moved_by(book.NOON - clock.now() + timedelta(days=40)):
        assert remind(shop.tenant_id) == 0
        with pytest.raises(NothingToRemind):
            remind_invoices.one(shop.call(), RemindOf(invoice_id=invoice.id))
    assert not Reminder.objects.exists()


def test_what_is_stopped_already_is_refused(shop: Shop) -> None:
    customer_id = owing.customer(shop)
    stop_reminders(shop.call(), reason="They call us", customer_id=customer_id)
    with pytest.raises(StoppedBefore):
        stop_reminders(shop.call(), reason="Again", customer_id=customer_id)
    assert ReminderStop.objects.get().reason == "They call us"


def test_nobody_or_both_or_a_stranger_is_refused(shop: Shop) -> None:
    with pytest.raises(Invalid):
        stop_reminders(shop.call(), reason="Why")
    with pytest.raises(Invalid):
        stop_reminders(shop.call(), reason="Why", customer_id=new_id(), invoice_id=new_id())
    with pytest.raises(NotFound):
        stop_reminders(shop.call(), reason="Why", customer_id=new_id())
    with pytest.raises(NotFound):
        stop_reminders(shop.call(), reason="Why", invoice_id=new_id())
    assert not ReminderStop.objects.exists()
