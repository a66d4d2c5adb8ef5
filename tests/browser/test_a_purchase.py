"""A purchase from beginning to end, at a browser: bought, followed, one piece sent back, and the money is there.

With `make screenshots` each step is kept as a picture, on a phone and at a desk.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Final

import pytest
from PIL import Image

from dingdan.automation.setup import create_tenant
from dingdan.kernel.journal import SYSTEM
from dingdan.kernel.tenancy import tenant_scope
from dingdan.ledgers.payments.queries import receivable_of
from dingdan.masterdata.catalog.commands import save_product
from dingdan.masterdata.catalog.rules import Part, ProductDraft, VariantDraft
from dingdan.masterdata.policies.commands import adopt_return_preset
from dingdan.trade.aftersales.commands import Verdict, inspect_return, receive_return
from dingdan.trade.aftersales.models import Return
from dingdan.trade.fulfillment.commands import DeliverShipment, ShipShipment, deliver_shipments, ship_shipments
from dingdan.trade.fulfillment.models import Shipment
from dingdan.trade.orders.models import Order
from tests import kit
from tests.browser.buyers import Till, check_out, choose, hang_pictures, open_till, order, price, sign_up
from tests.browser.visiting import DESK, PHONE, Visit, visit
from tests.conftest import ROOT, Shop
from tests.trade.aftersales.sold import pieces_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PICTURES: Final = ROOT / "docs" / "pictures"
WRITES: Final = bool(os.environ.get("DINGDAN_WRITE_PICTURES"))
ADDRESS: Final = {
    "name": "Amy Wong", "email": "amy@example.org", "country": "GB", "street_address": "1 High Street", "city": "London",
    "postal_code": "N1 9GU",
}  # fmt: skip


@pytest.fixture
def pottery() -> Iterator[Shop]:
    """A shop that sells pots."""
    tenant = create_tenant(f"pots-{secrets.token_hex(4)}", "Kiln & Leaf")
    with tenant_scope(tenant.id):
        yield Shop(tenant, SYSTEM)


LOOKS: Final = {"phone": (PHONE, "zh-hant")} | ({"desk": (DESK, "en")} if WRITES else {})


@pytest.mark.parametrize("look", LOOKS)
def test_bought_followed_sent_back_and_paid_back(pottery: Shop, address: str, browser: Browser, look: str) -> None:
    size, language = LOOKS[look]
    with open_till(pottery, address, said=ADDRESS) as till, visit(browser, address, size=size, language=language) as one:
        one.trusts(till.sandbox.address)
        adopt_return_preset(pottery.call(), preset="europe")
        hang_pictures(pottery)
        keep = _camera(one, look)
        one.go(till.path("", language))
        keep("1-shop")
        one.go(till.path("p/mug/", language))
        keep("2-product")
        bought = _buy(till, one, language, keep)
        path = _order_page(one)
        _send(pottery, till, bought, keep=lambda: _seen(one, path, keep))
        _send_back(one, path, keep)
        _take_back(pottery, till)
        one.go(path)
        keep("8-money-back")
        owed = receivable_of("order", [bought.id])[bought.id]
        assert (owed.allocated, owed.refunded) == (6650, 1250)
        assert kit.breaches() == []
    paid_back = Return.objects.get()
    assert (paid_back.state, paid_back.order_id) == ("closed", bought.id)


def _camera(one: Visit, look: str) -> Callable[[str], None]:
    """Keeps what the screen shows as a picture of that name, where pictures are wanted."""

    def keep(name: str) -> None:
        if WRITES:
            one.page.wait_for_timeout(400)
            with Image.open(BytesIO(one.page.screenshot())) as taken:
                taken.save(PICTURES / f"buying-{name}-{look}.webp", "WEBP", quality=60, method=6)

    return keep


def _buy(till: Till, one: Visit, language: str, keep: Callable[[str], None]) -> Order:
    """Two things go into the cart, and are paid by card."""
    check_out(till, one, "mug", "pot", language=language)
    one.go(till.path("cart/", language))
    keep("3-cart")
    check_out(till, one, language=language)
    choose(one.page, "stripe")
    one.page.evaluate("window.scrollTo(0, 0)")
    keep("4-checkout")
    placed = order(one.page)
    one.page.wait_for_url(lambda url: url.startswith(till.sandbox.address))
    one.page.locator("button.yes").first.click()
    one.page.wait_for_url(lambda url: not url.startswith(till.sandbox.address))
    till.follows()
    one.page.reload()
    keep("5-paid")
    return placed


def _order_page(one: Visit) -> str:
    """The way that the receipt shows."""
    return (one.page.locator("a[href*='/o/']").first.get_attribute("href") or "").removeprefix(one.address)


def _send(shop: Shop, till: Till, bought: Order, *, keep: Callable[[], None]) -> None:
    """The parcel leaves, is looked for, and arrives."""
    shipment = Shipment.objects.get(order_id=bought.id)
    ship_shipments.one(shop.call(), ShipShipment(shipment.id, "Royal Mail", "RM123456785GB"))
    till.follows()
    keep()
    deliver_shipments.one(shop.call(), DeliverShipment(shipment.id))
    till.follows()


def _seen(one: Visit, path: str, keep: Callable[[str], None]) -> None:
    one.go(path)
    assert "RM123456785GB" in one.read()
    keep("6-on-its-way")


def _send_back(one: Visit, path: str, keep: Callable[[str], None]) -> None:
    """The mug shall go back: what comes of it is shown before."""
    one.go(path + "return/")
    with one.page.expect_response(lambda answer: answer.request.method == "POST"):
        one.page.locator("li.choice", has_text="馬克杯").or_(one.page.locator("li.choice", has_text="Mug")).locator(
            "label.take"
        ).click()
    one.page.locator("button[value=apply]").wait_for()
    assert "£12.50" in one.read()
    keep("7-send-back")
    one.page.locator("button[value=apply]").click()
    one.page.wait_for_url(lambda url: not url.endswith("/return/"))


def _take_back(shop: Shop, till: Till) -> None:
    """The mug comes, and is as good as new; its money goes where it came from."""
    came = Return.objects.get()
    receive_return(shop.call(), return_id=came.id)
    (piece,) = pieces_of(came.id)
    inspect_return(shop.call(), return_id=came.id, verdicts=(Verdict(piece_id=piece.id, restock=1),))
    till.follows()
    till.follows()


def test_a_set_that_waits_for_goods_changed_sent_in_part_and_half_sent_back(
    pottery: Shop, address: str, browser: Browser
) -> None:
    """Ann has an account. Of the sets that she buys one half is not there yet; she takes one less, gets what there is, and
    sends one thing back: each time what goes back is what was said before."""
    with open_till(pottery, address, said=ADDRESS) as till, visit(browser, address, size=PHONE) as one:
        one.trusts(till.sandbox.address)
        adopt_return_preset(pottery.call(), preset="europe")
        _sell_sets(pottery)
        sign_up(till, one)
        check_out(till, one, "set", "set", "set", "pot")
        choose(one.page, "stripe")
        bought = order(one.page)
        one.page.wait_for_url(lambda url: url.startswith(till.sandbox.address))
        one.page.locator("button.yes").first.click()
        one.page.wait_for_url(lambda url: not url.startswith(till.sandbox.address))
        till.follows()
        assert receivable_of("order", [bought.id])[bought.id].amount == 3 * 1900 + 4900 + 500
        path = till.path(f"account/orders/{bought.id}/")
        _one_less(one, path, "£19.00")
        till.follows()
        assert receivable_of("order", [bought.id])[bought.id].amount == 2 * 1900 + 4900 + 500
        shipment = Shipment.objects.get(order_id=bought.id)
        ship_shipments.one(pottery.call(), ShipShipment(shipment.id, "Royal Mail", "RM1"))
        deliver_shipments.one(pottery.call(), DeliverShipment(shipment.id))
        till.follows()
        assert "A part of your order" in one.go(path)
        _pot_back(one, path)
        _take_back(pottery, till)
        one.go(path)
        owed = receivable_of("order", [bought.id])[bought.id]
        assert (owed.amount, owed.allocated - owed.refunded) == (2 * 1900 + 500, 2 * 1900 + 500)
        assert kit.breaches() == []


def _sell_sets(shop: Shop) -> None:
    """A mug with its leaf, of which there is none before Thursday."""
    leaf = VariantDraft(sku="LEAF", shortage="backorder", weight_grams=50)
    save_product(shop.call(), product=ProductDraft(slug="leaf", name="Leaf", variants=(leaf,)))
    parts = (Part(sku="MUG", quantity=1), Part(sku="LEAF", quantity=1))
    both = VariantDraft(sku="SET", components=parts, shortage="backorder")
    save_product(shop.call(), product=ProductDraft(slug="set", name="Set", kind="kit", variants=(both,)))
    price(shop, {"SET": 1900, "LEAF": 700})


def _one_less(one: Visit, path: str, back: str) -> None:
    """One set less than there was; what goes back is said before."""
    one.go(path + "change/")
    with one.page.expect_response(lambda answer: answer.request.method == "POST"):
        one.page.locator("#lines li", has_text="Set").get_by_role("button", name="One less").click()
    one.page.locator("button[value=apply]").wait_for()
    assert back in one.read()
    one.page.locator("button[value=apply]").click()
    one.page.wait_for_url(lambda url: not url.endswith("/change/"))


def _pot_back(one: Visit, path: str) -> None:
    one.go(path + "return/")
    with one.page.expect_response(lambda answer: answer.request.method == "POST"):
        one.page.locator("li.choice", has_text="Pot").locator("label.take").click()
    one.page.locator("button[value=apply]").wait_for()
    assert "£49.00" in one.read()
    one.page.locator("button[value=apply]").click()
    one.page.wait_for_url(lambda url: not url.endswith("/return/"))
