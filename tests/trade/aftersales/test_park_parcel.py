"""A parcel that nobody had asked for is put aside under a number."""

from __future__ import annotations

import pytest

from dingdan.kernel.errors import Invalid, NotFound
from dingdan.kernel.ids import new_id
from dingdan.ledgers.inventory.queries import default_node
from dingdan.trade.aftersales import queries
from dingdan.trade.aftersales.commands import park_parcel
from dingdan.trade.aftersales.models import StrayParcel
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales import sold


def test_it_works(shop: Shop) -> None:
    told = park_parcel(shop.call(), code="SF123", note="A kettle,\nno paper.")
    row = StrayParcel.objects.get(id=told.parcel_id)
    assert (row.number, row.code, row.note, row.state, row.rma_id) == ("U101", "SF123", "A kettle,\nno paper.", "parked", None)
    assert row.node_id == default_node().id
    assert queries.parked_as("SF123") == queries.parked_as("u101") == row
    assert queries.parked_as("") is None
    assert park_parcel(shop.call(), note="Another").number == "U102"
    assert kit.breaches() == []


def test_something_must_be_known_of_it(shop: Shop) -> None:
    with sold.nothing_changes(shop), pytest.raises(Invalid):
        park_parcel(shop.call(), code=" ")


def test_nowhere(shop: Shop) -> None:
    with sold.nothing_changes(shop), pytest.raises(NotFound):
        park_parcel(shop.call(), code="SF123", node_id=new_id())
