"""Who is forgotten is not found again by what they ordered."""

from dingdan.automation.consumers import drain
from dingdan.kernel.ids import new_id
from dingdan.masterdata.customers.commands import erase_customer_contact, save_customer
from dingdan.masterdata.customers.rules import CustomerDraft
from dingdan.trade.review.commands import forget_buyer
from dingdan.trade.review.models import Review, Trace
from tests import kit
from tests.conftest import Shop
from tests.trade.review.desk import reviewed, rule


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    rule(shop)
    customer_id = save_customer(shop.call(), customer=CustomerDraft(number="C1")).customer_id
    reviewed(shop, kit.place(shop, ("TEA", 1), customer_id=customer_id))
    reviewed(shop, kit.place(shop, ("TEA", 1)))
    assert forget_buyer(shop.call(), customer_id=customer_id).traces == 3
    assert Trace.objects.count() == 2
    assert Review.objects.count() == 2
    assert forget_buyer(shop.call(), customer_id=customer_id).traces == 0
    assert kit.breaches() == []


def test_it_follows_when_a_customer_is_forgotten(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    rule(shop)
    customer_id = save_customer(shop.call(), customer=CustomerDraft(number="C1")).customer_id
    reviewed(shop, kit.place(shop, ("TEA", 1), customer_id=customer_id))
    erase_customer_contact(shop.call(), customer_id=customer_id)
    drain(shop.tenant_id)
    assert not Trace.objects.exists()


def test_somebody_who_never_ordered(shop: Shop) -> None:
    assert forget_buyer(shop.call(), customer_id=new_id()).traces == 0
