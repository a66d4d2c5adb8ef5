"""What articles cost, said by somebody."""

from decimal import Decimal
from typing import Any

import pytest

from dingdan.kernel import clock
from dingdan.kernel.errors import Invalid
from dingdan.ledgers.inventory import queries
from dingdan.ledgers.inventory.commands import UnitCost, set_costs
from dingdan.ledgers.inventory.rules import NoSuchStock, worth
from tests import kit
from tests.conftest import Shop
from tests.ledgers.inventory import book


def test_it_works(shop: Shop) -> None:
    tea, cup = kit.stock(shop, "TEA", 5), kit.stock(shop, "CUP", 5)
    assert queries.unit_costs([tea, cup]) == {}
    set_costs(shop.call(), lines=(UnitCost("TEA", Decimal("120.5")), UnitCost("CUP", Decimal(80))))
    between = clock.now()
    told = set_costs(shop.call(), lines=(UnitCost("TEA", Decimal(130)),))
    assert [(one.variant_id, one.unit_cost, one.currency) for one in told.lines] == [(tea, Decimal(130), "GBP")]
    assert queries.unit_costs([tea, cup]) == {tea: Decimal(130), cup: Decimal(80)}
    assert queries.unit_costs([tea, cup], before=between) == {tea: Decimal("120.5"), cup: Decimal(80)}
    assert book.sound()


@pytest.mark.parametrize("cost", [Decimal(-1), Decimal("NaN"), Decimal("0.0000001"), Decimal(10**12), 5],
                         ids=["negative", "no-number", "too-fine", "too-much", "whole"])  # fmt: skip
def test_a_cost_that_is_none_is_refused(shop: Shop, cost: Any) -> None:
    kit.stock(shop, "TEA", 5)
    with book.refused(Invalid, field="lines.0.unit_cost"):
        set_costs(shop.call(), lines=(UnitCost("TEA", cost),))


def test_what_is_not_kept_in_stock_is_refused(shop: Shop) -> None:
    with book.refused(NoSuchStock, field="lines.0.sku"):
        set_costs(shop.call(), lines=(UnitCost("NO-SUCH", Decimal(1)),))


@pytest.mark.parametrize(
    ("quantity", "cost", "unit", "wanted"),
    [(3, "120.5", "piece", 362), (-3, "120", "piece", -360), (1250, "80", "kg", 100)],
    ids=["half-to-even", "missing", "kg"],
)
def test_worth(quantity: int, cost: str, unit: str, wanted: int) -> None:
    assert worth(quantity, Decimal(cost), unit) == wanted
