"""Counts at the back office: from the sheet to the books and back, on a page and with a scanner."""

import json
from decimal import Decimal
from typing import Any
from uuid import UUID

from dingdan.ledgers.inventory.commands import UnitCost, set_costs
from dingdan.trade.counting.commands import apply_count, enter_counts
from dingdan.trade.counting.models import Count, CountLine
from dingdan.trade.counting.rules import SeenGoods
from tests import kit
from tests.ledgers.inventory import book
from tests.trade.counting import sheets
from tests.web.backoffice.desk import Desk, member, sit_down, text_of
from tests.web.backoffice.test_stock import act, seen


def new(desk: Desk, **sent: str) -> str:
    """What is said after a sheet was asked for."""
    answer = desk.browser.post("/backoffice/counting/count/new/", {"key": "n", **sent}, follow=True)
    return text_of(answer.content.decode())


def line_of(variant_id: UUID) -> UUID:
    """The line of an article."""
    return CountLine.objects.get(variant_id=variant_id).id


def test_it_works(desk: Desk) -> None:
    tea, cup = kit.stock(desk.shop, "TEA", 10), kit.stock(desk.shop, "CUP", 4)
    set_costs(desk.shop.call(), lines=(UnitCost("TEA", Decimal(150)),))
    assert "Nothing was counted yet." in desk.read("counting/count/")
    said = new(desk, begins="", tolerance="1")
    assert "The sheet is ready: 2 places." in said
    assert "0 of 2 places are counted." in said
    place = f"counting/count/{Count.objects.get().id}"
    said = act(desk, place, "enter", **{f"line-{line_of(tea)}": "8", f"line-{line_of(cup)}": ""})
    assert "1 places are counted. 1 of them differ by more than is tolerated." in said
    assert "main-stock TEA Article TEA 10 8 -2 -£3.00 Count again" in said
    told, mark = seen(desk, place, "apply")
    assert "Not counted: they stay as they are 1" in told
    assert "1 places differ by more than is tolerated and were counted only once." in act(desk, place, "apply", seen=mark)
    act(desk, place, "enter", again="1", key="k2", **{f"line-{line_of(tea)}": "7"})
    told, mark = seen(desk, place, "apply", reason="theft")
    assert "Fewer than the books say -£4.50" in told
    said = act(desk, place, "apply", seen=mark, reason="theft", key="k3")
    assert "The books are corrected." in said
    assert (kit.levels(tea), kit.levels(cup)) == ((7, 0), (4, 0))
    assert "C1001" in desk.read("counting/count/")
    assert "The count is taken back." in act(desk, place, "take_back")
    assert kit.levels(tea) == (10, 0)


def test_what_it_costs_is_not_known(desk: Desk) -> None:
    kit.stock(desk.shop, "TEA", 10)
    count_id = sheets.started(desk.shop)
    sheets.seen(desk.shop, count_id, TEA=8)
    assert "1 of these are not in the sums" in desk.read(f"counting/count/{count_id}/")


def test_a_blind_count_does_not_tell_before_all_is_counted(desk: Desk) -> None:
    for sku in ("TEA", "CUP"):
        kit.stock(desk.shop, sku, 10)
    new(desk, is_blind="on")
    count = Count.objects.get()
    sheets.seen(desk.shop, count.id, TEA=8)
    assert "Differences" not in desk.read(f"counting/count/{count.id}/")
    sheets.seen(desk.shop, count.id, CUP=10)
    assert "Differences" in desk.read(f"counting/count/{count.id}/")


def test_a_sheet_of_a_class(desk: Desk) -> None:
    kit.stock(desk.shop, "TEA", 10)
    kit.stock(desk.shop, "CUP", 4)
    assert "There is nothing" in new(desk, **{"class": "A"}) or "Nothing lies there" in new(desk, **{"class": "A"})
    assert "The sheet is ready: 2 places." in new(desk, **{"class": "C"})  # what nobody bought
    assert Count.objects.get().title == "Class C"


def test_only_what_was_not_counted_for_long(desk: Desk) -> None:
    for sku in ("TEA", "CUP"):
        kit.stock(desk.shop, sku, 10)
    count_id = sheets.started(desk.shop, skus=("TEA",))
    sheets.seen(desk.shop, count_id, TEA=10)
    assert "The sheet is ready: 2 places." in new(desk, days="30")  # what is counted is not applied yet
    apply_count(desk.shop.call(), count_id=count_id)
    assert "The sheet is ready: 1 places." in new(desk, days="30", key="m")
    assert list(Count.objects.latest("id").lines.values_list("variant__sku", flat=True)) == ["CUP"]


