"""How the parcel travels."""

from __future__ import annotations

import pytest

from dingdan.kernel.errors import Invalid, NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.trade.aftersales.commands import label_return
from dingdan.trade.aftersales.models import Return
from tests.conftest import Shop
from tests.trade.aftersales import sold
from tests.trade.aftersales.test_authorize_return import ask, shipped


def test_it_works(shop: Shop) -> None:
    rma = ask(shop, shipped(shop), 1)
    told = label_return(
        shop.call(), return_id=rma.return_id, carrier="Royal Mail", tracking_number="RM9", label_url="https://labels.example/9"
    )
    assert (told.carrier, told.tracking_number) == ("Royal Mail", "RM9")
    row = Return.objects.get()
    assert (row.carrier, row.tracking_number, row.label_url) == ("Royal Mail", "RM9", "https://labels.example/9")


def test_an_address_that_is_none_is_refused(shop: Shop) -> None:
    rma = ask(shop, shipped(shop), 1)
    for url in ("javascript:alert(1)", "labels.example/9", "https://labels example"):
        with sold.nothing_changes(shop), pytest.raises(Invalid):
            label_return(shop.call(), return_id=rma.return_id, label_url=url)


def test_what_has_arrived_needs_no_label(shop: Shop) -> None:
    return_id = sold.back(shop, shipped(shop), 1)
    with sold.nothing_changes(shop), pytest.raises(NotInThisState):
        label_return(shop.call(), return_id=return_id, tracking_number="RM9")


def test_an_unknown_return_is_refused(shop: Shop) -> None:
    with sold.nothing_changes(shop), pytest.raises(NotFound):
        label_return(shop.call(), return_id=new_id())
