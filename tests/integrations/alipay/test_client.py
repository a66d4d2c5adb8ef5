"""What happens between us and Alipay, and what each answer means."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import httpcore
import pytest
from django.conf import settings

from dingdan.integrations.alipay import client as module
from dingdan.integrations.alipay.client import Client, NotFetched, Said, pool
from dingdan.integrations.alipay.errors import meaning
from dingdan.integrations.alipay.keys import Unrooted
from dingdan.integrations.sandbox.firms.sandbox import Sandbox
from dingdan.kernel.ids import new_id
from dingdan.ledgers.payments.ports import Answer
from dingdan.masterdata.methods.queries import Credentials, credentials
from tests.integrations.alipay.shop import CERTIFIED, PLAIN, faults, opened
from tests.integrations.alipay.vectors import TOLD, read
from tests.ledgers.payments.desk import Desk

ACCOUNT = Credentials(
    id=new_id(),
    gateway="alipay",
    merchant="2014072300007148",
    mode="sandbox",
    settings={"seller_id": "2088102146225135", "alipay_public_keys": read("alipay_public.pem")},
    secrets={"private_key": read("app_key.pem")},
)
PRECREATE, QUERY = "alipay.trade.precreate", "alipay.trade.query"


@contextmanager
def answering(body: bytes, status: int = 200) -> Iterator[list[dict[str, list[str]]]]:
    """A server that always answers so, and keeps what it was asked."""
    came: list[dict[str, list[str]]] = []

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            came.append(parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    before, settings.SANDBOX_URL = settings.SANDBOX_URL, f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield came
    finally:
        settings.SANDBOX_URL = before
        pool.close()
        server.shutdown()
        thread.join()
        server.server_close()


def said(body: str | bytes, account: Credentials = ACCOUNT) -> Said:
    """What is made of an answer."""
    with answering(body.encode() if isinstance(body, str) else body):
        return Client(account).ask(PRECREATE, {})


def test_it_works() -> None:
    with answering(TOLD["answer"].encode()) as came:
        told = Client(ACCOUNT).ask(PRECREATE, {"subject": "訂單"}, notify_url="https://shop.example/n")
    assert (told.answer, told.error) == (Answer.DONE, "10000")
    assert told.text("qr_code") == "https://qr.alipay.com/bax03431ljhokirwl38f00a7"
    (asked,) = came
    assert (asked["method"], asked["biz_content"], asked["charset"]) == ([PRECREATE], ['{"subject":"訂單"}'], ["utf-8"])
    assert set(asked) == {
        *("app_id", "method", "format", "charset", "sign_type", "sign", "timestamp", "version", "notify_url", "biz_content")
    }


@pytest.mark.parametrize("kind", [PLAIN, CERTIFIED])
def test_the_double_takes_what_we_sign(desk: Desk, sandbox: Sandbox, kind: str) -> None:
    account = credentials(opened(desk, sandbox, kind))
    assert account is not None
    told = Client(account).ask(QUERY, {"out_trade_no": "0" * 32})
    assert (told.answer, told.error) == (Answer.DECLINED, "ACQ.TRADE_NOT_EXIST")


ILL = {
    "timeout_before": "no_connection",
    "timeout_after": "no_connection",
    "reset_before": "no_connection",
    "reset_after": "no_connection",
    "error_500": "http_500",
    "error_500_after": "http_500",
    "error_429": "isv.app-call-limited",
    "answer_bad_signature": "unsigned_answer",
}


def test_nobody_knows(desk: Desk, sandbox: Sandbox) -> None:
    account = credentials(opened(desk, sandbox))
    assert account is not None
    for fault, error in ILL.items():
        faults(sandbox, fault)
        told = Client(account).ask(QUERY, {"out_trade_no": "0" * 32})
        assert (told.answer, told.error) == (Answer.UNKNOWN, error)


def test_a_silent_firm_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TIMEOUT", {"connect": 1, "read": 0.05, "write": 1, "pool": 1})
    listening = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)  # takes the connection and never reads
    monkeypatch.setattr(settings, "SANDBOX_URL", f"http://127.0.0.1:{listening.server_address[1]}")
    told = Client(ACCOUNT).ask(PRECREATE, {})
    listening.server_close()
    assert (told.answer, told.error) == (Answer.UNKNOWN, "timeout")


def test_nobody_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "SANDBOX_URL", "http://127.0.0.1:9")
    told = Client(ACCOUNT).ask(PRECREATE, {})
    assert (told.answer, told.error) == (Answer.UNKNOWN, "no_connection")


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("", "unreadable_answer"),
        ("<html>", "unreadable_answer"),
        ('{"alipay_trade_query_response":{"code":"10000"}}', "unreadable_answer"),
        ('{"alipay_trade_precreate_response":[]}', "unreadable_answer"),
        ('{"alipay_trade_precreate_response":{"code":"10000"}}', "unsigned_answer"),
        ('{"alipay_trade_precreate_response":{"code":"10000"},"sign":7}', "unsigned_answer"),
        (TOLD["answer"].encode().replace(b'"Success"', b'"Succes5"'), "unsigned_answer"),
        (TOLD["answer"].encode().replace(b'"Success"', b'"Succes\xff"'), "unreadable_answer"),
        (TOLD["answer"].replace("precreate_response", "query_response"), "unreadable_answer"),
        ('{"error_response":{"code":"20000","sub_code":"isp.unknow-error"}}', "unsigned_answer"),
    ],
)
def test_what_alipay_did_not_sign_is_not_known(body: str | bytes, error: str) -> None:
    told = said(body)
    assert (told.answer, told.error, dict(told.facts)) == (Answer.UNKNOWN, error, {})


def test_alipays_door_says_no_unsigned() -> None:
    told = said('{"error_response":{"code":"40002","msg":"Invalid Arguments","sub_code":"isv.invalid-app-id"}}')
    assert (told.answer, told.error) == (Answer.DECLINED, "isv.invalid-app-id")


def test_an_answer_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_READ", 100)
    assert said(TOLD["answer"]).error == "no_connection"


def test_an_answer_by_a_certificate_that_we_do_not_know() -> None:
    ours = {"alipay_certificates": read("app.crt"), "app_certificate": read("app.crt"), "root_certificate": read("root.crt")}
    with pytest.raises(Unrooted):
        said(TOLD["answer"], replace(ACCOUNT, settings=ours))


@pytest.mark.parametrize(
    ("code", "sub_code", "answer"),
    [
        ("10000", "", Answer.DONE),
        ("10003", "", Answer.WAITING),
        ("20000", "isp.unknow-error", Answer.UNKNOWN),
        ("40004", "ACQ.SYSTEM_ERROR", Answer.UNKNOWN),
        ("40004", "AQC.SYSTEM_ERROR", Answer.UNKNOWN),
        ("40004", "aop.ACQ.SYSTEM_ERROR", Answer.UNKNOWN),
        ("40005", "isv.app-call-limited", Answer.UNKNOWN),
        ("40004", "ACQ.BUYER_BALANCE_NOT_ENOUGH", Answer.DECLINED),
        ("40002", "isv.invalid-signature", Answer.DECLINED),
        ("20001", "aop.invalid-auth-token", Answer.DECLINED),
        ("50000", "", Answer.UNKNOWN),
        ("", "", Answer.UNKNOWN),
    ],
)
def test_what_codes_mean(code: str, sub_code: str, answer: Answer) -> None:
    assert meaning(code, sub_code) == answer


def test_where_alipay_is() -> None:
    assert Client(replace(ACCOUNT, mode="live")).address == "https://openapi.alipay.com/gateway.do"
    assert Client(replace(ACCOUNT, mode="test")).address == "https://openapi-sandbox.dl.alipaydev.com/gateway.do"
    assert Client(ACCOUNT).address == f"{settings.SANDBOX_URL}/alipay/gateway.do"


@pytest.mark.parametrize(
    ("mode", "url"),
    [
        ("live", "https://dwbillcenter.alipay.com.example/bill"),
        ("live", "https://alipay.com@127.0.0.1/bill"),
        ("live", "https://dwbillcenter.alipay.com:8080/bill"),
        ("live", "http://127.0.0.1/bill"),
        ("sandbox", "https://dwbillcenter.alipay.com/bill"),
        ("sandbox", "http://127.0.0.1:1/bill"),
    ],
)
def test_files_are_fetched_from_alipay_alone(mode: str, url: str) -> None:
    with pytest.raises(NotFetched, match="somebody else"):
        next(Client(replace(ACCOUNT, mode=mode)).fetch(url))


def test_files_are_fetched_encrypted(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    class Pool:
        def stream(self, _method: str, url: str, **_more: object) -> None:
            asked.append(url)
            raise httpcore.ConnectError

    monkeypatch.setattr(module, "pool", Pool)
    with pytest.raises(NotFetched):
        next(Client(replace(ACCOUNT, mode="live")).fetch("http://dwbillcenter.alipay.com/a/b.resource?x=1&y=2"))
    assert asked == ["https://dwbillcenter.alipay.com/a/b.resource?x=1&y=2"]


def test_no_key_is_ever_shown(caplog: pytest.LogCaptureFixture, desk: Desk, sandbox: Sandbox) -> None:
    account = credentials(opened(desk, sandbox))
    assert account is not None
    with caplog.at_level(logging.DEBUG):
        client = Client(account)
        faults(sandbox, "reset_before")
        shown = [client.ask(PRECREATE, {}), client.ask(PRECREATE, {}), client, client.keys, account, client.keys.private]
    secret = "".join(account.secrets["private_key"].split("\n")[1:3])
    text = " ".join(map(repr, shown)) + str(account) + str(client) + caplog.text
    assert (secret in text.replace("\n", ""), "PRIVATE KEY" in text) == (False, False)
