import pytest

from dingdan.kernel.errors import Refusal
from dingdan.masterdata.views.commands import save_view
from dingdan.masterdata.views.models import SavedView
from dingdan.masterdata.views.queries import views_of
from dingdan.masterdata.views.rules import NobodysList, NotYourView, ViewDraft
from tests.masterdata.shop import Shop
from tests.masterdata.views.people import ANN, BO, PROGRAM, kept


def test_it_works(shop: Shop) -> None:
    draft = ViewDraft(list_name="board_boardrow", name=" Late ", query="late=1", columns=("order_number", "placed"))
    told = save_view(shop.call(actor=ANN), view=draft)
    assert (told.created, told.list_name) == (True, "board_boardrow")
    row = SavedView.objects.get()
    assert (row.name, row.query, row.columns, row.user_id, row.is_shared) == (
        "Late", "late=1", ["order_number", "placed"], 5, False,
    )  # fmt: skip
    assert [one.id for one in views_of("board_boardrow", user_id=5)] == [told.view_id]
    assert views_of("board_boardrow", user_id=6) == views_of("payments_payment", user_id=5) == []


def test_the_same_name_changes_it_and_tells_no_values(shop: Shop) -> None:
    view_id = kept(shop)
    told = save_view(shop.call(actor=ANN), view=ViewDraft(list_name="board_boardrow", name="Late", query="customer=C1001"))
    assert (told.view_id, told.created, told.changed) == (view_id, False, ("query",))


def test_everybody_has_their_own_names(shop: Shop) -> None:
    assert kept(shop) != kept(shop, by=BO)


def test_nobody_changes_somebody_elses(shop: Shop) -> None:
    view_id = kept(shop)
    with shop.nothing_changes(SavedView), pytest.raises(NotYourView):
        kept(shop, "Mine", by=BO, id=view_id)


def test_programs_look_at_no_lists(shop: Shop) -> None:
    with shop.nothing_changes(SavedView), pytest.raises(NobodysList):
        kept(shop, by=PROGRAM)


@pytest.mark.parametrize(
    "wrong", [{"list_name": "Orders!"}, {"name": " "}, {"columns": ("a b",)}], ids=["list", "name", "column"]
)
def test_it_refuses_what_names_nothing(shop: Shop, wrong: dict[str, object]) -> None:
    draft = ViewDraft(**{"list_name": "board_boardrow", "name": "Late", **wrong})  # type: ignore[arg-type]
    with shop.nothing_changes(SavedView), pytest.raises(Refusal):
        save_view(shop.call(actor=ANN), view=draft)
