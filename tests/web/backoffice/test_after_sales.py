"""What is done after the sale at the back office: from the page of an order, of a return and of a claim."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from dingdan.kernel import clock
from dingdan.kernel.ids import new_id
from dingdan.ledgers.payments.queries import credit_of
from dingdan.trade.aftersales.models import Allowance, Attachment, Claim, Interception, Return, ReturnLine
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.orders.models import Order
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales import ahead, favors, sold
from tests.trade.aftersales.test_inspect_return import bought
from tests.trade.tickets.desk import PDF, PNG
from tests.web.backoffice.desk import Desk, member, sit_down, text_of

SEEN = re.compile(r'name="seen" value="([0-9a-f]{64})"')


def post(desk: Desk, path: str, **typed: Any) -> str:
    """Send a form; the page that follows."""
    answer = desk.browser.post(f"/backoffice/{path}", {"key": new_id().hex, **typed}, follow=True)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def look(desk: Desk, path: str, **typed: Any) -> str:
    """Ask what would come of a form; what the page says."""
    return text_of(post(desk, path, step="look", **typed))


def do(desk: Desk, path: str, **typed: Any) -> str:
    """Look what would come of a form, then do it; what the page after it says."""
    (seen,) = SEEN.findall(post(desk, path, step="look", **typed))
    return text_of(post(desk, path, seen=seen, **typed))


def after(order: Any, name: str = "") -> str:
    """The address of what is done after the sale of an order."""
    return f"board/boardrow/{order.order_id}/after-sales/{f'{name}/' if name else ''}"


def returned(name: str = "") -> str:
    """The address of what is done with the one return."""
    return f"aftersales/return/{Return.objects.get().id}/{f'do/{name}/' if name else ''}"


def claimed(name: str = "") -> str:
    """The address of what is done with the one claim."""
    return f"aftersales/claim/{Claim.objects.get().id}/{f'do/{name}/' if name else ''}"


def test_it_works_from_the_order_to_the_money(desk: Desk) -> None:
    kit.stock(desk.shop, "A", 10)
    sold.rule(desk.shop, restocking_rate=Decimal("0.1"), shipping_fee=100)
    order = bought(desk.shop, 3, price=1000)
    desk.show()
    assert "After the sale" in desk.read(f"board/boardrow/{order.order_id}/")
    said = desk.read(after(order))
    assert "Article A A 3 3 This may come back. House rule" in said
    assert "Let goods come back" in said
    line = order.lines[0].line_id
    typed = {f"quantity-{line}": "2", f"reason-{line}": "unwanted", f"condition-{line}": "opened"}
    said = look(desk, after(order, "return"), **typed)
    assert "Article A A 2 This may come back. House rule Once it was looked at £20.00 £2.00" in said
    assert "Kept back for the way back £1.00 Given back if all is as told £17.00" in said
    assert not Return.objects.exists()
    assert "R1001 may come back." in do(desk, after(order, "return"), **typed)
    piece = sold.pieces_of(Return.objects.get().id)[0].id
    assert "The goods wait to be looked at." in text_of(post(desk, returned("receive"), **{f"piece-{piece}": "1"}))
    assert "Receive another parcel" in desk.read(returned())
    post(desk, returned("receive"), **{f"piece-{piece}": "1"})
    grades = {f"A-{piece}": "1", f"B-{piece}": "1"}
    said = look(desk, returned("grade"), **grades)
    node = Return.objects.get().node.name
    assert f"A 1 on sale again in {node} A 1 to the damaged goods in {node}" in said
    assert "Worth of the goods £20.00 Kept back for the condition £2.00 Kept back for restocking £2.00" in said
    assert "Given back £15.00 The order is owed then £15.00 Paid above that £15.00 goes back the way it came" in said
    assert Return.objects.get().state == "received"
    assert "£15.00 of it is given back." in do(desk, returned("grade"), **grades)
    assert [(one.refund, one.fee) for one in ReturnLine.objects.all()] == [(1500, 500)]
    assert kit.breaches() == []


def test_what_is_refused_is_said_in_the_form_and_keeps_what_was_typed(desk: Desk) -> None:
    kit.stock(desk.shop, "A", 10)
    order = bought(desk.shop, 2, price=1000)
    line = order.lines[0].line_id
    page = post(desk, after(order, "return"), step="look", **{f"quantity-{line}": "5", f"reason-{line}": "late"})
    form = next(one for one in page.split("<form") if f'action="/backoffice/{after(order, "return")}"' in one)
    assert 'role="alert">Of Article A only 2 can come back, not 5.' in form
    assert f'name="quantity-{line}" value="5"' in form
    assert '<option value="late" selected>' in form
    nothing = post(desk, after(order, "return"), step="look")
    assert "Say of at least one article how much comes back." in text_of(nothing)
    assert not Return.objects.exists()


def test_nothing_is_done_that_was_not_seen(desk: Desk) -> None:
    kit.stock(desk.shop, "A", 10)
    order = bought(desk.shop, 2, price=1000)
    line = order.lines[0].line_id
    where, typed = after(order, "refund-only"), {f"only-{line}": "1", f"why-{line}": "damaged"}
    (seen,) = SEEN.findall(post(desk, where, step="look", **typed))
    assert "Do it: £20.00 back" in text_of(post(desk, where, seen=seen, **{**typed, f"only-{line}": "2"}))
    assert "Do it: £10.00 back" in text_of(post(desk, where, seen="", **typed))
    assert not Claim.objects.exists()


def test_a_button_pressed_twice_does_one_thing(desk: Desk) -> None:
    kit.stock(desk.shop, "A", 10)
    order = bought(desk.shop, 2, price=1000)
    line, key = order.lines[0].line_id, new_id().hex
    typed = {f"only-{line}": "1", f"why-{line}": "damaged", "key": key}
    (seen,) = SEEN.findall(post(desk, after(order, "refund-only"), step="look", **typed))
    for _ in range(2):
        assert "£10.00 is given back." in text_of(post(desk, after(order, "refund-only"), seen=seen, **typed))
    assert [one.resolution for one in Claim.objects.all()] == ["refund"]
    assert kit.breaches() == []


def test_against_the_rules_only_with_a_reason_and_a_permission(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    sold.rule(shop, allows=False)
    order = bought(shop, 2, price=1000)
    line = order.lines[0].line_id
    owner, sales = sit_down(shop), sit_down(shop, as_user=lambda one: member(one, "sales"))
    typed = {f"quantity-{line}": "1"}
    assert "Against the rules Article A" in look(owner, after(order, "return"), **typed)
    assert "This was a final sale and does not come back. (rule house)" in do(owner, after(order, "return"), **typed)
    assert "may not go beyond the rules" in do(sales, after(order, "return"), override="A friend", **typed)
    assert not Return.objects.exists()
    assert "R1001 may come back." in do(owner, after(order, "return"), override="A friend", **typed)
    assert [one.override for one in ReturnLine.objects.all()] == ["A friend"]


def test_the_shop_pays_the_way_back_where_somebody_may_say_so(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    sold.rule(shop, shipping_fee=300)
    order = bought(shop, 2, price=1000)
    line = order.lines[0].line_id
    owner, sales = sit_down(shop), sit_down(shop, as_user=lambda one: member(one, "sales"))
    typed = {f"quantity-{line}": "1", "shop_pays": "on"}
    assert "may not go beyond the rules" in do(sales, after(order, "return"), **typed)
    said = look(owner, after(order, "return"), **typed)
    assert "Kept back for the way back Nothing Given back if all is as told £10.00" in said
    do(owner, after(order, "return"), **typed)
    assert Return.objects.get().shipping_fee == 0


def test_an_exchange_is_shown_with_what_is_still_due(desk: Desk) -> None:
    for sku in ("A", "B"):
        kit.stock(desk.shop, sku, 10)
    kit.price(desk.shop, "B", 1500)
    order = bought(desk.shop, 1, price=1000)
    line = order.lines[0].line_id
    typed = {f"quantity-{line}": "1", f"reason-{line}": "wrong_size", "sku-0": "B", "more-0": "1", "ahead": "14"}
    said = look(desk, after(order, "exchange"), **typed)
    assert "B 1 £15.00 10 Costs £15.00 Paid by what comes back £10.00 Then still due £5.00" in said
    assert "at once, on account" in said
    assert "There is no article" in look(desk, after(order, "exchange"), **{**typed, "sku-0": "NO"})
    do(desk, after(order, "exchange"), **typed)
    assert Return.objects.get().is_ahead
    assert "In exchange Article Quantity B 1" in desk.read(returned())


def test_a_label_a_scan_and_calling_it_off(desk: Desk) -> None:
    kit.stock(desk.shop, "A", 10)
    order = bought(desk.shop, 1, price=1000)
    do(desk, after(order, "return"), **{f"quantity-{order.lines[0].line_id}": "1"})
    typed = {"carrier": "Royal Mail", "tracking_number": "RM1", "label_url": "nowhere"}
    page = post(desk, returned("label"), **typed)
    assert "Give an address that begins with https://." in text_of(page)
    assert 'value="nowhere"' in page
    post(desk, returned("label"), **{**typed, "label_url": "https://x.example/1"})
    assert "Label https://x.example/1" in desk.read(returned())
    assert "It is noted." in text_of(post(desk, returned("scan")))
    assert "Say how much has arrived." in text_of(post(desk, returned("receive")))
    assert "The return is called off." in text_of(post(desk, returned("cancel")))
    assert Return.objects.get().state == "canceled"
    assert "Receive what has arrived" not in desk.read(returned())


def test_what_left_ahead_lapses_when_nothing_came(desk: Desk) -> None:
    _order, return_id = ahead.exchanged(desk.shop, days=1)
    ahead.sent(desk.shop, return_id)
    assert "Let it lapse" not in desk.read(returned())
    with clock.moved_by(timedelta(days=2)):
        assert "The return has lapsed." in text_of(post(desk, returned("lapse")))


@pytest.mark.parametrize(
    ("name", "amount", "shown", "said"),
    [
        ("refund", "", "The order is owed then £20.00 Paid above that £10.00 goes back", "£10.00 is given back."),
        ("keep", "2.50", "Given back £2.50 The order is owed then £27.50", "£2.50 is given back."),
        ("replacement", "", "are ordered again, free of charge", "The same goods are ordered again, free of charge."),
    ],
)
def test_a_claim_is_settled(desk: Desk, name: str, amount: str, shown: str, said: str) -> None:
    kit.stock(desk.shop, "A", 10)
    order = bought(desk.shop, 3, price=1000)
    line = order.lines[0].line_id
    told = text_of(post(desk, after(order, "claim"), **{f"claimed-{line}": "1", f"why-{line}": "damaged"}, note="Cracked"))
    assert "K1001 is written down." in told
    assert "Cracked" in told
    amounts = {f"amount-{line}": amount}
    assert shown in look(desk, claimed(name), **amounts)
    assert Claim.objects.get().state == "filed"
    assert said in do(desk, claimed(name), **amounts)
    assert Claim.objects.get().state == ("replacing" if name == "replacement" else "resolved")
    assert kit.breaches() == []


def test_a_claim_is_denied_with_a_reason_or_withdrawn(desk: Desk) -> None:
    kit.stock(desk.shop, "A", 10)
    order = bought(desk.shop, 3, price=1000)
    sold.claim(desk.shop, order, 1)
    assert "Write something" in (page := post(desk, claimed("deny"), reason=" ")) or 'role="alert"' in page
    assert Claim.objects.get().state == "filed"
    assert "The claim is denied." in text_of(post(desk, claimed("deny"), reason="It was whole."))
    assert "It was whole." in desk.read(claimed())
    post(desk, claimed("withdraw"))
    assert Claim.objects.get().state == "denied"


def test_money_goes_back_as_credit_with_a_bonus_or_to_a_way_of_its_own(desk: Desk) -> None:
    favors.terms(desk.shop)
    customer_id, order = favors.customers_order(desk.shop)
    sold.come_back(desk.shop, order, 2)
    said = look(desk, after(order, "credit"), amount="15.00")
    assert "As credit, for good £15.00 On top £1.50 What is on top lasts 365 days" in said
    assert "£16.50 of store credit is given." in do(desk, after(order, "credit"), amount="15.00")
    assert [one.due for one in credit_of(customer_id)] == [1650]
    refused = text_of(post(desk, after(order, "refund"), amount="6", method="bank_transfer"))
    assert "6.00 GBP cannot be refunded: 5.00 GBP was paid above" in refused
    assert "£5.00 is given back." in text_of(post(desk, after(order, "refund"), amount="", method="bank_transfer"))
    assert kit.breaches() == []


def test_goodwill_up_to_the_limit_is_given_and_paid_out(shop: Shop) -> None:
    favors.terms(shop)
    _customer_id, order = favors.customers_order(shop)
    owner, sales = sit_down(shop), sit_down(shop, as_user=lambda one: member(one, "sales"))
    assert "10.01 GBP cannot be given" in text_of(post(sales, after(order, "goodwill"), amount="10.01", reason="late"))
    assert "£10.00 is given." in text_of(post(sales, after(order, "goodwill"), amount="10.00", reason="late"))
    assert "Pay out goodwill" not in sales.read(after(order))
    (owing,) = re.findall(r'<option value="([0-9a-f-]{36})"[^>]*>£10.00', owner.get(after(order)))
    said = text_of(post(owner, after(order, "pay"), payable=owing, method="bank_transfer"))
    assert "£10.00 is given." in said
    assert "Pay out goodwill" not in said
    assert "£1.00 is given." in text_of(post(owner, after(order, "allow"), amount="1.00", reason="Scratch"))
    assert [one.total for one in Allowance.objects.all()] == [100]


def test_a_parcel_is_turned_back(desk: Desk) -> None:
    kit.stock(desk.shop, "A", 10)
    order = kit.place(desk.shop, ("A", 2), price=1000)
    kit.pay(desk.shop, order)
    kit.ship(desk.shop, order)
    page = desk.get(after(order))
    (parcel,) = set(re.findall(r'name="shipment"><option value="([0-9a-f-]{36})"', page))
    assert "The carrier is to be asked." in text_of(post(desk, after(order, "intercept"), shipment=parcel, reason="Wrong"))
    assert "Turn a parcel back" not in desk.read(after(order))
    asked = Interception.objects.get().id
    said = text_of(post(desk, after(order, "answer"), interception=str(asked), answer="stopped"))
    assert "The parcel comes back as R1001." in said
    assert "Return R1001" in said


def test_the_same_goods_are_ordered_again(desk: Desk) -> None:
    kit.stock(desk.shop, "A", 10)
    order = kit.place(desk.shop, ("A", 2), price=1000)
    assert "Nothing of this order can be ordered again." in look(desk, after(order, "reorder"))
    kit.price(desk.shop, "A", 1200)
    assert "Article A A 2 £10.00 £12.00 Dearer Goods £24.00" in look(desk, after(order, "reorder"))
    assert "Order 1002 is placed." in do(desk, after(order, "reorder"))
    assert Order.objects.count() == 2


def test_parts_of_kits_come_back_alone(desk: Desk) -> None:
    for sku, price in (("CUP", 600), ("SAUCER", 200)):
        kit.stock(desk.shop, sku, 20)
        kit.price(desk.shop, sku, price)
    sold.kit_of(desk.shop, "SET", CUP=1, SAUCER=1)
    order = kit.place(desk.shop, ("SET", 2), price=1000)
    kit.pay(desk.shop, order)
    kit.ship(desk.shop, order)
    part = desk.get(after(order)).partition("<small>SAUCER · up to 2</small>")[2]
    name = re.findall(r'name="(quantity-[^"]+)"', part)[0]
    said = look(desk, after(order, "return"), **{name: "1"})
    assert "Given back if all is as told £2.50" in said
    do(desk, after(order, "return"), **{name: "1"})
    assert ReturnLine.objects.get().component is not None


def test_only_those_who_may(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    order = bought(shop, 2, price=1000)
    warehouse = sit_down(shop, as_user=lambda one: member(one, "warehouse"))
    catalog = sit_down(shop, as_user=lambda one: member(one, "catalog"))
    warehouse.show()
    assert catalog.get(after(order), status=403)
    assert "Goodwill" not in warehouse.read(after(order))
    assert warehouse.browser.post(f"/backoffice/{after(order, 'goodwill')}", {"amount": "1"}).status_code == 403
    assert warehouse.browser.post(f"/backoffice/{after(order, 'nonsense')}").status_code == 404
    assert warehouse.browser.get(f"/backoffice/{after(order, 'goodwill')}").status_code == 405
    assert warehouse.get(f"board/boardrow/{UUID(int=1)}/after-sales/", status=404)
    sold.back(shop, order, 1)
    said = warehouse.read(returned())
    assert "Look at the goods" in said


@pytest.mark.parametrize("kind", ["return", "claim"])
def test_photos_are_added_shown_small_and_handed_over_to_those_who_may(shop: Shop, kind: str) -> None:
    kit.stock(shop, "A", 10)
    order = bought(shop, 2, price=1000)
    id_ = sold.back(shop, order, 1) if kind == "return" else sold.claim(shop, order, 1)
    owner, catalog = sit_down(shop), sit_down(shop, as_user=lambda one: member(one, "catalog"))
    accounting = sit_down(shop, as_user=lambda one: member(one, "accounting"))
    where = f"aftersales/{kind}/{id_}/files/"
    files = [
        SimpleUploadedFile("杯子.png", PNG),
        SimpleUploadedFile("x.svg", b"<svg onload=alert(1)>"),
        SimpleUploadedFile("a.pdf", PDF),
    ]
    said = post(owner, where, files=files)
    assert "x.svg: This is no whole picture" in text_of(said)
    assert "2 files were added." in text_of(said)
    page = owner.get(f"aftersales/{kind}/{id_}/")
    (shown,) = re.findall(r'<img class="bo-picture" src="([^"]+)" alt="杯子.png"', page)
    assert "a.pdf" in page
    picture = owner.browser.get(shown)
    assert (picture.content, picture.headers["Content-Type"], picture.headers["Content-Disposition"]) == (
        PNG,
        "image/png",
        "inline",
    )
    assert picture.headers["X-Content-Type-Options"] == "nosniff"
    assert picture.headers["Content-Security-Policy"].startswith("sandbox")
    whole = owner.browser.get(shown.removesuffix("?picture"))
    assert (whole.content, whole.headers["Content-Disposition"][:11]) == (PNG, "attachment;")
    paper = Attachment.objects.get(name="a.pdf").id
    assert owner.browser.get(f"/backoffice/{where}{paper}/?picture").headers["Content-Disposition"].startswith("attachment;")
    assert "Choose at least one file." in text_of(post(owner, where))
    assert catalog.browser.get(shown).status_code == 403
    assert "Add them" not in accounting.read(f"aftersales/{kind}/{id_}/")
    assert accounting.browser.post(f"/backoffice/{where}", {"files": files}).status_code == 403
    assert owner.get(f"{where}{UUID(int=1)}/", status=404)


@pytest.mark.parametrize("kind", ["return", "claim"])
def test_a_ticket_is_opened_from_there_and_shown_there(desk: Desk, kind: str) -> None:
    kit.stock(desk.shop, "A", 10)
    order = bought(desk.shop, 2, price=1000)
    id_ = sold.back(desk.shop, order, 1) if kind == "return" else sold.claim(desk.shop, order, 1)
    number = "R1001" if kind == "return" else "K1001"
    page = desk.get(f"aftersales/{kind}/{id_}/")
    assert f"new/?about_kind={kind}&amp;about={number}" in page
    form = desk.get(f"tickets/ticket/new/?about_kind={kind}&about={number}")
    assert f'<option value="{kind}" selected>' in form
    assert f'value="{number}"' in form
    said = post(
        desk, "tickets/ticket/new/", topic="damaged", came_by="phone", text="Where is my money?", about_kind=kind, about=number
    )
    assert f'<a href="/backoffice/aftersales/{kind}/{id_}/">{number}</a>' in said
    assert "T1001 Where is my money?" in desk.read(f"aftersales/{kind}/{id_}/")


def printed(example: str) -> list[str]:
    """What docs/aftersales.md prints as being shown."""
    chapter = (Path(__file__).parents[3] / "docs" / "aftersales.md").read_text(encoding="utf-8").split(f"### {example}\n")[1]
    return chapter.split("```text\n")[1].split("\n```")[0].splitlines()


def test_the_docs_print_what_is_shown(desk: Desk) -> None:
    shop = desk.shop
    favors.terms(shop)
    _customer_id, cups = favors.customers_order(shop)
    sold.come_back(shop, cups, 2)
    for sku, price in (("LAMP", 10000), ("SHIRT-M", 2000), ("SHIRT-XL", 2500)):
        kit.stock(shop, sku, 5)
        kit.price(shop, sku, price)
    shirt = sent(shop, "SHIRT-M", 1, 2000)
    instead = {f"quantity-{shirt.lines[0].line_id}": "1", "sku-0": "SHIRT-XL"}
    sold.rule(shop, restocking_rate=Decimal("0.15"), shipping_fee=395, skus=("LAMP",))
    lamps = sent(shop, "LAMP", 2, 10000)
    return_id = sold.back(shop, lamps, 2)
    (piece,) = sold.pieces_of(return_id)
    looks = {
        "Two lamps, one of them used": look(
            desk, f"aftersales/return/{return_id}/do/grade/", **{f"A-{piece.id}": "1", f"B-{piece.id}": "1"}
        ),
        "A shirt for a dearer one": look(desk, after(shirt, "exchange"), **instead),
        "Credit instead of money": look(desk, after(cups, "credit"), amount="15.00"),
    }
    for example, shown in looks.items():
        for line in printed(example):
            assert line in shown, (example, line)


def sent(shop: Shop, sku: str, quantity: int, price: int) -> OrderPlaced:
    """A paid order of one article that has left."""
    order = kit.place(shop, (sku, quantity), price=price)
    kit.pay(shop, order)
    kit.ship(shop, order)
    return order
