"""Customers, goods, money, mails, keys."""

from django.db import connection

from dingdan.automation.commands import QueueNotice, queue_notices, record_notice_failed
from dingdan.kernel.ids import new_id
from dingdan.kernel.tokens import new_token
from dingdan.ledgers.inventory.models import Balance
from dingdan.ledgers.payments.models import Payment
from dingdan.masterdata.staff.commands import create_api_key
from dingdan.masterdata.staff.rules import ApiKeyDraft
from dingdan.trade.orders.models import Contact
from dingdan.trade.orders.rules import Person
from dingdan.trade.settlement.commands import IssueInvoice, issue_invoices
from tests.kit import pay, place, ship, stock
from tests.web.backoffice.desk import Desk


def test_why_there_are_seven(desk: Desk) -> None:
    stock(desk.shop, "TEA", 10)
    order = place(desk.shop, ("TEA", 3))
    pay(desk.shop, order)
    ship(desk.shop, order)
    desk.show()
    assert "TEA Article TEA Main warehouse 7 0 7" in desk.read("inventory/balance/")
    said = desk.read(f"inventory/balance/{Balance.objects.get().id}/")
    assert "Why is it 7?" in said
    assert "Issue Order 1001 System main-stock → customer -3 7" in said
    assert "Receive System supplier → main-stock +10 10" in said


def test_a_product_and_its_variant(desk: Desk) -> None:
    variant_id = stock(desk.shop, "TEA", 10, barcode="4006381333931")
    assert "Article TEA tea Goods Active" in desk.read("catalog/product/?q=article")
    assert "TEA Article TEA 4006381333931" in desk.read("catalog/variant/?q=4006381333931")
    said = desk.read(f"catalog/variant/{variant_id}/")
    assert "Main warehouse 10 0 10" in said
    assert "Barcode 4006381333931" in said


def test_a_payment(desk: Desk) -> None:
    stock(desk.shop, "TEA", 10)
    pay(desk.shop, place(desk.shop, ("TEA", 2)))
    said = desk.read(f"payments/payment/{Payment.objects.get().id}/")
    assert "£5.00 Captured Cash ·" in said
    assert "Order 1001 £5.00 –" in said
    assert "Cash received Cash Customer deposits £5.00" in said


def test_an_invoice_and_its_pdf(desk: Desk) -> None:
    stock(desk.shop, "TEA", 10)
    order = place(desk.shop, ("TEA", 2))
    ship(desk.shop, order)
    issued = issue_invoices.one(desk.shop.call(), IssueInvoice(order_id=order.order_id))
    assert f"{issued.number} " in desk.read("settlement/invoice/?q=1001")
    said = desk.read(f"settlement/invoice/{issued.invoice_id}/")
    assert "Article TEA TEA 2 £2.50 – £5.00" in said
    answer = desk.browser.get(f"/backoffice/settlement/invoice/{issued.invoice_id}/pdf/")
    assert (answer.status_code, answer["Content-Type"], answer.content[:5]) == (200, "application/pdf", b"%PDF-")
    assert desk.browser.get(f"/backoffice/settlement/invoice/{new_id()}/pdf/").status_code == 404
    assert desk.browser.get(f"/backoffice/settlement/creditnote/{issued.invoice_id}/pdf/").status_code == 404


def test_a_mail_is_read_as_the_customer_reads_it(desk: Desk) -> None:
    stock(desk.shop, "TEA", 10)
    order = place(desk.shop, ("TEA", 1), ship_to=Person(name='A "quoted" <b>name</b>', email="ann@example.com"))
    notice_id = queue_notices.one(desk.shop.call(), QueueNotice(kind="order_confirmed", order_id=order.order_id)).notice_id
    record_notice_failed(desk.shop.call(), notice_id=notice_id, error="TimeoutError", given_up=False)
    assert "Order confirmed Mail 1001 English Queued TimeoutError" in desk.read("automation/notice/?q=1001")
    page = desk.get(f"automation/notice/{notice_id}/")
    assert '<iframe class="bo-frame" sandbox="" srcdoc="&lt;!doctype html&gt;' in page
    assert "&amp;lt;b&amp;gt;name&amp;lt;/b&amp;gt;" in page  # escaped for the mail, and once more for the attribute
    assert "We have received your order 1001." in page.partition('<pre class="bo-plain">')[2]
    assert "Tries in vain" in page


def test_a_mail_to_somebody_forgotten(desk: Desk) -> None:
    stock(desk.shop, "TEA", 10)
    order = place(desk.shop, ("TEA", 1))
    notice_id = queue_notices.one(desk.shop.call(), QueueNotice(kind="order_confirmed", order_id=order.order_id)).notice_id
    Contact.objects.update(name="", email="", phone="", address={})
    page = desk.get(f"automation/notice/{notice_id}/")
    assert "<iframe" not in page
    assert "ann@example.com" not in page


def test_keys_without_what_opens_the_door(desk: Desk) -> None:
    token = new_token()
    draft = ApiKeyDraft(name="till", prefix=token.prefix, digest=token.digest, scopes=("orders.*",))
    key_id = create_api_key(desk.shop.call(), key=draft).api_key_id
    for page in (desk.get("staff/apikey/"), desk.get(f"staff/apikey/{key_id}/")):
        assert token.prefix in page
        assert token.digest not in page
        assert token.text not in page
    assert "till" in desk.read("staff/apikey/")


def test_a_page_that_is_not_there(desk: Desk) -> None:
    for place_ in ("staff/apikey", "customers/customer", "automation/notice", "inventory/balance"):
        assert desk.browser.get(f"/backoffice/{place_}/{new_id()}/").status_code == 404


def test_long_lists_are_counted_to_an_end(desk: Desk) -> None:
    from dingdan.web.backoffice.base import CappedPaginator

    stock(desk.shop, "TEA", 10)
    pages = CappedPaginator(Balance.objects.order_by("id"), 50)
    assert (pages.count, pages.is_capped, pages.num_pages) == (1, False, 1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
