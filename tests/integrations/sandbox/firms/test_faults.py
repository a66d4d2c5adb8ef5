"""How the firms misbehave: by seed and number, before and after the effect, in answers, payments and notices."""

import json
from collections.abc import Iterator

import httpx
import pytest
from cryptography.exceptions import InvalidSignature

from dingdan.integrations.sandbox.firms.faults import EVERY, Faults, UnknownFault
from dingdan.integrations.sandbox.firms.sandbox import Sandbox
from dingdan.integrations.sandbox.firms.store import Store
from tests.integrations.sandbox.firms.conftest import Mailbox
from tests.integrations.sandbox.firms.merchant import AlipayShop, PayPalShop, StripeShop, WeChatShop, client
from tests.running import ROOT

ASKED = {"amount": "800", "currency": "usd", "confirm": "true", "payment_method": "pm_card_visa"}


@pytest.fixture(scope="module")
def stripe(sandbox: Sandbox) -> Iterator[StripeShop]:
    shop = StripeShop(sandbox)
    yield shop
    shop.http.close()


@pytest.fixture(scope="module")
def wechat(sandbox: Sandbox) -> Iterator[WeChatShop]:
    shop = WeChatShop(sandbox)
    yield shop
    shop.http.close()


def next_is(sandbox: Sandbox, fault: str, firm: str, path: str = "") -> None:
    sandbox.world.faults.tell({"next": [{"fault": fault, "firm": firm, "path": path}]})


def drawn(seed: int, rates: dict[str, float], count: int = 400) -> list[str]:
    store = Store()
    faults = Faults(store)
    faults.tell({"seed": seed, "rates": rates})
    found = [faults.draw("answer", "stripe") for _ in range(count)]
    store.close()
    return found


def test_it_works() -> None:
    rates = {"timeout_after": 0.1, "error_500": 0.05}
    first = drawn(7, rates)
    assert drawn(7, rates) == first != drawn(8, rates)
    assert set(first) == {"", "timeout_after", "error_500"}
    assert 20 <= first.count("timeout_after") <= 60
    assert drawn(7, {}) == [""] * 400


@pytest.mark.parametrize("wrong", [{"rates": {"nonsense": 0.1}}, {"rates": {"error_500": 2}}, {"next": [{"fault": "nonsense"}]}])
def test_a_fault_that_there_is_not_is_refused(sandbox: Sandbox, wrong: dict[str, object]) -> None:
    before = sandbox.world.faults.told
    with pytest.raises(UnknownFault):
        sandbox.world.faults.tell(wrong)
    assert sandbox.world.faults.told == before
    with client(sandbox) as http:
        assert http.post("/sandbox/faults", json=wrong).status_code == 400


@pytest.mark.parametrize(
    ("fault", "happened"), [("timeout_before", 0), ("timeout_after", 1), ("reset_before", 0), ("reset_after", 1)]
)
def test_no_answer_and_the_same_key_again(stripe: StripeShop, fault: str, happened: int) -> None:
    before = len(stripe.payments())
    next_is(stripe.sandbox, fault, "stripe", "/v1/payment_intents")
    with pytest.raises(httpx.TransportError):
        stripe.ask("POST", "payment_intents", fault, **ASKED)
    assert len(stripe.payments()) == before + happened

    again = stripe.ask("POST", "payment_intents", fault, **ASKED)
    assert again.json()["status"] == "succeeded"
    assert len(stripe.payments()) == before + 1


@pytest.mark.parametrize(
    ("fault", "status", "happened"), [("error_500", 500, 0), ("error_500_after", 500, 1), ("error_429", 429, 0)]
)
def test_an_error_instead_of_an_answer(stripe: StripeShop, fault: str, status: int, happened: int) -> None:
    before = len(stripe.payments())
    next_is(stripe.sandbox, fault, "stripe")
    answer = stripe.ask("POST", "payment_intents", fault, **ASKED)
    assert (answer.status_code, "error" in answer.json()) == (status, True)
    assert len(stripe.payments()) == before + happened


def test_each_firm_is_ill_in_its_own_words(sandbox: Sandbox, wechat: WeChatShop) -> None:
    paypal, alipay = PayPalShop(sandbox), AlipayShop(sandbox)
    for firm in ("paypal", "alipay"):
        next_is(sandbox, "error_429", firm)
        if firm == "paypal":
            assert paypal.ask("GET", "/v2/checkout/orders/1").json()["name"] == "RATE_LIMIT_REACHED"
        else:
            assert alipay.post(alipay.params("alipay.trade.query", {})).json()["error_response"]["code"] == "40005"
    refused = sandbox.firms["wechatpay"].refuse(429)
    assert json.loads(refused.body)["code"] == "FREQUENCY_LIMITED"
    paypal.http.close()
    alipay.http.close()


def test_an_answer_with_one_wrong_byte(sandbox: Sandbox, wechat: WeChatShop) -> None:
    next_is(sandbox, "answer_bad_signature", "wechatpay")
    with pytest.raises(InvalidSignature):
        wechat.ask("GET", "/v3/certificates")
    alipay = AlipayShop(sandbox)
    next_is(sandbox, "answer_bad_signature", "alipay")
    with pytest.raises(InvalidSignature):
        alipay.ask("alipay.trade.query", {"out_trade_no": "x"})
    alipay.http.close()


