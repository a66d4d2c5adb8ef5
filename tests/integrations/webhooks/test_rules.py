"""Types of events, addresses, and pauses: without a database."""

import re
from datetime import timedelta
from uuid import UUID

import pytest

from dingdan.integrations.webhooks.rules import (
    RETRIES,
    SCHEDULE,
    UnknownEventType,
    UrlNotUsable,
    WrongNumberOfTypes,
    clean_types,
    clean_url,
    delivery_id,
    event_types,
    is_hopeless,
    pause_after,
    target_of,
    type_of,
    wants,
)
from dingdan.kernel.errors import Refusal
from dingdan.trade.orders.events import OrderPlaced


def test_ten_tries_over_seventy_five_hours() -> None:
    assert [pause_after(tries, chance=0) for tries in range(1, 10)] == list(RETRIES)
    assert timedelta(hours=75, minutes=35, seconds=5) == SCHEDULE
    assert pause_after(10, chance=0) == pause_after(99, chance=0) == timedelta(hours=24)


def test_when_there_is_no_hope() -> None:
    assert is_hopeless(strikes=10, waited=SCHEDULE)
    assert not is_hopeless(strikes=9, waited=SCHEDULE * 2)  # it was the endpoint that was away
    assert not is_hopeless(strikes=10, waited=SCHEDULE - timedelta(seconds=1))


def test_chance_makes_a_pause_longer_by_a_tenth_at_most() -> None:
    assert pause_after(4, chance=0) == timedelta(hours=2)
    assert pause_after(4, chance=0.5) == timedelta(hours=2, minutes=6)
    assert pause_after(4, chance=1) == timedelta(hours=2, minutes=12)


def test_an_endpoint_may_wish_for_more_time_within_reason() -> None:
    assert pause_after(1, chance=0, wish=timedelta(minutes=10)) == timedelta(minutes=10)
    assert pause_after(4, chance=0, wish=timedelta(minutes=10)) == timedelta(hours=2)
    assert pause_after(1, chance=0, wish=timedelta(days=400)) == timedelta(hours=24)


def test_types_are_named_after_their_room() -> None:
    assert type_of(OrderPlaced) == "orders.order_placed"
    known = event_types()
    assert known["orders.order_placed"]
    assert {"payments.payment_captured", "fulfillment.shipment_shipped", "webhooks.endpoint_paused"} <= set(known)
    assert [name for name in known if not re.fullmatch(r"[a-z_]+\.[a-z0-9_]+", name)] == []


@pytest.mark.parametrize(
    ("patterns", "wanted"),
    [
        (["*"], True),
        (["orders.*"], True),
        (["orders.order_*"], True),
        (["payments.*", "orders.order_placed"], True),
        (["orders.order_placed"], True),
        (["payments.*"], False),
        (["orders.order_held"], False),
        (["orders.order_place"], False),
        ([], False),
    ],
)
def test_patterns(patterns: list[str], *, wanted: bool) -> None:
    assert wants(patterns, "orders.order_placed") is wanted


def test_types_are_kept_in_order_each_once() -> None:
    assert clean_types(["payments.*", "orders.order_placed", "payments.*"], "types") == ["orders.order_placed", "payments.*"]


@pytest.mark.parametrize(
    "name", ["order.placed", "orders.", "orders.no_such_thing", "*.*", "orders.[a-z]*", "", "Orders.*", "**"]
)
def test_a_type_that_no_event_is_of(name: str) -> None:
    with pytest.raises(UnknownEventType):
        clean_types([name], "types")


@pytest.mark.parametrize("names", [[], [f"orders.order_{number}" for number in range(101)]])
def test_too_few_and_too_many_types(names: list[str]) -> None:
    with pytest.raises(WrongNumberOfTypes):
        clean_types(names, "types")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("https://shop.example/hooks", "https://shop.example/hooks"),
        ("  HTTPS://Shop.Example  ", "https://shop.example/"),
        ("https://shop.example:443/a?b=c&d", "https://shop.example/a?b=c&d"),
        ("https://shop.example:8443", "https://shop.example:8443/"),
        ("https://shop.example/訂單 1", "https://shop.example/%E8%A8%82%E5%96%AE%201"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://１２７.０.０.１/", "https://127.0.0.1/"),
        ("https://[2600::1]:8443/x", "https://[2600::1]:8443/x"),
        ("http://shop.example/", "http://shop.example/"),
    ],
)
def test_an_address_in_its_plain_form(sent: str, kept: str) -> None:
    assert clean_url(sent, "url") == kept
    assert clean_url(kept, "url") == kept


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "shop.example",
        "ftp://shop.example/",
        "file:///etc/passwd",
        "gopher://shop.example/",
        "https://",
        "https:///path",
        "https://user@shop.example/",
        "https://user:pass@shop.example/",
        "https://shop.example@evil.example/",
        "https://shop.example/#part",
        "https://shop.example\\@evil.example/",
        "https://shop.example:0/",
        "https://shop.example:99999/",
        "https://shop.example:port/",
        "https://shop example/",
        "https://a..example/",
        "https://-/",
        "https://[fe80::1%25eth0]/",
        "https://[::1/",
        "https://[shop.example]/",
        "https://" + "a" * 300 + "/",
        "https://shop.example/\r\nX: y",
        "https://shop.example/\x00",
        "https://shop.example/" + "a" * 1000,
    ],
)
def test_what_no_message_can_be_sent_to(sent: str) -> None:
    with pytest.raises(Refusal):
        clean_url(sent, "url")


def test_why_an_address_is_refused() -> None:
    with pytest.raises(UrlNotUsable, match="cannot be sent"):
        clean_url("https://user@shop.example/", "url")


def test_the_parts_of_an_address() -> None:
    target = target_of("https://[2600::1]:8443/x?y=1")
    assert (target.scheme, target.host, target.port, target.path, target.authority) == (
        "https",
        "2600::1",
        8443,
        "/x?y=1",
        "[2600::1]:8443",
    )


def test_an_entry_has_one_id_for_each_endpoint() -> None:
    one, other, entry = UUID(int=1), UUID(int=2), UUID(int=3)
    assert delivery_id(one, entry) == delivery_id(one, entry) == UUID("8db4be14-f9e2-579f-9590-c1bd7bb856b1")
    assert len({delivery_id(one, entry), delivery_id(other, entry), delivery_id(one, other)}) == 3
