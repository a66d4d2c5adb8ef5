import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.masterdata.customers.commands import note_customer, pin_customer_note, save_customer
from dingdan.masterdata.customers.models import CustomerNote
from dingdan.masterdata.customers.queries import notes_on
from dingdan.masterdata.customers.rules import CustomerDraft
from tests.masterdata.shop import Shop


def test_it_works(shop: Shop) -> None:
    id_ = save_customer(shop.call(), customer=CustomerDraft()).customer_id
    note_id = note_customer(shop.call(), customer_id=id_, text="A").note_id
    for is_pinned in (True, True, False):
        told = pin_customer_note(shop.call(), note_id=note_id, is_pinned=is_pinned)
        assert (told.customer_id, told.is_pinned, notes_on(id_)[0].is_pinned) == (id_, is_pinned, is_pinned)


def test_it_refuses_what_is_not_there(shop: Shop) -> None:
    with shop.nothing_changes(CustomerNote), pytest.raises(NotFound) as refused:
        pin_customer_note(shop.call(), note_id=new_id())
    assert refused.value.field == "note_id"
