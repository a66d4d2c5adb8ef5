"""F24: random orders in currencies of 0, 2 and 3 decimals: what is split adds up, what is refunded is what was captured."""

from collections.abc import Callable
from decimal import Decimal
from random import Random

from dingdan.masterdata.pricing.rules import LineInput, PricedOrder, ShippingInput, Tax, TaxPart, price_lines, refund_share
from tests.laws.size import sized

ORDERS = sized(5_000, 20_000, 1_000_000)
CURRENCIES = ["JPY", "KRW", "EUR", "GBP", "TWD", "KWD", "BHD"]
RATES = [Decimal(rate) for rate in ("0", "0.05", "0.07", "0.08875", "0.1", "0.19", "0.2", "0.25", "0.333333")]
PLACES = [Decimal(1), Decimal("0.01"), Decimal("0.000001")]


def _tax(random: Random) -> Tax:
    parts = tuple(TaxPart(f"tax {n}", random.choice(RATES), random.random() < 0.8) for n in range(random.choice([0, 1, 1, 1, 2])))
    return Tax(parts, random.choice(["half_up", "half_even", "down"]))


def _lines(random: Random) -> list[LineInput]:
    lines = []
    for index in range(random.choice([1, 1, 2, 3, 5, 8])):
        price = (Decimal(random.randrange(10**10)) / 10**4).quantize(random.choice(PLACES))
        quantity = random.choice([1, 1, 2, 3, 7, 12, random.randrange(1, 10**4)])
        discount = random.choice([0, 0, 1, random.randrange(int(price * quantity) + 1)])
        lines.append(LineInput(str(index), quantity, price, _tax(random), min(discount, int(price * quantity))))
    return lines


def _order(random: Random) -> PricedOrder:
    lines, include = _lines(random), random.random() < 0.5
    most = sum(int(line.unit_price * line.quantity) - line.discount for line in lines)
    charge = random.choice([0, 1, 495, random.randrange(10**6)])
    own = _tax(random) if random.random() < 0.3 else None
    shipping = ShippingInput(charge, random.choice([0, 0, charge, charge // 3]), own)
    return price_lines(
        lines,
        currency=random.choice(CURRENCIES),
        prices_include_tax=include,
        order_discount=random.choice([0, 0, 1, most, random.randrange(most + 1)]) if most else 0,
        shipping=shipping if random.random() < 0.8 else None,
    )


def _refunded(random: Random, order: PricedOrder) -> int:
    refunded = 0
    for line in (*order.lines, *order.shipping):
        already = 0
        while already < line.quantity:
            now = random.choice([1, line.quantity - already, random.randrange(1, line.quantity - already + 1)])
            now = line.quantity - already if line.quantity > 20 and already else now
            share = refund_share(line, already, now)
            assert min(share.goods, share.discount, share.tax_base, share.tax, share.total) >= 0
            assert share.total == share.tax_base + share.tax
            refunded += share.total
            already += now
    return refunded


def _assert_it_adds_up(order: PricedOrder) -> None:
    every = (*order.lines, *order.shipping)
    added = 0 if order.prices_include_tax else order.tax
    assert sum(line.goods for line in order.lines) + added + order.freight - order.discount == order.total
    assert (sum(line.discount for line in every), sum(line.tax for line in every)) == (order.discount, order.tax)
    assert sum(line.total for line in every) == order.total
    for line in every:
        assert line.total == line.tax_base + line.tax
        assert line.goods - line.discount == (line.total if line.tax_included else line.tax_base)
        assert min(line.goods, line.discount, line.tax_base, line.tax, line.total) >= 0
        assert sum(part.amount for part in line.taxes) == line.tax


def test_random_orders_add_up_and_refunds_are_what_was_captured(chance: Random, figure: Callable[[str], None]) -> None:
    for number in range(ORDERS):
        order = _order(chance)
        try:
            _assert_it_adds_up(order)
            assert _refunded(chance, order) == order.total
        except AssertionError as wrong:
            raise AssertionError(f"order {number}: {order}") from wrong
    figure(f"F24 {ORDERS} random orders in currencies of 0, 2 and 3 decimals: 0 differences")
