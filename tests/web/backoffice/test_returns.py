"""Returns, claims, the rules that decide, and what is reported."""

from __future__ import annotations

from decimal import Decimal

from dingdan.ledgers.inventory.commands import ReceiveStock, StockChange, receive_stock
from dingdan.masterdata.policies.commands import adopt_return_preset, save_return_grade
from dingdan.masterdata.policies.models import ReturnRule
from dingdan.masterdata.policies.rules import ReturnGradeDraft
from dingdan.trade.aftersales.commands import label_return, resolve_claim
from dingdan.trade.aftersales.models import Claim, Return
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales import sold
from tests.trade.aftersales.test_inspect_return import bought
from tests.web.backoffice.desk import Desk, member, sit_down, text_of


def test_a_return_with_what_was_kept_back_for_what(desk: Desk) -> None:
    kit.stock(desk.shop, "A", 10)
    sold.rule(desk.shop, restocking_rate=Decimal("0.1"), shipping_fee=100)
    order = bought(desk.shop, 2, price=1000)
    return_id = sold.back(desk.shop, order, 2, reason="unwanted", condition="opened")
    sold.graded(desk.shop, return_id, A=1, B=1)
    desk.show()
    assert "R1001" in desk.read("aftersales/return/?q=R1001")
    said = desk.read(f"aftersales/return/{Return.objects.get().id}/")
    assert "Article A A 2 / 2 Changed my mind Opened House rule" in said
    assert "Condition £2.00, Restocking £2.00, Way back £1.00" in said
    assert "1 × A, 1 × B" in said
    assert "Return inspected" in said
    assert "R1001" in desk.read(f"board/boardrow/{order.order_id}/")


def test_a_return_tells_how_it_travels(desk: Desk) -> None:
    kit.stock(desk.shop, "A", 10)
    order = bought(desk.shop, 1)
    return_id = sold.back(desk.shop, order, 1)
    other = bought(desk.shop, 1)
    from tests.trade.aftersales.test_authorize_return import ask

    coming = ask(desk.shop, other, 1).return_id
    label_return(desk.shop.call(), return_id=coming, carrier="Royal Mail", tracking_number="RM42")
    assert return_id != coming
    desk.show()
    assert "R1002" in desk.read("aftersales/return/?q=RM42")
    assert "Royal Mail" in desk.read(f"aftersales/return/{coming}/")


def test_a_claim(desk: Desk) -> None:
    kit.stock(desk.shop, "A", 10)
    order = bought(desk.shop, 2, price=1000)
    resolve_claim(desk.shop.call(), claim_id=sold.claim(desk.shop, order, 1), resolution="refund")
    desk.show()
    assert "K1001" in desk.read("aftersales/claim/?state=resolved")
    said = desk.read(f"aftersales/claim/{Claim.objects.get().id}/")
    assert "Resolution Refund" in said
    assert "Article A A 1 Damaged £10.00" in said
    assert "K1001" in desk.read(f"board/boardrow/{order.order_id}/")


def test_a_rule(desk: Desk) -> None:
    adopt_return_preset(desk.shop.call(), preset="europe")
    desk.show()
    assert "europe-14-days Fourteen days without a reason 110 14 Active" in desk.read("policies/returnrule/")
    said = desk.read(f"policies/returnrule/{ReturnRule.objects.get(code='europe-14-days').id}/")
    assert "May come back Yes Days 14 Counted from The day of delivery" in said
    assert "As new A Stock 100" in said
    assert "Money goes back Once it was looked at" in said


def test_rules_that_ship_with_the_program_are_read_in_ones_own_language(desk: Desk) -> None:
    adopt_return_preset(desk.shop.call(), preset="europe")
    row = ReturnRule.objects.get(code="europe-faulty")
    chinese = sit_down(desk.shop, "zh-TW")
    said = chinese.read(f"policies/returnrule/{row.id}/")
    for told in (
        "瑕疵商品：兩年",
        "原因 損壞, 送錯商品, 與描述不符, 未收到, 保固期內故障",
        "起算日 送達日",
        "退款時點 驗貨時",
        "如新 A",
    ):
        assert told in said, told
    assert "瑕疵商品：兩年" in chinese.read("policies/returnrule/")
    save_return_grade(desk.shop.call(), grade=ReturnGradeDraft(code="A", name="Like new", goes_to="stock", position=10))
    assert "Like new A" in chinese.read(f"policies/returnrule/{row.id}/")


