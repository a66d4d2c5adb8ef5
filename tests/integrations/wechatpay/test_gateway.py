"""The adapter against the double of the firm."""

from __future__ import annotations

import json
from base64 import b64decode
from dataclasses import replace
from datetime import datetime
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from dingdan.integrations.wechatpay import certificates, errors, signing
from dingdan.integrations.wechatpay.gateway import WechatPay, trade, trade_of
from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.ledgers.payments.events import PromptKind
from dingdan.ledgers.payments.ports import Answer, Checkout, PaymentGateway
from tests.integrations.wechatpay.street import PASSWORD, POOR, STALE, Buyer, Street, open_account
from tests.ledgers.payments.checkout_contract import CheckoutContract, Payer, Shop
from tests.ledgers.payments.desk import Desk


class TestWechatPay(CheckoutContract):
    """What every gateway must keep at which a payer has something to do."""

    @pytest.fixture
    def gateway(self, street: Street) -> PaymentGateway:
        return street.gateway

    @pytest.fixture
    def payer(self, street: Street) -> Payer:
        return Buyer(street)

    @pytest.fixture
    def shop(self, street: Street) -> Shop:
        return Shop(account_id=street.account_id, currency="CNY", way="qr")

    def test_money_goes_back_in_parts_and_never_more(self, desk: Desk, gateway: PaymentGateway, payer: Payer, shop: Shop) -> None:
        """As everywhere; but the firm says at once only that it is on its way."""
        assert isinstance(payer, Buyer)
        request = self.charge(desk, shop, 1000)
        paid = self.pay(gateway, payer, request)
        first = self.refunding(request, paid, 700)
        told = [gateway.refund(first), gateway.refund(first), gateway.query(first)]
        assert [(one.answer, one.error, bool(one.reference)) for one in told] == [(Answer.UNKNOWN, "PROCESSING", True)] * 3
        payer.street.settle()
        done = gateway.query(first)
        assert (done.answer, done.amount, done.payment_reference) == (Answer.DONE, 700, paid.payment_reference)
        assert done.reference == told[0].reference
        assert gateway.refund(first) == done
        assert gateway.refund(self.refunding(request, paid, 301)).answer == Answer.DECLINED
        gateway.refund(self.refunding(request, paid, 300))
        payer.street.settle()
        assert payer.moved(request.key) == (1000, 1000)
        assert gateway.query(request) == paid


# ── ways ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _is_signed_by_the_merchant(street: Street, signature: str, *parts: str) -> None:
    key = street.client().account.private_key.public_key()
    key.verify(b64decode(signature), signing.lines(*parts), PKCS1v15(), SHA256())


def test_on_a_page_inside_wechat(street: Street) -> None:
    request = street.charge("in_app")
    told = street.gateway.capture(request)
    assert told.prompt is not None
    assert (told.answer, told.prompt.kind) == (Answer.WAITING, PromptKind.PARAMETERS)
    handed = json.loads(told.prompt.content)
    order = street.order(request)
    assert handed["package"] == f"prepay_id={order['prepay_id']}"
    assert (handed["appId"], handed["signType"], order["openid"]) == (order["appid"], "RSA", "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o")
    _is_signed_by_the_merchant(
        street, handed["paySign"], handed["appId"], handed["timeStamp"], handed["nonceStr"], handed["package"]
    )
    street.approve(request)
    assert street.gateway.query(request).answer == Answer.DONE


