"""Money goes back once per key, and only what came. What is answered is looked at before it is believed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from dingdan.integrations.alipay.gateway import Alipay
from dingdan.integrations.sandbox.firms.sandbox import Sandbox
from dingdan.ledgers.payments.ports import Answer, GatewayRequest
from tests.integrations.alipay.shop import AlipayPayer, asked, back, faults, opened
from tests.ledgers.payments.desk import Desk

ALIPAY = Alipay()


@pytest.fixture
def paid(desk: Desk, sandbox: Sandbox) -> GatewayRequest:
    """A payment of 12.50."""
    request = asked(desk, opened(desk, sandbox), "scan", auth_code=f"28{'4' * 16}")
    assert ALIPAY.capture(request).answer == Answer.DONE
    return request


def test_it_works(paid: GatewayRequest, payer: AlipayPayer) -> None:
    part = back(paid, 700)
    told = ALIPAY.refund(part)
    assert (told.answer, told.amount, told.currency, told.reference) == (Answer.DONE, 700, "CNY", UUID(part.key).hex)
    assert ALIPAY.refund(part) == ALIPAY.query(part) == told
    assert payer.moved(paid.key) == (1250, 700)


def test_what_is_given_back_whole_was_paid_all_the_same(paid: GatewayRequest) -> None:
    ALIPAY.refund(back(paid, 1250))
    assert ALIPAY.query(replace(paid, paid=1250)).answer == Answer.DONE
    assert ALIPAY.refund(back(paid, 1)).answer == Answer.DECLINED


def test_never_more_than_came(paid: GatewayRequest, payer: AlipayPayer) -> None:
    assert ALIPAY.refund(back(paid, 1251)).answer == Answer.DECLINED
    assert payer.moved(paid.key) == (1250, 0)


def test_one_that_was_never_asked(paid: GatewayRequest) -> None:
    assert ALIPAY.query(back(paid, 700)).answer == Answer.NEVER_SEEN
    other = back(replace(paid, first_key=str(uuid4())), 700)
    assert ALIPAY.query(other).answer == Answer.NEVER_SEEN
    told = ALIPAY.refund(other)
    assert (told.answer, told.error) == (Answer.DECLINED, "ACQ.TRADE_NOT_EXIST")


def test_nobody_knows_until_it_is_asked(paid: GatewayRequest, sandbox: Sandbox, payer: AlipayPayer) -> None:
    for number, fault in enumerate(("timeout_after", "reset_after", "error_500_after", "answer_bad_signature"), start=1):
        part = back(paid, 100)
        faults(sandbox, fault)
        assert ALIPAY.refund(part).answer == Answer.UNKNOWN
        assert ALIPAY.query(part).answer == Answer.DONE
        assert payer.moved(paid.key) == (1250, 100 * number)


def test_no_money_in_the_shops_account(paid: GatewayRequest, sandbox: Sandbox, payer: AlipayPayer) -> None:
    part = back(paid, 700)
    faults(sandbox, "refund_failed")
    told = ALIPAY.refund(part)
    assert (told.answer, told.error) == (Answer.DECLINED, "ACQ.SELLER_BALANCE_NOT_ENOUGH")
    assert payer.moved(paid.key) == (1250, 0)


def test_one_that_takes_its_time(paid: GatewayRequest, sandbox: Sandbox) -> None:
    part = back(paid, 700)
    faults(sandbox, "refund_delayed")
    told = ALIPAY.refund(part)
    assert (told.answer, told.error) == (Answer.UNKNOWN, "no_fund_change")
    assert ALIPAY.query(part).answer == Answer.NEVER_SEEN
    assert ALIPAY.refund(part).answer == Answer.UNKNOWN, "asked for again under its key it is the same refund"


def test_answers_about_refunds(paid: GatewayRequest, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    part = back(paid, 700)
    ALIPAY.refund(part)
    trades: Any = sandbox.firms["alipay"].trades  # type: ignore[attr-defined]
    original = trades.refund_query
    for changes, answer, error in [
        ({"refund_status": "REFUND_FAIL"}, Answer.DECLINED, "REFUND_FAIL"),
        ({"refund_status": "REFUND_PROCESSING"}, Answer.UNKNOWN, "REFUND_PROCESSING"),
        ({"refund_amount": "7.01"}, Answer.UNKNOWN, "another_refund"),
        ({"refund_amount": "7.000"}, Answer.UNKNOWN, "another_refund"),
        ({"out_request_no": "0" * 32}, Answer.UNKNOWN, "another_refund"),
    ]:
        monkeypatch.setattr(trades, "refund_query", lambda told, changes=changes: original(told) | changes)
        told = ALIPAY.query(part)
        assert (told.answer, told.error) == (answer, error)


def test_answers_about_payments(paid: GatewayRequest, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    trades: Any = sandbox.firms["alipay"].trades  # type: ignore[attr-defined]
    original = trades.told
    unreadable = ("12.5O", " 12.50", "1.25e1", "12.500", "-12.50", "１２.５０", "12,50", "9" * 20)
    for changes, answer, error in [
        *[({"total_amount": text}, Answer.UNKNOWN, "unreadable_amount") for text in unreadable],
        ({"out_trade_no": "0" * 32}, Answer.UNKNOWN, "another_trade"),
        ({"trade_no": ""}, Answer.UNKNOWN, "another_trade"),
        ({"trade_status": "TRADE_PENDING"}, Answer.UNKNOWN, "TRADE_PENDING"),
        ({"trade_status": ""}, Answer.UNKNOWN, "no_status"),
        ({"trade_status": "TRADE_FINISHED", "fund_bill_list": None}, Answer.DONE, ""),
    ]:
        monkeypatch.setattr(trades, "told", lambda trade, changes=changes: original(trade) | changes)
        told = ALIPAY.query(paid)
        assert (told.answer, told.error) == (answer, error)
