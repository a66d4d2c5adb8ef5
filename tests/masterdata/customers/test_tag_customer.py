import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.text import TextTooLong
from dingdan.masterdata.customers.commands import erase_customer_contact, merge_customers, save_customer, tag_customer
from dingdan.masterdata.customers.models import CustomerTag
from dingdan.masterdata.customers.queries import tags_of
from dingdan.masterdata.customers.rules import CustomerDraft, Forgotten, MergedAway, NothingToTag, TooManyCustomerTags
from tests.masterdata.shop import Shop


def test_it_works(shop: Shop) -> None:
    id_ = save_customer(shop.call(), customer=CustomerDraft()).customer_id
    tagged = tag_customer(shop.call(), customer_id=id_, add=("vip", "茶", "vip"))
    assert (tagged.customer_id, tagged.added, tagged.removed) == (id_, ("vip", "茶"), ())
    tag_customer(shop.call(), customer_id=id_, add=("vip", "wholesale"), remove=("茶", "nothing"))
    assert tags_of([id_]) == {id_: ["vip", "wholesale"]}


def test_it_refuses_nothing(shop: Shop) -> None:
    id_ = save_customer(shop.call(), customer=CustomerDraft()).customer_id
    with shop.nothing_changes(CustomerTag), pytest.raises(NothingToTag):
        tag_customer(shop.call(), customer_id=id_)


def test_it_refuses_what_is_no_tag(shop: Shop) -> None:
    id_ = save_customer(shop.call(), customer=CustomerDraft()).customer_id
    with shop.nothing_changes(CustomerTag), pytest.raises(TextTooLong):
        tag_customer(shop.call(), customer_id=id_, add=("x" * 41,))


def test_it_refuses_more_than_anybody_tells_apart(shop: Shop) -> None:
    id_ = save_customer(shop.call(), customer=CustomerDraft()).customer_id
    tag_customer(shop.call(), customer_id=id_, add=tuple(f"t{number}" for number in range(50)))
    with shop.nothing_changes(CustomerTag), pytest.raises(TooManyCustomerTags):
        tag_customer(shop.call(), customer_id=id_, add=("one more",))
    tag_customer(shop.call(), customer_id=id_, add=("one more",), remove=("t0",))
    assert len(tags_of([id_])[id_]) == 50


def test_it_refuses_who_was_merged_or_forgotten(shop: Shop) -> None:
    kept, merged, gone = (save_customer(shop.call(), customer=CustomerDraft(number=n)).customer_id for n in ("A", "B", "C"))
    merge_customers(shop.call(), kept_id=kept, merged_id=merged)
    erase_customer_contact(shop.call(), customer_id=gone)
    with shop.nothing_changes(CustomerTag), pytest.raises(MergedAway):
        tag_customer(shop.call(), customer_id=merged, add=("vip",))
    with shop.nothing_changes(CustomerTag), pytest.raises(Forgotten):
        tag_customer(shop.call(), customer_id=gone, add=("vip",))


def test_it_refuses_what_is_not_there(shop: Shop) -> None:
    with shop.nothing_changes(CustomerTag), pytest.raises(NotFound) as refused:
        tag_customer(shop.call(), customer_id=new_id(), add=("vip",))
    assert refused.value.field == "customer_id"
