"""Other people's pages: the buy link, which reserves nothing until its button is pressed, and the cart as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings

from dingdan.masterdata.promotions.commands import save_promotion
from dingdan.masterdata.promotions.rules import PromotionDraft
from dingdan.masterdata.shop.commands import retire_storefront, save_storefront
from dingdan.masterdata.shop.models import Storefront
from dingdan.masterdata.shop.rules import StorefrontDraft
from dingdan.trade.orders.models import Cart
from tests.conftest import Shop
from tests.masterdata.methods.offered import offer
from tests.web.backoffice.desk import text_of
from tests.web.storefront.front import Visitor, open_front, put_on_offer

if TYPE_CHECKING:
    from playwright.sync_api import Browser

MANUAL = Path(__file__).resolve().parents[3] / "docs" / "embedding.md"
BLOG = "https://blog.example"


@pytest.fixture
def visitor(shop: Shop) -> Visitor:
    open_front(shop, origins=(BLOG,))
    offer(shop, "cash_on_delivery")
    put_on_offer(shop, "mug", pieces=9)
    put_on_offer(shop, "bowl", pieces=9, price=2500)
    draft = PromotionDraft(code="five", name="Five", gives="amount", amount=500, currencies=("GBP",), coupons=("FIVE",))
    save_promotion(shop.call(), promotion=draft)
    return Visitor(shop)


def test_it_works(shop: Shop, visitor: Visitor) -> None:
    page = visitor.html("buy/", sku=["MUG:2", "BOWL", "NONE"], coupon="FIVE")
    said = text_of(page)
    assert "Mug" in said
    assert "£20.00 2 × £10.00" in said
    assert "This article is not sold here any more." in said
    assert Cart.objects.count() == 0  # looking is free
    answer = visitor.send("buy/", sku=["MUG:2", "BOWL"], coupon="FIVE")
    assert (answer.status_code, answer["Location"]) == (303, visitor.path("checkout/"))
    page = visitor.look("checkout/")
    assert "2 × Mug" in page
    assert "Five -£5.00" in page
    more = visitor.send("buy/", sku="MUG")  # there is something in the cart: it is shown first
    assert more["Location"] == visitor.path("cart/")
    assert "3 × £10.00" in visitor.look("cart/")


def test_a_buy_link_says_what_is_wrong(shop: Shop, visitor: Visitor) -> None:
    assert "This link asks for nothing." in visitor.look("buy/")
    assert "Nothing of this is sold here now." in visitor.look("buy/", sku="<script>alert(1)</script>:2")
    assert "&lt;script&gt;" in visitor.html("buy/", sku="<script>alert(1)</script>:2")
    answer = visitor.send("buy/", sku="MUG", coupon="WRONG")
    assert answer.status_code == 422
    assert "There is no coupon WRONG." in text_of(answer.content.decode())
    assert "Mug" in visitor.look("cart/")
    assert visitor.client.post(visitor.path("buy/"), {"sku": "MUG"}, headers={"Origin": BLOG}).status_code == 403


def _ask(visitor: Visitor, method: str, path: str = "", body: Any = None, origin: str = BLOG) -> Any:
    content = body if isinstance(body, bytes) else json.dumps(body) if body is not None else ""
    headers = {"Origin": origin} if origin else {}
    return visitor.client.generic(
        method, visitor.path(f"api/carts{path}"), content, content_type="application/json", headers=headers
    )


def test_the_cart_as_json(shop: Shop, visitor: Visitor) -> None:
    made = _ask(visitor, "POST", body={"lines": [{"sku": "MUG", "quantity": 2}]})
    assert (made.status_code, made["Access-Control-Allow-Origin"], "Origin" in made["Vary"]) == (201, BLOG, True)
    assert "Access-Control-Allow-Credentials" not in made
    cart = json.loads(made.content)
    link = cart["cart"]
    assert [(one["sku"], one["quantity"], one["total"], one["can_be_ordered"]) for one in cart["lines"]] == [
        ("MUG", 2, "£20.00", True)
    ]
    assert {name: one["amount"] for name, one in cart["totals"].items()} == {
        "goods": 2000, "discount": 0, "shipping": 395, "tax": 399, "total": 2395,
    }  # fmt: skip
    assert cart["ways"] == [{"code": "post", "name": "Post", "price": {"amount": 395, "text": "£3.95"}, "days": [1, 3]}]
    _ask(visitor, "POST", f"/{link}/lines", {"sku": "BOWL"})
    _ask(visitor, "PUT", f"/{link}/lines/MUG", {"quantity": 1})
    cart = json.loads(_ask(visitor, "POST", f"/{link}/coupons", {"coupon": "five"}).content)
    assert cart["promotions"] == [{"name": "Five", "amount": -500, "text": "-£5.00"}]
    assert cart["totals"]["total"]["amount"] == 3500 - 500 + 395
    cart = json.loads(_ask(visitor, "DELETE", f"/{link}/coupons/FIVE").content)
    cart = json.loads(_ask(visitor, "DELETE", f"/{link}/lines/BOWL").content)
    assert (cart["coupons"], [one["sku"] for one in cart["lines"]]) == ([], ["MUG"])
    assert json.loads(_ask(visitor, "GET", f"/{link}?country=FR").content)["ways"][0]["code"] == "post"
    assert "Only 9" not in visitor.look("p/mug/")
    other = Visitor(shop)  # whoever goes on buys with a cart of their own: nobody else holds its link
    assert "Mug" in other.look("buy/", cart=link)
    assert other.send("buy/", cart=link)["Location"] == other.path("checkout/")
    assert "1 × Mug" in other.look("checkout/")
    assert Cart.objects.count() == 2


WRONG: tuple[tuple[str, str, Any, int], ...] = (
    ("POST", "", {"lines": [{"sku": "NONE"}]}, 422),
    ("POST", "", {"lines": [{"sku": "MUG", "quantity": 1000}]}, 422),
    ("POST", "", {"lines": [{"sku": "MUG"}], "discount": 500}, 422),
    ("POST", "", "x" * 40_000, 413),
    ("POST", "", b"\xff", 400),
    ("POST", "", b"{", 400),
    ("GET", "/nothing", None, 404),
    ("GET", "/a/b/c/d", None, 404),
    ("PATCH", "", None, 405),
)


def test_what_is_refused(visitor: Visitor) -> None:
    for method, path, body, status in WRONG:
        answer = _ask(visitor, method, path, body)
        assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json"), (method, path, body)
        assert {"code", "detail", "remedy"} <= json.loads(answer.content).keys(), (method, path, body)
        assert Cart.objects.count() == 0, (method, path, body)


def test_the_document_of_the_carts(shop: Shop, visitor: Visitor) -> None:
    """Beside the carts stands what describes them, for each shop and language; the manual lists the same."""
    told = json.loads(visitor.get("api/openapi.json").content)
    assert told["servers"] == [{"url": f"{settings.PUBLIC_URL}{visitor.path('api')}"}]
    listed = {f"{method.upper()} {path}" for path, methods in told["paths"].items() for method in methods}
    shown = re.findall(r"^\| `([A-Z]+) /shop/api(/carts[^`?]*)", MANUAL.read_text(), flags=re.MULTILINE)
    assert listed == {f"{method} {path}" for method, path in shown}
    assert json.loads(Visitor(shop, language="zh-hant").get("api/openapi.json").content)["servers"][0]["url"].endswith(
        "/zh-hant/api"
    )
    from_there = visitor.client.get(visitor.path("api/openapi.json"), headers={"Origin": BLOG})
    assert from_there["Access-Control-Allow-Origin"] == BLOG
    retire_storefront(shop.call(), storefront_id=Storefront.objects.get().id)
    assert visitor.get("api/openapi.json")["Content-Type"] == "application/problem+json"  # closed


def test_pages_of_elsewhere_may_not(shop: Shop, visitor: Visitor) -> None:
    strange = _ask(visitor, "POST", body={}, origin="https://evil.example")
    assert (strange.status_code, "Access-Control-Allow-Origin" in strange) == (403, False)
    assert _ask(visitor, "OPTIONS", origin="https://evil.example").status_code == 403
    asked = _ask(visitor, "OPTIONS")
    assert (asked.status_code, asked["Access-Control-Allow-Methods"]) == (204, "POST, OPTIONS")
    assert _ask(visitor, "POST", body={}, origin="").status_code == 201  # a program: it reads the pages as well
    row = Storefront.objects.get()
    save_storefront(shop.call(), storefront=StorefrontDraft(code="web", id=row.id))
    assert _ask(visitor, "POST", body={}).status_code == 403


def test_carts_are_not_made_or_changed_without_end(visitor: Visitor) -> None:
    answers = [_ask(visitor, "POST", body={}).status_code for _ in range(62)]
    assert (answers[0], answers[-1]) == (201, 429)


@contextmanager
def elsewhere(body: list[str]) -> Iterator[str]:
    """Somebody else's site, with one page; its origin."""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body[0].encode())

        def log_message(self, *_said: object) -> None:
            """Nobody listens."""

    site = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    Thread(target=site.serve_forever, daemon=True).start()
    yield f"http://localhost:{site.server_port}"
    site.shutdown()
    site.server_close()


def test_the_page_of_the_manual(shop: Shop, address: str, browser: Browser) -> None:
    """The page that the manual shows, served from elsewhere, fills a cart and leads to the checkout."""
    shown = re.findall(r"```html\n(<!doctype html>.*?)```", MANUAL.read_text(), flags=re.DOTALL)
    body = shown[0].replace("https://shop.example/shop/", f"{address}/shop/~{shop.tenant.slug}/")
    page = browser.new_page()
    with elsewhere([body]) as origin:
        open_front(shop, origins=(origin,))
        offer(shop, "cash_on_delivery")
        put_on_offer(shop, "mug-blue", pieces=9)
        page.goto(f"{origin}/blog")
        page.get_by_role("button").click()
        page.get_by_text("In the cart: 2, £23.95 with shipping.").wait_for()
        page.get_by_role("button").click()
        page.get_by_text("In the cart: 4, £43.95 with shipping.").wait_for()
        link = page.get_by_role("link", name="Check out").get_attribute("href")
    assert link is not None
    page.goto(address + link[link.index("/shop/") :])
    page.get_by_role("button", name="Go on to the checkout").click()
    page.get_by_text("4 × Mug-Blue").wait_for()
    page.close()
