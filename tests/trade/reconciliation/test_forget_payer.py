"""Who is forgotten is named by no statement any more."""

from dingdan.masterdata.customers.commands import save_customer
from dingdan.masterdata.customers.rules import CustomerDraft
from dingdan.trade.reconciliation.commands import forget_payer
from dingdan.trade.reconciliation.models import StatementLine
from tests import kit
from tests.conftest import Shop
from tests.trade.reconciliation.desk import draft, line, match, order, statement


def test_it_works(shop: Shop) -> None:
    customer = save_customer(shop.call(), customer=CustomerDraft(number="C1")).customer_id
    placed = order(shop, 1000, customer_id=customer)
    paid, other = statement(shop, draft(1000, "for Ann"), draft(700, "for Bob"))
    match(shop, paid, placed)
    assert forget_payer(shop.call(), customer_id=customer).lines == 1
    assert list(StatementLine.objects.order_by("id").values_list("name", "payer_account", "text")) == [
        ("", "", ""),
        ("Ann Lee", "DE02", "for Bob"),
    ]
    assert (line(paid), line(other)) == (("matched", 1000), ("open", 0))
    assert forget_payer(shop.call(), customer_id=customer).lines == 0
    assert kit.breaches() == []
