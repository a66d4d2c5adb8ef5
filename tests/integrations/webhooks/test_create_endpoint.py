from __future__ import annotations

import json
from dataclasses import replace

import pytest
from django.db import connection
from django.test import override_settings

from dingdan.automation.consumers import drain
from dingdan.integrations.webhooks.commands import create_endpoint
from dingdan.integrations.webhooks.messages import secrets_of
from dingdan.integrations.webhooks.models import Delivery, Endpoint
from dingdan.integrations.webhooks.rules import (
    MOST_ENDPOINTS,
    AddressNotAllowed,
    EndpointDraft,
    TooManyEndpoints,
    UnknownEventType,
    UrlNotEncrypted,
    UrlNotUsable,
    WrongNumberOfTypes,
)
from dingdan.integrations.webhooks.signing import fingerprint
from dingdan.kernel import clock, feed
from dingdan.kernel.models import JournalEntry
from dingdan.kernel.text import TextTooLong
from tests import kit
from tests.conftest import Shop
from tests.integrations.webhooks.receiver import LOOPBACK, a_secret

DRAFT = EndpointDraft(url="https://shop.example/hooks?token=t0p", types=("orders.*", "payments.*"), description="The shop")


def test_it_works(shop: Shop) -> None:
    secret = a_secret()
    event = create_endpoint(shop.call(), endpoint=DRAFT, secret=secret)
    row = Endpoint.objects.get()
    assert (row.id, row.url, row.description) == (event.endpoint_id, DRAFT.url, "The shop")
    assert (event.types, tuple(row.types)) == (("orders.*", "payments.*"),) * 2
    assert (row.state, row.paused_because, row.failures, row.delivered_at) == ("active", "", 0, None)
    assert row.secret_fingerprint == event.secret_fingerprint == fingerprint(secret)
    assert secrets_of(row, clock.now()) == [secret]
    assert [one["event"] for one in feed.timeline(row.id)] == ["EndpointCreated"]


def test_the_secret_and_the_address_are_nowhere_in_the_clear(shop: Shop) -> None:
    secret = a_secret()
    create_endpoint(shop.call(), endpoint=DRAFT, secret=secret)
    entry = JournalEntry.objects.get(command="webhooks.create_endpoint")
    assert "t0p" not in json.dumps(entry.event)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row::text FROM webhooks_endpoint AS row WHERE row.tenant_id = %s", [shop.tenant_id])
        kept = cursor.fetchone()[0] + json.dumps(entry.event)
    assert secret not in kept
    assert secret.removeprefix("whsec_") not in kept


def test_who_comes_first_is_told_of_nothing_that_was_before(shop: Shop) -> None:
    kit.stock(shop, "MUG", 5)
    drain(shop.tenant_id)
    assert feed.cursor_of("webhooks") == 0
    create_endpoint(shop.call(), endpoint=replace(DRAFT, types=("*",)), secret=a_secret())
    assert feed.cursor_of("webhooks") == feed.end()
    order = kit.place(shop, ("MUG", 1))
    drain(shop.tenant_id)
    first = Delivery.objects.order_by("position").first()
    assert first is not None
    assert (first.type, first.places.get().order_id) == ("orders.order_placed", order.order_id)


def test_what_came_before_and_has_no_position_yet_is_not_told_either(shop: Shop) -> None:
    kit.stock(shop, "MUG", 5)
    create_endpoint(shop.call(), endpoint=replace(DRAFT, types=("*",)), secret=a_secret())
    drain(shop.tenant_id)
    assert Delivery.objects.count() == 0


def refused(shop: Shop, refusal: type[Exception], draft: EndpointDraft) -> None:
    entries = JournalEntry.objects.count()
    with pytest.raises(refusal):
        create_endpoint(shop.call(), endpoint=draft, secret=a_secret())
    assert (Endpoint.objects.count(), JournalEntry.objects.count()) == (0, entries)


def test_an_address_that_is_none(shop: Shop) -> None:
    refused(shop, UrlNotUsable, replace(DRAFT, url="https://user:password@shop.example/"))


def test_an_address_without_encryption(shop: Shop) -> None:
    refused(shop, UrlNotEncrypted, replace(DRAFT, url="http://shop.example/"))


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "10.0.0.7", "169.254.169.254", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "017700000001"]
)
def test_an_address_inside_a_network(shop: Shop, host: str) -> None:
    refused(shop, AddressNotAllowed, replace(DRAFT, url=f"https://{host}/"))


def test_an_address_inside_a_network_that_was_allowed(shop: Shop) -> None:
    with override_settings(WEBHOOKS_TO=LOOPBACK):
        refused(shop, AddressNotAllowed, replace(DRAFT, url="https://10.0.0.7/"))
        refused(shop, AddressNotAllowed, replace(DRAFT, url="http://93.184.216.34/"))
        create_endpoint(shop.call(), endpoint=replace(DRAFT, url="http://127.0.0.1:8080/"), secret=a_secret())
    assert Endpoint.objects.get().url == "http://127.0.0.1:8080/"


def test_a_type_that_does_not_exist(shop: Shop) -> None:
    refused(shop, UnknownEventType, replace(DRAFT, types=("orders.order_eaten",)))


def test_no_type_at_all(shop: Shop) -> None:
    refused(shop, WrongNumberOfTypes, replace(DRAFT, types=()))


def test_a_description_that_is_too_long(shop: Shop) -> None:
    refused(shop, TextTooLong, replace(DRAFT, description="x" * 201))


def test_more_than_are_sensible(shop: Shop) -> None:
    for _ in range(MOST_ENDPOINTS):
        create_endpoint(shop.call(), endpoint=DRAFT, secret=a_secret())
    with pytest.raises(TooManyEndpoints):
        create_endpoint(shop.call(), endpoint=DRAFT, secret=a_secret())
    assert Endpoint.objects.count() == MOST_ENDPOINTS
