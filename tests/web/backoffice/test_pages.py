"""The first page, the back office and a mail in a real browser, on a desk and on a phone, in three languages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from dingdan.automation.commands import QueueNotice, queue_notices
from tests.browser.visiting import DESK, PHONE, Visit, signed_in, visit
from tests.conftest import Shop
from tests.kit import deliver, pay, place, stock

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Dialog


def on_both(one: Visit) -> str:
    """What a page says; it fits a desk and a phone."""
    one.page.set_viewport_size(DESK)  # type: ignore[arg-type]
    one.read()
    one.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    return one.read()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Back office", "Mails", "Health", "Where to begin")),
        ("zh-TW", ("後台", "郵件", "健康狀態", "從哪裡開始")),
        ("zh-CN", ("后台", "邮件", "健康状态", "从哪里开始")),
    ],
)
def test_the_first_page(browser: Browser, address: str, language: str, words: tuple[str, ...]) -> None:
    with visit(browser, address, size=PHONE, language=language) as one:
        one.go("/")
        said = on_both(one)
        for word in words:
            assert word in said
        leads = one.page.eval_on_selector_all(".places a", "links => links.map(link => link.getAttribute('href'))")
        assert leads == ["/backoffice/", "/backoffice/automation/notice/", "/api/v1/docs", "/docs/", "/healthz"]


def test_the_language_is_switched_and_remembered(browser: Browser, address: str) -> None:
    with visit(browser, address, size=PHONE) as one:
        assert "Back office" in one.go("/")
        one.page.click("button[lang=zh-hant]")
        one.page.get_by_text("後台").first.wait_for()
        one.page.wait_for_selector("html[lang=zh-hant]")
        assert "登入" in one.go("/backoffice/login/")


def test_the_documentation(browser: Browser, address: str) -> None:
    with visit(browser, address, size=PHONE) as one:
        assert "Glossary" in one.go("/docs/")
        assert "idempotency key" in one.go("/docs/glossary.md")


def test_the_back_office(shop: Shop, browser: Browser, address: str) -> None:
    from dingdan.insight.board.upkeep import refresh

    stock(shop, "TEA", 10)
    order = place(shop, ("TEA", 2))
    pay(shop, order)
    deliver(shop, order)
    notice_id = queue_notices.one(shop.call(), QueueNotice(kind="order_confirmed", order_id=order.order_id)).notice_id
    refresh([order.order_id])
    for language, size in (("en", DESK), ("zh-TW", PHONE), ("zh-CN", PHONE)):
        with visit(browser, address, size=size, language=language) as one:
            signed_in(one, shop)
            assert "Ann Lee" in one.go("/backoffice/")
            assert "£5.00" in one.go("/backoffice/board/boardrow/")
            one.page.click("#result_list a:visible")
            one.page.wait_for_url(f"**/{order.order_id}/**")
            one.page.get_by_text("RM123").first.wait_for()
            one.read()
            one.go(f"/backoffice/automation/notice/{notice_id}/")
            mail = one.page.frame_locator("iframe.bo-frame")
            assert mail.locator("h1").inner_text() == "Thank you for your order"
            one.go("/backoffice/inventory/balance/")


def test_a_complaint_is_answered_with_a_photo(shop: Shop, browser: Browser, address: str) -> None:
    from dingdan.trade.tickets.commands import attach_file
    from dingdan.trade.tickets.rules import About
    from tests.trade.tickets.desk import JPEG, PNG, opened, row

    stock(shop, "CUP", 5)
    order = place(shop, ("CUP", 1))
    about = About(kind="order", id=order.order_id, number="1001", order_id=order.order_id)
    text = "The cup is broken, and so is AVeryLongWordWithoutAnyBlankInItWhichMustNotMakeThePageWiderThanThePhone." * 2
    told = opened(shop, text, about=about)
    attach_file(shop.call(), ticket_id=told.ticket_id, message_id=told.message_id, name="x" * 100 + ".png", content=PNG)
    with visit(browser, address, size=PHONE) as one:
        signed_in(one, shop)
        one.go("/backoffice/tickets/ticket/")
        assert "T1001" in on_both(one)
        one.go(f"/backoffice/tickets/ticket/{told.ticket_id}/")
        on_both(one)
        one.page.fill("textarea[name=text]", "Like this one?")
        one.page.set_input_files("input[type=file]", {"name": "cup.jpg", "mimeType": "image/jpeg", "buffer": JPEG})
        one.page.locator("button[value=ask]").press("Enter")  # the shell scrolls smoothly, which a click does not wait for
        one.page.wait_for_selector("text=It is written.")
        one.page.get_by_text("cup.jpg").first.wait_for()
        on_both(one)
        assert row(told).state == "waiting_for_customer"
        one.go("/backoffice/tickets/ticket/")
        one.page.locator("input[name=ticket]:visible").first.check()
        one.page.locator("button[value=close]").press("Enter")
        one.page.wait_for_selector("text=Tickets done: 1.")
        assert row(told).state == "closed"
        for path in ("new", "report"):
            one.go(f"/backoffice/tickets/ticket/{path}/")
            on_both(one)


def test_many_orders_are_changed_and_a_key_asks_first(shop: Shop, browser: Browser, address: str) -> None:
    from dingdan.automation.bulk import work_on_bulk
    from dingdan.insight.board.upkeep import refresh
    from dingdan.trade.changes.models import Bulk
    from dingdan.trade.review.models import Review
    from tests.trade.review.desk import rule, waiting

    stock(shop, "TEA", 20)
    rule(shop)
    order = waiting(shop)
    refresh([order.order_id, place(shop, ("TEA", 1)).order_id])
    with visit(browser, address, size=PHONE) as one:
        signed_in(one, shop)
        one.go("/backoffice/board/boardrow/")
        one.page.locator("input[name=id]:visible").first.check()
        expect(one.page.locator("input[name=id]:checked")).to_have_count(1)
        one.page.locator("input[name=id]:checked").uncheck()
        one.page.set_viewport_size(DESK)  # type: ignore[arg-type]
        one.page.keyboard.press("j")
        one.page.keyboard.press("x")
        expect(one.page.locator("input[name=id]:checked")).to_have_count(1)
        one.page.locator("[data-ticks-all]").check()
        one.page.locator("button[form=bo-chosen]").first.press("Enter")
        one.page.wait_for_selector("text=2 orders")
        one.page.select_option("select[name=kind]", "add_note")
        one.page.locator("button.good").press("Enter")
        one.page.fill("textarea[name=text]", "Late by a day")
        one.page.locator("button.good").press("Enter")
        one.page.wait_for_selector("text=0 of 2 orders are looked at")
        work_on_bulk(tenant_id=str(shop.tenant_id), bulk_id=str(Bulk.objects.get().id))
        one.page.wait_for_selector("text=Change 2 orders")  # the page has followed by itself
        on_both(one)
        asked = list[str]()

        def no(dialog: Dialog) -> None:
            asked.append(dialog.message)
            dialog.dismiss()

        one.page.once("dialog", no)
        one.go(f"/backoffice/review/review/{Review.objects.get().id}/")
        on_both(one)
        one.page.keyboard.press("p")
        assert asked == [f"Let pass (Order {order.number})?"]
        assert Review.objects.get().state == "waiting"
        one.page.once("dialog", lambda dialog: dialog.accept())
        one.page.keyboard.press("p")
        one.page.wait_for_selector("text=The order has passed.")


def test_goods_come_back_from_the_order_to_the_money(shop: Shop, browser: Browser, address: str) -> None:
    from dingdan.trade.aftersales.models import Attachment, Return, ReturnLine
    from tests.trade.tickets.desk import PNG

    stock(shop, "CUP", 5)
    order = place(shop, ("CUP", 2), price=1000)
    pay(shop, order)
    deliver(shop, order)
    line_id = order.lines[0].line_id
    with visit(browser, address, size=PHONE, language="zh-TW") as one:
        signed_in(one, shop)
        one.go(f"/backoffice/board/boardrow/{order.order_id}/after-sales/")
        on_both(one)
        one.page.locator("details.bo-more summary").first.press("Enter")
        form = one.page.locator("form[action$='/after-sales/return/']")
        form.locator(f"[name='quantity-{line_id}']").fill("9")
        form.locator("button").press("Enter")
        expect(one.page.locator(".bo-refused")).to_be_in_viewport(ratio=1)  # it has the focus: the shell scrolls there smoothly
        assert form.locator(f"[name='quantity-{line_id}']").input_value() == "9"
        form.locator(f"[name='quantity-{line_id}']").fill("1")
        form.locator("button").press("Enter")
        form.locator(".bo-told table", has_text="£10.00").wait_for()
        on_both(one)
        form.locator("button.good").press("Enter")
        one.page.wait_for_url("**/aftersales/return/**")
        one.page.set_input_files("input[type=file]", {"name": "cup.png", "mimeType": "image/png", "buffer": PNG})
        one.page.locator("form[action$='/files/'] button").press("Enter")
        one.page.wait_for_selector("img.bo-picture")
        assert Attachment.objects.get().name == "cup.png"
        one.page.locator("form[action$='/do/receive/'] button").press("Enter")
        grades = one.page.locator("form[action$='/do/grade/']")
        grades.locator("button").press("Enter")
        grades.locator(".bo-told table").wait_for()
        assert Return.objects.get().state == "received"
        grades.locator("button.good").press("Enter")
        grades.wait_for(state="detached")
        one.page.get_by_text("£10.00").first.wait_for()
        on_both(one)
        assert [row.refund for row in ReturnLine.objects.all()] == [1000]


def test_the_menu_opens_on_a_phone(shop: Shop, browser: Browser, address: str) -> None:
    with visit(browser, address, size=PHONE) as one:
        signed_in(one, shop)
        one.go("/backoffice/")
        expect(one.page.locator("text=Credit notes").first).to_be_hidden()
        one.page.click("h1 >> xpath=.. >> span.material-symbols-outlined:visible")
        one.page.click("text=Credit notes")
        one.page.wait_for_url("**/settlement/creditnote/")


def test_a_script_in_a_mail_is_not_run(shop: Shop, browser: Browser, address: str) -> None:
    from dingdan.trade.orders.rules import Person

    stock(shop, "TEA", 10)
    name = "<script>parent.document.title='taken'</script>\"><script>document.title='taken'</script>"
    order = place(shop, ("TEA", 1), ship_to=Person(name=name, email="ann@example.com"))
    notice_id = queue_notices.one(shop.call(), QueueNotice(kind="order_confirmed", order_id=order.order_id)).notice_id
    with visit(browser, address, size=DESK) as one:
        signed_in(one, shop)
        one.go(f"/backoffice/automation/notice/{notice_id}/")
        assert name in one.page.frame_locator("iframe.bo-frame").locator("body").inner_text()
        assert one.page.title().startswith("Order confirmed")


def test_a_mail_fits_a_phone(shop: Shop, browser: Browser) -> None:
    from dingdan.automation.models import Notice
    from dingdan.automation.notices import letter_of

    stock(shop, "TEA", 10)
    with visit(browser, "none", size=PHONE) as one:
        for language in ("en", "zh-Hant", "zh-Hans"):
            order = place(shop, ("TEA", 2), language=language, shipping_method="parcel", shipping_price=495)
            queued = queue_notices.one(shop.call(), QueueNotice(kind="order_confirmed", order_id=order.order_id))
            letter = letter_of(Notice.objects.get(id=queued.notice_id))
            assert letter is not None
            one.page.set_content(letter.html)
            assert "£9.95" in one.read(), language


def test_orders_are_searched_while_one_writes_and_opened_by_keys(shop: Shop, browser: Browser, address: str) -> None:
    from dingdan.insight.board.upkeep import refresh
    from dingdan.trade.orders.rules import Person

    stock(shop, "TEA", 10)
    ann, wang = place(shop, ("TEA", 1)), place(shop, ("TEA", 1), ship_to=Person(name="王小明", country="TW"))
    refresh([ann.order_id, wang.order_id])
    with visit(browser, address, size=DESK) as one:
        signed_in(one, shop)
        one.go("/backoffice/board/boardrow/")
        one.page.keyboard.press("?")
        expect(one.page.locator("dialog[data-keysheet]")).to_be_visible()
        one.page.keyboard.press("Escape")
        one.page.keyboard.press("/")
        one.page.keyboard.type("小明")
        one.page.wait_for_selector("#bo-list:not(:has-text('Ann Lee'))")
        expect(one.page.locator("#bo-list")).to_contain_text("王小明")
        expect(one.page).to_have_url(re.compile(r"\?q=%E5%B0%8F%E6%98%8E$"))
        one.read()
        one.page.go_back()
        one.page.wait_for_selector("#bo-list:has-text('Ann Lee')")
        expect(one.page.locator("#searchbar")).to_have_value("")
        one.page.locator("#searchbar").blur()
        one.page.keyboard.press("j")
        one.page.keyboard.press("Enter")
        one.page.wait_for_url(f"**/{wang.order_id}/**")
        one.page.keyboard.press("]")
        one.page.wait_for_url(f"**/{ann.order_id}/**")
