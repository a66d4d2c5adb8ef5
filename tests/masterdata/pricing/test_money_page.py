"""Every table of docs/money.md, worked out again."""

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from dingdan.kernel.money import Rounding, exponent, plain
from dingdan.masterdata.pricing.rules import LineInput, PricedLine, ShippingInput, Tax, TaxPart, price_lines, refund_share

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "money.md").read_text(encoding="utf-8")
ORDER = re.compile(
    r"Order: (\w{3}), prices (with|without) tax( cut)?, discount ([\d.]+), shipping ([\d.]+)(?: at (\d+) %)?\.\n\n((?:\|.*\n)+)"
)
REFUND = re.compile(r"Refund: (\w{3}), (\d+) pieces for ([\d.]+) with (\d+) % in it\.\n\n((?:\|.*\n)+)")


def _rows(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in row.strip("|\n").split("|")] for row in table.splitlines()[2:]]


def _minor(text: str, currency: str) -> Decimal:
    return Decimal(text).scaleb(exponent(currency))


def _tax(percent: str, rounding: Rounding) -> Tax:
    return Tax((TaxPart("tax", Decimal(percent.removesuffix("%").strip()) / 100),), rounding)


def _cells(line: PricedLine, currency: str) -> list[str]:
    percent = f"{(line.tax_rate * 100).normalize():f} %"
    return [percent, *(plain(amount, currency) for amount in (line.goods, line.discount, line.tax_base, line.tax, line.total))]


@pytest.mark.parametrize("found", list(ORDER.finditer(PAGE)), ids=lambda found: found[1])
def test_an_order_of_the_page_is_worked_out_the_same(found: re.Match[str]) -> None:
    currency, rounding, rows = found[1], "down" if found[3] else "half_up", _rows(found[7])
    lines = [
        LineInput(row[0], int(row[1]), _minor(row[2], currency), _tax(row[3], rounding), int(_minor(row[4], currency)))  # type: ignore[arg-type]
        for row in rows
        if row[1]
    ]
    own = _tax(found[6], rounding) if found[6] else None  # type: ignore[arg-type]
    order = price_lines(
        lines,
        currency=currency,
        prices_include_tax=found[2] == "with",
        order_discount=int(_minor(found[4], currency)),
        shipping=ShippingInput(int(_minor(found[5], currency)), tax=own),
    )

    told = [[row[3], *row[5:]] for row in rows]
    every = (*order.lines, *order.shipping)
    assert [_cells(line, currency) for line in every] == told[:-1]
    bases = sum(line.tax_base for line in every)
    totals = (order.goods + order.freight, order.discount, bases, order.tax, order.total)
    assert ["", *(plain(amount, currency) for amount in totals)] == told[-1]


@pytest.mark.parametrize("found", list(REFUND.finditer(PAGE)), ids=lambda found: found[1])
def test_a_refund_of_the_page_is_worked_out_the_same(found: re.Match[str]) -> None:
    currency, pieces = found[1], int(found[2])
    line = LineInput("a", 1, _minor(found[3], currency), _tax(found[4], "half_up"))
    sold = replace(price_lines([line], currency=currency, prices_include_tax=True).lines[0], quantity=pieces)
    shares = [refund_share(sold, already, 1) for already in range(pieces)]
    worked = [[str(piece), plain(share.total, currency), plain(share.tax, currency)] for piece, share in enumerate(shares, 1)]
    assert [*worked, ["all", plain(sold.total, currency), plain(sold.tax, currency)]] == _rows(found[5])


def test_the_page_has_currencies_of_no_two_and_three_decimals() -> None:
    assert [found[1] for found in ORDER.finditer(PAGE)] == ["GBP", "EUR", "JPY", "BHD", "KWD", "TWD"]
    assert [found[1] for found in REFUND.finditer(PAGE)] == ["EUR", "JPY", "TWD", "KWD"]