def test_in_a_mini_program_the_app_is_another(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    foreign = street.charge("in_app", app_id="wx0000000000000000")
    assert street.gateway.capture(foreign).error == "missing_app_id"
    own = street.charge("in_app", app_id=street.client().account.app_id)
    assert street.gateway.capture(own).answer == Answer.WAITING


def test_in_an_app_of_the_shop(street: Street) -> None:
    request = street.charge("app")
    told = street.gateway.capture(request)
    assert told.prompt is not None
    assert told.prompt.kind == PromptKind.PARAMETERS
    handed = json.loads(told.prompt.content)
    assert handed["prepayid"] == street.order(request)["prepay_id"]
    assert (handed["partnerid"], handed["package"]) == (street.client().account.mchid, "Sign=WXPay")
    _is_signed_by_the_merchant(
        street, handed["sign"], handed["appid"], handed["timestamp"], handed["noncestr"], handed["prepayid"]
    )


def test_in_the_browser_of_a_phone(street: Street) -> None:
    request = street.charge("wap")
    told = street.gateway.capture(request)
    assert told.prompt is not None
    assert told.prompt.kind == PromptKind.REDIRECT
    asked = parse_qs(urlsplit(told.prompt.content).query)
    assert asked["redirect_url"] == ["https://shop.example/back?order=1&x=y"]
    assert asked["prepay_id"] == [street.order(request)["prepay_id"]]


def test_a_code_on_the_screen(street: Street) -> None:
    request = street.charge("qr")
    told = street.gateway.capture(request)
    order = street.order(request)
    assert told.prompt is not None
    assert (told.prompt.kind, told.prompt.content) == (PromptKind.QR, order["_code"])
    assert told.prompt.expires_at is not None
    assert request.checkout is not None
    assert told.prompt.expires_at == request.checkout.expires_at
    assert datetime.fromtimestamp(order["_expires"], told.prompt.expires_at.tzinfo) == told.prompt.expires_at.replace(
        microsecond=0
    )
    assert (order["amount"]["total"], order["description"], order["notify_url"]) == (1250, "Order D-1001", request.notify_url)


@pytest.mark.parametrize(
    ("way", "details", "error"),
    [
        ("in_app", {"openid": ""}, "missing_openid"),
        ("wap", {"payer_ip": ""}, "missing_payer_ip"),
        ("scan", {"auth_code": ""}, "missing_auth_code"),
        ("scan", {"auth_code": "６3123456789012345"}, "missing_auth_code"),
        ("scan", {"auth_code": "28763443825664394"}, "missing_auth_code"),
        ("page", {}, "missing_way"),
    ],
)
def test_what_a_way_needs_is_asked_for_before_the_firm_is(street: Street, way: str, details: dict[str, str], error: str) -> None:
    request = street.charge(way, 1250, **details)
    told = street.gateway.capture(request)
    assert (told.answer, told.error) == (Answer.DECLINED, error)
    assert street.gateway.query(request).answer == Answer.NEVER_SEEN


# ── the till ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_payer_at_the_till_pays_at_once(street: Street) -> None:
    request = street.charge("scan")
    told = street.gateway.capture(request)
    assert (told.answer, told.amount, told.currency) == (Answer.DONE, 1250, "CNY")
    assert street.gateway.capture(request) == street.gateway.query(request) == told
    assert Buyer(street).moved(request.key) == (1250, 0)


def test_a_payer_at_the_till_types_a_password(street: Street) -> None:
    request = street.charge("scan", auth_code=PASSWORD)
    assert street.gateway.capture(request).answer == Answer.WAITING
    assert street.gateway.query(request).answer == Answer.WAITING
    street.approve(request)
    assert street.gateway.query(request).answer == Answer.DONE


@pytest.mark.parametrize(("code", "error"), [(POOR, "NOT_ENOUGH"), (STALE, "AUTH_CODE_EXPIRED")])
def test_a_payer_at_the_till_cannot_pay(street: Street, code: str, error: str) -> None:
    request = street.charge("scan", auth_code=code)
    told = street.gateway.capture(request)
    assert (told.answer, told.error) == (Answer.DECLINED, error)
    assert Buyer(street).moved(request.key) == (0, 0)


def test_what_is_not_paid_at_the_till_is_reversed(street: Street) -> None:
    request = street.charge("scan", auth_code=PASSWORD)
    street.gateway.capture(request)
    assert street.gateway.close(request).answer == Answer.DECLINED
    assert street.order(request)["trade_state"] == "REVOKED"
    assert street.gateway.query(request) == errors.declined("REVOKED")


def test_what_is_paid_at_the_till_is_not_reversed(street: Street) -> None:
    request = street.charge("scan")
    told = street.gateway.capture(request)
    assert street.gateway.close(request) == told
    assert Buyer(street).moved(request.key) == (1250, 0)


def test_what_stays_unknown_at_the_till_goes_back_to_the_payer(street: Street) -> None:
    """The firm does not say whether it was paid, but takes the reversal: nobody has lost anything."""
    request = street.charge("scan")
    street.gateway.capture(request)
    street.sandbox.world.faults.tell({"next": [{"fault": "error_500", "firm": "wechatpay"}]})
    assert street.gateway.close(request) == errors.declined("closed")
    assert Buyer(street).moved(request.key) == (1250, 1250)


def test_what_was_never_at_the_firm_is_closed(street: Street) -> None:
    for way in ("qr", "scan"):
        assert street.gateway.close(street.charge(way)) == errors.declined("ORDER_NOT_EXIST")


# ── money back ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_refund_says_why_and_where_to_tell(street: Street) -> None:
    request, paid = street.paid()
    back = street.refunding(request, paid, 250, reason="damaged")
    street.gateway.refund(back)
    kept = street.double.refunds.all(UUID(request.key).hex)[0]
    assert (kept["reason"], kept["notify_url"], kept["amount"]) == ("damaged", request.notify_url, {"refund": 250, "total": 1250})


def test_a_refund_finds_its_payment_by_our_key_alone(street: Street) -> None:
    request, paid = street.paid()
    back = street.refunding(request, replace(paid, payment_reference=""), 1250)
    street.gateway.refund(back)
    street.settle()
    assert street.gateway.query(back).answer == Answer.DONE


@pytest.mark.parametrize(("action", "error"), [("refund_fails", "ABNORMAL"), ("refund_closes", "CLOSED")])
def test_a_refund_that_does_not_arrive_is_declined(street: Street, action: str, error: str) -> None:
    request, paid = street.paid()
    back = street.refunding(request, paid, 100)
    street.gateway.refund(back)
    street.double.act(UUID(request.key).hex, action)
    told = street.gateway.query(back)
    assert (told.answer, told.error) == (Answer.DECLINED, error)


def test_a_refund_that_was_never_asked_was_never_seen(street: Street) -> None:
    request, paid = street.paid()
    assert street.gateway.query(street.refunding(request, paid, 1)).answer == Answer.NEVER_SEEN


def test_a_refund_of_something_else_is_not_ours(street: Street) -> None:
    request, paid = street.paid()
    back = street.refunding(request, paid, 100)
    street.gateway.refund(back)
    assert street.gateway.query(replace(back, payment_reference="4200000000")).error == "of_another_order"


# ── what is not believed ─────────────────────────────────────────────────────────────────────────────────────────────────

PAID = {
    "appid": "wx1", "mchid": "1900000001", "out_trade_no": "x", "transaction_id": "4200", "trade_state": "SUCCESS",
    "bank_type": "CMB_DEBIT", "amount": {"total": 100, "payer_total": 90, "currency": "CNY"},
}  # fmt: skip


def test_a_payment_is_read() -> None:
    told = trade_of(PAID)
    assert (told.answer, told.amount, told.currency, told.reference) == (Answer.DONE, 100, "CNY", "4200")
    assert (told.payment_reference, told.means) == ("4200", "CMB_DEBIT")


@pytest.mark.parametrize("total", ["100", 100.0, True, None, -100, 0, "１００", [100], "1e2"])
def test_an_amount_that_is_no_whole_number_is_unknown(total: object) -> None:
    told = trade_of(PAID | {"amount": {"total": total, "currency": "CNY"}})
    assert (told.answer, told.error) == (Answer.UNKNOWN, "unreadable")


@pytest.mark.parametrize("changes", [{"amount": 100}, {"amount": None}, {"transaction_id": ""}, {"transaction_id": 4200}])
def test_a_payment_that_cannot_be_read_is_unknown(changes: dict[str, object]) -> None:
    assert trade_of(PAID | changes).answer == Answer.UNKNOWN


@pytest.mark.parametrize("state", ["CLOSED", "REVOKED", "PAYERROR", "NOTPAY", "USERPAYING", "ACCEPT", "REFUND", "SOMETHING"])
def test_every_state_has_its_answer(state: str) -> None:
    told = trade_of(PAID | {"trade_state": state})
    assert told.answer == errors.TRADE_STATES.get(state, Answer.UNKNOWN)
    assert told.error == ("" if told.answer in (Answer.DONE, Answer.WAITING) else state)


@pytest.mark.parametrize("lie", [{"mchid": "1900000002"}, {"appid": "wx2"}, {"out_trade_no": "0" * 32}])
def test_what_is_said_of_another_order_is_not_believed(street: Street, lie: dict[str, str]) -> None:
    request, account = street.charge(), street.client().account
    true = PAID | {"appid": account.app_id, "mchid": account.mchid, "out_trade_no": UUID(request.key).hex}
    assert trade(street.client(), request, true).answer == Answer.DONE
    assert trade(street.client(), request, true | lie) == errors.unknown("of_another_order")


def test_other_currencies_and_holds_are_declined(street: Street) -> None:
    assert street.gateway.authorizes is False
    assert street.gateway.capture(replace(street.charge(), currency="USD")) == errors.declined("currency")
    assert street.gateway.authorize(street.charge()) == street.gateway.void(street.charge()) == errors.declined("not_offered")


def test_an_account_of_nobody_is_not_found(street: Street) -> None:
    with pytest.raises(NotFound):
        street.gateway.query(replace(street.charge(), account_id=new_id()))


def test_a_payment_without_a_payer_is_declined(street: Street) -> None:
    assert street.gateway.capture(replace(street.charge(), checkout=None)) == errors.declined("missing_way")
    assert street.gateway.capture(replace(street.charge(), checkout=Checkout(way="saved", title="x"))).error == "missing_way"


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ("USERPAYING", Answer.WAITING), ("USER_PAYING", Answer.WAITING), ("SYSTEM_ERROR", Answer.UNKNOWN),
        ("SYSTEMERROR", Answer.UNKNOWN), ("BANK_ERROR", Answer.UNKNOWN), ("FREQUENCY_LIMITED", Answer.UNKNOWN),
        ("NOT_ENOUGH", Answer.DECLINED), ("PARAM_ERROR", Answer.DECLINED), ("INVALID_REQUEST", Answer.DECLINED),
    ],
)  # fmt: skip
def test_every_no_has_its_meaning(code: str, answer: Answer) -> None:
    assert errors.refused(code) == replace(errors.unknown(code), answer=answer)


# ── by the public key ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_account_with_a_public_key_needs_no_certificate(desk: Desk, street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody_asks(*_args: object) -> None:
        raise AssertionError("certificates were fetched")

    monkeypatch.setattr(certificates, "_asked_for", nobody_asks)
    street = open_account(desk, street.sandbox, monkeypatch, by_public_key=True)
    request, paid = street.paid()
    assert paid.answer == Answer.DONE
    assert street.gateway.refund(street.refunding(request, paid, 100)).error == "PROCESSING"


def test_the_gateway_is_registered() -> None:
    from dingdan.ledgers.payments import ports
    from dingdan.masterdata.methods.ports import firms

    assert isinstance(ports.gateways["wechatpay"], WechatPay)
    assert all("wechatpay" in where for where in (ports.closing, ports.hearing, ports.billing, firms))
