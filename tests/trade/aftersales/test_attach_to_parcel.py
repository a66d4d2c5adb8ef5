"""A photo hangs on a parcel that nobody had asked for."""

from __future__ import annotations

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.text import NotText
from dingdan.trade.aftersales import queries
from dingdan.trade.aftersales.commands import attach_to_parcel, park_parcel
from tests.conftest import Shop
from tests.trade.aftersales import sold
from tests.trade.tickets.desk import PNG


def test_it_works(shop: Shop) -> None:
    parcel_id = park_parcel(shop.call(), code="SF123").parcel_id
    told = attach_to_parcel(shop.call(), parcel_id=parcel_id, name="box.png", content=PNG)
    assert queries.attachment(told.attachment_id, about_id=parcel_id).name == "box.png"
    assert (told.media_type, told.size) == ("image/png", len(PNG))


def test_a_photo_of_nothing_or_without_a_name(shop: Shop) -> None:
    parcel_id = park_parcel(shop.call(), code="SF123").parcel_id
    with sold.nothing_changes(shop), pytest.raises(NotFound):
        attach_to_parcel(shop.call(), parcel_id=new_id(), name="box.png", content=PNG)
    with sold.nothing_changes(shop), pytest.raises(NotText):
        attach_to_parcel(shop.call(), parcel_id=parcel_id, name=7, content=PNG)  # type: ignore[arg-type]
