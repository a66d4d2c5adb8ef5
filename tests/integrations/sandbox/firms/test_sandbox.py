"""The sandbox itself: where it listens, what it remembers, its pages, and what it must not know."""

import ast
import re
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from dingdan.config import firms
from dingdan.config.environment import Misconfigured
from dingdan.config.processes import PortTaken
from dingdan.integrations.sandbox.firms import sandbox as module
from dingdan.integrations.sandbox.firms.http import Answer, Request
from dingdan.integrations.sandbox.firms.notices import is_here
from dingdan.integrations.sandbox.firms.sandbox import NotHere, Sandbox, Settings, running_sandbox
from dingdan.integrations.sandbox.firms.words import ACTIONS, WORDS
from tests.integrations.sandbox.firms.merchant import PayPalShop, StripeShop, client
from tests.running import ROOT, Program, free_port

FOLDER = Path(module.__file__).parent


def test_it_works(sandbox: Sandbox) -> None:
    with client(sandbox) as http:
        assert http.get("/sandbox/health").json() == {"sandbox": "ok"}
        firms = ["stripe", "wechatpay", "alipay", "paypal", "twilio", "line", "wechat", "push"]
        assert http.get("/nothing").json()["firms"] == [f"/{name}/" for name in firms]
        assert http.get("/sandbox/nothing").status_code == 404
        assert list(http.get("/sandbox/ledger").json()) == firms
        assert http.get("/twilio/").status_code == http.get("/line/").status_code == 200


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "192.0.2.1"])  # noqa: S104 - refused
def test_it_keeps_to_this_machine(address: str) -> None:
    with pytest.raises(NotHere):
        Sandbox(Settings(address=address))


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://127.0.0.1:8000/x", True), ("http://localhost/", True), ("http://[::1]/", True),
        ("http://127.0.0.1.evil.example/", False),
        ("https://example.com/", False), ("http://10.0.0.1/", False), ("", False),
    ],
)  # fmt: skip
def test_notices_stay_on_this_machine(url: str, *, here: bool) -> None:
    assert is_here(url) == here


def test_a_notice_to_another_machine_is_not_sent(sandbox: Sandbox) -> None:
    shop = StripeShop(sandbox)
    made = shop.post("webhook_endpoints", url="https://example.com/hook", **{"enabled_events[]": "payment_intent.created"})
    shop.post("payment_intents", amount="5", currency="usd")
    sandbox.settle()
    note = next(one for one in sandbox.world.outbox.latest() if one["url"] == "https://example.com/hook")
    assert (note["state"], note["outcome"]) == ("waiting", "not sent: the address is not on this machine")
    shop.ask("DELETE", f"webhook_endpoints/{made['id']}")
    shop.http.close()


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Origin": "https://evil.example"}])
def test_other_sites_do_not_click_here(sandbox: Sandbox, headers: dict[str, str]) -> None:
    offset = sandbox.world.clock.offset
    with client(sandbox) as http:
        assert http.post("/", data={"do": "clock:600"}, headers=headers).status_code == 403
    assert sandbox.world.clock.offset == offset


def test_a_shop_on_this_machine_sends_its_buyers_by_a_form(sandbox: Sandbox) -> None:
    with client(sandbox) as http:
        answer = http.post("/alipay/gateway.do", data={"method": "x"}, headers={"Origin": "http://127.0.0.1:8000"})
    assert answer.json()["error_response"]["sub_code"] == "isv.invalid-method"


