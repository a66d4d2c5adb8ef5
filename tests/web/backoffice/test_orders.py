"""The list of orders, and the page about one."""

from dingdan.automation.commands import QueueNotice, queue_notices
from dingdan.trade.aftersales.commands import CancelOrder, Part, cancel_orders, refund_order
from dingdan.trade.orders.commands import hold_order, note_order, tag_order
from dingdan.trade.orders.rules import Person
from tests.kit import deliver, pay, place, stock
from tests.web.backoffice.desk import Desk, sit_down


def test_the_list_shows_the_newest_first(desk: Desk) -> None:
    stock(desk.shop, "TEA", 10)
    first, second = place(desk.shop, ("TEA", 2)), place(desk.shop, ("TEA", 1), ship_to=Person(company="Ek & Co"))
    pay(desk.shop, first)
    deliver(desk.shop, first)
    desk.show()
    said = desk.read("board/boardrow/")
    assert said.index("1002") < said.index("1001")
    assert "Ek & Co £2.50 Unpaid Unfulfilled Placed" in said
    assert "Ann Lee £5.00 Paid Delivered Placed" in said
    assert "2 in all" in said
    assert second.number == "1002"


def test_orders_are_found(desk: Desk) -> None:
    stock(desk.shop, "TEA", 10)
    stock(desk.shop, "CUP", 10)
    place(desk.shop, ("TEA", 1), ship_to=Person(name="王小明", email="ming@example.com", phone="+886912345678", country="TW"))
    place(desk.shop, ("CUP", 1))
    desk.show()
    for asked in ("小明", "ming@example.com", "0912345678", "1001", "TEA"):
        said = desk.read(f"board/boardrow/?q={asked}")
        assert "王小明" in said, asked
        assert "Ann Lee" not in said, asked
    assert "Nothing fits. Show everything" in desk.read("board/boardrow/?q=nobody")


def test_orders_are_filtered(desk: Desk) -> None:
    stock(desk.shop, "TEA", 10)
    pay(desk.shop, place(desk.shop, ("TEA", 1)))
    place(desk.shop, ("TEA", 1), ship_to=Person(name="Bo"))
    desk.show()
    unpaid = desk.read("board/boardrow/?payment_status=unpaid")
    assert ("Bo £2.50" in unpaid, "Ann Lee" in unpaid) == (True, False)
    both = desk.read("board/boardrow/?payment_status=paid&q=Ann")
    assert ("Ann Lee" in both, "Bo £2.50" in both) == (True, False)
    assert "Bo £2.50" in desk.read("board/boardrow/?payment_status=nonsense")


def test_what_nobody_can_mean_is_no_fault(desk: Desk) -> None:
    for query in ("q=%00", "q=%F0%9F%8D%B5", "p=99999", "p=x", "o=7.-1", "placed_at__gte=x", "e=1", "q=" + "x" * 5000):
        assert desk.browser.get(f"/backoffice/board/boardrow/?{query}").status_code in (200, 302), query
    assert desk.browser.get("/backoffice/board/boardrow/nonsense/").status_code == 404
    assert desk.browser.get("/backoffice/board/boardrow/00000000-0000-0000-0000-000000000000/").status_code == 404


def test_the_page_says_everything_about_an_order(desk: Desk) -> None:
    shop = desk.shop
    stock(shop, "TEA", 10)
    order = place(shop, ("TEA", 3), shipping_method="parcel", shipping_price=495, external_id="EXT-7", customer_note="Ring twice")
    paid = pay(shop, order)
    deliver(shop, order)
    note_order(shop.call(), order_id=order.order_id, text="Nice people")
    tag_order(shop.call(), order_id=order.order_id, add=("vip",))
    queue_notices.one(shop.call(), QueueNotice(kind="payment_received", order_id=order.order_id, about_id=paid.payment_id))
    desk.show()
    said = desk.read(f"board/boardrow/{order.order_id}/")
    for part in (
        "Order 1001 Placed Paid Delivered £12.45 ·",
        "Number 1001",
        "External number EXT-7",
        "Tags vip",
        "Customer's note Ring twice",
        "Shipping address Ann Lee 1 High Street LONDON N1 9GU United Kingdom Billing address The same E-mail ann@example.com",
        "Article TEA TEA 3 £2.50 – £7.50",
        "Goods £7.50 Shipping £4.95 Total £12.45",
        "Cash Captured £12.45 –",
        "Owed £12.45 Paid £12.45 Still due £0.00",
        "S1001 3 × TEA Delivered Main warehouse RM123 Royal Mail",
        "Nice people Staff",
        "Payment received Queued",
    ):
        assert part in said, (part, said)
    events = ["Notice queued", "Order tagged", "Order noted", "Shipment delivered", "Shipment shipped", "Shipments planned"]
    where = [said.rindex(event) for event in [*events, "Payment recorded", "Order placed"]]
    assert where == sorted(where)  # the last first


