"""F24 after the sale: random lines in currencies of 0, 2 and 3 decimals are canceled, sent back, taken apart and claimed in
random order; what was given back, what was kept back and what was never owed add up to the line."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from random import Random

from dingdan.kernel.ids import new_id
from dingdan.masterdata.pricing.rules import LineInput, Tax, TaxPart, price_lines
from dingdan.trade.aftersales.rules import Given, Line, Terms, apart, canceled_amount, kept_back, settle, spread_fee, worth
from tests.laws.size import sized

LINES = sized(2_000, 20_000, 1_000_000)
CURRENCIES = ["JPY", "EUR", "TWD", "KWD"]
PARTS = [Decimal(part) for part in ("0", "0.333333", "0.5", "0.8", "1")]


@dataclass
class Gone:
    """The goods of a line that all left."""

    quantity: int
    canceled: int = 0
    issued: int = 0
    returned: int = 0
    per_line_unit: int = 1


def _line(random: Random) -> Line:
    quantity, price = random.randrange(1, 12), (Decimal(random.randrange(10**8)) / 10**3).quantize(Decimal("0.001"))
    tax = Tax((TaxPart("VAT", random.choice([Decimal(0), Decimal("0.2"), Decimal("0.0875")]), True),), "half_up")
    order = price_lines(
        [LineInput("0", quantity, price, tax, random.randrange(int(price * quantity) + 1) // 3)],
        currency=random.choice(CURRENCIES), prices_include_tax=random.random() < 0.5,
    )  # fmt: skip
    priced = order.lines[0]
    return Line(
        id=new_id(), kind="goods", variant_id=None, name="A", quantity=quantity, canceled=0, discount=priced.discount,
        tax=priced.tax, total=priced.total, tax_included=priced.tax_included, goods=(Gone(quantity),),
    )  # fmt: skip


def _give_back(random: Random, line: Line, units: int | Fraction) -> tuple[Line, int]:
    """Units come back (or are claimed): grades, fees or somebody's own amount; what is given back, and how the line stands."""
    terms = Terms(restocking_rate=random.choice(PARTS), restocking_each=random.randrange(50), grades_count=random.random() < 0.7)
    value = worth(line, units)
    kept = kept_back(value, 1, terms=terms, grades=[(random.choice(PARTS), random.randrange(1, 4)) for _ in range(2)])
    (way,) = spread_fee(random.randrange(500), [value - kept.total])
    amount = random.randrange(value + 1) if random.random() < 0.2 else value - kept.total - way
    settled = settle(line, units, amount=amount)
    assert (settled.refund, settled.refund + settled.fee) == (amount, value)
    return apart(line, units=-units, refund=-settled.refund, fee=-settled.fee), settled.refund


def _life(random: Random, line: Line) -> None:
    total, owed = line.total, line.total
    left: int | Fraction = line.quantity
    while left:
        kind = random.random()
        if kind < 0.3 and left >= 1:
            count = random.randrange(1, int(left) + 1)
            canceled = canceled_amount(line, count)
            line, owed, left = replace(line, canceled=line.canceled + count), owed - canceled, left - count
        elif kind < 0.7 and left >= 1:
            count = random.randrange(1, int(left) + 1)
            line, refund = _give_back(random, line, count)
            owed, left = owed - refund, left - count
        else:  # a kit of three kinds of pieces is taken apart
            weights = [random.randrange(1, 900) for _ in range(3)]
            unit = min(Fraction(1), Fraction(left))
            for weight in random.sample(weights, 3):
                line, refund = _give_back(random, line, unit * weight / sum(weights))
                owed -= refund
            left -= unit
        assert owed == line.owed
    assert line.left == 0
    assert owed == line.given.fees
    assert 0 <= owed <= total


def test_what_is_given_back_kept_back_and_canceled_is_the_line(chance: Random, figure: Callable[[str], None]) -> None:
    for _ in range(LINES):
        _life(chance, _line(chance))
    figure(f"F24 {LINES} lines sent back, taken apart, claimed and canceled in random order: 0 differences")


def test_an_empty_line_gives_nothing() -> None:
    free = Line(
        id=new_id(), kind="goods", variant_id=None, name="A", quantity=3, canceled=0, discount=0, tax=0, total=0,
        tax_included=True, goods=(Gone(3),), given=Given(),
    )  # fmt: skip
    assert (worth(free, 3), settle(free, 3).refund) == (0, 0)
