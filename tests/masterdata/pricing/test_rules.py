import os
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dingdan.kernel.errors import Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.money import AmountTooLarge, Rounding, UnknownCurrency
from dingdan.kernel.quantity import QuantityOutOfRange
from dingdan.masterdata.pricing.rules import (
    UNTAXED,
    Destination,
    DiscountTooLarge,
    LineInput,
    Offer,
    PricedLine,
    PricedOrder,
    PriceNotUsable,
    RateLine,
    Share,
    ShareTooLarge,
    ShippingInput,
    ShippingOffer,
    Tax,
    TaxLine,
    TaxPart,
    amount_share,
    price_at,
    price_lines,
    refund_share,
    shipping_price,
    tax_table,
)

EXAMPLES = int(os.environ.get("DINGDAN_EXAMPLES", "150"))


def _tax(*rates: str, rounding: Rounding = "half_up", on_shipping: bool = True) -> Tax:
    return Tax(tuple(TaxPart(f"tax {rate}", Decimal(rate), on_shipping) for rate in rates), rounding)


def _line(quantity: int, price: str, tax: Tax = UNTAXED, discount: int = 0, key: str = "a") -> LineInput:
    return LineInput(key, quantity, Decimal(price), tax, discount)


# ── worked examples, to the unit: docs/money.md tells the same ───────────────────────────────────────────────────────────────


def test_gbp_net_prices_with_a_discount_on_the_whole_order() -> None:
    vat = _tax("0.2")
    order = price_lines(
        [_line(3, "1999", vat), _line(1, "450.5", vat, 50, "b")],
        currency="GBP", prices_include_tax=False, order_discount=1000, shipping=ShippingInput(395),
    )  # fmt: skip
    first, second = order.lines
    assert (first.goods, first.discount, first.tax_base, first.tax, first.total) == (5997, 937, 5060, 1012, 6072)
    assert (second.goods, second.discount, second.tax_base, second.tax, second.total) == (451, 113, 338, 68, 406)
    assert [(line.goods, line.tax, line.total) for line in order.shipping] == [(395, 79, 474)]
    assert (order.goods, order.freight, order.discount, order.tax, order.total) == (6448, 395, 1050, 1159, 6952)


def test_eur_prices_that_include_tax_at_two_rates() -> None:
    order = price_lines(
        [_line(2, "1499", _tax("0.19")), _line(1, "2490", _tax("0.07"), key="book")],
        currency="EUR", prices_include_tax=True, shipping=ShippingInput(590),
    )  # fmt: skip
    lamp, book = order.lines
    assert (lamp.goods, lamp.tax_base, lamp.tax, lamp.total) == (2998, 2519, 479, 2998)
    assert (book.goods, book.tax_base, book.tax, book.total) == (2490, 2327, 163, 2490)
    # 590 is split 2998 : 2490 and each part taxed like the goods that it carries.
    assert [(line.key, line.goods, line.tax_base, line.tax, line.tax_rate) for line in order.shipping] == [
        ("shipping", 322, 271, 51, Decimal("0.19")),
        ("shipping-2", 268, 250, 18, Decimal("0.07")),
    ]
    assert (order.goods, order.freight, order.discount, order.tax, order.total) == (5488, 590, 0, 711, 6078)


def test_jpy_has_no_decimals_and_consumption_tax_is_cut() -> None:
    order = price_lines(
        [_line(3, "333", _tax("0.1", rounding="down")), _line(1, "980", _tax("0.08", rounding="down"), key="tea")],
        currency="JPY", prices_include_tax=True, order_discount=100,
        shipping=ShippingInput(500, tax=_tax("0.1", rounding="down")),
    )  # fmt: skip
    first, tea = order.lines
    assert (first.goods, first.discount, first.tax_base, first.tax, first.total) == (999, 50, 863, 86, 949)
    assert (tea.goods, tea.discount, tea.tax_base, tea.tax, tea.total) == (980, 50, 862, 68, 930)
    assert [(line.goods, line.tax_base, line.tax) for line in order.shipping] == [(500, 455, 45)]
    assert (order.goods, order.freight, order.discount, order.tax, order.total) == (1979, 500, 100, 199, 2379)


