"""The shop itself over the API."""

from __future__ import annotations

from typing import Any

from dingdan.masterdata.shop.models import Profile
from tests import kit
from tests.conftest import Shop
from tests.web.api.client import Caller

ADDRESS = {"country_code": "GB", "street_address": "1 High Street", "city": "London", "postal_code": "N1 9GU"}
AMYS: dict[str, Any] = {
    "name": "Amy's Mugs", "country": "GB", "language": "en", "time_zone": "Europe/London", "legal_name": "Amy Wong Ceramics Ltd",
    "address": ADDRESS, "email": "hello@amys.example", "vat_number": "GB 999 9999 73",
    "iban": "GB82 WEST 1234 5698 7654 32", "bic": "WESTGB2L",
}  # fmt: skip
OWN = ("id", "slug", "currency")


def test_it_works(shop: Shop, caller: Caller) -> None:
    bare = caller.get("/shop")
    assert (bare["id"], bare["name"], bare["legal_name"], bare["address"]) == (str(shop.tenant_id), "A shop", "", None)
    saved = caller.put("/shop", AMYS, key="first")
    assert (saved.status, saved["event"]) == (200, "ProfileSaved")
    assert "Amy" not in saved.body.decode()
    told = caller.get("/shop").json
    assert (told["name"], told["iban"], told["vat_number"]) == ("Amy's Mugs", "GB82WEST12345698765432", "GB999999973")
    assert {part: text for part, text in told["address"].items() if text} == ADDRESS
    assert caller.put("/shop", AMYS, key="first").body == saved.body
    assert Profile.objects.count() == 1


def test_what_was_read_can_be_sent_back(caller: Caller) -> None:
    caller.put("/shop", AMYS)
    told = caller.get("/shop").json
    again = caller.put("/shop", {name: value for name, value in told.items() if name not in OWN})
    assert (again.status, again["changes"]) == (200, [])
    assert caller.get("/shop").json == told


def test_what_is_left_out_is_emptied(caller: Caller) -> None:
    caller.put("/shop", AMYS)
    needed = ("name", "country", "language", "time_zone")
    assert caller.put("/shop", {name: AMYS[name] for name in needed}).status == 200
    told = caller.get("/shop")
    assert (told["legal_name"], told["iban"], told["address"]) == ("", "", None)


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"iban": "GB82 WEST 1234 5698 7654 33"}, "iban_not_usable", "iban"),
    ({"vat_number": "GB999999974"}, "vat_number_not_usable", "vat_number"),
    ({"bic": "WEST"}, "bic_not_usable", "bic"),
    ({"iban": ""}, "account_missing", "iban"),
    ({"website": "my shop"}, "website_not_usable", "website"),
    ({"address": ADDRESS | {"postal_code": "12"}}, "address_not_usable", "address.postal_code"),
    ({"time_zone": "Mars/Olympus"}, "unknown_time_zone", "time_zone"),
    ({"language": None}, "wrong_type", "language"),
    ({"currency": "EUR"}, "unknown_field", "currency"),
]


def test_it_refuses(caller: Caller) -> None:
    before = caller.get("/shop").body
    for changed, code, field in REFUSED:
        (error,) = caller.put("/shop", AMYS | changed).problem.errors
        assert (error.code, error.field) == (code, field), changed
        assert caller.get("/shop").body == before, changed
        assert Profile.objects.count() == 0, changed


def test_a_key_for_looking_may_not_change(shop: Shop) -> None:
    clerk = Caller(shop, "shop.read")
    assert clerk.get("/shop").status == 200
    assert clerk.put("/shop", AMYS).status == 403
    assert Profile.objects.count() == 0


def test_the_currency_is_another_until_something_is_posted(shop: Shop, caller: Caller) -> None:
    assert caller.put("/shop/currency", {"currency": "TWD"}).json["currency"] == "TWD"
    assert caller.get("/shop")["currency"] == "TWD"
    kit.stock(shop, "MUG", 5)
    kit.pay(shop, kit.place(shop, ("MUG", 1)))
    refused = caller.put("/shop/currency", {"currency": "GBP"})
    assert (refused.status, refused.problem.code) == (409, "books_have_begun")
    assert caller.get("/shop")["currency"] == "TWD"
