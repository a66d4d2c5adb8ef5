"""A place inside a node is opened, closed and opened again."""

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.text import UnknownChoice, UnusableCode
from dingdan.ledgers.inventory import queries
from dingdan.ledgers.inventory.commands import LocationIsFixed, PlaceNotEmpty, save_location
from dingdan.ledgers.inventory.lifecycle import LocationKind
from dingdan.ledgers.inventory.models import Location
from tests import kit
from tests.conftest import Shop
from tests.ledgers.inventory import book


def test_it_works(shop: Shop) -> None:
    event = save_location(shop.call(), code="A-01")
    place = Location.objects.get(id=event.location_id)
    assert (place.code, place.kind, place.node_id, place.active) == ("A-01", "stock", book.main(), True)
    # Goods without a place still go where they went before.
    assert queries.location_ids()[book.main(), LocationKind.STOCK] == Location.objects.get(code="main-stock").id


def test_in_another_node_and_of_another_kind(shop: Shop) -> None:
    east = book.east(shop)
    event = save_location(shop.call(), code="Q-1", kind="inspection", node_id=east)
    place = Location.objects.get(id=event.location_id)
    assert (place.kind, place.node_id) == ("inspection", east)


def test_closed_and_opened_again(shop: Shop) -> None:
    first = save_location(shop.call(), code="A-01")
    assert save_location(shop.call(), code="A-01", active=False).location_id == first.location_id
    assert Location.objects.get(code="A-01").active is False
    save_location(shop.call(), code="A-01")
    assert Location.objects.get(code="A-01").active is True


def test_a_place_with_goods_stays_open(shop: Shop) -> None:
    kit.stock(shop, "A")
    shelf = save_location(shop.call(), code="A-01").location_id
    book.receive(shop, "A", 1, location_id=shelf)
    with book.refused(PlaceNotEmpty, field="active"):
        save_location(shop.call(), code="A-01", active=False)


def test_what_a_place_is_never_changes(shop: Shop) -> None:
    save_location(shop.call(), code="A-01")
    east = book.east(shop)
    with book.refused(LocationIsFixed, field="code"):
        save_location(shop.call(), code="A-01", kind="damaged")
    with book.refused(LocationIsFixed, field="code"):
        save_location(shop.call(), code="A-01", node_id=east)
    with book.refused(LocationIsFixed, field="code"):
        save_location(shop.call(), code="supplier")


def test_what_cannot_be_is_refused(shop: Shop) -> None:
    with book.refused(UnusableCode, field="code"):
        save_location(shop.call(), code="A 01")
    for kind in ("supplier", "transit", "shelf"):
        with book.refused(UnknownChoice, field="kind"):
            save_location(shop.call(), code="A-01", kind=kind)
    with book.refused(NotFound, field="node_id"):
        save_location(shop.call(), code="A-01", node_id=new_id())
