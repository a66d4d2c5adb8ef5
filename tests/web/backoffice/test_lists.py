"""Lists: views, columns, filters as chips, pages from a place, and files."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from dingdan.kernel import sheets
from dingdan.kernel.models import JournalEntry
from dingdan.ledgers.payments.models import Payment
from dingdan.masterdata.pricing.commands import save_price_list
from dingdan.masterdata.pricing.rules import PriceListDraft
from dingdan.masterdata.views.models import ListLayout, SavedView
from dingdan.trade.orders.commands import hold_order, tag_order
from dingdan.trade.orders.rules import Person
from dingdan.web.backoffice import exporting
from dingdan.web.backoffice.admin import site
from tests.kit import pay, place, stock
from tests.masterdata.shop import counted
from tests.web.backoffice.desk import Desk, member, sit_down, text_of

ORDERS = "board/boardrow/"


def _numbers(page: str) -> list[str]:
    return re.findall(r'name="id"[^>]*aria-label="Choose (\d+)"', page)


def _orders(desk: Desk, count: int) -> None:
    stock(desk.shop, "TEA", 1000)
    for _ in range(count):
        place(desk.shop, ("TEA", 1))
    desk.show()


def _post(desk: Desk, path: str, **sent: object) -> str:
    answer = desk.browser.post(f"/backoffice/{path}", sent)
    assert answer.status_code == 302, answer.status_code
    return str(answer["Location"])


def test_pages_follow_each_other_from_a_place(desk: Desk) -> None:
    _orders(desk, 27)
    _post(desk, f"{ORDERS}arrange/", page_size=25)
    first = desk.get(ORDERS)
    assert _numbers(first) == [str(number) for number in range(1027, 1002, -1)]
    assert "27 in all" in text_of(first)
    (further,) = re.findall(r'href="\?([^"]*after=[^"]*)"', first)
    last = desk.get(f"{ORDERS}?{further.replace('&amp;', '&')}")
    assert _numbers(last) == ["1002", "1001"]
    assert 'rel="next"' not in last
    (back,) = re.findall(r'href="\?([^"]*before=[^"]*)"', last)
    again = desk.get(f"{ORDERS}?{back.replace('&amp;', '&')}")
    assert _numbers(again) == _numbers(first)
    assert 'rel="prev"' not in again
    assert _numbers(desk.get(f"{ORDERS}?sort=oldest"))[:2] == ["1001", "1002"]
    assert _numbers(desk.get(f"{ORDERS}?day=2001-01-01")) == []
    assert len(_numbers(desk.get(f"{ORDERS}?day=2999-01-01"))) == 25
    for nonsense in ("after=x", "before=W10", "day=tomorrow", "sort=none", "size=0"):
        assert len(_numbers(desk.get(f"{ORDERS}?{nonsense}"))) == 25, nonsense


def test_orders_are_filtered_by_what_is_asked(desk: Desk) -> None:
    stock(desk.shop, "TEA", 10)
    stock(desk.shop, "CUP", 10)
    held, vip, tw = (
        place(desk.shop, ("TEA", 1)),
        place(desk.shop, ("CUP", 3)),
        place(desk.shop, ("TEA", 1), ship_to=Person(name="林", country="TW")),
    )
    hold_order(desk.shop.call(), order_id=held.order_id, reason="Ask")
    tag_order(desk.shop.call(), order_id=vip.order_id, add=("vip",))
    desk.show()
    asked = {
        "state=on_hold": [held], "tag=vip": [vip], "sku=CUP": [vip], "country=tw": [tw], "total_from=7.50": [vip],
        "total_to=2.50": [tw, held], "currency=gbp": [tw, vip, held], "currency=EUR": [], "customer=C1": [], "in_review=1": [],
        "waiting=1": [], "late=1": [], "today=1": [tw, vip, held], "placed_from=2001-01-01&placed_to=2001-01-02": [],
        "promised_to=2001-01-01": [], "q=TEA&country=TW": [tw], "sort=largest": [vip, tw, held],
    }  # fmt: skip
    for query, found in asked.items():
        assert _numbers(desk.get(f"{ORDERS}?{query}")) == [one.number for one in found], query
    said = desk.read(f"{ORDERS}?state=on_hold&country=TW&total_from=abc&late=1")
    for chip in ("State: On hold", "Country (two letters): Taiwan ×", "Total from: abc (?) ×", "Late ×", "Take all away"):
        assert chip in said, (chip, said)


def test_a_filter_is_taken_away_by_its_chip(desk: Desk) -> None:
    _orders(desk, 1)
    page = desk.get(f"{ORDERS}?state=placed&country=GB")
    assert re.findall(r'<a href="(\?[^"]*)" title="Take this filter away">', page) == ["?country=GB", "?state=placed"]


def test_views_are_kept_shared_pinned_and_open_first(desk: Desk) -> None:
    _orders(desk, 1)
    where = _post(desk, f"{ORDERS}views/", act="save", name="From home", query="country=GB&q=Ann&sort=oldest&after=x", share="1")
    row = SavedView.objects.get()
    assert (row.query, row.is_shared, row.columns) == ("country=GB&sort=oldest", True, [])
    assert where == f"/backoffice/{ORDERS}?country=GB&sort=oldest&view={row.id}"
    said = desk.read(ORDERS)
    assert "All To review To be paid To pack Late Backordered On hold Today From home" in said
    other = sit_down(desk.shop, as_user=lambda shop: member(shop, "sales"))
    assert "From home" in other.read(ORDERS)
    assert "From home" not in desk.read("payments/payment/")
    _post(desk, f"{ORDERS}views/", act="pin", view="late")
    assert ListLayout.objects.get().pinned == ["to_review", "to_pay", "to_pack", "backordered", "on_hold", "today", str(row.id)]
    _post(desk, f"{ORDERS}views/", act="first", view=str(row.id))
    assert desk.browser.get(f"/backoffice/{ORDERS}")["Location"] == where
    assert len(_numbers(desk.get(f"{ORDERS}?view=all"))) == 1
    assert len(_numbers(other.get(ORDERS))) == 1
    _post(other, f"{ORDERS}views/", act="retire", view=str(row.id))
    assert "somebody else's" in other.read(ORDERS)
    _post(desk, f"{ORDERS}views/", act="retire", view=str(row.id))
    assert SavedView.objects.get().state == "retired"
    assert desk.browser.post(f"/backoffice/{ORDERS}views/", {"act": "burn"}).status_code == 404


def test_columns_are_chosen_by_each(desk: Desk) -> None:
    _orders(desk, 1)
    _post(desk, f"{ORDERS}arrange/", columns=["placed", "channel", "units_shown", "nonsense"], page_size=100)
    said = desk.read(ORDERS)
    assert "Choose Order Date Channel Pieces 1001" in said
    assert ListLayout.objects.get().columns == ["placed", "channel", "units_shown"]
    other = sit_down(desk.shop, as_user=lambda shop: member(shop, "sales"))
    assert "Choose Order Date Customer Total" in other.read(ORDERS)
    _post(desk, f"{ORDERS}arrange/", act="usual", page_size=100)
    assert "Choose Order Date Customer Total" in desk.read(ORDERS)


def test_a_list_is_taken_along(desk: Desk) -> None:
    stock(desk.shop, "TEA", 10)
    order = place(desk.shop, ("TEA", 2), ship_to=Person(name="=HYPERLINK(1)", country="TW"))
    place(desk.shop, ("TEA", 1), ship_to=Person(name="王小明", country="TW"))
    place(desk.shop, ("TEA", 1))
    pay(desk.shop, order)
    desk.show()
    before = JournalEntry.objects.count()
    lines = _file(desk, ORDERS, "csv", "country=TW").decode("utf-8-sig").split("\r\n")
    assert lines[0] == "Order,Date,Customer,Total,Payment,Fulfillment,State"
    assert [re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "then", line) for line in lines[1:]] == [
        "1002,then,王小明,2.50,Unpaid,Unfulfilled,Placed", "1001,then,'=HYPERLINK(1),5.00,Paid,Unfulfilled,Placed", "",
    ]  # fmt: skip
    sheet = load_workbook(io.BytesIO(_file(desk, ORDERS, "xlsx", "country=TW&sort=oldest")))["Sheet1"]
    assert [(row[0], row[2], row[3]) for row in sheet.iter_rows(values_only=True)] == [
        ("Order", "Customer", "Total"), ("1001", "=HYPERLINK(1)", 5), ("1002", "王小明", 2.5),
    ]  # fmt: skip
    assert sheet["C2"].data_type == "s"
    told = [entry.event or {} for entry in JournalEntry.objects.order_by("id")[before:]]
    assert [(one.get("filters"), one.get("rows"), one.get("is_whole")) for one in told] == [
        (["country"], None, None), (None, 2, True), (["country", "sort"], None, None), (None, 2, True),
    ]  # fmt: skip


def test_a_long_list_is_read_part_by_part(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    _orders(desk, 7)
    monkeypatch.setattr(exporting, "ROWS_AT_ONCE", 3)
    lines = _file(desk, ORDERS, "csv", "").decode().split("\r\n")
    assert [line.partition(",")[0] for line in lines[1:-1]] == [str(number) for number in range(1007, 1000, -1)]


def test_whoever_leaves_early_is_written_down_too(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    _orders(desk, 2)
    monkeypatch.setattr(exporting, "ROWS_AT_ONCE", 1)
    monkeypatch.setattr(sheets, "ROWS_AT_ONCE", 1)
    answer = desk.browser.post(f"/backoffice/{ORDERS}export/", {"format": "csv"})
    assert next(iter(answer.streaming_content)).startswith(b"\xef\xbb\xbfOrder")  # type: ignore[attr-defined]
    answer.close()
    assert {(entry.event or {}).get("is_whole") for entry in JournalEntry.objects.filter(command="views.end_export")} == {False}


def test_every_list_has_a_file(desk: Desk) -> None:
    _orders(desk, 1)
    for list_ in ("customers/customer/", "payments/payment/", "catalog/variant/", "tickets/ticket/"):
        assert _file(desk, list_, "csv", "").startswith("\ufeff".encode()), list_


def test_nobody_takes_along_what_they_may_not_look_at(desk: Desk) -> None:
    clerk = sit_down(desk.shop, as_user=lambda shop: member(shop, "catalog"))
    assert clerk.browser.post(f"/backoffice/{ORDERS}export/", {"format": "csv"}).status_code == 403
    assert clerk.browser.post(f"/backoffice/{ORDERS}arrange/", {}).status_code == 403
    assert clerk.browser.post(f"/backoffice/{ORDERS}views/", {"act": "save", "name": "x"}).status_code == 403


def test_the_part_with_the_rows_comes_alone(desk: Desk) -> None:
    _orders(desk, 2)
    answer = desk.browser.get(f"/backoffice/{ORDERS}?q=1002", headers={"X-Part": "list"})
    part = answer.content.decode()
    assert _numbers(part) == ["1002"]
    assert "<html" not in part


def test_a_list_costs_as_much_however_long_it_is(desk: Desk) -> None:
    _orders(desk, 2)
    with counted() as few:
        desk.get(f"{ORDERS}?country=GB")
    _orders_more(desk)
    with counted() as many:
        desk.get(f"{ORDERS}?country=GB")
    assert len(many) == len(few) <= 10


def _orders_more(desk: Desk) -> None:
    for _ in range(5):
        place(desk.shop, ("TEA", 1))
    desk.show()


def _file(desk: Desk, list_: str, file_format: str, query: str) -> bytes:
    answer = desk.browser.post(f"/backoffice/{list_}export/", {"format": file_format, "query": query})
    assert answer.status_code == 200, answer.status_code
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def test_every_list_has_one_panel_of_filters_and_none_that_is_empty(desk: Desk) -> None:
    stock(desk.shop, "TEA", 10)
    place(desk.shop, ("TEA", 1))
    desk.show()
    for model, shown in site._registry.items():
        assert not shown.list_filter, f"{model.__name__}: filters belong into `asks`"
        page = desk.get(f"{model._meta.app_label}/{model._meta.model_name}/")
        panels = re.findall(r"<summary>Filters.*?</details>", page, re.DOTALL)
        assert len(panels) <= 1, model.__name__
        assert "changelist-filter" not in page, model.__name__
        for panel in panels:
            assert re.search(r"<select|<input type=\"(text|date|checkbox)\"", panel), f"{model.__name__} has an empty panel"
        offered = any(one.ask.kind != "link" for one in shown.asks)
        assert bool(panels) or not offered or model.__name__ == "Price", model.__name__


def test_lists_are_narrowed_by_state_and_by_days(desk: Desk) -> None:
    stock(desk.shop, "TEA", 10)
    order = place(desk.shop, ("TEA", 1))
    pay(desk.shop, order)
    (payment,) = Payment.objects.all()
    today = timezone.localtime(payment.requested_at).date()
    path = "payments/payment/"
    for query, found in {
        "state=captured": 1, "state=declined": 0, f"since={today}": 1, f"until={today}": 1, f"since={today}&until={today}": 1,
        f"since={today + timedelta(days=1)}": 0, f"until={today - timedelta(days=1)}": 0, "since=soon": 1, "waits=unknown": 0,
        "state=nonsense": 1,
    }.items():  # fmt: skip
        assert desk.get(f"{path}?{query}").count(str(payment.id)) == found, query
    assert "From day: soon (?)" in desk.read(f"{path}?since=soon")
    page = desk.read(f"{path}?state=declined")
    assert "Nothing fits." in page
    assert "State: Declined" in page


def test_prices_are_narrowed_by_their_list(desk: Desk) -> None:
    assert "<summary>Filters" not in desk.get("pricing/price/")
    for code in ("retail", "dealers"):
        save_price_list(desk.shop.call(), price_list=PriceListDraft(code=code, name=code.title(), currency="GBP"))
    page = desk.read("pricing/price/?price_list=dealers")
    assert "Price list: Dealers" in page
    assert "Nothing fits." in page


def test_the_navigation_marks_the_one_place_that_a_page_belongs_to(desk: Desk) -> None:
    marked = {
        "": "Overview", "aftersales/return/": "Returns", "aftersales/return/desk/": "Returns desk", "board/boardrow/": "Orders",
        "payments/payment/": "Payments", "tickets/ticket/report/": "Tickets", "inventory/balance/": "Stock",
    }  # fmt: skip
    for path, name in marked.items():
        found = re.findall(r'<a href="[^"]*" class="[^"]*\bactive\b[^"]*">(.*?)</a>', desk.get(path), re.DOTALL)
        assert [text_of(one).split(maxsplit=1)[1] for one in found] == [name], path


def test_no_column_of_a_list_hides_what_is_shown_in_it() -> None:
    for model, shown in site._registry.items():
        fields = {one.name for one in model._meta.get_fields()}
        both = [name for name in shown.every_column if isinstance(name, str) and name in fields and hasattr(shown, name)]
        assert both == [], f"{model.__name__}: a list would show the raw field instead"


def test_payments_are_listed_by_their_day_and_not_by_a_raw_number(desk: Desk) -> None:
    stock(desk.shop, "TEA", 10)
    pay(desk.shop, place(desk.shop, ("TEA", 2)))
    assert re.search(r" \d{2}:\d{2} Cash – £5.00 ", desk.read("payments/payment/"))


def test_what_the_program_named_is_read_in_ones_own_language(desk: Desk) -> None:
    stock(desk.shop, "TEA", 10)
    chinese = sit_down(desk.shop, "zh-TW")
    assert "主倉庫 main" in chinese.read("inventory/node/")
    assert "網路商店 web" in chinese.read("channels/channel/")
    assert "英文" in chinese.read("channels/channel/")
    assert "主倉庫" in chinese.read("inventory/balance/")
    assert "變更已勾選的" not in chinese.read("pricing/pricelist/")
