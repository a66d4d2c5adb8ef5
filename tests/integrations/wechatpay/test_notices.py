"""F29: what the firm tells is believed when it is the firm that tells it, about this account, now."""

from __future__ import annotations

import logging
import random
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client as Browser

from dingdan.automation.hearing import hear
from dingdan.integrations.wechatpay import certificates
from dingdan.integrations.wechatpay.client import Client
from dingdan.integrations.wechatpay.errors import Silence
from dingdan.integrations.wechatpay.notices import Notices
from dingdan.kernel import clock
from dingdan.ledgers.payments.commands import CheckoutDraft, Towards, request_charge
from dingdan.ledgers.payments.models import Attempt, Posting
from dingdan.ledgers.payments.ports import Answer, GatewayRequest, Heard, NotGenuine, Post, Topic
from dingdan.ledgers.payments.queries import gateway_request
from dingdan.masterdata.methods.queries import at_hand, credentials
from dingdan.trade.reconciliation.models import Discrepancy
from tests.integrations.wechatpay.street import Street, open_account
from tests.ledgers.payments.desk import Desk

THANKS = Heard(content_type="application/json")


def _refused(post: Post) -> str:
    with pytest.raises(NotGenuine) as refused:
        Notices().hear(post)
    return str(refused.value.facts["why"])


def test_a_payment_is_heard(street: Street) -> None:
    request, paid = street.paid()
    heard = Notices().hear(street.told(request))
    (notice,) = heard.notices
    assert (notice.topic, notice.key, notice.merchant, notice.result) == (
        Topic.CAPTURE, request.key, street.client().account.mchid, paid,
    )  # fmt: skip
    assert notice.id.startswith("EV-")
    assert (heard.answer, heard.content_type) == (b"", "application/json")
    assert Notices().hear(street.told(request)).notices == heard.notices  # told again, it is the same notice


@pytest.mark.parametrize(
    ("action", "answer", "error"),
    [
        ("refund_succeeds", Answer.DONE, ""),
        ("refund_fails", Answer.DECLINED, "ABNORMAL"),
        ("refund_closes", Answer.DECLINED, "CLOSED"),
    ],
)
def test_a_refund_is_heard(street: Street, action: str, answer: Answer, error: str) -> None:
    request, paid = street.paid()
    back = street.refunding(request, paid, 250)
    street.gateway.refund(back)
    street.double.act(UUID(request.key).hex, action)
    (notice,) = Notices().hear(street.told(back)).notices
    assert (notice.topic, notice.key, notice.result) == (Topic.REFUND, back.key, street.gateway.query(back))
    assert (notice.result.answer, notice.result.error, notice.result.amount) == (answer, error, 250)


