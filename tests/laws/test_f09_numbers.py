"""F9: fiscal numbers without duplicates and gaps, order numbers without duplicates, however many ask at once."""

from __future__ import annotations

from collections.abc import Callable

from dingdan.kernel.errors import Refusal
from dingdan.trade.orders.models import Order
from dingdan.trade.settlement.commands import IssueInvoice, issue_invoices
from dingdan.trade.settlement.models import Invoice
from tests import kit
from tests.conftest import Shop
from tests.laws.size import sized

DOCUMENTS = sized(24, 200, 5000)
AT_ONCE = 8


def test_numbers_have_no_duplicates_and_fiscal_ones_no_gaps(shop: Shop, figure: Callable[[str], None]) -> None:
    kit.stock(shop, "A", DOCUMENTS)

    def live(index: int) -> int:
        done = 0
        for _ in range(index, DOCUMENTS, AT_ONCE):
            shipment_id = kit.ship(shop, kit.place(shop, ("A", 1)))
            issue_invoices.one(shop.call(), IssueInvoice(shipment_id=shipment_id))
            try:  # a refusal between two invoices must not cost a number
                issue_invoices.one(shop.call(), IssueInvoice(shipment_id=shipment_id))
            except Refusal:
                done += 1
        return done

    assert sum(kit.in_threads(live, AT_ONCE)) == DOCUMENTS
    numbers = sorted(int(number.lstrip("I")) for number in Invoice.objects.values_list("number", flat=True))
    assert numbers == list(range(numbers[0], numbers[0] + DOCUMENTS))
    placed = list(Order.objects.values_list("number", flat=True))
    assert len(set(placed)) == len(placed) == DOCUMENTS
    assert kit.breaches() == []
    figure(f"F9 {DOCUMENTS} invoices, {AT_ONCE} at once, a refusal behind each: 0 gaps, 0 duplicates; 0 duplicate order numbers")
