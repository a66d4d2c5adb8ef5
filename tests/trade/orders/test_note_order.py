"""Notes are for staff, or for the customer too."""

import pytest

from dingdan.kernel.errors import Refusal
from dingdan.kernel.models import JournalEntry
from dingdan.trade.orders.commands import note_order
from dingdan.trade.orders.models import OrderNote
from tests import kit
from tests.conftest import Shop


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 1))
    note_order(shop.call(), order_id=order.order_id, text="Call Ann first.\nShe is out on Mondays.")
    note = OrderNote.objects.get()
    assert (note.text, note.to_customer) == ("Call Ann first.\nShe is out on Mondays.", False)
    assert "Ann" not in str(JournalEntry.objects.get(command="orders.note_order").event)


def test_an_empty_note_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 1))
    with pytest.raises(Refusal) as refused:
        note_order(shop.call(), order_id=order.order_id, text="")
    assert refused.value.field == "text"
    assert not OrderNote.objects.exists()


def test_a_nul_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 1))
    with pytest.raises(Refusal):
        note_order(shop.call(), order_id=order.order_id, text="a\x00b")
    assert not OrderNote.objects.exists()
