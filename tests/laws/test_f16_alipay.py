"""F16 at Alipay: time-outs before and after the effect, resets, 500, 429, delays, bad signatures; notices that are dropped, come
twice, in another order, before the answer, forged. No money moves twice, nothing is unresolved after a quarter of an hour, and
what Alipay has is what the books have."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable

import pytest

from dingdan.ledgers.payments.models import Attempt, Payment
from dingdan.masterdata.methods.commands import save_merchant_account
from tests.integrations.alipay.lives import WAYS, Street, street
from tests.integrations.alipay.shop import CERTIFIED, copied, faults
from tests.laws.size import sized
from tests.ledgers.payments.conftest import desk
from tests.ledgers.payments.desk import Desk

__all__ = ["desk"]

PAYMENTS = sized(12, 200, 5_000)
ANSWERS = (
    *("timeout_before", "timeout_after", "reset_before", "reset_after", "error_500", "error_500_after", "error_429"),
    "answer_bad_signature",
)
NOTICES = (
    *("notice_dropped", "notice_twice", "notice_out_of_order", "notice_before_answer", "notice_bad_signature"),
    *("notice_old_timestamp", "notice_wrong_merchant", "notice_wrong_amount"),
)


def _nothing_is_open(street: Street) -> None:
    out = street.still_out()
    assert {one for one in out if one[1] != "waiting"} == set(), "an answer is not known after a quarter of an hour"
    assert street.booked() == dict.fromkeys(street.booked(), (0, 0)) | street.at_alipay()


def test_each_fault_alone(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with street(desk, monkeypatch, kind=CERTIFIED) as at:
        for fault in (*ANSWERS, *NOTICES, "payment_delayed"):
            for way in sized(at.chance.choices(("qr", "scan")), ["qr", "scan"], ["qr", "scan"]):
                faults(at.sandbox, fault)
                with at.now():
                    at.pay(at.begin(way, 1250))
        faults(at.sandbox)
        at.let_pass(15)
        _nothing_is_open(at)
        for payment in Payment.objects.filter(captured__gt=0).order_by("id")[: sized(8, 40, 40)]:
            faults(at.sandbox, at.chance.choice([*ANSWERS, "refund_delayed", "refund_failed"]))
            with at.now():
                at.refund(payment, 500)
        faults(at.sandbox)
        at.let_pass(15)
        _nothing_is_open(at)


def test_many_at_once(desk: Desk, monkeypatch: pytest.MonkeyPatch, chance: random.Random, figure: Callable[[str], None]) -> None:
    with street(desk, monkeypatch, seed=chance.randrange(2**32)) as at:
        rates = dict.fromkeys(ANSWERS, 0.03) | dict.fromkeys(NOTICES, 0.05)
        rates |= {"payment_delayed": 0.1, "payment_declined": 0.05, "refund_delayed": 0.1, "refund_failed": 0.05}
        at.sandbox.world.faults.tell({"seed": chance.randrange(2**32), "rates": rates, "silence": 0.0})
        for number in range(PAYMENTS):
            _one_life(at, chance)
            if number % 20 == 19:
                at.let_pass(1)
        at.let_pass(15)
        _nothing_is_open(at)
        _refunds(at, chance)
        at.let_pass(15)
        _nothing_is_open(at)
        states = Counter(Attempt.objects.values_list("kind", "state"))
        taken = sum(taken for taken, _back in at.booked().values())
        assert taken == sum(amount for rule, _debit, _credit, amount in desk.posted() if rule == "gateway_received")
        assert states["capture", "succeeded"] >= PAYMENTS // 3
        assert states["refund", "succeeded"] >= PAYMENTS // 8
    figure(f"F16 Alipay: {PAYMENTS} payments, {dict(states)}: 0 double charges, 0 unresolved, books as at Alipay")


def _one_life(at: Street, chance: random.Random) -> None:
    """Begin, look twice, pay, come back: in part, and in an order of its own."""
    with at.now():
        begun = at.begin(chance.choice(WAYS), chance.randint(1, 99_999))
        if begun.prompt is not None and chance.random() < 0.3:
            at.payer.open(begun.prompt)
        if chance.random() < 0.9:
            at.pay(begun)
        if chance.random() < 0.5:
            at.settle(begun.attempt_id)
        if chance.random() < 0.5:
            at.sandbox.settle()


def _refunds(at: Street, chance: random.Random) -> None:
    for payment in Payment.objects.filter(captured__gt=2).order_by("id"):
        for _time in range(chance.choice((0, 1, 1, 2))):
            with at.now():
                at.refund(payment, chance.choice((1, payment.captured // 2)))


def test_a_certificate_changes_in_the_middle(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with street(desk, monkeypatch, kind=CERTIFIED) as at:
        old = copied(at.sandbox, CERTIFIED).settings["alipay_certificates"]
        begun = [at.begin("qr", 1250) for _number in range(2)]
        faults(at.sandbox, "notice_rotated_certificate")
        for one in begun:
            at.pay(one)
        at.let_pass(2)
        assert at.still_out() == {("capture", "waiting"): 2}, "nobody knows the new certificate yet"
        new = copied(at.sandbox, CERTIFIED)
        both = {**new.settings, "alipay_certificates": old + new.settings["alipay_certificates"]}
        save_merchant_account(at.call(), account=copied(at.sandbox, CERTIFIED, **both))
        at.let_pass(13)
        _nothing_is_open(at)
        assert set(at.booked().values()) == {(1250, 0)}


def test_money_that_comes_after_all_is_never_denied(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with street(desk, monkeypatch) as at:
        document = desk.claim(1250, currency="CNY")
        left = at.begin("page", 1250, document=document)
        other = at.begin("qr", 1250, document=document)
        assert dict(Attempt.objects.values_list("id", "state")) == {left.attempt_id: "declined", other.attempt_id: "waiting"}
        at.pay(left)  # the old page was still open in another window
        at.let_pass(1)
        assert at.booked() == {left.attempt_id.hex: (1250, 0), other.attempt_id.hex: (0, 0)}
        assert desk.owed(document).payment_status == "paid"


def test_a_forged_way_back_moves_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.test import Client as Door

    with street(desk, monkeypatch) as at:
        begun = at.begin("page", 1250)
        assert begun.prompt is not None
        at.payer.open(begun.prompt)
        trade: str = Attempt.objects.get(id=begun.attempt_id).payment.gateway_reference
        back = at.payer.browser.get(begun.prompt.content).request.url  # a page, and no payment
        assert "cashier" in str(back)
        _request = at.sandbox.firms["alipay"].trades.known({"out_trade_no": trade})["return_url"]  # type: ignore[attr-defined]
        forged = f"{_request[_request.index('/', 8) :]}?trade_status=TRADE_SUCCESS&total_amount=12.50&out_trade_no={trade}&sign=x"
        assert Door(SERVER_NAME="localhost").get(forged).status_code == 302
        assert (Attempt.objects.get(id=begun.attempt_id).state, at.booked()) == ("waiting", {trade: (0, 0)})
        at.pay(begun)
        assert Door(SERVER_NAME="localhost").get(forged).status_code == 302
        assert (Attempt.objects.get(id=begun.attempt_id).state, at.booked()) == ("succeeded", {trade: (1250, 0)})