def test_refusals_stand_at_the_form(desk: Desk) -> None:
    kit.stock(desk.shop, "TEA", 10)
    assert "Nothing lies there that could be counted." in new(desk, first="z")
    assert "There is no variant NO-SUCH in this shop." in new(desk, skus="NO-SUCH")
    assert "Write a whole number." in new(desk, tolerance="x")
    count_id = sheets.started(desk.shop)
    place = f"counting/count/{count_id}"
    assert "Write how many there are; 0 where there are none." in act(desk, place, "enter")
    line = {f"line-{CountLine.objects.get().id}": "3"}
    assert "Write the time as 14:30." in act(desk, place, "enter", at="half two", key="k2", **line)
    assert "Nothing comes of it." in act(desk, place, "abandon")


def send(desk: Desk, count_id: UUID, *lines: dict[str, Any], **said: Any) -> dict[str, Any]:
    """What the desk is told after a scan."""
    body = {"act": "count", "key": "s", "location": "main-stock", "ago": 0, "lines": list(lines)} | said
    answer = desk.browser.post(f"/backoffice/counting/count/{count_id}/send/", json.dumps(body), content_type="application/json")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def test_the_desk_takes_what_was_scanned_once(desk: Desk) -> None:
    kit.stock(desk.shop, "TEA", 10, barcode="4006381333931")
    count_id = sheets.started(desk.shop)
    assert "4006381333931" in desk.get(f"counting/count/{count_id}/desk/")
    one = {"sku": "TEA", "location_id": str(book.place_of()), "lot": "", "counted": "9"}
    for _ in range(2):
        told = send(desk, count_id, one)
        assert (told["ok"], told["told"]) == (True, "1 places differ by more than is tolerated: count them again.")
        assert [(line["counted"], line["is_again"]) for line in told["state"]["lines"]] == [("9", True)]
    assert sheets.line("TEA").times == 1
    told = send(desk, count_id, one, key="t")
    assert (told["ok"], told["is_taken"]) == (False, True)
    assert "TEA at main-stock was counted before: 9, by" in told["trouble"]
    told = send(desk, count_id, {**one, "counted": "10"}, key="u", again=True, ago=60_000)
    assert (told["ok"], sheets.line("TEA").difference) == (True, 0)
    place = desk.browser.get(f"/backoffice/counting/count/{count_id}/place/?location=main-stock").json()
    assert [line["counted"] for line in place["lines"]] == ["10"]


def test_the_desk_tells_why_not(desk: Desk) -> None:
    kit.stock(desk.shop, "TEA", 10)
    count_id = sheets.started(desk.shop)
    assert send(desk, count_id)["trouble"] == "Give 1 to 10,000 lines."
    assert send(desk, count_id, {"sku": "TEA", "location_id": "x", "counted": "1"})["trouble"] == "This is no id."
    told = send(desk, count_id, {"sku": "TEA", "location_id": str(book.place_of()), "counted": "many"})
    assert told["trouble"].startswith("This cannot be read as a quantity in piece")
    assert send(desk, count_id, act="fly")["trouble"] == "This is nothing that a desk can do."


def test_what_a_code_is(desk: Desk) -> None:
    kit.stock(desk.shop, "TEA", 10, barcode="4006381333931")
    kit.stock(desk.shop, "LOT", tracking="lot")
    book.receive(desk.shop, "LOT", 2, lot="L-7")

    def what(code: str) -> dict[str, Any]:
        found: dict[str, Any] = desk.browser.get(f"/backoffice/counting/count/what/?code={code}").json()
        return found

    assert what("main-stock")["location"] == "main-stock"
    assert (what("4006381333931")["sku"], what("TEA")["tracking"]) == ("TEA", "none")
    assert (what("L-7")["sku"], what("L-7")["lot"]) == ("LOT", "L-7")
    assert what("nothing") == {"code": "nothing", "what": ""}


def test_who_may_only_look_counts_nothing(desk: Desk) -> None:
    kit.stock(desk.shop, "TEA", 10)
    count_id = sheets.started(desk.shop)
    enter_counts(desk.shop.call(), count_id=count_id, lines=(SeenGoods("TEA", book.place_of(), 9),))
    reader = sit_down(desk.shop, as_user=lambda shop: member(shop, "reader"))
    said = reader.read(f"counting/count/{count_id}/")
    assert "Correct the books" not in said
    assert "Type in" not in said
    assert reader.browser.post(f"/backoffice/counting/count/{count_id}/do/apply/", {"key": "k"}).status_code == 403
    assert reader.browser.get("/backoffice/counting/count/new/").status_code == 403


def test_what_an_article_costs(desk: Desk) -> None:
    tea = kit.stock(desk.shop, "TEA", 10)
    place = f"inventory/balance/{tea}"
    assert "Its stock is valued so from now on." in act(desk, place, "cost", unit_cost="1.50")
    assert "Now: £1.50." in desk.read(f"{place}/")
    assert "Write what one of it costs." in act(desk, place, "cost", unit_cost="", key="k2")