def test_reports(desk: Desk) -> None:
    kit.stock(desk.shop, "A", 10)
    order = bought(desk.shop, 4, price=1000)
    sold.come_back(desk.shop, order, 1)
    resolve_claim(desk.shop.call(), claim_id=sold.claim(desk.shop, order, 1), resolution="refund")
    desk.show()
    said = desk.read("aftersales/returnline/")
    assert "Claim refund Damaged 1 £10.00" in said


def test_a_rule_is_made_changed_retired_and_restored(desk: Desk) -> None:
    new = "/backoffice/policies/returnrule/new/"
    typed = {
        "name": "On sale", "code": "sale", "position": "5", "countries": "gb, fr", "skus": "A\nB", "allows": "on",
        "window_days": "14", "counted_from": "delivered", "conditions": ["unopened"], "shipping_paid_by": "customer",
        "shipping_fee": "3.95",
        "restocking_rate": "12.5", "currency": "gbp", "refund_at": "scan", "starts_on": "tomorrow",
    }  # fmt: skip
    assert "New rule" in desk.get("policies/returnrule/")
    page = desk.browser.post(new, typed).content.decode()
    assert "Write a day such as 2026-11-30." in page
    assert 'name="restocking_rate" value="12.5"' in page
    assert 'value="unopened" checked' in page
    said = text_of(desk.browser.post(new, typed | {"starts_on": "2026-01-31"}, follow=True).content.decode())
    assert "The rule is saved." in said
    assert "Kept back for the way £3.95 Kept back of the price 12.5%" in said
    row = ReturnRule.objects.get()
    assert (row.countries, row.skus, row.shipping_fee, row.restocking_rate, row.grades_count) == (
        ["GB", "FR"], ["A", "B"], 395, Decimal("0.125"), False,
    )  # fmt: skip
    edit = f"policies/returnrule/{row.id}/edit/"
    assert 'name="shipping_fee" value="3.95"' in desk.get(edit)
    desk.browser.post(f"/backoffice/{edit}", typed | {"starts_on": "", "name": "Sale", "window_days": ""})
    row.refresh_from_db()
    assert (row.name, row.window_days, row.starts_on) == ("Sale", None, None)
    for turn, state in (("retire", "retired"), ("restore", "active")):
        desk.browser.post(f"/backoffice/policies/returnrule/{row.id}/do/{turn}/")
        row.refresh_from_db()
        assert row.state == state
    said = text_of(desk.browser.post("/backoffice/policies/returnrule/adopt/", {"preset": "china"}, follow=True).content.decode())
    assert "Rules taken over: 2." in said


def test_only_who_may_changes_rules(shop: Shop) -> None:
    sales = sit_down(shop, as_user=lambda one: member(one, "sales"))
    assert "New rule" not in sales.get("policies/returnrule/")
    for name in ("new", "adopt"):
        assert sales.get(f"policies/returnrule/{name}/", status=403)
    assert sales.browser.post("/backoffice/policies/returnrule/new/", {"name": "x", "code": "x"}).status_code == 403
    assert not ReturnRule.objects.exists()


def test_a_warranty_is_found_by_the_serial_number(desk: Desk) -> None:
    kit.stock(desk.shop, "DRILL", tracking="serial")
    receive_stock.one(desk.shop.call(), ReceiveStock(lines=(StockChange("DRILL", 1, lot_code="SN-1"),)))
    sold.rule(desk.shop, code="warranty", reasons=("warranty",), window_days=730)
    order = kit.place(desk.shop, ("DRILL", 1))
    kit.deliver(desk.shop, order)
    assert "Warranty by serial number" in desk.get("aftersales/return/")
    page = desk.get("aftersales/return/warranty/?serial=SN-1")
    assert f'<a href="/backoffice/board/boardrow/{order.order_id}/after-sales/">{order.number}</a>' in page
    assert "This may come back. House rule" in text_of(page)
    assert "Nothing yet." in desk.read("aftersales/return/warranty/?serial=SN-2")
    assert "Pieces of that number" not in desk.read("aftersales/return/warranty/")
    catalog = sit_down(desk.shop, as_user=lambda one: member(one, "catalog"))
    assert catalog.get("aftersales/return/warranty/", status=403)
