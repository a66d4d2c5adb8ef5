"""F30: no webhook reaches an address that is not on the internet, however it is written, led to, or answered by DNS."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from ipaddress import ip_address
from typing import Any

import pytest
from django.test import override_settings

from dingdan.integrations.webhooks.client import Client
from dingdan.integrations.webhooks.guard import Guard, on_the_internet
from dingdan.integrations.webhooks.lifecycle import Fault
from dingdan.integrations.webhooks.models import Delivery, Endpoint
from dingdan.kernel.errors import Refusal
from tests import kit
from tests.conftest import Shop
from tests.integrations.webhooks.receiver import LOOPBACK, Came, hook, receiving, tell

LOOPBACKS = [
    *("127.0.0.1", "127.0.0.2", "127.255.255.254", "127.1", "127.0.1", "localhost", "LOCALHOST", "localhost."),
    *("0", "0.0.0.0"),  # noqa: S104 - reached for, not listened on
    *("2130706433", "0x7f000001", "0x7f.0.0.1", "0x7f.1", "017700000001", "0177.0.0.1", "0177.1", "127.0x0.0.1"),
    *("[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]"),
    *("１２７.０.０.１", "①②⑦.⓪.⓪.①", "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ"),
]
INSIDE = [
    *(
        "10.0.0.1",
        "10.255.255.255",
        "172.16.0.1",
        "172.31.255.254",
        "192.168.1.1",
        "100.64.0.1",
        "167772161",
        "0xa.1",
        "012.0.0.1",
    ),
    *("169.254.1.1", "[fe80::1]", "[fc00::1]", "[fd12:3456::1]", "[fec0::1]"),
]
METADATA = [
    *("169.254.169.254", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "169.254.43518", "[::ffff:169.254.169.254]"),
    *("[fd00:ec2::254]", "100.100.100.200", "192.0.0.192", "168.63.129.16", "[::ffff:a9fe:a9fe]"),
]
RESERVED = [
    *("224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.51.100.7", "203.0.113.9", "198.18.0.1"),
    *("[ff02::1]", "[2001:db8::1]", "[100::1]", "[2001::1]", "192.88.99.1"),
]
CARRIED = [
    *("[64:ff9b::7f00:1]", "[64:ff9b::169.254.169.254]", "[64:ff9b:1::a00:1]"),  # NAT64
    *("[2002:7f00:1::]", "[2002:a9fe:a9fe::1]", "[2002:c0a8:101::1]"),  # 6to4
    *("[2001:0:4136:e378:8000:63bf:3fff:fdd2]", "[::ffff:0:127.0.0.1]", "[::ffff:0:7f00:1]"),  # Teredo, translated
]
FORMS = [*LOOPBACKS, *INSIDE, *METADATA, *RESERVED, *CARRIED]

_connections: list[Any] = []
_watching = [False]


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if _watching and _watching[0] and event in ("socket.connect", "socket.sendto"):
        _connections.append(arguments[1])


sys.addaudithook(_watch)  # sees every connection of this process, whoever makes it; such a hook cannot be taken off again


@contextmanager
def no_connection() -> Iterator[None]:
    """Fail when the block connects to anything over the network, Unix sockets (the database) aside."""
    _connections.clear()
    _watching[0] = True
    try:
        yield
    finally:
        _watching[0] = False
    reached = [address for address in _connections if isinstance(address, tuple)]
    assert reached == []


def post(url: str, allowed: Any = ()) -> Fault | None:
    client = Client(allowed)
    try:
        return client.post(url, headers={}, body=b"{}").fault
    finally:
        client.close()


def test_the_watch_sees_a_connection() -> None:
    with receiving() as receiver, pytest.raises(AssertionError), no_connection():
        assert post(receiver.url, LOOPBACK) is None


def test_there_are_fifty_forms_and_more() -> None:
    assert len(FORMS) == len(set(FORMS)) >= 50


@pytest.mark.parametrize("scheme", ["https", "http"])
@pytest.mark.parametrize("host", FORMS)
def test_no_form_of_an_inner_address_is_reached(host: str, scheme: str) -> None:
    with receiving() as receiver, no_connection():
        assert post(f"{scheme}://{host}:{receiver.port}/") in (Fault.NOT_ALLOWED, Fault.UNKNOWN_HOST)
        assert receiver.connections == 0


@pytest.mark.parametrize("host", FORMS)
def test_no_endpoint_can_be_made_that_is_told(shop: Shop, host: str) -> None:
    """Refused when it is made, or, where only DNS could tell, each time that something is to be sent."""
    with receiving() as receiver, override_settings(WEBHOOKS_TO=[]), no_connection():
        try:
            hook(shop, f"https://{host}:{receiver.port}/", "catalog.*")
        except Refusal:
            assert Endpoint.objects.count() == 0
        else:
            kit.stock(shop, "MUG")
            tell(shop)
            assert Delivery.objects.get().error in (Fault.NOT_ALLOWED, Fault.UNKNOWN_HOST)
        assert receiver.connections == 0


TRICKS = [
    *("https://shop.example@127.0.0.1/", "https://127.0.0.1#@shop.example/", "https://127.0.0.1\\@shop.example/"),
    *("https://user:password@127.0.0.1/", "https://127.0.0.1%2f@shop.example/", "https://shop.example:443@127.0.0.1/"),
    *("https:127.0.0.1/", "https:/127.0.0.1/", "https://127.0.0.1?@shop.example/", "//127.0.0.1/", "file:///etc/passwd"),
    *("gopher://127.0.0.1:70/_", "ftp://127.0.0.1/", "unix:///run/postgresql", "https://[127.0.0.1]/", "https://[::1%25lo]/"),
    *(
        "https://127.0.0.1\x00.shop.example/",
        "https://127。0。0。1/",
        "https://[::ffff:127.0.0.1%25lo]/",
        "https://%31%32%37.0.0.1/",
    ),
]


@pytest.mark.parametrize("url", TRICKS)
def test_no_trick_with_the_address_helps(shop: Shop, url: str) -> None:
    with no_connection():
        with pytest.raises(Refusal):
            hook(shop, url)
        assert post(url) in (Fault.NOT_ALLOWED, Fault.UNKNOWN_HOST)
    assert Endpoint.objects.count() == 0


def test_a_redirect_leads_nowhere(shop: Shop) -> None:
    """From an allowed address to an inner one, and to itself."""
    with receiving() as inner, receiving() as receiver:
        for status in (301, 302, 303, 307, 308):
            for target in (inner.url, f"http://localhost:{inner.port}/", "http://169.254.169.254/latest/meta-data/"):
                receiver.answer, receiver.headers = partial(_say, status), {"Location": target}
                assert post(receiver.url, LOOPBACK) == Fault.REDIRECTED
        assert (len(receiver.came), inner.connections) == (15, 0)


def _say(status: int, _came: Came) -> int:
    return status


# ── what DNS says ────────────────────────────────────────────────────────────────────────────────────────────────────────


class Names:
    """DNS as an enemy has it: answers what it is told, one answer after another, and counts how often it was asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> None:
        self.answers, self.asked = list(answers), 0
        self._real = socket.getaddrinfo
        monkeypatch.setattr(socket, "getaddrinfo", self._answer)

    def _answer(self, host: str, port: int, *rest: Any, **more: Any) -> Any:
        if not host.endswith(".example"):
            return self._real(host, port, *rest, **more)
        said = self.answers[min(self.asked, len(self.answers) - 1)]
        self.asked += 1
        return [entry for address in said for entry in self._real(address, port, type=socket.SOCK_STREAM)]


