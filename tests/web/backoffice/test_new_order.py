"""An order taken on the phone: found, previewed, placed once, refused where the hand is."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

from dingdan.kernel.contact import PostalAddress
from dingdan.kernel.models import JournalEntry
from dingdan.masterdata.customers.commands import save_customer
from dingdan.masterdata.customers.models import Address, Customer, CustomerContact
from dingdan.masterdata.customers.rules import AddressDraft, ContactDraft, CustomerDraft
from dingdan.trade.orders.models import Order, OrderNote
from dingdan.web.backoffice import new_order
from tests import kit
from tests.conftest import Shop
from tests.web.backoffice.desk import Desk, member, sit_down, text_of

PAGE = "/backoffice/board/boardrow/new/"
HOME = {"street_address": "10 Downing Street", "city": "London", "postal_code": "SW1A 2AA", "country_code": "GB"}
WHO = {"name": "Ada Byron", "phone": "020 7946 0000", **HOME}


@pytest.fixture(autouse=True)
def _nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(new_order, "PATIENCE", 0)


def _tea(desk: Desk, quantity: int = 9, **variant: Any) -> None:
    kit.stock(desk.shop, "TEA", quantity, **variant)
    kit.price(desk.shop, "TEA", 250)


def _post(desk: Desk, part: str = "", **sent: Any) -> str:
    sent = {"method": "", "paid_by": "bank_transfer", "key": "one", **sent}
    headers = {"X-Part": part} if part else {}
    return desk.browser.post(PAGE, sent, headers=headers).content.decode()


def _place(desk: Desk, **sent: Any) -> Any:
    return desk.browser.post(PAGE, {"method": "", "paid_by": "bank_transfer", "key": "one", "place": "1", **sent})


def _troubles(page: str) -> dict[str, str]:
    """What is refused, by field, as the preview tells it."""
    return {name: html.unescape(text) for name, text in re.findall(r'data-in="([^"]*)" data-text="([^"]*)"', page)}


def _customer(shop: Shop, name: str = "Ada Byron", **contact: str) -> Customer:
    address = AddressDraft(address=PostalAddress(**HOME), is_default=True)
    draft = CustomerDraft(contact=ContactDraft(name=name, **contact), addresses=(address,))
    return Customer.objects.get(id=save_customer(shop.call(), customer=draft).customer_id)


def test_articles_are_found_by_what_people_know(desk: Desk) -> None:
    _tea(desk)
    kit.stock(desk.shop, "MUG", 0)
    for asked in ("tea", "EA", "TEA"):
        found = desk.get(f"board/boardrow/new/articles/?q={asked}")
        assert 'data-sku="TEA"' in found
        assert "TEA · £2.50 · 9 can be promised" in found
    assert "data-exact" in desk.get("board/boardrow/new/articles/?q=TEA")
    assert "data-exact" not in desk.get("board/boardrow/new/articles/?q=tea")
    assert "No article that is sold here" in desk.read("board/boardrow/new/articles/?q=coffee")
    assert desk.get("board/boardrow/new/articles/?q=").strip() == ""


def test_customers_are_found_with_where_they_live(desk: Desk) -> None:
    row = _customer(desk.shop, phone="+442079460000")
    for asked in ("byr", "79460", row.number):
        found = desk.get(f"board/boardrow/new/customers/?q={asked}")
        assert f'data-fill-customer="{row.id}"' in found
        assert 'data-fill-street_address="10 Downing Street"' in found
    assert "Nobody here is called so" in desk.read("board/boardrow/new/customers/?q=nobody")


def test_what_it_comes_to_shows_while_one_types(desk: Desk) -> None:
    _tea(desk)
    page = _post(desk, "preview", sku="TEA", quantity="3")
    said = text_of(page)
    assert "Total £7.50" in said
    assert "Place the order: £7.50" in said
    assert "Leaves by" in said
    assert 'name="accepted_total" value="750"' in page
    assert 'data-comes="£7.50 · £2.50 each"' in page
    assert not Order.objects.exists()


def test_it_is_placed_once(desk: Desk) -> None:
    _tea(desk, 3)
    sent = {**WHO, "sku": "TEA", "quantity": "3", "accepted_total": "750", "staff_note": "Rang twice"}
    first, second = _place(desk, **sent), _place(desk, **sent)
    order = Order.objects.get()
    assert first.status_code == second.status_code == 302
    assert first.url == second.url == f"/backoffice/board/boardrow/{order.id}/pay/"
    assert (order.number, order.total, order.ship_to.name, order.ship_to.phone) == ("1001", 750, "Ada Byron", "+442079460000")
    assert order.ship_to.address["city"] == "London"
    assert OrderNote.objects.get().text == "Rang twice"
    assert "Payment link" in desk.read(f"board/boardrow/{order.id}/pay/")
    desk.show()
    assert _place(desk, **sent).url == f"/backoffice/board/boardrow/{order.id}/"


def test_a_known_customer_gets_their_prices_and_language(desk: Desk) -> None:
    _tea(desk)
    row = _customer(desk.shop)
    page = desk.get(f"board/boardrow/new/?customer={row.id}")
    assert f'name="customer" value="{row.id}"' in page
    assert "10 Downing Street" in page
    assert f"/backoffice/board/boardrow/new/?customer={row.id}" in desk.get(f"customers/customer/{row.id}/")
    _place(desk, **WHO, customer=str(row.id), sku="TEA", quantity="1")
    assert Order.objects.get().customer_id == row.id


def test_whoever_is_new_is_written_down_once(desk: Desk) -> None:
    _tea(desk)
    sent = {**WHO, "keep": "on", "sku": "TEA", "quantity": "1"}
    _place(desk, **sent)
    _place(desk, **sent)
    row = Customer.objects.get()
    assert Order.objects.get().customer_id == row.id
    assert CustomerContact.objects.get().name == "Ada Byron"
    assert Address.objects.get().street_address == "10 Downing Street"
    again = text_of(_place(desk, **{**sent, "key": "two"}).content.decode())
    assert f"{row.number} has this mail or phone already." in again
    assert Order.objects.count() == 1


def test_another_price_needs_a_reason(desk: Desk) -> None:
    _tea(desk)
    sent = {**WHO, "sku": "TEA", "quantity": "2", "price": "2.00"}
    assert _troubles(_post(desk, "preview", **sent, reason=""))["lines.0.reason"] == "Say why it costs something else."
    page = _post(desk, "preview", **sent, reason="Dented")
    assert "Total £4.00" in text_of(page)
    _place(desk, **sent, reason="Dented")
    assert Order.objects.get().total == 400
    assert OrderNote.objects.get().text == "TEA · 2.00: Dented"


def test_nothing_typed_is_lost_when_it_is_refused(desk: Desk) -> None:
    _tea(desk, 1)
    sent = {**WHO, "postal_code": "", "sku": ["TEA", "GONE"], "quantity": ["5", "1"], "customer_note": "Ring the bell"}
    page = _place(desk, **sent)
    said = page.content.decode()
    assert page.status_code == 200
    assert 'name="postal_code" value=""' in said
    assert "Ring the bell" in said
    assert 'name="quantity" inputmode="decimal" value="5"' in said
    assert re.search(r'data-trouble="postal_code">[^<]+<', said)
    page = _place(desk, **{**sent, **HOME}).content.decode()
    assert re.search(r"There is no article GONE on sale", text_of(page))
    page = _place(desk, **{**sent, **HOME, "sku": ["TEA"], "quantity": ["5"]}).content.decode()
    assert "Only 1 of TEA can be ordered, not 5." in text_of(page)
    assert not Order.objects.exists()
    assert not JournalEntry.objects.filter(command="orders.place_orders").exists()


WRONG: tuple[tuple[dict[str, str], str, str], ...] = (
    ({"quantity": "many"}, "lines.0.quantity", "Write"),
    ({"price": "-1", "reason": "x"}, "lines.0.price", "Write an amount of zero or more."),
    ({"phone": "12"}, "phone", "phone"),
    ({"email": "nobody"}, "email", "mail"),
    ({"paid_by": "barter"}, "paid_by", "Choose how it is paid."),
    ({"method": "pigeon", **HOME}, "method", "pigeon"),
)


def test_it_is_told_where_it_is_wrong(desk: Desk) -> None:
    _tea(desk)
    for typed, field, told in WRONG:
        found = _troubles(_post(desk, "preview", **{"sku": "TEA", "quantity": "1", **typed}))
        assert told in found[field], (typed, found)


def test_another_total_than_was_told_is_refused(desk: Desk) -> None:
    _tea(desk)
    page = _place(desk, **WHO, sku="TEA", quantity="2", accepted_total="400")
    assert "The total is now 500 GBP" in text_of(page.content.decode())
    assert not Order.objects.exists()


def test_without_anybody_or_anything_there_is_no_order(desk: Desk) -> None:
    said = text_of(_place(desk).content.decode())
    assert "Choose at least one article." in said
    assert "Say who it is for." in said


def test_a_barcode_is_its_article(desk: Desk) -> None:
    _tea(desk, barcode="4006381333931")
    assert "Total £2.50" in text_of(_post(desk, "preview", sku="4006381333931", quantity="1"))


def test_who_may_not_set_prices_sees_none_to_set(shop: Shop) -> None:
    desk = sit_down(shop, as_user=lambda one: member(one, "reader"))
    desk.get("board/boardrow/new/", status=403)
    desk.get("board/boardrow/new/articles/?q=tea", status=403)
    desk.get("board/boardrow/new/customers/?q=tea", status=403)
    assert "New order" not in desk.get("board/boardrow/")


def test_in_chinese(shop: Shop) -> None:
    kit.stock(shop, "TEA", 9)
    said = sit_down(shop, "zh-hant").read("board/boardrow/new/")
    for english in ("Articles", "Customer", "Way of shipping", "Find or scan", "Nothing is written"):
        assert english not in said