def test_kwd_and_bhd_have_three_decimals() -> None:
    order = price_lines(
        [_line(7, "1250.125", _tax("0.1"))], currency="BHD", prices_include_tax=False, shipping=ShippingInput(1500)
    )
    (line,) = order.lines
    assert (line.goods, line.tax, line.total) == (8751, 875, 9626)
    assert (order.freight, order.tax, order.total) == (1500, 1025, 11276)
    kuwait = price_lines([_line(7, "1250.125")], currency="KWD", prices_include_tax=False)
    assert (kuwait.lines[0].tax_rate, kuwait.tax, kuwait.total) == (Decimal(0), 0, 8751)


def test_two_taxes_on_one_line_are_rounded_once_and_split() -> None:
    order = price_lines([_line(1, "9999", _tax("0.05", "0.09975"))], currency="CAD", prices_include_tax=False)
    (line,) = order.lines
    assert (line.tax, line.tax_rate) == (1497, Decimal("0.14975"))
    assert [(part.name, part.amount) for part in line.taxes] == [("tax 0.05", 500), ("tax 0.09975", 997)]


def test_half_even_rounds_the_tax_to_the_even_neighbor() -> None:
    line = _line(1, "50", _tax("0.05"))
    bankers = replace(line, tax=_tax("0.05", rounding="half_even"))
    order = price_lines([line, bankers], currency="EUR", prices_include_tax=False)
    assert [priced.tax for priced in order.lines] == [3, 2]
    assert order.lines[1].rounding == "half_even"


def test_shipping_is_free_of_a_tax_that_does_not_apply_to_it() -> None:
    order = price_lines(
        [_line(1, "1000", _tax("0.08", on_shipping=False))],
        currency="USD", prices_include_tax=False, shipping=ShippingInput(700, discount=200),
    )  # fmt: skip
    assert [(line.goods, line.discount, line.tax, line.total) for line in order.shipping] == [(700, 200, 0, 500)]
    assert (order.discount, order.total) == (200, 1580)


def test_free_shipping_is_still_a_line() -> None:
    order = price_lines([_line(1, "1000", _tax("0.2"))], currency="GBP", prices_include_tax=True, shipping=ShippingInput(0))
    assert [(line.key, line.goods, line.total, line.tax_rate) for line in order.shipping] == [("shipping", 0, 0, Decimal("0.2"))]


def test_goods_given_away_share_the_shipping_evenly() -> None:
    lines = [_line(1, "0", _tax("0.2")), _line(1, "0", _tax("0.05"), key="b")]
    order = price_lines(lines, currency="GBP", prices_include_tax=True, shipping=ShippingInput(401))
    assert [line.goods for line in order.shipping] == [201, 200]


def test_an_order_of_nothing_but_shipping() -> None:
    order = price_lines([], currency="GBP", prices_include_tax=False, shipping=ShippingInput(500))
    assert (order.goods, order.freight, order.tax, order.total) == (0, 500, 0, 500)


def test_a_unit_price_with_six_decimals_and_a_thousand_million_pieces_is_exact() -> None:
    order = price_lines([_line(10**9, "123456.789123")], currency="GBP", prices_include_tax=False)
    assert order.total == 123456789123000


