"""What promotions cost where orders are placed: with none, one, five and fifty in force, in turn, in the same run."""

from __future__ import annotations

import time
from collections.abc import Iterator
from decimal import Decimal
from statistics import median
from typing import TYPE_CHECKING, Final

from benchmarks.placing import BATCH, wanted

if TYPE_CHECKING:
    from benchmarks.figures import Figure
    from benchmarks.house import House

COUNTS: Final = (0, 1, 5, 50)
ROUNDS: Final = 5
BATCHES: Final = 8


def placed_with_promotions(house: House) -> Iterator[Figure]:
    """Orders of two lines, fifty at once, while so many promotions are in force: the first is about everything, each other one
    about two articles."""
    from benchmarks.figures import Figure
    from dingdan.kernel.tenancy import tenant_scope
    from dingdan.masterdata.promotions.commands import restore_promotion, retire_promotion, save_promotion
    from dingdan.masterdata.promotions.rules import PromotionDraft

    rates: dict[int, list[float]] = {count: [] for count in COUNTS}
    with tenant_scope(house.tenant.id):
        ids = []
        for number in range(max(COUNTS)):
            skus = () if number == 0 else (f"A{4 * number}", f"A{4 * number + 1}")
            draft = PromotionDraft(code=f"p-{number}", name="Off", gives="percent", percent=Decimal("0.01"), skus=skus)
            ids.append(save_promotion(house.call(), promotion=draft).promotion_id)
            retire_promotion(house.call(), promotion_id=ids[-1])
        for _ in range(ROUNDS):
            for count in COUNTS:
                for id_ in ids[:count]:
                    restore_promotion(house.call(), promotion_id=id_)
                _placed(house, 1)  # the registers are read anew
                rates[count].append(_placed(house, BATCHES))
                for id_ in ids[:count]:
                    retire_promotion(house.call(), promotion_id=id_)
    none = median(rates[0])
    for count in COUNTS:
        baseline = none if count else None
        what = f"orders placed, fifty at once, {count} promotions in force"
        yield Figure(name=f"PR{count}", what=what, unit="orders/s", value=median(rates[count]), baseline=baseline)


def _placed(house: House, batches: int) -> float:
    """How many orders a second are placed."""
    from dingdan.trade.orders.commands import place_orders

    started = time.perf_counter()
    for first in range(0, batches * BATCH, BATCH):
        place_orders.many([(house.call(), wanted(first + number)) for number in range(BATCH)])
    return batches * BATCH / (time.perf_counter() - started)
