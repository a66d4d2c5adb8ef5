"""What falls to its threshold is told once, until it was above it again."""

import random

from dingdan.ledgers.inventory import queries
from dingdan.ledgers.inventory.commands import find_low_stock, move_stock, save_threshold, set_safety_stock
from dingdan.ledgers.inventory.lifecycle import LocationKind
from dingdan.ledgers.inventory.models import Balance, Low, Threshold
from dingdan.ledgers.inventory.rules import MovedGoods
from dingdan.masterdata.catalog.commands import retire_variant
from tests import kit
from tests.conftest import Shop
from tests.ledgers.inventory import book


def test_it_works(shop: Shop) -> None:
    variant_id = kit.stock(shop, "A", 10)
    saved = save_threshold(shop.call(), sku="A", low_at=4)
    assert (saved.variant_id, saved.node_id, saved.low_at, saved.created) == (variant_id, None, 4, True)
    assert find_low_stock(shop.call()).fallen == ()
    kit.place(shop, ("A", 6))
    (told,) = find_low_stock(shop.call()).fallen
    assert (told.variant_id, told.node_id, told.available, told.low_at) == (variant_id, book.main(), 4, 4)
    kit.place(shop, ("A", 1))
    assert find_low_stock(shop.call()).fallen == ()  # it was told
    book.receive(shop, "A", 5)
    again = find_low_stock(shop.call())
    assert (again.fallen, again.risen) == ((), (Balance.objects.get().id,))
    kit.place(shop, ("A", 6))
    assert [one.available for one in find_low_stock(shop.call()).fallen] == [2]
    assert book.sound()


def test_what_is_said_closer_counts(shop: Shop) -> None:
    east = book.east(shop)
    for sku in ("A", "B"):
        kit.stock(shop, sku, 5)
        book.receive(shop, sku, 5, node_id=east)

    def low() -> list[tuple[str, str]]:
        find_low_stock(shop.call())
        return sorted(Low.objects.values_list("variant__sku", "node__code"))

    save_threshold(shop.call(), low_at=9)
    assert low() == [("A", "east"), ("A", "main"), ("B", "east"), ("B", "main")]
    save_threshold(shop.call(), node_id=east, low_at=1)
    assert low() == [("A", "main"), ("B", "main")]
    save_threshold(shop.call(), sku="A", low_at=None)  # not watched anywhere …
    assert low() == [("B", "main")]
    save_threshold(shop.call(), sku="A", node_id=east, low_at=5)  # … but there
    assert low() == [("A", "east"), ("B", "main")]
    changed = save_threshold(shop.call(), sku="A", node_id=east, low_at=0)
    assert (changed.created, [(one.field, one.before, one.after) for one in changed.changes]) == (False, [("low_at", "5", "0")])
    assert low() == [("B", "main")]
    assert Threshold.objects.count() == 4


def test_what_cannot_be_sold_is_not_counted(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    save_threshold(shop.call(), low_at=3)
    stock, damaged = book.place_of(), book.place_of(LocationKind.DAMAGED)
    move_stock(shop.call(), lines=(MovedGoods("A", 5, stock, damaged),))
    set_safety_stock(shop.call(), sku="A", quantity=2)
    assert [one.available for one in find_low_stock(shop.call()).fallen] == [3]


def test_what_is_sold_no_more_is_not_low(shop: Shop) -> None:
    variant_id = kit.stock(shop, "A", 1)
    save_threshold(shop.call(), low_at=3)
    assert len(find_low_stock(shop.call()).fallen) == 1
    retire_variant(shop.call(), variant_id=variant_id)
    assert len(find_low_stock(shop.call()).risen) == 1


def test_low_is_what_counting_by_hand_finds(shop: Shop) -> None:
    dice, east = random.Random(23), book.east(shop)
    skus = [f"S{number}" for number in range(12)]
    for sku in skus:
        kit.stock(shop, sku, dice.randint(1, 12))
        if dice.random() < 0.6:
            book.receive(shop, sku, dice.randint(1, 12), node_id=east)
    for _round in range(3):
        for sku in dice.sample([*skus, ""], 5):
            node_id = dice.choice([None, east, book.main()])
            save_threshold(shop.call(), sku=sku, node_id=node_id, low_at=dice.choice([None, 0, 3, 6, 9]))
        find_low_stock(shop.call())
        thresholds = {(row.variant_id, row.node_id): row.low_at for row in Threshold.objects.all()}
        by_hand = set()
        for row in Balance.objects.all():
            keys = ((row.variant_id, row.node_id), (row.variant_id, None), (None, row.node_id), (None, None))
            low_at = next((thresholds[key] for key in keys if key in thresholds), None)
            if low_at is not None and row.on_hand - row.reserved - row.safety <= low_at:
                by_hand.add(row.id)
        assert set(Low.objects.values_list("id", flat=True)) == by_hand
        assert queries.fallen(limit=1) == []
