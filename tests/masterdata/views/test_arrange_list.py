import pytest

from dingdan.kernel.errors import Invalid
from dingdan.masterdata.views.commands import arrange_list
from dingdan.masterdata.views.models import ListLayout
from dingdan.masterdata.views.queries import layout_of
from dingdan.masterdata.views.rules import LayoutDraft, NobodysList
from tests.masterdata.shop import Shop
from tests.masterdata.views.people import ANN, PROGRAM


def test_it_works(shop: Shop) -> None:
    draft = LayoutDraft(
        list_name="board_boardrow", columns=("placed", "tags", "placed"), page_size=100, default_view="late", pinned=("late",)
    )
    arrange_list(shop.call(actor=ANN), layout=draft)
    row = layout_of("board_boardrow", user_id=5)
    assert (row.columns, row.page_size, row.default_view, row.pinned) == (["placed", "tags"], 100, "late", ["late"])
    assert layout_of("board_boardrow", user_id=6).page_size == 50
    told = arrange_list(shop.call(actor=ANN), layout=LayoutDraft(list_name="board_boardrow", page_size=25))
    assert told.changed == ("columns", "default_view", "page_size", "pinned")


@pytest.mark.parametrize("wrong", [{"page_size": 1000}, {"default_view": "x y"}, {"pinned": ("",)}], ids=["size", "view", "tab"])
def test_it_refuses_what_is_not_offered(shop: Shop, wrong: dict[str, object]) -> None:
    draft = LayoutDraft(**{"list_name": "board_boardrow", **wrong})  # type: ignore[arg-type]
    with shop.nothing_changes(ListLayout), pytest.raises(Invalid):
        arrange_list(shop.call(actor=ANN), layout=draft)


def test_programs_have_no_lists(shop: Shop) -> None:
    with shop.nothing_changes(ListLayout), pytest.raises(NobodysList):
        arrange_list(shop.call(actor=PROGRAM), layout=LayoutDraft(list_name="board_boardrow"))
