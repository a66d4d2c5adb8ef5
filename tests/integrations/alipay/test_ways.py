"""The ways in which payers meet Alipay, and trades that nobody has opened yet."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest

from dingdan.integrations.alipay.amounts import clock_of
from dingdan.integrations.alipay.gateway import Alipay
from dingdan.integrations.sandbox.firms.sandbox import Sandbox
from dingdan.kernel import clock
from dingdan.ledgers.payments.events import PromptKind
from dingdan.ledgers.payments.ports import Answer, GatewayRequest, GatewayResult
from tests.integrations.alipay.shop import CERTIFIED, AlipayPayer, asked, faults, opened, waiting
from tests.ledgers.payments.desk import Desk

ALIPAY = Alipay()
APPROVES, TYPES_A_PASSWORD, IS_POOR, IS_LATE = (f"28{'4' * 15}{last}" for last in "0213")


@pytest.fixture
def account(desk: Desk, sandbox: Sandbox) -> UUID:
    """The shop's account at the double."""
    return opened(desk, sandbox)


def sent(told: GatewayResult) -> dict[str, Any]:
    """What stands in the address to which a payer is sent."""
    assert told.prompt is not None
    form = {name: texts[0] for name, texts in parse_qs(urlsplit(told.prompt.content).query).items()}
    return form | {"biz_content": json.loads(form["biz_content"])}


def expired(request: GatewayRequest) -> GatewayRequest:
    """The same request when its time is over."""
    assert request.checkout is not None
    return replace(request, checkout=replace(request.checkout, expires_at=clock.now() - timedelta(seconds=1)))


PAGES = [("page", "alipay.trade.page.pay", "FAST_INSTANT_TRADE_PAY"), ("wap", "alipay.trade.wap.pay", "QUICK_WAP_WAY")]


@pytest.mark.parametrize("page", PAGES)
def test_a_payer_is_sent_to_a_page(desk: Desk, account: UUID, payer: AlipayPayer, page: tuple[str, str, str]) -> None:
    way, method, product = page
    request = asked(desk, account, way)
    told = ALIPAY.capture(request)
    assert (told.answer, told.payment_reference) == (Answer.WAITING, UUID(request.key).hex)
    assert told.prompt is not None
    assert told.prompt.kind == PromptKind.REDIRECT
    form = sent(told)
    assert (form["method"], form["notify_url"], form["return_url"]) == (method, request.notify_url, request.return_url)
    order = form["biz_content"]
    assert (order["total_amount"], order["product_code"], order["subject"]) == ("12.50", product, "Order D-1001")
    assert (order["out_trade_no"], order.get("quit_url")) == (UUID(request.key).hex, request.return_url if way == "wap" else None)
    assert request.checkout is not None
    assert request.checkout.expires_at is not None
    assert order["time_expire"] == clock_of(request.checkout.expires_at)
    assert payer.comes_back(told.prompt).startswith(request.return_url)
    paid = ALIPAY.query(waiting(request, told))
    assert (paid.answer, paid.amount, paid.currency, paid.means) == (Answer.DONE, 1250, "CNY", "Alipay (ALIPAYACCOUNT)")
    assert payer.moved(request.key) == (1250, 0)


def test_a_form_that_sends_itself(desk: Desk, account: UUID, payer: AlipayPayer) -> None:
    told = ALIPAY.capture(asked(desk, account, prompt="form"))
    assert told.prompt is not None
    assert told.prompt.kind == PromptKind.FORM
    assert set(json.loads(told.prompt.content)) == {"action", "method", "fields"}
    payer.approve(told.prompt)
    assert payer.moved(str(UUID(told.payment_reference))) == (1250, 0)


def test_an_app_gets_a_signed_order(desk: Desk, account: UUID, payer: AlipayPayer) -> None:
    told = ALIPAY.capture(asked(desk, account, "app"))
    assert told.prompt is not None
    assert told.prompt.kind == PromptKind.PARAMETERS
    assert "return_url" not in json.loads(told.prompt.content)["order_string"]
    payer.approve(told.prompt)
    assert payer.moved(str(UUID(told.payment_reference))) == (1250, 0)


