import pytest

from dingdan.masterdata.views.commands import share_view
from dingdan.masterdata.views.models import SavedView
from dingdan.masterdata.views.queries import views_of
from dingdan.masterdata.views.rules import NotYourView
from tests.masterdata.shop import Shop
from tests.masterdata.views.people import ANN, BO, kept


def test_it_works(shop: Shop) -> None:
    view_id = kept(shop)
    assert share_view(shop.call(actor=ANN), view_id=view_id).is_shared is True
    assert [one.id for one in views_of("board_boardrow", user_id=6)] == [view_id]
    share_view(shop.call(actor=ANN), view_id=view_id, is_shared=False)
    assert views_of("board_boardrow", user_id=6) == []


def test_nobody_shares_somebody_elses(shop: Shop) -> None:
    view_id = kept(shop)
    with shop.nothing_changes(SavedView), pytest.raises(NotYourView):
        share_view(shop.call(actor=BO), view_id=view_id)