def test_payments_are_declined_or_delayed(stripe: StripeShop) -> None:
    next_is(stripe.sandbox, "payment_declined", "stripe")
    assert stripe.pay()["error"]["code"] == "card_declined"
    next_is(stripe.sandbox, "payment_delayed", "stripe")
    slow = stripe.pay()
    assert slow["status"] == "processing"
    stripe.http.post("/sandbox/clock", json={"advance": 599})
    assert stripe.sums(slow["id"]) == (0, 0, 0)
    stripe.http.post("/sandbox/clock", json={"advance": 2})
    assert stripe.sums(slow["id"]) == (0, 1000, 0)


def test_refunds_fail_later(stripe: StripeShop) -> None:
    paid = stripe.pay()
    next_is(stripe.sandbox, "refund_failed", "stripe")
    refund = stripe.post("refunds", payment_intent=paid["id"])
    assert (refund["status"], stripe.sums(paid["id"])[2]) == ("succeeded", 1000)
    stripe.http.post("/sandbox/clock", json={"advance": 600})
    assert (stripe.get(f"refunds/{refund['id']}")["status"], stripe.sums(paid["id"])[2]) == ("failed", 0)


# ── notices ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def paid(shop: WeChatShop, mailbox: Mailbox, number: str, fault: str = "") -> None:
    """An order that is paid, and whose notice meets a fault; sent, but for what is to come later."""
    shop.place(number, notify_url=mailbox.url)
    if fault:
        next_is(shop.sandbox, fault, "wechatpay")
    shop.act(number, "approve")


def test_a_notice_is_dropped_or_comes_twice(wechat: WeChatShop, mailbox: Mailbox) -> None:
    paid(wechat, mailbox, "FA-00001", "notice_dropped")
    assert mailbox.came == []
    paid(wechat, mailbox, "FA-00002", "notice_twice")
    assert len({wechat.opened(*came).id for came in mailbox.came}) == 1
    assert len(mailbox.came) == 2


def test_a_notice_is_overtaken(wechat: WeChatShop, mailbox: Mailbox) -> None:
    wechat.place("FA-00003", notify_url=mailbox.url)
    wechat.place("FA-00004", notify_url=mailbox.url)
    next_is(wechat.sandbox, "notice_out_of_order", "wechatpay")
    told = {"firm": "wechatpay", "action": "approve", "deliver": False}
    for number in ("FA-00003", "FA-00004"):
        wechat.http.post("/sandbox/act", json=told | {"payment": number})
    wechat.sandbox.settle()
    assert [wechat.opened(*came).told["out_trade_no"] for came in mailbox.came] == ["FA-00004", "FA-00003"]


def test_a_notice_comes_before_the_answer(wechat: WeChatShop, mailbox: Mailbox) -> None:
    told = wechat.place("FA-00005", kind="jsapi", payer={"openid": "o1"}, notify_url=mailbox.url).json()
    next_is(wechat.sandbox, "notice_before_answer", "wechatpay")
    wechat.http.post(f"/wechatpay/pay/{told['prepay_id']}", data={"do": "approve"})
    assert len(mailbox.came) == 1


@pytest.mark.parametrize(
    "fault", ["notice_bad_signature", "notice_old_timestamp", "notice_wrong_merchant", "notice_wrong_amount"]
)
def test_a_notice_is_wrong_and_the_next_try_is_right(wechat: WeChatShop, mailbox: Mailbox, fault: str) -> None:
    number = f"FA-{fault[7:20]}"
    mailbox.answers = [(401, b""), (200, b"")]
    paid(wechat, mailbox, number, fault)
    wechat.http.post("/sandbox/clock", json={"advance": 15})
    wrong, right = mailbox.came
    good = wechat.opened(*right)
    assert (good.told["mchid"], good.told["amount"]["total"]) == (wechat.own["mchid"], 1234)
    if fault == "notice_bad_signature":
        with pytest.raises(InvalidSignature):
            wechat.opened(*wrong)
        return
    bad = wechat.opened(*wrong)
    seen = {
        "notice_old_timestamp": int(right[0]["wechatpay-timestamp"]) - int(wrong[0]["wechatpay-timestamp"]) >= 3600,
        "notice_wrong_merchant": bad.told["mchid"] != good.told["mchid"],
        "notice_wrong_amount": bad.told["amount"]["total"] == 1235,
    }
    assert seen[fault]


def test_a_notice_under_a_new_certificate(wechat: WeChatShop, mailbox: Mailbox) -> None:
    before = {one["serial_no"] for one in wechat.keys["platform_certificates"]}
    paid(wechat, mailbox, "FA-00006", "notice_rotated_certificate")
    headers, _ = mailbox.came[0]
    assert headers["wechatpay-serial"] not in before
    assert wechat.opened(*mailbox.came[0]).topic == "TRANSACTION.SUCCESS"


def test_every_fault_is_told_of_in_the_documentation() -> None:
    page = (ROOT / "docs" / "sandbox.md").read_text(encoding="utf-8")
    assert [name for name in EVERY if f"`{name}`" not in page] == []