def test_the_payers_code_is_scanned(desk: Desk, account: UUID, payer: AlipayPayer) -> None:
    for code, answer, error in [
        (APPROVES, Answer.DONE, ""),
        (TYPES_A_PASSWORD, Answer.WAITING, ""),
        (IS_POOR, Answer.DECLINED, "ACQ.BUYER_BALANCE_NOT_ENOUGH"),
        (IS_LATE, Answer.DECLINED, "ACQ.PAYMENT_AUTH_CODE_INVALID"),
        ("12", Answer.DECLINED, "ACQ.PAYMENT_AUTH_CODE_INVALID"),
        ("", Answer.DECLINED, "no_auth_code"),
    ]:
        request = asked(desk, account, "scan", auth_code=code)
        told = ALIPAY.capture(request)
        assert (told.answer, told.error) == (answer, error)
        assert payer.moved(request.key) == (1250 if answer == Answer.DONE else 0, 0)
        assert ALIPAY.capture(request).answer == answer


def test_who_cannot_pay_now_cannot_pay_later(desk: Desk, sandbox: Sandbox, account: UUID, payer: AlipayPayer) -> None:
    request = asked(desk, account, "scan", auth_code=IS_POOR)
    ALIPAY.capture(request)
    sandbox.firms["alipay"].act(UUID(request.key).hex, "approve")
    assert payer.moved(request.key) == (0, 0)
    assert ALIPAY.query(request).answer == Answer.DECLINED