DOORS = ("/stripe/v1/payment_intents", "/wechatpay/v3/pay/transactions/app", "/alipay/gateway.do", "/paypal/v2/checkout/orders")


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"purchase_units": [1]}', b"\xff\x00", b"a[b]=1&a=2&a[]=3", b'{"amount": 1}']
)
def test_whatever_is_asked_is_answered(sandbox: Sandbox, body: bytes) -> None:
    paypal, stripe = PayPalShop(sandbox), StripeShop(sandbox)
    before = len(paypal.payments()), len(stripe.payments())
    tokens = {"stripe": stripe.secret, "paypal": paypal.token}
    headers = [{"Authorization": f"Bearer {tokens.get(path.split('/')[1], 'none')}"} for path in DOORS]
    found = {stripe.http.post(path, content=body, headers=one).status_code for path, one in zip(DOORS, headers, strict=True)}
    stripe.http.close()
    paypal.http.close()
    assert found <= {200, 400, 401, 422}
    with client(sandbox) as http:
        told = http.get("/sandbox/ledger").json()
    assert (len(told["paypal"]), len(told["stripe"])) == before


def test_a_firm_that_knows_no_answer_says_that_it_is_ill(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shop = StripeShop(sandbox)
    before = len(shop.payments())

    def half(_request: Request) -> Answer:
        sandbox.world.store.put("stripe.payment_intent", {"id": "pi_half"})
        raise ZeroDivisionError

    monkeypatch.setattr(sandbox.firms["stripe"], "answer", half)
    assert shop.ask("POST", "payment_intents").status_code == 500
    assert "ZeroDivisionError" in capsys.readouterr().err
    monkeypatch.undo()
    assert len(shop.payments()) == before
    shop.http.close()


def test_the_clock_goes_forward_only(sandbox: Sandbox) -> None:
    offset = sandbox.world.clock.offset
    with client(sandbox) as http:
        assert http.post("/sandbox/clock", json={"advance": -1}).status_code == 400
        assert http.post("/sandbox/clock", json={"advance": 60}).json()["offset"] == offset + 60


def test_nothing_is_lost_between_two_starts(tmp_path: Path) -> None:
    file = tmp_path / "sandbox" / "firms.sqlite"
    settings = Settings(file=file, passes_time=False)
    with running_sandbox(settings) as first:
        shop = StripeShop(first)
        intent = shop.pay(capture_method="manual")["id"]
        secret = shop.secret
        first.world.clock.move(60)
        shop.http.close()
    assert file.stat().st_mode & 0o077 == 0
    with running_sandbox(settings) as second:
        shop = StripeShop(second)
        assert (shop.secret, shop.sums(intent), second.world.clock.offset) == (secret, (1000, 0, 0), 60)
        shop.http.close()


@pytest.mark.parametrize(("asked", "language"), [("en", "en"), ("zh-TW,zh", "zh-hant"), ("zh-CN", "zh-hans"), ("fr", "en")])
def test_the_start_page_speaks_three_languages(sandbox: Sandbox, asked: str, language: str) -> None:
    shop = StripeShop(sandbox)
    shop.pay(4242, description="<b>Tea</b>")
    page = shop.http.get("/", headers={"Accept-Language": asked})
    assert f'<html lang="{language}">' in page.text
    assert "USD 42.42" in page.text
    assert "<b>Tea</b>" not in page.text
    assert re.findall(r"(?:src|href)=\"(?!/|\?|http://127)[^\"]*\"", page.text) == []
    assert "default-src 'none'" in page.headers["content-security-policy"]
    shop.http.close()


def test_a_language_that_was_chosen_is_kept(sandbox: Sandbox) -> None:
    with client(sandbox) as http:
        http.get("/", params={"lang": "zh-hant"})
        assert "金流沙盒" in http.get("/").text


def test_buttons_do_what_they_say(sandbox: Sandbox) -> None:
    shop = StripeShop(sandbox)
    intent = shop.pay()["id"]
    assert f'value="dispute:stripe:{intent}"' in shop.http.get("/").text
    assert shop.http.post("/", data={"do": f"dispute:stripe:{intent}"}).status_code == 303
    assert shop.row(intent)["disputed"] == "needs_response"
    shop.http.close()


def test_no_page_asks_for_a_card_number(sandbox: Sandbox) -> None:
    shop = StripeShop(sandbox)
    page = shop.http.get(shop.open()["url"]).text
    assert "<input" not in page
    assert page.count("<button") == 13
    shop.http.close()


def test_all_words_are_there_and_in_their_own_letters() -> None:
    sentences = {ast.literal_eval(found) for path in FOLDER.rglob("*.py") for found in _spoken(path)}
    assert (sentences | set(ACTIONS.values())) - set(WORDS) == set()
    assert all(all(told) for told in WORDS.values())
    traditional, simplified = ("".join(told[place] for told in WORDS.values()) for place in (0, 1))
    assert not set("订单货预库资说这个点号发还额结") & set(traditional)
    assert not set("訂單貨預庫資說這個點號發還額結") & set(simplified)


def _spoken(path: Path) -> list[str]:
    """The sentences of `said(request, "…")`, `told(request, …, "…")` and `Choice("…", "…")`."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            place = {"said": 1, "told": 2, "Choice": 1}.get(ast.unparse(node.func).rpartition(".")[2], len(node.args))
            found += [ast.unparse(one) for one in node.args[place : place + 1] if isinstance(one, ast.Constant)]
    return found


def test_it_is_another_company() -> None:
    """No line of ours is known there: neither Django, nor an adapter, nor a firm's own library."""
    allowed = re.compile(r"dingdan\.integrations\.sandbox\.firms|cryptography")
    for path in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                assert name.partition(".")[0] in sys.stdlib_module_names or allowed.match(name), f"{path.name}: {name}"
    code = "import dingdan.integrations.sandbox.firms.sandbox, sys; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_many_at_once_take_the_money_once(sandbox: Sandbox) -> None:
    shop = StripeShop(sandbox)
    before = len(shop.payments())
    asked = {"amount": "800", "currency": "usd", "confirm": "true", "payment_method": "pm_card_visa"}
    answers: list[str] = []
    crowd = [
        threading.Thread(target=lambda: answers.append(shop.post("payment_intents", "crowd", **asked)["id"])) for _ in range(8)
    ]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert (len(answers), len(set(answers)), len(shop.payments())) == (8, 1, before + 1)
    shop.http.close()


class Running(Program):
    """`dingdan sandbox`, as a person starts it."""

    command = ("dingdan", "sandbox")

    def is_ready(self) -> bool:
        return f"sandbox: http://127.0.0.1:{self.port}/" in self.output.read_text()


def test_the_command_line_starts_and_ends_it(tmp_path: Path) -> None:
    running = Running(tmp_path / "var", DINGDAN_SANDBOX_SEED="7", DINGDAN_SANDBOX_FAULTS="notice_dropped=0.05")
    running.environ["DINGDAN_SANDBOX_PORT"] = str(running.port)
    running.start()
    try:
        told = running.get("/sandbox/faults").json()
        assert (told["seed"], told["rates"]) == (7, {"notice_dropped": 0.05})
    finally:
        running.stop()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"address": "0.0.0.0"}, "unless told --open"),  # noqa: S104 - refused
        ({"rates": ["x=1"]}, "one of timeout_before"),
        ({"rates": ["x"]}, "name=0.1"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: dict[str, Any], said: str
) -> None:
    monkeypatch.setenv("DINGDAN_DATA", str(tmp_path / "var"))
    whole: dict[str, Any] = {
        "address": "127.0.0.1",
        "port": free_port(),
        "seed": None,
        "rates": [],
        "is_open": False,
        "out": print,
    }
    with pytest.raises(Misconfigured, match=said):
        firms.run(**whole | asked)


def test_a_port_that_is_taken_is_left_for_another_unless_it_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        monkeypatch.setattr(firms, "PORT", taken)
        assert firms.port() != taken
        monkeypatch.setenv("DINGDAN_SANDBOX_PORT", str(taken))
        with pytest.raises(PortTaken, match="DINGDAN_SANDBOX_PORT="):
            firms.port()
