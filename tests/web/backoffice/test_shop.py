"""The page about the shop itself."""

from dingdan.kernel.ids import new_id
from dingdan.masterdata.shop.commands import save_profile
from dingdan.masterdata.shop.rules import ProfileDraft
from dingdan.trade.settlement.commands import IssueInvoice, issue_invoices
from tests import kit
from tests.conftest import Shop
from tests.masterdata.shop.drafts import AMYS
from tests.web.backoffice.desk import Desk, member, sit_down


def test_a_shop_that_said_nothing_is_told_what_to_do_next(desk: Desk) -> None:
    said = desk.read("shop/profile/")
    assert "Nothing says yet who sells" in said
    assert "dingdan set-shop --legal-name" in said
    assert "Nothing says yet where to pay" in said
    assert "Name A shop Country United Kingdom Language English Time zone Europe/London Currency GBP" in said
    assert "Nothing says yet who sells" in desk.read("")
    assert 'href="/backoffice/shop/profile/"' in desk.get("")


def test_everything_that_was_said_is_shown(desk: Desk) -> None:
    save_profile(desk.shop.call(), profile=AMYS)
    said = desk.read("shop/profile/")
    assert "Nothing says yet" not in said
    assert "Legal name Amy Wong Ceramics Ltd Address 1 High Street LONDON N1 9GU United Kingdom" in said
    assert "Registration number 01234567 Tax number 12345 67890 VAT number GB999999973" in said
    assert (
        "E-mail hello@amys.example Phone +44 20 7946 0958 Website https://amys.example Line at the foot Mugs since 2019." in said
    )
    assert "Account holder Amy Wong Ceramics Ltd Bank West Bank IBAN GB82 WEST 1234 5698 7654 32 BIC WESTGB2L" in said
    assert "Profile saved" in said
    assert desk.read(f"shop/profile/{desk.shop.tenant_id}/").endswith(said[-40:])
    assert "Nothing says yet who sells" not in desk.read("")


def test_what_is_missing_is_named(desk: Desk) -> None:
    draft = ProfileDraft(name="Amy", country="GB", language="en", time_zone="UTC", legal_name="Amy Wong")
    save_profile(desk.shop.call(), profile=draft)
    said = desk.read("shop/profile/")
    assert "Nothing says yet who sells" not in said
    assert "Nothing says yet where to pay" in said


def test_a_first_invoice_is_no_answer(desk: Desk) -> None:
    kit.stock(desk.shop, "TEA", 10)
    order = kit.place(desk.shop, ("TEA", 1))
    kit.ship(desk.shop, order)
    issued = issue_invoices.one(desk.shop.call(), IssueInvoice(order_id=order.order_id))
    assert "Nothing says yet who sells" in desk.read("shop/profile/")
    assert "Issued by A shop" in desk.read(f"settlement/invoice/{issued.invoice_id}/")


def test_there_is_one_shop_alone(desk: Desk) -> None:
    assert desk.browser.get(f"/backoffice/shop/profile/{new_id()}/").status_code == 404


def test_whoever_may_not_look_is_told_nothing(shop: Shop) -> None:
    desk = sit_down(shop, as_user=lambda shop: member(shop, "warehouse"))
    assert desk.browser.get("/backoffice/shop/profile/").status_code == 403
    assert "Nothing says yet who sells" not in desk.read("")