def test_what_cannot_be_canceled_is_not_declined(
    desk: Desk, sandbox: Sandbox, account: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = asked(desk, account, "scan", auth_code=IS_POOR)
    alipay, calls = sandbox.firms["alipay"], list[str]()
    original = alipay.answer

    def cannot_cancel(wanted: Any) -> Any:
        calls.append(wanted.form["method"])
        return alipay.refuse(500) if calls[-1] == "alipay.trade.cancel" else original(wanted)

    with monkeypatch.context() as patch:
        patch.setattr(alipay, "answer", cannot_cancel)
        told = ALIPAY.capture(request)
    assert calls == ["alipay.trade.pay", "alipay.trade.cancel"]
    assert (told.answer, told.error) == (Answer.UNKNOWN, "ACQ.BUYER_BALANCE_NOT_ENOUGH")
    assert (ALIPAY.query(request).answer, ALIPAY.close(request).answer) == (Answer.WAITING, Answer.DECLINED)


def test_a_payer_who_types_a_password_is_waited_for(desk: Desk, sandbox: Sandbox, account: UUID, payer: AlipayPayer) -> None:
    request = asked(desk, account, "scan", auth_code=TYPES_A_PASSWORD)
    assert ALIPAY.capture(request).answer == ALIPAY.query(request).answer == ALIPAY.capture(request).answer == Answer.WAITING
    sandbox.firms["alipay"].act(UUID(request.key).hex, "approve")
    assert (ALIPAY.query(request).answer, ALIPAY.close(request).answer) == (Answer.DONE, Answer.DONE)
    assert payer.moved(request.key) == (1250, 0)


def test_a_scan_that_was_never_made_is_made_again(desk: Desk, sandbox: Sandbox, account: UUID, payer: AlipayPayer) -> None:
    request = asked(desk, account, "scan", auth_code=APPROVES)
    faults(sandbox, "reset_before")
    assert ALIPAY.capture(request).answer == Answer.UNKNOWN
    assert (ALIPAY.query(request).answer, ALIPAY.capture(request).answer) == (Answer.NEVER_SEEN, Answer.DONE)
    assert payer.moved(request.key) == (1250, 0)


def test_a_scan_that_stays_unknown_is_canceled(desk: Desk, sandbox: Sandbox, account: UUID, payer: AlipayPayer) -> None:
    request = asked(desk, account, "scan", auth_code=APPROVES)
    faults(sandbox, "timeout_after", "error_500")
    assert ALIPAY.capture(request).answer == Answer.UNKNOWN
    told = ALIPAY.close(request)
    assert (told.answer, told.error) == (Answer.DECLINED, "canceled_and_refunded")
    assert payer.moved(request.key) == (1250, 1250)
    again = ALIPAY.query(request)
    assert (again.answer, again.error) == (Answer.DECLINED, "TRADE_CLOSED")


def test_a_scan_that_alipay_never_heard_of_is_canceled(desk: Desk, account: UUID, payer: AlipayPayer) -> None:
    request = asked(desk, account, "scan", auth_code=APPROVES)
    told = ALIPAY.close(request)
    assert (told.answer, told.error) == (Answer.DECLINED, "canceled")
    assert payer.moved(request.key) == (0, 0)


def test_what_nobody_opened_is_waited_for(desk: Desk, account: UUID) -> None:
    for way in ("page", "wap", "app", "qr"):
        request = asked(desk, account, way)
        told = ALIPAY.capture(request)
        assert ALIPAY.query(waiting(request, told)).answer == Answer.WAITING
        assert ALIPAY.query(request).answer == Answer.NEVER_SEEN, "nobody was prompted: the way to find out is to ask again"
        late = expired(waiting(request, told))
        over = ALIPAY.query(late)
        assert (over.answer, over.error) == (Answer.DECLINED, "expired")
        assert ALIPAY.close(late).answer == Answer.DECLINED


def test_a_code_that_is_closed_before_it_is_scanned(desk: Desk, account: UUID, payer: AlipayPayer) -> None:
    request = asked(desk, account, "qr")
    told = ALIPAY.capture(request)
    closed = ALIPAY.close(waiting(request, told))
    assert (closed.answer, closed.error) == (Answer.DECLINED, "canceled")
    assert told.prompt is not None
    payer.approve(told.prompt)
    assert payer.moved(request.key) == (0, 0)


def test_a_page_that_is_closed_before_it_is_opened(desk: Desk, account: UUID) -> None:
    request = asked(desk, account)
    told = ALIPAY.close(waiting(request, ALIPAY.capture(request)))
    assert (told.answer, told.error) == (Answer.DECLINED, "never_opened")


def test_a_code_is_shown_again(desk: Desk, sandbox: Sandbox, account: UUID, payer: AlipayPayer) -> None:
    request = asked(desk, account, "qr")
    faults(sandbox, "timeout_after")
    assert ALIPAY.capture(request).answer == Answer.UNKNOWN
    assert ALIPAY.query(request).answer == Answer.NEVER_SEEN
    told = ALIPAY.capture(request)
    assert told.prompt is not None
    payer.approve(told.prompt)
    assert payer.moved(request.key) == (1250, 0)
    assert ALIPAY.capture(request).answer == Answer.DONE


def test_a_payer_who_says_no(desk: Desk, account: UUID, payer: AlipayPayer) -> None:
    request = asked(desk, account)
    told = ALIPAY.capture(request)
    assert told.prompt is not None
    payer.decline(told.prompt)
    assert ALIPAY.query(waiting(request, told)).answer == ALIPAY.capture(request).answer == Answer.DECLINED


def test_what_alipay_is_not_asked(desk: Desk, account: UUID) -> None:
    page, inside = asked(desk, account), asked(desk, account, "in_app")
    for request, error in [
        (replace(page, currency="USD"), "currency"),
        (replace(page, checkout=None), "no_checkout"),
        (inside, "way"),
    ]:
        told = ALIPAY.capture(request)
        assert (told.answer, told.error) == (Answer.DECLINED, error)
    for refused in (ALIPAY.authorize(page), ALIPAY.void(page)):
        assert (ALIPAY.authorizes, refused.answer, refused.error) == (False, Answer.DECLINED, "not_offered")


def test_titles_hold_nothing_that_alipay_refuses(desk: Desk, account: UUID) -> None:
    request = asked(desk, account)
    assert request.checkout is not None
    for title, subject in [
        ("訂單 A/B=C&D,E  茶", "訂單 A B C D E 茶"),
        ("/&=", UUID(request.key).hex),
        ("x" * 300, "x" * 256),
    ]:
        told = ALIPAY.capture(replace(request, checkout=replace(request.checkout, title=title)))
        assert sent(told)["biz_content"]["subject"] == subject


def test_certificates_are_named(desk: Desk, sandbox: Sandbox) -> None:
    told = sent(ALIPAY.capture(asked(desk, opened(desk, sandbox, CERTIFIED))))
    known = sandbox.firms["alipay"].credentials()
    assert (told["app_cert_sn"], told["alipay_root_cert_sn"]) == (known["app_cert_sn"], known["alipay_root_cert_sn"])
