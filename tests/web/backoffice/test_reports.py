"""Reports as pages: what is asked for, pictures, tables, files, and the way to the orders."""

from __future__ import annotations

import re
from html import unescape

from dingdan.automation.consumers import drain
from dingdan.insight.reports.registry import REPORTS
from tests import kit
from tests.web.backoffice.desk import Desk, member, sit_down


def sold(desk: Desk) -> None:
    """A shop that sold, sent and was paid something today."""
    kit.stock(desk.shop, "TEA", 9)
    kit.stock(desk.shop, "TEA-2", 9)
    order = kit.place(desk.shop, ("TEA", 2))
    kit.place(desk.shop, ("TEA-2", 1))
    kit.pay(desk.shop, order)
    kit.deliver(desk.shop, order)
    drain(desk.shop.tenant_id)


def test_it_works(desk: Desk) -> None:
    sold(desk)
    said = desk.read("rollups/saleshour/")
    assert [str(one.title) for one in REPORTS.values() if str(one.title) not in said] == []
    for name in ("sales-by-channel", "fulfillment-by-day", "payments-by-method", "tax-by-channel"):
        page = desk.read(f"rollups/saleshour/{name}/?period=today")
        assert str(REPORTS[name].title) in page
        assert "Compared with" in page
    assert "£7.50" in desk.read("rollups/saleshour/sales-by-day/?period=7-days")


def test_lines_open_the_orders_that_they_count(desk: Desk) -> None:
    sold(desk)
    page = desk.get("rollups/saleshour/sales-by-product/?period=today")
    links = [unescape(url) for url in re.findall(r'href="(/backoffice/board/boardrow/[^"]*sku=TEA)"', page)]
    assert links
    answer = desk.browser.get(links[0])
    assert answer.status_code == 200
    assert getattr(answer, "context_data", {})["cl"].result_count == 1


def test_a_report_is_taken_along(desk: Desk) -> None:
    sold(desk)
    answer = desk.browser.get("/backoffice/rollups/saleshour/sales-by-product/file/?period=today&format=csv")
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert text.splitlines()[1] == "TEA,Article TEA,1,2,5.00,5.00,2.50"
    sheet = desk.browser.get("/backoffice/rollups/saleshour/sales-by-product/file/?format=xlsx")
    assert b"".join(sheet.streaming_content)[:2] == b"PK"  # type: ignore[attr-defined]


def test_nonsense_is_said_and_the_usual_is_shown(desk: Desk) -> None:
    page = desk.read("rollups/saleshour/sales-by-day/?period=days&from=2026-05-09&to=2026-05-01")
    assert "is no period" in page
    assert desk.browser.get("/backoffice/rollups/saleshour/nothing/").status_code == 404


def test_whoever_may_not_look_is_refused(desk: Desk) -> None:
    other = sit_down(desk.shop, as_user=lambda shop: member(shop, "warehouse"))
    for place in ("", "sales-by-day/", "sales-by-day/file/"):
        assert other.browser.get(f"/backoffice/rollups/saleshour/{place}").status_code == 403