def test_by_the_public_key(desk: Desk, street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    street = open_account(desk, street.sandbox, monkeypatch, by_public_key=True)
    request, paid = street.paid()
    post = street.told(request)
    assert post.headers["wechatpay-serial"].startswith("PUB_KEY_ID_")
    assert Notices().hear(post).notices[0].result == paid


def test_what_is_still_signed_by_a_certificate_is_heard_while_the_account_changes_to_the_public_key(
    desk: Desk, street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    request, paid = street.paid()
    post = street.told(request)
    assert not post.headers["wechatpay-serial"].startswith("PUB_KEY_ID_")
    street = open_account(desk, street.sandbox, monkeypatch, by_public_key=True)
    assert Notices().hear(post).notices[0].result == paid


def test_a_public_key_that_the_account_does_not_list_is_unknown(
    desk: Desk, street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = open_account(desk, street.sandbox, monkeypatch, by_public_key=True)
    request, _paid = listed.paid()
    post = listed.told(request)
    open_account(desk, street.sandbox, monkeypatch)
    assert _refused(post) == "it is signed by a certificate that is not known here"


# ── what is not genuine ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_change_of_a_byte_is_refused(street: Street) -> None:
    chance, (request, _paid) = random.Random(20_261_130), street.paid()
    post, known = street.told(request), credentials(street.account_id)
    assert known is not None
    with at_hand(known):
        for _ in range(1000):
            with pytest.raises(NotGenuine):
                Notices().hear(_changed(chance, post))
    assert len(Notices().hear(post).notices) == 1


def _changed(chance: random.Random, post: Post) -> Post:
    signed = ("wechatpay-signature", "wechatpay-nonce", "wechatpay-timestamp", "wechatpay-serial", "wechatpay-signature-type")
    where = chance.choice((*signed, "body", "body", "body"))
    text = post.body if where == "body" else post.headers[where].encode()
    at = chance.randrange(len(text))
    text = text[:at] + bytes([text[at] ^ chance.randrange(1, 128)]) + text[at + 1 :]
    return replace(post, body=text) if where == "body" else replace(post, headers={**post.headers, where: text.decode("latin-1")})


@pytest.mark.parametrize("seconds", [-3600, -301, 301, 3600])
def test_what_is_old_or_of_the_future_is_refused(street: Street, seconds: int) -> None:
    request, _paid = street.paid()
    post = street.told(request)
    assert _refused(replace(post, at=post.at + timedelta(seconds=seconds))) == "its time is more than five minutes away"


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        ("notice_bad_signature", "its signature does not fit"),
        ("notice_old_timestamp", "its time is more than five minutes away"),
        ("notice_wrong_merchant", "it is about another merchant or another app"),
    ],
)
def test_what_goes_wrong_at_the_firm_is_refused(street: Street, fault: str, why: str) -> None:
    request, _paid = street.paid()
    assert _refused(street.told(request, fault)) == why


@pytest.mark.parametrize("name", ["signature", "nonce", "timestamp", "serial"])
def test_a_header_that_is_not_there_is_refused(street: Street, name: str) -> None:
    request, _paid = street.paid()
    post = street.told(request)
    assert _refused(replace(post, headers={k: v for k, v in post.headers.items() if k != f"wechatpay-{name}"}))


def test_what_is_sealed_for_another_merchant_is_refused(street: Street) -> None:
    request, _paid = street.paid()
    there = {"mchid": "1900000009", "out_refund_no": UUID(request.key).hex, "refund_status": "SUCCESS"}
    assert _refused(street.sealed(there, "REFUND.SUCCESS")) == "it is about another merchant"
    assert _refused(street.sealed({}, resource={"algorithm": "AEAD_AES_256_GCM", "ciphertext": "AAAA", "nonce": "1"}))


@pytest.mark.parametrize("total", ["1250", 1250.0, True, None, -1250, "１２５０", "1250 ", "+1250", "1.25e3"])
def test_an_amount_that_is_no_whole_number_is_refused(street: Street, total: object) -> None:
    account = street.client().account
    there = {
        "appid": account.app_id, "mchid": account.mchid, "out_trade_no": "0" * 32, "transaction_id": "4200",
        "trade_state": "SUCCESS", "amount": {"total": total, "currency": "CNY"},
    }  # fmt: skip
    assert _refused(street.sealed(there)) == "it cannot be read"


@pytest.mark.parametrize("text", ["no json", "[]", "1", "{", "[" * 100_000])
def test_what_is_no_object_is_refused(street: Street, text: str) -> None:
    assert _refused(street.sealed(text)) == "it cannot be read"  # type: ignore[arg-type]


def test_other_kinds_are_thanked_for(street: Street) -> None:
    assert Notices().hear(street.sealed({"mchid": "x"}, "PAYSCORE.USER_PAID")) == THANKS


def test_numbers_that_are_not_ours_are_told_without_a_payment(street: Street) -> None:
    """A refund that somebody made by hand at the firm must not pass for the one that we asked for."""
    account = street.client().account
    there = {
        "mchid": account.mchid, "out_trade_no": "0" * 32, "transaction_id": "4200", "out_refund_no": "by-hand-1",
        "refund_id": "503", "refund_status": "SUCCESS", "amount": {"total": 100, "refund": 100, "payer_refund": 100},
    }  # fmt: skip
    (notice,) = Notices().hear(street.sealed(there, "REFUND.SUCCESS")).notices
    assert (notice.key, notice.result.reference, notice.result.payment_reference) == ("", "503", "")


# ── certificates ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_new_certificate_takes_over_while_the_old_one_holds(street: Street) -> None:
    request, paid = street.paid()
    old = street.told(request)
    street.double.rotate()
    new = street.told(request)
    assert old.headers["wechatpay-serial"] != new.headers["wechatpay-serial"]
    with clock.moved_by(timedelta(seconds=31)):
        heard = [Notices().hear(replace(one, at=old.at)).notices[0].result for one in (new, old)]
    assert heard == [paid, paid]
    assert street.gateway.query(request) == paid  # an answer's new certificate is asked for at once


def test_made_up_serial_numbers_are_asked_about_now_and_then(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    request, _paid = street.paid()
    post, real = street.told(request), certificates._asked_for
    asked: list[Client] = []

    def counted(client: Client) -> Any:
        asked.append(client)
        return real(client)

    monkeypatch.setattr(certificates, "_asked_for", counted)
    for number in range(50):
        _refused(replace(post, headers={**post.headers, "wechatpay-serial": f"{number:040X}"}))
    assert len(asked) == 0  # fetched a moment ago
    with clock.moved_by(timedelta(seconds=31)):
        for number in range(50):
            _refused(replace(post, headers={**post.headers, "wechatpay-serial": f"{number:040X}"}))
    assert len(asked) == 1


def test_certificates_are_fetched_twice_a_day_and_an_old_list_is_better_than_none(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    request, paid = street.paid()
    post, asked = street.told(request), []

    def silent(client: Client) -> Any:
        asked.append(client)
        raise Silence("timeout")

    monkeypatch.setattr(certificates, "_asked_for", silent)
    with clock.moved_by(timedelta(hours=11)):
        assert Notices().hear(post).notices[0].result == paid
    assert len(asked) == 0
    with clock.moved_by(timedelta(hours=13)):
        assert Notices().hear(post).notices[0].result == paid
    assert len(asked) == 1
    certificates.forget()
    for _ in range(50):
        assert _refused(post) == "it is signed by a certificate that is not known here"
    assert len(asked) == 2


def test_a_list_that_none_of_its_certificates_has_signed_is_not_believed(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    street.sandbox.world.faults.tell({"next": [{"fault": "answer_bad_signature", "firm": "wechatpay"}]})
    with pytest.raises(Silence, match="bad_certificates"):
        certificates.key_of(street.client(), "AB")


# ── the door ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _begun(street: Street, amount: int = 1250) -> GatewayRequest:
    """A payment in our books whose payer has paid at the firm."""
    document = street.desk.claim(amount, currency="CNY")
    told = request_charge(
        street.desk.call(), gateway="wechatpay", currency="CNY", towards=(Towards(document=document),),
        checkout=CheckoutDraft(way="qr", title="Order 1"),
    )  # fmt: skip
    found = gateway_request(told.attempt_id)
    assert found is not None
    request = replace(found[1], notify_url="http://127.0.0.1:9/notices")
    street.gateway.capture(request)
    street.approve(request)
    return request


def _posted(street: Street, post: Post) -> tuple[int, str]:
    headers = {name: value for name, value in post.headers.items() if name != "content-type"}
    path = f"/gateways/wechatpay/{street.desk.id}/{street.account_id}/notices"
    told = Browser(headers={"host": "localhost"}).post(path, data=post.body, content_type="application/json", headers=headers)
    return told.status_code, told.content.decode()


def test_a_genuine_notice_pays_once_and_is_answered_with_an_empty_200(street: Street) -> None:
    request = _begun(street)
    assert [_posted(street, street.told(request)) for _ in range(3)] == [(200, "")] * 3
    assert [row.state for row in Attempt.objects.all()] == ["succeeded"]
    assert Posting.objects.count() == 1


def test_a_false_notice_is_refused_in_the_firm_s_words_and_changes_nothing(street: Street) -> None:
    request = _begun(street)
    post = street.told(request, "notice_bad_signature")
    with street.desk.nothing_changes():
        status, said = _posted(street, post)
    assert status == 401
    assert said.startswith('{"code": "FAIL", "message": "This notice is not genuine: its signature does not fit.')


@pytest.mark.parametrize(
    ("amount", "currency", "status"),
    [(1, "CNY", 200), (1249, "CNY", 200), (1251, "CNY", 200), (1250, "USD", 200), (1250, "RMB", 401), (1250, "cny", 401)],
)
def test_another_amount_or_currency_never_pays(street: Street, amount: int, currency: str, status: int) -> None:
    """What is genuine and cannot be is kept for people, and the firm is thanked; else it would tell it again for a day."""
    request, account = _begun(street), street.client().account
    there = {
        "appid": account.app_id, "mchid": account.mchid, "out_trade_no": UUID(request.key).hex, "transaction_id": f"42{amount}",
        "trade_state": "SUCCESS", "amount": {"total": amount, "currency": currency},
    }  # fmt: skip
    assert _posted(street, street.sealed(there))[0] == status
    assert [row.state for row in Attempt.objects.all()] == ["requested"]
    assert (street.desk.posted(), Discrepancy.objects.count()) == ([], int(status == 200))


def test_no_secret_shows_in_what_is_logged_or_shown(street: Street, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    request = _begun(street)
    post = street.told(request)
    hear(street.desk.id, "wechatpay", post)
    _refused(replace(post, body=post.body + b" "))
    told = street.sandbox.firms["wechatpay"].credentials()
    client = street.client()
    raw = client.exchange("GET", "/v3/certificates")
    shown = "\n".join(
        [caplog.text, repr(client), repr(client.account), repr(raw), repr(street.gateway), repr(certificates._fetched)]
    )
    assert "httpcore" in caplog.text
    for secret in (told["apiv3_key"], *told["merchant_private_key"].splitlines()[1:-1]):
        assert secret not in shown