def test_what_was_canceled_and_given_back(desk: Desk) -> None:
    stock(desk.shop, "TEA", 10)
    order = place(desk.shop, ("TEA", 3))
    pay(desk.shop, order)
    cancel_orders.one(desk.shop.call(), CancelOrder(order_id=order.order_id, lines=(Part(order.lines[0].line_id, 1),)))
    refund_order(desk.shop.call(), order_id=order.order_id)
    desk.show()
    said = desk.read(f"board/boardrow/{order.order_id}/")
    assert "3 1 canceled" in said
    assert "Refund requested" in said


def test_why_it_is_on_hold(desk: Desk) -> None:
    stock(desk.shop, "TEA", 10)
    order = place(desk.shop, ("TEA", 1))
    hold_order(desk.shop.call(), order_id=order.order_id, reason="Ask about the color")
    desk.show()
    said = desk.read(f"board/boardrow/{order.order_id}/")
    assert "Order 1001 On hold Unpaid" in said
    assert "On hold because Ask about the color" in said


def test_names_are_text(desk: Desk) -> None:
    stock(desk.shop, "TEA", 10)
    order = place(desk.shop, ("TEA", 1), ship_to=Person(name="<img src=x onerror=alert(1)>"), customer_note="<b>bold</b>")
    desk.show()
    for page in (desk.get("board/boardrow/"), desk.get(f"board/boardrow/{order.order_id}/")):
        assert "<img src=x" not in page
        assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert "<b>bold" not in desk.get(f"board/boardrow/{order.order_id}/")


def test_an_order_in_chinese(desk: Desk) -> None:
    stock(desk.shop, "TEA", 10)
    order = place(desk.shop, ("TEA", 1))
    desk.show()
    for language, words in (("zh-TW", ("訂單", "未付款")), ("zh-CN", ("订单", "未付款"))):
        said = sit_down(desk.shop, language).read(f"board/boardrow/{order.order_id}/")
        for word in words:
            assert word in said
        assert "2026年" in said


def test_the_overview_counts_what_waits(desk: Desk) -> None:
    stock(desk.shop, "TEA", 10)
    order, _other = place(desk.shop, ("TEA", 1)), place(desk.shop, ("TEA", 1))
    pay(desk.shop, order)
    desk.show()
    said = desk.read("")
    assert "1 To be paid 1 Paid, to be sent 0 Paid too much 0 On hold" in said
    assert said.index("1002") < said.index("1001")


def test_the_filters_say_how_many_they_would_find(desk: Desk) -> None:
    stock(desk.shop, "TEA", 10)
    pay(desk.shop, place(desk.shop, ("TEA", 1)))
    place(desk.shop, ("TEA", 1))
    desk.show()
    said = desk.read("board/boardrow/")
    for part in ("Paid (1)", "Unpaid (1)", "Placed (2)", "Unfulfilled (2)", "Canceled (0)"):
        assert part in said, part
    assert "Paid (1)" in desk.read("board/boardrow/?payment_status=unpaid&p=1")
    assert "Paid (0)" in desk.read("board/boardrow/?state=canceled")
    assert "Placed (2)" in desk.read("board/boardrow/?payment_status=nonsense")
    assert "(1)" not in desk.read("board/boardrow/?q=TEA")