# ── refusals ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("arguments", "refusal", "field"),
    [
        ({"lines": [_line(0, "1")]}, QuantityOutOfRange, "lines.0.quantity"),
        ({"lines": [_line(1, "1"), _line(10**12, "1")]}, QuantityOutOfRange, "lines.1.quantity"),
        ({"lines": [_line(1, "-1")]}, PriceNotUsable, "lines.0.unit_price"),
        ({"lines": [_line(10**9, "10000000")]}, AmountTooLarge, "lines.0.unit_price"),
        ({"lines": [_line(1, "10", discount=11)]}, DiscountTooLarge, "lines.0.discount"),
        ({"lines": [_line(1, "10", discount=-1)]}, DiscountTooLarge, "lines.0.discount"),
        ({"lines": [_line(1, "10", discount=4)], "order_discount": 7}, DiscountTooLarge, "discount"),
        ({"lines": [_line(1, "10")], "order_discount": -1}, DiscountTooLarge, "discount"),
        ({"lines": [_line(1, "10")], "currency": "XTS"}, UnknownCurrency, "currency"),
        ({"lines": [_line(1, "10")], "shipping": ShippingInput(-1)}, PriceNotUsable, "shipping"),
        ({"lines": [_line(1, "10")], "shipping": ShippingInput(10, discount=11)}, DiscountTooLarge, "shipping.discount"),
        ({"lines": [_line(1, "10")], "shipping": ShippingInput(10**16)}, AmountTooLarge, "shipping"),
        ({"lines": [_line(10**9, "900000", key=str(n)) for n in range(2)]}, AmountTooLarge, "goods"),
    ],
)
def test_it_refuses(arguments: dict[str, Any], refusal: type[Refusal], field: str) -> None:
    with pytest.raises(refusal) as refused:
        price_lines(**{"currency": "GBP", "prices_include_tax": False, **arguments})
    assert refused.value.field == field
    assert refused.value.detail
    assert refused.value.advice


# ── laws ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

RATES = ["0", "0.05", "0.07", "0.1", "0.19", "0.2", "0.25", "0.08875", "0.333333", "1"]
TAXES = st.builds(
    _tax,
    st.sampled_from(RATES),
    st.sampled_from(RATES),
    rounding=st.sampled_from(["half_up", "half_even", "down"]),
    on_shipping=st.booleans(),
)


@st.composite
def orders(draw: st.DrawFn) -> PricedOrder:
    """A priced order in a currency of 0, 2 or 3 decimals, with discounts on lines and on the whole."""
    lines = []
    for index in range(draw(st.integers(1, 8))):
        price = draw(st.decimals(0, 10**6, places=draw(st.sampled_from([0, 0, 2, 6]))))
        quantity = draw(st.one_of(st.integers(1, 12), st.integers(1, 10**5)))
        line = LineInput(str(index), quantity, price, draw(TAXES))
        goods = price_lines([line], currency="GBP", prices_include_tax=False).goods
        lines.append(replace(line, discount=draw(st.one_of(st.just(0), st.integers(0, goods)))))
    include = draw(st.booleans())
    paid = sum(line.goods - line.discount for line in price_lines(lines, currency="GBP", prices_include_tax=include).lines)
    charge = draw(st.integers(0, 10**5))
    own = draw(st.one_of(st.none(), TAXES))
    shipping = ShippingInput(charge, discount=draw(st.one_of(st.just(0), st.integers(0, charge))), tax=own)
    return price_lines(
        lines,
        currency=draw(st.sampled_from(["JPY", "EUR", "GBP", "KWD", "BHD"])),
        prices_include_tax=include,
        order_discount=draw(st.one_of(st.just(0), st.integers(0, paid))),
        shipping=draw(st.one_of(st.none(), st.just(shipping))),
    )


@given(orders())
@settings(max_examples=EXAMPLES, deadline=None)
def test_lines_and_tax_and_freight_less_discount_are_the_total(order: PricedOrder) -> None:
    every = (*order.lines, *order.shipping)
    added = 0 if order.prices_include_tax else order.tax
    assert order.goods + added + order.freight - order.discount == order.total
    assert order.total == sum(line.total for line in every)
    assert order.tax == sum(line.tax for line in every)
    assert order.discount == sum(line.discount for line in every)
    for line in every:
        assert line.total == line.tax_base + line.tax
        assert line.goods - line.discount == (line.total if line.tax_included else line.tax_base)
        assert 0 <= line.discount <= line.goods
        assert line.tax >= 0
        assert line.tax_base >= 0
        assert sum(part.amount for part in line.taxes) == line.tax


