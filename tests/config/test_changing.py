"""Many orders are changed alike from the command line: tried first, then done, with what became of each."""

from __future__ import annotations

import csv
import io

import pytest

from dingdan.automation.consumers import drain
from dingdan.config import changing
from dingdan.kernel.errors import NotFound
from dingdan.trade.changes.models import Bulk, Change
from dingdan.trade.orders.events import OrderPlaced
from tests import kit
from tests.conftest import Shop
from tests.trade.changes.changing import kept


@pytest.fixture
def here(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """The shop that the command line means."""
    monkeypatch.setattr(changing, "default_tenant", lambda: shop.tenant)
    return shop


@pytest.fixture
def orders(here: Shop) -> list[OrderPlaced]:
    """Two orders of tea, of which the second has left."""
    kit.stock(here, "TEA", 20)
    kit.stock(here, "MUG", 20)
    kit.price(here, "MUG", 400)
    placed = [kit.place(here, ("TEA", 2)) for _ in range(2)]
    kit.pay(here, placed[1])
    kit.ship(here, placed[1])
    drain(here.tenant_id)
    return placed


REPLACE = ("replace_article", ("old_sku=TEA", "sku=MUG"))


def test_it_works(here: Shop, orders: list[OrderPlaced]) -> None:
    what = changing.asked(*REPLACE, orders=(), filters=("sku=TEA", "state=placed"))
    assert set(what.order_ids) == {order.order_id for order in orders}
    steps = list[int]()
    tried = changing.change_many(what, is_dry=True, step=steps.append)
    assert (steps, Change.objects.count()) == ([2], 0)
    assert list(tried.lines()) == [
        "1 of 2 orders would be changed, 1 refused",
        "  3.00 GBP in all",
        f"  {orders[1].number}: {tried.refused[0].detail}",
        "Nothing was changed. Say --do to do it.",
    ]
    assert tried.refused[0].detail.startswith("Nothing of TEA on this order could still be changed.")
    done = changing.change_many(what, is_dry=False, step=steps.append)
    assert next(done.lines()) == "1 of 2 orders are changed, 1 refused"
    assert {name: done.as_dict()[name] for name in ("state", "changed", "refused")} == {
        "state": "finished", "changed": 1, "refused": 1,
    }  # fmt: skip
    assert [kept(order) for order in orders] == [[("MUG", 2, 800)], [("TEA", 2, 500)]]
    file = io.StringIO()
    done.write(file)
    told = {row["number"]: row for row in csv.DictReader(io.StringIO(file.getvalue()))}
    assert (told[orders[0].number]["outcome"], told[orders[0].number]["difference"]) == ("changed", "3.00")
    assert told[orders[0].number]["change_id"] == str(Change.objects.get().id)
    assert (told[orders[1].number]["outcome"], told[orders[1].number]["change_id"]) == ("refused", "")


def test_no_worker_takes_it_up_as_well(here: Shop, orders: list[OrderPlaced], monkeypatch: pytest.MonkeyPatch) -> None:
    taken = list[object]()
    monkeypatch.setattr("dingdan.automation.bulk.begin_bulk", lambda *told: taken.append(told))
    what = changing.asked("add_note", ("text=Late",), orders=(orders[0].number,), filters=())
    changing.change_many(what, is_dry=False, step=lambda _count: None)
    drain(here.tenant_id)
    assert (taken, Bulk.objects.get().state) == ([], "finished")


def test_who_interrupts_it_stops_it(here: Shop, orders: list[OrderPlaced], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_count: int) -> None:
        raise KeyboardInterrupt

    what = changing.asked("add_note", ("text=Late",), orders=(f"{orders[0].number},{orders[1].number}",), filters=())
    monkeypatch.setattr("dingdan.automation.bulk.AT_ONCE", 1)
    with pytest.raises(KeyboardInterrupt):
        changing.change_many(what, is_dry=False, step=interrupt)
    bulk = Bulk.objects.get()
    assert (bulk.state, bulk.done, Change.objects.count()) == ("stopped", 1, 1)


@pytest.mark.parametrize(
    ("kind", "values", "orders", "filters", "said"),
    [
        ("reprice", (), (), (), "Say which orders"),
        ("reprice", (), ("1001",), ("q=x",), "Say which orders"),
        ("reprice", (), (), ("state",), "write NAME=VALUE"),
        ("reprice", (), (), ("state=nowhere",), "state"),
        ("reprice", (), (), ("color=red",), "color"),
        ("repaint", (), ("1001",), (), "repaint"),
        ("give_discount", ("percent=x",), ("1001",), (), "percent"),
    ],
)
def test_what_cannot_be_read(
    here: Shop, kind: str, values: tuple[str, ...], *, orders: tuple[str, ...], filters: tuple[str, ...], said: str
) -> None:
    with pytest.raises(changing.AskedWrongly) as wrong:
        changing.asked(kind, values, orders=orders, filters=filters)
    assert said in str(wrong.value)


def test_an_order_that_is_not_there(here: Shop) -> None:
    with pytest.raises(NotFound):
        changing.asked("reprice", (), orders=("999999",), filters=())
