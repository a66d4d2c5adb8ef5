import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.models import EntrySubject
from dingdan.masterdata.customers.commands import export_customer, save_customer
from dingdan.masterdata.customers.rules import CustomerDraft
from tests.masterdata.shop import Shop


def test_it_works(shop: Shop) -> None:
    id_ = save_customer(shop.call(), customer=CustomerDraft()).customer_id
    told = export_customer(shop.call(), customer_id=id_)
    assert told.customer_id == id_
    assert EntrySubject.objects.filter(kind="customer", subject_id=id_).count() == 2


def test_it_refuses_what_is_not_there(shop: Shop) -> None:
    with shop.nothing_changes(), pytest.raises(NotFound) as refused:
        export_customer(shop.call(), customer_id=new_id())
    assert refused.value.field == "customer_id"
