"""An adjustment is undone by the opposite one, once."""

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.ledgers.inventory import queries
from dingdan.ledgers.inventory.commands import (
    AdjustStock,
    ReservedStock,
    StockChange,
    TakenBackBefore,
    adjust_stock,
    take_back_adjustment,
)
from dingdan.ledgers.inventory.models import Remark
from tests import kit
from tests.conftest import Shop
from tests.ledgers.inventory import book


def _adjusted(shop: Shop, *changes: tuple[str, int], note: str = "") -> queries.Step:
    lines = tuple(StockChange(sku, change) for sku, change in changes)
    adjust_stock.one(shop.call(), AdjustStock(lines=lines, reason="damage", note=note))
    return queries.why(book.variant(changes[0][0]), queries.Where())[-1]


def test_it_works(shop: Shop) -> None:
    one, other = kit.stock(shop, "A", 5), kit.stock(shop, "B", 5)
    step = _adjusted(shop, ("A", -2), ("B", 3), note="counted wrongly")
    assert Remark.objects.get().text == "counted wrongly"
    told = take_back_adjustment(shop.call(), entry_id=step.entry_id)
    assert (told.entry_id, [line.quantity for line in told.lines]) == (step.entry_id, [2, -3])
    assert (kit.levels(one), kit.levels(other)) == ((5, 0), (5, 0))
    last = queries.why(one, queries.Where())[-1]
    assert (last.reason, last.change, ("adjustment", step.entry_id)) == (
        "taken_back", 2, next((about.kind, about.id) for about in last.subjects if about.kind == "adjustment"),
    )  # fmt: skip
    assert book.sound()


def test_only_once(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    step = _adjusted(shop, ("A", -2))
    take_back_adjustment(shop.call(), entry_id=step.entry_id)
    with book.refused(TakenBackBefore, field="entry_id"):
        take_back_adjustment(shop.call(), entry_id=step.entry_id)


def test_only_adjustments(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    receipt = queries.why(book.variant("A"), queries.Where())[-1]
    for entry_id in (receipt.entry_id, new_id()):
        with book.refused(NotFound, field="entry_id"):
            take_back_adjustment(shop.call(), entry_id=entry_id)


def test_not_what_is_promised_by_now(shop: Shop) -> None:
    kit.stock(shop, "A", 1)
    step = _adjusted(shop, ("A", 4))
    kit.place(shop, ("A", 3))
    with book.refused(ReservedStock):
        take_back_adjustment(shop.call(), entry_id=step.entry_id)


def test_twice_at_once(shop: Shop) -> None:
    variant_id = kit.stock(shop, "A", 5)
    step = _adjusted(shop, ("A", -2))
    outcomes = kit.in_threads(lambda _index: take_back_adjustment(shop.call(), entry_id=step.entry_id), 3)
    assert kit.kinds(outcomes) == ["AdjustmentTakenBack", "TakenBackBefore", "TakenBackBefore"]
    assert kit.levels(variant_id) == (5, 0)