PUBLIC = "93.184.216.34"


@pytest.mark.parametrize(
    "answer", [["127.0.0.1"], ["10.0.0.1"], ["169.254.169.254"], ["::1"], ["::ffff:127.0.0.1"], ["64:ff9b::7f00:1"], ["fd00::1"]]
)
def test_a_name_of_an_inner_address(monkeypatch: pytest.MonkeyPatch, answer: list[str]) -> None:
    names = Names(monkeypatch, answer)
    with no_connection():
        assert post("https://inside.example/") == Fault.NOT_ALLOWED
    assert names.asked == 1


@pytest.mark.parametrize("answer", [[PUBLIC, "127.0.0.1"], ["127.0.0.1", PUBLIC], [PUBLIC, "2606:4700::1", "::1"]])
def test_a_name_of_an_inner_address_among_others(monkeypatch: pytest.MonkeyPatch, answer: list[str]) -> None:
    Names(monkeypatch, answer)
    with no_connection():
        assert post("https://mixed.example/") == Fault.NOT_ALLOWED


def test_a_name_that_means_something_else_a_moment_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rebinding: asked once, and connected to what was looked at. (The allowed network stands for the internet here.)"""
    with receiving() as receiver:
        names = Names(monkeypatch, ["127.0.0.1"], ["10.0.0.1"])
        assert post(f"http://rebinding.example:{receiver.port}/", LOOPBACK) is None
        assert names.asked == 1
        assert post(f"http://rebinding.example:{receiver.port}/", LOOPBACK) == Fault.NOT_ALLOWED
        assert (names.asked, receiver.connections) == (2, 1)
        assert receiver.came[0].headers["host"] == f"rebinding.example:{receiver.port}"


def test_only_the_checked_address_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """No name goes down to where connections are made: there it could be asked again."""
    asked: list[Any] = []

    def note(address: Any, *_rest: Any, **_more: Any) -> Any:
        asked.append(address)
        raise ConnectionRefusedError

    Names(monkeypatch, [PUBLIC, "2606:4700::1111"])
    monkeypatch.setattr(socket, "create_connection", note)
    with no_connection():
        assert post("https://shop.example/") == Fault.NOT_REACHED
    assert asked == [(PUBLIC, 443), ("2606:4700::1111", 443)]


# ── what may be reached ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "address", [PUBLIC, "8.8.8.8", "1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450::5"]
)
def test_the_internet(address: str) -> None:
    assert on_the_internet(ip_address(address))
    assert Guard([]).may_reach(ip_address(address))
    assert not Guard([], only=True).may_reach(ip_address(address))


def test_networks_that_were_allowed_and_no_others() -> None:
    guard = Guard(LOOPBACK)
    assert guard.may_reach(ip_address("127.0.0.9"))
    for other in ("10.0.0.1", "::1", "::ffff:127.0.0.1", "169.254.169.254"):
        assert not guard.may_reach(ip_address(other))


def test_webhooks_are_delivered_to_a_network_that_was_allowed(shop: Shop) -> None:
    with receiving() as receiver:
        hook(shop, receiver.url, "catalog.*")
        kit.stock(shop, "MUG")
        tell(shop)
        assert len(receiver.took) == 1
        kit.stock(shop, "CUP")
        with override_settings(WEBHOOKS_TO=[]):  # and no longer when it is not any more
            tell(shop)
        assert len(receiver.came) == 1
    assert Delivery.objects.get(state="waiting").error == Fault.NOT_ALLOWED
