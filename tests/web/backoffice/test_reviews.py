"""The review desk, its rules and the blacklist at a browser."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest

from dingdan.masterdata.customers.models import Watch
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.orders.models import OrderNote
from dingdan.trade.review.commands import question_order
from dingdan.trade.review.models import Decision, Review, Rule
from tests.kit import place, stock
from tests.trade.review.desk import reviewed, rule, state_of, told, waiting
from tests.web.backoffice.desk import Desk, member, sit_down, text_of

QUEUE, RULES, WATCHES = "review/review/", "review/rule/", "customers/watch/"


def send(desk: Desk, path: str, **sent: Any) -> str:
    """Send a form, and read the page that one comes to."""
    answer = desk.browser.post(f"/backoffice/{path}", sent, follow=True)
    assert answer.status_code == 200, answer.status_code
    return text_of(answer.content.decode())


def page_of(order: OrderPlaced) -> str:
    return f"{QUEUE}{Review.objects.get(order_id=order.order_id).id}/"


def key_on(page: str, ending: str) -> str:
    """The key that came with the form that is sent to an address."""
    found = re.search(rf'action="[^"]*{re.escape(ending)}"[^>]*>.*?name="key" value="([^"]+)"', page, re.DOTALL)
    assert found
    return found[1]


def test_an_empty_desk_says_what_to_do(desk: Desk) -> None:
    assert "No rule looks at orders yet Every order goes on at once." in desk.read(QUEUE)
    assert "No rule looks at orders yet" in desk.read(RULES)
    rule(desk.shop)
    assert "Nothing waits Every order passes by itself" in desk.read(QUEUE)
    assert "Nothing is given to you" in desk.read(f"{QUEUE}?mine=1")


def test_the_queue_says_why(desk: Desk) -> None:
    stock(desk.shop, "TEA", 20)
    rule(desk.shop, approvals=2)
    order = waiting(desk.shop)
    said = desk.read(QUEUE)
    assert f"{order.number}" in said
    assert "£12.00 is more than £10.00. 0/2" in said
    assert "1 To review" in desk.read("")


def test_an_order_is_let_pass_and_the_next_one_is_shown(desk: Desk) -> None:
    stock(desk.shop, "TEA", 20)
    rule(desk.shop)
    first, second = waiting(desk.shop), waiting(desk.shop)
    page = desk.get(page_of(first))
    assert "£12.00 is more than £10.00." in page
    said = send(desk, f"{page_of(first)}do/pass/", key=key_on(page, "/do/pass/"), note="called her")
    assert "The order has passed." in said
    assert f"Order {second.number}" in said
    assert state_of(first) == ("placed", "passed", False)
    assert OrderNote.objects.get().text == "called her"
    assert Decision.objects.get(verdict="approved").actor_id == str(desk.user.pk)
    said = send(desk, f"{page_of(first)}do/pass/", key=key_on(page, "/do/pass/"), note="called her")
    assert Decision.objects.filter(verdict="approved").count() == 1  # sent twice is once


def test_an_order_is_rejected(desk: Desk) -> None:
    stock(desk.shop, "TEA", 20)
    rule(desk.shop)
    order = waiting(desk.shop)
    assert "The order is canceled; what was paid goes back." in send(desk, f"{page_of(order)}do/reject/", note="")
    assert state_of(order) == ("canceled", "rejected", False)


def test_two_people_at_two_browsers(desk: Desk) -> None:
    stock(desk.shop, "TEA", 20)
    rule(desk.shop, approvals=2)
    order = waiting(desk.shop)
    assert "Noted. One more person has to let it pass." in send(desk, f"{page_of(order)}do/pass/", key="a")
    said = send(desk, f"{page_of(order)}do/pass/", key="b")
    assert "You have let this order pass before; it takes a second person." in said
    other = sit_down(desk.shop)
    assert "Let pass (second of two people)" in other.read(page_of(order))
    assert "The order has passed." in send(other, f"{page_of(order)}do/pass/")
    assert state_of(order) == ("placed", "passed", False)


def test_it_is_asked_given_and_looked_at_again(desk: Desk) -> None:
    stock(desk.shop, "TEA", 20)
    rule(desk.shop)
    order = waiting(desk.shop)
    assert "Your question is noted" in send(desk, f"{page_of(order)}do/ask/", text="Is it a gift?", to_customer="on")
    assert OrderNote.objects.get().to_customer
    assert "Given." in send(desk, f"{page_of(order)}do/assign/", user=str(desk.user.pk))
    assert desk.user.username in desk.read(f"{QUEUE}?mine=1")
    assert "The order still waits." in send(desk, f"{page_of(order)}do/again/")
    said = desk.read(page_of(order))
    assert "Is it a gift?" in said
    assert "Asked Is it a gift?" in said


def test_many_are_let_pass_at_once(desk: Desk) -> None:
    stock(desk.shop, "TEA", 20)
    rule(desk.shop)
    orders = [waiting(desk.shop) for _ in range(3)]
    ids = [str(Review.objects.get(order_id=order.order_id).id) for order in orders]
    send(desk, f"{QUEUE}{ids[0]}/do/pass/")
    said = send(desk, f"{QUEUE}pass/", id=[*ids, "x"], key="k")
    assert "2 orders have passed." in said
    assert f"{orders[0].number}: The order does not wait for a review." in said
    assert not Review.objects.filter(state="waiting").exists()


def test_who_may_only_look_sees_no_buttons_and_is_refused(desk: Desk) -> None:
    stock(desk.shop, "TEA", 20)
    rule(desk.shop)
    order = waiting(desk.shop)
    sales = sit_down(desk.shop, as_user=lambda shop: member(shop, "sales"))
    assert '<form class="bo-form"' not in sales.get(page_of(order)).partition('class="bo-page"')[2]
    before = told()
    for path in (f"{page_of(order)}do/pass/", f"{page_of(order)}do/reject/", f"{QUEUE}pass/"):
        assert sales.browser.post(f"/backoffice/{path}").status_code == 403
    assert sales.browser.get(f"/backoffice/{RULES}new/").status_code == 403
    assert told() == before
    reviewer = sit_down(desk.shop, as_user=lambda shop: member(shop, "review"))
    assert "The order has passed." in send(reviewer, f"{page_of(order)}do/pass/")


def test_strangers_and_unknown_things(desk: Desk) -> None:
    stock(desk.shop, "TEA", 20)
    rule(desk.shop)
    order = waiting(desk.shop)
    assert desk.browser.post(f"/backoffice/{page_of(order)}do/dance/").status_code == 404
    assert desk.browser.post(f"/backoffice/{QUEUE}{UUID(int=5)}/do/pass/").status_code == 404
    assert desk.browser.get(f"/backoffice/{page_of(order)}do/pass/").status_code == 405
    desk.browser.logout()
    assert desk.browser.post(f"/backoffice/{page_of(order)}do/pass/").status_code == 302
    assert state_of(order) == ("placed", "waiting", True)


def test_a_form_of_another_site_is_refused(desk: Desk) -> None:
    stock(desk.shop, "TEA", 20)
    rule(desk.shop)
    order = waiting(desk.shop)
    desk.browser.handler.enforce_csrf_checks = True
    assert desk.browser.post(f"/backoffice/{page_of(order)}do/pass/").status_code == 403
    assert state_of(order) == ("placed", "waiting", True)


# ── rules ────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_rule_is_made_changed_and_activated(desk: Desk) -> None:
    assert "Kinds of rules" in desk.read(f"{RULES}new/")
    form = desk.get(f"{RULES}new/?kind=amount")
    assert 'name="amounts"' in form
    sent = {"kind": "amount", "name": "Large orders", "code": "large", "amounts": "GBP 500.00\njpy 80000", "follows": "wait"}
    said = send(desk, f"{RULES}new/?kind=amount", **sent, approvals="1", weight="5", holds_money="on", channels=["web"])
    assert "Saved as version 1." in said
    assert "£500.00, JP¥80,000" in said
    row = Rule.objects.get()
    assert (row.parameters, row.weight, row.holds_money) == ({"amounts": {"GBP": 50000, "JPY": 80000}}, 5, True)
    edit = desk.get(f"{RULES}{row.id}/edit/")
    assert "GBP 500.00\nJPY 80000" in edit
    said = send(desk, f"{RULES}{row.id}/edit/", **sent, approvals="2", weight="0", key="k")
    assert "Saved as version 2." in said
    assert "looks at every order from now on" in send(desk, f"{RULES}{row.id}/do/activate/")
    row.refresh_from_db()
    assert (row.state, row.version, row.approvals, row.channel_ids) == ("active", 3, 2, [])
    assert "Large orders large Amount above" in desk.read(RULES)


WRONG: tuple[tuple[dict[str, str], str], ...] = (
    ({"amounts": "GBP 5.001"}, "amounts"), ({"amounts": ""}, "parameters.amounts"), ({"code": "a b"}, "code"),
    ({"name": " "}, "name"), ({"weight": "-1"}, "weight"), ({"approvals": "x"}, "approvals"),
)  # fmt: skip


def test_what_cannot_be_comes_back_as_it_was_typed(desk: Desk) -> None:
    sent = {"kind": "amount", "name": "Typed before", "code": "large", "amounts": "GBP 5", "follows": "wait", "approvals": "1"}
    for changes, said in WRONG:
        answer = desk.browser.post(f"/backoffice/{RULES}new/?kind=amount", {**sent, "weight": "0", **changes})
        assert answer.status_code == 200, changes
        page = answer.content.decode()
        assert f"{said}:" in text_of(page), changes
        assert ("Typed before" in page) == ("name" not in changes), changes
        assert not Rule.objects.exists(), changes


def test_every_kind_has_a_form(desk: Desk) -> None:
    typed = {"troubles": ["po_box"], "words": "急\nurgent", "most": "5", "percent": "80", "limit": "10", "orders": "2"}
    usual = {"follows": "note", "approvals": "1", "weight": "1", **typed}
    for kind in ("new_customer", "address_trouble", "remark", "unusual_quantity", "price_under_floor", "risk_score"):
        sent = {"kind": kind, "name": f"Some {kind}", "code": kind, **usual}
        assert "Saved as version 1." in send(desk, f"{RULES}new/?kind={kind}", **sent), kind
        assert f"Some {kind}" in desk.get(f"{RULES}{Rule.objects.get(code=kind).id}/edit/"), kind


def test_rules_are_tried_on_past_orders(desk: Desk) -> None:
    stock(desk.shop, "TEA", 20)
    for quantity in (1, 5):
        place(desk.shop, ("TEA", quantity))
    rule(desk.shop, active=False)
    before = told()
    assert "Choose the rules" in desk.read(f"{RULES}try/")
    said = desk.read(f"{RULES}try/?rule=amount&most=100")
    assert "Would wait 1 Would pass by themselves 1" in said
    assert "1002 Waits Not reviewed amount" in said
    assert told() == before


def test_the_next_part_of_a_trial(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dingdan.web.backoffice.rules.FIRST_PART", 1)
    stock(desk.shop, "TEA", 20)
    for quantity in (1, 5):
        place(desk.shop, ("TEA", quantity))
    rule(desk.shop, active=False)
    page = desk.get(f"{RULES}try/?rule=amount&most=100")
    found = re.search(r'data-trial="([^"]+)"', page)
    assert found
    part = desk.browser.get(found[1].replace("&amp;", "&")).json()
    assert (part["orders"], part["waits"], part["next"]) == (1, 0, "")
    assert desk.browser.get(f"/backoffice/{RULES}try/part/?at=x&id=y").status_code == 404


# ── the blacklist ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_contact_is_watched(desk: Desk) -> None:
    assert "Watch a contact" in desk.read(WATCHES)
    said = send(desk, f"{WATCHES}new/", email="bad.guy@example.com", reason="never pays", stance="blocked")
    assert "b…@example.com" in said
    assert "bad.guy" not in desk.get(WATCHES)
    watch = Watch.objects.get()
    assert "Nobody looks out" in send(desk, f"{WATCHES}{watch.id}/do/retire/")
    wrong = desk.browser.post(f"/backoffice/{WATCHES}new/", {"email": "nobody", "reason": "x", "stance": "blocked"})
    assert "email: This is not an e-mail address." in text_of(wrong.content.decode())


def test_what_people_write_is_text(desk: Desk) -> None:
    stock(desk.shop, "TEA", 20)
    rule(desk.shop, name="<script>alert(1)</script>")
    order = place(desk.shop, ("TEA", 5), customer_note="<script>alert(2)</script>")
    reviewed(desk.shop, order)
    question_order(desk.shop.call(), order_id=order.order_id, text="<script>alert(3)</script>")
    for path in (QUEUE, page_of(order), RULES, f"{RULES}{Rule.objects.get().id}/", f"{RULES}try/"):
        assert "<script>alert" not in desk.get(path)
