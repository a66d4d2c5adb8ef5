import pytest

from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.ids import new_id
from dingdan.masterdata.views.commands import retire_view
from dingdan.masterdata.views.models import SavedView
from dingdan.masterdata.views.queries import views_of
from dingdan.masterdata.views.rules import NotYourView
from tests.masterdata.shop import Shop
from tests.masterdata.views.people import ANN, BO, kept


def test_it_works(shop: Shop) -> None:
    view_id = kept(shop)
    assert retire_view(shop.call(actor=ANN), view_id=view_id).view_id == view_id
    assert views_of("board_boardrow", user_id=5) == []
    assert kept(shop) != view_id  # its name is free again


def test_it_is_retired_once(shop: Shop) -> None:
    view_id = kept(shop)
    retire_view(shop.call(actor=ANN), view_id=view_id)
    with shop.nothing_changes(SavedView), pytest.raises(Refusal):
        retire_view(shop.call(actor=ANN), view_id=view_id)


def test_nobody_retires_somebody_elses(shop: Shop) -> None:
    view_id = kept(shop)
    with shop.nothing_changes(SavedView), pytest.raises(NotYourView):
        retire_view(shop.call(actor=BO), view_id=view_id)


def test_it_refuses_what_is_not_there(shop: Shop) -> None:
    with shop.nothing_changes(SavedView), pytest.raises(NotFound):
        retire_view(shop.call(actor=ANN), view_id=new_id())
