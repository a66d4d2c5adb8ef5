"""What is believed of an answer, and what becomes of those that do not come."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings

from dingdan.integrations.sandbox.firms.sandbox import Sandbox
from dingdan.integrations.wechatpay import client as under_test
from dingdan.integrations.wechatpay.client import Client, Raw
from dingdan.integrations.wechatpay.errors import Silence
from dingdan.ledgers.payments.ports import Answer
from tests.integrations.wechatpay.street import Street


def _happens(street: Street, *faults: str, silence: float = 0.3) -> None:
    """What the firm's next answers meet."""
    street.sandbox.world.faults.tell({"next": [{"fault": one, "firm": "wechatpay"} for one in faults], "silence": silence})


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("reset_before", "connection"),
        ("reset_after", "connection"),
        ("error_500", "SYSTEM_ERROR"),
        ("error_500_after", "SYSTEM_ERROR"),
        ("error_429", "FREQUENCY_LIMITED"),
        ("answer_bad_signature", "bad_signature"),
    ],
)
def test_what_goes_wrong_is_unknown_and_asking_again_finds_out(street: Street, fault: str, code: str) -> None:
    request = street.charge()
    street.gateway.query(request)  # the certificates are here now
    _happens(street, fault)
    told = street.gateway.capture(request)
    assert (told.answer, told.error) == (Answer.UNKNOWN, code)
    was_made = fault in ("reset_after", "error_500_after", "answer_bad_signature")
    assert street.gateway.query(request).answer == (Answer.WAITING if was_made else Answer.NEVER_SEEN)
    assert street.gateway.capture(request).prompt is not None


@pytest.mark.parametrize("fault", ["timeout_before", "timeout_after"])
def test_a_firm_that_says_nothing_is_not_waited_for(street: Street, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    request = street.charge()
    street.gateway.query(request)
    monkeypatch.setitem(under_test._TIMES, "read", 0.1)
    _happens(street, fault)
    told = street.gateway.capture(request)
    assert (told.answer, told.error) == (Answer.UNKNOWN, "timeout")


def test_the_times_are_as_agreed() -> None:
    assert under_test._TIMES == {"connect": 5.0, "read": 15.0, "write": 15.0, "pool": 5.0}


def test_nobody_there_is_unknown(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "SANDBOX_URL", "http://127.0.0.1:9")
    assert street.gateway.capture(street.charge()).error == "connection"


def test_keys_that_the_firm_does_not_know_move_nothing(street: Street) -> None:
    client = street.client()
    stranger = Client(replace(client.account, serial="0" * 40))
    with pytest.raises(Silence, match="SIGN_ERROR"):
        stranger.ask("GET", "/v3/pay/transactions/out-trade-no/1?mchid=1")


# ── who has signed ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _asked(street: Street, monkeypatch: pytest.MonkeyPatch, raw: Raw) -> Any:
    client = street.client()
    monkeypatch.setattr(Client, "exchange", lambda *_asked: raw)
    return client.ask("GET", "/v3/whatever")


def _signed(street: Street, status: int, body: bytes, *, age: int = 0, **headers: str) -> Raw:
    made = street.double.keyring.signed(body, by_public_key=False, age=age)
    return Raw(status, {name.lower(): value for name, value in made.items()} | headers, body)


@pytest.fixture
def known(street: Street) -> Street:
    """The firm's certificates are here."""
    street.gateway.query(street.charge())
    return street


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (200, b"{}", ""),
        (204, b"", ""),
        (202, b'{"code":"x"}', ""),
        (400, b'{"code":"PARAM_ERROR"}', "PARAM_ERROR"),
        (404, b"", "http_404"),
    ],
)
def test_what_the_firm_has_signed_is_believed(
    known: Street, monkeypatch: pytest.MonkeyPatch, status: int, body: bytes, code: str
) -> None:
    assert _asked(known, monkeypatch, _signed(known, status, body)).code == code


@pytest.mark.parametrize("status", [200, 204, 400, 404])
def test_what_nobody_has_signed_is_not_believed(known: Street, monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    with pytest.raises(Silence, match="not_signed"):
        _asked(known, monkeypatch, Raw(status, {}, b'{"code":"ORDER_NOT_EXIST"}'))


@pytest.mark.parametrize(
    ("status", "code"), [(500, "http_500"), (502, "http_502"), (429, "http_429"), (401, "http_401"), (302, "http_302")]
)
def test_what_is_no_answer_is_silence(known: Street, monkeypatch: pytest.MonkeyPatch, status: int, code: str) -> None:
    with pytest.raises(Silence, match=code):
        _asked(known, monkeypatch, _signed(known, status, b"<html>"))


@pytest.mark.parametrize("age", [-301, 301])
def test_an_old_answer_is_not_believed(known: Street, monkeypatch: pytest.MonkeyPatch, age: int) -> None:
    with pytest.raises(Silence, match="bad_signature"):
        _asked(known, monkeypatch, _signed(known, 200, b"{}", age=age))


def test_an_answer_with_another_body_is_not_believed(known: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Silence, match="bad_signature"):
        _asked(known, monkeypatch, replace(_signed(known, 200, b'{"a":1}'), body=b'{"a":2}'))


# ── answers that do not end ──────────────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def _speaking(answer: bytes) -> Iterator[str]:
    """Somebody who answers the first connection with these bytes."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def speak() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall(answer)

        thread = threading.Thread(target=speak, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        thread.join(5)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", "connection"),
        (b"HTTP/9 what\r\n\r\n", "connection"),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (under_test.MOST_READ + 1), "too_long"),
        (b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n", "not_signed"),
    ],
)
def test_a_broken_answer_is_unknown(sandbox: Sandbox, street: Street, answer: bytes, code: str) -> None:
    with _speaking(answer) as address:
        client = Client(replace(street.client().account, address=address))
        with pytest.raises(Silence, match=code):
            client.ask("GET", "/v3/whatever")
