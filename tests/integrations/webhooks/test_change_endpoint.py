from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dingdan.integrations.webhooks.commands import EndpointWasRetired, change_endpoint, retire_endpoint
from dingdan.integrations.webhooks.models import Endpoint
from dingdan.integrations.webhooks.rules import AddressNotAllowed, EndpointDraft, UnknownEventType
from dingdan.kernel import clock
from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from tests import kit
from tests.conftest import Shop
from tests.integrations.webhooks.receiver import hook, receiving, tell

URL = "https://shop.example/hooks"
DRAFT = EndpointDraft(url="https://shop.example/elsewhere", types=("orders.order_placed",), description="Elsewhere")


def test_it_works(shop: Shop) -> None:
    one = hook(shop, URL)
    event = change_endpoint(shop.call(), endpoint_id=one.endpoint_id, endpoint=DRAFT)
    row = Endpoint.objects.get()
    assert (row.url, row.types, row.description) == (DRAFT.url, ["orders.order_placed"], "Elsewhere")
    assert {change.field: change.after for change in event.changes} == {
        "url": None,  # an address may hold a token: that it changed is told, and not what it is
        "types": '["orders.order_placed"]',
        "description": "Elsewhere",
    }


def test_what_waits_goes_to_the_new_address(shop: Shop) -> None:
    with receiving() as old, receiving() as new:
        one = hook(shop, old.url, "catalog.*")
        old.answer = lambda _came: 500
        kit.stock(shop, "MUG")
        tell(shop)
        assert len(old.came) == 1
        change_endpoint(shop.call(), endpoint_id=one.endpoint_id, endpoint=EndpointDraft(url=new.url, types=("orders.*",)))
        kit.stock(shop, "CUP")  # of a type that is not wanted any more
        with clock.moved_by(timedelta(seconds=6)):
            tell(shop)
        assert [came.id for came in new.came] == [old.came[0].id]


def refused(shop: Shop, refusal: type[Exception], draft: EndpointDraft) -> None:
    one = hook(shop, URL)
    with pytest.raises(refusal):
        change_endpoint(shop.call(), endpoint_id=one.endpoint_id, endpoint=draft)
    row = Endpoint.objects.get()
    assert (row.url, row.types) == (URL, ["*"])


def test_an_address_inside_a_network(shop: Shop) -> None:
    refused(shop, AddressNotAllowed, replace(DRAFT, url="https://192.168.0.1/"))


def test_a_type_that_does_not_exist(shop: Shop) -> None:
    refused(shop, UnknownEventType, replace(DRAFT, types=("nothing.*",)))


def test_one_that_was_retired(shop: Shop) -> None:
    one = hook(shop, URL)
    retire_endpoint(shop.call(), endpoint_id=one.endpoint_id)
    with pytest.raises(EndpointWasRetired):
        change_endpoint(shop.call(), endpoint_id=one.endpoint_id, endpoint=DRAFT)
    assert Endpoint.objects.get().url == URL


def test_one_that_is_not_there(shop: Shop) -> None:
    with pytest.raises(NotFound):
        change_endpoint(shop.call(), endpoint_id=new_id(), endpoint=DRAFT)