@given(st.data())
@settings(max_examples=EXAMPLES, deadline=None)
def test_what_is_paid_whole_stays_whole_in_every_part(data: st.DataObject) -> None:
    prices, counts = data.draw(st.lists(st.integers(1, 5000), min_size=1, max_size=5)), st.integers(1, 9)
    lines = [LineInput(str(one), data.draw(counts), Decimal(100 * price), data.draw(TAXES)) for one, price in enumerate(prices)]
    off = 100 * data.draw(st.integers(0, sum(int(line.unit_price) * line.quantity for line in lines) // 100))
    gross, shipping = data.draw(st.booleans()), ShippingInput(100 * data.draw(st.integers(0, 300)))
    order = price_lines(lines, currency="TWD", prices_include_tax=gross, order_discount=off, shipping=shipping)

    for line in (*order.lines, *order.shipping):
        paid = [line.goods, line.discount, line.total, *(() if gross else (line.tax,))]
        assert [amount % 100 for amount in paid] == [0] * len(paid)
        shares = [refund_share(line, already, 1) for already in range(line.quantity)]
        _assert_they_are_the_line(line, shares)
        assert not any(share.total % 100 or share.discount % 100 for share in shares)


def test_a_price_that_was_typed_with_cents_comes_back_with_cents() -> None:
    line = price_lines([_line(3, "9950")], currency="TWD", prices_include_tax=True).lines[0]
    assert [refund_share(line, already, 1).total for already in range(3)] == [99_50] * 3


@given(orders(), st.data())
@settings(max_examples=EXAMPLES, deadline=None)
def test_refunds_of_all_parts_are_what_was_captured(order: PricedOrder, data: st.DataObject) -> None:
    refunded = 0
    for line in (*order.lines, *order.shipping):
        already, shares = 0, list[Share]()
        while already < line.quantity:
            now = line.quantity - already if len(shares) > 6 else data.draw(st.integers(1, line.quantity - already))
            shares.append(refund_share(line, already, now))
            already += now
        _assert_they_are_the_line(line, shares)
        refunded += sum(share.total for share in shares)
    assert refunded == order.total


@given(orders(), st.data())
@settings(max_examples=EXAMPLES // 2, deadline=None)
def test_refunds_by_amount_are_what_was_captured_too(order: PricedOrder, data: st.DataObject) -> None:
    for line in order.lines[:2]:
        already, shares = 0, list[Share]()
        while already < line.total:
            now = line.total - already if len(shares) > 4 else data.draw(st.integers(1, line.total - already))
            shares.append(amount_share(line, already, now))
            assert shares[-1].total == now
            already += now
        if shares:
            _assert_they_are_the_line(line, shares)


def _assert_they_are_the_line(line: PricedLine, shares: list[Share]) -> None:
    for name in ("goods", "discount", "tax_base", "tax", "total"):
        amounts = [getattr(share, name) for share in shares]
        assert sum(amounts) == getattr(line, name), name
        assert min(amounts) >= 0, name
    assert all(share.total == share.tax_base + share.tax for share in shares)


# ── what comes back ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("currency", "price", "rate", "shares"),
    [
        ("JPY", "1000", "0.1", [(333, 30), (334, 31), (333, 30)]),
        ("EUR", "1000", "0.19", [(333, 53), (334, 54), (333, 53)]),
        ("KWD", "1000", "0.05", [(333, 16), (334, 16), (333, 16)]),
    ],
)
def test_a_thousand_for_three_comes_back_in_thirds(currency: str, price: str, rate: str, shares: list[tuple[int, int]]) -> None:
    line = LineInput("a", 1, Decimal(price), _tax(rate))
    priced = replace(price_lines([line], currency=currency, prices_include_tax=True).lines[0], quantity=3)
    found = [refund_share(priced, already, 1) for already in range(3)]
    assert [(share.total, share.tax) for share in found] == shares
    assert sum(share.total for share in found) == 1000


def test_nothing_may_come_back_as_nothing() -> None:
    line = price_lines([_line(3, "100")], currency="GBP", prices_include_tax=False).lines[0]
    assert refund_share(line, 1, 0) == Share(goods=0, discount=0, tax_base=0, tax=0, total=0)
    assert amount_share(line, 300, 0) == Share(goods=0, discount=0, tax_base=0, tax=0, total=0)


@pytest.mark.parametrize(("already", "now"), [(0, 4), (2, 2), (-1, 1), (1, -1)])
def test_more_than_was_sold_cannot_come_back(already: int, now: int) -> None:
    line = price_lines([_line(3, "100")], currency="GBP", prices_include_tax=False).lines[0]
    with pytest.raises(ShareTooLarge) as refused:
        refund_share(line, already, now)
    assert refused.value.facts == {"asked": now, "sold": 3, "already": already}


def test_more_than_was_paid_cannot_come_back() -> None:
    line = price_lines([_line(3, "100")], currency="GBP", prices_include_tax=False).lines[0]
    with pytest.raises(ShareTooLarge) as refused:
        amount_share(line, 250, 51)
    assert refused.value.field == "amount"


# ── choosing prices, taxes and shipping ──────────────────────────────────────────────────────────────────────────────────────


def test_the_largest_break_of_the_first_list_counts() -> None:
    offers = [Offer("sale", 10, Decimal(80)), Offer("base", 100, Decimal(70)), Offer("base", 1, Decimal(100))]
    assert [price_at(offers, quantity) for quantity in (1, 10, 200)] == [offers[2], offers[0], offers[0]]
    assert price_at(offers[:2], 1) is None
    assert price_at([], 1) is None


def test_a_region_takes_the_place_of_the_country_for_its_class() -> None:
    gst, hst, book = TaxPart("GST", Decimal("0.05")), TaxPart("HST", Decimal("0.13")), TaxPart("GST", Decimal(0))
    rows = [TaxLine("", "standard", gst), TaxLine("ON", "standard", hst), TaxLine("", "book", book), TaxLine("QC", "book", hst)]
    assert tax_table(rows, "ON") == {"standard": Tax((hst,)), "book": Tax((book,))}
    assert tax_table(rows, "AB") == {"standard": Tax((gst,)), "book": Tax((book,))}
    assert tax_table([], "ON") == {}


def _offer(*rates: RateLine) -> ShippingOffer:
    return ShippingOffer(new_id(), "post", "Post", {}, "", 1, 3, rates)


def test_the_nearest_zone_counts_and_then_the_cheapest() -> None:
    anywhere, home = RateLine(2000, "world"), RateLine(500, "home", ("GB",))
    scotland = RateLine(700, "scotland", ("GB",), ("Scotland",))
    isles, far = RateLine(900, "isles", ("GB",), (), ("HS", "IV")), RateLine(950, "far", ("GB",), (), ("IV51",))
    dear = RateLine(600, "home, dear", ("GB",))
    offer = _offer(anywhere, dear, home, scotland, isles, far)
    assert shipping_price(offer, Destination("DE")) == anywhere
    assert shipping_price(offer, Destination("GB", "", "SW1A 1AA")) == home
    assert shipping_price(offer, Destination("GB", "Scotland", "EH1 1YZ")) == scotland
    assert shipping_price(offer, Destination("GB", "Scotland", "iv51 9xx")) == far
    assert shipping_price(offer, Destination("GB", "", "IV1 1AA")) == isles


def test_a_method_that_does_not_go_there_has_no_price() -> None:
    assert shipping_price(_offer(RateLine(500, "home", ("GB",))), Destination("FR")) is None
    assert shipping_price(_offer(), Destination("GB")) is None
