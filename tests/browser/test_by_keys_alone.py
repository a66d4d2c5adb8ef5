"""Without a mouse: to sign in, find an order, change it, hold it and go back; and one always sees where one is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from playwright.sync_api import expect

from dingdan.trade.orders.models import Order
from tests import kit
from tests.browser.visiting import DESK, Visit, visit
from tests.conftest import Shop
from tests.web.backoffice.desk import PASSWORD, member
from tests.web.live.listening import told

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FOCUSED: Final = """() => {
    const here = document.activeElement, own = getComputedStyle(here), around = getComputedStyle(here.parentElement);
    const outlined = (style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
    const words = (here.textContent || "").replace(/\\s+/g, " ").trim();
    return { words, name: here.name || "", what: here.outerHTML.slice(0, 160),
             shown: here === document.body || outlined(own) || own.boxShadow !== "none" || outlined(around) };
}"""
"""What has the focus, and whether it can be seen that it has it."""
MOST: Final = 90


class _Keys:
    """Hands on a keyboard; where the focus could not be seen is written down."""

    def __init__(self, one: Visit) -> None:
        self.one, self.page = one, one.page
        self.unseen: list[str] = []

    def tab_to(self, words: str) -> None:
        """Go from stop to stop until one says this, or is the field of this name."""
        for _ in range(MOST):
            self.page.keyboard.press("Tab")
            here = self.page.evaluate(FOCUSED)
            if not here["shown"]:
                self.unseen.append(here["what"])
            if words in (here["words"], here["name"]) or here["words"].startswith(words):
                return
        raise AssertionError(f"no key leads to {words}")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def write(self, text: str) -> None:
        self.page.keyboard.type(text)

    def open(self, words: str) -> None:
        """Follow what is reached."""
        self.tab_to(words)
        with self.page.expect_navigation():
            self.press("Enter")


def test_signed_in_found_changed_held_and_back(shop: Shop, browser: Browser, address: str) -> None:
    kit.stock(shop, "TEA", 9)
    order = kit.place(shop, ("TEA", 1), price=1000)
    kit.place(shop, ("TEA", 1), ship_to=kit.BUYER)
    told(shop)
    owner = member(shop)
    with visit(browser, address, size=DESK) as one:
        keys = _Keys(one)
        _sign_in(keys, owner.email)
        _go_to_orders(keys)
        _find(keys, order.number)
        _change(keys)
        _hold(keys)
        told(shop)
        _back(keys)
        assert keys.unseen == [], "\n".join(keys.unseen)
    row = Order.objects.get(id=order.order_id)
    assert (row.state, row.hold_reason, row.total) == ("on_hold", "Ask", 2000)


def _sign_in(keys: _Keys, email: str) -> None:
    keys.one.go("/backoffice/")
    keys.page.locator("input[name=login]").wait_for()
    if keys.page.evaluate("document.activeElement.name") != "login":
        keys.tab_to("login")
    keys.write(email)
    keys.tab_to("password")
    keys.write(PASSWORD)
    with keys.page.expect_navigation():
        keys.press("Enter")


def _go_to_orders(keys: _Keys) -> None:
    """By the palette: a page is called by its name."""
    keys.press("Control+k")
    keys.page.locator("#search-input-command:focus").wait_for()
    keys.write("orders")
    keys.page.locator("#command-results-list a", has_text="Orders").first.wait_for()
    keys.press("ArrowDown")
    with keys.page.expect_navigation():
        keys.press("Enter")


def _find(keys: _Keys, number: str) -> None:
    """Search, leave the field, go down to the row, open it."""
    keys.press("/")
    keys.write(number)
    expect(keys.page.locator("#result_list > tbody")).to_have_count(1)
    keys.press("Tab", "j")
    with keys.page.expect_navigation():
        keys.press("Enter")
    keys.page.get_by_role("heading", name=f"Order {number}", level=2).wait_for()


def _to_content(keys: _Keys) -> None:
    """Past the list of all pages, at one stroke."""
    keys.tab_to("To the content")
    keys.press("Enter")


def _change(keys: _Keys) -> None:
    """What comes of a change is seen before it is done."""
    _to_content(keys)
    keys.open("Change the order")
    _to_content(keys)
    field = keys.page.locator("input[name^=quantity-]").first.get_attribute("name")
    assert field is not None
    keys.tab_to(field)
    keys.press("Control+a")
    keys.write("2")
    keys.page.locator(".bo-headline", has_text="£10.00").wait_for()
    keys.open("Change it")
    assert "£20.00" in keys.page.locator(".bo-sums").inner_text()


def _hold(keys: _Keys) -> None:
    _to_content(keys)
    keys.tab_to("Hold the order")
    keys.press("Enter")
    keys.tab_to("reason")
    keys.write("Ask")
    keys.open("Hold")
    keys.page.locator(".bo-badges .bo-badge", has_text="On hold").wait_for()


def _back(keys: _Keys) -> None:
    """To the list."""
    _to_content(keys)
    keys.open("‹ Orders")
    keys.page.locator("#result_list .bo-badge", has_text="On hold").wait_for()
